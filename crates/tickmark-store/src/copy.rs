//! Copying a ledger while others read and write it.
//!
//! What names something is copied before what it names: checkpoints, then entries, then blobs, then salts. Writers make things durable the
//! other way round, so whatever the copy names is in the copy. What is in it beyond that (blobs whose entry came a moment later) is what
//! an interrupted command leaves: orphans, which `fsck` counts and a sweep removes.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::{
    Head, Store,
    blobs::pack::sync_folder,
    error::StoreError,
    ledger::{Ledger, append::locked},
    sqlite,
};

impl Store {
    /// Copies all that cannot be rebuilt into `to`, an empty folder; gives the head of the copy. Nobody has to stop for it: a sweep alone
    /// is refused meanwhile, because this store is open.
    ///
    /// # Errors
    /// `Refused` if this store has stopped (a contradiction is not worth keeping) or `to` is not empty; `Corrupt`, `Disk`.
    pub fn copy(&self, to: &Path) -> Result<Head, StoreError> {
        if let Some(why) = self.stopped() {
            return Err(StoreError::refused(format!(
                "nothing is copied from a ledger that contradicts itself: {why}"
            )));
        }
        let blobs = to.join("blobs");
        std::fs::create_dir(&blobs)
            .map_err(|e| StoreError::io("cannot make the folder of blobs", &blobs, &e))?;
        locked(&self.checkpoints).copy(&to.join("checkpoints.db"))?;
        let ledger = to.join("ledger.db");
        locked(&self.ledger).copy(&ledger)?;
        let head = Ledger::open(ledger)?.check_edge()?;
        locked(&self.blobs).copy(&blobs)?;
        locked(&self.salts).copy(&to.join("salts.db"))?;
        sync_folder(to)?;
        Ok(head)
    }
}

/// Copies any database of SQLite, as it is at one moment, to a file that must not be there yet. Others may write to it meanwhile.
///
/// # Errors
/// `Disk`, `Corrupt`; a file that is no database.
pub fn snapshot(from: &Path, to: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(from, flags)
        .and_then(|conn| conn.busy_timeout(sqlite::WAIT).map(|()| conn))
        .map_err(|e| StoreError::sql("cannot open", from, &e))?;
    sqlite::snapshot(&conn, from, to)
}
