//! The program as an auditor runs it.

use crate::sample::{
    auditor, bundle, checkpoint, encoded, leaf, leaves_and_blobs, log_key, parts, policy_text,
};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;
use tickmark_log::bundle::Parts;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::keys::VerifierKey;
use tickmark_log::note::NoteSignature;
use tickmark_log::tree::{consistency, leaf_hash};
use tickmark_log::witness::Request;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tickmark-verify"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Exit code and JSON.
fn verdict(folder: &Path, arguments: &[&str]) -> (i32, serde_json::Value) {
    let output = run(folder, arguments);
    let json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    (output.status.code().unwrap(), json)
}

/// Exit code and what is said of it.
fn failure(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = run(folder, arguments);
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    (output.status.code().unwrap(), text(&output.stderr))
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// A folder with `b` (witnessed) and `policy`.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "b", bundle(&parts()));
    write(folder.path(), "policy", policy_text());
    folder
}

#[test]
fn the_verdict_is_the_contract_json() {
    let folder = folder();
    let output = run(folder.path(), &["b", "--policy", "policy"]);
    let start = r#"{"verdict": "witnessed", "witnesses": [2, 3], "size": 12, "problems": [], "#;
    assert!(
        text(&output.stdout).starts_with(start),
        "{}",
        text(&output.stdout)
    );
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(0), String::new())
    );
    let (code, json) = verdict(folder.path(), &["b"]);
    assert_eq!(
        (code, json["verdict"].as_str(), json["size"].as_u64()),
        (0, Some("unanchored"), Some(12))
    );
    assert_eq!(json["witnesses"], serde_json::json!([0, 0]));
}

#[test]
fn exit_codes() {
    let folder = folder();
    let here = folder.path();
    let mut damaged = bundle(&parts());
    damaged[700] ^= 1;
    write(here, "damaged", damaged);
    let level = |arguments: &[&str]| {
        let (code, json) = verdict(here, arguments);
        (code, json["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(
        level(&["damaged", "--policy", "policy"]),
        (1, "invalid".to_owned())
    );
    assert_eq!(
        level(&["b", "--policy", "policy", "--require", "witnessed"]),
        (0, "witnessed".to_owned())
    );
    assert_eq!(
        level(&["b", "--require", "witnessed"]),
        (1, "unanchored".to_owned())
    );
    assert_eq!(
        level(&["b", "--require=unanchored"]),
        (0, "unanchored".to_owned())
    );
    for (arguments, code, says) in [
        (&["missing"][..], 3, "cannot read `missing`"),
        (&["b", "--policy", "missing"], 3, "cannot read `missing`"),
        (&["b", "--policy", "b"], 2, "policy line 1"),
        (&["b", "--since", "policy"], 2, "`policy`: checkpoint"),
        (&["b", "--require", "perfect"], 2, "`perfect` is no level"),
        (&["b", "--auditor-key", "x"], 2, "`x`: a verifier key reads"),
        (&["b", "--polcy", "policy"], 2, "unknown option `--polcy`"),
        (&["b", "--policy"], 2, "option `--policy` needs a value"),
        (
            &["b", "--policy", "policy", "--policy", "policy"],
            2,
            "given twice",
        ),
        (&["b", "c"], 2, "expected one bundle"),
        (&["witness"], 2, "expected `witness keygen`"),
        (&["auditor", "sign"], 2, "expected `auditor keygen"),
    ] {
        let (found, stderr) = failure(here, arguments);
        assert_eq!(found, code, "{arguments:?}: {stderr}");
        assert!(
            stderr.contains(says) && stderr.lines().count() == 1,
            "{arguments:?}: {stderr}"
        );
    }
}

#[test]
fn one_entry_is_extracted_to_standard_output() {
    let folder = folder();
    let output = run(
        folder.path(),
        &["b", "--extract", "library/controls/CHG-01.md"],
    );
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(0), b"# approval\n".as_slice())
    );
    assert_eq!(
        failure(folder.path(), &["b", "--extract", "library/none"]).0,
        2
    );
    let (code, stderr) = failure(
        folder.path(),
        &["b", "--extract", "policy", "--require", "witnessed"],
    );
    assert!(
        code == 1 && stderr.contains("nothing extracted, the verdict is unanchored"),
        "{stderr}"
    );
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "nothing is written to disk: {names:?}");
}

