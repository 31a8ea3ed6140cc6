//! Measurements in the text format of Prometheus: what the server did, how the ledger stands, when each source was last heard.

use std::{collections::BTreeMap, fmt::Write as _};

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use tickmark_core::model::{manifest::End, time::Time};

use super::{Answer, Ask, Route, Subject::Nothing, route::get};
use crate::{
    house::House,
    http::meters::{escaped, head, seconds},
    pulse::Pulse,
    rights::{Authorized, act},
};

/// Its route.
pub(super) fn routes() -> Vec<Route> {
    vec![get(
        "/metrics",
        "measurements for Prometheus",
        Nothing,
        metrics,
    )]
}

/// Everything there is to measure. A ledger that cannot be read leaves its figures out and says so.
fn metrics(_by: Authorized<act::ReadMetrics>, ask: &Ask) -> Answer {
    let mut out = String::new();
    gauge(
        &mut out,
        "process_start_time_seconds",
        "Start of this server.",
        &seconds(ask.app.started.micros()),
    );
    ask.app.journal.meters().print(&mut out);
    let house = ask.house().ok();
    let pulse = ask.app.company.pulse();
    health(&mut out, ask, house.is_some(), &pulse);
    if let Some(house) = &house {
        ledger(&mut out, house);
        collections(&mut out, house);
    }
    runner(&mut out, &pulse);
    let mut answer = Response::new(Body::from(out));
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
    );
    Ok(answer)
}

fn health(out: &mut String, ask: &Ask, house: bool, pulse: &Pulse) {
    const NAME: &str = "tickmark_up";
    head(
        out,
        NAME,
        "gauge",
        "1 if this part works, as /healthz says.",
    );
    let runner = pulse.runner.is_none_or(|turns| !turns.stuck(ask.now));
    for (part, well) in [
        ("ledger", house && pulse.ledger),
        ("accounts", ask.app.identity.well().is_ok()),
        ("disk", pulse.disk),
        ("runner", runner),
    ] {
        let _ = writeln!(out, "{NAME}{{part=\"{part}\"}} {}", u8::from(well));
    }
}

fn ledger(out: &mut String, house: &House) {
    let log = &house.log;
    gauge(
        out,
        "tickmark_ledger_entries",
        "Entries of the ledger.",
        &log.size.to_string(),
    );
    let (unwitnessed, oldest) = log.unwitnessed;
    gauge(
        out,
        "tickmark_ledger_unwitnessed_entries",
        "Entries after the last cosignature.",
        &unwitnessed.to_string(),
    );
    if let Some(oldest) = oldest {
        gauge(
            out,
            "tickmark_ledger_oldest_unwitnessed_timestamp_seconds",
            "Claimed time of the oldest entry that nobody cosigned.",
            &seconds(oldest.micros()),
        );
    }
}

/// When each configured source was last heard: at all, and completely.
fn collections(out: &mut String, house: &House) {
    let mut heard: BTreeMap<&str, (Time, Option<Time>)> = BTreeMap::new();
    let collected = house.state.collections.iter();
    for item in collected.filter(|c| c.evidence.is_none()) {
        let at = item.observed.1;
        let (any, complete) = heard.entry(item.instance.as_str()).or_insert((at, None));
        *any = (*any).max(at);
        if item.end == End::Complete {
            *complete = (*complete).max(Some(at));
        }
    }
    let mut print = |name: &str, help: &str, time: fn(&(Time, Option<Time>)) -> Option<Time>| {
        head(out, name, "gauge", help);
        for (source, times) in &heard {
            if let Some(time) = time(times) {
                let _ = writeln!(
                    out,
                    "{name}{{source=\"{}\"}} {}",
                    escaped(source),
                    seconds(time.micros())
                );
            }
        }
    };
    print(
        "tickmark_source_last_collection_timestamp_seconds",
        "Last collection from a source, however it ended.",
        |times| Some(times.0),
    );
    print(
        "tickmark_source_last_complete_collection_timestamp_seconds",
        "Last collection from a source in which nothing broke off.",
        |times| times.1,
    );
}

fn runner(out: &mut String, pulse: &Pulse) {
    let Some(turns) = &pulse.runner else {
        return;
    };
    if let Some(ended) = turns.ended {
        gauge(
            out,
            "tickmark_runner_last_turn_timestamp_seconds",
            "End of the runner's last turn.",
            &seconds(ended.micros()),
        );
    }
    gauge(
        out,
        "tickmark_runner_last_turn_failed",
        "1 if that turn could not do its work.",
        &u8::from(turns.failed).to_string(),
    );
    gauge(
        out,
        "tickmark_runner_busy",
        "1 while a turn is under way.",
        &u8::from(turns.busy()).to_string(),
    );
}

fn gauge(out: &mut String, name: &str, help: &str, value: &str) {
    head(out, name, "gauge", help);
    let _ = writeln!(out, "{name} {value}");
}
