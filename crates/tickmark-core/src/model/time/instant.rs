use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::TimeError;

/// Microseconds in a second.
pub const SECOND_US: i64 = 1_000_000;
/// Microseconds in an hour.
pub const HOUR_US: i64 = 3_600 * SECOND_US;
/// Microseconds in 24 hours (a calendar day may have 23 or 25 hours: use [`super::Day`]).
pub const DAY_US: i64 = 24 * HOUR_US;

/// An instant: microseconds since 1970-01-01T00:00:00Z.
///
/// Prints as RFC 3339 in UTC with as many fraction digits as needed. Reading accepts any offset; digits beyond the microsecond are
/// cut, never rounded up, so that an event does not move past a boundary.
/// For programs (a format that is not for people) it is the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// Earliest instant that can be printed (year 1).
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// Latest instant that can be printed (end of year 9998).
    pub const MAX: Self = Self(253_370_764_799_999_999);

    /// From microseconds since the epoch, held within years 1 to 9998.
    #[must_use]
    pub const fn from_micros(us: i64) -> Self {
        if us < Self::MIN.0 {
            Self::MIN
        } else if us > Self::MAX.0 {
            Self::MAX
        } else {
            Self(us)
        }
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Microseconds since the epoch as a ledger number; instants before 1970 become 0.
    #[must_use]
    pub fn micros_u64(self) -> u64 {
        u64::try_from(self.0).unwrap_or(0)
    }

    /// From a ledger number; beyond the year 9998 is held there.
    #[must_use]
    pub fn from_micros_u64(us: u64) -> Self {
        Self::from_micros(i64::try_from(us).unwrap_or(i64::MAX))
    }

    /// This many microseconds of elapsed time later (24 hours are 24 hours, whatever the clocks do).
    #[must_use]
    pub const fn plus(self, us: i64) -> Self {
        Self::from_micros(self.0.saturating_add(us))
    }

    /// Elapsed microseconds since `earlier`; negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads RFC 3339 with an offset.
    ///
    /// # Errors
    /// [`TimeError::Naive`] without offset, [`TimeError::NotInstant`] otherwise.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let shape = text.len() >= 20
            && text.is_ascii()
            && text
                .as_bytes()
                .get(10)
                .is_some_and(|b| matches!(b, b'T' | b't' | b' '));
        let stamp = if shape {
            text.parse::<Timestamp>().ok()
        } else {
            None
        };
        match stamp {
            Some(stamp) => Ok(Self::from_timestamp(stamp)),
            None if text.parse::<jiff::civil::DateTime>().is_ok() && text.len() > 10 => {
                Err(TimeError::Naive(text.to_owned()))
            }
            None => Err(TimeError::NotInstant(text.to_owned())),
        }
    }

    pub(super) fn from_timestamp(stamp: Timestamp) -> Self {
        let us = stamp.as_nanosecond().div_euclid(1_000);
        Self::from_micros(i64::try_from(us).unwrap_or(if us < 0 { i64::MIN } else { i64::MAX }))
    }

    pub(super) fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.timestamp(), f)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Time {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        Self::parse(text)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            to.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            let text = String::deserialize(from)?;
            Self::parse(&text).map_err(D::Error::custom)
        } else {
            i64::deserialize(from).map(Self::from_micros)
        }
    }
}
