//! One file a sheet: a request in, blocks out.

pub(crate) mod case;
pub(crate) mod code;
pub(crate) mod compare;
pub(crate) mod differences;
pub(crate) mod embed;
pub(crate) mod faults;
pub(crate) mod figures;
pub(crate) mod import;
pub(crate) mod inspector;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod lesson;
pub(crate) mod log;
mod loss;
pub(crate) mod metrics;
pub(crate) mod place;
pub(crate) mod records;
mod sample;
pub(crate) mod saved;
pub(crate) mod settings;
pub(crate) mod state;
pub(crate) mod sweep;
pub(crate) mod workload;

use crate::Request;
use link::Panel;
use sheet::{Block, Button};

/// Sheets that stand behind one tab, as buttons.
fn family(request: &Request, panels: &[Panel]) -> Block {
    let button = |panel: &Panel| Button {
        label: request.say(&format!("sheet--{}", panel.word())),
        action: format!("panel:{}", panel.word()),
        pressed: request.sheet == panel.word(),
    };
    Block::Buttons(panels.iter().map(button).collect())
}
