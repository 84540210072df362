//! Parts of the page: props in, callbacks out.

pub(crate) mod controls;
pub(crate) mod embed;
pub(crate) mod faults;
pub(crate) mod figures;
pub(crate) mod header;
pub(crate) mod knob_view;
pub(crate) mod legend;
pub(crate) mod share;
pub(crate) mod sheet_view;
pub(crate) mod side;
pub(crate) mod timeline_view;
pub(crate) mod transport;
