//! What breaks while fetching: gaps, partial collections, refusals. Nothing that breaks may look complete.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use tickmark_collect::stream::{CollectError, Parents, Task, run};
use tickmark_collect::transport::{Request, Transport, TransportError};
use tickmark_collect::{Pages, Sink, SinkError};
use tickmark_core::model::clock::FixedClock;
use tickmark_core::model::ids::InstanceId;
use tickmark_core::model::manifest::End;
use tickmark_core::model::time::{Span, Time};

use crate::recording::{Recording, Ticking, collect};
use crate::shop::{
    ASKED, FIRST, Memory, NOW, comment, get, params, schema, source, tickets, whole,
    whole_transport,
};

#[test]
fn a_whole_collection_covers_what_was_asked() {
    let recording = whole();
    let transport = recording.open();
    let parents = get("tickets", &Parents::default(), &transport);
    let manifest = &parents.fetched.manifest;
    assert_eq!(
        (manifest.end, manifest.records.stored, parents.rows.len()),
        (End::Complete, 3, 3)
    );
    assert_eq!(
        (manifest.count.at_source, manifest.count.stored),
        (Some(3), 3)
    );
    let covered: Vec<String> = manifest
        .covered
        .iter()
        .map(|(from, until)| format!("{from}..{until}"))
        .collect();
    assert_eq!(covered, ["2026-02-01T00:00:00Z..2026-03-01T00:00:00Z"]);
    assert_eq!(manifest.query, "/tickets?team={team}&since={from}");
    let comments = get("comments", &parents.fetched.parents, &transport);
    assert_eq!(
        (comments.fetched.manifest.end, comments.rows.len()),
        (End::Complete, 4)
    );
    assert_eq!(
        (
            comments.fetched.manifest.count.stored,
            comments.fetched.manifest.count.unknown
        ),
        (3, 0)
    );
    assert_eq!(comments.fetched.manifest.pages[0].with["$.id"], json!(1));
}

#[test]
fn retention_and_the_present_cut_what_is_covered() {
    let asked = ("2025-01-01T00:00:00Z", "2026-12-31T00:00:00Z");
    let mut late = Recording::new();
    late.json(
        "/tickets?team=ops&since=2025-01-01T00:00:00Z",
        &tickets(&[], "", 0),
    );
    let got = collect(
        &source(),
        &schema("tickets"),
        "tickets",
        &params(),
        &Parents::default(),
        &late.open(),
        &Ticking::from(NOW),
        asked,
    );
    let (from, until) = got.fetched.manifest.covered[0];
    assert_eq!(
        from.to_string(),
        "2026-01-01T00:00:00.001Z",
        "90 days before the fetch"
    );
    assert_eq!(
        until.to_string(),
        "2026-04-01T00:00:00.001Z",
        "the moment the fetch began"
    );
}

#[test]
fn a_denied_parent_is_a_gap_and_not_an_empty_list() {
    for status in [403, 404, 500, 418] {
        let mut recording = whole();
        recording.answer(
            "2026-01-02T00:00:00Z",
            "/tickets/2/comments",
            status,
            &json!({}),
            b"{}",
        );
        let transport = recording.open();
        let parents = get("tickets", &Parents::default(), &transport)
            .fetched
            .parents;
        let got = get("comments", &parents, &transport);
        let manifest = &got.fetched.manifest;
        assert_eq!(manifest.end, End::Complete);
        let gap = &manifest.gaps[0];
        assert_eq!(
            (gap.item.as_str(), gap.status, gap.columns.as_slice()),
            ("ops/2", status, &["answered_at".to_owned()][..])
        );
        assert_eq!(
            (
                manifest.count.stored,
                manifest.count.unknown,
                manifest.count.at_source
            ),
            (2, 1, Some(3))
        );
    }
}

#[test]
fn a_list_cut_off_by_the_source_is_unknown() {
    let mut recording = whole();
    recording.answer(
        "2026-01-02T00:00:00Z",
        "/tickets/1/comments?page=2",
        200,
        &json!({}),
        json!([comment(3), comment(4)]).to_string().as_bytes(),
    );
    recording.json("/tickets/1/comments?page=3", &json!([comment(5)]));
    let transport = recording.open();
    let parents = get("tickets", &Parents::default(), &transport)
        .fetched
        .parents;
    let got = get("comments", &parents, &transport);
    assert_eq!(got.fetched.manifest.gaps[0].why, "capped");
    assert_eq!(got.gaps[0].parent, "ops/1");
}

