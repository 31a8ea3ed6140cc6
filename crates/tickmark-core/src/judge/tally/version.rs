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
    /// Reason codes of all versions, and what each speaks of.
    said: Vec<Said>,
    /// The codes that stand when the item is settled, sorted.
    reasons: Vec<String>,
    /// Status, interval and citation of each version.
    each: Vec<Version>,
}

/// A reason code of one version.
#[derive(Debug)]
struct Said {
    code: String,
    /// The attribute it names and the letter that attribute had there; otherwise it speaks of the whole version.
    of: Option<(usize, u8)>,
    status: ItemStatus,
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
        self.said.clear();
        self.reasons.clear();
        self.each.clear();
    }

    /// Adds a version.
    pub fn add(&mut self, row: &TestRow<'_>, waived: bool, attributes: &[String]) {
        if self.each.is_empty() {
            self.item.push_str(row.item);
            self.attributes = row.attributes.len();
        }
        let status = self.judge(row, waived, attributes);
        self.each.push(Version {
            status,
            from_us: row.from_us,
            until_us: row.until_us,
            cite: row.cite,
        });
    }

    fn judge(&mut self, row: &TestRow<'_>, waived: bool, attributes: &[String]) -> ItemStatus {
        if waived {
            return self.whole("waiver:waived".to_owned(), ItemStatus::NotApplicable);
        }
        if let Some(code) = row.na {
            return self.whole(format!("na:{code}"), ItemStatus::NotApplicable);
        }
        if let Some(code) = row.pending {
            return self.whole(format!("pending:{code}"), ItemStatus::Pending);
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
        for code in row.reasons.split(' ').filter(|r| !r.is_empty()) {
            let letter = code.split(':').next().unwrap_or_default();
            let of = attributes.iter().position(|a| a == letter).map(|index| {
                let value = row.attributes.get(index).copied().flatten();
                (index, value.map_or(b'?', |v| if v { b't' } else { b'f' }))
            });
            self.said.push(Said {
                code: code.to_owned(),
                of,
                status,
            });
        }
        status
    }

    /// A reason for a whole version.
    fn whole(&mut self, code: String, status: ItemStatus) -> ItemStatus {
        self.said.push(Said {
            code,
            of: None,
            status,
        });
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
        for said in self.said.drain(..) {
            // An attribute is explained by the versions that gave its letter, the item by the versions of its status.
            let stands = match said.of {
                Some((index, letter)) => self.letters.get(index) == Some(&letter),
                None => said.status == status,
            };
            if stands {
                self.reasons.push(said.code);
            }
        }
        self.reasons.sort_unstable();
        self.reasons.dedup();
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
