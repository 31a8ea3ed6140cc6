//! The job's tables as the session sees them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::array::{ArrayRef, RecordBatch};
use datafusion::{
    catalog::TableProvider,
    common::TableReference,
    datasource::{
        MemTable,
        file_format::parquet::ParquetFormat,
        listing::{ListingOptions, ListingTable, ListingTableConfig},
    },
    prelude::SessionContext,
};
use tickmark_core::{
    facts::{
        intervals::{self, Snapshot},
        row::Row,
    },
    judge::{
        job::{EVENT_COLUMNS, Kind, Rows, STATE_COLUMNS, StoredFile, Table, TableShape, Value},
        literal::identifier,
        populations::QueryError,
    },
    model::time::Time,
};

use crate::{
    arrow_value,
    cache::TableCache,
    error::{file as file_error, sql as sql_error},
    facts,
    files::OnlyFacts,
};

/// Files of a population up to this size together are read whole and kept; larger ones are read as they are needed.
const SMALL_BYTES: u64 = 16 << 20;

/// Registers every table of a job.
pub(crate) async fn register(
    session: &SessionContext,
    tables: &[Table],
    facts: &OnlyFacts,
    cache: &TableCache,
) -> Result<(), QueryError> {
    for table in tables {
        let provider: Arc<dyn TableProvider> = match &table.rows {
            Rows::Inline(rows) => memory(table, rows)?,
            Rows::Files(files) if files.is_empty() => memory(table, &[])?,
            Rows::Files(files) => stored(session, table, files, facts, cache).await?,
        };
        put(session, &table.name, provider)?;
    }
    Ok(())
}

fn put(
    session: &SessionContext,
    name: &str,
    provider: Arc<dyn TableProvider>,
) -> Result<(), QueryError> {
    session
        .register_table(TableReference::bare(name), provider)
        .map_err(sql_error)?;
    Ok(())
}

async fn stored(
    session: &SessionContext,
    table: &Table,
    files: &[StoredFile],
    facts: &OnlyFacts,
    cache: &TableCache,
) -> Result<Arc<dyn TableProvider>, QueryError> {
    let key = TableCache::key(table);
    if let Some(kept) = key.as_deref().and_then(|k| cache.get(k)) {
        return Ok(kept);
    }
    let memory = if table.shape == TableShape::State {
        states(table, files)?
    } else {
        let paths = paths(files);
        let standing = events(session, table, &paths, facts).await?;
        let mut bytes = 0;
        for path in &paths {
            bytes += std::fs::metadata(path)
                .map_err(|e| file_error(path, e))?
                .len();
        }
        if bytes > SMALL_BYTES {
            return Ok(standing);
        }
        let frame = session.read_table(standing).map_err(sql_error)?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let batches = frame.collect().await.map_err(sql_error)?;
        let one =
            arrow::compute::concat_batches(&schema, &batches).map_err(|e| sql_error(e.into()))?;
        in_memory(one)?
    };
    if let Some(key) = key {
        let bytes = memory.1;
        cache.put(key, Arc::clone(&memory.0), bytes);
    }
    Ok(memory.0)
}

/// Each path once, in order.
fn paths(files: &[StoredFile]) -> Vec<PathBuf> {
    let mut seen = BTreeSet::new();
    let paths = files.iter().map(|f| PathBuf::from(&f.path));
    paths.filter(|p| seen.insert(p.clone())).collect()
}

fn columns(table: &Table) -> Vec<(String, Kind)> {
    let own = table.columns.iter().map(|c| (c.name.clone(), c.kind));
    let named = |(name, kind): &(&str, Kind)| ((*name).to_owned(), *kind);
    let event = EVENT_COLUMNS.iter().map(named);
    match table.shape {
        TableShape::Fixed => own.collect(),
        TableShape::Event => own.chain(event).collect(),
        TableShape::State => own
            .chain(event)
            .chain(STATE_COLUMNS.iter().map(named))
            .collect(),
    }
}

fn memory(table: &Table, rows: &[Vec<Value>]) -> Result<Arc<dyn TableProvider>, QueryError> {
    let columns = columns(table);
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for (index, (name, kind)) in columns.iter().enumerate() {
        let values = rows
            .iter()
            .map(|row| row.get(index).unwrap_or(&Value::Null));
        let array = arrow_value::column(*kind, values).map_err(|e| QueryError::Rows {
            what: format!("table `{}`, column `{name}`: {e}", table.name),
        })?;
        arrays.push(array);
    }
    let schema = facts::plain_schema(columns.into_iter());
    let batch = RecordBatch::try_new(schema, arrays).map_err(|e| sql_error(e.into()))?;
    Ok(in_memory(batch)?.0)
}

