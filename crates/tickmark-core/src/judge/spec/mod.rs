//! A test as written: short form or `sql:`.

mod place;
mod reader;

use std::collections::BTreeMap;

use reader::Reader;

use crate::{
    facts::{
        schema::{Element, Schema, Shape, Type},
        yaml::{Doc, Node as YamlNode},
    },
    model::{
        diagnostic::{Diagnostic, nearest},
        ids::{PopulationName, TestId},
    },
};

use super::{
    expr::{Node, Scope, ScopeColumn},
    job::{Kind, STATE_COLUMNS},
    library::Front,
};

/// A test, checked against the schema of its population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestSpec {
    /// Id.
    pub id: TestId,
    /// Population whose items it judges.
    pub population: PopulationName,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
    /// Expressions or a query.
    pub form: Form,
    /// Comparisons that must give no row before anything is judged.
    pub reconcile: Vec<TestReconcile>,
    /// What expressions of this test may name.
    pub scope: Scope,
}

/// How a test says what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// One expression an attribute.
    Short(Box<Short>),
    /// The whole query, and the line of the file it begins at.
    Sql {
        /// One `SELECT`.
        sql: String,
        /// Line before its first line.
        line: u32,
        /// Blanks before each of its lines that are not part of it.
        indent: u32,
    },
}

/// The short form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// Which rows are items; an item for which it cannot be read is an unknown item.
    pub filter: Option<Node>,
    /// Conditions under which the control does not ask for the item, in order.
    pub na: Vec<Coded>,
    /// Conditions under which the item is still open after the period, in order.
    pub pending: Vec<Coded>,
    /// When the item is due, for controls that look back.
    pub due: Option<Node>,
    /// When the finding begins and ends, if not the default.
    pub interval: Option<(Node, Node)>,
}

/// A condition with its reason code; no condition is always true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// Condition.
    pub when: Option<Node>,
    /// Reason code.
    pub code: String,
}

/// One attribute of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Capital letter, or capital letter and digit.
    pub letter: String,
    /// What it says, for the report.
    pub says: String,
    /// The condition; `None` in the `sql:` form.
    pub rule: Option<Rule>,
}

/// The condition of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// True: met.
    pub expr: Node,
    /// Codes when false; the first whose condition is true.
    pub reasons: Vec<Coded>,
    /// Code when it cannot be read.
    pub unknown: String,
}

/// A comparison with a second source that must give no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReconcile {
    /// Slug.
    pub name: String,
    /// One `SELECT`.
    pub sql: String,
}

/// What a test block may name.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Front matter of the control.
    pub front: &'a Front,
    /// Schemas of all populations.
    pub schemas: &'a BTreeMap<PopulationName, Schema>,
    /// The text the block lies in, for places inside expressions.
    pub text: &'a str,
}

/// The SQL type of a schema's type.
#[must_use]
pub fn kind_of(ty: Type) -> Kind {
    match ty {
        Type::Text | Type::Person => Kind::Text,
        Type::Bool => Kind::Bool,
        Type::Int => Kind::Int,
        Type::Decimal => Kind::Decimal,
        Type::Time => Kind::Time,
        Type::Date => Kind::Date,
        Type::Duration => Kind::Duration,
        Type::Set(Element::Text | Element::Person) => Kind::Set,
    }
}

/// What expressions over a population may name.
#[must_use]
pub fn scope_of(schema: &Schema, front: &Front) -> Scope {
    let mut columns: Vec<ScopeColumn> = (0_u32..)
        .zip(&schema.columns)
        .map(|(bit, c)| ScopeColumn {
            name: c.name.to_string(),
            kind: kind_of(c.ty),
            bit: Some(bit),
        })
        .collect();
    if schema.shape == Shape::State {
        let known = if schema.derived.is_some() {
            2
        } else {
            STATE_COLUMNS.len()
        };
        let system = STATE_COLUMNS.iter().take(known);
        columns.extend(system.map(|(name, kind)| ScopeColumn {
            name: (*name).to_owned(),
            kind: *kind,
            bit: None,
        }));
    }
    let mut params: Vec<(String, Kind)> = front
        .params
        .iter()
        .map(|p| (p.name.clone(), p.kind))
        .collect();
    params.extend(["from", "until", "as_of"].map(|p| (p.to_owned(), Kind::Time)));
    params.push(("zone".to_owned(), Kind::Text));
    Scope {
        population: schema.name.to_string(),
        columns,
        params,
    }
}

