//! Numbers that carry their evidence (INV-R1).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number from the ledger on its way into a report.
///
/// It cannot be printed: no `Display`, no accessor, and `Debug` hides it. The only way onto a page is [`Count::cited`], so a number
/// without its citation does not compile. Comparing is allowed, because wording depends on zero, one and many.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Count(u64);

impl Count {
    /// Takes a number that the engine read from the ledger.
    #[must_use]
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Both together, held at the largest number.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The number as it may stand in a report.
    #[must_use]
    pub fn cited(self, by: &Citations) -> Figure {
        Figure {
            value: Value::Count(self.0),
            citations: by.clone(),
        }
    }

    /// This count as a part of a whole (coverage), as it may stand in a report.
    #[must_use]
    pub fn of(self, all: Self, by: &Citations) -> Figure {
        Figure {
            value: Value::Share {
                part: self.0,
                all: all.0,
            },
            citations: by.clone(),
        }
    }
}

impl fmt::Debug for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Count(uncited)")
    }
}

/// Which ledger entries a number rests on: at least one, ascending, each once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u64>", into = "Vec<u64>")]
pub struct Citations(Vec<u64>);

impl Citations {
    /// One ledger entry.
    #[must_use]
    pub fn one(leaf: u64) -> Self {
        Self(vec![leaf])
    }

    /// One ledger entry and others.
    #[must_use]
    pub fn new(first: u64, rest: impl IntoIterator<Item = u64>) -> Self {
        let mut leaves: Vec<u64> = std::iter::once(first).chain(rest).collect();
        leaves.sort_unstable();
        leaves.dedup();
        Self(leaves)
    }

    /// The entries of both.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut leaves = self.0.clone();
        leaves.extend_from_slice(&other.0);
        leaves.sort_unstable();
        leaves.dedup();
        Self(leaves)
    }

    /// The leaf indexes, ascending; never empty.
    #[must_use]
    pub fn leaves(&self) -> &[u64] {
        &self.0
    }

    /// The leaf indexes as people read them: runs are joined (`17–19, 42`), more than `most` runs are counted.
    #[must_use]
    pub fn short(&self, most: usize) -> String {
        let runs = self.runs();
        let mut parts: Vec<String> = runs
            .iter()
            .take(most.max(1))
            .map(|(from, to)| match to - from {
                0 => from.to_string(),
                1 => format!("{from}, {to}"),
                _ => format!("{from}\u{2013}{to}"),
            })
            .collect();
        if runs.len() > parts.len() {
            parts.push(format!("\u{2026} ({} entries)", self.0.len()));
        }
        parts.join(", ")
    }

    fn runs(&self) -> Vec<(u64, u64)> {
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for &leaf in &self.0 {
            match runs.last_mut() {
                Some((_, to)) if *to + 1 == leaf => *to = leaf,
                _ => runs.push((leaf, leaf)),
            }
        }
        runs
    }
}

impl From<Citations> for Vec<u64> {
    fn from(citations: Citations) -> Self {
        citations.0
    }
}

impl TryFrom<Vec<u64>> for Citations {
    type Error = Uncited;

    fn try_from(leaves: Vec<u64>) -> Result<Self, Uncited> {
        let mut leaves = leaves.into_iter();
        let first = leaves.next().ok_or(Uncited)?;
        Ok(Self::new(first, leaves))
    }
}

/// A number without a ledger entry behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number without a ledger entry behind it; cite at least one leaf")]
pub struct Uncited;

/// A number in a report, with the ledger entries that it rests on.
///
/// The fields are private and the only constructors ask for [`Citations`], which cannot be empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    value: Value,
    citations: Citations,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Value {
    Count(u64),
    Share { part: u64, all: u64 },
}

impl Figure {
    /// A whole number with the entries that it rests on.
    #[must_use]
    pub fn new(value: u64, citations: &Citations) -> Self {
        Count::new(value).cited(citations)
    }

    /// The whole number; `None` for a share.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match self.value {
            Value::Count(count) => Some(count),
            Value::Share { .. } => None,
        }
    }

    /// The share as a fraction with four digits, rounded down as it is printed; `None` for a whole number.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        match self.value {
            Value::Count(_) => None,
            Value::Share { part, all } => u16::try_from(Self::hundredths(part, all))
                .ok()
                .map(|h| f64::from(h) / 10_000.0),
        }
    }

    /// The ledger entries behind it.
    #[must_use]
    pub fn citations(&self) -> &Citations {
        &self.citations
    }

    /// Hundredths of a percent, rounded down, so that 99.999 % never reads as all (decision D25); a share of nothing is all of it.
    fn hundredths(part: u64, all: u64) -> u64 {
        if part >= all {
            return 10_000;
        }
        let exact = u128::from(part) * 10_000 / u128::from(all);
        u64::try_from(exact).unwrap_or(0).min(9_999)
    }
}

impl fmt::Display for Figure {
    /// A whole number without separators, or a percentage with two digits rounded down; `100%` only if nothing is missing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Count(count) => write!(f, "{count}"),
            Value::Share { part, all } => match Self::hundredths(part, all) {
                10_000 => f.write_str("100%"),
                hundredths => write!(f, "{}.{:02}%", hundredths / 100, hundredths % 100),
            },
        }
    }
}

// Compile-time proof that a `Count` has no `Display`: were it to get one, the two blanket implementations below would both apply
// and the marker could no longer be inferred.
const _: fn() = || {
    trait PrintsUncited<Marker> {
        fn marker() {}
    }
    struct HasDisplay;
    impl<T: ?Sized> PrintsUncited<()> for T {}
    impl<T: ?Sized + fmt::Display> PrintsUncited<HasDisplay> for T {}
    let _ = <Count as PrintsUncited<_>>::marker;
};

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_share_is_rounded_down_and_all_is_only_all() {
        let by = Citations::one(7);
        let show = |part, all| Count::new(part).of(Count::new(all), &by).to_string();
        assert_eq!(show(9_999_999, 10_000_000), "99.99%");
        assert_eq!(show(1, 3), "33.33%");
        assert_eq!(show(3, 3), "100%");
        assert_eq!(show(0, 3), "0.00%");
        assert_eq!(show(u64::MAX - 1, u64::MAX), "99.99%");
    }

    #[test]
    fn no_uncited_number_comes_in_from_outside() {
        let refused =
            serde_json::from_str::<Figure>(r#"{"value":{"count":3},"citations":[]}"#).unwrap_err();
        assert!(
            refused.to_string().contains("cite at least one leaf"),
            "{refused}"
        );
        let cited: Figure =
            serde_json::from_str(r#"{"value":{"count":3},"citations":[9,2,9]}"#).unwrap();
        assert_eq!(cited.citations().leaves(), [2, 9]);
    }

    #[test]
    fn a_count_does_not_tell_its_number() {
        assert_eq!(format!("{:?}", Count::new(412)), "Count(uncited)");
    }

    #[test]
    fn citations_read_as_runs() {
        assert_eq!(
            Citations::new(17, [18, 19, 42, 44]).short(8),
            "17\u{2013}19, 42, 44"
        );
        assert_eq!(Citations::new(5, [6]).short(8), "5, 6");
        assert_eq!(
            Citations::new(1, [3, 5, 7]).short(2),
            "1, 3, \u{2026} (4 entries)"
        );
    }
}
