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

/// What happened on the simulated clock: begin and end of each collection that succeeded.
struct Worked {
    done: Vec<(Time, Time)>,
}

/// Looks every `look` seconds for as long as said; a collection takes as many seconds as `takes` says, and `fails` says which fail.
fn work(
    cadence: &str,
    from: Time,
    until: Time,
    look: i64,
    takes: &[i64],
    fails: &[bool],
) -> (Worked, State) {
    let mut state = crate::decide::ledger::Ledger::begun().state;
    let config = config(cadence);
    let look_us = look * HOUR / 3_600;
    let (mut now, mut tries, mut done) = (from, 0_usize, Vec::new());
    while now < until {
        let next = due(&state, &config).at;
        // Until then every look finds nothing: they are passed over, the clock stands where one of them would be.
        let looks = (next.since(now).max(0) + look_us - 1) / look_us;
        now = now.plus(looks * look_us);
        if looks == 0 {
            let begun = now;
            now = now.plus(takes[tries % takes.len()] * HOUR / 3_600);
            if fails
                .get(tries % fails.len().max(1))
                .copied()
                .unwrap_or(false)
            {
                failed(&mut state, "workers", now);
            } else {
                collected(&mut state, "workers", now, End::Complete);
                done.push((begun, now));
            }
            tries += 1;
            now = now.plus(look_us);
        }
    }
    (Worked { done }, state)
}

/// The begin of the quarter of an hour or of the day in New York that an instant lies in.
fn bucket(state: &State, cadence: &str, at: Time) -> Time {
    match cadence {
        "continuous" => {
            let quarter = HOUR / 4;
            Time::from_micros(at.micros().div_euclid(quarter) * quarter)
        }
        _ => state.zone().start_of(state.zone().day_of(at)),
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    /// 24 hours of quarters, 30 days of days (over the start of daylight saving): one collection in each, begun when it should.
    #[test]
    fn work_does_not_drift(
        look in 10..120_i64,
        takes in proptest::collection::vec(0..500_i64, 1..6),
        minute in 0..1_440_i64,
    ) {
        for (cadence, hours) in [("continuous", 24), ("daily", 30 * 24)] {
            let from = time("2026-02-20T00:00:00Z").plus(minute * HOUR / 60);
            let until = from.plus(hours * HOUR);
            let (worked, state) = work(cadence, from, until, look, &takes, &[]);
            let longest = (look + takes.iter().max().unwrap_or(&0)) * HOUR / 3_600;
            let mut buckets = std::collections::BTreeSet::new();
            for (n, (begun, ended)) in worked.done.iter().enumerate() {
                let start = bucket(&state, cadence, *begun);
                proptest::prop_assert!(buckets.insert(bucket(&state, cadence, *ended)), "twice in one {cadence} bucket");
                // The first has nothing to be late for; the others begin when their bucket does, however many came before.
                if n > 0 {
                    proptest::prop_assert!(begun.since(start) <= longest, "{cadence}: {begun} for {start}");
                }
            }
            // Every bucket that began in this time is there, unless the one before reached into it or time ran out.
            let mut at = bucket(&state, cadence, from.plus(30 * HOUR / 60));
            while at.plus(longest) < until {
                proptest::prop_assert!(buckets.contains(&bucket(&state, cadence, at.plus(HOUR / 8))) || at < from, "{cadence}: nothing at {at}");
                at = bucket(&state, cadence, at.plus(if cadence == "daily" { 26 * HOUR } else { HOUR * 3 / 8 }));
            }
        }
    }

    /// Failures delay, they never make two of one: whatever fails, a bucket is collected once.
    #[test]
    fn failures_never_collect_twice(
        look in 10..600_i64,
        takes in proptest::collection::vec(0..500_i64, 1..6),
        fails in proptest::collection::vec(proptest::prelude::any::<bool>(), 1..40),
    ) {
        let from = time("2026-02-20T00:00:00Z");
        let (worked, state) = work("daily", from, from.plus(30 * 24 * HOUR), look, &takes, &fails);
        let mut buckets = std::collections::BTreeSet::new();
        for (_, ended) in &worked.done {
            proptest::prop_assert!(buckets.insert(bucket(&state, "daily", *ended)));
        }
        proptest::prop_assert!(worked.done.len() <= 32);
        let all_fail = fails.iter().all(|f| *f);
        proptest::prop_assert_eq!(worked.done.is_empty(), all_fail);
    }
}