const KEYS: [&str; 9] = [
    "population",
    "where",
    "na",
    "pending",
    "due",
    "attributes",
    "interval",
    "reconcile",
    "sql",
];

/// Reads the YAML of a test; `sql` is the query of a separate block, with the line of its heading.
///
/// # Errors
/// The first defect with its place.
pub fn parse(
    doc: &Doc<'_>,
    id: TestId,
    sql: Option<(String, u32)>,
    around: Surroundings<'_>,
) -> Result<TestSpec, Diagnostic> {
    let of = "a test";
    let fields = doc.fields(&doc.root, of, &KEYS)?;
    let population_at = fields.need(doc, "population", of)?;
    let schema = schema(doc, population_at, around)?;
    let reader = Reader {
        doc,
        around,
        scope: scope_of(schema, around.front),
    };
    let sql = match (fields.get("sql"), sql) {
        (Some(at), Some(_)) => {
            return Err(doc
                .wrong(at.at, "the query stands here and in a block of its own")
                .hint("keep one of them"));
        }
        (Some(at), None) => {
            let quote = u32::from(place::rest_of_line(around.text, at.at).starts_with(['"', '\'']));
            let (before, indent) = (
                at.at.line.saturating_sub(1),
                at.at.column.saturating_sub(1) + quote,
            );
            Some((doc.text(at, "`sql`")?.to_owned(), before, indent))
        }
        (None, given) => given.map(|(sql, line)| (sql, line, 0)),
    };
    let attributes = reader.attributes(fields.need(doc, "attributes", of)?, sql.is_some())?;
    let form = match sql {
        Some((sql, line, indent)) => {
            reader.nothing_else(&fields)?;
            Form::Sql { sql, line, indent }
        }
        None => Form::Short(Box::new(reader.short(&fields)?)),
    };
    let reconcile = fields
        .get("reconcile")
        .map(|n| reconcile(doc, n))
        .transpose()?
        .unwrap_or_default();
    Ok(TestSpec {
        id,
        population: schema.name.clone(),
        attributes,
        form,
        reconcile,
        scope: reader.scope,
    })
}

fn schema<'a>(
    doc: &Doc<'_>,
    node: &YamlNode,
    around: Surroundings<'a>,
) -> Result<&'a Schema, Diagnostic> {
    let name = doc.text(node, "`population`")?;
    PopulationName::parse(name)
        .ok()
        .and_then(|n| around.schemas.get(&n))
        .ok_or_else(|| {
            let wrong = doc.wrong(node.at, format!("there is no population `{name}`"));
            match nearest(name, around.schemas.keys().map(PopulationName::as_str)) {
                Some(near) => wrong.hint(format!("did you mean `{near}`?")),
                None => wrong.hint("populations are declared in library/populations"),
            }
        })
}

fn reconcile(doc: &Doc<'_>, node: &YamlNode) -> Result<Vec<TestReconcile>, Diagnostic> {
    let of = "a reconciliation";
    doc.list(node, "`reconcile`")?
        .iter()
        .map(|element| {
            let fields = doc.fields(element, of, &["name", "sql", "expect", "mismatch"])?;
            doc.one_of(
                fields.need(doc, "expect", of)?,
                "`expect`",
                &[("zero_rows", ())],
            )?;
            doc.one_of(
                fields.need(doc, "mismatch", of)?,
                "`mismatch`",
                &[("stop", ())],
            )?;
            let text = |key: &str| {
                doc.text(fields.need(doc, key, of)?, &format!("`{key}`"))
                    .map(str::to_owned)
            };
            Ok(TestReconcile {
                name: text("name")?,
                sql: text("sql")?,
            })
        })
        .collect()
}
