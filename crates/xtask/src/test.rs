//! `cargo xtask test`: everything that must hold, with a summary that counts what ran.

use crate::tools::Tools;
use crate::{browser, site, size, snippets, wasm};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::time::{Duration, Instant};
use xshell::{Shell, cmd};

/// What a step came to.
enum Outcome {
    /// So many checks passed.
    Passed(u32),
    /// It could not run here, and why.
    Skipped(String),
}

struct Report {
    step: &'static str,
    result: Result<Outcome>,
    took: Duration,
}

/// The steps in order, by the names that `--only` takes.
const STEPS: &[&str] = &[
    "fmt", "clippy", "native", "conform", "cluster", "wasm", "dist", "size", "journeys", "optional",
];

/// Runs all steps, or those behind `--only`.
#[expect(clippy::disallowed_methods, reason = "set-up says how long a step took")]
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    let only = only(arguments)?;
    let sh = Shell::new()?;
    sh.change_dir(root);
    let mut tools = None;
    let mut reports = Vec::new();
    for step in STEPS.iter().filter(|step| only.is_empty() || only.contains(step)) {
        println!("\n== {step}");
        let began = Instant::now();
        let result = run_step(step, root, &sh, &mut tools);
        if let Err(error) = &result {
            println!("{step}: {error:#}");
        }
        reports.push(Report { step, result, took: began.elapsed() });
    }
    summary(&reports)
}

fn only(arguments: &[String]) -> Result<Vec<&'static str>> {
    let mut only = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let name = match argument.as_str() {
            "--only" => arguments.next().context("--only wants the name of a step")?,
            other => bail!("'{other}' is no argument of test; there is --only STEP"),
        };
        let step = STEPS.iter().find(|step| *step == name);
        only.push(*step.with_context(|| format!("no step '{name}'; there are {STEPS:?}"))?);
    }
    Ok(only)
}

fn run_step(step: &str, root: &Path, sh: &Shell, tools: &mut Option<Tools>) -> Result<Outcome> {
    let mut with_tools = || -> Result<()> {
        if tools.is_none() {
            *tools = Some(Tools::get(root)?);
        }
        Ok(())
    };
    match step {
        "fmt" => {
            cmd!(sh, "cargo fmt --all --check").run()?;
            Ok(Outcome::Passed(1))
        }
        "clippy" => {
            cmd!(sh, "cargo clippy --quiet --workspace --all-targets -- -D warnings").run()?;
            Ok(Outcome::Passed(1))
        }
        "native" => {
            let printed = cmd!(sh, "cargo test --quiet --workspace").ignore_status().read()?;
            println!("{printed}");
            let (passed, failed) = tests(&printed);
            if failed > 0 || passed == 0 {
                bail!("{failed} native tests failed");
            }
            // a test binary that does not even compile prints no summary
            cmd!(sh, "cargo test --quiet --workspace --no-run").run()?;
            Ok(Outcome::Passed(passed))
        }
        "conform" => conform(sh, &["tests/conformance/cases"]),
        "cluster" => conform(sh, &["--cluster", "tests/conformance/cluster/scripts"]),
        "wasm" => {
            with_tools()?;
            let tools = tools.as_ref().context("the tools are there")?;
            Ok(Outcome::Passed(wasm::compare(root, tools)?))
        }
        "dist" => {
            with_tools()?;
            site::build(root, tools.as_ref().context("the tools are there")?, site::Build::Small)?;
            Ok(Outcome::Passed(1))
        }
        "size" => {
            size::check(root)?;
            Ok(Outcome::Passed(2))
        }
        "journeys" => {
            with_tools()?;
            let tools = tools.as_ref().context("the tools are there")?;
            if tools.chromium.is_none() && std::env::var_os("CI").is_none() {
                return Ok(Outcome::Skipped("no Chromium or Chrome was found".into()));
            }
            Ok(Outcome::Passed(browser::run(root, tools, &[])?))
        }
        _ => optional(root),
    }
}

/// Sums up the lines `test result: ok. 3 passed; 0 failed; …` of cargo.
fn tests(printed: &str) -> (u32, u32) {
    let number = |line: &str, what: &str| -> u32 {
        let before = line.split(what).next().unwrap_or_default();
        before.split_whitespace().last().and_then(|n| n.parse().ok()).unwrap_or(0)
    };
    printed.lines().filter(|line| line.starts_with("test result:")).fold((0, 0), |sum, line| {
        (sum.0 + number(line, " passed;"), sum.1 + number(line, " failed;"))
    })
}

/// Recorded runs against the model.
fn conform(sh: &Shell, arguments: &[&str]) -> Result<Outcome> {
    let linger = cmd!(sh, "cargo run --quiet --release --bin linger -- conform {arguments...}");
    let printed = linger.ignore_status().read()?;
    println!("{printed}");
    conformed(&printed)
}

