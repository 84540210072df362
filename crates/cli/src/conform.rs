//! `linger conform PATH…`, and `linger conform --cluster PATH…` for runs of real clusters: one line
//! for each case that differs, then `N passed, N failed`.
//!
//! Exit status 1 if a case differs, 2 if a file cannot be read.

use crate::cluster;
use conformance::{Case, Difference, Line, MetricsToo, Observed, account, first_difference};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

struct Options {
    cluster: bool,
    metrics: MetricsToo,
    verbose: bool,
    paths: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let cases = options(arguments).and_then(|options| Ok((files(&options.paths)?, options)));
    let (files, options) = match cases {
        Ok(cases) => cases,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let (mut passed, mut failed, mut unreadable) = (0, 0, 0);
    for file in &files {
        let checked = if options.cluster {
            cluster::check(file, options.verbose)
        } else {
            check(file, &options)
        };
        match checked {
            Ok(None) => passed += 1,
            Ok(Some(line)) => {
                failed += 1;
                println!("{line}");
            }
            Err(message) => {
                unreadable += 1;
                eprintln!("{}: {message}", file.display());
            }
        }
    }
    let without = if options.metrics == MetricsToo::No { " (without metrics)" } else { "" };
    println!("{passed} passed, {failed} failed{without}");
    match (unreadable, failed) {
        (0, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(1),
        _ => ExitCode::from(2),
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let (metrics, paths) = (MetricsToo::Yes, Vec::new());
    let mut options = Options { cluster: false, metrics, verbose: false, paths };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--without" => match arguments.next().map(String::as_str) {
                Some("metrics") => options.metrics = MetricsToo::No,
                _ => return Err("--without wants: metrics".to_owned()),
            },
            "--cluster" => options.cluster = true,
            "--verbose" => options.verbose = true,
            flag if flag.starts_with('-') => return Err(format!("unknown argument {flag}")),
            path => options.paths.push(PathBuf::from(path)),
        }
    }
    if options.paths.is_empty() {
        return Err("conform wants at least one file or folder".to_owned());
    }
    Ok(options)
}

/// The files, and for a folder all its `*.json`, sorted.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        let cannot = |error: std::io::Error| format!("{}: {error}", path.display());
        if !path.is_dir() {
            std::fs::metadata(path).map_err(cannot)?;
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(cannot)? {
            let file = entry.map_err(cannot)?.path();
            if file.extension().is_some_and(|extension| extension == "json") {
                inside.push(file);
            }
        }
        inside.sort();
        files.append(&mut inside);
    }
    Ok(files)
}

/// The line about a case that differs; `None` if it passes.
fn check(file: &Path, options: &Options) -> Result<Option<String>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let case = Case::parse(&text).map_err(|error| error.to_string())?;
    let scenario = case.scenario().map_err(|error| error.to_string())?;
    let config = scenario.producer.clone();
    let observed = Observed::of(&model::run(scenario), &config).0;
    let Some(difference) = first_difference(&case.expect, &observed, options.metrics) else {
        return Ok(None);
    };
    let mut line = format!("{}: {difference}", case.name);
    if options.verbose {
        for (who, run) in [("client", &case.expect), ("model", &observed)] {
            around(&difference, &account(run), who, &mut line);
        }
    }
    Ok(Some(line))
}

/// What a side did just before and just after the difference.
fn around(difference: &Difference, lines: &[Line], who: &str, out: &mut String) {
    const BEFORE: usize = 6;
    const AFTER: usize = 7;
    let position = lines.partition_point(|line| line.at_us < difference.at_us);
    let from = position.saturating_sub(BEFORE);
    let to = lines.len().min(position + AFTER);
    for line in &lines[from..to] {
        let mark = if line.about == difference.about { ">" } else { " " };
        out.push_str(&format!("\n {mark} {who:<6} {:<12} {}", line.about, line.words));
    }
}
