//! `linger soak`: random scenarios, every invariant after every event, on all cores.

use conformance::{random, run_checked};
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

const COUNT: u64 = 1_000_000;
/// Broken runs that are told before a soak gives up.
const TOLD_MAX: u64 = 10;

#[expect(clippy::disallowed_methods, reason = "each soak has a seed of its own, which it prints")]
fn seed_of_today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// One of four is a cluster in which much goes wrong.
fn chosen(number: u64) -> model::Scenario {
    if number % 4 == 3 { random::faulty_cluster(number) } else { random::scenario(number) }
}

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let (mut seed, mut count) = (seed_of_today(), COUNT);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let number = rest.next().and_then(|text| text.parse().ok());
        match (argument.as_str(), number) {
            ("--seed", Some(number)) => seed = number,
            ("--count", Some(number)) => count = number,
            _ => {
                eprintln!("soak takes --seed N and --count N");
                return ExitCode::from(2);
            }
        }
    }
    println!("soak: {count} scenarios from seed {seed}");
    let soak = Soak { seed, count, ..Soak::default() };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| soak.work());
        }
    });
    let broken = soak.broken.into_inner();
    println!("soak: {broken} broken");
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// What the threads share.
#[derive(Default)]
struct Soak {
    seed: u64,
    count: u64,
    begun: AtomicU64,
    broken: AtomicU64,
}

impl Soak {
    fn work(&self) {
        while self.broken.load(Ordering::Relaxed) < TOLD_MAX {
            let number = self.begun.fetch_add(1, Ordering::Relaxed);
            if number >= self.count {
                return;
            }
            let scenario = self.seed.wrapping_add(number);
            let found = match catch_unwind(|| run_checked(chosen(scenario))) {
                Ok(Ok(_)) => None,
                Ok(Err(broken)) => Some(broken.to_string()),
                Err(_) => Some("it panicked, see above".to_owned()),
            };
            if let Some(found) = found {
                println!("scenario {scenario}: {found}");
                self.broken.fetch_add(1, Ordering::Relaxed);
            }
            if (number + 1).is_multiple_of(50_000) {
                println!("soak: {} of {}", number + 1, self.count);
            }
        }
    }
}
