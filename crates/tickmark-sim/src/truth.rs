//! What a perfect examiner would find, and what only looks like it.

use std::collections::BTreeMap;

use serde::Serialize;
use tickmark_core::model::ids::ItemId;

/// One item and why it is on the list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Found {
    /// The test that has to find it, or has to leave it alone.
    pub test: String,
    /// The item as result rows print it (decision D17).
    pub item: String,
    /// What happened, for people.
    pub why: String,
    /// The trap it belongs to, as the control's `traps` name it.
    pub trap: String,
}

/// What is planted in a company.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// Deviations: each of these, and no other item, has to be found.
    pub planted: Vec<Found>,
    /// Items that nobody can judge: reading was denied, cut off, or fell between two looks.
    pub planted_unknown: Vec<Found>,
    /// Items that look like deviations and are none: they pass, are pending, not applicable, or no item at all.
    pub lookalikes: Vec<Found>,
}

/// What an item is in truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Deviation,
    Unknown,
    Lookalike,
}

/// What somebody finds: the class, the test and the item.
pub(crate) type Verdict = (Class, &'static str, String);

/// Collects what scenarios plant and what the world's own judgement says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    entries: BTreeMap<(String, String), (Class, String, String)>,
}

impl Ledger {
    /// Notes one item. A deviation outweighs an unknown item, and that a lookalike.
    pub(crate) fn note(&mut self, class: Class, test: &str, item: String, trap: &str, why: &str) {
        let entry = (class, trap.to_owned(), why.to_owned());
        let kept = self
            .entries
            .entry((test.to_owned(), item))
            .or_insert_with(|| entry.clone());
        if entry.0 < kept.0 {
            *kept = entry;
        }
    }

    pub(crate) fn knows(&self, test: &str, item: &str, class: Class) -> bool {
        self.entries
            .get(&(test.to_owned(), item.to_owned()))
            .is_some_and(|(c, ..)| *c == class)
    }

    pub(crate) fn settle(&self) -> Truth {
        let mut truth = Truth::default();
        for ((test, item), (class, trap, why)) in &self.entries {
            let found = Found {
                test: test.clone(),
                item: item.clone(),
                why: why.clone(),
                trap: trap.clone(),
            };
            match class {
                Class::Deviation => truth.planted.push(found),
                Class::Unknown => truth.planted_unknown.push(found),
                Class::Lookalike => truth.lookalikes.push(found),
            }
        }
        truth
    }
}

/// Key columns as an item.
pub(crate) fn item(parts: &[&str]) -> String {
    ItemId::from_key(parts)
        .map(|id| id.as_str().to_owned())
        .unwrap_or_default()
}
