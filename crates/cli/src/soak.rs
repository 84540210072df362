//! `linger soak`: random scenarios, every invariant after every event.

use conformance::{random, run_checked};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

const COUNT: u64 = 1_000_000;
/// Broken runs that are told before a soak gives up.
const TOLD_MAX: u32 = 10;

#[expect(clippy::disallowed_methods, reason = "each soak has a seed of its own, which it prints")]
fn seed_of_today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
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
    let mut broken = 0;
    for number in 0..count {
        let scenario = seed.wrapping_add(number);
        if let Err(found) = run_checked(random::scenario(scenario)) {
            println!("scenario {scenario}: {found}");
            broken += 1;
            if broken == TOLD_MAX {
                break;
            }
        }
        if (number + 1) % 50_000 == 0 {
            println!("soak: {} of {count}", number + 1);
        }
    }
    println!("soak: {broken} broken");
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
