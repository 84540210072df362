//! Gets what is missing, and says so. Order: what is there is used; else rustup; else, on Debian, the
//! packages of Debian; else one sentence that says what to install.
//!
//! Tools stand in a folder of the user's cache, by version, so that a second clone needs nothing:
//! `$LINGER_TOOLS`, else `$XDG_CACHE_HOME/linger`, else `~/.cache/linger`.

use crate::versions::Versions;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

const TARGET: &str = "wasm32-unknown-unknown";

/// Where the tools are.
pub(crate) struct Tools {
    /// Folders that go in front of PATH.
    path: Vec<PathBuf>,
    /// Variables of a build for wasm.
    wasm: Vec<(String, String)>,
    /// `node_modules` of the npm packages.
    pub(crate) node_modules: PathBuf,
    pub(crate) chromium: Option<PathBuf>,
}

/// How the standard library for wasm is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WasmStd {
    /// The toolchain has it.
    There,
    /// rustup fetches it.
    Rustup,
    /// Debian's compiler and its source.
    Debian,
    /// Somebody has to install something.
    Nothing,
}

/// Decides, from what the machine has.
fn wasm_std(there: bool, rustup: bool, may_install: bool, debian: bool) -> WasmStd {
    match (there, rustup && may_install, debian) {
        (true, ..) => WasmStd::There,
        (_, true, _) => WasmStd::Rustup,
        (_, _, true) => WasmStd::Debian,
        _ => WasmStd::Nothing,
    }
}

impl Tools {
    /// Gets everything that building and serving the page needs.
    pub(crate) fn get(root: &Path) -> Result<Self> {
        let sh = Shell::new()?;
        let cache = cache()?;
        let versions = Versions::read(root)?;
        let wasm = wasm_target(&sh, &cache)?;
        let path = vec![
            cargo_tool(&sh, &cache, "wasm-bindgen-cli", "wasm-bindgen", &versions.wasm_bindgen, 5)?,
            cargo_tool(&sh, &cache, "trunk", "trunk", &versions.trunk, 7)?,
        ];
        let node_modules = npm(&sh, &cache, &versions.npm)?;
        let chromium = chromium(&sh);
        Ok(Self { path, wasm, node_modules, chromium })
    }

    /// PATH with the tools in front.
    pub(crate) fn path(&self) -> Result<std::ffi::OsString> {
        let old = std::env::var_os("PATH").unwrap_or_default();
        let all = self.path.iter().cloned().chain(std::env::split_paths(&old));
        Ok(std::env::join_paths(all)?)
    }

    /// Sets what a build for wasm needs.
    pub(crate) fn for_wasm(&self, sh: &Shell) {
        for (name, value) in &self.wasm {
            sh.set_var(name, value);
        }
    }

    /// `wasm-opt` of binaryen.
    pub(crate) fn wasm_opt(&self) -> PathBuf {
        self.node_modules.join("binaryen/bin/wasm-opt")
    }
}

fn say(what: &str, minutes: u32) {
    let time = match minutes {
        0 => "seconds".to_owned(),
        1 => "about a minute".to_owned(),
        n => format!("about {n} minutes on two cores"),
    };
    println!("linger: {what} ({time}, once)");
}

/// Where tools stand, and what they need.
pub(crate) fn cache() -> Result<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = variable("LINGER_TOOLS")
        .or_else(|| Some(variable("XDG_CACHE_HOME")?.join("linger")))
        .or_else(|| Some(variable("HOME")?.join(".cache/linger")))
        .context("set LINGER_TOOLS to a folder for linger's tools: there is no HOME")?;
    std::fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    Ok(cache)
}

fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists()
}

/// Variables for a wasm build, after making sure that there is a standard library for it.
fn wasm_target(sh: &Shell, cache: &Path) -> Result<Vec<(String, String)>> {
    let sysroot = cmd!(sh, "rustc --print sysroot").quiet().read().context("rustc is not here")?;
    let lib = |sysroot: &str| Path::new(sysroot).join("lib/rustlib").join(TARGET).join("lib");
    let there = lib(&sysroot).exists();
    let rustup = cmd!(sh, "rustup --version").quiet().ignore_stderr().read().is_ok();
    let may_install = std::env::var("RUSTUP_AUTO_INSTALL").is_ok_and(|v| v == "0");
    match wasm_std(there, rustup, !may_install, is_debian()) {
        WasmStd::There => Ok(Vec::new()),
        WasmStd::Rustup => {
            say("getting the standard library for wasm with rustup", 0);
            cmd!(sh, "rustup target add {TARGET}").run()?;
            Ok(Vec::new())
        }
        WasmStd::Debian => debian_std(sh, cache, &sysroot),
        WasmStd::Nothing => bail!(
            "the standard library for {TARGET} is missing: run `rustup target add {TARGET}`, or \
             install your system's package of it"
        ),
    }
}

