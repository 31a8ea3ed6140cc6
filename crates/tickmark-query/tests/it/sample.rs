//! Jobs, schemas and rows made by hand.

use std::path::Path;

use tickmark_core::{
    facts::{
        row::{Cell, Row},
        schema::Schema,
    },
    judge::{
        job::{
            Job, JobColumn, JobContext, Judged, Kind, Rows, StoredFile, Table, TableShape, Value,
        },
        populations::{Answer, Populations as _, QueryError},
    },
    model::{citation::Citation, time::Time},
};
use tickmark_query::{InProcess, facts};

/// One row of each type.
pub const EVENT: &str = "\
name: sighting
version: 1
shape: event
says: one of each type
key: [place, number]
trigger: at
columns:
  place: {type: text}
  number: {type: int}
  at: {type: time}
  yes: {type: bool, can_be: [absent, unknown]}
  amount: {type: decimal, can_be: [absent, unknown]}
  day: {type: date, can_be: [absent, unknown]}
  lasted: {type: duration, can_be: [absent, unknown]}
  who: {type: person, can_be: [absent, unknown]}
  tags: {type: set<text>, can_be: [absent, unknown]}
  people: {type: set<person>, can_be: [absent, unknown]}
completeness: {representation: required}
";

/// Accounts as snapshots show them.
pub const STATE: &str = "\
name: key
version: 1
shape: state
says: one key
key: [id]
columns:
  id: {type: text}
  on: {type: bool}
completeness: {representation: required}
";

pub fn schema(text: &str) -> Schema {
    Schema::parse("sample.yaml", text).unwrap_or_else(|e| panic!("{e:?}"))
}

pub fn columns(of: &[(&str, Kind)]) -> Vec<JobColumn> {
    let column = |(name, kind): &(&str, Kind)| JobColumn {
        name: (*name).to_owned(),
        kind: *kind,
    };
    of.iter().map(column).collect()
}

pub fn fixed(name: &str, of: &[(&str, Kind)], rows: Vec<Vec<Value>>) -> Table {
    Table {
        name: name.to_owned(),
        shape: TableShape::Fixed,
        columns: columns(of),
        key: Vec::new(),
        rows: Rows::Inline(rows),
    }
}

pub fn job(sql: &str, tables: Vec<Table>) -> Job {
    Job {
        tables,
        views: Vec::new(),
        reconcile: Vec::new(),
        context: JobContext {
            zone: "UTC".to_owned(),
            calendars: Vec::new(),
        },
        sql: sql.to_owned(),
        judged: None,
    }
}

pub fn ask(sql: &str, tables: Vec<Table>) -> Result<Answer, QueryError> {
    InProcess::default().query(&job(sql, tables), 1_000)
}

/// The rows of an answer that is expected.
pub fn rows(sql: &str, tables: Vec<Table>) -> Vec<Vec<Value>> {
    ask(sql, tables)
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
        .rows
}

/// The only value of an answer.
pub fn one(sql: &str) -> Value {
    rows(sql, Vec::new()).remove(0).remove(0)
}

pub fn text(of: &str) -> Value {
    Value::Text(of.to_owned())
}

pub fn row(cells: Vec<Cell>, unknown: u64, leaf: u64, record: u32) -> Row {
    Row {
        cells,
        unknown,
        cite: Citation {
            leaf,
            blob: 0,
            record,
        },
        observed_at: Time::from_micros(i64::try_from(leaf).unwrap() * 1_000_000),
    }
}

/// A table over stored files.
pub fn stored(schema: &Schema, files: Vec<StoredFile>) -> Table {
    let state = schema.trigger.is_none();
    Table {
        name: schema.name.to_string(),
        shape: if state {
            TableShape::State
        } else {
            TableShape::Event
        },
        columns: facts::columns_of(schema),
        key: schema.key_indexes().collect(),
        rows: Rows::Files(files),
    }
}

/// Writes rows as the file of a leaf.
pub fn file(folder: &Path, schema: &Schema, leaf: u64, rows: &[Row]) -> StoredFile {
    let path = facts::Folder::new(folder).file(schema.name.as_str(), leaf, "0123456789abcdef", 1);
    facts::write(&path, schema, rows).unwrap();
    let at = i64::try_from(leaf).unwrap() * 1_000_000;
    StoredFile {
        path: path.display().to_string(),
        leaf,
        stream: "s".to_owned(),
        complete: true,
        observed_us: [at, at],
    }
}

pub fn judged(attributes: &[&str]) -> Judged {
    Judged {
        test: "CHG-01.x".to_owned(),
        attributes: attributes.iter().map(|a| (*a).to_owned()).collect(),
        versions: false,
        waivers: Vec::new(),
        coverage: [1, 1],
    }
}
