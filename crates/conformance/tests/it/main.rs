//! What the recorded client said beside its runs, held against the model.

mod closed_form;
mod clusters;
mod config_def;
mod config_errors;
mod encoder;
mod errors;
mod invariants;
