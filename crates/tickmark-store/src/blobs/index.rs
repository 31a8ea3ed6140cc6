//! Where each blob lies. *Not trusted* and may be lost: it is rebuilt by reading the packs.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use tickmark_log::{commitment::Commitment, digest::Digest};

use crate::{
    error::{ErrorKind, StoreError},
    sqlite::{self, Sync},
};

const SCHEMA: &str = "
CREATE TABLE pack (id INTEGER PRIMARY KEY, scanned INTEGER NOT NULL, sealed INTEGER NOT NULL) STRICT;
CREATE TABLE blob (commitment BLOB PRIMARY KEY, pack INTEGER NOT NULL, at INTEGER NOT NULL, span INTEGER NOT NULL,
  raw INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX blob_by_pack ON blob (pack, at);
";

/// What is known of one pack file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pack {
    pub(crate) id: u32,
    /// Bytes read so far; every whole record before it is in the index.
    pub(crate) scanned: u64,
    /// Nothing is appended any more: the pack is full or carries a torn record.
    pub(crate) sealed: bool,
}

/// Where one blob lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) commitment: Commitment,
    pub(crate) pack: u32,
    pub(crate) at: u64,
    /// Bytes of the record, header included.
    pub(crate) span: u64,
    /// Bytes of the blob.
    pub(crate) raw: u64,
}

/// What changed in the packs, to be written in one transaction.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// Packs as they stand now.
    pub(crate) packs: Vec<Pack>,
    /// Records found or written. One already known elsewhere stays where it is.
    pub(crate) found: Vec<Place>,
    /// Records that moved: these replace what was known.
    pub(crate) moved: Vec<Place>,
    /// Packs that are no more, with all that is still known to lie in them.
    pub(crate) gone: Vec<u32>,
}

pub(crate) struct Index {
    conn: Connection,
    path: PathBuf,
}

impl Index {
    /// Opens the index, or starts an empty one if there is none or it cannot be read.
    pub(crate) fn open(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join("index.db");
        match Index::at(path.clone()) {
            Err(e) if e.kind() == ErrorKind::Corrupt => {
                for ending in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(dir.join(format!("index.db{ending}")));
                }
                Index::at(path)
            }
            other => other,
        }
    }

    fn at(path: PathBuf) -> Result<Self, StoreError> {
        let mut conn = sqlite::open(&path, Sync::Normal, true)?;
        sqlite::initialize(&mut conn, &path, SCHEMA)?;
        Ok(Index { conn, path })
    }

    fn failed(&self, e: &rusqlite::Error) -> StoreError {
        StoreError::sql("cannot use the index of blobs", &self.path, e)
    }

    pub(crate) fn packs(&self) -> Result<Vec<Pack>, StoreError> {
        let rows = |c: &Connection| -> rusqlite::Result<Vec<_>> {
            c.prepare_cached("SELECT id, scanned, sealed FROM pack ORDER BY id")?
                .query_map([], |r| {
                    Ok(Pack {
                        id: r.get(0)?,
                        scanned: r.get(1)?,
                        sealed: r.get(2)?,
                    })
                })?
                .collect()
        };
        rows(&self.conn).map_err(|e| self.failed(&e))
    }

    pub(crate) fn find(&self, commitment: &Commitment) -> Result<Option<Place>, StoreError> {
        let row = |c: &Connection| {
            c.prepare_cached(
                "SELECT commitment, pack, at, span, raw FROM blob WHERE commitment = ?1",
            )?
            .query_row([&commitment.0.0], place)
            .optional()
        };
        row(&self.conn).map_err(|e| self.failed(&e))
    }

    /// Every record of a pack, in the order in which they lie there.
    pub(crate) fn of_pack(&self, pack: u32) -> Result<Vec<Place>, StoreError> {
        let rows = |c: &Connection| -> rusqlite::Result<Vec<_>> {
            c.prepare_cached(
                "SELECT commitment, pack, at, span, raw FROM blob WHERE pack = ?1 ORDER BY at",
            )?
            .query_map([pack], place)?
            .collect()
        };
        rows(&self.conn).map_err(|e| self.failed(&e))
    }

    /// Writes a change as one transaction.
    pub(crate) fn apply(&mut self, change: &Change) -> Result<(), StoreError> {
        let path = self.path.clone();
        let failed =
            |e: rusqlite::Error| StoreError::sql("cannot write the index of blobs", &path, &e);
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let put = |verb: &str, places: &[Place]| -> rusqlite::Result<()> {
            let mut insert = tx.prepare_cached(&format!(
                "INSERT OR {verb} INTO blob VALUES (?1, ?2, ?3, ?4, ?5)"
            ))?;
            for p in places {
                insert.execute(params![&p.commitment.0.0, p.pack, p.at, p.span, p.raw])?;
            }
            Ok(())
        };
        put("IGNORE", &change.found).map_err(failed)?;
        put("REPLACE", &change.moved).map_err(failed)?;
        for pack in &change.packs {
            tx.execute(
                "INSERT OR REPLACE INTO pack VALUES (?1, ?2, ?3)",
                params![pack.id, pack.scanned, pack.sealed],
            )
            .map_err(failed)?;
        }
        for id in &change.gone {
            tx.execute("DELETE FROM blob WHERE pack = ?1", [id])
                .map_err(failed)?;
            tx.execute("DELETE FROM pack WHERE id = ?1", [id])
                .map_err(failed)?;
        }
        tx.commit().map_err(failed)
    }

    /// Forgets everything, so that the next look at the packs reads them whole.
    pub(crate) fn clear(&mut self) -> Result<(), StoreError> {
        self.conn
            .execute_batch("BEGIN IMMEDIATE; DELETE FROM blob; DELETE FROM pack; COMMIT")
            .map_err(|e| self.failed(&e))
    }

    /// Puts all that was written so far on the disk, before a file it no longer needs is removed.
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        self.conn
            .query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(()))
            .map_err(|e| self.failed(&e))
    }
}

fn place(row: &rusqlite::Row<'_>) -> rusqlite::Result<Place> {
    let commitment = Commitment(Digest(row.get(0)?));
    Ok(Place {
        commitment,
        pack: row.get(1)?,
        at: row.get(2)?,
        span: row.get(3)?,
        raw: row.get(4)?,
    })
}
