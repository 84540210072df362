//! From text to a page's state. Whatever is not understood is a notice and costs nothing else.

use crate::page::{LanguageChoice, PageState, Panel, ThemeChoice};
use crate::parts::part;
use crate::playground::Playground;
use crate::selection::Selection;
use crate::time_text::micros_of;
use crate::{FAULTS_MAX, Notice, PINNED, VERSION, faults};
use model::config::{cluster_row, human_value, row};
use percent_encoding::percent_decode_str;
use units::SimTime;

/// Longest name of a lesson or a case.
const NAME_MAX: usize = 80;

/// The text's parts, decoded; or what is wrong with one.
fn pairs(text: &str) -> impl Iterator<Item = Result<(String, String), Notice>> + '_ {
    let text = text.trim().trim_start_matches('#');
    text.split('&').filter(|part| !part.is_empty()).map(|part| {
        match part.split_once('=').filter(|(_, value)| !value.is_empty()) {
            Some((name, value)) => Ok((decoded(name), decoded(value))),
            None => Err(Notice::Cut(decoded(part))),
        }
    })
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A playground that parts are applied to.
struct Scope<'a> {
    playground: &'a mut Playground,
    /// The list of faults is the text's own; the one before it is gone.
    own_faults: bool,
}

/// What became of a part.
enum Taken {
    Yes,
    Unknown,
    Bad,
}

impl<'a> Scope<'a> {
    const fn new(playground: &'a mut Playground) -> Self {
        Self { playground, own_faults: false }
    }

    fn take(&mut self, name: &str, value: &str) -> Taken {
        if let Some(row) = row(name) {
            if value == "default" {
                self.playground.settings.typed.remove(name);
            } else {
                // a value that Kafka refuses is kept: the form shows it refused, in Kafka's words
                self.playground.settings.set(name, &human_value(row, value));
            }
            return Taken::Yes;
        }
        if let Some(row) = cluster_row(name) {
            if value == "default" {
                self.playground.cluster.typed.remove(name);
            } else {
                self.playground.cluster.set(name, &human_value(row, value));
            }
            return Taken::Yes;
        }
        if name == "fault" {
            return self.take_fault(value);
        }
        let Some(part) = part(name) else { return Taken::Unknown };
        let Some(number) = part.number(value) else {
            // what was typed stays in the form until it is mended
            self.playground.refused.insert(name.to_owned(), value.to_owned());
            return Taken::Bad;
        };
        self.playground.refused.remove(name);
        (part.set)(self.playground, number);
        Taken::Yes
    }

    fn take_fault(&mut self, value: &str) -> Taken {
        let fault = faults::fault_of_text(value);
        if fault.is_none() && value != "none" {
            return Taken::Bad;
        }
        if !std::mem::replace(&mut self.own_faults, true) {
            self.playground.faults.clear();
        }
        if self.playground.faults.len() >= FAULTS_MAX {
            return Taken::Bad;
        }
        self.playground.faults.extend(fault);
        Taken::Yes
    }
}

fn notice(taken: &Taken, name: &str, value: &str) -> Option<Notice> {
    match taken {
        Taken::Yes => None,
        Taken::Unknown => Some(Notice::UnknownName(name.to_owned())),
        Taken::Bad => Some(Notice::BadValue { name: name.to_owned(), value: value.to_owned() }),
    }
}

/// Applies the text to a playground; only parts of a playground are known here.
pub(crate) fn apply(playground: &mut Playground, text: &str) -> Vec<Notice> {
    let mut scope = Scope::new(playground);
    let mut take = |pair: Result<(String, String), Notice>| match pair {
        Ok((name, value)) => notice(&scope.take(&name, &value), &name, &value),
        Err(cut) => Some(cut),
    };
    pairs(text).filter_map(&mut take).collect()
}

