//! A program for a Kafka client out of settings and a workload, and settings back out of a
//! `.properties` file, a Spring `application.yml` or a Java map. Text in, text out, nothing else.
//!
//! The programs do what the playground shows: where a client's default is not Kafka's, its code sets
//! it; where it has no such setting, code and [`Note`]s say so.

mod franz_go;
mod go;
pub mod import;
mod java;
mod kotlin;
mod librdkafka;
mod note;
mod program;
mod properties;
mod python;
mod running;
mod rust;
mod settings;
mod spring;
mod text;

pub use import::{Imported, import};
pub use note::Note;
pub use program::{Arrivals, Code, End, File, Keys, Language, Mode, Program};

use model::config::ConfigError;
use running::Running;

/// The program in a language.
///
/// # Errors
/// Every rule of Kafka's that the settings break: there is no program that runs with them.
pub fn code(language: Language, program: &Program<'_>) -> Result<Code, Vec<ConfigError>> {
    let running = Running::new(program.settings)?;
    Ok(match language {
        Language::Kotlin => kotlin::code(program, &running),
        Language::Java => java::code(program, &running),
        Language::Spring => spring::code(program, &running),
        Language::Python => python::code(program, &running),
        Language::Go => go::code(program, &running),
        Language::Rust => rust::code(program, &running),
        Language::Properties => properties::code(&running),
    })
}

#[cfg(test)]
mod tests;
