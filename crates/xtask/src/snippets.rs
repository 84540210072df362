//! The programs of `client_code`, compiled, parsed or checked by the real tools, where those are here.
//!
//! Programs are written to `target/snippets/`; what they are compiled against stands in the cache of the
//! tools. Versions: `tests/snippets/` has the file that each tool reads them from.

use crate::tools::cache;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use xshell::{Shell, cmd};

/// What one tool came to.
pub(crate) struct Line {
    /// Of whom.
    pub(crate) name: &'static str,
    /// So many programs were accepted; `None` if the tool is not here.
    pub(crate) result: Result<Option<u32>>,
}

struct Work {
    /// `tests/snippets/`.
    files: PathBuf,
    /// The programs.
    programs: PathBuf,
    cache: PathBuf,
    count: u32,
}

/// Writes the programs and has all tools look at them.
pub(crate) fn check(root: &Path) -> Result<Vec<Line>> {
    let programs = root.join("target/snippets");
    if programs.exists() {
        std::fs::remove_dir_all(&programs)?;
    }
    let sh = Shell::new()?;
    sh.change_dir(root);
    let written = cmd!(sh, "cargo run --quiet -p client_code --example snippets -- {programs}");
    let count = written.read()?.trim().parse().context("the programs were not counted")?;
    let work = &Work { files: root.join("tests/snippets"), programs, cache: cache()?, count };
    // each of them works on one core for most of its time
    std::thread::scope(|scope| {
        let groups = [jvm as fn(&Work) -> Vec<Line>, python, go, rust];
        let running: Vec<_> =
            groups.map(|group| scope.spawn(move || group(work))).into_iter().collect();
        let mut lines = Vec::new();
        for group in running {
            match group.join() {
                Ok(more) => lines.extend(more),
                Err(_) => bail!("a check of the programs ended in a panic"),
            }
        }
        Ok(lines)
    })
}

/// Runs a command and returns what it printed; what it printed on both sides is the error.
fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let mut text = [&*printed, &*String::from_utf8_lossy(&output.stderr)].concat();
        text.truncate(text.char_indices().nth(4_000).map_or(text.len(), |(at, _)| at));
        bail!("{}: {}", command.get_program().to_string_lossy(), text.trim());
    }
    Ok(printed.into_owned())
}

fn is_here(program: &str, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path, extension)?);
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Gets into `folder` what `versions` names, once: a copy of that file tells that it is there.
fn fetched(folder: &Path, versions: &Path, get: impl FnOnce() -> Result<String>) -> Result<()> {
    let want = std::fs::read(versions)?;
    let complete = folder.join("complete");
    if std::fs::read(&complete).is_ok_and(|have| have == want) {
        return Ok(());
    }
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    get()?;
    std::fs::write(complete, want)?;
    Ok(())
}

/// Where something cannot be had, the tool counts as not here; CI must have it.
fn or_not_here(name: &'static str, got: Result<()>) -> Result<bool> {
    match got {
        Ok(()) => Ok(true),
        Err(error) if std::env::var_os("CI").is_some() => Err(error),
        Err(error) => {
            println!("{name}: {error:#}");
            Ok(false)
        }
    }
}

fn jvm(work: &Work) -> Vec<Line> {
    let names = ["Kotlin", "Java", "Spring Boot", ".properties"];
    let all = |result: fn() -> Result<Option<u32>>| {
        names.map(|name| Line { name, result: result() }).into()
    };
    if !is_here("javac", "-version") || !is_here("mvn", "--version") {
        return all(|| Ok(None));
    }
    let folder = work.cache.join("jvm");
    let pom = work.files.join("pom.xml");
    let got = fetched(&folder, &pom, || {
        let to = format!("-DoutputDirectory={}", folder.join("lib").display());
        let goal = "dependency:copy-dependencies";
        run(Command::new("mvn").args(["-q", "-B", "-f"]).arg(&pom).args([goal, &to]))
    });
    let libraries = match or_not_here("Maven", got)
        .and_then(|here| here.then(|| files(&folder.join("lib"), "jar")).transpose())
    {
        Ok(Some(libraries)) => libraries,
        Ok(None) => return all(|| Ok(None)),
        Err(error) => return vec![Line { name: "Maven", result: Err(error) }],
    };
    let checks = [kotlin, java, spring, properties];
    let lines = names.into_iter().zip(checks);
    lines.map(|(name, check)| Line { name, result: check(work, &libraries).map(Some) }).collect()
}

/// A Java virtual machine that starts fast, with the libraries.
fn java_with(libraries: &[PathBuf]) -> Result<Command> {
    let mut command = Command::new("java");
    command.args(["-XX:TieredStopAtLevel=1", "-cp"]).arg(std::env::join_paths(libraries)?);
    Ok(command)
}

fn kotlin(work: &Work, libraries: &[PathBuf]) -> Result<u32> {
    let mut command = java_with(libraries)?;
    command.args(["org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", "-no-stdlib", "-no-reflect"]);
    command.args(["-nowarn", "-cp"]).arg(std::env::join_paths(libraries)?);
    command.arg("-d").arg(work.programs.join("classes/kotlin"));
    run(command.arg(work.programs.join("kotlin")).arg(work.programs.join("spring")))?;
    Ok(2 * work.count)
}

