//! A small company with people, one adopted control, and documents to register.

use std::collections::BTreeMap;

use crate::decide::ledger::{ADOPT, Ledger, PROGRAM, run_body};
use tickmark_core::model::body::{RunBody, RunCounts, RunResult};
use tickmark_core::model::decide::Refusal;
use tickmark_core::model::document::{Document, People, parse};
use tickmark_core::model::time::Day;

pub const PEOPLE: &str = "- {person: ada, groups: [engineering]}
- {person: bob, groups: [engineering]}
- {person: cyd, kind: contractor}
- {person: robot, kind: service}
";
pub const POLICY: &str = "---
title: Access control
owner: Head of security
approvers: [ada, bob]
version: 1
effective: 2026-01-01
renew_within_months: 12
acknowledge: {groups: [everyone], within_days: 14}
parameters: {deprovision_days: 1}
controls: [CHG-01]
criteria: [CC5.3]
---
Access is granted by role.
";

pub fn people() -> People {
    match parse("people.yaml", PEOPLE.as_bytes()) {
        Ok(Document::People(people)) => people,
        other => panic!("{other:?}"),
    }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The program with its people, the adopted control and further documents.
pub fn apply(ledger: &mut Ledger, more: &[(&str, &str)], now: &str) -> Result<usize, Refusal> {
    let mut files = vec![
        ("tickmark.yaml", PROGRAM),
        ("people.yaml", PEOPLE),
        ("controls/CHG-01.md", ADOPT),
    ];
    files.retain(|(path, _)| more.iter().all(|(p, _)| p != path));
    files.extend(more);
    ledger.apply(&files, now)
}

/// A ledger with the program, its people and one adopted control: leaves 0 to 4.
pub fn begun() -> Ledger {
    let mut ledger = Ledger::begun();
    apply(&mut ledger, &[], "2026-01-02T00:00:00Z").unwrap();
    ledger
}

/// The rows of a run: item and status.
pub fn rows(items: &[(&str, &str)]) -> Vec<u8> {
    let line = |(item, status): &(&str, &str)| {
        format!("{{\"a\":\"f\",\"c\":[],\"i\":\"{item}\",\"r\":[],\"s\":\"{status}\"}}\n")
    };
    items.iter().map(line).collect::<String>().into_bytes()
}

/// A run over ten items of which some did not pass.
pub fn run(ledger: &Ledger, items: &[(&str, &str)]) -> RunBody {
    let mut by: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, status) in items {
        *by.entry(*status).or_default() += 1;
    }
    let of = |status: &str| by.get(status).copied().unwrap_or(0);
    let mut body = run_body(ledger.state.size);
    body.counts = RunCounts {
        population: 10,
        passed: 10 - items.len() as u64,
        deviations: of("deviation"),
        unknown: of("unknown"),
        not_applicable: of("not_applicable"),
        pending: of("pending"),
    };
    body.result = match (body.counts.deviations, body.counts.unknown) {
        (0, 0) => RunResult::NoDeviation,
        (0, _) => RunResult::UnableToTest,
        _ => RunResult::Deviation,
    };
    (body.covered_s, body.asked_s) = (20, 20);
    body.provisional = true;
    body
}
