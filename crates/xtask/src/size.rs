//! What a visitor downloads: `size.NAME BYTES`, each file after brotli at quality 11.

use crate::site::site;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

/// What a first load may take, in bytes; a KB is 1,000. The page around the picture, which comes next, has
/// the same limit for its wasm.
const WASM_MAX: usize = 200_000;
const FIRST_LOAD_MAX: usize = 250_000;
/// What fetches the page around the picture.
const PAGE: &str = "page.js";
/// Fetched once the picture is there, as is what they name.
const AFTER_THE_PICTURE: [&str; 2] = [PAGE, "service-worker.js"];

/// Sizes of the built site.
#[derive(Default)]
pub(crate) struct Sizes {
    /// Name and bytes of each file.
    files: Vec<(String, usize)>,
    /// The wasm of the first load.
    wasm: usize,
    first_load: usize,
    /// What the page takes that stands around the picture, and its wasm.
    page: usize,
    page_wasm: usize,
}

/// `cargo xtask size`.
pub(crate) fn print(root: &Path) -> Result<()> {
    measure_and_print(root).map(drop)
}

fn measure_and_print(root: &Path) -> Result<Sizes> {
    let sizes = measure(root)?;
    for (name, bytes) in &sizes.files {
        println!("size.{name} {bytes}");
    }
    println!("size.wasm {} (at most {WASM_MAX})", sizes.wasm);
    println!("size.first_load {} (at most {FIRST_LOAD_MAX})", sizes.first_load);
    println!("size.page_wasm {} (at most {WASM_MAX})", sizes.page_wasm);
    println!("size.page {}", sizes.page);
    Ok(sizes)
}

/// Prints the sizes and fails where a budget is passed.
pub(crate) fn check(root: &Path) -> Result<()> {
    let sizes = measure_and_print(root)?;
    for (what, bytes) in [("first", sizes.wasm), ("page's", sizes.page_wasm)] {
        if bytes > WASM_MAX {
            bail!("the {what} wasm has {bytes} bytes, {WASM_MAX} are allowed");
        }
    }
    if sizes.first_load > FIRST_LOAD_MAX {
        bail!("the first load has {} bytes, {FIRST_LOAD_MAX} are allowed", sizes.first_load);
    }
    Ok(())
}

fn measure(root: &Path) -> Result<Sizes> {
    let folder = site(root);
    let mut files = Vec::new();
    collect(&folder, "", &mut files).context("build the site first: cargo xtask dist")?;
    files.sort();
    let first = named_from("index.html", &folder, &files)?;
    let page = named_from(PAGE, &folder, &files)?;
    let mut sizes = Sizes::default();
    for name in files {
        let bytes = compressed(&std::fs::read(folder.join(&name))?)?;
        let wasm = if name.ends_with(".wasm") { bytes } else { 0 };
        if first.contains(&name) {
            sizes.wasm += wasm;
            sizes.first_load += bytes;
        } else if page.contains(&name) {
            sizes.page_wasm += wasm;
            sizes.page += bytes;
        }
        sizes.files.push((name, bytes));
    }
    Ok(sizes)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push(name);
        }
    }
    Ok(())
}

/// A file and all that it, its styles and its scripts name. From `index.html` on that is what a cold visit
/// asks for until the timeline is painted; a journey holds it against what a browser does.
fn named_from(begin: &str, folder: &Path, files: &[String]) -> Result<BTreeSet<String>> {
    let mut wanted = BTreeSet::from([begin.to_owned()]);
    loop {
        let mut more = wanted.clone();
        for name in &wanted {
            if name.ends_with(".wasm") || name.ends_with(".png") {
                continue;
            }
            let text = String::from_utf8_lossy(&std::fs::read(folder.join(name))?).into_owned();
            more.extend(named_in(&text, files));
        }
        more.retain(|name| name == begin || !AFTER_THE_PICTURE.contains(&name.as_str()));
        if more == wanted {
            return Ok(wanted);
        }
        wanted = more;
    }
}

/// Files of the site whose name stands in `text`.
fn named_in(text: &str, files: &[String]) -> Vec<String> {
    // `worker.js` is not named by `service-worker.js`
    let ends_a_name = |before: &str| {
        before.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '-' | '_'))
    };
    let named =
        |file: &&String| text.match_indices(file.as_str()).any(|(at, _)| !ends_a_name(&text[..at]));
    files.iter().filter(named).cloned().collect()
}

fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 11, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(out.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_where_its_name_stands() {
        let files = ["web-1a.js", "web-1a_bg.wasm", "lessons.wasm", "1a.js"].map(str::to_owned);
        let html = "<script>import init from './web-1a.js'; init('./web-1a_bg.wasm')</script>";
        assert_eq!(named_in(html, &files), files[..2]);
    }

    #[test]
    fn repetition_compresses() {
        let size = compressed(&[b'a'; 10_000]).expect("memory can be written");
        assert!(size < 50, "{size}");
    }
}
