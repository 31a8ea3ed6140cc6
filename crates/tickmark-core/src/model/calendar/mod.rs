//! Business days, deadlines and the buckets in which periodic controls are due.
//!
//! A calendar is a location's weekends and holidays. It is data of the program, versioned by its digest, which each test run records.

mod bucket;
mod us_federal;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tickmark_log::digest::{Digest, sha256};

use super::time::{Day, Period, Time, Weekday, Zone};

pub use bucket::{Bucket, Frequency, Rolling, buckets, due_after, rolling_buckets};

/// Holidays that follow rules and need no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// No holidays of its own.
    None,
    /// Holidays of the United States federal government, with observed days (5 U.S.C. 6103), rules as of version 1.
    UsFederal,
}

/// When people of one location work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Name of the location in the program, like `new_york`.
    pub location: String,
    /// Version as the document states it; the digest decides whether two are the same.
    pub version: String,
    /// Holidays by rule.
    pub base: Base,
    /// Further holidays.
    pub add: BTreeSet<Day>,
    /// Days that are worked although the base calls them holidays.
    pub remove: BTreeSet<Day>,
    /// Days of the week on which nobody works.
    pub weekend: Vec<Weekday>,
}

impl Calendar {
    /// A calendar with Saturday and Sunday free.
    pub fn new(location: impl Into<String>, base: Base) -> Self {
        Self {
            location: location.into(),
            version: "1".to_owned(),
            base,
            add: BTreeSet::new(),
            remove: BTreeSet::new(),
            weekend: vec![Weekday::Saturday, Weekday::Sunday],
        }
    }

    /// Whether the day is a holiday (weekends are not holidays).
    #[must_use]
    pub fn is_holiday(&self, day: Day) -> bool {
        let by_rule = self.base == Base::UsFederal && us_federal::is_holiday(day);
        self.add.contains(&day) || (by_rule && !self.remove.contains(&day))
    }

    /// Whether people work on the day.
    #[must_use]
    pub fn is_business_day(&self, day: Day) -> bool {
        !self.weekend.contains(&day.weekday()) && !self.is_holiday(day)
    }

    /// The holidays of a period in order: rows of the table `holiday(location, day)`.
    pub fn holidays(&self, period: Period) -> impl Iterator<Item = Day> {
        period.each_day().filter(|day| self.is_holiday(*day))
    }

    /// Digest of everything that decides a deadline; recorded in each run.
    #[must_use]
    pub fn digest(&self) -> Digest {
        sha256(
            super::canonical::to_string(self)
                .unwrap_or_default()
                .as_bytes(),
        )
    }
}

/// The day `days` business days after `day`, a day counting only if people work at every one of the locations.
///
/// The day itself never counts; with 0 days it is the day itself if it is a business day, else the next one. `None` if no business
/// day is found within two years for one step: the calendars leave none.
#[must_use]
pub fn add_business_days(day: Day, days: u32, calendars: &[&Calendar]) -> Option<Day> {
    let open = |d: Day| calendars.iter().all(|c| c.is_business_day(d));
    let next = |from: Day| (0..732).map(|n| from.plus_days(n)).find(|d| open(*d));
    if days == 0 {
        return next(day);
    }
    (0..days).try_fold(day, |at, _| next(at.plus_days(1)))
}

/// The deadline `days` business days after an instant: 24:00 of the last of them in the zone (page 4, section 4.1).
#[must_use]
pub fn business_deadline(
    start: Time,
    days: u32,
    zone: &Zone,
    calendars: &[&Calendar],
) -> Option<Time> {
    add_business_days(zone.day_of(start), days, calendars).map(|due| end_of_day(due, zone))
}

/// 24:00 of the day in the zone: the first instant after it.
#[must_use]
pub fn end_of_day(day: Day, zone: &Zone) -> Time {
    zone.end_of(day)
}
