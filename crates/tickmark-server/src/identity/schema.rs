//! `server.db`: who may come in. Apart from the ledger, because all of it can change or vanish and none of it is evidence.
//!
//! Trusted: whoever can write it can come in. It may be lost: the program stays whole, and a new one-time link lets the owner in.
//! The second factor's secrets stand in it as they are (a hash cannot make codes), so the file belongs to its owner alone.

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt as _, path::Path, time::Duration};

use rusqlite::Connection;

use super::IdentityError;

/// What each version adds to the one before, in order. A step that was released is never changed: another is added.
const STEPS: &[&str] = &[
    FIRST,
    super::handing::TABLE,
    super::answers::SCHEMA,
    super::visitors::SCHEMA,
    ELSEWHERE,
];

const FIRST: &str = "
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

/// Single sign-on: who is who at a provider, and sign-ins that were begun there.
const ELSEWHERE: &str = "
CREATE TABLE elsewhere (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES accounts(id),
  linked_us INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject),
  UNIQUE (account, issuer)
) STRICT, WITHOUT ROWID;
CREATE TABLE begun (
  hash BLOB PRIMARY KEY,
  next TEXT NOT NULL,
  back TEXT NOT NULL,
  expires_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
    migrate(&mut db, STEPS, path)?;
    Ok(db)
}

/// Makes the steps that the database has not seen, all of them or none. What a newer program made is left alone.
fn migrate(db: &mut Connection, steps: &[&str], path: &Path) -> Result<(), IdentityError> {
    let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let missing = usize::try_from(version).ok().and_then(|v| steps.get(v..));
    let Some(missing) = missing else {
        return Err(IdentityError::Newer(format!(
            "{} is of version {version}, this program knows {known}; start the newer program, or restore the backup from before the upgrade",
            path.display()
        )));
    };
    for step in missing {
        change.execute_batch(step)?;
    }
    if !missing.is_empty() {
        change.pragma_update(None, "user_version", known)?;
    }
    Ok(change.commit()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn version(db: &Connection) -> i64 {
        db.query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap()
    }

    fn tables(db: &Connection) -> Vec<String> {
        let mut query = db
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            .unwrap();
        let names = query.query_map([], |row| row.get(0)).unwrap();
        names.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn an_older_database_becomes_what_a_new_one_is() {
        let mut fresh = Connection::open_in_memory().unwrap();
        migrate(&mut fresh, STEPS, Path::new("x")).unwrap();
        for done in 1..=STEPS.len() {
            let mut old = Connection::open_in_memory().unwrap();
            migrate(&mut old, &STEPS[..done], Path::new("x")).unwrap();
            assert_eq!(version(&old), i64::try_from(done).unwrap());
            migrate(&mut old, STEPS, Path::new("x")).unwrap();
            assert_eq!(version(&old), version(&fresh));
            assert_eq!(tables(&old), tables(&fresh));
            migrate(&mut old, STEPS, Path::new("x")).unwrap();
        }
    }

    #[test]
    fn a_step_that_fails_changes_nothing() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, &STEPS[..1], Path::new("x")).unwrap();
        let before = tables(&db);
        let broken = [
            STEPS[0],
            "CREATE TABLE one (a INTEGER) STRICT;",
            "CREATE TABLE two (a INTEGER) STRICT; SELECT nothing;",
        ];
        migrate(&mut db, &broken, Path::new("x")).unwrap_err();
        assert_eq!((version(&db), tables(&db)), (1, before));
    }

    #[test]
    fn a_newer_database_is_left_alone() {
        let mut db = Connection::open_in_memory().unwrap();
        for strange in [i64::try_from(STEPS.len()).unwrap() + 1, -1] {
            db.pragma_update(None, "user_version", strange).unwrap();
            let refused = migrate(&mut db, STEPS, Path::new("x")).unwrap_err();
            assert!(
                refused.to_string().contains("start the newer program"),
                "{refused}"
            );
            assert_eq!((version(&db), tables(&db).len()), (strange, 0));
        }
    }
}