fn java(work: &Work, libraries: &[PathBuf]) -> Result<u32> {
    let mut command = Command::new("javac");
    command.args(["-J-XX:TieredStopAtLevel=1", "-Xlint:all,-processing", "-Werror", "-proc:none"]);
    command.arg("-cp").arg(std::env::join_paths(libraries)?);
    command.arg("-d").arg(work.programs.join("classes/java"));
    run(command.args(files(&work.programs.join("java"), "java")?))?;
    Ok(work.count)
}

/// Spring Boot binds each `application.yml`, and comes to the same as the `.properties` file.
fn spring(work: &Work, libraries: &[PathBuf]) -> Result<u32> {
    let folders = ["spring", "properties"].map(|name| work.programs.join(name));
    check_java(work, libraries, "spring", &folders)
}

/// Kafka's own client accepts each `.properties` file.
fn properties(work: &Work, libraries: &[PathBuf]) -> Result<u32> {
    check_java(work, libraries, "properties", &[work.programs.join("properties")])
}

fn check_java(work: &Work, libraries: &[PathBuf], what: &str, folders: &[PathBuf]) -> Result<u32> {
    let mut command = java_with(libraries)?;
    let printed = run(command.arg(work.files.join("Check.java")).arg(what).args(folders))?;
    printed.trim().parse().context("nothing was counted")
}

fn python(work: &Work) -> Vec<Line> {
    if !is_here("python3", "--version") {
        return ["Python", "confluent-kafka"].map(|name| Line { name, result: Ok(None) }).into();
    }
    let parsed = || -> Result<u32> {
        let mut command = Command::new("python3");
        command.env("PYTHONPYCACHEPREFIX", work.programs.join("pycache"));
        let programs = files(&work.programs.join("python"), "py")?;
        run(command.args(["-m", "py_compile"]).args(&programs))?;
        Ok(programs.len() as u32)
    };
    let constructed = || -> Result<Option<u32>> {
        let folder = work.cache.join("python");
        let requirements = work.files.join("requirements.txt");
        let got = fetched(&folder, &requirements, || {
            let mut command = Command::new("python3");
            command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            run(command.arg("--target").arg(folder.join("lib")).arg("-r").arg(&requirements))
        });
        if !or_not_here("confluent-kafka", got)? {
            return Ok(None);
        }
        let mut command = Command::new("python3");
        command.env("PYTHONPATH", folder.join("lib")).arg(work.files.join("check.py"));
        let printed = run(command.arg(work.programs.join("python")))?;
        Ok(Some(printed.trim().parse().context("nothing was counted")?))
    };
    vec![
        Line { name: "Python", result: parsed().map(Some) },
        Line { name: "confluent-kafka", result: constructed() },
    ]
}

fn go(work: &Work) -> Vec<Line> {
    let name = "Go";
    if !is_here("go", "version") {
        return vec![Line { name, result: Ok(None) }];
    }
    let check = || -> Result<Option<u32>> {
        let folder = work.programs.join("go");
        for file in ["go.mod", "go.sum"] {
            std::fs::copy(work.files.join(file), folder.join(file))?;
        }
        let programs = files(&folder, "go")?;
        for program in &programs {
            let test = work.files.join("settings_test.go");
            std::fs::copy(test, program.with_file_name("settings_test.go"))?;
        }
        let go = |arguments: &[&str]| run(Command::new("go").args(arguments).current_dir(&folder));
        if !or_not_here(name, go(&["mod", "download"]).map(drop))? {
            return Ok(None);
        }
        let untidy = run(Command::new("gofmt").arg("-l").arg(&folder))?;
        if !untidy.is_empty() {
            bail!("gofmt would change {untidy}");
        }
        go(&["vet", "./..."])?;
        // the test constructs the options: franz-go refuses what is out of its range
        go(&["test", "-ldflags=-s -w", "./..."])?;
        Ok(Some(programs.len() as u32))
    };
    vec![Line { name, result: check() }]
}

fn rust(work: &Work) -> Vec<Line> {
    let check = || -> Result<Option<u32>> {
        let folder = work.programs.join("rust");
        for file in ["Cargo.toml", "Cargo.lock"] {
            std::fs::copy(work.files.join("rust").join(file), folder.join(file))?;
        }
        let cargo = || {
            let mut command = Command::new("cargo");
            command.current_dir(&folder).env("CARGO_TARGET_DIR", work.cache.join("rust"));
            command
        };
        let got = run(cargo().args(["fetch", "--quiet", "--locked"])).map(drop);
        if !or_not_here("rdkafka", got)? {
            return Ok(None);
        }
        let host = run(Command::new("rustc").args(["--print", "host-tuple"]))?;
        // in place of building librdkafka: checking links nothing
        let there = format!("target.{}.rdkafka.rustc-link-lib=[\"rdkafka\"]", host.trim());
        run(cargo()
            .args(["check", "--quiet", "--locked", "--config", &there])
            .env("RUSTFLAGS", "-D warnings"))?;
        let mut programs = files(&folder.join("src"), "rs")?;
        programs.retain(|program| !program.ends_with("lib.rs"));
        run(Command::new("rustfmt").args(["--check", "--edition", "2024"]).args(programs))?;
        Ok(Some(work.count))
    };
    vec![Line { name: "Rust", result: check() }]
}
