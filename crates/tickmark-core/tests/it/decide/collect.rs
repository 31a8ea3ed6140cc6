//! Collections: intent, answer, evidence handed in.

use super::ledger::{ADOPT, Ledger, PROGRAM, collected, intent, manifest, says};
use tickmark_core::model::body::ErrorCode;
use tickmark_core::model::decide::{Command, Evidence};
use tickmark_core::model::manifest::End;

#[test]
fn an_intent_without_an_answer_stays_open_and_is_answered_once() {
    let mut ledger = Ledger::begun();
    ledger
        .run(Command::Intend(intent()), "2026-01-03T00:00:00Z")
        .unwrap();
    assert_eq!(
        ledger
            .state
            .open_intents
            .keys()
            .copied()
            .collect::<Vec<_>>(),
        [3]
    );
    ledger
        .run(collected(3, &manifest()), "2026-01-03T00:01:00Z")
        .unwrap();
    assert!(ledger.state.open_intents.is_empty());
    let collection = &ledger.state.collections[0];
    assert_eq!(
        (collection.leaf, collection.intent, collection.count.unknown),
        (4, Some(3), 1)
    );
    assert_eq!(
        ledger
            .state
            .covered(&collection.instance, &collection.stream)
            .total_us(),
        86_400_000_000
    );
    assert!(
        says(ledger.run(collected(3, &manifest()), "2026-01-03T00:02:00Z"))
            .contains("no collection begun at leaf 3 is open")
    );
}

#[test]
fn a_failed_collection_leaves_its_trace_and_covers_nothing() {
    let mut ledger = Ledger::begun();
    ledger
        .run(Command::Intend(intent()), "2026-01-03T00:00:00Z")
        .unwrap();
    let failed = Command::CollectionFailed {
        intent: 3,
        code: ErrorCode::Denied,
        status: 403,
    };
    ledger.run(failed, "2026-01-03T00:01:00Z").unwrap();
    assert_eq!(
        (
            ledger.state.failures[0].status,
            ledger.state.collections.len()
        ),
        (403, 0)
    );
}

#[test]
fn results_of_another_collection_or_that_contradict_themselves_are_refused() {
    let mut ledger = Ledger::begun();
    ledger
        .run(Command::Intend(intent()), "2026-01-03T00:00:00Z")
        .unwrap();
    let mut other = manifest();
    other.stream = "reviews".parse().unwrap();
    assert!(
        says(ledger.run(collected(3, &other), "2026-01-03T00:01:00Z"))
            .contains("not of the collection begun at leaf 3")
    );
    let mut partial = manifest();
    partial.end = End::Partial;
    assert!(
        says(ledger.run(collected(3, &partial), "2026-01-03T00:01:00Z"))
            .contains("only a complete collection covers time")
    );
    let mut sum = manifest();
    sum.count.at_source = Some(3);
    assert!(says(ledger.run(collected(3, &sum), "2026-01-03T00:01:00Z")).contains("do not add up"));
}

#[test]
fn evidence_needs_an_adopted_control_and_time_that_has_passed() {
    let mut ledger = Ledger::begun();
    let evidence = |covers: &str, bytes: &'static [u8]| {
        Command::Evidence(Evidence {
            control: "CHG-01".parse().unwrap(),
            covers: covers.parse().unwrap(),
            performed_at: None,
            name: "minutes.pdf",
            bytes,
        })
    };
    let now = "2026-04-01T00:00:00Z";
    assert!(
        says(ledger.run(evidence("2026-01-01..2026-03-31", b"x"), now)).contains("is not adopted")
    );
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)],
            "2026-01-02T00:00:00Z",
        )
        .unwrap();
    assert!(says(ledger.run(evidence("2026-05-01..2026-05-31", b"x"), now)).contains("future"));
    assert!(says(ledger.run(evidence("2026-01-01..2026-03-31", b""), now)).contains("empty"));
    assert_eq!(
        ledger.run(evidence("2026-01-01..2026-03-31", b"x"), now),
        Ok(1)
    );
    let collection = &ledger.state.collections[0];
    assert_eq!(
        (
            collection.population.as_str(),
            collection.intent,
            collection.pages
        ),
        ("evidence", None, 2)
    );
    assert_eq!(
        collection.evidence.as_ref().unwrap().control.as_str(),
        "CHG-01"
    );
}