/// Reads a whole page.
pub(crate) fn page(text: &str) -> (PageState, Vec<Notice>) {
    let mut page = PageState::default();
    let mut notices = Vec::new();
    let mut playground = Playground::default();
    let mut scope = Scope::new(&mut playground);
    let mut pinned: Option<Vec<(String, String)>> = None;
    for pair in pairs(text) {
        let (name, value) = match pair {
            Ok(pair) => pair,
            Err(cut) => {
                notices.push(cut);
                continue;
            }
        };
        if name == "v" {
            if value != VERSION {
                notices.push(Notice::Version(value));
            }
            continue;
        }
        if name == PINNED && value == "same" {
            pinned.get_or_insert_default();
            continue;
        }
        if let Some(of_pinned) = name.strip_prefix(PINNED).and_then(|n| n.strip_prefix('.')) {
            pinned.get_or_insert_default().push((of_pinned.to_owned(), value));
            continue;
        }
        let mut taken = scope.take(&name, &value);
        if matches!(taken, Taken::Unknown) {
            taken = take_view(&mut page, &name, &value, &mut notices);
        }
        notices.extend(notice(&taken, &name, &value));
    }
    // the pinned run is written as what differs from the running one, wherever its parts stand
    page.pinned = pinned.map(|parts| {
        let mut pinned = playground.clone();
        let mut scope = Scope::new(&mut pinned);
        for (name, value) in parts {
            let taken = scope.take(&name, &value);
            notices.extend(notice(&taken, &format!("{PINNED}.{name}"), &value));
        }
        pinned
    });
    page.playground = playground;
    (page, notices)
}

/// Takes a part that is about what is looked at.
fn take_view(page: &mut PageState, name: &str, value: &str, notices: &mut Vec<Notice>) -> Taken {
    fn put<T>(place: &mut Option<T>, value: Option<T>) -> Taken {
        if value.is_none() {
            return Taken::Bad;
        }
        *place = value;
        Taken::Yes
    }
    match name {
        "t" => put(&mut page.playhead, time_of(value)),
        "window" => put(&mut page.window, window_of(value)),
        "sel" => put(&mut page.selection, Selection::of_text(value)),
        "panel" => put(&mut page.panel, Panel::of_word(value)),
        "form" => put(&mut page.form, Panel::of_word(value)),
        "sweep" => put(&mut page.sweep, is_sweep(value).then(|| value.to_owned())),
        "lesson" => put(&mut page.lesson, plain_name(value)),
        "case" => put(&mut page.case, plain_name(value)),
        "theme" => put(&mut page.theme, ThemeChoice::of_word(value)),
        "lang" => put(&mut page.language, LanguageChoice::of_word(value)),
        "show" => {
            list(name, value, Panel::of_word, &mut page.show, notices);
            Taken::Yes
        }
        "controls" => {
            let control = |word: &str| is_control(word).then(|| word.to_owned());
            list(name, value, control, &mut page.controls, notices);
            Taken::Yes
        }
        _ => Taken::Unknown,
    }
}

/// The words of a list, each once; those that are none are named one by one.
fn list<T: PartialEq>(
    name: &str,
    value: &str,
    of_word: impl Fn(&str) -> Option<T>,
    into: &mut Vec<T>,
    notices: &mut Vec<Notice>,
) {
    into.clear();
    for word in value.split(',') {
        match of_word(word) {
            Some(one) if !into.contains(&one) => into.push(one),
            Some(_) => {}
            None => notices.extend(notice(&Taken::Bad, name, word)),
        }
    }
}

/// Whether something of this name can be moved.
fn is_control(name: &str) -> bool {
    row(name).is_some() || cluster_row(name).is_some() || part(name).is_some()
}

/// `NAME`, or `NAME:RANGE`; what a range says is the sweep's matter.
fn is_sweep(text: &str) -> bool {
    let (name, range) = text.split_once(':').unwrap_or((text, ""));
    is_control(name) && range.len() <= NAME_MAX
}

fn time_of(text: &str) -> Option<SimTime> {
    micros_of(text).and_then(|micros| i64::try_from(micros).ok()).map(SimTime)
}

fn window_of(text: &str) -> Option<(SimTime, SimTime)> {
    let (from, to) = text.split_once('-')?;
    Some((time_of(from)?, time_of(to)?)).filter(|(from, to)| from < to)
}

/// A name of ours: small letters, digits, dashes, as files have.
fn plain_name(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (text.len() <= NAME_MAX && text.bytes().all(plain)).then(|| text.to_owned())
}
