//! What lies under the pointer, and what the selected mark shows, in words.

use crate::i18n::{Speak, timeline_words};
use crate::question::{Look, Tip};
use crate::run::Run;
use crate::text::{count, length, moment};
use timeline::{Hit, RowKind, Value, View};
use trace::FactId;
use units::SimTime;
use words::Language;

impl Run {
    /// What lies under a point.
    pub(super) fn tip_at(&self, look: &Look, x: f64, y: f64) -> Option<Tip> {
        let view = self.view(look);
        let Hit { row, time, fact, value, .. } = self.timeline.hit(&self.trace, &view, x, y)?;
        Some(self.tip(look.language, (x, y), (row, time), fact, value))
    }

    /// What the selection's mark shows at the playhead, or as it ends.
    pub(super) fn tip_of_selection(&self, look: &Look) -> Option<Tip> {
        let (view, fact) = (self.view(look), look.selection?);
        let area = self.timeline.area(&self.trace, &view, fact)?;
        let row = self.row_at(&view, area.middle())?;
        // how it goes on behind a question's veil is not told
        let seen_to = view.veil.unwrap_or(SimTime::NEVER);
        if self.trace.at(fact) > seen_to {
            return None;
        }
        let value = self.timeline.value(&self.trace, fact, seen_to);
        let (left, right) = view.scale.edges();
        let right = view.veil.map_or(right, |veil| view.scale.x_from_time(veil).min(right));
        let x = area.right().clamp(left, right.max(left));
        let at = (row, self.trace.at(fact));
        let mut tip = self.tip(look.language, (x, area.bottom()), at, Some(fact), value);
        let cause = self.timeline.causes(&self.trace, fact).first().copied();
        tip.cause = cause.and_then(|cause| {
            let area = self.timeline.area(&self.trace, &view, cause)?;
            let name = self.row_at(&view, area.middle())?.name(&timeline_words(look.language));
            let found = self.found(cause);
            Some((found, format!("{name}, {}", moment(found.at))))
        });
        tip.clear = self.timeline.beside(&self.trace, &view, fact, size(&tip, look.language));
        Some(tip)
    }

    fn row_at(&self, view: &View, y: f64) -> Option<RowKind> {
        let rows = self.timeline.layout(view);
        let row = rows.iter().find(|row| y >= row.rect.y && y < row.rect.bottom())?;
        Some(row.kind)
    }

    fn tip(
        &self,
        language: Language,
        (x, y): (f64, f64),
        (row, at): (RowKind, SimTime),
        fact: Option<FactId>,
        value: Option<Value>,
    ) -> Tip {
        Tip {
            x,
            y,
            clear: None,
            at,
            row: row.text(),
            head: format!("{} · {}", row.name(&timeline_words(language)), moment(at)),
            text: value.map(|value| told(language, value)).unwrap_or_default(),
            found: fact.map(|fact| self.found(fact)),
            cause: None,
        }
    }
}

/// Widest that a tip gets, in pixels of the picture.
const TIP_WIDTH: f64 = 232.0;

/// How much room a tip takes at most: its lines are about as long as its letters are wide.
fn size(tip: &Tip, language: Language) -> (f64, f64) {
    const LETTERS: usize = 33;
    const LINE: f64 = 17.0;
    let wide = if language == Language::Korean { 2 } else { 1 };
    let lines = |text: &str| {
        let ascii = text.chars().filter(char::is_ascii).count();
        let letters = ascii + (text.chars().count() - ascii) * wide;
        letters.div_ceil(LETTERS) as f64
    };
    let cause = tip.cause.as_ref().map_or(0.0, |(_, name)| 8.0 + LINE * (1.0 + lines(name)));
    (TIP_WIDTH, 12.0 + LINE * (lines(&tip.head) + lines(&tip.text)) + cause)
}

/// A value in words.
fn told(language: Language, value: Value) -> String {
    let tell = |key, values: &[String]| {
        let names = ["a", "b", "c"];
        let values: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        language.tell(key, &values)
    };
    match value {
        Value::Fill { records, bytes, capacity } => {
            tell("tip--fill", &[count(records), count(bytes.0), count(capacity.0)])
        }
        Value::Offsets { from, to } => {
            tell("tip--offsets", &[from.0.to_string(), (to.0 - 1).to_string()])
        }
        Value::Committed(offset) => tell("tip--committed", &[offset.0.to_string()]),
        Value::InFlight { age, records: 0 } => tell("tip--lasts", &[length(age)]),
        Value::InFlight { age, records } => tell("tip--in-flight", &[length(age), count(records)]),
        Value::Lasts(units::Micros(0)) => String::new(),
        Value::Lasts(lasts) => tell("tip--lasts", &[length(lasts)]),
        Value::Records(records) => tell("tip--records", &[count(records)]),
    }
}
