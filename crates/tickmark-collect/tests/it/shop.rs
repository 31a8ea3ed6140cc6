//! A made-up source with a list, a list for each item of it, and a snapshot.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Value, json};
use tickmark_collect::stream::Parents;
use tickmark_collect::transport::{Request, Response, Transport, TransportError};
use tickmark_core::facts::schema::Schema;
use tickmark_core::facts::source::Source;

use crate::recording::{Collected, Recording, Ticking, collect};

pub const SHOP: &str = "\
id: shop
version: 2
http: {base: 'https://shop.example/api', auth: none, accept: application/json, per_second: 5}
params: {team: text}
record_headers: [date]
retention: 90d
streams:
  tickets:
    get: '/tickets?team={team}&since={from}'
    page: {next: '$.next', stop: no-next, max: 5}
    item: '$.tickets[*]'
    into: ticket
    key: '{team}/{$.id}'
    map: {team: '{team}|text', id: '$.id|int', at: '$.at|time'}
    count: {path: $.total}
  comments:
    each: tickets
    get: '/tickets/{$.id}/comments'
    page: {next: number, param: page, stop: short, size: 2}
    item: '$[*]'
    into: comment
    key: '{^$.id}/{$.n}'
    map: {ticket: '^$.id|int', n: '$.n|int', by: '$.by|account:shop|absent', at: '$.at|time'}
    cap: {items: 5, then: unknown}
    gap: {columns: [answered_at]}
  desks:
    get: /desks
    page: {next: none}
    cadence: 24h
    retention: none
    item: '$[*]'
    into: desk
    key: '{$.id}'
    map: {id: '$.id|int'}
";

pub fn schema(stream: &str) -> Schema {
    let text = match stream {
        "tickets" => {
            "name: ticket\nversion: 1\nshape: event\nsays: a ticket\nkey: [team, id]\ntrigger: at\ncolumns:\n  team: {type: text}\n  id: {type: int}\n  at: {type: time}\n"
        }
        "comments" => {
            "name: comment\nversion: 1\nshape: event\nsays: a comment\nkey: [ticket, n]\ntrigger: at\ncolumns:\n  ticket: {type: int}\n  n: {type: int}\n  by: {type: person, can_be: [absent]}\n  at: {type: time}\n"
        }
        _ => {
            "name: desk\nversion: 1\nshape: state\nsays: a desk\nkey: [id]\ncolumns:\n  id: {type: int}\n"
        }
    };
    Schema::parse("schema.yaml", text).unwrap()
}

pub fn source() -> Source {
    Source::parse("shop.yaml", SHOP).unwrap()
}

pub const ASKED: (&str, &str) = ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
pub const NOW: &str = "2026-04-01T00:00:00Z";
pub const FIRST: &str = "/tickets?team=ops&since=2026-02-01T00:00:00Z";

pub fn params() -> BTreeMap<String, String> {
    BTreeMap::from([("team".to_owned(), "ops".to_owned())])
}

pub fn get(stream: &str, parents: &Parents, transport: &dyn Transport) -> Collected {
    collect(
        &source(),
        &schema(stream),
        stream,
        &params(),
        parents,
        transport,
        &Ticking::from(NOW),
        ASKED,
    )
}

pub fn tickets(ids: &[u64], next: &str, total: u64) -> Value {
    let list: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "at": "2026-02-02T00:00:00Z"}))
        .collect();
    json!({"tickets": list, "next": next, "total": total})
}

pub fn comment(n: u64) -> Value {
    json!({"n": n, "by": 5, "at": "2026-02-03T00:00:00Z"})
}

/// Three tickets on two pages; the first has two pages of comments, the second none.
pub fn whole() -> Recording {
    let mut recording = Recording::new();
    recording
        .json(FIRST, &tickets(&[1, 2], "/tickets?cursor=b", 3))
        .json("/tickets?cursor=b", &tickets(&[3], "", 3))
        .json("/tickets/1/comments", &json!([comment(1), comment(2)]))
        .json("/tickets/1/comments?page=2", &json!([comment(3)]))
        .json("/tickets/2/comments", &json!([]))
        .json("/tickets/3/comments", &json!([comment(1)]));
    recording
}

pub fn whole_transport() -> Memory {
    let page = |target: &str, body: Value| (target.to_owned(), body);
    Memory {
        answers: BTreeMap::from([
            page(FIRST, tickets(&[1, 2], "/tickets?cursor=b", 3)),
            page("/tickets?cursor=b", tickets(&[3], "", 3)),
            page("/tickets/1/comments", json!([comment(1), comment(2)])),
            page("/tickets/1/comments?page=2", json!([comment(3)])),
            page("/tickets/2/comments", json!([])),
            page("/tickets/3/comments", json!([comment(1)])),
            page("/desks", json!([{"id": 1}])),
        ]),
        left: Cell::new(u32::MAX),
        endless: false,
    }
}

/// Answers from memory, a limited number of times.
pub struct Memory {
    pub answers: BTreeMap<String, Value>,
    pub left: Cell<u32>,
    /// Each page names another one.
    pub endless: bool,
}

impl Transport for Memory {
    fn get(&self, request: &Request) -> Result<Response, TransportError> {
        let gone = || TransportError::Unreachable {
            target: request.target.clone(),
            why: "gone".to_owned(),
        };
        self.left
            .set(self.left.get().checked_sub(1).ok_or_else(gone)?);
        let body = if self.endless {
            tickets(
                &[u64::from(self.left.get())],
                &format!("/tickets?cursor={}", self.left.get()),
                0,
            )
        } else {
            self.answers
                .get(&request.target)
                .cloned()
                .ok_or_else(gone)?
        };
        Ok(Response {
            status: 200,
            body: body.to_string().into_bytes(),
            ..Response::default()
        })
    }
}
