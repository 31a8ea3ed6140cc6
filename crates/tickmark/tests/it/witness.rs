//! Witnessing by file, between management's program and the auditor's small one.

use std::{path::PathBuf, process::Command};

use crate::typed::{Desk, json};

/// The small verifier, built beside the program.
fn verifier() -> PathBuf {
    let beside = PathBuf::from(env!("CARGO_BIN_EXE_tickmark")).with_file_name("tickmark-verify");
    if !beside.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([
            "build",
            "--quiet",
            "--package",
            "tickmark-verify",
            "--bin",
            "tickmark-verify",
        ]);
        assert!(cargo.status().unwrap().success(), "the verifier builds");
    }
    beside
}

fn auditor(desk: &Desk, code: i32, args: &[&str]) -> String {
    let output = Command::new(verifier())
        .args(args)
        .current_dir(desk.path())
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(
        output.status.code(),
        Some(code),
        "tickmark-verify {}\n{out}{err}",
        args.join(" ")
    );
    out.into_owned()
}

#[test]
fn a_checkpoint_is_cosigned_by_file_and_the_bundle_is_witnessed() {
    let desk = Desk::new();
    desk.program();
    let write = |name: &str, text: &str| std::fs::write(desk.path().join(name), text).unwrap();
    let vkey = auditor(
        &desk,
        0,
        &[
            "witness",
            "keygen",
            "--name",
            "cpa.example/witness",
            "--key",
            "witness.key",
        ],
    );
    let log = std::fs::read_to_string(desk.path().join("p/trust.policy")).unwrap();
    let log = log
        .lines()
        .find_map(|l| l.strip_prefix("log "))
        .unwrap()
        .to_owned();
    desk.ends(
        0,
        &[
            "-C",
            "p",
            "log",
            "trust",
            vkey.trim(),
            "--operator",
            "CPA & Partners",
        ],
    );
    let cosign = |from: &str| {
        write(
            "request.txt",
            &desk.ends(0, &["-C", "p", "log", "checkpoint", "--request-from", from]),
        );
        write(
            "answer.txt",
            &auditor(
                &desk,
                0,
                &[
                    "witness",
                    "cosign",
                    "--key",
                    "witness.key",
                    "--log",
                    &log,
                    "request.txt",
                ],
            ),
        );
        desk.ends(0, &["-C", "p", "log", "cosign", "answer.txt"]);
    };
    cosign("0");
    let size = desk
        .ends(0, &["-C", "p", "log", "checkpoint"])
        .lines()
        .nth(1)
        .unwrap()
        .to_owned();
    desk.ends(0, &["-C", "p", "bundle", "-o", "one.tickmark"]);
    let verdict = |file: &str| json(&auditor(&desk, 0, &[file, "--policy", "p/trust.policy"]));
    assert_eq!(verdict("one.tickmark")["verdict"], "witnessed");
    assert_eq!(
        verdict("one.tickmark")["witnesses"],
        serde_json::json!([1, 1])
    );

    // What is written afterwards is not witnessed until the next round.
    write("hire.txt", "a note");
    desk.ends(
        0,
        &[
            "-C",
            "p",
            "evidence",
            "add",
            "hire.txt",
            "--control",
            "IAM-02",
            "--covers",
            "2026-01-01..2026-01-31",
        ],
    );
    desk.ends(0, &["-C", "p", "bundle", "-o", "two.tickmark"]);
    assert_eq!(verdict("two.tickmark")["verdict"], "unanchored");
    let status = desk.run(&["-C", "p", "status"]);
    assert!(
        String::from_utf8_lossy(&status.stderr).contains("unwitnessed: "),
        "{status:?}"
    );
    desk.refused(&["-C", "p", "log", "cosign", "answer.txt"]);
    cosign(&size);
    desk.ends(0, &["-C", "p", "bundle", "-o", "three.tickmark"]);
    assert_eq!(verdict("three.tickmark")["verdict"], "witnessed");
    let since = auditor(&desk, 0, &["one.tickmark", "--extract", "checkpoint"]);
    write("seen.txt", &since);
    let again = json(&auditor(
        &desk,
        0,
        &[
            "three.tickmark",
            "--policy",
            "p/trust.policy",
            "--since",
            "seen.txt",
            "--require",
            "witnessed",
        ],
    ));
    assert_eq!(again["verdict"], "witnessed");
}

#[test]
fn a_witness_does_not_cosign_another_history() {
    let desk = Desk::new();
    desk.program();
    auditor(
        &desk,
        0,
        &["witness", "keygen", "--name", "w", "--key", "w.key"],
    );
    let policy = std::fs::read_to_string(desk.path().join("p/trust.policy")).unwrap();
    let log = policy
        .lines()
        .find_map(|l| l.strip_prefix("log "))
        .unwrap()
        .to_owned();
    let ask = |name: &str| {
        let request = desk.ends(0, &["-C", "p", "log", "checkpoint", "--request-from", "0"]);
        std::fs::write(desk.path().join(name), request).unwrap();
    };
    ask("first.txt");
    auditor(
        &desk,
        0,
        &[
            "witness",
            "cosign",
            "--key",
            "w.key",
            "--log",
            &log,
            "first.txt",
        ],
    );
    std::fs::write(desk.path().join("e.txt"), "e").unwrap();
    desk.ends(
        0,
        &[
            "-C",
            "p",
            "evidence",
            "add",
            "e.txt",
            "--control",
            "IAM-02",
            "--covers",
            "2026-01-01..2026-01-31",
        ],
    );
    // From 0 again, although the witness has seen more: it answers with the size it knows.
    ask("again.txt");
    auditor(
        &desk,
        1,
        &[
            "witness",
            "cosign",
            "--key",
            "w.key",
            "--log",
            &log,
            "again.txt",
        ],
    );
}
