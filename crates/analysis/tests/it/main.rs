//! The analysis held to runs of the model, and to small traces written by hand.

mod by_hand;
mod compare;
mod ledger;
mod log;
mod logs;
mod parts;
mod state;
