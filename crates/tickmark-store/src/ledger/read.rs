//! Reading entries back.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, params};
use tickmark_log::digest::Digest;

use super::{Ledger, TILE, keys::Recent};
use crate::error::StoreError;

impl Ledger {
    /// The bytes of one entry; `None` = beyond the head.
    pub(crate) fn leaf(&self, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let row = || {
            self.conn
                .prepare_cached("SELECT bytes FROM leaf WHERE idx = ?1")?
                .query_row([index], |r| r.get(0))
                .optional()
        };
        row().map_err(|e| self.failed("cannot read an entry", &e))
    }

    /// Calls `each` for the entries of a range in order; stops at the head.
    pub(crate) fn leaves(
        &self,
        range: Range<u64>,
        each: &mut dyn FnMut(u64, &[u8]),
    ) -> Result<(), StoreError> {
        let failed = |e: rusqlite::Error| self.failed("cannot read entries", &e);
        let mut select = self
            .conn
            .prepare_cached("SELECT idx, bytes FROM leaf WHERE idx >= ?1 AND idx < ?2 ORDER BY idx")
            .map_err(failed)?;
        let mut rows = select
            .query(params![range.start, clamp(range.end)])
            .map_err(failed)?;
        let mut next = range.start;
        while let Some(row) = rows.next().map_err(failed)? {
            let index: u64 = row.get(0).map_err(failed)?;
            if index != next {
                return Err(self.torn(&format!("entry {next} is missing")));
            }
            next += 1;
            let bytes = row
                .get_ref(1)
                .and_then(|v| v.as_blob().map_err(Into::into))
                .map_err(failed)?;
            each(index, bytes);
        }
        Ok(())
    }

    /// The leaf hashes of a range, as far as the head reaches.
    pub(crate) fn leaf_hashes(&self, range: Range<u64>) -> Result<Vec<Digest>, StoreError> {
        let failed = |e: rusqlite::Error| self.failed("cannot read leaf hashes", &e);
        let mut select = self
            .conn
            .prepare_cached(
                "SELECT idx, hashes FROM tile WHERE idx >= ?1 AND idx < ?2 ORDER BY idx",
            )
            .map_err(failed)?;
        let first = range.start / TILE;
        let mut rows = select
            .query(params![first, clamp(range.end.div_ceil(TILE))])
            .map_err(failed)?;
        let mut hashes = Vec::new();
        let mut next = first;
        while let Some(row) = rows.next().map_err(failed)? {
            let index: u64 = row.get(0).map_err(failed)?;
            let bytes = row
                .get_ref(1)
                .and_then(|v| v.as_blob().map_err(Into::into))
                .map_err(failed)?;
            let (chunks, rest) = bytes.as_chunks::<32>();
            if index != next || !rest.is_empty() || !(hashes.len() as u64).is_multiple_of(TILE) {
                return Err(self.torn(&format!(
                    "the hashes of entries from {} are incomplete",
                    next * TILE
                )));
            }
            next += 1;
            hashes.extend(chunks.iter().map(|c| Digest(*c)));
        }
        let skip = usize::try_from(range.start - first * TILE).unwrap_or(usize::MAX);
        let take = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        Ok(hashes.into_iter().skip(skip).take(take).collect())
    }

    /// The index of the entry with this idempotency key.
    pub(crate) fn find_key(&mut self, key: &[u8; 32]) -> Result<Option<u64>, StoreError> {
        let look = |recent: &mut Recent, conn: &Connection| {
            let snapshot = conn.unchecked_transaction()?;
            recent.catch_up(&snapshot)?;
            let found = recent.find(&snapshot, key, |_| None)?;
            snapshot.finish()?;
            Ok(found)
        };
        look(&mut self.recent, &self.conn)
            .map_err(|e| self.failed("cannot look up an idempotency key", &e))
    }

    /// The entries whose key is not found under their own index.
    pub(crate) fn check_keys(&mut self, keys: &[(u64, [u8; 32])]) -> Result<Vec<u64>, StoreError> {
        let look = |recent: &mut Recent, conn: &Connection| {
            let snapshot = conn.unchecked_transaction()?;
            recent.catch_up(&snapshot)?;
            let mut wrong = Vec::new();
            for (index, key) in keys {
                if recent.find(&snapshot, key, |_| None)? != Some(*index) {
                    wrong.push(*index);
                }
            }
            snapshot.finish()?;
            Ok(wrong)
        };
        look(&mut self.recent, &self.conn)
            .map_err(|e| self.failed("cannot check idempotency keys", &e))
    }

    /// Keys in the index and entries whose keys should be there.
    pub(crate) fn key_count(&self) -> Result<(u64, u64), StoreError> {
        self.conn
            .query_row(
                "SELECT (SELECT count(*) FROM entry_key), keyed FROM head",
                [],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .map_err(|e| self.failed("cannot count idempotency keys", &e))
    }
}

/// SQLite's integers are signed.
fn clamp(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
