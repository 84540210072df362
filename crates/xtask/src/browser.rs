//! The browser journeys: `tests/browser/*.journey.mjs` in a real headless Chromium.

use crate::server::{SUB_PATH, Server};
use crate::site::site;
use crate::tools::Tools;
use anyhow::{Context, Result, bail};
use std::path::Path;
use xshell::{Shell, cmd};

/// Runs the journeys, or those with a name in `only`; returns how many passed.
pub(crate) fn journeys(root: &Path, only: &[String]) -> Result<u32> {
    let tools = Tools::get(root)?;
    run(root, &tools, only)
}

/// As [`journeys`], with the tools at hand.
pub(crate) fn run(root: &Path, tools: &Tools, only: &[String]) -> Result<u32> {
    let (sh, _server) = served(root, tools)?;
    let output = cmd!(sh, "node tests/browser/run.mjs {only...}").ignore_status().read()?;
    println!("{output}");
    let last = output.lines().last().unwrap_or_default();
    let (passed, failed) = counts(last).context("the journeys ended without a summary")?;
    if failed > 0 || passed == 0 {
        bail!("{failed} journeys failed");
    }
    Ok(passed)
}

/// Prints how long it takes from a slider to its picture, and how long frames are.
pub(crate) fn bench(root: &Path, tools: &Tools) -> Result<()> {
    let (sh, _server) = served(root, tools)?;
    cmd!(sh, "node tests/browser/bench.mjs").run()?;
    Ok(())
}

/// The built site under an address, and a shell in which scripts find it and the browser.
fn served(root: &Path, tools: &Tools) -> Result<(Shell, Server)> {
    let chromium = tools
        .chromium
        .as_ref()
        .context("no Chromium or Chrome was found: install one, or name it in LINGER_CHROMIUM")?;
    if !site(root).join("index.html").exists() {
        bail!("build the site first: cargo xtask dist");
    }
    let server = Server::start(site(root), 0)?;
    let sh = Shell::new()?;
    sh.change_dir(root);
    sh.set_var("LINGER_NODE_MODULES", &tools.node_modules);
    sh.set_var("LINGER_CHROMIUM", chromium);
    sh.set_var("LINGER_URL", format!("http://127.0.0.1:{}/", server.port));
    sh.set_var("LINGER_SUB_URL", format!("http://127.0.0.1:{}{SUB_PATH}/", server.port));
    Ok((sh, server))
}

/// `N passed, N failed`.
fn counts(line: &str) -> Option<(u32, u32)> {
    let (passed, failed) = line.split_once(" passed, ")?;
    Some((passed.trim().parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_read() {
        assert_eq!(counts("12 passed, 1 failed"), Some((12, 1)));
        assert_eq!(counts("Error: no browser"), None);
    }
}