#[test]
fn since_and_diff_find_another_history() {
    let folder = folder();
    let here = folder.path();
    let (mut leaves, _) = leaves_and_blobs();
    leaves[4].time_us += 1;
    let mut forked = parts();
    forked.leaves = encoded(&leaves);
    forked.checkpoint = checkpoint(&forked.leaves, &[3]);
    write(here, "forked", bundle(&forked));
    write(here, "seen", checkpoint(&parts().leaves[..6], &[1, 2]));
    write(here, "later", checkpoint(&longer().leaves, &[1, 2]));
    let level = |arguments: &[&str]| {
        let (code, json) = verdict(here, arguments);
        (code, json["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(
        level(&["b", "--policy", "policy", "--since", "seen"]),
        (0, "witnessed".to_owned())
    );
    assert_eq!(
        level(&["forked", "--policy", "policy", "--since", "seen"]),
        (1, "diverged".to_owned())
    );
    assert_eq!(
        level(&["b", "--policy", "policy", "--since", "later"]),
        (1, "diverged".to_owned())
    );
    let (code, json) = verdict(here, &["b", "--policy", "policy", "--diff", "forked"]);
    assert_eq!((code, json["verdict"].as_str()), (1, Some("diverged")));
    assert_eq!(
        (
            json["diff"]["first_difference"].as_u64(),
            json["diff"]["heads"].as_array().unwrap().len()
        ),
        (Some(4), 2)
    );
    let (code, json) = verdict(here, &["b", "--policy", "policy", "--diff", "b"]);
    assert_eq!(
        (code, json["diff"]["consistent"].as_bool()),
        (0, Some(true))
    );
}

fn longer() -> Parts {
    let mut parts = parts();
    parts
        .leaves
        .extend((12..20).map(|n| leaf(n).encode().unwrap()));
    parts.checkpoint = checkpoint(&parts.leaves, &[]);
    parts
}

#[test]
fn an_auditor_key_is_made_and_counts() {
    let folder = folder();
    let output = run(
        folder.path(),
        &[
            "auditor",
            "keygen",
            "--name",
            "auditor.example",
            "--key",
            "a.key",
        ],
    );
    let key: VerifierKey = text(&output.stdout).trim_end().parse().unwrap();
    assert_eq!(key.name(), "auditor.example");
    private(&folder.path().join("a.key"));
    let (code, stderr) = failure(
        folder.path(),
        &["auditor", "keygen", "--name", "x", "--key", "a.key"],
    );
    assert!(
        code == 3 && stderr.contains("cannot create `a.key`"),
        "{stderr}"
    );
    assert_eq!(
        failure(
            folder.path(),
            &["auditor", "keygen", "--name", "two words", "--key", "b.key"]
        )
        .0,
        2
    );
    let (code, _) = verdict(
        folder.path(),
        &["b", "--auditor-key", &auditor().to_string()],
    );
    assert_eq!(code, 0);
}

fn private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

/// The request that `log checkpoint --request-from` writes.
fn request(leaves: &[Vec<u8>], old: usize) -> String {
    let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let (_, note) = Checkpoint::parse_note(checkpoint(leaves, &[]).as_bytes()).unwrap();
    let proof = consistency::prove(old as u64, &hashes).unwrap();
    Request {
        old_size: old as u64,
        proof,
        note,
    }
    .to_text()
}

#[test]
fn a_witness_by_file() {
    let folder = TempDir::new().unwrap();
    let here = folder.path();
    let output = run(
        here,
        &[
            "witness",
            "keygen",
            "--name",
            "witness.cpa.example",
            "--key",
            "w.key",
        ],
    );
    let key: VerifierKey = text(&output.stdout).trim_end().parse().unwrap();
    private(&here.join("w.key"));
    let log = log_key().verifier().to_string();
    let cosign = |file: &str| {
        run(
            here,
            &["witness", "cosign", "--key", "w.key", "--log", &log, file],
        )
    };
    let refused = |file: &str, says: &str| {
        let state = std::fs::read(here.join("w.key.state")).unwrap();
        let output = cosign(file);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        assert!(
            text(&output.stderr).contains(says),
            "{}",
            text(&output.stderr)
        );
        assert_eq!(
            std::fs::read(here.join("w.key.state")).unwrap(),
            state,
            "a refusal changes nothing"
        );
    };
    let leaves = longer().leaves;
    let mut forked = leaves.clone();
    forked[2] = leaf(200).encode().map(|_| leaves[3].clone()).unwrap();

    write(here, "first", request(&leaves[..5], 0));
    let line = text(&cosign("first").stdout);
    assert_eq!(line.lines().count(), 1);
    let (_, mut note) = Checkpoint::parse_note(checkpoint(&leaves[..5], &[]).as_bytes()).unwrap();
    note.add(NoteSignature::parse_line(&line).unwrap());
    let time = tickmark_log::cosignature::cosigned_by(&note, &key);
    assert!(
        matches!(time, Some(Some(seconds)) if seconds > 1_700_000_000),
        "{time:?}"
    );

    refused("first", "409 conflict: the witness has cosigned size 5");
    write(here, "fork", request(&forked[..9], 5));
    refused("fork", "422 unprocessable");
    write(here, "again", request(&leaves[..5], 5));
    assert_eq!(
        cosign("again").status.code(),
        Some(0),
        "the same head may be cosigned again"
    );
    write(here, "other-again", request(&forked[..5], 5));
    refused("other-again", "422 unprocessable");
    write(here, "second", request(&leaves, 5));
    assert_eq!(cosign("second").status.code(), Some(0));
    write(here, "back", request(&leaves[..5], 5));
    refused("back", "409 conflict: the witness has cosigned size 20");
    write(here, "junk", "old x\n\n");
    refused("junk", "400 bad request");
    write(
        here,
        "ahead",
        request(&leaves[..5], 5).replace("old 5", "old 9"),
    );
    refused("ahead", "400 bad request: old size 9 is above");
    let spoilt = request(&leaves, 20).replacen("log.example/acme\n", "log.example/acmf\n", 1);
    write(here, "unknown", spoilt);
    refused("unknown", "404 not found");
    write(
        here,
        "forged",
        request(&leaves, 20).replacen("\n20\n", "\n21\n", 1),
    );
    refused("forged", "403 forbidden");
}

#[test]
fn a_witness_that_forgot_does_not_go_on() {
    let folder = TempDir::new().unwrap();
    let here = folder.path();
    let make = ["witness", "keygen", "--name", "w.example", "--key", "w.key"];
    assert_eq!(run(here, &make).status.code(), Some(0));
    assert_eq!(failure(here, &make).0, 2, "never over a state that exists");
    write(here, "request", request(&longer().leaves, 0));
    let log = log_key().verifier().to_string();
    let cosign = [
        "witness", "cosign", "--key", "w.key", "--log", &log, "request",
    ];
    let state = here.join("w.key.state");
    let good = std::fs::read(&state).unwrap();
    for damaged in [
        &b""[..],
        b"tickmark-witness-state 1\n5 00 log.example/acme\n",
        b"tickmark-witness-state 2\n",
        &[0xff],
    ] {
        std::fs::write(&state, damaged).unwrap();
        let (code, stderr) = failure(here, &cosign);
        assert!(code == 3 && stderr.contains("is damaged"), "{stderr}");
    }
    std::fs::remove_file(&state).unwrap();
    let (code, stderr) = failure(here, &cosign);
    assert!(code == 2 && stderr.contains("is lost"), "{stderr}");
    std::fs::write(&state, good).unwrap();
    assert_eq!(run(here, &cosign).status.code(), Some(0));
    // A key for conclusions does not cosign.
    run(
        here,
        &["auditor", "keygen", "--name", "a.example", "--key", "a.key"],
    );
    write(here, "a.key.state", "tickmark-witness-state 1\n");
    let (code, stderr) = failure(
        here,
        &[
            "witness", "cosign", "--key", "a.key", "--log", &log, "request",
        ],
    );
    assert!(
        code == 2 && stderr.contains("needs a witness key"),
        "{stderr}"
    );
}

#[test]
fn the_tree_of_crates_stays_small() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--package",
            "tickmark-verify",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
        ])
        .args(["--format", "{p}", "--target", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut crates: Vec<String> = text(&output.stdout)
        .lines()
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect();
    crates.sort();
    crates.dedup();
    println!("tickmark-verify: {} crates", crates.len());
    assert!((5..=40).contains(&crates.len()), "{crates:?}");
    for banned in [
        "tokio",
        "async-std",
        "ureq",
        "rustls",
        "hyper",
        "rusqlite",
        "libsqlite3-sys",
        "chrono",
        "jiff",
    ] {
        assert!(!crates.iter().any(|name| name == banned), "{banned}");
    }
}

#[test]
fn help_fits_and_names_every_command() {
    let output = run(Path::new("."), &["--help"]);
    let help = text(&output.stdout);
    assert!(help.lines().all(|line| line.len() <= 100));
    for word in [
        "--policy",
        "--since",
        "--diff",
        "--require",
        "--extract",
        "--auditor-key",
        "witness keygen",
        "witness cosign",
        "auditor keygen",
    ] {
        assert!(help.contains(word), "{word}");
    }
    assert!(text(&run(Path::new("."), &["--version"]).stdout).starts_with("tickmark-verify "));
}
