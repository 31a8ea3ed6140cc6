//! From rows to counts, a result and digests, one row at a time.
//!
//! Rows come in the order of their items' bytes. Nothing but the rows that did not pass is kept, so ten million passing
//! items cost two running hashes.

mod by_column;
mod line;
mod version;

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::{
    job::Judged,
    library::to_hex,
    outcome::{Counts, ItemStatus, Outcome, ResultKind},
};
pub use by_column::Tally;

use crate::model::document::pattern_covers;
use line::Line;
use version::Versions;

/// One row of a test as the engine gives it.
#[derive(Debug, Clone, Copy)]
pub struct TestRow<'r> {
    /// `_item`
    pub item: &'r str,
    /// `a_A`, `a_B` … in the order of [`Judged::attributes`].
    pub attributes: &'r [Option<bool>],
    /// `_na`
    pub na: Option<&'r str>,
    /// `_pending`
    pub pending: Option<&'r str>,
    /// `_from`, microseconds UTC.
    pub from_us: Option<i64>,
    /// `_until`
    pub until_us: Option<i64>,
    /// `_trigger`
    pub trigger_us: Option<i64>,
    /// `_reasons`: codes like `A:late`, separated by blanks.
    pub reasons: &'r str,
    /// `[_leaf, _blob, _record]`
    pub cite: [u64; 3],
}

/// Why rows are no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TallyError {
    /// An item twice in a population of events.
    #[error(
        "item `{0}` comes twice; the key of the population must be unique, or the query joins more than it should"
    )]
    Twice(String),
    /// Rows out of order.
    #[error("item `{0}` comes after a greater one; the query must order by `_item`")]
    Order(String),
    /// A row without item.
    #[error("a row has no item; every key column needs a value")]
    NoItem,
    /// A row with another number of attributes than the test has.
    #[error("item `{item}` has {given} attributes instead of {wanted}")]
    Attributes {
        /// Item.
        item: String,
        /// Attributes of the row.
        given: usize,
        /// Attributes of the test.
        wanted: usize,
    },
}

/// A running tally of rows.
#[derive(Debug)]
pub struct RowTally {
    attributes: Vec<String>,
    versions: bool,
    waivers: HashMap<String, Vec<(i64, i64)>>,
    /// Waivers of many items: pattern, first instant, first instant no longer.
    patterns: Vec<(String, i64, i64)>,
    coverage: [u64; 2],
    counts: Counts,
    items: Sha256,
    lines: Sha256,
    kept: String,
    /// The item whose versions are being read.
    open: Versions,
    /// A line being written, reused.
    line: Line,
}

impl RowTally {
    /// Begins.
    #[must_use]
    pub fn new(judged: &Judged) -> Self {
        let mut waivers: HashMap<String, Vec<(i64, i64)>> = HashMap::new();
        let (many, one): (Vec<_>, Vec<_>) = judged.waivers.iter().partition(|w| w.pattern);
        for waiver in one {
            waivers
                .entry(waiver.item.clone())
                .or_default()
                .push((waiver.from_us, waiver.until_us));
        }
        Self {
            attributes: judged.attributes.clone(),
            versions: judged.versions,
            waivers,
            patterns: many
                .into_iter()
                .map(|w| (w.item.clone(), w.from_us, w.until_us))
                .collect(),
            coverage: judged.coverage,
            counts: Counts::default(),
            items: Sha256::new(),
            lines: Sha256::new(),
            kept: String::new(),
            open: Versions::default(),
            line: Line::default(),
        }
    }

    /// Takes one row.
    ///
    /// # Errors
    /// The row cannot belong to a result; the whole test is refused then.
    pub fn push(&mut self, row: &TestRow<'_>) -> Result<(), TallyError> {
        if row.item.is_empty() {
            return Err(TallyError::NoItem);
        }
        if row.attributes.len() != self.attributes.len() {
            let given = row.attributes.len();
            return Err(TallyError::Attributes {
                item: row.item.to_owned(),
                given,
                wanted: self.attributes.len(),
            });
        }
        if self.open.is_open() {
            match self.open.item().as_bytes().cmp(row.item.as_bytes()) {
                std::cmp::Ordering::Greater => return Err(TallyError::Order(row.item.to_owned())),
                std::cmp::Ordering::Equal if !self.versions => {
                    return Err(TallyError::Twice(row.item.to_owned()));
                }
                std::cmp::Ordering::Equal => {}
                std::cmp::Ordering::Less => self.close(),
            }
        }
        let waived = self.waived(row);
        self.open.add(row, waived, &self.attributes);
        Ok(())
    }

    /// Whether an approved exception holds: at the trigger of an event, over the whole version of a state.
    fn waived(&self, row: &TestRow<'_>) -> bool {
        let one = self.waivers.get(row.item).into_iter().flatten();
        let many = self
            .patterns
            .iter()
            .filter(|(pattern, _, _)| pattern_covers(pattern, row.item));
        let valid = one
            .map(|(from, until)| (from, until))
            .chain(many.map(|(_, from, until)| (from, until)));
        valid.into_iter().any(|(from, until)| {
            let at = |t: Option<i64>| t.is_some_and(|t| *from <= t && t < *until);
            let to = |t: Option<i64>| t.is_some_and(|t| *from <= t && t <= *until);
            at(row.trigger_us) && (!self.versions || (at(row.from_us) && to(row.until_us)))
        })
    }

    /// Counts the open item and writes its line.
    fn close(&mut self) {
        if !self.open.is_open() {
            return;
        }
        let status = self.open.settle();
        if self.counts.population > 0 {
            self.items.update(b"\n");
        }
        self.items.update(self.open.item().as_bytes());
        self.counts.population += 1;
        let count = match status {
            ItemStatus::Pass => &mut self.counts.passed,
            ItemStatus::Deviation => &mut self.counts.deviations,
            ItemStatus::Unknown => &mut self.counts.unknown,
            ItemStatus::NotApplicable => &mut self.counts.not_applicable,
            ItemStatus::Pending => &mut self.counts.pending,
        };
        *count += 1;
        let line = self.line.write(&self.open, status);
        self.lines.update(line.as_bytes());
        if status != ItemStatus::Pass {
            self.kept.push_str(line);
        }
        self.open.clear();
    }

    /// Ends: counts add up, or this program is wrong.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        self.close();
        // INV-J1
        assert!(
            self.counts.adds_up(),
            "counts of a test do not add up: {:?}",
            self.counts
        );
        let [covered, asked] = self.coverage;
        Outcome {
            counts: self.counts,
            result: ResultKind::of(&self.counts, covered, asked),
            population_hash: to_hex(&self.items.finalize()),
            rows_digest: to_hex(&self.lines.finalize()),
            rows: self.kept,
        }
    }
}

#[cfg(test)]
mod tests;
