//! `linger`: the model without a page.

mod bench;
mod cluster;
mod conform;
mod soak;

use std::process::ExitCode;

const USAGE: &str = "usage: linger COMMAND

  conform [--without metrics] [--verbose] PATH…   recorded cases against the model
  conform --cluster [--verbose] PATH…             scripts of real clusters against the model
  bench                                           speed of the model
  soak [--seed N] [--count N]                     random scenarios, all invariants after each event";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) =
        arguments.split_first().map_or(("help", &[][..]), |(command, rest)| (command, rest));
    match command {
        "conform" => conform::run(rest),
        "bench" => bench::run(rest),
        "soak" => soak::run(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        other => {
            eprintln!("there is no command '{other}'\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