/// How Debian's compiler builds its standard library and our crates alike: a panic traps at once,
/// without the texts of panics, of `{:?}` and of places in the source. All of these are a tenth of the
/// page, and nobody sees them there. On a toolchain of rustup, whose library is built already, the page
/// is that much larger.
const SMALL: [&str; 4] =
    ["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none"];

/// Debian's `rustc-web` with a standard library built from its source, and rustup's linker.
fn debian_std(sh: &Shell, cache: &Path, sysroot: &str) -> Result<Vec<(String, String)>> {
    let rustc = "/usr/bin/rustc";
    if !Path::new(rustc).exists() || !has_package("rust-web-src") {
        apt(sh, &["rustc-web", "rust-web-src"], "Debian's compiler for the web", 1)?;
    }
    let home = cache.join("std");
    let version = cmd!(sh, "{rustc} --version").quiet().read()?;
    // a library of another compiler, or of other flags, is built anew
    let stamp = format!("{version} {}", SMALL.join(" "));
    if std::fs::read_to_string(home.join("stamp")).ok() != Some(stamp.clone()) {
        say("building the standard library for wasm", 1);
        build_std(sh, &home, rustc)?;
        std::fs::write(home.join("stamp"), stamp)?;
    }
    let host = cmd!(sh, "rustc --print host-tuple").quiet().read()?;
    let linker = format!("{sysroot}/lib/rustlib/{host}/bin/rust-lld");
    let own = format!("--sysroot={}", home.display());
    let flags = [&[own.as_str()], &SMALL[..]].concat().join("\u{1f}");
    Ok(vec![
        ("RUSTC".into(), rustc.into()),
        ("RUSTC_BOOTSTRAP".into(), "1".into()),
        ("CARGO_ENCODED_RUSTFLAGS".into(), flags),
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER".into(), linker),
    ])
}

/// Builds the standard library into `home`, laid out as a sysroot.
fn build_std(sh: &Shell, home: &Path, rustc: &str) -> Result<()> {
    let _ = std::fs::remove_dir_all(home);
    let dummy = home.join("build");
    std::fs::create_dir_all(dummy.join("src"))?;
    let manifest =
        "[package]\nname = \"dummy\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n";
    std::fs::write(dummy.join("Cargo.toml"), manifest)?;
    std::fs::write(dummy.join("src/lib.rs"), "#![no_std]\n")?;
    {
        let _dir = sh.push_dir(&dummy);
        let _target = sh.push_env("CARGO_TARGET_DIR", dummy.join("target"));
        let _rustc = sh.push_env("RUSTC", rustc);
        let _nightly = sh.push_env("RUSTC_BOOTSTRAP", "1");
        let _level = sh.push_env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "z");
        // without the bitcode a later link-time optimisation fails
        let flags = [&["-Cembed-bitcode=yes"], &SMALL[..]].concat().join("\u{1f}");
        let _flags = sh.push_env("CARGO_ENCODED_RUSTFLAGS", flags);
        // small sorts and the like, as the page is measured in bytes
        let small = "-Zbuild-std-features=optimize_for_size";
        let crates = "-Zbuild-std=std,panic_abort";
        cmd!(sh, "cargo build --quiet --release {crates} {small} --target {TARGET}").run()?;
    }
    let lib = home.join("lib/rustlib").join(TARGET).join("lib");
    std::fs::create_dir_all(&lib)?;
    for entry in std::fs::read_dir(dummy.join("target").join(TARGET).join("release/deps"))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libdummy") {
            std::fs::copy(&file, lib.join(name))?;
        }
    }
    std::fs::remove_dir_all(dummy)?;
    Ok(())
}

fn has_package(name: &str) -> bool {
    Path::new("/var/lib/dpkg/info").join(format!("{name}.list")).exists()
}

fn apt(sh: &Shell, packages: &[&str], what: &str, minutes: u32) -> Result<()> {
    say(&format!("installing {what} with apt-get"), minutes);
    let list = packages.join(" ");
    let _quiet = sh.push_env("DEBIAN_FRONTEND", "noninteractive");
    let _ = cmd!(sh, "apt-get update -qq").quiet().run();
    cmd!(sh, "apt-get install -y -qq --no-install-recommends {packages...}")
        .ignore_stdout()
        .run()
        .with_context(|| format!("install {list} as root, then try again"))
}

