//! Which entry carries an idempotency key. Unique in the log.
//!
//! Random keys in one large index would write one page an entry, several times the entry's own bytes. So the keys of the
//! last entries are held in memory, read from the tiles, and go into the index sorted and many at once: each page of
//! the index is written once for a few hundred keys. The index holds the first eight bytes of a key; the entry itself
//! says whether it is the same key.

use rusqlite::{Connection, OptionalExtension, params_from_iter};
use tickmark_log::leaf::LeafView;

use super::{
    TILE,
    marks::{Filter, Marks, mark},
};

/// Keys that go into the index at once, at least.
const FEWEST: u64 = 16_384;
/// Questions to the index after which a filter in front of it pays for reading it once.
const PATIENCE: u32 = 512;

const INSERT: &str = "INSERT INTO entry_key VALUES (?, ?)";
/// Rows of one statement: the work around a row is a third of the cost.
const ROWS: usize = 64;

/// SQLite's integers are signed; order does not matter to a mark.
fn signed(mark: u64) -> i64 {
    i64::from_be_bytes(mark.to_be_bytes())
}

/// The keys of entries `keyed..size`, which are not in the index yet, and what is known of those that are.
#[derive(Default)]
pub(crate) struct Recent {
    keyed: u64,
    size: u64,
    marks: Marks,
    asked: u32,
    filter: Option<Filter>,
}

impl Recent {
    /// Reads what was committed since the last look, by whomever. Call inside a transaction.
    pub(crate) fn catch_up(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        let (size, keyed): (u64, u64) = conn
            .prepare_cached("SELECT size, keyed FROM head WHERE one = 1")?
            .query_row([], |r| Ok((r.get(0)?, r.get(1)?)))?;
        if keyed > self.keyed {
            self.marks.forget_below(keyed);
            self.keyed = keyed;
            self.filter = None;
        }
        let from = self.size.max(keyed);
        if size > from {
            self.read_tiles(conn, from)?;
        }
        self.size = size;
        Ok(())
    }

    fn read_tiles(&mut self, conn: &Connection, from: u64) -> rusqlite::Result<()> {
        let mut select =
            conn.prepare_cached("SELECT idx, marks FROM tile WHERE idx >= ?1 ORDER BY idx")?;
        let mut rows = select.query([from / TILE])?;
        while let Some(row) = rows.next()? {
            let first = row.get::<_, u64>(0)? * TILE;
            let (marks, _) = row.get_ref(1)?.as_blob()?.as_chunks::<8>();
            for (index, mark) in (first..).zip(marks).filter(|(index, _)| *index >= from) {
                self.marks.add(u64::from_be_bytes(*mark), index);
            }
        }
        Ok(())
    }

    /// The entry with this key; `at` gives the keys of entries that this transaction has added.
    pub(crate) fn find(
        &mut self,
        conn: &Connection,
        key: &[u8; 32],
        at: impl Fn(u64) -> Option<[u8; 32]>,
    ) -> rusqlite::Result<Option<u64>> {
        let mark = mark(key);
        for index in self.marks.of(mark) {
            let same = match at(index) {
                Some(other) => other == *key,
                None => carries(conn, index, key)?,
            };
            if same {
                return Ok(Some(index));
            }
        }
        if self.keyed == 0 || !self.may_be_indexed(conn, mark)? {
            return Ok(None);
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

    /// False only if the index does not have the mark.
    fn may_be_indexed(&mut self, conn: &Connection, mark: u64) -> rusqlite::Result<bool> {
        if self.filter.is_none() && self.asked >= PATIENCE {
            let mut filter = Filter::for_marks(self.keyed);
            let mut select = conn.prepare_cached("SELECT mark FROM entry_key")?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                filter.add(u64::from_be_bytes(row.get::<_, i64>(0)?.to_be_bytes()));
            }
            self.filter = Some(filter);
        }
        self.asked = self.asked.saturating_add(1);
        Ok(self.filter.as_ref().is_none_or(|f| f.may_have(mark)))
    }

    /// Notes an entry of this transaction.
    pub(crate) fn add(&mut self, key: &[u8; 32], index: u64) {
        self.marks.add(mark(key), index);
    }

    /// Puts the keys of all entries below `size` into the index if there are many; gives the number of indexed entries.
    pub(crate) fn settle(&mut self, conn: &Connection, size: u64) -> rusqlite::Result<u64> {
        self.size = size;
        if size - self.keyed < FEWEST.max(self.keyed / 16) {
            return Ok(self.keyed);
        }
        let all = self.marks.take();
        let mut sorted: Vec<_> = all
            .into_iter()
            .map(|(m, i)| (signed(m), i.cast_signed(), m))
            .collect();
        sorted.sort_unstable();
        self.filter = self.filter.take().filter(|f| f.has_room_for(size));
        for (_, _, mark) in &sorted {
            self.filter.iter_mut().for_each(|f| f.add(*mark));
        }
        let (many, rest) = sorted.as_chunks::<ROWS>();
        let mut insert =
            conn.prepare_cached(&format!("{INSERT}{}", ", (?, ?)".repeat(ROWS - 1)))?;
        for rows in many {
            insert.execute(params_from_iter(rows.iter().flat_map(|r| [r.0, r.1])))?;
        }
        let mut insert = conn.prepare_cached(INSERT)?;
        for (order, index, _) in rest {
            insert.execute([order, index])?;
        }
        self.keyed = size;
        Ok(size)
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
