//! Pages read as a collection would, and what holds for every record that comes out.

use std::collections::BTreeMap;

use tickmark_core::facts::mapping::Mapping;
use tickmark_core::facts::read::{PageBytes, Read, ReadError, Reader};
use tickmark_core::facts::row::{Cell, Row};
use tickmark_core::facts::schema::{Schema, Type};
use tickmark_core::model::time::Time;

/// A population with a column of every type that files have.
pub const HIRE: &str = "\
name: hire
version: 1
shape: event
says: somebody began to work here
key: [employee]
trigger: began_at
columns:
  employee: {type: text}
  began_at: {type: time}
  day:      {type: date, can_be: [absent]}
  checked:  {type: bool, can_be: [unknown]}
  teams:    {type: set<text>, can_be: [absent]}
  pay:      {type: decimal, can_be: [absent]}
  number:   {type: int, can_be: [absent]}
  notice:   {type: duration, can_be: [absent, unknown]}
  manager:  {type: person, can_be: [absent]}
";

/// [`HIRE`], parsed.
pub fn hire() -> Schema {
    Schema::parse("hire.yaml", HIRE).expect("the schema above")
}

/// Reads pages in order and holds every record against the schema.
pub fn read(
    mapping: &Mapping,
    schema: &Schema,
    params: &[(&str, &str)],
    pages: &[&[u8]],
) -> Result<Vec<Read>, ReadError> {
    let params: BTreeMap<String, String> = params
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    let mut reader = Reader::new(mapping, schema, &params, 7, Time::from_micros(0));
    let mut out = Vec::new();
    for (blob, bytes) in (0..).zip(pages) {
        let before = out.len();
        let page = PageBytes {
            blob,
            parent: "",
            with: &BTreeMap::new(),
            bytes,
        };
        let number = reader.page(page, &mut |read| out.push(read))?;
        assert_eq!(number, (out.len() - before) as u64);
    }
    let records = reader.records();
    assert_eq!(records.stored + records.rejected, out.len() as u64);
    out.iter().for_each(|read| lawful(read, schema));
    Ok(out)
}

fn lawful(read: &Read, schema: &Schema) {
    match read {
        Read::Row(row) => {
            shape(row, schema);
            row.item(schema).expect("a row has a key");
            for (n, column) in schema.columns.iter().enumerate() {
                let absent = row.cells[n].is_absent();
                assert!(
                    !row.is_unknown(n) || column.can_be.unknown,
                    "{} is unknown and may not",
                    column.name
                );
                assert!(
                    !absent || row.is_unknown(n) || column.can_be.absent,
                    "{} is absent and may not",
                    column.name
                );
            }
        }
        Read::Rejected(rejected) => {
            assert!(!rejected.rejection.why.is_empty() && !rejected.gap.parent.is_empty());
            if let Some(row) = &rejected.row {
                shape(row, schema);
                assert_ne!(row.unknown, 0, "a rejected record with nothing unknown");
            }
        }
    }
}

fn shape(row: &Row, schema: &Schema) {
    assert_eq!(row.cells.len(), schema.columns.len());
    assert_eq!(row.unknown >> schema.columns.len(), 0, "a bit of no column");
    for (n, (cell, column)) in row.cells.iter().zip(&schema.columns).enumerate() {
        assert!(
            !row.is_unknown(n) || cell.is_absent(),
            "{} is unknown and has a value",
            column.name
        );
        let fits = match cell {
            Cell::Absent => true,
            Cell::Text(_) => matches!(column.ty, Type::Text | Type::Person),
            Cell::Bool(_) => column.ty == Type::Bool,
            Cell::Int(_) => column.ty == Type::Int,
            Cell::Decimal(_) => column.ty == Type::Decimal,
            Cell::Time(_) => column.ty == Type::Time,
            Cell::Date(_) => column.ty == Type::Date,
            Cell::Duration(_) => column.ty == Type::Duration,
            Cell::Set(set) => {
                assert!(
                    set.is_sorted() && set.windows(2).all(|w| w[0] != w[1]),
                    "{set:?}"
                );
                matches!(column.ty, Type::Set(_))
            }
        };
        assert!(fits, "{cell:?} in a column of type {}", column.ty);
    }
}

/// What was read, without where: the same records cut into other pages say the same.
pub fn said(reads: &[Read]) -> Vec<(Vec<Cell>, u64, String)> {
    let of = |read: &Read| match read {
        Read::Row(row) => (row.cells.clone(), row.unknown, String::new()),
        Read::Rejected(r) => {
            let row = r.row.as_ref();
            let why = format!("{}: {}", r.rejection.at, r.rejection.why);
            (
                row.map_or(Vec::new(), |row| row.cells.clone()),
                row.map_or(0, |row| row.unknown),
                why,
            )
        }
    };
    reads.iter().map(of).collect()
}
