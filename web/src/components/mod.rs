//! Parts of the page: props in, callbacks out.

pub(crate) mod controls;
pub(crate) mod dialog;
mod dismiss;
pub(crate) mod embed;
pub(crate) mod fates;
mod fault_words;
pub(crate) mod faults;
pub(crate) mod figures;
mod focus;
pub(crate) mod header;
pub(crate) mod knob_view;
pub(crate) mod legend;
mod long_table;
pub(crate) mod overview;
pub(crate) mod painted;
pub(crate) mod share;
pub(crate) mod sheet_view;
pub(crate) mod side;
pub(crate) mod thumb;
pub(crate) mod timeline;
pub(crate) mod transport;
