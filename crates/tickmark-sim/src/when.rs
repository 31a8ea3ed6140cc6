//! The company's time: its zone, its working days, the days on which nothing may happen because a collector is ill.

use std::collections::BTreeSet;

use tickmark_core::model::{
    calendar::{Base, Calendar, business_deadline},
    time::{Ambiguous, DAY_US, Day, HOUR_US, Period, SECOND_US, Time, Zone},
};

use crate::{Config, SimError, dice::Dice};

/// Zone of the company; its days begin at 05:00 or 04:00 UTC.
pub(crate) const ZONE: &str = "America/New_York";
/// Daily snapshots are taken at this hour (UTC), shortly after midnight of the company's day.
const SNAPSHOT_HOUR: i64 = 6;
/// Days the collector of the database is down.
pub(crate) const OUTAGE_DAYS: i32 = 4;

/// Where and when everything happens.
#[derive(Debug, Clone)]
pub(crate) struct Almanac {
    pub(crate) zone: Zone,
    pub(crate) period: Period,
    /// The head office has a holiday; the remote office has none.
    pub(crate) office: Calendar,
    pub(crate) remote: Calendar,
    /// A Monday that is a holiday at the head office.
    pub(crate) holiday: Day,
    /// The day on which one page of the directory cannot be read.
    pub(crate) torn_day: Day,
    /// First day without a snapshot of the database.
    pub(crate) outage: Day,
}

impl Almanac {
    pub(crate) fn new(config: &Config) -> Result<Self, SimError> {
        if config.people < 30 || config.months < 3 || config.months > 36 || config.people > 20_000 {
            return Err(SimError::Size);
        }
        let to = config
            .from
            .plus_months(i32::from(config.months))
            .plus_days(-1);
        let period = Period::new(config.from, to).map_err(|_| SimError::Size)?;
        let zone = Zone::parse(ZONE).map_err(|_| SimError::Zone)?;
        let days = period.days();
        let holiday = monday(config.from.plus_days(days * 35 / 100));
        let mut office = Calendar::new("office", Base::None);
        office.add = BTreeSet::from([holiday]);
        Ok(Almanac {
            zone,
            period,
            office,
            remote: Calendar::new("remote", Base::None),
            holiday,
            torn_day: monday(config.from.plus_days(days * 22 / 100)).plus_days(2),
            outage: monday(config.from.plus_days(days * 60 / 100)).plus_days(1),
        })
    }

    /// A wall-clock time of the company.
    pub(crate) fn at(&self, day: Day, hour: u32, minute: u32) -> Time {
        let text = format!("{day}T{hour:02}:{minute:02}:00");
        let fallback = self.zone.start_of(day).plus(i64::from(hour) * HOUR_US);
        self.zone
            .instant(&text, Ambiguous::Earlier)
            .unwrap_or(fallback)
    }

    /// When the snapshot of a day is taken.
    pub(crate) fn snapshot(&self, day: Day) -> Time {
        let midnight = i64::from(day.epoch_days()) * DAY_US;
        Time::from_micros(midnight + SNAPSHOT_HOUR * HOUR_US)
    }

    /// Days with a snapshot: from the day before the period to the day after it.
    pub(crate) fn snapshot_days(&self) -> Vec<Day> {
        (-1..=self.period.days())
            .map(|n| self.period.from.plus_days(n))
            .collect()
    }

    pub(crate) fn in_outage(&self, day: Day) -> bool {
        (0..OUTAGE_DAYS).contains(&day.days_since(self.outage))
    }

    fn calendar(&self, location: &str) -> &Calendar {
        if location == "remote" {
            &self.remote
        } else {
            &self.office
        }
    }

    /// The end of the n-th business day after an instant.
    pub(crate) fn due(&self, start: Time, days: u32, location: &str) -> Time {
        business_deadline(start, days, &self.zone, &[self.calendar(location)]).unwrap_or(Time::MAX)
    }

    /// The day whose end is the deadline.
    pub(crate) fn due_day(&self, start: Time, days: u32, location: &str) -> Day {
        self.zone
            .day_of(self.due(start, days, location).plus(-SECOND_US))
    }

    pub(crate) fn is_work_day(&self, day: Day) -> bool {
        self.office.is_business_day(day)
    }

    /// Whether accounts may change on this day or in the twelve days after: no ill collector near, no holiday.
    fn is_quiet(&self, day: Day) -> bool {
        let far = |from: Day, before: i32, after: i32| {
            let days = day.days_since(from);
            days < -before || days > after
        };
        self.is_work_day(day)
            && far(self.torn_day, 12, 4)
            && far(self.outage, 12, OUTAGE_DAYS + 5)
            && far(self.holiday, 6, 3)
    }

    /// A quiet working day between two hundredths of the period, as near to the wished one as there is.
    pub(crate) fn quiet_day(&self, dice: &mut Dice, low: i64, high: i64) -> Day {
        let days = i64::from(self.period.days());
        let wish = days * dice.between(low, high) / 100;
        let day = |n: i64| self.period.from.plus_days(i32::try_from(n).unwrap_or(0));
        let inside = |n: &i64| *n >= 1 && *n <= days - 22;
        let near = (0..days).flat_map(|d| [wish + d, wish - d]);
        near.filter(inside)
            .map(day)
            .find(|d| self.is_quiet(*d))
            .unwrap_or(self.period.from)
    }

    /// The last working day on or before a day.
    pub(crate) fn last_work_day(&self, day: Day) -> Day {
        (0..10)
            .map(|n| day.plus_days(-n))
            .find(|d| self.is_work_day(*d))
            .unwrap_or(day)
    }
}

fn monday(day: Day) -> Day {
    use tickmark_core::model::time::Weekday;
    (0..7)
        .map(|n| day.plus_days(n))
        .find(|d| d.weekday() == Weekday::Monday)
        .unwrap_or(day)
}
