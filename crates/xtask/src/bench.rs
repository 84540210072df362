//! Speed, as ratios in one run: `bench.NAME VALUE`.

use crate::{browser, tools::Tools, wasm};
use anyhow::{Context, Result, bail};
use std::path::Path;
use xshell::{Shell, cmd};

/// The case that model and client are measured on.
const CASE: &str = "tests/conformance/bench-200k.json";

/// `cargo xtask bench`: natively, as wasm, and with `--java` the client itself.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    let java = match arguments {
        [] => false,
        [flag] if flag == "--java" => true,
        _ => bail!("bench knows --java alone"),
    };
    let sh = Shell::new()?;
    sh.change_dir(root);
    cmd!(sh, "cargo build --quiet --release --bin linger").run()?;
    let client = if java { Some(java_rate(root)?) } else { None };
    let native = cmd!(sh, "cargo run --quiet --release --bin linger -- bench").read()?;
    println!("{native}");
    let rate = value(&native, "bench.model.records_per_second")?;
    if let Some(client) = client {
        println!("bench.java.records_per_second {client:.0}");
        println!("bench.model_over_java {:.1}", rate / client);
    }
    let as_wasm = wasm::bench(root, &Tools::get(root)?)?;
    for line in as_wasm.lines() {
        println!("bench.wasm.{line}");
    }
    println!("bench.native_over_wasm {:.2}", rate / value(&as_wasm, "records_per_second")?);
    // the page as it was built last
    if let Err(missing) = browser::bench(root, &Tools::get(root)?) {
        println!("bench.page left out: {missing}");
    }
    Ok(())
}

/// `cargo xtask soak`.
pub(crate) fn soak(root: &Path, arguments: &[String]) -> Result<()> {
    let sh = Shell::new()?;
    sh.change_dir(root);
    cmd!(sh, "cargo run --quiet --release --bin linger -- soak {arguments...}").run()?;
    Ok(())
}

/// The value behind a name at the beginning of a line.
fn value(printed: &str, name: &str) -> Result<f64> {
    let mut lines = printed.lines().filter_map(|line| line.strip_prefix(name));
    let text = lines.next().with_context(|| format!("{name} was not printed"))?;
    Ok(text.trim().parse()?)
}

/// Records a second of the client on the same case, recording included: the median of the last three of
/// the recorder's runs, as the first ones warm up the virtual machine.
fn java_rate(root: &Path) -> Result<f64> {
    let sh = Shell::new()?;
    let case = root.join(CASE);
    sh.change_dir(root.join("tests/conformance/recorder"));
    cmd!(sh, "mvn --quiet package").run().context("--java needs Java 17 and Maven")?;
    let printed = cmd!(sh, "java -jar target/producer-oracle.jar bench {case}").read()?;
    let mut rates = printed.lines().filter_map(java_run).collect::<Vec<_>>();
    let mut last = rates.split_off(rates.len().saturating_sub(3));
    last.sort_by(f64::total_cmp);
    last.get(1).copied().with_context(|| format!("the recorder printed\n{printed}"))
}

/// The rate in `run 4: 200000 records, 210 ms, 952381 records/s`.
fn java_run(line: &str) -> Option<f64> {
    line.strip_suffix(" records/s")?.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_rates_are_found() {
        let printed = "bench.a 1.5\nbench.b 7";
        assert_eq!(value(printed, "bench.b").ok(), Some(7.0));
        assert!(value(printed, "bench.c").is_err());
        assert_eq!(java_run("run 4: 200000 records, 210 ms, 952381 records/s"), Some(952_381.0));
        assert_eq!(java_run("[INFO] something else"), None);
    }
}
