//! Builds the page: `cargo xtask dist` and `cargo xtask serve`.

use crate::evidence;
use crate::offline;
use crate::server::Server;
use crate::tools::Tools;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::time::Instant;
use xshell::{Shell, cmd};

/// Builds for wasm have their own folder, so that they and native builds do not undo each other.
pub(crate) fn wasm_target_dir(root: &Path) -> PathBuf {
    root.join("target/wasm")
}

/// Where the site is built.
pub(crate) fn site(root: &Path) -> PathBuf {
    root.join("dist/site")
}

/// How the page is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// Small, for visitors.
    Small,
    /// Quickly, for whoever is writing it.
    Draft,
}

impl Build {
    /// Out of the command line.
    fn of(arguments: &[String]) -> Result<Self> {
        match arguments {
            [] => Ok(Self::Small),
            [one] if one == "--draft" => Ok(Self::Draft),
            _ => bail!("expected --draft or nothing"),
        }
    }

    fn profile(self) -> &'static str {
        match self {
            Self::Small => "wasm",
            Self::Draft => "draft",
        }
    }

    fn profile_of_long_runs(self) -> &'static str {
        match self {
            Self::Small => "fast",
            Self::Draft => "draft",
        }
    }
}

/// `cargo xtask dist`.
pub(crate) fn dist(root: &Path, arguments: &[String]) -> Result<()> {
    let how = Build::of(arguments)?;
    let tools = Tools::get(root)?;
    build(root, &tools, how)?;
    println!("linger: the site is in {}", site(root).display());
    Ok(())
}

/// Builds the site into `dist/site`: static files with relative addresses.
#[expect(clippy::disallowed_methods, reason = "set-up says how long a build took")]
pub(crate) fn build(root: &Path, tools: &Tools, how: Build) -> Result<()> {
    let began = Instant::now();
    println!("linger: building the page (about two minutes the first time, seconds after that)");
    let sh = shell(root, tools)?;
    // trunk reads a boolean from this well-known variable, and refuses another value
    let _colour = sh.push_env("NO_COLOR", "true");
    let profile = how.profile();
    cmd!(sh, "trunk --offline --log warn build --cargo-profile {profile}").run()?;
    let page = site(root).join("index.html");
    let index = without_additions(&std::fs::read_to_string(&page)?);
    std::fs::write(&page, &index)?;
    std::fs::write(site(root).join("embed.html"), for_embeds(&index))?;
    // what is first; panels, when wanted; and long runs, which are to be fast
    build_module(&sh, root, &["--package=engine", "--bin=engine"], "engine", profile)?;
    build_module(&sh, root, &["--package=more", "--lib"], "more", profile)?;
    build_module(&sh, root, &LONG, "long", how.profile_of_long_runs())?;
    if how == Build::Small {
        optimise(&sh, root, tools)?;
    }
    offline::list_files(&site(root))?;
    // evidence is fetched when somebody asks for it
    evidence::write(root)?;
    println!("linger: built in {} s", began.elapsed().as_secs());
    Ok(())
}

/// The page without what trunk writes into it. A script: `start.js` starts the page, and a strict content
/// security policy allows no script inside of it. Links that fetch the page's module at once: the picture
/// comes before it.
fn without_additions(page: &str) -> String {
    let page = without(page, "<script type=\"module\">", "</script>");
    let page = without(&page, "<link rel=\"modulepreload\" href=\"./web.js\"", ">");
    without(&page, "<link rel=\"preload\" href=\"./web_bg.wasm\"", ">")
}

/// A text without every part that has this begin and this end.
fn without(text: &str, begin: &str, end: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(begin) {
        kept.push_str(before);
        rest = behind.split_once(end).map_or("", |(_, after)| after);
    }
    kept + rest
}

/// The same page for the frames of other pages: what it shows is named by its address.
fn for_embeds(index: &str) -> String {
    index.replacen("<html ", "<html data-embed ", 1)
}

/// The program for long runs.
const LONG: [&str; 3] = ["--package=engine", "--bin=long", "--features=long"];

/// A module that a worker loads: what cargo calls by `what`, and comes out as `name`.
fn build_module(sh: &Shell, root: &Path, what: &[&str], name: &str, profile: &str) -> Result<()> {
    let wasm = "wasm32-unknown-unknown";
    let lean = "--no-default-features";
    cmd!(sh, "cargo build --quiet {what...} {lean} --profile {profile} --target {wasm}").run()?;
    let built = wasm_target_dir(root).join(wasm).join(profile).join(format!("{name}.wasm"));
    let site = site(root);
    cmd!(sh, "wasm-bindgen --target web --no-typescript --out-dir {site} {built}").run()?;
    Ok(())
}

fn shell(root: &Path, tools: &Tools) -> Result<Shell> {
    let sh = Shell::new()?;
    sh.change_dir(root);
    sh.set_var("PATH", tools.path()?);
    sh.set_var("CARGO_TARGET_DIR", wasm_target_dir(root));
    tools.for_wasm(&sh);
    Ok(sh)
}

/// Makes each wasm of the site small. `-O1` is smaller than `-Oz` once it is compressed: what is alike
/// stays alike.
fn optimise(sh: &Shell, root: &Path, tools: &Tools) -> Result<()> {
    let wasm_opt = tools.wasm_opt();
    for entry in std::fs::read_dir(site(root)).context("trunk built nothing")? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "wasm") {
            let features = [
                "--enable-bulk-memory",
                "--enable-nontrapping-float-to-int",
                "--enable-sign-ext",
                "--enable-mutable-globals",
                "--enable-reference-types",
                "--enable-multivalue",
            ];
            cmd!(sh, "{wasm_opt} -O1 {features...} {file} -o {file}").quiet().run()?;
        }
    }
    Ok(())
}

/// `cargo xtask serve`: builds, then serves until it is stopped.
pub(crate) fn serve(root: &Path, arguments: &[String]) -> Result<()> {
    let how = Build::of(arguments)?;
    let tools = Tools::get(root)?;
    build(root, &tools, how)?;
    let server = Server::start(site(root), 8080)?;
    println!("linger: http://127.0.0.1:{}/  (Ctrl+C ends it)", server.port);
    server.wait();
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_embed_is_the_same_page_with_a_mark() {
        let page = super::for_embeds("<!doctype html><html lang=\"en\"><head>");
        assert_eq!(page, "<!doctype html><html data-embed lang=\"en\"><head>");
    }

    #[test]
    fn scripts_inside_of_the_page_go_and_named_ones_stay() {
        let page =
            "<script type=\"module\" src=\"a.js\"></script>b<script type=\"module\">c</script>d";
        let kept = super::without_additions(page);
        assert_eq!(kept, "<script type=\"module\" src=\"a.js\"></script>bd");
    }

    #[test]
    fn what_is_first_is_fetched_at_once_and_the_page_is_not() {
        let of = |file: &str| format!("<link rel=\"modulepreload\" href=\"./{file}\" x>");
        let kept = super::without_additions(&[of("engine.js"), of("web.js")].concat());
        assert_eq!(kept, of("engine.js"));
    }
}
