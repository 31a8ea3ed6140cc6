//! What is watched and when it was last looked at, from recorded runs alone.

use std::collections::{BTreeMap, BTreeSet};

use tickmark_core::{
    model::{ids::TestId, registers, time::Time},
    report::inputs::{Inputs, TestResult},
};

use crate::house::House;

/// A control that is watched by tests that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched<'a> {
    /// Its title, of the last version of the period.
    pub title: &'a str,
    /// Criteria it is mapped to.
    pub criteria: Vec<String>,
    /// Number of its tests that ran.
    pub tests: usize,
    /// When the last of them was recorded.
    pub last: Time,
    /// Entry of that run.
    pub leaf: u64,
}

/// Controls with a run of the period, the criteria in order. Nothing where nothing ran.
#[must_use]
pub fn watched(house: &House) -> Vec<Watched<'_>> {
    let Ok(inputs) = &house.inputs else {
        return Vec::new();
    };
    let mut by_control: BTreeMap<&str, Vec<(Time, u64, &str)>> = BTreeMap::new();
    for test in &inputs.tests {
        if let Some(at) = recorded(house, test) {
            let runs = by_control.entry(test.control.as_str()).or_default();
            runs.push((at, test.leaf, test.id.as_str()));
        }
    }
    let mut all: Vec<Watched<'_>> = by_control
        .into_iter()
        .filter_map(|(control, runs)| one(inputs, control, &runs))
        .collect();
    all.sort_by(|a, b| (&a.criteria, a.title).cmp(&(&b.criteria, b.title)));
    all
}

fn one<'a>(inputs: &'a Inputs, control: &str, runs: &[(Time, u64, &str)]) -> Option<Watched<'a>> {
    let control = inputs.controls.iter().rev().find(|c| c.id == control)?;
    let (last, leaf, _) = runs.iter().max()?;
    let tests: BTreeSet<&str> = runs.iter().map(|(_, _, id)| *id).collect();
    Some(Watched {
        title: &control.title,
        criteria: control.criteria.iter().map(ToString::to_string).collect(),
        tests: tests.len(),
        last: *last,
        leaf: *leaf,
    })
}

/// When a run was recorded; none if the ledger holds no such run any more than the report does.
fn recorded(house: &House, test: &TestResult) -> Option<Time> {
    let runs = house.state.runs.get(&TestId::parse(&test.id).ok()?)?;
    let run = runs.iter().find(|r| r.leaf == test.leaf)?;
    Some(run.recorded)
}

/// Entries that the trust page names and gives proofs for: the runs shown, and what is published.
#[must_use]
pub fn named_entries(house: &House, monitoring: bool, now: Time) -> BTreeSet<u64> {
    let listing = registers::trust(&house.state, now);
    let mut named: BTreeSet<u64> = listing
        .publications
        .iter()
        .map(|p| p.publication.leaf)
        .collect();
    if monitoring {
        named.extend(watched(house).iter().map(|w| w.leaf));
    }
    named
}
