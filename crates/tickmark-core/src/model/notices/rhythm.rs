//! When a digest is due.

use crate::model::calendar::Frequency;
use crate::model::document::Rhythm;
use crate::model::time::{Ambiguous, Day, Time, Zone};

/// The local time of a digest.
const HOUR: &str = "08:00:00";

/// The day of the last digest that was due by now: a Monday if weekly. The one before is never caught up.
#[must_use]
pub fn digest_day(rhythm: Rhythm, now: Time, zone: &Zone) -> Option<Day> {
    let today = zone.day_of(now);
    let (day, step) = match rhythm {
        Rhythm::Off => return None,
        Rhythm::Daily => (today, 1),
        Rhythm::Weekly => (Frequency::Weekly.bucket_of(today)?.from, 7),
    };
    // A local time that never happened on that day is taken at the next that did.
    let at = zone.instant(&format!("{day}T{HOUR}"), Ambiguous::Later);
    match at {
        Ok(at) if now < at => Some(day.plus_days(-step)),
        _ => Some(day),
    }
}
