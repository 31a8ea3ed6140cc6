//! How long sources keep what was not collected yet.

use tickmark_core::{
    facts::source::Stream,
    model::{
        document::SourceConfig,
        manifest::End,
        state::State,
        time::{DAY_US, SECOND_US, Time},
    },
};

use crate::shelf::Shelf;

/// A stream whose source forgets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// `okta/logins`.
    pub stream: String,
    /// Days for which the source keeps a record.
    pub keeps_days: u64,
    /// Until when the last complete collection covers; none before the first.
    pub last: Option<Time>,
    /// From when on records that were not collected are lost; none before the first collection, when they are lost every day.
    pub lost_from: Option<Time>,
    /// Whole days until then, below 0 once it has passed.
    pub days_left: Option<i64>,
}

/// The streams of the configured sources that forget, the most pressing first.
#[must_use]
pub fn countdowns(state: &State, shelf: &Shelf, now: Time) -> Vec<Countdown> {
    let mut out = Vec::new();
    for config in state.sources().iter().flat_map(|s| &s.sources) {
        let Some(source) = shelf.source(config.source.as_str()) else {
            continue;
        };
        let wanted = |s: &&Stream| config.streams.is_empty() || config.streams.contains(&s.name);
        for stream in source.streams.iter().filter(wanted) {
            out.extend(countdown(state, config, stream, now));
        }
    }
    out.sort_by(|a, b| (a.days_left, &a.stream).cmp(&(b.days_left, &b.stream)));
    out
}

fn countdown(
    state: &State,
    config: &SourceConfig,
    stream: &Stream,
    now: Time,
) -> Option<Countdown> {
    let keeps = i64::try_from(stream.retention_s?).ok()?;
    let mut of =
        state.collections.iter().rev().filter(|c| {
            c.instance == config.id && c.stream == stream.name && c.end == End::Complete
        });
    let last = of.find_map(|c| c.covered.as_slice().last().map(|s| s.until));
    let lost_from = last.map(|last| last.plus(keeps.saturating_mul(SECOND_US)));
    Some(Countdown {
        stream: format!("{}/{}", config.id, stream.name),
        keeps_days: stream.retention_s? / 86_400,
        last,
        lost_from,
        days_left: lost_from.map(|at| at.since(now).div_euclid(DAY_US)),
    })
}