#[test]
fn a_broken_list_is_partial_and_covers_nothing() {
    let page_two = "/tickets?cursor=b";
    let cases: [(&str, u16, Value, &str); 8] = [
        (page_two, 500, json!({}), "status"),
        (page_two, 403, json!({}), "denied"),
        (
            page_two,
            200,
            json!({"message": "maintenance"}),
            "unreadable",
        ),
        (page_two, 200, tickets(&[3], FIRST, 3), "loop"),
        (
            page_two,
            200,
            tickets(&[3], "https://evil.example/x", 3),
            "other_host",
        ),
        (
            page_two,
            200,
            tickets(&[3], "https://shop.example.evil.org/api/x", 3),
            "other_host",
        ),
        (page_two, 200, tickets(&[3], "", 4), "count"),
        (page_two, 200, tickets(&[3], "/nowhere", 3), "unreachable"),
    ];
    for (url, status, body, why) in cases {
        let mut recording = whole();
        recording.answer(
            "2026-01-02T00:00:00Z",
            url,
            status,
            &json!({}),
            body.to_string().as_bytes(),
        );
        let got = get("tickets", &Parents::default(), &recording.open());
        let manifest = &got.fetched.manifest;
        assert_eq!(got.fetched.broken.as_ref().map(|b| b.why), Some(why));
        assert_eq!(
            (manifest.end, manifest.covered.len()),
            (End::Partial, 0),
            "{why}"
        );
        assert!(!got.fetched.parents.complete, "{why}");
        assert!(!got.rows.is_empty(), "what was fetched is kept: {why}");
        // Children of an incomplete list are not complete either.
        let children = get("comments", &got.fetched.parents, &whole_transport());
        assert_eq!(
            children.fetched.broken.as_ref().map(|b| b.why),
            Some("parents"),
            "{why}"
        );
    }
}

#[test]
fn more_pages_than_declared_are_not_fetched() {
    let endless = Memory {
        endless: true,
        ..whole_transport()
    };
    let got = get("tickets", &Parents::default(), &endless);
    assert_eq!(
        got.fetched.broken.as_ref().map(|b| b.why),
        Some("too_many_pages")
    );
    assert_eq!(
        (got.pages.0.len(), got.fetched.manifest.end),
        (5, End::Partial)
    );
}

#[test]
fn a_refused_secret_ends_the_stream() {
    let mut recording = Recording::new();
    recording.status(FIRST, 401);
    let got = get("tickets", &Parents::default(), &recording.open());
    assert_eq!(
        (got.fetched.manifest.end, got.fetched.broken.unwrap().why),
        (End::Failed, "denied")
    );
}

#[test]
fn a_source_that_is_gone_is_not_a_thousand_denials() {
    let parent = |n: u64| tickmark_collect::stream::Parent {
        item: format!("ops/{n}"),
        with: BTreeMap::from([("$.id".to_owned(), json!(n))]),
    };
    let parents = Parents {
        items: (10..1_000).map(parent).collect(),
        complete: true,
    };
    let transport = whole_transport();
    let got = get("comments", &parents, &transport);
    assert_eq!(
        (got.fetched.manifest.end, got.fetched.broken.unwrap().why),
        (End::Failed, "unreachable")
    );
    let why: Vec<&str> = got.gaps.iter().map(|gap| gap.why.as_str()).collect();
    assert_eq!(
        (why.len(), why[9], why[10]),
        (990, "unreachable", "unreached")
    );
    assert!(
        u32::MAX - transport.left.get() < 20,
        "it is not asked for every parent"
    );
}

#[test]
fn a_snapshot_covers_back_to_the_last_one_within_the_cadence() {
    let source = source();
    let stream = source.stream("desks").unwrap();
    let covered = |previous: Option<&str>| {
        let (instance, params, parents) = (
            InstanceId::parse("shop").unwrap(),
            params(),
            Parents::default(),
        );
        let asked = Span {
            from: Time::parse(ASKED.0).unwrap(),
            until: Time::parse(NOW).unwrap(),
        };
        let task = Task {
            source: &source,
            stream,
            instance: &instance,
            params: &params,
            account: "",
            asked,
            connected_at: Some(Time::parse(NOW).unwrap()),
            previous: previous.map(|t| Time::parse(t).unwrap()),
            parents: &parents,
            mapping: "sha256:",
            facts: 1,
            collector: "test",
        };
        let fetched = run(
            task,
            &whole_transport(),
            &FixedClock(Time::parse(NOW).unwrap()),
            &mut Pages::default(),
        )
        .unwrap();
        assert!(fetched.manifest.backfilled);
        let (from, until) = fetched.manifest.covered[0];
        format!("{from}..{until}")
    };
    assert_eq!(
        covered(Some("2026-03-31T00:00:00Z")),
        "2026-03-31T00:00:00Z..2026-04-01T00:00:00.000001Z"
    );
    assert_eq!(
        covered(Some("2026-03-30T23:59:59Z")),
        "2026-04-01T00:00:00Z..2026-04-01T00:00:00.000001Z",
        "a longer gap stays open"
    );
    assert_eq!(
        covered(None),
        "2026-04-01T00:00:00Z..2026-04-01T00:00:00.000001Z"
    );
}

