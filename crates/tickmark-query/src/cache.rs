//! Small tables, read once by a worker that answers many questions about the same files.
//!
//! The files are immutable, so what was read stays true. Nothing of it decides a result: a cold worker reads the same rows.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use datafusion::datasource::MemTable;
use tickmark_core::judge::job::Table;

/// Bytes of rows kept; the oldest table goes first.
const KEPT_BYTES: usize = 512 << 20;

/// Tables by what they were asked for.
#[derive(Debug, Default)]
pub(crate) struct TableCache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    tables: HashMap<String, (Arc<MemTable>, usize)>,
    order: VecDeque<String>,
    bytes: usize,
}

impl TableCache {
    /// The whole definition of a table: two that differ in a file or a column differ here.
    pub(crate) fn key(table: &Table) -> Option<String> {
        serde_json::to_string(table).ok()
    }

    /// A table that was kept.
    pub(crate) fn get(&self, key: &str) -> Option<Arc<MemTable>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.tables.get(key).map(|(table, _)| Arc::clone(table))
    }

    /// Keeps a table of so many bytes.
    pub(crate) fn put(&self, key: String, table: Arc<MemTable>, bytes: usize) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes > KEPT_BYTES || kept.tables.contains_key(&key) {
            return;
        }
        while kept.bytes + bytes > KEPT_BYTES {
            let Some(oldest) = kept.order.pop_front() else {
                break;
            };
            if let Some((_, freed)) = kept.tables.remove(&oldest) {
                kept.bytes -= freed;
            }
        }
        kept.bytes += bytes;
        kept.order.push_back(key.clone());
        kept.tables.insert(key, (table, bytes));
    }
}
