//! Where evidence comes from, and what the ledger is signed with.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tickmark_core::model::{
    body::ErrorCode,
    manifest::End,
    state::Collection,
    time::{Span, Spans},
};

use super::{nouns, page::page};
use crate::{
    house::House,
    pages::view,
    rights::{Authorized, act},
    routes::{Answer, Ask, json_answer},
};

pub(super) fn checkpoint(_by: Authorized<act::ViewEntries>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let log = &house.log;
    Ok(json_answer(&json!({
        "origin": house.state.log.as_ref().map(|l| &l.origin),
        "size": log.size,
        "root": log.root,
        "note": log.note,
        "verdict": log.verdict,
        "unwitnessed": log.unwitnessed.0,
        "oldest_unwitnessed": log.unwitnessed.1.map(|t| t.to_string()),
    })))
}

type Streams<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a Collection>>;

pub(super) fn sources(_by: Authorized<act::ViewSources>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let mut streams = Streams::new();
    for item in house
        .state
        .collections
        .iter()
        .filter(|c| c.evidence.is_none())
    {
        let name = (item.instance.as_str(), item.stream.as_str());
        streams.entry(name).or_default().push(item);
    }
    let keyed = streams
        .iter()
        .map(|((instance, stream), items)| (format!("{instance}.{stream}"), items.as_slice()));
    page(ask, keyed, |items| noun(&house, items))
}

/// One stream. Nothing here depends on the moment: how far behind it is, whoever asks can count.
fn noun(house: &House, items: &[&Collection]) -> Value {
    let (Some(first), Some(newest)) = (items.first(), items.last()) else {
        return Value::Null;
    };
    let complete = items.iter().rev().find(|c| c.end == End::Complete);
    let sources = house.state.sources().map_or(&[][..], |s| &s.sources);
    let config = sources.iter().find(|s| s.id == newest.instance);
    json!({
        "id": format!("{}.{}", newest.instance, newest.stream),
        "source": newest.source.as_str(),
        "stream": newest.stream.as_str(),
        "population": newest.population.as_str(),
        "cadence": config.and_then(|c| c.cadence).map(|c| c.as_str()),
        "collections": items.len(),
        "backfilled": items.iter().filter(|c| c.backfilled).count(),
        "first_seen": first.observed.0.to_string(),
        "last_complete": complete.map(|c| json!({"entry": c.leaf, "at": c.observed.1.to_string()})),
        "newest": {
            "entry": newest.leaf,
            "at": newest.observed.1.to_string(),
            "end": match newest.end { End::Complete => "complete", End::Partial => "partial", End::Failed => "failed" },
            "records": newest.records.0,
            "item_gaps": newest.gaps,
        },
        "failure": failure(house, newest),
        "uncovered": nouns::spans(&uncovered(house, items)),
    })
}

/// The last failure of the stream, if nothing came since.
fn failure(house: &House, newest: &Collection) -> Option<Value> {
    let mut failures = house.state.failures.iter().rev();
    let last = failures.find(|f| f.instance == newest.instance && f.stream == newest.stream)?;
    let code = match last.code {
        ErrorCode::Unavailable => "unavailable",
        ErrorCode::Denied => "denied",
        ErrorCode::Malformed => "malformed",
        ErrorCode::Interrupted => "interrupted",
        ErrorCode::OtherAccount => "other_account",
        ErrorCode::Mismatch => "mismatch",
    };
    (last.leaf > newest.leaf).then(
        || json!({"entry": last.leaf, "at": last.recorded.to_string(), "code": code, "status": last.status}),
    )
}

/// The time of the period, as far as the program has tested it, that no collection of the stream reaches.
fn uncovered(house: &House, items: &[&Collection]) -> Spans {
    let covered: Spans = items
        .iter()
        .flat_map(|c| c.covered.iter().copied())
        .collect();
    let window = house.inputs.as_ref().ok().map(view::span);
    let until = house.state.last_time;
    let window = window.and_then(|w| Span::new(w.from, until.map_or(w.until, |t| w.until.min(t))));
    window.map_or_else(Spans::empty, |w| covered.gaps_in(w))
}
