//! What the recorded client said beside its runs, held against the model.

mod config_def;
mod config_errors;