/// A table in memory, and its bytes.
fn in_memory(batch: RecordBatch) -> Result<(Arc<MemTable>, usize), QueryError> {
    let bytes = batch.get_array_memory_size();
    let memory = MemTable::try_new(batch.schema(), vec![vec![batch]]).map_err(sql_error)?;
    Ok((Arc::new(memory), bytes))
}

/// Files of events, read as they are needed; of several observations of one key the last one stands.
async fn events(
    session: &SessionContext,
    table: &Table,
    paths: &[PathBuf],
    facts: &OnlyFacts,
) -> Result<Arc<dyn TableProvider>, QueryError> {
    let all: Vec<String> = columns(table)
        .iter()
        .map(|(name, _)| identifier(name))
        .collect();
    let key: Vec<String> = table
        .key
        .iter()
        .filter_map(|i| all.get(*i).cloned())
        .collect();
    let [first, rest @ ..] = paths else {
        return memory(table, &[]);
    };
    let oldest = listing(table, std::slice::from_ref(first), facts)?;
    let unique = facts::unique_key(first)?;
    let unique = unique.iter().map(|n| identifier(n)).eq(key.iter().cloned());
    if rest.is_empty() && (unique || key.is_empty()) {
        return Ok(oldest);
    }
    if key.is_empty() {
        return listing(table, paths, facts);
    }
    let named = |part: &str| format!("_{part}_{}", table.name);
    let sql = if unique {
        put(session, &named("oldest"), oldest)?;
        put(session, &named("newer"), listing(table, rest, facts)?)?;
        over(&all, &key, &named("oldest"), &named("newer"))
    } else {
        put(session, &named("every"), listing(table, paths, facts)?)?;
        last(&all, &key, &named("every"))
    };
    let frame = session.sql(&sql).await.map_err(sql_error)?;
    Ok(frame.into_view())
}

/// The last observation of each key.
fn last(all: &[String], key: &[String], from: &str) -> String {
    format!(
        "SELECT {} FROM (SELECT *, row_number() OVER (PARTITION BY {} ORDER BY _leaf DESC, _blob DESC, _record DESC) AS _nth \
         FROM {}) AS numbered WHERE _nth = 1",
        all.join(", "),
        key.join(", "),
        identifier(from)
    )
}

/// The rows of the oldest file, which has each key once, that no newer file replaces, and the newer ones. The oldest file
/// is the large one where there is a large one, and is read without being sorted.
fn over(all: &[String], key: &[String], oldest: &str, newer: &str) -> String {
    let same: Vec<String> = key.iter().map(|k| format!("n.{k} = o.{k}")).collect();
    let columns: Vec<String> = all.iter().map(|c| format!("o.{c}")).collect();
    format!(
        "SELECT {} FROM {} AS o WHERE NOT EXISTS (SELECT 1 FROM {} AS n WHERE {}) UNION ALL {}",
        columns.join(", "),
        identifier(oldest),
        identifier(newer),
        same.join(" AND "),
        last(all, key, newer)
    )
}

fn listing(
    table: &Table,
    paths: &[PathBuf],
    facts: &OnlyFacts,
) -> Result<Arc<dyn TableProvider>, QueryError> {
    let urls = paths
        .iter()
        .map(|p| facts.url(p))
        .collect::<Result<_, _>>()?;
    let options =
        ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(facts::file_schema(&table.columns));
    Ok(Arc::new(ListingTable::try_new(config).map_err(sql_error)?))
}

/// Snapshots folded to states, stream by stream.
fn states(table: &Table, files: &[StoredFile]) -> Result<(Arc<MemTable>, usize), QueryError> {
    let mut by_leaf: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
    for path in paths(files) {
        for row in facts::read(Path::new(&path), &table.columns)? {
            by_leaf.entry(row.cite.leaf).or_default().push(row);
        }
    }
    let mut streams: BTreeMap<&str, Vec<Snapshot>> = BTreeMap::new();
    for file in files {
        let snapshot = Snapshot {
            observed: file.observed_us.map(Time::from_micros).into(),
            complete: file.complete,
            rows: by_leaf.remove(&file.leaf).unwrap_or_default(),
        };
        streams.entry(&file.stream).or_default().push(snapshot);
    }
    let states = streams
        .into_values()
        .flat_map(|snapshots| intervals::fold(&table.key, snapshots));
    let rows: Vec<Vec<Value>> = states.map(|s| facts::state_values(&s)).collect();
    let columns = columns(table);
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for (index, (_, kind)) in columns.iter().enumerate() {
        let values = rows
            .iter()
            .map(|row| row.get(index).unwrap_or(&Value::Null));
        arrays.push(arrow_value::column(*kind, values).map_err(|e| sql_error(e.into()))?);
    }
    let schema = facts::plain_schema(columns.into_iter());
    in_memory(RecordBatch::try_new(schema, arrays).map_err(|e| sql_error(e.into()))?)
}
