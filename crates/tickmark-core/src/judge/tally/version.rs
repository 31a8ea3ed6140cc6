//! The versions of one item, joined: an event has one, a state as many as it had in the period.

use super::TestRow;
use crate::judge::outcome::ItemStatus;

/// The item being read. Its buffers are reused from item to item.
#[derive(Debug, Default)]
pub(super) struct Versions {
    item: String,
    attributes: usize,
    /// Letters of all versions that count, joined: false before unknown before true.
    letters: Vec<u8>,
    /// Reason codes of all versions, not yet sorted.
    reasons: Vec<String>,
    /// Status, interval and citation of each version.
    each: Vec<Version>,
}

#[derive(Debug, Clone, Copy)]
struct Version {
    status: ItemStatus,
    from_us: Option<i64>,
    until_us: Option<i64>,
    cite: [u64; 3],
}

impl Versions {
    pub fn is_open(&self) -> bool {
        !self.each.is_empty()
    }

    pub fn item(&self) -> &str {
        &self.item
    }

    pub fn letters(&self) -> &[u8] {
        &self.letters
    }

    /// Codes of the settled item, sorted, each once.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    pub fn clear(&mut self) {
        self.item.clear();
        self.letters.clear();
        self.reasons.clear();
        self.each.clear();
    }

    /// Adds a version.
    pub fn add(&mut self, row: &TestRow<'_>, waived: bool) {
        if self.each.is_empty() {
            self.item.push_str(row.item);
            self.attributes = row.attributes.len();
        }
        let status = self.judge(row, waived);
        self.each.push(Version {
            status,
            from_us: row.from_us,
            until_us: row.until_us,
            cite: row.cite,
        });
    }

    fn judge(&mut self, row: &TestRow<'_>, waived: bool) -> ItemStatus {
        if waived {
            self.reasons.push("waiver:waived".to_owned());
            return ItemStatus::NotApplicable;
        }
        if let Some(code) = row.na {
            self.reasons.push(format!("na:{code}"));
            return ItemStatus::NotApplicable;
        }
        if let Some(code) = row.pending {
            self.reasons.push(format!("pending:{code}"));
            return ItemStatus::Pending;
        }
        if self.letters.is_empty() {
            self.letters.resize(row.attributes.len(), b't');
        }
        let mut status = ItemStatus::Pass;
        for (letter, attribute) in self.letters.iter_mut().zip(row.attributes) {
            match attribute {
                Some(true) => {}
                Some(false) => {
                    *letter = b'f';
                    status = ItemStatus::Deviation;
                }
                None => {
                    if *letter == b't' {
                        *letter = b'?';
                    }
                    if status == ItemStatus::Pass {
                        status = ItemStatus::Unknown;
                    }
                }
            }
        }
        self.reasons.extend(
            row.reasons
                .split(' ')
                .filter(|r| !r.is_empty())
                .map(str::to_owned),
        );
        status
    }

    /// The status of the item: deviation, then unknown, then pending, then pass; not applicable when all versions are.
    ///
    /// Afterwards only the versions of that status speak for interval and citations.
    pub fn settle(&mut self) -> ItemStatus {
        let has = |status| self.each.iter().any(|v| v.status == status);
        let order = [
            ItemStatus::Deviation,
            ItemStatus::Unknown,
            ItemStatus::Pending,
            ItemStatus::Pass,
        ];
        let status = order
            .into_iter()
            .find(|s| has(*s))
            .unwrap_or(ItemStatus::NotApplicable);
        self.each.retain(|v| v.status == status);
        if matches!(status, ItemStatus::Pending | ItemStatus::NotApplicable) {
            self.letters.clear();
            self.letters.resize(self.attributes, b'-');
        }
        if self.reasons.len() > 1 {
            self.reasons.sort_unstable();
            self.reasons.dedup();
        }
        status
    }

    /// From the first version of the status to the last one.
    pub fn interval(&self) -> (Option<i64>, Option<i64>) {
        let from = self.each.iter().filter_map(|v| v.from_us).min();
        let until = self.each.iter().filter_map(|v| v.until_us).max();
        (from, until)
    }

    /// Citations of the versions of the status, in order, each once.
    pub fn cites(&self) -> impl Iterator<Item = [u64; 3]> + '_ {
        let mut cites: Vec<[u64; 3]> = self.each.iter().map(|v| v.cite).collect();
        cites.sort_unstable();
        cites.dedup();
        cites.into_iter()
    }
}