fn conformed(printed: &str) -> Result<Outcome> {
    let last = printed.lines().last().unwrap_or_default();
    let numbers: Vec<u32> = last
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect();
    match numbers[..] {
        [passed, 0, ..] if passed > 0 => Ok(Outcome::Passed(passed)),
        [_, failed, ..] => bail!("{failed} recorded runs differ"),
        _ => bail!("conform printed no summary"),
    }
}

/// What real tools say of the programs that the page shows: a line each.
fn optional(root: &Path) -> Result<Outcome> {
    let mut checks = 0;
    let mut failed = Vec::new();
    for snippets::Line { name, result } in snippets::check(root)? {
        match result {
            Ok(Some(count)) => {
                checks += count;
                println!("{name}: ran on {count} programs");
            }
            Ok(None) => println!("{name}: not here"),
            Err(error) => {
                println!("{name}: {error:#}");
                failed.push(name);
            }
        }
    }
    match (failed.is_empty(), checks) {
        (false, _) => bail!("refused by {}", failed.join(", ")),
        (true, 0) => Ok(Outcome::Skipped("none of the tools is here".into())),
        (true, checks) => Ok(Outcome::Passed(checks)),
    }
}

fn summary(reports: &[Report]) -> Result<()> {
    println!("\n{:<10} {:>8} {:>8}", "step", "checks", "seconds");
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for report in reports {
        let seconds = report.took.as_secs();
        match &report.result {
            Ok(Outcome::Passed(checks)) => {
                passed += checks;
                println!("{:<10} {checks:>8} {seconds:>8}", report.step);
            }
            Ok(Outcome::Skipped(why)) => {
                skipped += 1;
                println!("{:<10} {:>8} {seconds:>8}  skipped: {why}", report.step, "-");
            }
            Err(error) => {
                failed += 1;
                println!("{:<10} {:>8} {seconds:>8}  FAILED: {error:#}", report.step, "-");
            }
        }
    }
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 {
        bail!("{failed} steps failed");
    }
    Ok(())
}

/// `cargo xtask record`: builds the recorder and records the named cases again, or all.
pub(crate) fn record(root: &Path, arguments: &[String]) -> Result<()> {
    let sh = Shell::new()?;
    sh.change_dir(root.join("tests/conformance/recorder"));
    for tool in ["java", "mvn"] {
        if cmd!(sh, "{tool} -version").quiet().ignore_stdout().ignore_stderr().run().is_err() {
            bail!("{tool} is missing: recording needs Java 17 and Maven; no test does");
        }
    }
    cmd!(sh, "mvn --quiet package").run()?;
    let jar = "target/producer-oracle.jar";
    if let Some((command, rest)) = arguments.split_first()
        && ["run", "check", "generate", "config-errors", "bench"].contains(&command.as_str())
    {
        cmd!(sh, "java -jar {jar} {command} {rest...}").run()?;
        return Ok(());
    }
    if arguments.first().is_some_and(|command| command == "configdef") {
        return record_config_definitions(&sh);
    }
    if arguments.first().is_some_and(|command| command == "errors") {
        let path = "target/classes:target/lib/*";
        cmd!(sh, "java -cp {path} oracle.ErrorsDump ../errors.json").ignore_stderr().run()?;
        return Ok(());
    }
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(root.join("tests/conformance/cases"))? {
        cases.push(entry?.path());
    }
    cases.sort();
    cmd!(sh, "java -jar {jar} run {cases...}").run()?;
    Ok(())
}

/// `cargo xtask record configdef`: dumps `ProducerConfig.configDef()` of the clients that the table of
/// settings knows; the newest is the recorder's own.
fn record_config_definitions(sh: &Shell) -> Result<()> {
    let clients = "target/clients";
    for (version, client) in [("2.8", Some("2.8.2")), ("3.9", Some("3.9.1")), ("4.3", None)] {
        let mut path = "target/classes:target/lib/*".to_owned();
        if let Some(client) = client {
            let artifact = format!("-Dartifact=org.apache.kafka:kafka-clients:{client}");
            let into = format!("-DoutputDirectory={clients}");
            cmd!(sh, "mvn --quiet dependency:copy {artifact} {into}").run()?;
            path = format!("{clients}/kafka-clients-{client}.jar:{path}");
        }
        let file = format!("../configdef-{version}.json");
        cmd!(sh, "java -cp {path} oracle.ConfigDefDump {file}").ignore_stderr().run()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_test_binaries_add_up() {
        let printed = "test result: ok. 3 passed; 0 failed; 0 ignored\nnoise\n\
                       test result: FAILED. 4 passed; 2 failed; 0 ignored\n";
        assert_eq!(super::tests(printed), (7, 2));
    }

    #[test]
    fn a_case_that_differs_fails_the_step() {
        assert!(conformed("x differs\n304 passed, 1 failed").is_err());
        assert!(matches!(conformed("305 passed, 0 failed"), Ok(Outcome::Passed(305))));
        assert!(conformed("").is_err());
    }

    #[test]
    fn an_unknown_step_is_named() {
        let error = only(&["--only".into(), "nonsense".into()]).expect_err("no such step");
        assert!(error.to_string().contains("nonsense"));
    }
}
