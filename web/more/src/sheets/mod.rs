//! One file a sheet: a request in, blocks out.

pub(crate) mod code;
pub(crate) mod compare;
pub(crate) mod import;
pub(crate) mod inspector;
pub(crate) mod ledger;
pub(crate) mod lesson;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod records;
pub(crate) mod state;
pub(crate) mod sweep;
