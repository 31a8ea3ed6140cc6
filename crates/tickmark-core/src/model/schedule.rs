//! When a configured source is due: read from the ledger alone, so that a restart changes nothing and nothing runs twice.
//!
//! A source is due once in each calendar bucket of its cadence, in the reporting zone: however late one collection was, the next
//! comes when it would have come, and after a pause there is one collection, not one for each bucket missed (each stream fetches
//! from where it is covered). A stream that failed or broke off is tried again after five minutes, then after twice as long each time.

use std::collections::BTreeMap;

use super::calendar::Frequency;
use super::document::SourceConfig;
use super::ids::StreamName;
use super::manifest::End;
use super::state::State;
use super::time::{Time, Zone};

/// Microseconds of a minute.
const MINUTE_US: i64 = 60_000_000;
/// Time to the first new try.
const FIRST_US: i64 = 5 * MINUTE_US;
/// Longest time between two tries.
const LONGEST_US: i64 = 6 * 60 * MINUTE_US;
/// How often a source is asked that is to be watched all the time: once in each quarter of an hour.
const CONTINUOUS_US: i64 = 15 * MINUTE_US;

/// When a source is due, and why then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// From then on.
    pub at: Time,
    /// What it waits for.
    pub why: Why,
}

/// Why a source is due when it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It was never collected.
    First,
    /// Its cadence.
    Cadence,
    /// It failed so many times since it last succeeded.
    Again(u32),
}

/// One stream: the last success with its leaf, failures since, and the last of them.
#[derive(Default)]
struct Past {
    succeeded: Option<(u64, Time)>,
    failures: u32,
    failed: Option<Time>,
}

impl Past {
    fn failed_at(&mut self, at: Time) {
        self.failures = self.failures.saturating_add(1);
        self.failed = self.failed.max(Some(at));
    }
}

/// When a source is due next; in the past if it is due now.
#[must_use]
pub fn due(state: &State, config: &SourceConfig) -> Due {
    let zone = state.zone();
    let cadence = config.cadence.unwrap_or(Frequency::Daily);
    let streams = past(state, config);
    let all = streams.values().map(|past| next(past, cadence, &zone));
    all.min().unwrap_or(Due {
        at: Time::MIN,
        why: Why::First,
    })
}

fn past<'a>(state: &'a State, config: &SourceConfig) -> BTreeMap<&'a StreamName, Past> {
    let mut streams: BTreeMap<&StreamName, Past> = BTreeMap::new();
    for c in state.collections.iter().filter(|c| c.instance == config.id) {
        let past = streams.entry(&c.stream).or_default();
        if c.end == End::Complete {
            *past = Past {
                succeeded: Some((c.leaf, c.observed.1)),
                ..Past::default()
            };
        } else {
            past.failed_at(c.observed.1);
        }
    }
    for f in state.failures.iter().filter(|f| f.instance == config.id) {
        let past = streams.entry(&f.stream).or_default();
        if past.succeeded.is_none_or(|(leaf, _)| leaf < f.leaf) {
            past.failed_at(f.recorded);
        }
    }
    streams
}

fn next(past: &Past, cadence: Frequency, zone: &Zone) -> Due {
    if let Some(failed) = past.failed {
        let doublings = past.failures.saturating_sub(1).min(16);
        let pause = (FIRST_US << doublings).min(LONGEST_US);
        return Due {
            at: failed.plus(pause),
            why: Why::Again(past.failures),
        };
    }
    let Some((_, at)) = past.succeeded else {
        return Due {
            at: Time::MIN,
            why: Why::First,
        };
    };
    let at = match cadence.bucket_of(zone.day_of(at)) {
        Some(bucket) => zone.start_of(bucket.to.plus_days(1)),
        // Counted from the hour, not from the end of the last collection: how long one takes does not shift the next.
        None => {
            let begun = at.micros().div_euclid(CONTINUOUS_US);
            Time::from_micros((begun + 1).saturating_mul(CONTINUOUS_US))
        }
    };
    Due {
        at,
        why: Why::Cadence,
    }
}
