//! The columns of a test's rows, by name, and the rows they make.

use arrow::{
    array::{
        Array, ArrayRef, AsArray as _, BooleanArray, Int64Array, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    },
    compute::cast,
    datatypes::{Int64Type, TimestampMicrosecondType},
};
use tickmark_core::judge::{
    job::{Kind, Value},
    populations::QueryError,
    tally::{RowTally, TestRow},
};

use crate::arrow_value;

/// One batch of a test's rows.
pub(crate) struct TestColumns {
    item: StringArray,
    attributes: Vec<BooleanArray>,
    na: StringArray,
    pending: StringArray,
    /// `_from`, `_until`, `_trigger`.
    times: [TimestampMicrosecondArray; 3],
    reasons: StringArray,
    /// `_leaf`, `_blob`, `_record`.
    cite: [Int64Array; 3],
}

fn refused(what: String) -> QueryError {
    QueryError::Rows { what }
}

fn column(batch: &RecordBatch, name: &str, kind: Kind) -> Result<ArrayRef, QueryError> {
    let found = batch
        .column_by_name(name)
        .ok_or_else(|| refused(format!("column `{name}` is missing")))?;
    let wanted = arrow_value::data_type(kind);
    let fits = arrow_value::kind(found.data_type()) == Some(kind) || found.data_type().is_null();
    if !fits {
        let what = format!(
            "column `{name}` is {} where {wanted} is wanted",
            found.data_type()
        );
        return Err(refused(what));
    }
    cast(found, &wanted).map_err(|e| refused(format!("column `{name}`: {e}")))
}

impl TestColumns {
    /// Finds the columns of a test with these attribute letters.
    pub(crate) fn of(batch: &RecordBatch, letters: &[String]) -> Result<Self, QueryError> {
        let text = |name| Ok(column(batch, name, Kind::Text)?.as_string::<i32>().clone());
        let time = |name| {
            let found = column(batch, name, Kind::Time)?;
            Ok(found.as_primitive::<TimestampMicrosecondType>().clone())
        };
        let int = |name| {
            Ok(column(batch, name, Kind::Int)?
                .as_primitive::<Int64Type>()
                .clone())
        };
        let attribute = |letter: &String| {
            let found = column(batch, &format!("a_{letter}"), Kind::Bool)?;
            Ok(found.as_boolean().clone())
        };
        Ok(Self {
            item: text("_item")?,
            attributes: letters.iter().map(attribute).collect::<Result<_, _>>()?,
            na: text("_na")?,
            pending: text("_pending")?,
            times: [time("_from")?, time("_until")?, time("_trigger")?],
            reasons: reasons(batch)?,
            cite: [int("_leaf")?, int("_blob")?, int("_record")?],
        })
    }

    /// Tallies every row.
    pub(crate) fn push_all(&self, tally: &mut RowTally) -> Result<(), QueryError> {
        let mut attributes = Vec::with_capacity(self.attributes.len());
        let [from, until, trigger] = &self.times;
        for row in 0..self.item.len() {
            attributes.clear();
            attributes.extend(
                self.attributes
                    .iter()
                    .map(|a| a.is_valid(row).then(|| a.value(row))),
            );
            let time = |of: &TimestampMicrosecondArray| of.is_valid(row).then(|| of.value(row));
            let row = TestRow {
                item: text(&self.item, row).unwrap_or_default(),
                attributes: &attributes,
                na: text(&self.na, row),
                pending: text(&self.pending, row),
                from_us: time(from),
                until_us: time(until),
                trigger_us: time(trigger),
                reasons: text(&self.reasons, row).unwrap_or_default(),
                cite: self.cite_of(row)?,
            };
            tally.push(&row).map_err(|e| refused(e.to_string()))?;
        }
        Ok(())
    }

    /// INV-R1: a row without a citation is refused.
    fn cite_of(&self, row: usize) -> Result<[u64; 3], QueryError> {
        let mut cite = [0; 3];
        for (to, from) in cite.iter_mut().zip(&self.cite) {
            let number = from.is_valid(row).then(|| from.value(row));
            *to = number.and_then(|n| u64::try_from(n).ok()).ok_or_else(|| {
                let item = text(&self.item, row).unwrap_or_default();
                refused(format!(
                    "item `{item}` has no citation; keep `_leaf`, `_blob` and `_record` of its row"
                ))
            })?;
        }
        Ok(cite)
    }
}

/// Codes separated by blanks, or a list of codes.
fn reasons(batch: &RecordBatch) -> Result<StringArray, QueryError> {
    let name = "_reasons";
    let found = batch.column_by_name(name);
    let listed = found.is_some_and(|c| arrow_value::kind(c.data_type()) == Some(Kind::Set));
    if !listed {
        return Ok(column(batch, name, Kind::Text)?.as_string::<i32>().clone());
    }
    let lists = column(batch, name, Kind::Set)?;
    let joined = |row| match arrow_value::value(&lists, Kind::Set, row) {
        Value::Set(codes) => Some(codes.join(" ")),
        _ => None,
    };
    Ok((0..lists.len()).map(joined).collect())
}

fn text(of: &StringArray, row: usize) -> Option<&str> {
    of.is_valid(row).then(|| of.value(row))
}
