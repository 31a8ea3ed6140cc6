//! A question to the populations, complete enough to cross a process boundary.
//!
//! The worker that runs a job needs no library, no ledger and no clock: tables, views in the order they are
//! created, one `SELECT` whose parameters are already literals, and how to judge its rows.

use serde::{Deserialize, Serialize};

use crate::model::calendar::Calendar;

/// A typed value as SQL sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Value {
    /// SQL NULL: known not to exist, or unknown when the row's `_unknown` bit says so.
    Null,
    /// Text, as written.
    Text(String),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number as text, at most nine digits after the point.
    Decimal(String),
    /// An instant, microseconds UTC since 1970.
    Time(i64),
    /// A day, days since 1970-01-01.
    Date(i32),
    /// A length of time in microseconds.
    Duration(i64),
    /// A set of texts, sorted and without duplicates.
    Set(Vec<String>),
}

/// The type of a column as SQL sees it (persons are text there).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `Utf8`
    Text,
    /// `Boolean`
    Bool,
    /// `Int64`
    Int,
    /// `Decimal128(38, 9)`
    Decimal,
    /// `Timestamp(Microsecond, "UTC")`
    Time,
    /// `Date32`
    Date,
    /// `Int64`, microseconds
    Duration,
    /// `List(Utf8)`
    Set,
}

/// A column of a table or of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobColumn {
    /// Name, snake_case.
    pub name: String,
    /// Type.
    pub kind: Kind,
}

/// What kind of rows a table holds, which decides the system columns after its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableShape {
    /// Base population of events: own columns, then [`EVENT_COLUMNS`].
    Event,
    /// Base population of states: own columns, then [`EVENT_COLUMNS`], then [`STATE_COLUMNS`].
    State,
    /// Not a population (`gap`, `hole`, `period_day`, `occurrence`, `holiday`, `waiver`): own columns only.
    Fixed,
}

/// System columns of every base population, after its own columns, in this order.
pub const EVENT_COLUMNS: [(&str, Kind); 5] = [
    ("_unknown", Kind::Int),
    ("_leaf", Kind::Int),
    ("_blob", Kind::Int),
    ("_record", Kind::Int),
    ("_observed_at", Kind::Time),
];

/// Further system columns of a population of states, after [`EVENT_COLUMNS`].
pub const STATE_COLUMNS: [(&str, Kind); 5] = [
    ("valid_from", Kind::Time),
    ("valid_to", Kind::Time),
    ("seen_first", Kind::Time),
    ("seen_last", Kind::Time),
    ("last_absent", Kind::Time),
];

/// One table of the worker's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Name in SQL.
    pub name: String,
    /// Shape, which gives the system columns.
    pub shape: TableShape,
    /// Own columns in schema order; column i is bit i of `_unknown`.
    pub columns: Vec<JobColumn>,
    /// Indexes of the key columns; of several observations of one key the last stands. Empty for fixed tables.
    pub key: Vec<usize>,
    /// Where the rows are.
    pub rows: Rows,
}

/// Where the rows of a table are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// In files of the facts cache, oldest leaf first. The compiler leaves the list empty; the engine fills it.
    Files(Vec<StoredFile>),
    /// Here: every own and every system column, in order. Already the rows that stand (fixtures, small tables).
    Inline(Vec<Vec<Value>>),
}

/// One immutable file of the facts cache: the rows that one collection result gives one population.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Path, absolute.
    pub path: String,
    /// Ledger index of the collection result.
    pub leaf: u64,
    /// Source and stream, for snapshots: only snapshots of one stream follow each other.
    pub stream: String,
    /// Whether the collection was complete; a partial one never deletes (INV-C2).
    pub complete: bool,
    /// When the first and the last page were observed, microseconds UTC.
    pub observed_us: [i64; 2],
}

/// A derived population: one `SELECT` over tables and earlier views.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Name in SQL.
    pub name: String,
    /// The `SELECT`, parameters replaced.
    pub sql: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Tables the question reads, by name.
    pub tables: Vec<Table>,
    /// Views in the order they are to be created.
    pub views: Vec<View>,
    /// Reconciling queries, run before the question; each must give no row.
    pub reconcile: Vec<ReconcileQuery>,
    /// Facts the worker's functions need.
    pub context: JobContext,
    /// One `SELECT`, parameters replaced by typed literals.
    pub sql: String,
    /// How to judge the rows; `None` for a plain question.
    pub judged: Option<Judged>,
}

/// What the worker's own functions need beside their arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobContext {
    /// Reporting time zone, IANA name.
    pub zone: String,
    /// Business days by location; the first is the organization's own.
    pub calendars: Vec<Calendar>,
}

/// A query that must give no row, or the population is not what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileQuery {
    /// Slug of the reconciliation.
    pub name: String,
    /// One `SELECT`, parameters replaced.
    pub sql: String,
}

/// How the rows of a test are judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Test id.
    pub test: String,
    /// Attribute letters in order; the row has one nullable boolean `a_<letter>` for each.
    pub attributes: Vec<String>,
    /// Several rows of one item are versions of one state and are joined; otherwise a second row is refused.
    pub versions: bool,
    /// Approved exceptions of this test.
    pub waivers: Vec<JobWaiver>,
    /// Seconds of the (clipped) period covered by the inputs, and seconds asked.
    pub coverage: [u64; 2],
}

/// An approved, time-boxed exception for one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobWaiver {
    /// Item the exception is for.
    pub item: String,
    /// The item is a pattern in which `*` stands for any text.
    #[serde(default)]
    pub pattern: bool,
    /// First instant it is valid, microseconds UTC.
    pub from_us: i64,
    /// First instant it is no longer valid.
    pub until_us: i64,
}
