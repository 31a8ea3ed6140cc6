//! What a population's rows may be: columns, key, trigger, derivation (`library/populations/*.yaml`, schema f of the decisions).

mod parse;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{ColumnName, PopulationName};

/// Columns a population may have: the bits of `_unknown` fit a signed 64-bit integer.
pub const MAX_COLUMNS: usize = 63;

/// A population as declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// Singular name.
    pub name: PopulationName,
    /// Raised when the meaning changes.
    pub version: u32,
    /// Events happened at an instant; states held from one moment to another.
    pub shape: Shape,
    /// What one row is, in one phrase.
    pub says: String,
    /// Columns that together name the item.
    pub key: Vec<ColumnName>,
    /// The column that decides membership in a period; events have one, states have none. A time, or a date: then the event counts
    /// from the start of that day in the reporting zone.
    pub trigger: Option<ColumnName>,
    /// Columns in order; the order is the order of cells and of the bits of `unknown`.
    pub columns: Vec<Column>,
    /// Set if the rows come from a view over other populations.
    pub derived: Option<Derived>,
    /// How completeness is shown.
    pub completeness: Completeness,
    /// Columns that hold personal data, pseudonymised on erasure.
    pub personal: Vec<ColumnName>,
}

pub use crate::model::manifest::Shape;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name in SQL.
    pub name: ColumnName,
    /// Type of its values.
    pub ty: Type,
    /// Whether a row may have none or have it unreadable.
    pub can_be: CanBe,
    /// Populations a derived column is read from: a gap in one of them makes the column unknown.
    pub from: Vec<PopulationName>,
    /// The only values a text may have; empty if any.
    pub one_of: Vec<String>,
    /// What it means, if the name does not say it.
    pub says: Option<String>,
}

/// What may be missing in a column (decision D7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CanBe {
    /// Known not to exist: NULL.
    pub absent: bool,
    /// Could not be read: a bit in `_unknown`.
    pub unknown: bool,
}

/// The type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Text in normal form C.
    Text,
    /// True or false.
    Bool,
    /// A 64-bit whole number.
    Int,
    /// DECIMAL(38, 9).
    Decimal,
    /// Microseconds UTC.
    Time,
    /// A calendar day.
    Date,
    /// Elapsed microseconds.
    Duration,
    /// An account, `system:id`, that the identity table resolves to a person.
    Person,
    /// A set of texts or accounts.
    Set(Element),
}

/// What a set holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Element {
    /// Texts.
    Text,
    /// Accounts.
    Person,
}

/// Type names as written in a schema.
pub const TYPES: [(&str, Type); 10] = [
    ("text", Type::Text),
    ("bool", Type::Bool),
    ("int", Type::Int),
    ("decimal", Type::Decimal),
    ("time", Type::Time),
    ("date", Type::Date),
    ("duration", Type::Duration),
    ("person", Type::Person),
    ("set<text>", Type::Set(Element::Text)),
    ("set<person>", Type::Set(Element::Person)),
];

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            TYPES
                .iter()
                .find(|(_, ty)| ty == self)
                .map_or("", |(name, _)| name),
        )
    }
}

/// How a population is derived from others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derived {
    /// File of the view beside the schema, one SELECT.
    pub sql: String,
    /// Inputs in the order written; exactly one is the driver, whose row each derived row stands on.
    pub from: Vec<(PopulationName, InputRole)>,
    /// Child input and the input its gaps are keyed by: a gap of `review` names the key of a `pull_request`.
    pub parent: Vec<(PopulationName, PopulationName)>,
}

impl Derived {
    /// The population whose rows carry the citation.
    #[must_use]
    pub fn driver(&self) -> Option<&PopulationName> {
        self.from
            .iter()
            .find(|(_, role)| *role == InputRole::Driver)
            .map(|(name, _)| name)
    }
}

/// What an input is to a derived population.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputRole {
    /// Gives one derived row for each of its rows.
    Driver,
    /// Is joined to them; its coverage counts.
    Lookup,
    /// Is read if it is there; its coverage does not count (identities, people).
    Aside,
}

/// How a population's completeness is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Completeness {
    /// Comparisons with a second source.
    pub reconcile: Vec<Reconcile>,
    /// There is no second source: management represents completeness in writing.
    pub representation: bool,
}

/// A query against a second source that must return nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconcile {
    /// Slug.
    pub name: String,
    /// File of the query beside the schema.
    pub sql: String,
    /// What a row of it does.
    pub mismatch: Mismatch,
}

/// What a mismatch does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mismatch {
    /// Stops the run.
    Stop,
    /// Is printed on the card.
    Show,
}

impl Schema {
    /// Reads one schema from the text of its YAML file.
    ///
    /// # Errors
    /// The first defect with its place: unknown key, unknown type, key that is no column, more than 63 columns and the like.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostic> {
        parse::schema(file, text)
    }

    /// Position and declaration of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns
            .iter()
            .enumerate()
            .find(|(_, column)| column.name.as_str() == name)
    }

    /// Positions of the key columns, in key order.
    pub fn key_indexes(&self) -> impl Iterator<Item = usize> + '_ {
        self.key
            .iter()
            .filter_map(|name| self.columns.iter().position(|column| column.name == *name))
    }

    /// The bit of a column in `unknown`; 0 if there is no such column.
    #[must_use]
    pub fn mask(&self, name: &str) -> u64 {
        self.column(name)
            .and_then(|(index, _)| 1_u64.checked_shl(u32::try_from(index).ok()?))
            .unwrap_or(0)
    }
}
