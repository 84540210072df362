//! The texts themselves, for tests and for the module that is loaded when a lesson is wanted.

macro_rules! texts {
    ($($id:literal),+ $(,)?) => {
        /// All lessons in the order in which they are taken.
        pub const ORDER: &[&str] = &[$($id),+];

        /// The file of a lesson in a language (`en` or `ko`).
        #[must_use]
        pub fn text(id: &str, language: &str) -> Option<&'static str> {
            match (id, language) {
                $(
                    ($id, "en") => Some(include_str!(concat!("../texts/en/", $id, ".md"))),
                    ($id, "ko") => Some(include_str!(concat!("../texts/ko/", $id, ".md"))),
                )+
                _ => None,
            }
        }
    };
}

/// The lesson after this one; `None` after the last.
#[must_use]
pub fn next(id: &str) -> Option<&'static str> {
    let position = ORDER.iter().position(|known| *known == id)?;
    ORDER.get(position + 1).copied()
}

texts!("two-threads", "batches", "get", "acks", "leader-dies", "duplicates");
