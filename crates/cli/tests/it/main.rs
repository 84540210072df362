//! The program as a user meets it: what it prints and its exit status.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

fn conform_cluster(path: &Path) -> Output {
    let linger = Command::new(env!("CARGO_BIN_EXE_linger"))
        .args(["conform", "--cluster"])
        .arg(path)
        .output();
    linger.expect("the program runs")
}

/// Five records without a fault; the outcome says that so many acknowledged ones were lost.
fn script(folder: &Path, acked_lost: u32) -> PathBuf {
    let outcome = format!(
        r#"{{"repetitions": [{{"fate": {{"acked_present": 5, "acked_lost": {acked_lost}}}}}]}}"#
    );
    let script = r#"{"format": 1, "name": "five", "about": "Five records.", "outcomes": ["outcome"],
        "script": [{"send": {"records": 5, "every_us": 1000}}, {"wait_ms": 10}, {"finish": true}],
        "compare": {"fate": {"all": "/fate"}}}"#;
    std::fs::write(folder.join("outcome"), outcome).expect("it can be written");
    let path = folder.join("five.json");
    std::fs::write(&path, script).expect("it can be written");
    path
}

#[test]
fn a_script_that_comes_out_as_recorded_passes() {
    let folder = folder("cluster-passes");
    script(&folder, 0);
    let output = conform_cluster(&folder);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1 passed, 0 failed\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_script_that_differs_is_told_in_a_line_and_in_the_status() {
    let output = conform_cluster(&script(&folder("cluster-differs"), 1));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = "five: acked_lost of 'all': [1] in the repetitions, 0 with seed 0\n";
    assert_eq!(printed, format!("{told}0 passed, 1 failed\n"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_cannot_be_read_has_a_status_of_its_own() {
    let folder = folder("cluster-unreadable");
    let path = folder.join("bad.json");
    std::fs::write(&path, "{").expect("it can be written");
    let output = conform_cluster(&path);
    assert!(String::from_utf8_lossy(&output.stderr).contains("not a script"));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(conform_cluster(&folder.join("absent.json")).status.code(), Some(2));
}
