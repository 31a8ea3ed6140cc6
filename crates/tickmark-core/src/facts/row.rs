//! One fact: a row of a population.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::citation::Citation;
use crate::model::ids::{ItemError, ItemId};
use crate::model::time::{Day, Time};

use super::schema::Schema;

/// The value of one column of one row.
///
/// `Absent` says: known not to exist. Whether a value is *unknown* stands in [`Row::unknown`], and the cell is then `Absent` too
/// (decision D7).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Known not to exist, or unknown if the row's bit says so.
    Absent,
    /// Text in Unicode normal form C; also a person's account, `system:id`.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number of at most nine fraction digits.
    Decimal(Decimal),
    /// An instant.
    Time(Time),
    /// A calendar day.
    Date(Day),
    /// Elapsed microseconds.
    Duration(i64),
    /// Texts, sorted by bytes, each once.
    Set(Vec<String>),
}

impl Cell {
    /// A set: sorted by bytes, each element once.
    #[must_use]
    pub fn set(mut elements: Vec<String>) -> Self {
        elements.sort_unstable();
        elements.dedup();
        Self::Set(elements)
    }

    /// Whether there is a value.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The text of a text cell.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The instant of a time cell.
    #[must_use]
    pub fn time(&self) -> Option<Time> {
        match self {
            Self::Time(time) => Some(*time),
            _ => None,
        }
    }
}

/// Prints as it stands in an item's key: times in RFC 3339, sets joined by `;`, absent as nothing.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) | Self::Duration(value) => write!(f, "{value}"),
            Self::Decimal(value) => write!(f, "{value}"),
            Self::Time(value) => write!(f, "{value}"),
            Self::Date(value) => write!(f, "{value}"),
            Self::Set(elements) => f.write_str(&elements.join(";")),
        }
    }
}

/// One row of a population, its cells in the order of the schema's columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// One cell a column.
    pub cells: Vec<Cell>,
    /// Bit i is set if column i could not be read.
    pub unknown: u64,
    /// The record it was read from.
    pub cite: Citation,
    /// When the source answered.
    pub observed_at: Time,
}

impl Row {
    /// Whether column `index` could not be read.
    #[must_use]
    pub fn is_unknown(&self, index: usize) -> bool {
        self.unknown
            .checked_shr(u32::try_from(index).unwrap_or(u32::MAX))
            .unwrap_or(0)
            & 1
            == 1
    }

    /// The item this row is about: its key columns.
    ///
    /// # Errors
    /// A key column is empty or the key is too long; [`super::read`] refuses such rows, so this fails only on rows made by hand.
    pub fn item(&self, schema: &Schema) -> Result<ItemId, ItemError> {
        let parts: Vec<String> = schema
            .key_indexes()
            .map(|i| {
                self.cells
                    .get(i)
                    .map(ToString::to_string)
                    .unwrap_or_default()
            })
            .collect();
        ItemId::from_key(&parts)
    }
}

/// A decimal number in units of 10^-9, as DECIMAL(38, 9) holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(i128);

/// Fraction digits that a decimal keeps.
pub const DECIMAL_SCALE: usize = 9;
/// Units in one.
const ONE: i128 = 1_000_000_000;
/// Largest magnitude in 38 digits.
const LARGEST: i128 = 10_i128.pow(38) - 1;

/// Not a decimal number that fits 29 digits before and 9 after the point.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a decimal number with at most nine digits after the point")]
pub struct DecimalError(pub String);

impl Decimal {
    /// From units of 10^-9.
    #[must_use]
    pub fn from_units(units: i128) -> Self {
        Self(units.clamp(-LARGEST, LARGEST))
    }

    /// Units of 10^-9.
    #[must_use]
    pub fn units(self) -> i128 {
        self.0
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let refuse = || DecimalError(text.to_owned());
        let (negative, digits) = text
            .strip_prefix('-')
            .map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || digits.ends_with('.')
            || !plain(whole)
            || !plain(fraction)
            || fraction.len() > DECIMAL_SCALE
        {
            return Err(refuse());
        }
        let units: i128 = format!("{whole}{fraction:0<DECIMAL_SCALE$}")
            .parse()
            .map_err(|_| refuse())?;
        if units > LARGEST {
            return Err(refuse());
        }
        Ok(Self(if negative { -units } else { units }))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.abs() / ONE, self.0.abs() % ONE);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let fraction = format!("{rest:0DECIMAL_SCALE$}");
        write!(f, "{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }
}

impl TryFrom<String> for Decimal {
    type Error = DecimalError;

    fn try_from(text: String) -> Result<Self, DecimalError> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> Self {
        decimal.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_keep_nine_digits_and_refuse_a_tenth() {
        assert_eq!("1.5".parse::<Decimal>().unwrap().units(), 1_500_000_000);
        assert_eq!("-0.000000001".parse::<Decimal>().unwrap().units(), -1);
        assert_eq!(
            "1.0000000010".parse::<Decimal>().unwrap().to_string(),
            "1.000000001"
        );
        for bad in [
            "",
            "-",
            ".5",
            "1.",
            "1e3",
            "+1",
            "1.0000000001",
            "1,5",
            "--1",
            &"9".repeat(30),
        ] {
            assert!(bad.parse::<Decimal>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sets_are_sorted_and_single() {
        assert_eq!(
            Cell::set(vec!["b".into(), "a".into(), "b".into()]),
            Cell::Set(vec!["a".into(), "b".into()])
        );
    }

    proptest! {
        #[test]
        fn decimals_print_and_read_back(units in -LARGEST..=LARGEST) {
            let decimal = Decimal::from_units(units);
            prop_assert_eq!(decimal.to_string().parse::<Decimal>(), Ok(decimal));
        }

        #[test]
        fn any_text_as_a_decimal_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Decimal>();
        }
    }
}
