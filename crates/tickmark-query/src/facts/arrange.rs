//! The order of the rows of a file, and which of them stand.
//!
//! Rows are laid out by month of the trigger, then key, then time, so that the statistics of a row group bound its time
//! and rows of one subject lie together (decision D40).

use std::collections::HashMap;

use arrow::{
    array::{Array as _, ArrayRef, AsArray as _, RecordBatch, UInt32Array},
    compute::take_record_batch,
    datatypes::{Date32Type, Int64Type, TimestampMicrosecondType},
    error::ArrowError,
    row::{RowConverter, Rows, SortField},
};
use tickmark_core::judge::job::{EVENT_COLUMNS, Kind};

/// What decides about rows: indexes of columns.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Columns no two rows of the file may share; empty if rows have no key.
    pub unique: Vec<usize>,
    /// Columns to sort by within a month.
    pub sort: Vec<usize>,
    /// The time column of events.
    pub trigger: Option<(usize, Kind)>,
    /// Index of the first system column.
    pub system: usize,
}

/// A batch in its final order, with the first row of each month.
pub(super) struct Arranged {
    pub batch: RecordBatch,
    pub months: Vec<usize>,
}

/// Of several rows of one key the last (`_leaf`, `_blob`, `_record`) stands; then the rows are sorted.
pub(super) fn arrange(batch: &RecordBatch, layout: &Layout) -> Result<Arranged, ArrowError> {
    let standing = standing(batch, layout)?;
    let keys = rows_of(batch, &layout.sort)?;
    let times: Option<Vec<i64>> = layout
        .trigger
        .and_then(|(index, kind)| batch.columns().get(index).map(|c| micros(c, kind)));
    let time = |row: u32| -> i64 {
        let times = times.as_ref();
        times
            .and_then(|t| t.get(row as usize))
            .copied()
            .unwrap_or(i64::MIN)
    };
    let mut order: Vec<(i64, u32)> = standing.into_iter().map(|r| (month(time(r)), r)).collect();
    order.sort_by(|(m, a), (n, b)| {
        let of_key = || match &keys {
            Some(keys) => keys.row(*a as usize).cmp(&keys.row(*b as usize)),
            None => std::cmp::Ordering::Equal,
        };
        m.cmp(n)
            .then_with(of_key)
            .then_with(|| time(*a).cmp(&time(*b)))
            .then_with(|| a.cmp(b))
    });
    let mut months = Vec::new();
    let mut last = None;
    for (index, (month, _)) in order.iter().enumerate() {
        if last != Some(*month) {
            months.push(index);
            last = Some(*month);
        }
    }
    let indices = UInt32Array::from_iter_values(order.into_iter().map(|(_, r)| r));
    let batch = take_record_batch(batch, &indices)?;
    Ok(Arranged { batch, months })
}

fn standing(batch: &RecordBatch, layout: &Layout) -> Result<Vec<u32>, ArrowError> {
    let count = u32::try_from(batch.num_rows()).map_err(|_| {
        ArrowError::InvalidArgumentError("more than 4 billion rows in one file".to_owned())
    })?;
    let Some(keys) = rows_of(batch, &layout.unique)? else {
        return Ok((0..count).collect());
    };
    let cite = cites(batch, layout.system);
    let mut last: HashMap<&[u8], u32> = HashMap::with_capacity(batch.num_rows());
    let bytes: Vec<_> = keys.iter().collect();
    for (row, key) in (0..count).zip(&bytes) {
        last.entry(key.as_ref())
            .and_modify(|kept| {
                if cite.get(row as usize) > cite.get(*kept as usize) {
                    *kept = row;
                }
            })
            .or_insert(row);
    }
    Ok(last.into_values().collect())
}

/// `[_leaf, _blob, _record]` of each row; `_unknown` comes before them.
fn cites(batch: &RecordBatch, system: usize) -> Vec<[i64; 3]> {
    let number = |offset: usize, row: usize| {
        let column = batch.columns().get(system + offset);
        column.map_or(0, |c| c.as_primitive::<Int64Type>().value(row))
    };
    (0..batch.num_rows())
        .map(|row| [number(1, row), number(2, row), number(3, row)])
        .collect()
}

fn rows_of(batch: &RecordBatch, columns: &[usize]) -> Result<Option<Rows>, ArrowError> {
    let arrays: Vec<ArrayRef> = columns
        .iter()
        .filter_map(|i| batch.columns().get(*i).cloned())
        .collect();
    if arrays.is_empty() {
        return Ok(None);
    }
    let fields = arrays
        .iter()
        .map(|a| SortField::new(a.data_type().clone()))
        .collect();
    RowConverter::new(fields)?
        .convert_columns(&arrays)
        .map(Some)
}

const DAY_US: i64 = 86_400_000_000;

fn micros(column: &ArrayRef, kind: Kind) -> Vec<i64> {
    let at = |row: usize| match kind {
        _ if column.is_null(row) => i64::MIN,
        Kind::Date => i64::from(column.as_primitive::<Date32Type>().value(row)) * DAY_US,
        _ => column.as_primitive::<TimestampMicrosecondType>().value(row),
    };
    (0..column.len()).map(at).collect()
}

/// Months since year 0 of the proleptic Gregorian calendar, UTC (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn month(micros: i64) -> i64 {
    let z = micros.div_euclid(DAY_US) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let shifted = (5 * doy + 2) / 153;
    let (month, carry) = if shifted < 10 {
        (shifted + 3, 0)
    } else {
        (shifted - 9, 1)
    };
    (yoe + era * 400 + carry) * 12 + month - 1
}

/// The columns by which [`arrange`] works on events, or on snapshots, where each leaf is a file of its own.
pub(super) fn layout(
    columns: usize,
    key: &[usize],
    trigger: Option<(usize, Kind)>,
    snapshots: bool,
) -> Layout {
    let leaf = EVENT_COLUMNS
        .iter()
        .position(|(n, _)| *n == "_leaf")
        .unwrap_or(1);
    let mut unique = key.to_vec();
    let mut sort = key.to_vec();
    if snapshots {
        if !unique.is_empty() {
            unique.push(columns + leaf);
        }
        sort.push(columns + leaf);
    }
    Layout {
        unique,
        sort,
        trigger,
        system: columns,
    }
}

#[cfg(test)]
mod tests {
    use tickmark_core::model::time::{Time, Zone};

    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        for day in (-400_000..400_000).step_by(13) {
            let us = day * DAY_US + 12_345;
            let local = Zone::utc().day_of(Time::from_micros(us));
            assert_eq!(
                month(us),
                i64::from(local.year()) * 12 + i64::from(local.month()) - 1,
                "{local}"
            );
        }
    }
}
