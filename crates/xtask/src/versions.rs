//! Versions of tools, out of Cargo.toml and Cargo.lock: their one place.

use anyhow::{Context, Result};
use std::path::Path;
use toml::Table;

/// What the set-up fetches, and in which version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Versions {
    pub(crate) trunk: String,
    pub(crate) wasm_bindgen: String,
    /// Packages of npm as `name@version`.
    pub(crate) npm: Vec<String>,
}

impl Versions {
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let manifest = std::fs::read_to_string(root.join("Cargo.toml"))?;
        let lock = std::fs::read_to_string(root.join("Cargo.lock"))?;
        Self::of(&manifest, &lock)
    }

    fn of(manifest: &str, lock: &str) -> Result<Self> {
        let manifest: Table = manifest.parse()?;
        let tools = manifest
            .get("workspace")
            .and_then(|w| w.get("metadata")?.get("tools")?.as_table())
            .context("Cargo.toml has no [workspace.metadata.tools]")?;
        let version = |name: &str| -> Result<String> {
            let version = tools.get(name).and_then(toml::Value::as_str);
            Ok(version.with_context(|| format!("no version of {name} in Cargo.toml"))?.to_owned())
        };
        let npm = ["binaryen", "playwright-core", "@axe-core/playwright"];
        let npm = npm.into_iter().map(|name| Ok(format!("{name}@{}", version(name)?)));
        Ok(Self {
            trunk: version("trunk")?,
            wasm_bindgen: locked(lock, "wasm-bindgen")?,
            npm: npm.collect::<Result<_>>()?,
        })
    }
}

/// The version of a package in Cargo.lock.
fn locked(lock: &str, name: &str) -> Result<String> {
    let lock: Table = lock.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    packages
        .into_iter()
        .flatten()
        .find(|package| package.get("name").and_then(toml::Value::as_str) == Some(name))
        .and_then(|package| Some(package.get("version")?.as_str()?.to_owned()))
        .with_context(|| format!("Cargo.lock has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace.metadata.tools]\ntrunk = \"1.2.3\"\nbinaryen = \"4\"\n\
                            playwright-core = \"5\"\n\"@axe-core/playwright\" = \"6\"\n";
    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.9\"\n";

    #[test]
    fn versions_come_from_one_place() {
        let versions = Versions::of(MANIFEST, LOCK).expect("both are complete");
        assert_eq!(versions.trunk, "1.2.3");
        assert_eq!(versions.wasm_bindgen, "0.2.9");
        assert_eq!(versions.npm, ["binaryen@4", "playwright-core@5", "@axe-core/playwright@6"]);
    }

    #[test]
    fn a_missing_version_is_named() {
        let error = Versions::of("[workspace.metadata.tools]\n", LOCK).expect_err("nothing there");
        assert!(error.to_string().contains("trunk"), "{error}");
    }
}
