//! Puts every question of `ask.mjs` to the native build: one answer a line.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("tests/conformance/cases");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    for file in files {
        println!("{}", wasm_probe::answer(&std::fs::read_to_string(file)?));
    }
    for seed in 0..wasm_probe::SEEDS {
        println!("{}", wasm_probe::answer(&format!("seed {seed}")));
    }
    Ok(())
}
