//! Reading files back.

use std::{fs, path::Path};

use arrow::{array::RecordBatch, error::ArrowError};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tickmark_core::{
    facts::row::Row,
    judge::{
        job::{JobColumn, Value},
        populations::QueryError,
    },
    model::{citation::Citation, time::Time},
};

use super::{UNIQUE_KEY, cell_of};
use crate::{arrow_value, error::file as file_error};

fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<fs::File>, QueryError> {
    let file = fs::File::open(path).map_err(|e| file_error(path, e))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| file_error(path, e))
}

/// Whether the file is there and was written to its end; otherwise it is to be written again.
#[must_use]
pub fn usable(path: &Path) -> bool {
    open(path).is_ok()
}

/// The columns no two rows of the file share, as the writer noted them; empty if there are none.
pub(crate) fn unique_key(path: &Path) -> Result<Vec<String>, QueryError> {
    let builder = open(path)?;
    let noted = builder
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .and_then(|all| all.iter().find(|kv| kv.key == UNIQUE_KEY))
        .and_then(|kv| kv.value.clone())
        .unwrap_or_default();
    let names = noted.split(',').filter(|n| !n.is_empty());
    Ok(names.map(str::to_owned).collect())
}

/// The batches of a file.
pub(super) fn batches(path: &Path) -> Result<Vec<RecordBatch>, QueryError> {
    let reader = open(path)?.build().map_err(|e| file_error(path, e))?;
    reader
        .collect::<Result<_, _>>()
        .map_err(|e| file_error(path, e))
}

/// The rows of a file.
///
/// # Errors
/// The file cannot be read or has other columns.
pub fn read(path: &Path, columns: &[JobColumn]) -> Result<Vec<Row>, QueryError> {
    let mut rows = Vec::new();
    for batch in batches(path)? {
        let names = batch.schema();
        let same = columns
            .iter()
            .zip(names.fields())
            .all(|(c, f)| c.name == *f.name());
        if !same
            || names.fields().len()
                != columns.len() + tickmark_core::judge::job::EVENT_COLUMNS.len()
        {
            return Err(file_error(
                path,
                "it has other columns; delete the folder of the facts",
            ));
        }
        rows_of(&batch, columns, &mut rows).map_err(|e| file_error(path, e))?;
    }
    Ok(rows)
}

fn rows_of(
    batch: &RecordBatch,
    columns: &[JobColumn],
    rows: &mut Vec<Row>,
) -> Result<(), ArrowError> {
    let mut arrays = Vec::with_capacity(batch.num_columns());
    for array in batch.columns() {
        arrays.push(arrow_value::normal(array)?);
    }
    let number = |row: usize, offset: usize| -> u64 {
        let cell = arrays.get(columns.len() + offset);
        match cell.map(|(a, k)| arrow_value::value(a, *k, row)) {
            Some(Value::Int(n) | Value::Time(n)) => n.cast_unsigned(),
            _ => 0,
        }
    };
    for row in 0..batch.num_rows() {
        let cells = arrays.iter().zip(columns);
        let cells = cells.map(|((a, _), c)| cell_of(arrow_value::value(a, c.kind, row)));
        let ordinal = |offset| u32::try_from(number(row, offset)).unwrap_or(u32::MAX);
        rows.push(Row {
            cells: cells.collect(),
            unknown: number(row, 0),
            cite: Citation {
                leaf: number(row, 1),
                blob: ordinal(2),
                record: ordinal(3),
            },
            observed_at: Time::from_micros(number(row, 4).cast_signed()),
        });
    }
    Ok(())
}
