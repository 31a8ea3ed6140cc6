//! Facts on disk: one immutable Parquet file for the rows that one collection gives one population (decision D4).
//!
//! A file is never changed. The folder may be deleted at any time: every file is a function of the ledger and of the
//! version of the reading code, which is why files are not flushed to the disk before they get their name. A file cut
//! short by a power failure has no footer and is [`usable`] no more.

#![allow(
    clippy::disallowed_methods,
    reason = "this room owns the files of the facts cache"
)]

mod arrange;
mod merge;
mod read;
mod write;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::datatypes::{Field, Schema as ArrowSchema, SchemaRef};
use tickmark_core::{
    facts::{intervals::StateRow, row::Cell, schema::Schema},
    judge::{
        job::{EVENT_COLUMNS, JobColumn, Kind, Value},
        spec::kind_of,
    },
    model::time::{Day, Time},
};

pub use merge::MOST_FILES;
pub use read::{read, usable};
pub use write::{write, write_columns};

pub(crate) use read::unique_key;

use crate::arrow_value;

/// Rows of one row group, so that a reader holds little at a time.
const GROUP_ROWS: usize = 128 * 1024;
/// Key of the footer that lists the columns no two rows of the file share.
const UNIQUE_KEY: &str = "tickmark.key";

/// The folder of the facts cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A folder, which need not exist yet; absolute.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where the rows of one collection result for one population are:
    /// `<population>/<leaf>-<mapping8>-<facts version>.parquet`.
    ///
    /// `mapping` is the digest of the mapping in hex, its first eight digits are used. Another mapping or another version
    /// of the reading code is another name.
    #[must_use]
    pub fn file(&self, population: &str, leaf: u64, mapping: &str, facts: u32) -> PathBuf {
        let mapping8: String = mapping
            .chars()
            .filter(char::is_ascii_hexdigit)
            .take(8)
            .collect();
        self.root
            .join(population)
            .join(format!("{leaf}-{mapping8}-{facts}.parquet"))
    }
}

/// The columns of a population as the engine has them.
#[must_use]
pub fn columns_of(schema: &Schema) -> Vec<JobColumn> {
    let column = |c: &tickmark_core::facts::schema::Column| JobColumn {
        name: c.name.to_string(),
        kind: kind_of(c.ty),
    };
    schema.columns.iter().map(column).collect()
}

/// A state as the worker's tables have it: its columns, then the system columns of a state.
#[must_use]
pub fn state_values(state: &StateRow) -> Vec<Value> {
    let mut values: Vec<Value> = state.row.cells.iter().map(value_of).collect();
    let time = |t: Option<Time>| t.map_or(Value::Null, |t| Value::Time(t.micros()));
    let cite = state.row.cite;
    values.extend([
        Value::Int(state.row.unknown.cast_signed()),
        Value::Int(cite.leaf.cast_signed()),
        Value::Int(i64::from(cite.blob)),
        Value::Int(i64::from(cite.record)),
        Value::Time(state.row.observed_at.micros()),
        time(Some(state.valid_from)),
        time(state.valid_to),
        time(Some(state.seen_first)),
        time(Some(state.seen_last)),
        time(state.last_absent),
    ]);
    values
}

/// The value a cell has in SQL.
#[must_use]
pub fn value_of(cell: &Cell) -> Value {
    match cell {
        Cell::Absent => Value::Null,
        Cell::Text(v) => Value::Text(v.clone()),
        Cell::Bool(v) => Value::Bool(*v),
        Cell::Int(v) => Value::Int(*v),
        Cell::Decimal(v) => Value::Decimal(v.to_string()),
        Cell::Time(v) => Value::Time(v.micros()),
        Cell::Date(v) => Value::Date(v.epoch_days()),
        Cell::Duration(v) => Value::Duration(*v),
        Cell::Set(v) => Value::Set(v.clone()),
    }
}

/// The cell a value is; a decimal or a day that no cell can hold is absent.
pub(crate) fn cell_of(value: Value) -> Cell {
    match value {
        Value::Null => Cell::Absent,
        Value::Text(v) => Cell::Text(v),
        Value::Bool(v) => Cell::Bool(v),
        Value::Int(v) => Cell::Int(v),
        Value::Decimal(v) => v.parse().map_or(Cell::Absent, Cell::Decimal),
        Value::Time(v) => Cell::Time(Time::from_micros(v)),
        Value::Date(v) => {
            Day::new(1970, 1, 1).map_or(Cell::Absent, |epoch| Cell::Date(epoch.plus_days(v)))
        }
        Value::Duration(v) => Cell::Duration(v),
        Value::Set(v) => Cell::Set(v),
    }
}

/// The Arrow schema of a base population's file: own columns, then the event columns.
pub(crate) fn file_schema(columns: &[JobColumn]) -> SchemaRef {
    let own = columns
        .iter()
        .map(|c| Field::new(&c.name, arrow_value::data_type(c.kind), true));
    let system = EVENT_COLUMNS
        .iter()
        .map(|(name, kind)| Field::new(*name, arrow_value::data_type(*kind), false));
    Arc::new(ArrowSchema::new(own.chain(system).collect::<Vec<_>>()))
}

/// The Arrow schema of a table without a file behind it.
pub(crate) fn plain_schema(columns: impl Iterator<Item = (String, Kind)>) -> SchemaRef {
    let fields: Vec<Field> = columns
        .map(|(name, kind)| Field::new(name, arrow_value::data_type(kind), true))
        .collect();
    Arc::new(ArrowSchema::new(fields))
}

/// A name beside the final one, on the same file system.
fn unfinished(path: &Path) -> PathBuf {
    path.with_extension(format!("{}.part", std::process::id()))
}
