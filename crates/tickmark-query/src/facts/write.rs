//! Writing files.

use std::{fs, path::Path, sync::Arc};

use arrow::{
    array::{ArrayRef, Int64Array, Int64Builder, RecordBatch},
    datatypes::SchemaRef,
    error::ArrowError,
};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::{metadata::KeyValue, properties::WriterProperties},
};
use tickmark_core::{
    facts::{
        row::Row,
        schema::{Schema, Shape},
    },
    judge::{
        job::{EVENT_COLUMNS, JobColumn, Kind, Value},
        populations::QueryError,
        spec::kind_of,
    },
};

use super::{
    GROUP_ROWS, UNIQUE_KEY,
    arrange::{Arranged, Layout, arrange, layout},
    columns_of, file_schema, unfinished, value_of,
};
use crate::{
    arrow_value::{self, Builder},
    error::file as file_error,
};

/// Fewer rows than this do not make a row group of a month.
const MONTH_ROWS: usize = 8 * 1024;

/// Writes the rows that one collection gives one population, under the final name or not at all.
///
/// Of several rows of one key the last stands. The file appears whole; writing it again gives the same bytes.
///
/// # Errors
/// The file cannot be written, or a cell is not of its column's type.
pub fn write(path: &Path, schema: &Schema, rows: &[Row]) -> Result<(), QueryError> {
    let columns = columns_of(schema);
    let batch = batch(&columns, rows).map_err(|e| file_error(path, e))?;
    put(path, &columns, &layout_of(schema), &batch)
}

/// As [`write()`], for columns of values as SQL sees them: everything is known, and row n is record n of blob 0 of the leaf.
///
/// # Errors
/// As [`write()`]; columns of different lengths.
pub fn write_columns(
    path: &Path,
    schema: &Schema,
    leaf: u64,
    values: &[Vec<Value>],
) -> Result<(), QueryError> {
    let columns = columns_of(schema);
    let rows = values.first().map_or(0, Vec::len);
    let system = |offset: usize| -> ArrayRef {
        let number = |row: usize| match offset {
            1 => leaf.cast_signed(),
            3 => i64::try_from(row).unwrap_or(i64::MAX),
            _ => 0,
        };
        Arc::new(Int64Array::from_iter_values((0..rows).map(number)))
    };
    let made = || {
        let own = columns.iter().zip(values);
        let mut arrays = own
            .map(|(c, v)| arrow_value::column(c.kind, v.iter()))
            .collect::<Result<Vec<_>, _>>()?;
        arrays.extend((0..4).map(system));
        arrays.push(arrow::compute::cast(
            &system(4),
            &arrow_value::data_type(Kind::Time),
        )?);
        RecordBatch::try_new(file_schema(&columns), arrays)
    };
    let batch = made().map_err(|e: ArrowError| file_error(path, e))?;
    put(path, &columns, &layout_of(schema), &batch)
}

/// Rows below which a file is written plain.
const SMALL_ROWS: usize = 2_000;

/// What decides about the rows of a population.
pub(super) fn layout_of(schema: &Schema) -> Layout {
    let key: Vec<usize> = schema.key_indexes().collect();
    let trigger = schema
        .trigger
        .as_ref()
        .and_then(|t| schema.column(t.as_str()));
    let trigger = trigger.map(|(index, column)| (index, kind_of(column.ty)));
    layout(
        schema.columns.len(),
        &key,
        trigger,
        schema.shape == Shape::State,
    )
}

/// Arranges and writes.
pub(super) fn put(
    path: &Path,
    columns: &[JobColumn],
    layout: &Layout,
    batch: &RecordBatch,
) -> Result<(), QueryError> {
    let arranged = arrange(batch, layout).map_err(|e| file_error(path, e))?;
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|e| file_error(folder, e))?;
    let part = unfinished(path);
    let written = save(&part, columns, layout, &arranged)
        .and_then(|()| fs::rename(&part, path).map_err(|e| file_error(path, e)));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

fn save(
    part: &Path,
    columns: &[JobColumn],
    layout: &Layout,
    arranged: &Arranged,
) -> Result<(), QueryError> {
    let wrong = |e: parquet::errors::ParquetError| file_error(part, e);
    let file = fs::File::create(part).map_err(|e| file_error(part, e))?;
    let names: Vec<&str> = layout
        .unique
        .iter()
        .filter_map(|i| columns.get(*i).map(|c| c.name.as_str()))
        .collect();
    // A file of a day's pull is merged soon: setting up a compressor for each column costs more than its rows.
    let small = arranged.batch.num_rows() < SMALL_ROWS;
    let compression = if small {
        Compression::UNCOMPRESSED
    } else {
        Compression::ZSTD(ZstdLevel::default())
    };
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_dictionary_enabled(!small)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_created_by("tickmark".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            UNIQUE_KEY.to_owned(),
            names.join(","),
        )]))
        .build();
    let mut writer =
        ArrowWriter::try_new(file, arranged.batch.schema(), Some(properties)).map_err(wrong)?;
    let ends = arranged
        .months
        .iter()
        .skip(1)
        .copied()
        .chain([arranged.batch.num_rows()]);
    let mut start = 0;
    for end in ends {
        writer
            .write(&arranged.batch.slice(start, end - start))
            .map_err(wrong)?;
        if writer.in_progress_rows() >= MONTH_ROWS {
            writer.flush().map_err(wrong)?;
        }
        start = end;
    }
    writer.close().map_err(wrong)?;
    Ok(())
}

/// Rows as columns.
pub(super) fn batch(columns: &[JobColumn], rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len() + EVENT_COLUMNS.len());
    for (index, column) in columns.iter().enumerate() {
        let mut builder = Builder::new(column.kind);
        for row in rows {
            builder.push(&row.cells.get(index).map_or(Value::Null, value_of))?;
        }
        arrays.push(builder.finish());
    }
    let numbers = |of: fn(&Row) -> i64| -> ArrayRef {
        let mut builder = Int64Builder::with_capacity(rows.len());
        rows.iter().for_each(|row| builder.append_value(of(row)));
        Arc::new(builder.finish())
    };
    arrays.push(numbers(|r| r.unknown.cast_signed()));
    arrays.push(numbers(|r| r.cite.leaf.cast_signed()));
    arrays.push(numbers(|r| i64::from(r.cite.blob)));
    arrays.push(numbers(|r| i64::from(r.cite.record)));
    let observed = numbers(|r| r.observed_at.micros());
    arrays.push(arrow::compute::cast(
        &observed,
        &arrow_value::data_type(Kind::Time),
    )?);
    let schema: SchemaRef = file_schema(columns);
    RecordBatch::try_new(schema, arrays)
}