/// The folder of a tool in this version: one on PATH, or one that cargo builds.
fn cargo_tool(
    sh: &Shell,
    cache: &Path,
    package: &str,
    binary: &str,
    version: &str,
    minutes: u32,
) -> Result<PathBuf> {
    let on_path = cmd!(sh, "{binary} --version").quiet().ignore_stderr().read().ok();
    if let Some(found) = on_path.filter(|found| is_version(found, version)) {
        let _ = found;
        return Ok(PathBuf::new());
    }
    let home = cache.join(format!("{binary}-{version}"));
    let bin = home.join("bin");
    if bin.join(binary).exists() || bin.join(format!("{binary}.exe")).exists() {
        return Ok(bin);
    }
    say(&format!("building {binary} {version}"), minutes);
    // it runs for seconds and is built for minutes: no time for optimising it
    let _level = sh.push_env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
    let _lto = sh.push_env("CARGO_PROFILE_RELEASE_LTO", "off");
    let _units = sh.push_env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    let _target = sh.push_env("CARGO_TARGET_DIR", cache.join("build"));
    // the lock file of wasm-bindgen-cli has named versions that the registry no longer serves
    let locked: &[&str] =
        if package == "trunk" { &["--locked", "--no-default-features"] } else { &[] };
    cmd!(sh, "cargo install --quiet {package} --version {version} --root {home} {locked...}")
        .run()
        .with_context(|| format!("cargo could not build {package} {version}"))?;
    let _ = std::fs::remove_dir_all(cache.join("build"));
    Ok(bin)
}

/// Whether what `--version` printed is this version.
fn is_version(printed: &str, version: &str) -> bool {
    printed.split_whitespace().any(|word| word == version)
}

/// The folder with the npm packages, installed if it is not there.
fn npm(sh: &Shell, cache: &Path, packages: &[String]) -> Result<PathBuf> {
    let name = packages.join("+").replace(['/', '@'], "-");
    let home = cache.join(format!("npm{name}"));
    let modules = home.join("node_modules");
    if home.join("complete").exists() {
        return Ok(modules);
    }
    if cmd!(sh, "node --version").quiet().ignore_stderr().read().is_err() {
        bail!("Node.js is missing: install it (version 20 or later), then try again");
    }
    say("getting wasm-opt and the browser driver from npm", 1);
    std::fs::create_dir_all(&home)?;
    std::fs::write(home.join("package.json"), "{\"private\":true}")?;
    cmd!(
        sh,
        "npm install --silent --no-audit --no-fund --ignore-scripts --prefix {home} {packages...}"
    )
    .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
    .ignore_stdout()
    .run()?;
    std::fs::write(home.join("complete"), "")?;
    Ok(modules)
}

/// Chromium or Chrome, installed on Debian if it is not there and that may be done.
fn chromium(sh: &Shell) -> Option<PathBuf> {
    if let Some(found) = find_chromium() {
        if is_debian() && is_root(sh) && !has_package("fonts-noto-cjk") {
            let _ = apt(sh, &["fonts-noto-cjk"], "a Korean font", 1);
        }
        return Some(found);
    }
    if is_debian() && is_root(sh) {
        let _ = apt(sh, &["chromium", "fonts-noto-cjk"], "Chromium and a Korean font", 2);
    }
    find_chromium()
}

fn is_root(sh: &Shell) -> bool {
    cmd!(sh, "id -u").quiet().read().is_ok_and(|id| id == "0")
}

fn find_chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("LINGER_CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).flat_map(|dir| names.map(|name| dir.join(name)));
    let well_known = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
    ];
    on_path.chain(well_known.map(PathBuf::from)).find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_used_first() {
        assert_eq!(wasm_std(true, true, true, true), WasmStd::There);
        assert_eq!(wasm_std(false, true, true, true), WasmStd::Rustup);
        assert_eq!(wasm_std(false, true, false, true), WasmStd::Debian);
        assert_eq!(wasm_std(false, false, true, true), WasmStd::Debian);
        assert_eq!(wasm_std(false, true, false, false), WasmStd::Nothing);
    }

    #[test]
    fn a_version_is_a_whole_word() {
        assert!(is_version("wasm-bindgen 0.2.130", "0.2.130"));
        assert!(!is_version("wasm-bindgen 0.2.13", "0.2.130"));
        assert!(!is_version("trunk 0.21.140", "0.21.14"));
    }
}
