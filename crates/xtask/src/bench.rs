//! Speed, as ratios in one run: `bench.NAME VALUE`.

use anyhow::Result;
use std::path::Path;
use xshell::{Shell, cmd};

/// `cargo xtask bench`.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    let sh = Shell::new()?;
    sh.change_dir(root);
    cmd!(sh, "cargo run --quiet --release --bin linger -- bench {arguments...}").run()?;
    Ok(())
}

/// `cargo xtask soak`.
pub(crate) fn soak(root: &Path, arguments: &[String]) -> Result<()> {
    let sh = Shell::new()?;
    sh.change_dir(root);
    cmd!(sh, "cargo run --quiet --release --bin linger -- soak {arguments...}").run()?;
    Ok(())
}
