//! One file a sheet: a request in, blocks out.

pub(crate) mod code;
pub(crate) mod import;
pub(crate) mod ledger;
