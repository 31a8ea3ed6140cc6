//! What a test says: counts, a result, digests, and the rows that did not pass.

use serde::{Deserialize, Serialize};

/// Counts of a test run.
///
/// INV-J1: `population = passed + deviations + unknown + not_applicable + pending`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Items in the population.
    pub population: u64,
    /// Items all of whose attributes are true.
    pub passed: u64,
    /// Items with a false attribute.
    pub deviations: u64,
    /// Items with no false and at least one unreadable attribute.
    pub unknown: u64,
    /// Items the control does not ask for.
    pub not_applicable: u64,
    /// Items whose due date lies after the period and that are still open.
    pub pending: u64,
}

impl Counts {
    /// Items that could be judged: passed and deviations.
    #[must_use]
    pub fn tested(&self) -> u64 {
        self.passed + self.deviations
    }

    /// INV-J1, in the form both sides of the process boundary assert.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.population == self.tested() + self.unknown + self.not_applicable + self.pending
    }
}

/// The four results. The numbers are the body key 11 of a `test.run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// Every item that could be judged passed, and all of the time was covered.
    NoDeviation = 0,
    /// At least one deviation.
    Deviation = 1,
    /// Nothing happened that the control asks for.
    DidNotOperate = 2,
    /// Evidence is missing, of items or of time.
    UnableToTest = 3,
}

impl ResultKind {
    /// Precedence: deviation, then unable to test, then did not operate, then no deviation.
    ///
    /// `covered` and `asked` are seconds; less than all of it is never a pass (INV-J2).
    #[must_use]
    pub fn of(counts: &Counts, covered: u64, asked: u64) -> Self {
        if counts.deviations > 0 {
            Self::Deviation
        } else if counts.unknown > 0 || covered < asked {
            Self::UnableToTest
        } else if counts.tested() == 0 {
            Self::DidNotOperate
        } else {
            Self::NoDeviation
        }
    }

    /// The name in JSON and on paper's sources.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoDeviation => "no_deviation",
            Self::Deviation => "deviation",
            Self::DidNotOperate => "did_not_operate",
            Self::UnableToTest => "unable_to_test",
        }
    }
}

/// What a test says about its population.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Counts (INV-J1 holds).
    pub counts: Counts,
    /// Result by precedence.
    pub result: ResultKind,
    /// SHA-256 over the sorted items joined by LF, lower-case hex.
    pub population_hash: String,
    /// SHA-256 over all row lines, passing ones too, sorted by item bytes, lower-case hex.
    pub rows_digest: String,
    /// Lines of the items that did not pass: canonical JSON, each ended by LF.
    pub rows: String,
}

/// What a test says about one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// Every attribute is true.
    Pass,
    /// An attribute is false.
    Deviation,
    /// No attribute is false, one could not be read.
    Unknown,
    /// The control does not ask for the item.
    NotApplicable,
    /// Still open, due after the period.
    Pending,
}

impl ItemStatus {
    const ALL: [Self; 5] = [
        Self::Pass,
        Self::Deviation,
        Self::Unknown,
        Self::NotApplicable,
        Self::Pending,
    ];

    /// The name in rows and verdicts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Deviation => "deviation",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not_applicable",
            Self::Pending => "pending",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == text)
    }
}
