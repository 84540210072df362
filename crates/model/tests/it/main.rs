//! Behaviours of the model, seen from outside: a scenario in, a trace out.

mod causes;
mod failures;
#[allow(dead_code, reason = "each test takes what it needs")]
mod world;
