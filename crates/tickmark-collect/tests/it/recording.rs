//! Writes recordings and collects from them.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tickmark_collect::Pages;
use tickmark_collect::recorded::Recorded;
use tickmark_collect::stream::{Fetched, Parents, Task, run};
use tickmark_collect::transport::Transport;
use tickmark_core::facts::read::{self, GapRow, Read};
use tickmark_core::facts::row::Row;
use tickmark_core::facts::schema::Schema;
use tickmark_core::facts::source::Source;
use tickmark_core::model::clock::Clock;
use tickmark_core::model::ids::InstanceId;
use tickmark_core::model::time::{Span, Time};

/// A clock that a millisecond passes on with every look.
pub struct Ticking(Cell<i64>);

impl Ticking {
    pub fn from(time: &str) -> Self {
        Self(Cell::new(Time::parse(time).unwrap().micros()))
    }
}

impl Clock for Ticking {
    fn now(&self) -> Time {
        self.0.set(self.0.get() + 1_000);
        Time::from_micros(self.0.get())
    }
}

/// A recording under construction.
pub struct Recording {
    pub dir: TempDir,
    index: String,
}

impl Recording {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("bodies")).unwrap();
        Self {
            dir,
            index: String::new(),
        }
    }

    pub fn answer(
        &mut self,
        at: &str,
        url: &str,
        status: u16,
        headers: &Value,
        body: &[u8],
    ) -> &mut Self {
        let digest: String = Sha256::digest(body)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let name = format!("bodies/{digest}.json");
        std::fs::write(self.dir.path().join(&name), body).unwrap();
        let line = json!({"at": at, "method": "GET", "url": url, "status": status, "headers": headers, "body": name});
        self.index.push_str(&format!("{line}\n"));
        self
    }

    pub fn json(&mut self, url: &str, body: &Value) -> &mut Self {
        self.answer(
            "2026-01-01T00:00:00Z",
            url,
            200,
            &json!({}),
            body.to_string().as_bytes(),
        )
    }

    pub fn status(&mut self, url: &str, status: u16) -> &mut Self {
        self.answer(
            "2026-01-01T00:00:00Z",
            url,
            status,
            &json!({}),
            b"{\"message\":\"no\"}",
        )
    }

    pub fn open(&self) -> Recorded {
        std::fs::write(self.dir.path().join("index.jsonl"), &self.index).unwrap();
        Recorded::open(self.dir.path()).unwrap()
    }
}

/// What one stream gave: the witness, settled, and what can be read.
pub struct Collected {
    pub fetched: Fetched,
    pub pages: Pages,
    pub rows: Vec<Row>,
    pub gaps: Vec<GapRow>,
}

/// Collects one stream and reads it, as the engine does.
pub fn collect(
    source: &Source,
    schema: &Schema,
    stream: &str,
    params: &BTreeMap<String, String>,
    parents: &Parents,
    transport: &dyn Transport,
    clock: &dyn Clock,
    asked: (&str, &str),
) -> Collected {
    let stream = source.stream(stream).unwrap();
    let mapping = source.bind(stream, schema).unwrap();
    let digest = mapping.digest();
    let task = Task {
        source,
        stream,
        instance: &InstanceId::parse("gh-test").unwrap(),
        params,
        account: "4711",
        asked: Span {
            from: Time::parse(asked.0).unwrap(),
            until: Time::parse(asked.1).unwrap(),
        },
        connected_at: None,
        previous: None,
        parents,
        mapping: &digest,
        facts: 0,
        collector: "test",
    };
    let mut pages = Pages::default();
    let mut fetched = run(task, transport, clock, &mut pages).unwrap();
    let blob = |n: u32| Ok::<_, String>(pages.0[n as usize].clone());
    read::settle(&mut fetched.manifest, &mapping, schema, blob).unwrap();
    // What is stored must be what the model accepts, to the byte.
    let bytes = fetched.manifest.to_bytes().unwrap();
    assert_eq!(
        tickmark_core::model::manifest::Manifest::parse(&bytes).unwrap(),
        fetched.manifest
    );
    let (mut rows, mut gaps) = (
        Vec::new(),
        read::manifest_gaps(7, &fetched.manifest, &schema.name),
    );
    let mut out = |read: Read| match read {
        Read::Row(row) => rows.push(row),
        Read::Rejected(rejected) => gaps.push(rejected.gap),
    };
    read::collection(7, &fetched.manifest, &mapping, schema, blob, &mut out).unwrap();
    Collected {
        fetched,
        pages,
        rows,
        gaps,
    }
}

/// Cells of a row by column name.
pub fn cells(schema: &Schema, row: &Row) -> BTreeMap<String, String> {
    schema
        .columns
        .iter()
        .zip(&row.cells)
        .map(|(column, cell)| (column.name.to_string(), cell.to_string()))
        .collect()
}
