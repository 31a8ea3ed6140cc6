//! Documents, adoption, people and what a fold refuses.

use super::ledger::{
    ACTOR, ADOPT, Ledger, PROGRAM, SECRET, documents, init, intent, pins, says, time,
};
use std::collections::BTreeMap;
use tickmark_core::model::body::{TrustBody, TrustRole};
use tickmark_core::model::decide::{Actor, ChangeKind, Command, Draft, changes, decide};
use tickmark_core::model::ids::ControlId;
use tickmark_core::model::state::{Corrupt, State, fold};
use tickmark_core::model::time::{Period, Zone};
use tickmark_log::digest::sha256;
use tickmark_log::leaf::{Leaf, Side};

#[test]
fn a_ledger_begins_with_log_library_and_documents() {
    let ledger = Ledger::begun();
    assert_eq!(ledger.state.size, 3);
    assert_eq!(ledger.state.program().unwrap().name, "Acme");
    assert_eq!(ledger.state.library().unwrap().digest, sha256(b"library"));
    assert_eq!(
        ledger.state.log.as_ref().unwrap().origin,
        "acme.example/log"
    );
}

#[test]
fn a_ledger_begins_once_and_nothing_comes_before_it() {
    let mut ledger = Ledger::begun();
    let docs = documents(&[("tickmark.yaml", PROGRAM)]);
    assert_eq!(
        says(ledger.run(init(&docs), "2026-01-03T00:00:00Z")),
        "this ledger has begun already; use `apply` to record changes"
    );
    let mut empty = Ledger::default();
    assert_eq!(
        says(empty.apply(&[("tickmark.yaml", PROGRAM)], "2026-01-03T00:00:00Z")),
        "there is no ledger yet; run `init` first"
    );
}

#[test]
fn documents_are_recorded_when_their_bytes_change() {
    let mut ledger = Ledger::begun();
    assert_eq!(
        ledger.apply(&[("tickmark.yaml", PROGRAM)], "2026-01-03T00:00:00Z"),
        Ok(0)
    );
    let changed = format!("{PROGRAM}# a comment\n");
    assert_eq!(
        ledger.apply(&[("tickmark.yaml", &changed)], "2026-01-03T00:00:00Z"),
        Ok(1)
    );
    assert_eq!(
        ledger.apply(&[("tickmark.yaml", PROGRAM)], "2026-01-04T00:00:00Z"),
        Ok(1),
        "changed back is a change"
    );
    assert_eq!(ledger.state.documents["tickmark.yaml"].len(), 3);
}

#[test]
fn the_same_wish_has_the_same_key_and_another_wish_another() {
    let ledger = Ledger::begun();
    let docs = documents(&[
        ("tickmark.yaml", PROGRAM),
        ("controls/CHG-01.md", ADOPT),
        ("people.yaml", "[]"),
    ]);
    let wish = || {
        decide(
            &ledger.state,
            Command::Apply {
                documents: &docs,
                pins: &pins(),
            },
            ACTOR,
            time("2026-01-03T00:00:00Z"),
        )
        .unwrap()
    };
    let keys =
        |drafts: Vec<Draft>, secret| drafts.iter().map(|d| d.key(secret)).collect::<Vec<_>>();
    assert_eq!(keys(wish(), &SECRET), keys(wish(), &SECRET));
    assert_ne!(keys(wish(), &SECRET), keys(wish(), &[1; 32]));
    assert_ne!(keys(wish(), &SECRET)[0], keys(wish(), &SECRET)[1]);
}

#[test]
fn adoption_pins_the_library_and_shows_back_dating() {
    let mut ledger = Ledger::begun();
    let files = [("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)];
    let found = changes(
        &ledger.state,
        &documents(&files),
        time("2026-01-11T12:00:00Z"),
    );
    assert_eq!(
        (found.len(), found[0].kind, found[0].back_dated_days),
        (1, ChangeKind::New, 10)
    );
    ledger.apply(&files, "2026-01-11T12:00:00Z").unwrap();
    let control: ControlId = "CHG-01".parse().unwrap();
    let in_force = ledger.state.in_force(&control);
    assert_eq!(in_force.len(), 1);
    assert_eq!(in_force[0].version.pinned, Some(sha256(b"chg-01")));
    assert_eq!(in_force[0].back_dated_days(&ledger.state.zone()), 10);
}

#[test]
fn an_adopted_control_stays_pinned_when_the_library_changes() {
    let mut ledger = Ledger::begun();
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)],
            "2026-01-02T00:00:00Z",
        )
        .unwrap();
    let newer = BTreeMap::from([(
        "CHG-01".parse().unwrap(),
        sha256(b"chg-01 of another library"),
    )]);
    let docs = documents(&[
        ("tickmark.yaml", PROGRAM),
        ("controls/CHG-01.md", &ADOPT.replace("Ada", "Bob")),
    ]);
    ledger
        .run(
            Command::Apply {
                documents: &docs,
                pins: &newer,
            },
            "2026-02-01T00:00:00Z",
        )
        .unwrap();
    assert_eq!(
        ledger
            .state
            .adoption(&"CHG-01".parse().unwrap())
            .unwrap()
            .0
            .pinned,
        Some(sha256(b"chg-01"))
    );
}

