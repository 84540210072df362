//! The model as wasm: the same questions to one exported function under Node and to the native build,
//! and every answer compared.

use crate::site::wasm_target_dir;
use crate::tools::Tools;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

/// Asks both and returns how many answers were equal.
pub(crate) fn compare(root: &Path, tools: &Tools) -> Result<u32> {
    let sh = Shell::new()?;
    sh.change_dir(root);
    let native = cmd!(sh, "cargo run --quiet --release --package wasm-probe --bin ask").read()?;
    let module = build(root, tools, &sh)?;
    let wasm = cmd!(sh, "node tests/wasm/ask.mjs {module}").read()?;
    let mut equal = 0;
    for (native, wasm) in native.lines().zip(wasm.lines()) {
        if native != wasm {
            bail!("native and wasm differ\n  native: {native}\n  wasm:   {wasm}");
        }
        if native.contains(" FAILED ") {
            bail!("{native}");
        }
        equal += 1;
    }
    if native.lines().count() != wasm.lines().count() || equal == 0 {
        bail!("native gave {} answers, wasm {}", native.lines().count(), wasm.lines().count());
    }
    Ok(equal)
}

/// Times the model under Node and returns the lines that the script printed.
pub(crate) fn bench(root: &Path, tools: &Tools) -> Result<String> {
    let sh = Shell::new()?;
    sh.change_dir(root);
    let module = build(root, tools, &sh)?;
    Ok(cmd!(sh, "node tests/wasm/bench.mjs {module}").read()?)
}

/// Builds the probe for Node as the page's worker is built, and returns its module.
fn build(root: &Path, tools: &Tools, sh: &Shell) -> Result<PathBuf> {
    {
        let sh = sh.clone();
        sh.set_var("CARGO_TARGET_DIR", wasm_target_dir(root));
        tools.for_wasm(&sh);
        cmd!(sh, "cargo build --quiet --package wasm-probe --lib --profile fast --target wasm32-unknown-unknown")
            .run()?;
    }
    let built = wasm_target_dir(root).join("wasm32-unknown-unknown/fast/wasm_probe.wasm");
    let probe = wasm_target_dir(root).join("probe");
    sh.set_var("PATH", tools.path()?);
    cmd!(sh, "wasm-bindgen --target nodejs --no-typescript --out-dir {probe} {built}").run()?;
    Ok(probe.join("wasm_probe.js"))
}
