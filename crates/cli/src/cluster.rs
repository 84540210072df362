//! A script of a real cluster, played with many seeds and held against its outcomes.

use conformance::cluster::{ClusterCase, SEEDS, Script, SeedRun};
use std::num::NonZero;
use std::path::Path;

/// The line about a script that differs, verbose with what the model did; `None` if it passes.
pub(crate) fn check(file: &Path, verbose: bool) -> Result<Option<String>, String> {
    let case = read(file)?;
    for part in 0..case.parts() {
        let runs = play(&case, part);
        if verbose {
            case.ranges(part, &runs).iter().for_each(|line| println!("{line}"));
        }
        let Some(difference) = case.difference(part, &runs) else { continue };
        if !verbose {
            return Ok(Some(difference.line));
        }
        let mut lines = vec![difference.line];
        let told = case.account(part, difference.seed);
        lines.push(format!("  the model with seed {}:", difference.seed));
        lines.extend(told.into_iter().map(|line| format!("  {line}")));
        return Ok(Some(lines.join("\n")));
    }
    Ok(None)
}

fn read(file: &Path) -> Result<ClusterCase, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let script = Script::parse(&text).map_err(|error| error.to_string())?;
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    let outcome = |name: &String| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let outcomes = script.outcomes.iter().map(outcome).collect::<Result<Vec<_>, _>>()?;
    ClusterCase::new(&script, &outcomes).map_err(|error| error.to_string())
}

/// One part's runs in order of seeds, on all processors.
fn play(case: &ClusterCase, part: usize) -> Vec<SeedRun> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let mut runs: Vec<(u64, SeedRun)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let seeds = (worker..SEEDS).step_by(threads as usize);
                scope.spawn(move || {
                    seeds.map(|seed| (seed, case.play(part, seed))).collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a run does not panic"))
            .collect()
    });
    runs.sort_by_key(|(seed, _)| *seed);
    runs.into_iter().map(|(_, run)| run).collect()
}
