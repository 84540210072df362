//! Behaviours of the model, seen from outside: a scenario in, a trace out.

mod causes;
mod committing;
mod failures;
mod in_sync;
mod messages;
mod produce_path;
mod restarts;
mod size;
#[allow(dead_code, reason = "each test takes what it needs")]
mod world;
