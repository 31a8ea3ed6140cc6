//! Policies: versions, approvals, acknowledgements.

use std::collections::BTreeMap;

use super::company::{POLICY, apply, begun, day, people};
use crate::decide::ledger::{ADOPT, Ledger, says};
use tickmark_core::model::decide::{Command, Read, Refusal};
use tickmark_core::model::ids::PolicyId;
use tickmark_core::model::registers::{Difference, acknowledging, policy_standings, unapproved};

const PATH: &str = "policies/access-control.md";

fn name() -> PolicyId {
    "access-control".parse().unwrap()
}

fn read(ledger: &Ledger) -> Read {
    Read {
        policy: name(),
        document: ledger.state.policy(&name()).unwrap().0.leaf,
    }
}

fn approve(ledger: &mut Ledger, person: &str, now: &str) -> Result<usize, Refusal> {
    let read = read(ledger);
    let person = person.parse().unwrap();
    ledger.run(Command::Approve { read, person }, now)
}

fn acknowledge(ledger: &mut Ledger, person: &str, now: &str) -> Result<usize, Refusal> {
    let people = people();
    let command = Command::Acknowledge {
        read: read(ledger),
        person: person.parse().unwrap(),
        people: &people,
    };
    ledger.run(command, now)
}

fn with_policy() -> Ledger {
    let mut ledger = begun();
    apply(&mut ledger, &[(PATH, POLICY)], "2026-01-03T00:00:00Z").unwrap();
    ledger
}

fn approved() -> Ledger {
    let mut ledger = with_policy();
    approve(&mut ledger, "ada", "2026-01-05T12:00:00Z").unwrap();
    approve(&mut ledger, "bob", "2026-01-07T12:00:00Z").unwrap();
    ledger
}

#[test]
fn a_version_is_in_force_once_everybody_has_approved_it() {
    let mut ledger = with_policy();
    assert_eq!(approve(&mut ledger, "ada", "2026-01-05T12:00:00Z"), Ok(1));
    let standing = &policy_standings(&ledger.state, day("2026-01-06"))[0];
    let missing: Vec<&str> = standing.missing.iter().map(|p| p.as_str()).collect();
    assert_eq!(missing, ["bob"]);
    assert!(standing.in_force.is_none() && standing.renew_due.is_none());
    assert_eq!(approve(&mut ledger, "bob", "2026-01-07T12:00:00Z"), Ok(1));
    let standing = &policy_standings(&ledger.state, day("2026-01-07"))[0];
    assert!(standing.missing.is_empty() && standing.without.is_empty());
    assert_eq!(standing.in_force.unwrap().1.version, 1);
    assert_eq!(
        standing.renew_due,
        Some(day("2027-01-05")),
        "by the older approval"
    );
    assert_eq!(standing.days_overdue(day("2027-01-08")), 3);
}

#[test]
fn only_approvers_approve_and_only_what_they_have_read() {
    let mut ledger = with_policy();
    assert_eq!(
        says(approve(&mut ledger, "cyd", "2026-01-05T00:00:00Z")),
        "`cyd` does not approve `access-control`; its approvers are ada, bob"
    );
    let before = read(&ledger);
    let changed = POLICY.replace("by role", "by role and need");
    apply(&mut ledger, &[(PATH, &changed)], "2026-01-04T00:00:00Z").unwrap();
    let late = Command::Approve {
        read: before,
        person: "ada".parse().unwrap(),
    };
    assert_eq!(
        says(ledger.run(late, "2026-01-05T00:00:00Z")),
        "`access-control` has changed since it was read; read version 1 of it first"
    );
    let unknown = Command::Approve {
        read: Read {
            policy: "acces-control".parse().unwrap(),
            document: 5,
        },
        person: "ada".parse().unwrap(),
    };
    assert!(
        says(ledger.run(unknown, "2026-01-05T00:00:00Z"))
            .contains("did you mean `access-control`?")
    );
}

