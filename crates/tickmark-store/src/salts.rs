//! The salts of the commitments, apart from everything else.
//!
//! *Trusted* for confidentiality: whoever has the salts can try guesses against erased evidence. May lose nothing:
//! a blob without its salt proves nothing. Kept in its own file so that a backup of it can be made, and destroyed, alone.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use tickmark_log::commitment::{Commitment, Salt};

use crate::{
    error::StoreError,
    fault::fault,
    sqlite::{self, Sync},
};

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS salt (commitment BLOB PRIMARY KEY, salt BLOB NOT NULL) STRICT, WITHOUT ROWID";

pub(crate) struct Salts {
    conn: Connection,
    path: PathBuf,
}

impl Salts {
    pub(crate) fn create(path: PathBuf) -> Result<Self, StoreError> {
        let mut conn = sqlite::open(&path, Sync::Full, true)?;
        sqlite::initialize(&mut conn, &path, SCHEMA)?;
        Ok(Salts { conn, path })
    }

    pub(crate) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let conn = sqlite::open_existing(&path, Sync::Full)?;
        conn.execute_batch("PRAGMA secure_delete = ON")
            .map_err(|e| StoreError::sql("cannot open", &path, &e))?;
        Ok(Salts { conn, path })
    }

    /// Makes the salts durable. Salts already there stay as they are.
    pub(crate) fn put(&mut self, pairs: &[(Commitment, Salt)]) -> Result<(), StoreError> {
        if pairs.is_empty() {
            return Ok(());
        }
        let failed = |e: rusqlite::Error| StoreError::sql("cannot store salts", &self.path, &e);
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        fault!("salts.begun");
        {
            let mut insert = tx
                .prepare_cached("INSERT OR IGNORE INTO salt VALUES (?1, ?2)")
                .map_err(failed)?;
            for (commitment, salt) in pairs {
                insert
                    .execute(params![&commitment.0.0, &salt.0])
                    .map_err(failed)?;
            }
        }
        fault!("salts.inserted");
        tx.commit().map_err(failed)?;
        fault!("salts.committed");
        Ok(())
    }

    pub(crate) fn get(&self, commitment: &Commitment) -> Result<Option<Salt>, StoreError> {
        let failed = |e: rusqlite::Error| StoreError::sql("cannot read a salt", &self.path, &e);
        let mut select = self
            .conn
            .prepare_cached("SELECT salt FROM salt WHERE commitment = ?1")
            .map_err(failed)?;
        select
            .query_row([&commitment.0.0], |row| row.get::<_, [u8; 32]>(0))
            .optional()
            .map(|found| found.map(Salt))
            .map_err(failed)
    }

    /// Calls `each` for every commitment that has a salt, in ascending order.
    pub(crate) fn each(&self, mut each: impl FnMut(Commitment)) -> Result<(), StoreError> {
        let failed = |e: rusqlite::Error| StoreError::sql("cannot list salts", &self.path, &e);
        let mut select = self
            .conn
            .prepare_cached("SELECT commitment FROM salt")
            .map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            each(Commitment(tickmark_log::digest::Digest(
                row.get(0).map_err(failed)?,
            )));
        }
        Ok(())
    }

    /// Destroys salts (`secure_delete` overwrites them; the log that may still hold them is folded in and emptied).
    pub(crate) fn remove(&mut self, which: &[Commitment]) -> Result<(), StoreError> {
        if which.is_empty() {
            return Ok(());
        }
        let failed = |e: rusqlite::Error| StoreError::sql("cannot remove salts", &self.path, &e);
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        for commitment in which {
            tx.execute("DELETE FROM salt WHERE commitment = ?1", [&commitment.0.0])
                .map_err(failed)?;
        }
        fault!("sweep.salts_commit");
        tx.commit().map_err(failed)?;
        self.conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(failed)
    }

    /// Copies it as it is at this moment.
    pub(crate) fn copy(&self, to: &Path) -> Result<(), StoreError> {
        sqlite::snapshot(&self.conn, &self.path, to)
    }

    pub(crate) fn check(&self) -> Result<Vec<String>, StoreError> {
        sqlite::integrity(&self.conn, &self.path)
    }
}
