//! Rows as an engine delivers them: values under named columns.

use super::{RowTally, TestRow};
use crate::judge::{
    job::{Judged, Value},
    outcome::Outcome,
    populations::QueryError,
};

/// A running tally over values under named columns.
#[derive(Debug)]
pub struct Tally {
    rows: RowTally,
    columns: Columns,
    /// Attributes of the row being read, reused.
    attributes: Vec<Option<bool>>,
}

/// Where each column stands.
#[derive(Debug)]
struct Columns {
    item: usize,
    attributes: Vec<usize>,
    na: usize,
    pending: usize,
    from: usize,
    until: usize,
    trigger: usize,
    reasons: usize,
    cite: [usize; 3],
}

impl Tally {
    /// Begins; `names` are the columns in the order of the values to come.
    ///
    /// # Errors
    /// [`QueryError::Rows`] when a column is missing.
    pub fn new(judged: &Judged, names: &[String]) -> Result<Self, QueryError> {
        let find = |name: &str| {
            let found = names.iter().position(|n| n == name);
            found.ok_or_else(|| QueryError::Rows {
                what: format!("the query gives no column `{name}`"),
            })
        };
        let attributes = judged
            .attributes
            .iter()
            .map(|letter| find(&format!("a_{letter}")))
            .collect::<Result<_, _>>()?;
        let columns = Columns {
            item: find("_item")?,
            attributes,
            na: find("_na")?,
            pending: find("_pending")?,
            from: find("_from")?,
            until: find("_until")?,
            trigger: find("_trigger")?,
            reasons: find("_reasons")?,
            cite: [find("_leaf")?, find("_blob")?, find("_record")?],
        };
        Ok(Self {
            rows: RowTally::new(judged),
            columns,
            attributes: Vec::new(),
        })
    }

    /// Takes one row.
    ///
    /// # Errors
    /// [`QueryError::Rows`]: an item twice, out of order, or a value of another type than its column has.
    pub fn push(&mut self, values: &[Value]) -> Result<(), QueryError> {
        let at = |index: usize| values.get(index).unwrap_or(&Value::Null);
        let columns = &self.columns;
        self.attributes.clear();
        for index in &columns.attributes {
            self.attributes.push(match at(*index) {
                Value::Bool(value) => Some(*value),
                Value::Null => None,
                other => return Err(wrong("an attribute", other)),
            });
        }
        let listed;
        let reasons = match at(columns.reasons) {
            Value::Set(list) => {
                listed = list.join(" ");
                listed.as_str()
            }
            other => text("_reasons", other)?.unwrap_or_default(),
        };
        let mut cite = [0; 3];
        for (slot, index) in cite.iter_mut().zip(columns.cite) {
            *slot = match at(index) {
                Value::Int(n) => {
                    u64::try_from(*n).map_err(|_| wrong("a citation", &Value::Int(*n)))?
                }
                other => return Err(wrong("a citation", other)),
            };
        }
        let row = TestRow {
            item: text("_item", at(columns.item))?.unwrap_or_default(),
            attributes: &self.attributes,
            na: text("_na", at(columns.na))?,
            pending: text("_pending", at(columns.pending))?,
            from_us: time("_from", at(columns.from))?,
            until_us: time("_until", at(columns.until))?,
            trigger_us: time("_trigger", at(columns.trigger))?,
            reasons,
            cite,
        };
        self.rows.push(&row).map_err(|e| QueryError::Rows {
            what: e.to_string(),
        })
    }

    /// Ends.
    ///
    /// # Errors
    /// None today; the engine's side treats it like the rest of the stream.
    pub fn finish(self) -> Result<Outcome, QueryError> {
        Ok(self.rows.finish())
    }
}

fn wrong(what: &str, value: &Value) -> QueryError {
    QueryError::Rows {
        what: format!("{what} cannot be {value:?}"),
    }
}

fn text<'v>(what: &str, value: &'v Value) -> Result<Option<&'v str>, QueryError> {
    match value {
        Value::Text(text) => Ok(Some(text)),
        Value::Null => Ok(None),
        other => Err(wrong(what, other)),
    }
}

fn time(what: &str, value: &Value) -> Result<Option<i64>, QueryError> {
    match value {
        Value::Time(us) => Ok(Some(*us)),
        Value::Null => Ok(None),
        other => Err(wrong(what, other)),
    }
}
