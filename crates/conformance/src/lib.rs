//! Recorded runs of the real client, held against the model.
//!
//! [`Case::parse`] reads a case, [`Case::scenario`] makes it a run of the model, [`Observed::of`] takes
//! from the trace what the recorder takes from the client, [`first_difference`] compares. Nothing here
//! reads a file, so all of it runs as wasm too.

mod case;
pub mod cluster;
mod compare;
mod invariants;
mod observed;
pub mod random;
mod replicas;
mod scenario;
mod words;
pub mod workloads;

pub use case::{Case, CaseError, Expect};
pub use compare::{Difference, MetricsToo, first_difference};
pub use invariants::{Broken, run_checked};
pub use observed::Observed;
pub use words::{Line, account};

use model::config::ProducerConfig;
use trace::Trace;

/// What became of a case.
#[derive(Debug)]
pub struct Verdict {
    /// The case's name.
    pub name: String,
    /// The first difference; `None` if there is none.
    pub difference: Option<Difference>,
    /// Digest of the model's trace.
    pub digest: u128,
}

/// Compares the run of a case with what was recorded.
#[must_use]
pub fn compared(case: &Case, config: &ProducerConfig, trace: &Trace) -> Option<Difference> {
    first_difference(&case.expect, &Observed::of(trace, config).0, MetricsToo::Yes)
}

/// Runs a case and compares.
///
/// # Errors
/// The text is no case, or its configuration is one that Kafka refuses.
pub fn verdict(text: &str) -> Result<Verdict, CaseError> {
    let case = Case::parse(text)?;
    let scenario = case.scenario()?;
    let config = scenario.producer.clone();
    let trace = model::run(scenario);
    let difference = compared(&case, &config, &trace);
    Ok(Verdict { name: case.name, difference, digest: trace.digest() })
}
