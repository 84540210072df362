//! What really happened: the repetitions of outcome files, read where a script points.

use super::script::{Compare, Measure, ScriptError, TimeSpec, WholePart};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One repetition, as far as it is compared.
#[derive(Clone, Debug)]
pub(super) struct Repetition {
    /// Counts of the classes of each group's fate.
    pub(super) fates: BTreeMap<String, BTreeMap<String, u64>>,
    pub(super) errors: BTreeSet<String>,
    /// Leader and time in microseconds.
    pub(super) elections: Vec<(i64, i64)>,
    /// In the order of the script's `times`; microseconds.
    pub(super) times: Vec<Option<i64>>,
}

/// The repetitions of all outcome files of a script, as they stand.
///
/// # Errors
/// A text is no outcome.
pub(super) fn repetitions(texts: &[String]) -> Result<Vec<Value>, ScriptError> {
    let mut all = Vec::new();
    for text in texts {
        let mut outcome: Value = serde_json::from_str(text).map_err(ScriptError::Unreadable)?;
        match outcome.get_mut("repetitions").map(Value::take) {
            Some(Value::Array(mut repetitions)) => all.append(&mut repetitions),
            _ => return Err(ScriptError::Outcome("it has no list of repetitions".to_owned())),
        }
    }
    if all.is_empty() {
        return Err(ScriptError::Outcome("there are no repetitions".to_owned()));
    }
    Ok(all)
}

impl Repetition {
    /// Reads what a part compares.
    pub(super) fn of(value: &Value, part: &WholePart) -> Result<Self, ScriptError> {
        let root = value.pointer(&part.at).ok_or_else(|| absent(&part.at))?;
        let compare = &part.compare;
        let mut fates = BTreeMap::new();
        for (group, pointer) in &compare.fate {
            fates.insert(group.clone(), fate(root, pointer)?);
        }
        let times = compare.times.iter().map(|spec| micros(root, spec));
        Ok(Self {
            fates,
            errors: errors(root, compare)?,
            elections: elections(root, compare)?,
            times: times.collect::<Result<_, _>>()?,
        })
    }
}

fn absent(pointer: &str) -> ScriptError {
    ScriptError::Outcome(format!("there is nothing at '{pointer}'"))
}

fn at<'a>(root: &'a Value, pointer: &str) -> Result<&'a Value, ScriptError> {
    root.pointer(pointer).ok_or_else(|| absent(pointer))
}

fn fate(root: &Value, pointer: &str) -> Result<BTreeMap<String, u64>, ScriptError> {
    let Some(fields) = at(root, pointer)?.as_object() else { return Err(absent(pointer)) };
    Ok(fields.iter().filter_map(|(name, n)| Some((name.clone(), n.as_u64()?))).collect())
}

/// Names of errors: the keys of an object, or out of what a client's log says.
fn errors(root: &Value, compare: &Compare) -> Result<BTreeSet<String>, ScriptError> {
    let mut names = BTreeSet::new();
    if let Some(pointer) = &compare.errors.client {
        let lines = at(root, pointer)?.as_array().ok_or_else(|| absent(pointer))?;
        let said = lines.iter().filter_map(|line| line.get("what")?.as_str());
        names.extend(said.filter_map(error_name));
    }
    if let Some(pointer) = &compare.errors.exceptions {
        let counts = at(root, pointer)?.as_object().ok_or_else(|| absent(pointer))?;
        names.extend(counts.keys().cloned());
    }
    Ok(names)
}

/// Kafka's name of an error at the beginning of a line, if the line is about one:
/// `REQUEST_TIMED_OUT, by the client timer`, but not `node 1 disconnected`.
fn error_name(line: &str) -> Option<String> {
    let name = line.split(',').next()?;
    let kafka = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    kafka.then(|| name.to_owned())
}

fn elections(root: &Value, compare: &Compare) -> Result<Vec<(i64, i64)>, ScriptError> {
    let Some(spec) = &compare.elections else { return Ok(Vec::new()) };
    let Some(decisions) = at(root, &spec.recorded)?.as_array() else {
        return Err(absent(&spec.recorded));
    };
    let mut epoch = spec.epoch_before;
    let mut elections = Vec::new();
    for decision in decisions {
        let number = |field: &str| decision.get(field).and_then(Value::as_i64);
        let (Some(leader), Some(now), Some(ms)) =
            (number("leader"), number("leader_epoch"), number("at_ms"))
        else {
            continue;
        };
        if now > epoch {
            elections.push((leader, ms * 1000));
            epoch = now;
        }
    }
    Ok(elections)
}

/// A time in milliseconds, perhaps with a fraction; `None` where the run had none.
fn micros(root: &Value, spec: &TimeSpec) -> Result<Option<i64>, ScriptError> {
    let value = at(root, &spec.recorded)?;
    Ok(match spec.what {
        Measure::IsrShrink => isr_shrink(value),
        _ => value.as_f64().map(|ms| (ms * 1000.0).round() as i64),
    })
}

/// When the controller's decisions first changed the in-sync set.
fn isr_shrink(decisions: &Value) -> Option<i64> {
    let first = decisions.as_array()?.iter().find(|decision| decision.get("isr").is_some())?;
    first.get("at_ms")?.as_i64().map(|ms| ms * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_errors_are_told_from_other_lines() {
        assert_eq!(error_name("NOT_ENOUGH_REPLICAS").as_deref(), Some("NOT_ENOUGH_REPLICAS"));
        let timed_out = error_name("REQUEST_TIMED_OUT, by the client timer");
        assert_eq!(timed_out.as_deref(), Some("REQUEST_TIMED_OUT"));
        assert_eq!(error_name("node 1 disconnected"), None);
        assert_eq!(error_name("request timeout, client disconnects from 1"), None);
    }
}
