//! The words for what a test says. Four results stay four results.

use serde::{Deserialize, Serialize};

/// Result of a test. The names are those of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultState {
    /// Every item that could be judged passed, and the whole time was covered.
    NoDeviation,
    /// At least one deviation.
    Deviation,
    /// Nothing happened that the control asks for.
    DidNotOperate,
    /// Evidence is missing, of items or of time.
    UnableToTest,
}

impl ResultState {
    /// All four, in the order of the contract.
    pub const ALL: [Self; 4] = [
        Self::NoDeviation,
        Self::Deviation,
        Self::DidNotOperate,
        Self::UnableToTest,
    ];

    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoDeviation => "no_deviation",
            Self::Deviation => "deviation",
            Self::DidNotOperate => "did_not_operate",
            Self::UnableToTest => "unable_to_test",
        }
    }

    /// The name in JSON, read back.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// How a report says it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoDeviation => "No deviation noted",
            Self::Deviation => "Deviation noted",
            Self::DidNotOperate => "Did not operate",
            Self::UnableToTest => "Unable to test",
        }
    }

    /// Its tick mark.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::NoDeviation => "\u{2713}",
            Self::Deviation => "X",
            Self::DidNotOperate => "\u{25cb}",
            Self::UnableToTest => "?",
        }
    }

    /// What it means, for the legend.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NoDeviation => {
                "every item of the population was tested without exception and the whole period is covered by evidence"
            }
            Self::Deviation => {
                "at least one item deviates; items tested, deviations, their nature and their duration are listed"
            }
            Self::DidNotOperate => {
                "a complete population shows no occurrence; the control was not tested, this is no pass"
            }
            Self::UnableToTest => "evidence of items or of time is missing; this is never a pass",
        }
    }
}

/// What a test says about one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// An attribute is not met.
    Deviation,
    /// An attribute cannot be read.
    Unknown,
    /// The control does not ask for this item.
    NotApplicable,
    /// Due after the period and still open.
    Pending,
}

impl ItemState {
    /// How a report says it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Deviation => "deviation",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not applicable",
            Self::Pending => "pending",
        }
    }

    /// The name in a row line of a run (key `s`), read back; passing items are not reported one by one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "deviation" => Some(Self::Deviation),
            "unknown" => Some(Self::Unknown),
            "not_applicable" => Some(Self::NotApplicable),
            "pending" => Some(Self::Pending),
            _ => None,
        }
    }
}

/// The tick mark of one attribute of one item, from its letter in a row line: `t`, `f`, `?`, `-`.
#[must_use]
pub const fn attribute_mark(letter: char) -> &'static str {
    match letter {
        't' => "\u{2713}",
        'f' => "X",
        '-' => "N/A",
        _ => "?",
    }
}

/// Tick marks and their meaning, for legends: results first, then the marks of attributes.
pub const LEGEND: [(&str, &str); 8] = [
    (
        "\u{2713}",
        "tested without exception (attribute met; for a test: no deviation noted)",
    ),
    (
        "X",
        "exception (attribute not met; for a test: deviation noted)",
    ),
    (
        "?",
        "unknown: evidence is missing or could not be read; never counted as met",
    ),
    (
        "\u{25cb}",
        "did not operate: a complete population shows no occurrence",
    ),
    ("N/A", "not applicable to this item, with the reason code"),
    ("P", "pending: due after the period and still open"),
    ("[n]", "ledger entry n: the record that the figure rests on"),
    (
        "n.b.r",
        "citation of one record: ledger entry n, blob b, record r",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_results_never_look_alike() {
        for (index, left) in ResultState::ALL.iter().enumerate() {
            for right in ResultState::ALL.iter().skip(index + 1) {
                assert_ne!(left.words(), right.words());
                assert_ne!(left.mark(), right.mark());
                assert_ne!(left.name(), right.name());
            }
        }
        assert_eq!(
            ResultState::from_name("unable_to_test"),
            Some(ResultState::UnableToTest)
        );
    }
}
