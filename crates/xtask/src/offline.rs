//! The service worker's list: which files the site has, and the digest of each, so that a new version of
//! any file replaces the old one in browsers that keep it.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

const WORKER: &str = "service-worker.js";
/// What the list takes the place of.
const NO_FILES: &str = "const FILES = {}";

/// Writes the list into the site's service worker.
pub(crate) fn list_files(site: &Path) -> Result<()> {
    let mut digests = BTreeMap::new();
    for entry in std::fs::read_dir(site).context("the site is not built")? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && name != WORKER {
            digests.insert(name, xxh3_64(&std::fs::read(entry.path())?));
        }
    }
    let path = site.join(WORKER);
    let worker = std::fs::read_to_string(&path)?;
    ensure!(worker.contains(NO_FILES), "{WORKER} has no place for the list of files");
    std::fs::write(&path, worker.replace(NO_FILES, &list(&digests)))?;
    Ok(())
}

fn list(digests: &BTreeMap<String, u64>) -> String {
    let files = digests.iter().map(|(name, digest)| format!("  '{name}': '{digest:016x}',\n"));
    format!("const FILES = {{\n{}}}", files.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_stands_with_its_digest() {
        let digests = BTreeMap::from([("a.js".to_owned(), 1), ("b.wasm".to_owned(), u64::MAX)]);
        let want =
            "const FILES = {\n  'a.js': '0000000000000001',\n  'b.wasm': 'ffffffffffffffff',\n}";
        assert_eq!(list(&digests), want);
    }
}
