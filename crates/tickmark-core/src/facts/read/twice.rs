//! Two records of one list that say different things about one item.

use std::collections::{HashMap, hash_map::Entry};
use std::hash::{Hash, Hasher};

use sha2::{Digest as _, Sha256};

use crate::facts::row::{Cell, Row};
use crate::facts::schema::Schema;
use crate::model::manifest::Rejection;

use super::{GapRow, Read, Rejected, unknown_names};

type Short = [u8; 16];

/// The items of a list that were read so far: of each a few bytes, because a list can be long.
#[derive(Debug, Default)]
pub(super) struct Seen(HashMap<Short, First>);

#[derive(Debug)]
struct First {
    row: Short,
    place: String,
    contradicted: bool,
}

impl Seen {
    /// Passes a record on, unless an earlier one of the same key says something else. Then nobody can tell which is right: the item is
    /// unknown in everything but its key, whatever a third record says.
    pub fn pass(&mut self, schema: &Schema, read: Read, place: &str) -> Read {
        let row = match &read {
            Read::Row(row) => row,
            Read::Rejected(Rejected { row: Some(row), .. }) => row,
            Read::Rejected(_) => return read,
        };
        let key: Vec<&Cell> = schema
            .key_indexes()
            .filter_map(|n| row.cells.get(n))
            .collect();
        let now = short(&(&row.cells, row.unknown));
        let first = match self.0.entry(short(&key)) {
            Entry::Vacant(free) => {
                let place = place.to_owned();
                free.insert(First {
                    row: now,
                    place,
                    contradicted: false,
                });
                return read;
            }
            Entry::Occupied(first) => first.into_mut(),
        };
        if first.row == now && !first.contradicted {
            return read;
        }
        first.contradicted = true;
        match read {
            Read::Row(row) => contradiction(schema, row, first, place),
            Read::Rejected(rejected) => Read::Rejected(Rejected {
                contradicts: true,
                ..rejected
            }),
        }
    }
}

/// The row stands with all but its key unknown. Its trigger stays to place it in time, although it is unknown too.
fn contradiction(schema: &Schema, mut row: Row, first: &First, place: &str) -> Read {
    let item = row.item(schema).map(|item| item.to_string());
    let key: u64 = schema.key.iter().map(|k| schema.mask(k.as_str())).sum();
    let trigger = schema.trigger.as_ref();
    let trigger = trigger.map_or(0, |name| schema.mask(name.as_str()));
    let mut bad = 0;
    for (column, cell) in schema.columns.iter().zip(&mut row.cells) {
        let bit = schema.mask(column.name.as_str());
        bad |= bit & !key;
        if bit & (key | trigger) == 0 {
            *cell = Cell::Absent;
        }
    }
    row.unknown |= bad;
    let (blob, record) = (row.cite.blob, row.cite.record);
    Read::Rejected(Rejected {
        rejection: Rejection {
            blob,
            record,
            at: place.to_owned(),
            why: format!("same key as {}, other values", first.place),
        },
        gap: GapRow {
            population: schema.name.clone(),
            parent: item.unwrap_or_else(|_| format!("#{blob}.{record}")),
            why: "rejected".to_owned(),
            columns: unknown_names(schema, bad),
            leaf: row.cite.leaf,
        },
        row: Some(row),
        contradicts: true,
    })
}

/// Sixteen bytes of the SHA-256 of a value.
fn short(value: &impl Hash) -> Short {
    struct Sha(Sha256);
    impl Hasher for Sha {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut sha = Sha(Sha256::new());
    value.hash(&mut sha);
    let mut short = Short::default();
    for (to, from) in short.iter_mut().zip(sha.0.finalize()) {
        *to = from;
    }
    short
}