#[test]
fn unknown_controls_and_digests_are_refused() {
    let mut ledger = Ledger::begun();
    let other = ADOPT.replace("CHG-01", "CHG-10");
    let refused = says(ledger.apply(
        &[("tickmark.yaml", PROGRAM), ("controls/CHG-10.md", &other)],
        "2026-01-02T00:00:00Z",
    ));
    assert_eq!(
        refused,
        "controls/CHG-10.md: the library has no control `CHG-10`; did you mean `CHG-01`?"
    );
    let digest = ADOPT.replace("CHG-01", &format!("CHG-01@sha256:{}", sha256(b"x")));
    let refused = says(ledger.apply(
        &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", &digest)],
        "2026-01-02T00:00:00Z",
    ));
    assert!(
        refused.contains("no version of `CHG-01`") && refused.contains("the library holds sha256:"),
        "{refused}"
    );
    assert_eq!(ledger.state.size, 3, "nothing was recorded");
}

#[test]
fn edge_1_two_versions_in_one_period_have_their_own_days() {
    let mut ledger = Ledger::begun();
    let second = ADOPT
        .replace("2026-01-01", "2026-04-01")
        .replace("api", "all");
    for (text, now) in [
        (ADOPT, "2026-01-02T00:00:00Z"),
        (second.as_str(), "2026-03-20T00:00:00Z"),
    ] {
        ledger
            .apply(
                &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", text)],
                now,
            )
            .unwrap();
    }
    let period: Period = "2026-01-01..2026-06-30".parse().unwrap();
    let control = "CHG-01".parse().unwrap();
    let days: Vec<String> = ledger
        .state
        .in_force(&control)
        .iter()
        .map(|v| v.within(period).unwrap().to_string())
        .collect();
    assert_eq!(days, ["2026-01-01..2026-03-31", "2026-04-01..2026-06-30"]);
}

#[test]
fn a_later_version_with_the_same_day_replaces_the_one_before() {
    let mut ledger = Ledger::begun();
    for text in [ADOPT.to_owned(), ADOPT.replace("Ada", "Bob")] {
        ledger
            .apply(
                &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", &text)],
                "2026-01-02T00:00:00Z",
            )
            .unwrap();
    }
    let control = "CHG-01".parse().unwrap();
    let found = ledger.state.in_force(&control);
    assert_eq!((found.len(), found[0].adoption.owner.as_str()), (1, "Bob"));
}

#[test]
fn a_vanished_control_is_refused_unless_it_was_retired() {
    let mut ledger = Ledger::begun();
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)],
            "2026-01-02T00:00:00Z",
        )
        .unwrap();
    assert!(
        says(ledger.apply(&[("tickmark.yaml", PROGRAM)], "2026-02-01T00:00:00Z"))
            .contains("vanished without being retired")
    );
    let retired = ADOPT.replace(
        "effective: 2026-01-01",
        "effective: 2026-01-01\nretired: 2026-03-31",
    );
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", &retired)],
            "2026-02-01T00:00:00Z",
        )
        .unwrap();
    assert_eq!(
        ledger.apply(&[("tickmark.yaml", PROGRAM)], "2026-04-01T00:00:00Z"),
        Ok(1)
    );
    assert!(ledger.state.current("controls/CHG-01.md").is_none());
    let control = "CHG-01".parse().unwrap();
    assert_eq!(
        ledger.state.in_force(&control)[0].to,
        Some("2026-03-31".parse().unwrap()),
        "its time in force stays known"
    );
    assert!(says(ledger.apply(&[], "2026-04-02T00:00:00Z")).contains("`tickmark.yaml` is missing"));
}

