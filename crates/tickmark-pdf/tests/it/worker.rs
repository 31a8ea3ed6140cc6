//! The process boundary with the real worker (the example `pages worker`).

use std::path::PathBuf;

use tickmark_core::report::{Typeset as _, TypesetError, build};
use tickmark_pdf::{ProcessTypeset, Typst};

use crate::throughout;

fn worker() -> PathBuf {
    // target/debug/deps/it-… -> target/debug/examples/pages, which `cargo test` builds.
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.join("examples").join("pages")
}

#[test]
fn the_worker_makes_the_same_bytes() {
    if !worker().exists() {
        println!("skipped: the example was not built");
        return;
    }
    let report = build::type2(&throughout()).unwrap();
    let process = ProcessTypeset::new(worker(), vec!["worker".into()]);
    assert_eq!(
        process.pdf(&report).unwrap(),
        Typst::new().pdf(&report).unwrap()
    );
}

#[test]
fn a_worker_that_fails_says_so_and_one_that_hangs_is_ended() {
    let report = build::readiness(&throughout()).unwrap();
    let with = |exe: &str, args: &[&str], seconds| ProcessTypeset {
        exe: exe.into(),
        args: args.iter().map(Into::into).collect(),
        seconds,
    };
    let failed = with("/bin/sh", &["-c", "echo out of room >&2; exit 9"], 60)
        .pdf(&report)
        .unwrap_err();
    assert!(
        matches!(&failed, TypesetError::Process(_)) && failed.to_string().contains("out of room"),
        "{failed}"
    );
    let wrong = with("/bin/echo", &["no pages"], 60)
        .pdf(&report)
        .unwrap_err();
    assert!(matches!(wrong, TypesetError::Process(_)), "{wrong}");
    let slow = with("/bin/sleep", &["600"], 1).pdf(&report).unwrap_err();
    assert!(
        matches!(slow, TypesetError::TooSlow { seconds: 1 }),
        "{slow}"
    );
    let absent = with("/nonexistent/worker", &[], 1)
        .pdf(&report)
        .unwrap_err();
    assert!(
        absent.to_string().contains("/nonexistent/worker"),
        "{absent}"
    );
}
