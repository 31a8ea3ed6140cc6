//! When sources are due: a year on the clock, without a clock.

use tickmark_core::model::body::{ErrorCode, Tally};
use tickmark_core::model::document::{Document, SourceConfig, parse};
use tickmark_core::model::manifest::{End, Shape, Unit};
use tickmark_core::model::schedule::{Why, due};
use tickmark_core::model::state::{Collection, Failure, State};
use tickmark_core::model::time::{Spans, Time};
use tickmark_log::digest::sha256;

const HOUR: i64 = 3_600_000_000;

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn config(cadence: &str) -> SourceConfig {
    let text = format!(
        "- id: hr\n  use: hris\n  cadence: {cadence}\n  transport: recorded:recordings/hr\n"
    );
    match parse("sources.yaml", text.as_bytes()) {
        Ok(Document::Sources(sources)) => sources.sources.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn collected(state: &mut State, stream: &str, at: Time, end: End) {
    state.size += 2;
    state.collections.push(Collection {
        leaf: state.size - 1,
        intent: Some(state.size - 2),
        source: "hris".parse().unwrap(),
        instance: "hr".parse().unwrap(),
        stream: stream.parse().unwrap(),
        population: "worker".parse().unwrap(),
        shape: Shape::State,
        asked: (at, at),
        covered: Spans::empty(),
        observed: (at, at),
        end,
        count: Tally {
            of: Unit::Records,
            at_source: None,
            stored: 0,
            rejected: 0,
            unknown: 0,
            mismatch: 0,
        },
        records: (0, 0),
        gaps: 0,
        pages: 1,
        backfilled: false,
        mapping: sha256(b""),
        evidence: None,
        manifest: sha256(b""),
    });
}

fn failed(state: &mut State, stream: &str, at: Time) {
    state.size += 2;
    state.failures.push(Failure {
        leaf: state.size - 1,
        intent: state.size - 2,
        recorded: at,
        instance: "hr".parse().unwrap(),
        stream: stream.parse().unwrap(),
        code: ErrorCode::Denied,
        status: 503,
    });
}

#[test]
fn a_year_of_days_is_a_year_of_collections_however_late_each_one_is() {
    let (mut state, config) = (State::default(), config("daily"));
    let mut now = time("2026-01-01T00:00:00Z");
    let end = time("2027-01-01T00:00:00Z");
    let mut late = 0;
    while now < end {
        if due(&state, &config).at <= now {
            late = (late * 7 + 3) % 23;
            collected(
                &mut state,
                "workers",
                now.plus(late * HOUR / 2),
                End::Complete,
            );
        }
        now = now.plus(HOUR / 4);
    }
    assert_eq!(state.collections.len(), 365);
}

#[test]
fn after_a_pause_there_is_one_collection() {
    let (mut state, config) = (State::default(), config("daily"));
    assert_eq!(due(&state, &config).why, Why::First);
    collected(
        &mut state,
        "workers",
        time("2026-01-05T03:00:00Z"),
        End::Complete,
    );
    assert_eq!(due(&state, &config).at, time("2026-01-06T00:00:00Z"));
    let back = time("2026-01-20T10:00:00Z");
    collected(&mut state, "workers", back, End::Complete);
    assert!(due(&state, &config).at > back);
}

#[test]
fn a_failed_stream_is_tried_again_later_each_time_until_it_succeeds() {
    let (mut state, config) = (State::default(), config("weekly"));
    let mut now = time("2026-01-05T03:00:00Z");
    collected(&mut state, "workers", now, End::Complete);
    failed(&mut state, "contractors", now);
    let mut pauses = Vec::new();
    for failures in 1.. {
        let next = due(&state, &config);
        assert_eq!(next.why, Why::Again(failures));
        pauses.push(next.at.since(now) / 60_000_000);
        now = next.at;
        if failures == 9 {
            break;
        }
        // A broken-off collection counts as a failed one.
        match failures % 2 {
            0 => collected(&mut state, "contractors", now, End::Partial),
            _ => failed(&mut state, "contractors", now),
        }
    }
    assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 360, 360]);
    collected(&mut state, "contractors", now, End::Complete);
    let next = due(&state, &config);
    assert_eq!(
        (next.at, next.why),
        (time("2026-01-12T00:00:00Z"), Why::Cadence)
    );
}
