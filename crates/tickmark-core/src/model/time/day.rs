use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Span, Time, TimeError, Zone};

/// Day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A calendar day. It becomes a span of time only in a zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    /// A day by its numbers.
    ///
    /// # Errors
    /// No such day in the calendar.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, TimeError> {
        Date::new(year, month, day)
            .map(Self)
            .map_err(|_| TimeError::NotDay(format!("{year:04}-{month:02}-{day:02}")))
    }

    /// Reads `2026-03-02`, ten characters exactly.
    ///
    /// # Errors
    /// [`TimeError::NotDay`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        match text.parse() {
            Ok(date) if shape => Ok(Self(date)),
            _ => Err(TimeError::NotDay(text.to_owned())),
        }
    }

    pub(super) fn from_date(date: Date) -> Self {
        Self(date)
    }

    pub(super) fn date(self) -> Date {
        self.0
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        match self.0.weekday() {
            jiff::civil::Weekday::Monday => Weekday::Monday,
            jiff::civil::Weekday::Tuesday => Weekday::Tuesday,
            jiff::civil::Weekday::Wednesday => Weekday::Wednesday,
            jiff::civil::Weekday::Thursday => Weekday::Thursday,
            jiff::civil::Weekday::Friday => Weekday::Friday,
            jiff::civil::Weekday::Saturday => Weekday::Saturday,
            jiff::civil::Weekday::Sunday => Weekday::Sunday,
        }
    }

    /// This many days later (earlier if negative), held within years 1 to 9998.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(
            self.0
                .saturating_add(jiff::Span::new().try_days(days).unwrap_or_default()),
        )
    }

    /// The same day this many months later; the last of the month if there is no such day (31 January + 1 = 28 or 29 February).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        Self(
            self.0
                .saturating_add(jiff::Span::new().try_months(months).unwrap_or_default()),
        )
    }

    /// Days from `earlier` to here; negative if `earlier` is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0.since(earlier.0).map_or(0, |span| span.get_days())
    }

    /// Days since 1970-01-01, as Parquet and Arrow count them.
    #[must_use]
    pub fn epoch_days(self) -> i32 {
        self.days_since(Self(jiff::civil::date(1970, 1, 1)))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Day {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// Whole days from `from` to `to`, both included; the zone that makes instants of them is the reporting zone.
///
/// Prints and reads as `2026-01-01..2026-06-30`; in JSON it is `{"from": …, "to": …}` as in the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
}

impl Period {
    /// A period of at least one day.
    ///
    /// # Errors
    /// [`TimeError::Reversed`] if it ends before it begins.
    pub fn new(from: Day, to: Day) -> Result<Self, TimeError> {
        if to < from {
            Err(TimeError::Reversed(format!("{from}..{to}")))
        } else {
            Ok(Self { from, to })
        }
    }

    /// Reads `A..B`.
    ///
    /// # Errors
    /// [`TimeError::NotPeriod`], [`TimeError::NotDay`] or [`TimeError::Reversed`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let (from, to) = text
            .split_once("..")
            .ok_or_else(|| TimeError::NotPeriod(text.to_owned()))?;
        Self::new(Day::parse(from)?, Day::parse(to)?)
    }

    /// The half-open span `[from 00:00, to 24:00)` in the zone.
    #[must_use]
    pub fn span(&self, zone: &Zone) -> Span {
        Span {
            from: zone.start_of(self.from),
            until: zone.end_of(self.to),
        }
    }

    /// Number of days.
    #[must_use]
    pub fn days(&self) -> i32 {
        self.to.days_since(self.from) + 1
    }

    /// Each day in order.
    pub fn each_day(&self) -> impl Iterator<Item = Day> + use<> {
        let from = self.from;
        (0..self.days()).map(move |n| from.plus_days(n))
    }

    /// Whether the day lies in the period.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether an instant lies in the period.
    #[must_use]
    pub fn contains_time(&self, time: Time, zone: &Zone) -> bool {
        self.contains(zone.day_of(time))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

impl FromStr for Period {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        Self::parse(text)
    }
}
