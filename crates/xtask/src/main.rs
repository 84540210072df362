//! `cargo xtask …`: set-up, serve, test, dist. Knows no Kafka rule.

mod bench;
mod browser;
mod evidence;
mod offline;
mod server;
mod site;
mod size;
mod snippets;
mod test;
mod tools;
mod versions;
mod wasm;

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

const USAGE: &str = "usage: cargo xtask COMMAND

  serve          build the page, serve it on loopback, print the address   [--draft]
  dist           build the static site into dist/site/   [--draft: quick to build, not small]
  test           everything that must hold   [--only STEP]…
  size           sizes of the built site, after brotli
  bench          speed, as ratios in one run   [--java]
  setup          get the tools that the others need
  record         record conformance cases again (needs Java and Maven)
  soak           a million random scenarios   [--seed N] [--count N]
  journeys       the browser journeys alone, on dist/site/   [NAME…]";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = run(&arguments) {
        eprintln!("error: {error:#}");
        std::process::exit(1);
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let root = root();
    let (command, rest) = arguments.split_first().map_or(("help", &[][..]), |(c, r)| (c, r));
    match command {
        "serve" => site::serve(&root, rest),
        "dist" => site::dist(&root, rest),
        "test" => test::run(&root, rest),
        "size" => size::print(&root),
        "bench" => bench::run(&root, rest),
        "setup" => tools::Tools::get(&root).map(drop),
        "record" => test::record(&root, rest),
        "soak" => bench::soak(&root, rest),
        "journeys" => browser::journeys(&root, rest).map(drop),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no command '{other}'\n\n{USAGE}"),
    }
}

/// The workspace: two folders above this crate.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}
