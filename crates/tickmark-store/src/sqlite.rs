//! Opening a SQLite file so that a commit is durable, and proving it.

use std::{fs::OpenOptions, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::{error::StoreError, fault::fault};

/// Before 3.51.3 two processes could reset the write-ahead log at once and lose committed pages.
const OLDEST: i32 = 3_051_003;

/// How long a writer waits for another program's transaction.
pub(crate) const WAIT: Duration = Duration::from_secs(30);

/// How hard a commit presses on the disk.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Sync {
    /// Each commit is on the disk when it returns.
    Full,
    /// A power loss may take the last commits, never the order: only for what can be rebuilt.
    Normal,
}

/// Opens (or makes) a database in WAL mode and asserts what the ledger depends on.
pub(crate) fn open(path: &Path, sync: Sync, make: bool) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST {
        return Err(StoreError::refused(format!(
            "SQLite {} may lose committed entries: build with 3.51.3 or newer",
            rusqlite::version()
        )));
    }
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if make {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let failed = |e: &rusqlite::Error| StoreError::sql("cannot open", path, e);
    let conn = Connection::open_with_flags(path, flags).map_err(|e| failed(&e))?;
    conn.busy_timeout(WAIT).map_err(|e| failed(&e))?;
    let (word, level) = if sync == Sync::Full {
        ("FULL", 2)
    } else {
        ("NORMAL", 1)
    };
    let mode: String = conn
        .query_row("PRAGMA journal_mode = WAL", [], |r| r.get(0))
        .map_err(|e| failed(&e))?;
    conn.execute_batch(&format!(
        "PRAGMA synchronous = {word}; PRAGMA wal_autocheckpoint = 4096; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF"
    ))
    .map_err(|e| failed(&e))?;
    let is: i64 = conn
        .query_row("PRAGMA synchronous", [], |r| r.get(0))
        .map_err(|e| failed(&e))?;
    if !mode.eq_ignore_ascii_case("wal") || is != level {
        return Err(StoreError::refused(format!(
            "{}: needs a write-ahead log and synchronous={word}, got `{mode}` and {is}: is this file system local",
            path.display()
        )));
    }
    Ok(conn)
}

/// The format this program writes; an older program must not write a newer one.
const FORMAT: i64 = 1;

/// Runs `schema` and sets the format in one transaction: a database is there or it is not.
pub(crate) fn initialize(
    conn: &mut Connection,
    path: &Path,
    schema: &str,
) -> Result<(), StoreError> {
    if format(conn, path)? == FORMAT {
        return Ok(());
    }
    let failed = |e: rusqlite::Error| StoreError::sql("cannot create", path, &e);
    let tx = conn
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    tx.execute_batch(schema).map_err(failed)?;
    tx.pragma_update(None, "user_version", FORMAT)
        .map_err(failed)?;
    fault!("create.commit");
    tx.commit().map_err(failed)
}

/// Opens a database that must be there, complete and of a format this program knows.
pub(crate) fn open_existing(path: &Path, sync: Sync) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::corrupt(
            path.display().to_string(),
            "the file is missing",
        ));
    }
    let conn = open(path, sync, false)?;
    if format(&conn, path)? == 0 {
        return Err(StoreError::corrupt(
            path.display().to_string(),
            "the file is empty",
        ));
    }
    Ok(conn)
}

/// The format of a database; 0 = nothing was ever written to it.
pub(crate) fn format(conn: &Connection, path: &Path) -> Result<i64, StoreError> {
    let found: i64 = conn
        .query_row("PRAGMA user_version", [], |r| r.get(0))
        .map_err(|e| StoreError::sql("cannot read the format number", path, &e))?;
    if found > FORMAT {
        return Err(StoreError::refused(format!(
            "{}: written by a newer tickmark (format {found}, this program knows {FORMAT}): upgrade",
            path.display()
        )));
    }
    Ok(found)
}

/// Writes the database as it is at one moment into a new file and puts it on the disk.
pub(crate) fn snapshot(conn: &Connection, path: &Path, to: &Path) -> Result<(), StoreError> {
    let name = to
        .to_str()
        .ok_or_else(|| StoreError::refused(format!("{}: name it in UTF-8", to.display())))?;
    if to.exists() {
        return Err(StoreError::refused(format!(
            "{}: there is a file already",
            to.display()
        )));
    }
    conn.execute("VACUUM INTO ?1", [name])
        .map_err(|e| StoreError::sql("cannot copy", path, &e))?;
    let sync = || OpenOptions::new().write(true).open(to)?.sync_all();
    sync().map_err(|e| StoreError::io("cannot sync the copy", to, &e))
}

/// What SQLite itself finds wrong with the file (empty = nothing).
pub(crate) fn integrity(conn: &Connection, path: &Path) -> Result<Vec<String>, StoreError> {
    let failed = |e: rusqlite::Error| StoreError::sql("cannot check", path, &e);
    let mut check = conn.prepare("PRAGMA integrity_check(20)").map_err(failed)?;
    let lines = check
        .query_map([], |row| row.get::<_, String>(0))
        .map_err(failed)?;
    let mut wrong = Vec::new();
    for line in lines {
        let line = line.map_err(failed)?;
        if line != "ok" {
            wrong.push(line);
        }
    }
    Ok(wrong)
}
