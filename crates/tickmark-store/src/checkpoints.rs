//! The signed checkpoints, apart from everything else, with compare-and-set.
//!
//! *Trusted*: it says what was promised to others. Small, and the only place that may. A checkpoint never goes back
//! (INV-L3): a ledger restored from an old backup is found out because this file, or a witness, is ahead of it.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::{
    Head,
    error::StoreError,
    fault::fault,
    sqlite::{self, Sync},
};

const SCHEMA: &str = "
CREATE TABLE checkpoint (seq INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoint_remains BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
";

/// A stored checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) head: Head,
    pub(crate) note: String,
}

pub(crate) struct Checkpoints {
    conn: Connection,
    path: PathBuf,
}

impl Checkpoints {
    pub(crate) fn create(path: PathBuf) -> Result<Self, StoreError> {
        let mut conn = sqlite::open(&path, Sync::Full, true)?;
        sqlite::initialize(&mut conn, &path, SCHEMA)?;
        Ok(Checkpoints { conn, path })
    }

    pub(crate) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let conn = sqlite::open_existing(&path, Sync::Full)?;
        Ok(Checkpoints { conn, path })
    }

    pub(crate) fn latest(&self) -> Result<Option<Kept>, StoreError> {
        latest(&self.conn)
            .map_err(|e| StoreError::sql("cannot read the checkpoint", &self.path, &e))
    }

    /// Every checkpoint ever stored, oldest first.
    pub(crate) fn all(&self) -> Result<Vec<Kept>, StoreError> {
        let rows = || -> rusqlite::Result<Vec<_>> {
            self.conn
                .prepare_cached("SELECT size, root, note FROM checkpoint ORDER BY seq")?
                .query_map([], kept)?
                .collect()
        };
        rows().map_err(|e| StoreError::sql("cannot read checkpoints", &self.path, &e))
    }

    /// Stores `new` if `expected` still is the latest (`None` = whatever is the latest).
    pub(crate) fn swap(
        &mut self,
        expected: Option<Option<&str>>,
        new: &Kept,
    ) -> Result<(), StoreError> {
        let path = self.path.clone();
        let failed = |e: rusqlite::Error| StoreError::sql("cannot store the checkpoint", &path, &e);
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        fault!("checkpoint.begun");
        let old = latest(&tx).map_err(failed)?;
        if expected.is_some_and(|e| e != old.as_ref().map(|k| k.note.as_str())) {
            return Err(StoreError::refused(
                "another program stored a checkpoint meanwhile: read it and merge again",
            ));
        }
        if let Some(old) = &old {
            if old == new {
                return Ok(());
            }
            never_back(old, new)?;
        }
        fault!("checkpoint.compared");
        tx.execute(
            "INSERT INTO checkpoint (size, root, note) VALUES (?1, ?2, ?3)",
            params![new.head.size, &new.head.root.0, new.note],
        )
        .map_err(failed)?;
        fault!("checkpoint.inserted");
        tx.commit().map_err(failed)?;
        fault!("checkpoint.committed");
        Ok(())
    }

    /// Copies it as it is at this moment.
    pub(crate) fn copy(&self, to: &Path) -> Result<(), StoreError> {
        sqlite::snapshot(&self.conn, &self.path, to)
    }

    pub(crate) fn check(&self) -> Result<Vec<String>, StoreError> {
        sqlite::integrity(&self.conn, &self.path)
    }
}

/// INV-L3: sizes grow, and one size has one root.
fn never_back(old: &Kept, new: &Kept) -> Result<(), StoreError> {
    if new.head.size < old.head.size {
        return Err(StoreError::refused(format!(
            "a checkpoint of {} entries is behind the stored one of {}: it would take back what was promised",
            new.head.size, old.head.size
        )));
    }
    if new.head.size == old.head.size && new.head.root != old.head.root {
        return Err(StoreError::corrupt(
            "checkpoint",
            format!(
                "two roots for {} entries: the ledger was forked",
                new.head.size
            ),
        ));
    }
    Ok(())
}

fn latest(conn: &Connection) -> rusqlite::Result<Option<Kept>> {
    conn.prepare_cached("SELECT size, root, note FROM checkpoint ORDER BY seq DESC LIMIT 1")?
        .query_row([], kept)
        .optional()
}

fn kept(row: &rusqlite::Row<'_>) -> rusqlite::Result<Kept> {
    let head = Head {
        size: row.get(0)?,
        root: tickmark_log::digest::Digest(row.get(1)?),
    };
    Ok(Kept {
        head,
        note: row.get(2)?,
    })
}
