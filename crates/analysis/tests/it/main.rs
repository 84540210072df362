//! The analysis held to runs of the model, and to small traces written by hand.

mod by_hand;
mod compare;
mod faults;
mod ledger;
mod log;
mod logs;
mod losses;
mod parts;
mod state;

#[allow(dead_code, reason = "what the tests of the model need beyond these")]
#[path = "../../../model/tests/it/world.rs"]
mod world;