#[test]
fn an_approval_counts_once_a_day_and_again_a_year_later() {
    let mut ledger = approved();
    assert_eq!(approve(&mut ledger, "ada", "2026-01-05T20:00:00Z"), Ok(0));
    assert_eq!(approve(&mut ledger, "ada", "2026-12-20T12:00:00Z"), Ok(1));
    assert_eq!(approve(&mut ledger, "bob", "2027-01-20T12:00:00Z"), Ok(1));
    let days = |period: &str| -> Vec<String> {
        let found = unapproved(&ledger.state, &name(), period.parse().unwrap());
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(days("2026-01-01..2026-12-31"), ["2026-01-01..2026-01-06"]);
    assert_eq!(
        days("2027-01-01..2027-02-28"),
        ["2027-01-08..2027-01-19"],
        "bob approved on 7 January 2026 and again too late"
    );
}

#[test]
fn what_is_approved_changes_only_under_a_higher_version() {
    let mut ledger = with_policy();
    let draft = POLICY.replace("by role", "by name");
    assert_eq!(
        apply(&mut ledger, &[(PATH, &draft)], "2026-01-04T00:00:00Z"),
        Ok(1),
        "a draft may change"
    );
    assert_eq!(
        apply(&mut ledger, &[(PATH, POLICY)], "2026-01-04T00:00:00Z"),
        Ok(1)
    );
    approve(&mut ledger, "ada", "2026-01-05T00:00:00Z").unwrap();
    assert_eq!(
        says(apply(
            &mut ledger,
            &[(PATH, &draft)],
            "2026-01-06T00:00:00Z"
        )),
        "policies/access-control.md:5:10: version 1 has been approved and is changed; raise `version`, or write the approved text back with `export`"
    );
    let second = draft.replace("version: 1", "version: 2");
    assert_eq!(
        apply(&mut ledger, &[(PATH, &second)], "2026-01-06T00:00:00Z"),
        Ok(1)
    );
    assert!(
        says(apply(
            &mut ledger,
            &[(PATH, POLICY)],
            "2026-01-07T00:00:00Z"
        ))
        .contains("version 1 after version 2; versions only go up")
    );
}

#[test]
fn the_version_before_stays_in_force_until_the_next_is_approved() {
    let mut ledger = approved();
    let second = POLICY
        .replace("version: 1", "version: 2")
        .replace("by role", "by need");
    apply(&mut ledger, &[(PATH, &second)], "2026-03-01T00:00:00Z").unwrap();
    let standing = &policy_standings(&ledger.state, day("2026-03-02"))[0];
    assert_eq!(
        (
            standing.policy.version,
            standing.in_force.unwrap().1.version
        ),
        (2, 1)
    );
    approve(&mut ledger, "ada", "2026-03-03T12:00:00Z").unwrap();
    approve(&mut ledger, "bob", "2026-03-03T12:00:00Z").unwrap();
    let standing = &policy_standings(&ledger.state, day("2026-03-04"))[0];
    assert_eq!(standing.in_force.unwrap().1.version, 2);
}

#[test]
fn people_acknowledge_what_is_approved_and_are_counted() {
    let mut ledger = with_policy();
    assert!(
        says(acknowledge(&mut ledger, "ada", "2026-01-05T00:00:00Z"))
            .contains("version 1 of `access-control` is not approved yet")
    );
    let mut ledger = approved();
    for (person, why) in [
        ("robot", "several people"),
        ("eve", "is not in `people.yaml`"),
    ] {
        assert!(says(acknowledge(&mut ledger, person, "2026-01-08T00:00:00Z")).contains(why));
    }
    assert_eq!(
        acknowledge(&mut ledger, "ada", "2026-01-08T12:00:00Z"),
        Ok(1)
    );
    assert_eq!(
        acknowledge(&mut ledger, "ada", "2026-01-09T12:00:00Z"),
        Ok(0)
    );
    let people = people();
    let starts = BTreeMap::from([("cyd".parse().unwrap(), day("2026-02-01"))]);
    let found = acknowledging(&ledger.state, &name(), &people, &starts, day("2026-02-02"));
    let said: Vec<String> = found
        .iter()
        .map(|a| format!("{} {} {}", a.person, a.due, a.done.is_some()))
        .collect();
    assert_eq!(
        said,
        [
            "ada 2026-01-21 true",
            "bob 2026-01-21 false",
            "cyd 2026-02-15 false"
        ]
    );
}

#[test]
fn an_immaterial_version_need_not_be_acknowledged_again() {
    let mut ledger = approved();
    acknowledge(&mut ledger, "ada", "2026-01-08T12:00:00Z").unwrap();
    let done = |since: &str| {
        let mut ledger = Ledger {
            leaves: ledger.leaves.clone(),
            blobs: ledger.blobs.clone(),
            state: ledger.state.clone(),
        };
        let next = POLICY
            .replace("version: 1", "version: 2")
            .replace("within_days: 14", &format!("within_days: 14{since}"));
        apply(&mut ledger, &[(PATH, &next)], "2026-03-01T00:00:00Z").unwrap();
        approve(&mut ledger, "ada", "2026-03-02T12:00:00Z").unwrap();
        approve(&mut ledger, "bob", "2026-03-02T12:00:00Z").unwrap();
        let people = people();
        let found = acknowledging(
            &ledger.state,
            &name(),
            &people,
            &BTreeMap::new(),
            day("2026-03-03"),
        );
        found.iter().filter(|a| a.done.is_some()).count()
    };
    assert_eq!((done(", since_version: 1"), done("")), (1, 0));
}

#[test]
fn no_leaf_and_no_key_names_a_person() {
    let mut ledger = approved();
    acknowledge(&mut ledger, "ada", "2026-01-08T12:00:00Z").unwrap();
    let named = |leaf: &Vec<u8>| leaf.windows(3).any(|w| w == b"ada" || w == b"bob");
    assert!(!ledger.leaves.iter().any(named));
}

#[test]
fn an_erased_name_leaves_the_acknowledgement_and_no_hole() {
    let mut ledger = approved();
    acknowledge(&mut ledger, "ada", "2026-01-08T12:00:00Z").unwrap();
    let blob = ledger.state.acknowledgements[&name()][0].person.commitment;
    let copy = ledger.put(b"hmac:0a1b");
    ledger.erase(blob, Some(copy.commitment));
    let known = &ledger.state.acknowledgements[&name()][0];
    assert_eq!(
        (known.person.value.clone(), known.person.commitment),
        (None, copy.commitment.0)
    );
    ledger.blobs.remove(&blob);
    assert_eq!(
        ledger.at(ledger.leaves.len()),
        ledger.state,
        "folded again without the bytes"
    );
    assert!(ledger.state.unreadable.is_empty());
}

#[test]
fn a_policy_goes_only_after_its_last_day_is_written() {
    let mut ledger = with_policy();
    assert!(
        says(apply(&mut ledger, &[], "2026-02-01T00:00:00Z"))
            .contains("vanished without being retired")
    );
    let retired = POLICY.replace(
        "effective: 2026-01-01",
        "effective: 2026-01-01\nretired: 2026-02-01",
    );
    apply(&mut ledger, &[(PATH, &retired)], "2026-02-01T00:00:00Z").unwrap();
    assert_eq!(apply(&mut ledger, &[], "2026-02-02T00:00:00Z"), Ok(1));
    assert!(policy_standings(&ledger.state, day("2026-02-02")).is_empty());
}

#[test]
fn a_promise_that_a_control_does_not_keep_is_named() {
    let mut ledger = begun();
    let adopt = |days: &str| {
        let params = format!("effective: 2026-01-01\nparams: {{deprovision_days: {days}}}");
        ADOPT.replace("effective: 2026-01-01", &params)
    };
    let mut differs = |days: &str| {
        let adopt = adopt(days);
        let files = [(PATH, POLICY), ("controls/CHG-01.md", adopt.as_str())];
        apply(&mut ledger, &files, "2026-01-03T00:00:00Z").unwrap();
        let standing = policy_standings(&ledger.state, day("2026-01-06")).remove(0);
        let said = |d: &Difference| format!("{} {} {:?}", d.control, d.parameter, d.done);
        standing.differs.iter().map(said).collect::<Vec<_>>()
    };
    assert_eq!(differs("5"), ["CHG-01 deprovision_days One(\"5\")"]);
    assert!(differs("1").is_empty());
}
