//! Which entry carries an idempotency key. Unique in the log.
//!
//! Random keys in one large index would write one page an entry, several times the entry's own bytes. So the keys of the
//! last entries are held in memory, read from the tiles, and go into the index sorted and many at once: each page of
//! the index is written once for a few hundred keys. The index holds the first eight bytes of a key; the entry itself
//! says whether it is the same key.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};
use tickmark_log::leaf::LeafView;

use super::TILE;

/// Keys that go into the index at once, at least.
const FEWEST: u64 = 16_384;

/// The first eight bytes of a key.
pub(crate) fn mark(key: &[u8; 32]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *key;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// SQLite's integers are signed; order does not matter to a mark.
fn signed(mark: u64) -> i64 {
    i64::from_be_bytes(mark.to_be_bytes())
}

/// The keys of entries `keyed..size`, which are not in the index yet.
#[derive(Default)]
pub(crate) struct Recent {
    keyed: u64,
    size: u64,
    marks: BTreeSet<(u64, u64)>,
}

impl Recent {
    /// Reads what was committed since the last look, by whomever. Call inside a transaction.
    pub(crate) fn catch_up(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        let (size, keyed): (u64, u64) = conn
            .prepare_cached("SELECT size, keyed FROM head WHERE one = 1")?
            .query_row([], |r| Ok((r.get(0)?, r.get(1)?)))?;
        if keyed > self.keyed {
            self.marks.retain(|(_, index)| *index >= keyed);
            self.keyed = keyed;
        }
        let from = self.size.max(keyed);
        let mut select =
            conn.prepare_cached("SELECT idx, marks FROM tile WHERE idx >= ?1 ORDER BY idx")?;
        let mut rows = select.query([from / TILE])?;
        while let Some(row) = rows.next()? {
            let first = row.get::<_, u64>(0)? * TILE;
            let (marks, _) = row.get_ref(1)?.as_blob()?.as_chunks::<8>();
            let fresh = (first..).zip(marks).filter(|(index, _)| *index >= from);
            self.marks
                .extend(fresh.map(|(index, mark)| (u64::from_be_bytes(*mark), index)));
        }
        self.size = size;
        Ok(())
    }

    /// The committed entry with this key.
    pub(crate) fn find(&self, conn: &Connection, key: &[u8; 32]) -> rusqlite::Result<Option<u64>> {
        let mark = mark(key);
        for (_, index) in self.marks.range((mark, 0)..=(mark, u64::MAX)) {
            if carries(conn, *index, key)? {
                return Ok(Some(*index));
            }
        }
        let mut select = conn.prepare_cached("SELECT idx FROM entry_key WHERE mark = ?1")?;
        let mut rows = select.query([signed(mark)])?;
        while let Some(row) = rows.next()? {
            let index = row.get(0)?;
            if carries(conn, index, key)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Puts the keys of all entries below `size` into the index if there are many; gives the number of indexed entries.
    /// `fresh` are those of this transaction.
    pub(crate) fn settle(
        &self,
        conn: &Connection,
        size: u64,
        fresh: &BTreeSet<(u64, u64)>,
    ) -> rusqlite::Result<u64> {
        if size - self.keyed < FEWEST.max(self.keyed / 16) {
            return Ok(self.keyed);
        }
        let mut insert = conn.prepare_cached("INSERT INTO entry_key VALUES (?1, ?2)")?;
        let mut sorted: Vec<(i64, u64)> = self
            .marks
            .iter()
            .chain(fresh)
            .map(|(mark, index)| (signed(*mark), *index))
            .collect();
        sorted.sort_unstable();
        for (mark, index) in sorted {
            insert.execute(params![mark, index])?;
        }
        Ok(size)
    }

    /// Notes what a transaction has committed.
    pub(crate) fn committed(&mut self, keyed: u64, size: u64, fresh: BTreeSet<(u64, u64)>) {
        self.size = size;
        if keyed > self.keyed {
            self.keyed = keyed;
            self.marks.clear();
        } else {
            self.marks.extend(fresh);
        }
    }
}

fn carries(conn: &Connection, index: u64, key: &[u8; 32]) -> rusqlite::Result<bool> {
    let read = |row: &rusqlite::Row<'_>| {
        let bytes = row.get_ref(0)?.as_blob()?;
        Ok(LeafView::read(bytes, index).is_ok_and(|leaf| leaf.key == key))
    };
    let found = conn
        .prepare_cached("SELECT bytes FROM leaf WHERE idx = ?1")?
        .query_row([index], read)
        .optional()?;
    Ok(found.unwrap_or(false))
}