/// Nobody can say which ticket it is, or whether it lies in the period: without it nothing is complete.
#[test]
fn a_record_that_belongs_to_no_item_leaves_nothing_covered() {
    let good = json!({"id": 1, "at": "2026-02-02T00:00:00Z"});
    for bad in [
        json!({"at": "2026-02-02T00:00:00Z"}),
        json!({"id": 2, "at": "yesterday"}),
        json!(7),
    ] {
        let mut recording = Recording::new();
        recording.json(
            FIRST,
            &json!({"tickets": [good, bad], "next": "", "total": 2}),
        );
        let got = get("tickets", &Parents::default(), &recording.open());
        let manifest = &got.fetched.manifest;
        assert_eq!(
            (manifest.records.stored, manifest.records.rejected),
            (1, 1),
            "{bad}"
        );
        assert_eq!(
            (manifest.end, manifest.covered.len()),
            (End::Partial, 0),
            "{bad}"
        );
        assert_eq!((manifest.count.stored, manifest.count.rejected), (1, 1));
    }
}

/// A disk that is full after some pages.
struct Full(u32);

impl Sink for Full {
    fn page(&mut self, _: &[u8]) -> Result<u32, SinkError> {
        self.0 = self
            .0
            .checked_sub(1)
            .ok_or_else(|| SinkError("no space left".to_owned()))?;
        Ok(0)
    }
}

#[test]
fn a_full_disk_stops_the_collection() {
    let source = source();
    for pages in 0..2 {
        let (instance, params, parents) = (
            InstanceId::parse("shop").unwrap(),
            params(),
            Parents::default(),
        );
        let asked = Span {
            from: Time::parse(ASKED.0).unwrap(),
            until: Time::parse(ASKED.1).unwrap(),
        };
        let task = Task {
            source: &source,
            stream: source.stream("tickets").unwrap(),
            instance: &instance,
            params: &params,
            account: "",
            asked,
            connected_at: None,
            previous: None,
            parents: &parents,
            mapping: "sha256:",
            facts: 1,
            collector: "test",
        };
        let stopped = run(
            task,
            &whole_transport(),
            &FixedClock(Time::parse(NOW).unwrap()),
            &mut Full(pages),
        );
        assert!(matches!(stopped, Err(CollectError::Sink(_))), "{pages}");
    }
}

proptest! {
    #[test]
    fn interrupted_anywhere_it_never_covers_time(requests in 0_u32..8) {
        let transport = Memory { left: Cell::new(requests), ..whole_transport() };
        let got = get("tickets", &Parents::default(), &transport);
        let whole = requests >= 2;
        prop_assert_eq!(got.fetched.manifest.end == End::Complete, whole);
        prop_assert_eq!(got.fetched.manifest.covered.is_empty(), !whole);
        prop_assert_eq!(got.fetched.broken.is_none(), whole);
        let children = get("comments", &got.fetched.parents, &transport);
        let manifest = &children.fetched.manifest;
        let fetched = children.rows.len() as u64;
        prop_assert_eq!(manifest.records.stored, fetched);
        // Each parent is read, a gap, or never asked for because the stream ended: together they are all.
        prop_assert_eq!(manifest.count.stored + manifest.count.unknown, got.fetched.parents.items.len() as u64);
        prop_assert_eq!(manifest.count.unknown, manifest.gaps.len() as u64);
        prop_assert!(manifest.end == End::Complete || manifest.covered.is_empty());
    }
}

#[test]
fn recordings_answer_for_their_time_and_damage_is_found() {
    let mut recording = Recording::new();
    recording.json(FIRST, &tickets(&[1], "", 1));
    recording.answer(
        "2026-05-01T00:00:00Z",
        FIRST,
        200,
        &json!({}),
        tickets(&[1, 2], "", 2).to_string().as_bytes(),
    );
    let transport = recording.open();
    assert_eq!(
        get("tickets", &Parents::default(), &transport).rows.len(),
        1
    );
    let at = |time: &str| {
        let request = Request {
            url: String::new(),
            target: FIRST.to_owned(),
            accept: String::new(),
            at: Time::parse(time).unwrap(),
        };
        transport.get(&request)
    };
    assert!(matches!(
        at("2025-12-31T23:59:59Z"),
        Err(TransportError::Unreachable { .. })
    ));
    assert!(
        String::from_utf8(at("2026-05-01T00:00:00Z").unwrap().body)
            .unwrap()
            .contains("\"id\":2")
    );
    for entry in std::fs::read_dir(recording.dir.path().join("bodies")).unwrap() {
        std::fs::write(entry.unwrap().path(), b"{}").unwrap();
    }
    assert!(matches!(
        at("2026-05-01T00:00:00Z"),
        Err(TransportError::Recording(_))
    ));
    let index = recording.dir.path().join("index.jsonl");
    for bad in [
        "{\"at\":\"2026-01-01T00:00:00Z\",\"url\":\"/\",\"status\":200,\"body\":\"../x\"}",
        "{}",
        "[",
        "{\"at\":\"2026-01-01\",\"url\":\"/\",\"status\":200}",
    ] {
        std::fs::write(&index, format!("\n{bad}\n")).unwrap();
        let error = tickmark_collect::recorded::Recorded::open(recording.dir.path())
            .unwrap_err()
            .to_string();
        assert!(error.contains("index.jsonl:2"), "{error}");
    }
}
