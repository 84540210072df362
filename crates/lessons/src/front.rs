//! A lesson's file: front matter (`key: value` between two `---`), then sections, each below a `# key`.

use crate::lesson::LessonError;
use std::collections::BTreeMap;

/// The parts of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Front {
    pub(crate) keys: BTreeMap<String, String>,
    pub(crate) sections: BTreeMap<String, String>,
}

impl Front {
    pub(crate) fn read(text: &str) -> Result<Self, LessonError> {
        let missing = || LessonError::Missing(String::from("---"));
        let text = text.trim_start().strip_prefix("---\n").ok_or_else(missing)?;
        let (front, body) = text.split_once("\n---\n").ok_or_else(missing)?;
        let mut keys = BTreeMap::new();
        for line in front.lines().filter(|line| !line.trim().is_empty()) {
            let (key, value) =
                line.split_once(':').ok_or_else(|| LessonError::Bad(line.to_owned()))?;
            keys.insert(key.trim().to_owned(), value.trim().to_owned());
        }
        let mut sections: BTreeMap<String, String> = BTreeMap::new();
        let mut current = None;
        for line in body.lines() {
            if let Some(key) = line.strip_prefix("# ") {
                current = Some(key.trim().to_owned());
                sections.insert(key.trim().to_owned(), String::new());
            } else if let Some(section) = current.as_ref().and_then(|key| sections.get_mut(key)) {
                section.push_str(line);
                section.push('\n');
            } else if !line.trim().is_empty() {
                return Err(LessonError::Bad(line.to_owned()));
            }
        }
        Ok(Self { keys, sections })
    }

    pub(crate) fn key(&self, key: &str) -> Result<&str, LessonError> {
        self.keys.get(key).map(String::as_str).ok_or_else(|| LessonError::Missing(key.to_owned()))
    }

    pub(crate) fn section(&self, key: &str) -> Result<&str, LessonError> {
        let section = self.sections.get(key).map(|text| text.trim());
        section.ok_or_else(|| LessonError::Missing(format!("# {key}")))
    }
}
