//! What the browser keeps: saved scenarios under names, and the way back of this tab.

use crate::components::embed::embedded;
use link::{PageState, write_saved};
use litemap::LiteMap;
use web_sys::Storage;

/// What stands before the names of saved scenarios.
const PREFIX: &str = "linger.saved.";
/// What can be undone and redone, in this tab.
const HISTORY: &str = "linger.history";
/// What was answered in a lesson, in this tab.
const ANSWERS: &str = "linger.answers";
/// Which lessons were passed.
const PASSED: &str = "linger.passed";
/// Longest name, in characters.
const NAME_MAX: usize = 60;

/// None in an embed: it stands on somebody else's page, and asks for nothing.
pub(crate) fn local() -> Option<Storage> {
    if embedded() {
        return None;
    }
    web_sys::window()?.local_storage().ok()?
}

fn of_tab() -> Option<Storage> {
    if embedded() {
        return None;
    }
    web_sys::window()?.session_storage().ok()?
}

/// All saved scenarios by name, as the panel is told of them: `name`, a tab, the text, a line each.
pub(crate) fn saved() -> String {
    let Some(storage) = local() else { return String::new() };
    let key = |place| storage.key(place).ok().flatten();
    let mut lines: Vec<String> = (0..storage.length().unwrap_or(0))
        .filter_map(|place| {
            let key = key(place)?;
            let text = storage.get_item(&key).ok()??;
            Some([key.strip_prefix(PREFIX)?, "\t", &text, "\n"].concat())
        })
        .collect();
    lines.sort_unstable();
    lines.concat()
}

/// A name that nothing has yet.
fn free(storage: &Storage, name: &str) -> String {
    let plain: String = name.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    let plain = if plain.trim().is_empty() { "linger" } else { plain.trim() };
    let taken = |name: &str| !matches!(storage.get_item(&[PREFIX, name].concat()), Ok(None));
    let numbered = (2..100).map(|number: u32| [plain, " ", &number.to_string()].concat());
    std::iter::once(plain.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

/// Saves a scenario under a name, or the next one that is free: nothing is ever written over. Returns
/// the name, or `None` if the browser keeps nothing.
pub(crate) fn save(name: &str, page: &PageState) -> Option<String> {
    let storage = local()?;
    let name = free(&storage, name);
    put(&name, page)?;
    Some(name)
}

/// Writes over a saved scenario.
pub(crate) fn put(name: &str, page: &PageState) -> Option<()> {
    local()?.set_item(&[PREFIX, name].concat(), &write_saved(page)).ok()
}

/// Gives a saved scenario another name.
pub(crate) fn rename(from: &str, to: &str) -> Option<()> {
    let storage = local()?;
    let text = storage.get_item(&[PREFIX, from].concat()).ok()??;
    let to = free(&storage, to);
    storage.set_item(&[PREFIX, &to].concat(), &text).ok()?;
    drop(from)
}

/// Deletes a saved scenario.
pub(crate) fn drop(name: &str) -> Option<()> {
    local()?.remove_item(&[PREFIX, name].concat()).ok()
}

/// The lessons whose goals were met, by their names with spaces between.
pub(crate) fn passed() -> String {
    local().and_then(|storage| storage.get_item(PASSED).ok()?).unwrap_or_default()
}

/// Keeps that a lesson's goals were met.
pub(crate) fn pass(lesson: &str) {
    let before = passed();
    if let Some(storage) = local().filter(|_| before.split(' ').all(|other| other != lesson)) {
        let _ = storage.set_item(PASSED, [&before, " ", lesson].concat().trim_start());
    }
}

/// What was answered in this lesson, in this tab, before a reload.
pub(crate) fn answers(lesson: &str) -> Option<LiteMap<String, String>> {
    let text = of_tab()?.get_item(ANSWERS).ok()??;
    let (of, lines) = text.split_once('\n')?;
    let lines = lines.lines().filter_map(|line| line.split_once('='));
    let answers = lines.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (of == lesson).then(|| answers.collect())
}

/// Keeps it. An answer is one line.
pub(crate) fn keep_answers(lesson: &str, answers: &LiteMap<String, String>) {
    let lines = answers.iter().map(|(name, value)| [name, "=", value, "\n"].concat());
    let text = [lesson, "\n", &lines.collect::<String>()].concat();
    if let Some(storage) = of_tab() {
        let _ = storage.set_item(ANSWERS, &text);
    }
}

/// What this tab can undo and redo, as it was before a reload.
pub(crate) fn history() -> String {
    of_tab().and_then(|storage| storage.get_item(HISTORY).ok()?).unwrap_or_default()
}

/// Keeps it.
pub(crate) fn keep_history(text: &str) {
    if let Some(storage) = of_tab() {
        let _ = storage.set_item(HISTORY, text);
    }
}
