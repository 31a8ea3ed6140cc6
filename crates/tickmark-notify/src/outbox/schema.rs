//! `notices.db`: what was told, and what became of each message. Apart from the ledger: none of it is evidence.
//!
//! Trusted: whoever can write it can make somebody not be told. It may be lost: everything that is open is told once more. Texts and
//! addresses stand in it until a message is sent, so the file belongs to its owner alone.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::OutboxError;

const VERSION: i64 = 1;

const SCHEMA: &str = "
CREATE TABLE told (
  id TEXT PRIMARY KEY,
  at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  mail TEXT,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  link TEXT NOT NULL,
  decided_us INTEGER NOT NULL
) STRICT;
CREATE TABLE deliveries (
  notice TEXT NOT NULL REFERENCES notices(id),
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'unsure', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_us INTEGER NOT NULL,
  changed_us INTEGER NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (notice, channel)
) STRICT;
CREATE INDEX deliveries_due ON deliveries(state, due_us);
CREATE TABLE marks (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Opens or makes the database; only its owner can read it.
pub(super) fn open(path: &Path) -> Result<Connection, OutboxError> {
    let failed = |why: String| OutboxError(format!("{}: {why}", path.display()));
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|e| failed(e.to_string()))?;
    let mut db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // `sending` must be on the disk before anything is sent.
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "secure_delete", true)?;
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        0 => {
            change.execute_batch(SCHEMA)?;
            change.pragma_update(None, "user_version", VERSION)?;
        }
        VERSION => {}
        other => {
            return Err(failed(format!(
                "it is of version {other}, this program knows {VERSION}; start the newer program"
            )));
        }
    }
    change.commit()?;
    Ok(db)
}
