use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::diagnostic::nearest;
use crate::model::time::{Day, Period, Weekday};

/// How often a control operates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Whenever something happens.
    Event,
    /// All the time.
    Continuous,
    /// Each day.
    Daily,
    /// Each week, Monday to Sunday.
    Weekly,
    /// Each month.
    Monthly,
    /// Each quarter.
    Quarterly,
    /// Each half of a year.
    Semiannual,
    /// Each year.
    Annual,
}

impl Frequency {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Event,
        Self::Continuous,
        Self::Daily,
        Self::Weekly,
        Self::Monthly,
        Self::Quarterly,
        Self::Semiannual,
        Self::Annual,
    ];

    /// The word in a control file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Continuous => "continuous",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Semiannual => "semiannual",
            Self::Annual => "annual",
        }
    }

    /// Months of one bucket, for those that are made of months.
    #[must_use]
    pub fn months(self) -> Option<i32> {
        match self {
            Self::Monthly => Some(1),
            Self::Quarterly => Some(3),
            Self::Semiannual => Some(6),
            Self::Annual => Some(12),
            _ => None,
        }
    }

    /// The calendar bucket a day lies in; `None` where there are no buckets (event, continuous).
    #[must_use]
    pub fn bucket_of(self, day: Day) -> Option<Period> {
        let from = match self {
            Self::Event | Self::Continuous => return None,
            Self::Daily => day,
            Self::Weekly => day.plus_days(-days_since_monday(day)),
            _ => {
                let months = i8::try_from(self.months()?).ok()?;
                let first = (day.month() - 1) / months * months + 1;
                Day::new(day.year(), first, 1).ok()?
            }
        };
        let next = match self.months() {
            Some(months) => from.plus_months(months),
            None if self == Self::Weekly => from.plus_days(7),
            None => from.plus_days(1),
        };
        Period::new(from, next.plus_days(-1)).ok()
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Frequency {
    type Err = crate::model::ids::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|f| f.as_str() == text)
            .ok_or_else(|| {
                let words = Self::ALL.map(Self::as_str);
                let hint = match nearest(text, words) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("one of {}", words.join(", ")),
                };
                Self::Err {
                    given: text.to_owned(),
                    what: "a frequency",
                    hint,
                }
            })
    }
}

fn days_since_monday(day: Day) -> i32 {
    match day.weekday() {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}

/// One stretch in which a periodic control operates once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bucket {
    /// The whole stretch, also where it reaches beyond the period.
    pub whole: Period,
    /// The part inside the period.
    pub inside: Period,
    /// Whether its last day lies in the period, so that an occurrence is expected in it.
    pub due: bool,
}

impl Bucket {
    /// Whether the period cuts it: stated beside the figures, never counted as missed on its own.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.whole != self.inside
    }

    fn cut(whole: Period, period: Period) -> Option<Self> {
        let inside = Period::new(whole.from.max(period.from), whole.to.min(period.to)).ok()?;
        Some(Self {
            whole,
            inside,
            due: period.contains(whole.to),
        })
    }
}

/// The calendar buckets a period touches, in order. An occurrence is due in those whose last day lies in the period: 15 February to
/// 14 November has three quarter-ends, not four. None for `event` and `continuous`.
#[must_use]
pub fn buckets(frequency: Frequency, period: Period) -> Vec<Bucket> {
    let mut out = Vec::new();
    let mut day = period.from;
    while let Some(whole) = frequency.bucket_of(day) {
        out.extend(Bucket::cut(whole, period));
        if whole.to >= period.to {
            break;
        }
        day = whole.to.plus_days(1);
    }
    out
}

/// How a rolling interval is measured. Which one holds is a choice of the control's policy and is stored with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rolling {
    /// Until the same date of the month or year: 2027-12-31 to 2028-12-31 although that is 366 days.
    SameDate,
    /// A fixed number of days: 365 a year, 182 a half, 91 a quarter, 30 a month, 7 a week, 1 a day.
    Days,
}

/// The last day on which the next operation is in time after one on `last`; `None` for `event` and `continuous`.
///
/// The same date that does not exist is the last day of its month: 29 February 2028 is followed by 28 February 2029.
#[must_use]
pub fn due_after(frequency: Frequency, last: Day, rolling: Rolling) -> Option<Day> {
    step(frequency, last, rolling, 1)
}

fn step(frequency: Frequency, anchor: Day, rolling: Rolling, times: i32) -> Option<Day> {
    let days = match frequency {
        Frequency::Event | Frequency::Continuous => return None,
        Frequency::Daily => 1,
        Frequency::Weekly => 7,
        Frequency::Monthly => 30,
        Frequency::Quarterly => 91,
        Frequency::Semiannual => 182,
        Frequency::Annual => 365,
    };
    Some(match (rolling, frequency.months()) {
        (Rolling::SameDate, Some(months)) => anchor.plus_months(months.saturating_mul(times)),
        _ => anchor.plus_days(times.saturating_mul(days)),
    })
}

/// The rolling buckets after an operation on `anchor` that touch the period: each ends on the day the next operation is due at the
/// latest. Counted from the anchor, so that 29 February comes back in leap years.
#[must_use]
pub fn rolling_buckets(
    frequency: Frequency,
    anchor: Day,
    rolling: Rolling,
    period: Period,
) -> Vec<Bucket> {
    let mut out = Vec::new();
    let mut from = anchor.plus_days(1);
    for times in 1.. {
        let Some(due) = step(frequency, anchor, rolling, times) else {
            break;
        };
        if from > period.to || due < from {
            break;
        }
        if let Ok(whole) = Period::new(from, due) {
            out.extend(Bucket::cut(whole, period));
        }
        from = due.plus_days(1);
    }
    out
}
