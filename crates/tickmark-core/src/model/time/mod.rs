//! Instants, days, zones, periods and sets of intervals (decisions D11, D12).
//!
//! Inside everything is whole microseconds UTC. Days exist only together with a zone; the zone's rules come from the database that is
//! built into the program, so two machines agree.

mod day;
mod instant;
mod span;
mod zone;

pub use day::{Day, Period, Weekday};
pub use instant::{DAY_US, HOUR_US, SECOND_US, Time};
pub use span::{Span, Spans};
pub use zone::{Ambiguous, Zone, tzdb_version};

/// Why a text is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not an instant.
    #[error("`{0}` is not a time; write it like `2026-03-02T10:00:00Z`")]
    NotInstant(String),
    /// An instant without offset where no zone is declared.
    #[error("`{0}` has no offset; end it with `Z` or `+01:00`, or declare `zone:` for this source")]
    Naive(String),
    /// Not a day of the calendar.
    #[error("`{0}` is not a date; write it like `2026-03-02`")]
    NotDay(String),
    /// Not a period.
    #[error("`{0}` is not a period; write both days, like `2026-01-01..2026-06-30`")]
    NotPeriod(String),
    /// The last day lies before the first.
    #[error("period `{0}` ends before it begins; swap the two days")]
    Reversed(String),
    /// No such zone in the built-in database.
    #[error("`{0}` is not a time zone of the IANA database; {1}")]
    NotZone(String, String),
    /// The clocks were set back: the local time happened twice.
    #[error(
        "`{0}` happened twice in {1} (clocks were set back); declare `ambiguous: earlier` or `ambiguous: later`"
    )]
    Twice(String, String),
    /// The clocks were set forward: the local time never happened.
    #[error(
        "`{0}` never happened in {1} (clocks were set forward); declare `ambiguous: earlier` or `ambiguous: later`"
    )]
    Skipped(String, String),
}
