//! Runs of tests.

use super::ledger::{ADOPT, Ledger, PROGRAM, run, run_body, says};

#[test]
fn runs_are_recorded_for_adopted_controls_and_what_was_known() {
    let mut ledger = Ledger::begun();
    assert!(
        says(ledger.run(run(run_body(3), &[]), "2026-07-02T00:00:00Z"))
            .contains("which is not there")
    );
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)],
            "2026-01-02T00:00:00Z",
        )
        .unwrap();
    let when = "2026-07-02T00:00:00Z";
    assert!(
        says(ledger.run(run(run_body(9), &[]), when)).contains("ran on 9 leaves, the ledger has 4")
    );
    assert!(
        says(ledger.run(run(run_body(4), &[4]), when))
            .contains("read leaf 4, which was not known to it")
    );
    assert!(says(ledger.run(run(run_body(4), &[]), "2026-06-01T00:00:00Z")).contains("still open"));
    let mut wrong = run_body(4);
    wrong.counts.passed = 2;
    assert!(says(ledger.run(run(wrong, &[]), when)).contains("do not add up"));
    ledger.run(run(run_body(4), &[3, 0, 3]), when).unwrap();
    let test = "CHG-01.approval".parse().unwrap();
    let span = run_body(4).span;
    assert_eq!(
        ledger.state.run(&test, span.from, span.until).unwrap().leaf,
        4
    );
    ledger.run(run(run_body(5), &[]), when).unwrap();
    assert_eq!(
        ledger.state.runs[&test].len(),
        1,
        "the last run of a span stands"
    );
    assert_eq!(
        ledger.at(5).run(&test, span.from, span.until).unwrap().leaf,
        4,
        "the ledger knows the one before"
    );
}