#[test]
fn an_auditor_needs_a_signature_and_a_key_its_operator() {
    let ledger = Ledger::begun();
    let trust = |operator: &str| {
        Command::Trust(TrustBody {
            vkey: "x".to_owned(),
            role: TrustRole::Witness,
            operator: operator.to_owned(),
        })
    };
    let now = time("2026-01-03T00:00:00Z");
    let auditor = Actor {
        side: Side::Auditor,
        ..ACTOR
    };
    assert!(
        decide(&ledger.state, trust("Firm"), auditor, now)
            .unwrap_err()
            .to_string()
            .contains("signature")
    );
    assert!(
        decide(&ledger.state, trust(" "), ACTOR, now)
            .unwrap_err()
            .to_string()
            .contains("operator")
    );
    assert!(
        decide(&ledger.state, trust("Firm"), ACTOR, now)
            .unwrap_err()
            .to_string()
            .contains("not a verifier key")
    );
}

#[test]
fn people_are_kept_by_reference_alone() {
    let mut ledger = Ledger::begun();
    let people =
        "- person: ada\n  name: Ada Byron\n  accounts: [{account: 'github:101', how: hr-record}]\n";
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("people.yaml", people)],
            "2026-01-03T00:00:00Z",
        )
        .unwrap();
    assert_eq!(ledger.state.identity().unwrap().leaf, 3);
    let snapshot = serde_json::to_string(&ledger.state).unwrap();
    assert!(!snapshot.contains("Byron") && !snapshot.contains("github:101"));
    assert!(
        !ledger
            .leaves
            .iter()
            .any(|l| String::from_utf8_lossy(l).contains("Byron"))
    );
    let digest = sha256(people.as_bytes()).0;
    assert!(
        !ledger
            .leaves
            .iter()
            .any(|l| l.windows(32).any(|w| w == digest)),
        "no plain digest of a personal document in a leaf"
    );
}

#[test]
fn a_snapshot_reads_back_and_continues_like_the_fold() {
    let mut ledger = Ledger::begun();
    ledger
        .apply(
            &[
                ("tickmark.yaml", PROGRAM),
                ("controls/CHG-01.md", ADOPT),
                ("waivers.yaml", "[]"),
            ],
            "2026-01-03T00:00:00Z",
        )
        .unwrap();
    ledger
        .run(Command::Intend(intent()), "2026-01-03T00:00:00Z")
        .unwrap();
    let snapshot = serde_json::to_vec(&ledger.state).unwrap();
    let restored: State = serde_json::from_slice(&snapshot).unwrap();
    assert_eq!(restored, ledger.state);
    assert_eq!(ledger.at(ledger.leaves.len()), ledger.state);
}

#[test]
fn a_fold_refuses_leaves_out_of_order_and_foreign_ones() {
    let ledger = Ledger::begun();
    let leaf = Leaf::decode(&ledger.leaves[1], 1).unwrap();
    assert!(matches!(
        fold(State::default(), 1, &leaf, &ledger.blobs),
        Err(Corrupt::Order {
            wanted: 0,
            found: 1
        })
    ));
    let mut foreign = leaf.clone();
    foreign.kind = "opinion".to_owned();
    assert!(
        fold(State::default(), 0, &foreign, &ledger.blobs)
            .unwrap_err()
            .to_string()
            .contains("unknown to this version")
    );
    let mut extra = leaf;
    extra.body.insert(99, tickmark_log::cbor::Value::Uint(1));
    assert!(fold(State::default(), 0, &extra, &ledger.blobs).is_err());
}

#[test]
fn a_lost_document_is_named() {
    let mut ledger = Ledger::begun();
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("people.yaml", "[]")],
            "2026-01-03T00:00:00Z",
        )
        .unwrap();
    let lost = ledger.state.identity().unwrap().commitment;
    ledger.blobs.remove(&lost);
    let state = ledger.at(ledger.leaves.len());
    assert_eq!(state.unreadable, [3]);
}

#[test]
fn zones_of_a_program_cut_its_periods() {
    let ledger = Ledger::begun();
    let program = ledger.state.program().unwrap();
    assert_eq!(
        program.periods[0].span(&program.zone).from,
        time("2026-01-01T05:00:00Z")
    );
    assert_ne!(program.zone, Zone::utc());
}
