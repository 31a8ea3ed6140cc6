//! The time a run speaks of.

use crate::model::time::{Span, Time};

use super::expr::Params;
use super::job::Value;

/// A period, or one instant for a Type 1 examination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Items triggered, and states that held, in a half-open span.
    Period(Span),
    /// States that held at an instant. No event happens at an instant, so tests of events did not operate: a Type 1
    /// examination says nothing about operation.
    Instant(Time),
}

/// A window that fits what is known at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clipped {
    /// The window to judge.
    pub window: Window,
    /// The period was still open: it was clipped, and a report of the closed period refuses the run.
    pub provisional: bool,
}

impl Window {
    /// First instant.
    #[must_use]
    pub fn from(&self) -> Time {
        match self {
            Self::Period(span) => span.from,
            Self::Instant(time) => *time,
        }
    }

    /// First instant after it.
    #[must_use]
    pub fn until(&self) -> Time {
        match self {
            Self::Period(span) => span.until,
            Self::Instant(time) => *time,
        }
    }

    /// The instant that `$as_of` means: the instant itself, or the end of the period.
    #[must_use]
    pub fn as_of(&self) -> Time {
        self.until()
    }

    /// A period still open at `now` ends there (decision D15); one that has not begun is `None`.
    #[must_use]
    pub fn clip(self, now: Time) -> Option<Clipped> {
        match self {
            Self::Instant(time) => (time <= now).then_some(Clipped {
                window: self,
                provisional: false,
            }),
            Self::Period(span) if span.until <= now => Some(Clipped {
                window: self,
                provisional: false,
            }),
            Self::Period(span) if span.from < now => Some(Clipped {
                window: Self::Period(Span {
                    from: span.from,
                    until: now,
                }),
                provisional: true,
            }),
            Self::Period(_) => None,
        }
    }

    /// The part in which a version of a control was in force: two versions in one period are two runs (decision D34).
    #[must_use]
    pub fn in_force(self, effective: Span) -> Option<Self> {
        match self {
            Self::Period(span) => span.intersect(&effective).map(Self::Period),
            Self::Instant(time) => effective.contains(time).then_some(self),
        }
    }

    /// The parameters every run has.
    #[must_use]
    pub fn params(&self, zone: &str) -> Params {
        let time = |t: Time| Value::Time(t.micros());
        Params::from([
            ("from".to_owned(), time(self.from())),
            ("until".to_owned(), time(self.until())),
            ("as_of".to_owned(), time(self.as_of())),
            ("zone".to_owned(), Value::Text(zone.to_owned())),
        ])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn span(from: i64, until: i64) -> Span {
        Span::new(Time::from_micros(from), Time::from_micros(until)).unwrap()
    }

    #[test]
    fn open_periods_are_clipped_and_say_so() {
        let period = Window::Period(span(10, 20));
        assert_eq!(
            period.clip(Time::from_micros(20)).unwrap(),
            Clipped {
                window: period,
                provisional: false
            }
        );
        let clipped = period.clip(Time::from_micros(15)).unwrap();
        assert_eq!(
            clipped,
            Clipped {
                window: Window::Period(span(10, 15)),
                provisional: true
            }
        );
        assert_eq!(period.clip(Time::from_micros(10)), None);
    }

    #[test]
    fn two_versions_divide_a_period() {
        let period = Window::Period(span(10, 20));
        assert_eq!(
            period.in_force(span(0, 14)),
            Some(Window::Period(span(10, 14)))
        );
        assert_eq!(
            period.in_force(span(14, 99)),
            Some(Window::Period(span(14, 20)))
        );
        assert_eq!(period.in_force(span(20, 99)), None);
    }
}
