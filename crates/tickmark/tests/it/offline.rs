//! The auditor's machine: no network, another zone, another language, other folders; every test comes out the same.

use std::{path::Path, process::Command};

use tickmark::program::Program;
use tickmark_core::model::state::State;

use crate::typed::{Desk, json};

#[test]
fn every_test_is_identical_without_network_in_another_zone_and_language() {
    let desk = Desk::new();
    desk.ends(
        0,
        &[
            "demo", "--dir", "d", "--people", "30", "--months", "3", "--seed", "5",
        ],
    );
    the_folded_state_on_disk_is_the_state(&desk.path().join("d"));
    let here = json(&desk.ends(
        0,
        &[
            "verify",
            "d/audit.tickmark",
            "--reperform",
            "--format",
            "json",
        ],
    ));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("from the client.tickmark");
    std::fs::copy(desk.path().join("d/audit.tickmark"), &file).unwrap();
    let scratch = folder.path().join("scratch");
    std::fs::create_dir(&scratch).unwrap();
    let mut command = Command::new("unshare");
    command
        .args(["-rn", env!("CARGO_BIN_EXE_tickmark"), "verify"])
        .arg(&file)
        .args(["--reperform", "--format", "json"])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TZ", "Pacific/Kiritimati")
        .env("LANG", "tr_TR.UTF-8")
        .env("LC_ALL", "tr_TR.UTF-8")
        .env("TMPDIR", &scratch)
        .env("HOME", folder.path());
    if !Command::new("unshare")
        .args(["-rn", "true"])
        .status()
        .is_ok_and(|s| s.success())
    {
        println!("skipped: this machine does not allow `unshare -rn`");
        return;
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let there = json(&String::from_utf8_lossy(&output.stdout));
    let tests = there["tests"].as_array().unwrap();
    assert!(tests.len() >= 8, "{} tests", tests.len());
    assert!(
        tests
            .iter()
            .all(|t| t["identical"] == true && t["recorded"] == t["performed"]),
        "{there}"
    );
    assert_eq!(here["tests"], there["tests"]);
    assert_eq!(
        std::fs::read_dir(&scratch).unwrap().count(),
        0,
        "nothing is left behind"
    );
}

#[test]
fn a_bundle_whose_bytes_were_changed_is_not_performed_again() {
    let desk = Desk::new();
    desk.ends(0, &["init", "p", "--zone", "UTC"]);
    desk.ends(0, &["-C", "p", "bundle", "-o", "a.tickmark"]);
    let path = desk.path().join("a.tickmark");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let said = json(&desk.ends(
        1,
        &["verify", "a.tickmark", "--reperform", "--format", "json"],
    ));
    assert_eq!(said["verdict"], "invalid");
    assert!(said["tests"].as_array().unwrap().is_empty());
}

/// A snapshot that cannot be read back costs every later command a fold of the whole ledger, and nobody would notice.
fn the_folded_state_on_disk_is_the_state(dir: &Path) {
    let program = Program::open(dir).unwrap();
    let kept: Vec<_> = std::fs::read_dir(program.cache())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("/state-"))
        .collect();
    let [file] = kept.as_slice() else {
        panic!("one snapshot, not {kept:?}")
    };
    let read: State = rmp_serde::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert!(read.collections.len() > 100, "{}", read.collections.len());
    assert_eq!(read, program.state_at(Some(read.size)).unwrap());
}
