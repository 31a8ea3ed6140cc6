//! `server.db`: who may come in. Apart from the ledger, because all of it can change or vanish and none of it is evidence.
//!
//! Trusted: whoever can write it can come in. It may be lost: the program stays whole, and a new one-time link lets the owner in.
//! The second factor's secrets stand in it as they are (a hash cannot make codes), so the file belongs to its owner alone.

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt as _, path::Path, time::Duration};

use rusqlite::Connection;

use super::IdentityError;

const VERSION: i64 = 1;

const SCHEMA: &str = "
CREATE TABLE engagements (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  period TEXT,
  until_us INTEGER NOT NULL
) STRICT;
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mail TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  stands_for TEXT,
  engagement INTEGER REFERENCES engagements(id),
  password TEXT,
  totp BLOB,
  totp_next BLOB,
  totp_step INTEGER NOT NULL DEFAULT 0,
  revoked_us INTEGER,
  created_us INTEGER NOT NULL
) STRICT;
CREATE TABLE links (
  hash BLOB PRIMARY KEY,
  account INTEGER REFERENCES accounts(id),
  expires_us INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES accounts(id),
  created_us INTEGER NOT NULL,
  seen_us INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of ON sessions(account);
CREATE TABLE tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES accounts(id),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_of ON tokens(account);
";

/// Opens or makes the database; only its owner can read it.
pub(super) fn open(path: &Path) -> Result<Connection, IdentityError> {
    let made = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    if let Err(why) = made {
        return Err(IdentityError::Database(format!(
            "{}: {why}",
            path.display()
        )));
    }
    let mut db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // A session that is lost in a power cut is signed in again; a revocation that is lost is not acceptable.
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "secure_delete", true)?;
    db.set_prepared_statement_cache_capacity(64);
    let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        0 => {
            change.execute_batch(SCHEMA)?;
            change.pragma_update(None, "user_version", VERSION)?;
        }
        VERSION => {}
        other => {
            return Err(IdentityError::Database(format!(
                "{} is of version {other}, this program knows {VERSION}; start the newer program",
                path.display()
            )));
        }
    }
    change.commit()?;
    Ok(db)
}
