//! Rows of a fixture: cells by column, what is left out, what is unknown.

use crate::{
    facts::{
        schema::{Column, Schema, Shape},
        yaml::{Doc, Node},
    },
    judge::{
        job::{Kind, Value},
        literal,
        spec::kind_of,
    },
    model::{diagnostic::Diagnostic, time::Time, yaml::Place},
};

use super::{
    control,
    fixture::{FixtureRow, Setting, Surroundings, named},
};

/// Largest number of columns of the table form; more are not readable.
const MAX_TABLE_COLUMNS: usize = 6;

/// Reads rows of one base population.
pub(super) struct RowReader<'a> {
    pub schema: &'a Schema,
    file: &'a str,
    start: Time,
    first_day: i32,
}

const STATE_KEYS: [&str; 5] = [
    "valid_from",
    "valid_to",
    "seen_first",
    "seen_last",
    "last_absent",
];

impl<'a> RowReader<'a> {
    pub fn new(
        file: &'a str,
        at: Place,
        name: &str,
        around: Surroundings<'a>,
        setting: &Setting,
    ) -> Result<Self, Diagnostic> {
        let schema = named(file, at, name, around)?;
        if schema.derived.is_some() {
            return Err(Diagnostic::new(file, at.line, at.column, format!("`{name}` is derived"))
                .hint("a fixture names base populations only, so that it passes through the real view"));
        }
        Ok(Self {
            schema,
            file,
            start: setting.span().from,
            first_day: setting.period.from.epoch_days(),
        })
    }

    /// The names a row may have.
    pub fn known(&self) -> Vec<&str> {
        let mut known: Vec<&str> = self
            .schema
            .columns
            .iter()
            .map(|c| c.name.as_str())
            .collect();
        if self.schema.shape == Shape::State {
            known.extend(STATE_KEYS);
        }
        known.extend(["_leaf", "_observed_at"]);
        known
    }

    pub fn yaml(&self, doc: &Doc<'_>, node: &Node) -> Result<FixtureRow, Diagnostic> {
        let of = format!("a row of `{}`", self.schema.name);
        let fields = doc.fields(node, &of, &self.known())?;
        let mut row = self.empty();
        row.leaf = fields
            .get("_leaf")
            .map(|n| doc.count(n, "`_leaf`"))
            .transpose()?;
        row.observed = fields
            .get("_observed_at")
            .map(|n| doc.parsed(n, "`_observed_at`", Time::parse))
            .transpose()?;
        for (index, column) in self.schema.columns.iter().enumerate() {
            let Some((_, _, n)) = doc
                .map(node, &of)?
                .into_iter()
                .find(|(k, _, _)| *k == column.name.as_str())
            else {
                continue;
            };
            let place = |what| doc.wrong(n.at, what);
            match n.as_text() {
                None if n.is_null() => self.set(&mut row, index, column, None).map_err(place)?,
                Some("?") => self.unreadable(&mut row, index, column).map_err(place)?,
                _ => {
                    let value =
                        control::value(doc, n, &format!("`{}`", column.name), kind_of(column.ty))?;
                    self.set(&mut row, index, column, Some(value))
                        .map_err(place)?;
                }
            }
        }
        if self.schema.shape == Shape::State {
            for (slot, key) in row.state.iter_mut().zip(STATE_KEYS) {
                let Some((_, _, n)) = doc.map(node, &of)?.into_iter().find(|(k, _, _)| *k == key)
                else {
                    continue;
                };
                *slot = Some(if n.is_null() {
                    Value::Null
                } else {
                    control::value(doc, n, &format!("`{key}`"), Kind::Time)?
                });
            }
        }
        Ok(row)
    }

    /// A row of the table form.
    pub fn text(&self, line: u32, cells: &[(&str, &str)]) -> Result<FixtureRow, Diagnostic> {
        let mut row = self.empty();
        for (name, cell) in cells {
            let place = |what: String| Diagnostic::new(self.file, line, 1, what);
            if let Some((index, column)) = self.schema.column(name) {
                match *cell {
                    "" => self.set(&mut row, index, column, None),
                    "?" => self.unreadable(&mut row, index, column),
                    text => literal::parse(kind_of(column.ty), text)
                        .map_err(|e| format!("`{name}`: {e}"))
                        .and_then(|v| self.set(&mut row, index, column, Some(v))),
                }
                .map_err(place)?;
            } else if let Some(slot) = STATE_KEYS
                .iter()
                .position(|k| k == name)
                .and_then(|i| row.state.get_mut(i))
            {
                let value = if *cell == "~" {
                    Ok(Value::Null)
                } else {
                    literal::parse(Kind::Time, cell)
                };
                *slot = if cell.is_empty() {
                    None
                } else {
                    Some(value.map_err(|e| place(format!("`{name}`: {e}")))?)
                };
            }
        }
        Ok(row)
    }

    /// A row with every column left out: absent where the schema allows it, otherwise a plain value of its type.
    fn empty(&self) -> FixtureRow {
        let values = self
            .schema
            .columns
            .iter()
            .map(|c| {
                if c.can_be.absent {
                    Value::Null
                } else {
                    self.empty_value(c)
                }
            })
            .collect();
        FixtureRow {
            values,
            unknown: 0,
            leaf: None,
            observed: None,
            state: [None, None, None, None, None],
        }
    }

    fn empty_value(&self, column: &Column) -> Value {
        match kind_of(column.ty) {
            Kind::Text => Value::Text(column.one_of.first().cloned().unwrap_or_default()),
            Kind::Bool => Value::Bool(false),
            Kind::Int => Value::Int(0),
            Kind::Decimal => Value::Decimal("0".to_owned()),
            Kind::Time => Value::Time(self.start.micros()),
            Kind::Date => Value::Date(self.first_day),
            Kind::Duration => Value::Duration(0),
            Kind::Set => Value::Set(Vec::new()),
        }
    }

    fn set(
        &self,
        row: &mut FixtureRow,
        index: usize,
        column: &Column,
        value: Option<Value>,
    ) -> Result<(), String> {
        if value.is_none() && !column.can_be.absent {
            return Err(format!(
                "`{}` cannot be absent in `{}`",
                column.name, self.schema.name
            ));
        }
        if let Some(Value::Text(text)) = &value
            && !column.one_of.is_empty()
            && !column.one_of.contains(text)
        {
            return Err(format!(
                "`{}` cannot be `{text}`; one of: {}",
                column.name,
                column.one_of.join(", ")
            ));
        }
        if let Some(slot) = row.values.get_mut(index) {
            *slot = value.unwrap_or(Value::Null);
        }
        Ok(())
    }

    fn unreadable(
        &self,
        row: &mut FixtureRow,
        index: usize,
        column: &Column,
    ) -> Result<(), String> {
        if !column.can_be.unknown {
            return Err(format!(
                "`{}` cannot be unknown in `{}`",
                column.name, self.schema.name
            ));
        }
        if let Some(slot) = row.values.get_mut(index) {
            *slot = Value::Null;
        }
        row.unknown |= u32::try_from(index)
            .ok()
            .and_then(|i| 1_u64.checked_shl(i))
            .unwrap_or(0);
        Ok(())
    }
}

/// Whether the table form may have this many columns.
pub(super) fn readable(columns: usize) -> bool {
    columns <= MAX_TABLE_COLUMNS
}
