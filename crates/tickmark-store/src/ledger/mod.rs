//! Leaves, their hashes and the head: one SQLite file, one transaction an append.
//!
//! *Trusted* to keep what it acknowledged; checked against itself at open (the right edge) and wholly by `fsck`. May lose nothing.

pub(crate) mod append;
mod keys;
mod marks;
pub(crate) mod read;

use std::path::{Path, PathBuf};

use keys::Recent;
use rusqlite::Connection;
use tickmark_log::{
    digest::Digest,
    tree::{Frontier, leaf_hash},
};

use crate::{
    Head,
    error::StoreError,
    sqlite::{self, Sync},
};

/// Entries per row of `tile`: their leaf hashes, and the first eight bytes of their idempotency keys.
pub(crate) const TILE: u64 = 64;

/// No entry is ever changed: the triggers say so to anybody who opens the file with another program.
const SCHEMA: &str = "
CREATE TABLE leaf (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE entry_key (mark INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (mark, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE tile (idx INTEGER PRIMARY KEY, hashes BLOB NOT NULL, marks BLOB NOT NULL) STRICT;
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL,
  frontier BLOB NOT NULL, keyed INTEGER NOT NULL) STRICT;
CREATE TRIGGER leaf_stays BEFORE UPDATE ON leaf BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER leaf_remains BEFORE DELETE ON leaf BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER head_grows BEFORE UPDATE ON head WHEN new.size <= old.size BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER head_remains BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
";

/// A connection to the ledger's file.
pub(crate) struct Ledger {
    conn: Connection,
    path: PathBuf,
    recent: Recent,
}

impl Ledger {
    /// Makes an empty ledger; a ledger that is there stays as it is.
    pub(crate) fn create(path: PathBuf) -> Result<Self, StoreError> {
        let mut conn = sqlite::open(&path, Sync::Full, true)?;
        let empty = Frontier::new();
        let schema = format!(
            "{SCHEMA} INSERT INTO head VALUES (1, 0, x'{}', x'', 0);",
            empty.root()
        );
        sqlite::initialize(&mut conn, &path, &schema)?;
        Ok(Ledger {
            conn,
            path,
            recent: Recent::default(),
        })
    }

    /// False before the first commit of a creation: nothing was ever recorded.
    pub(crate) fn is_there(path: &Path) -> Result<bool, StoreError> {
        Ok(path.exists() && sqlite::format(&sqlite::open(path, Sync::Full, false)?, path)? > 0)
    }

    /// Opens a ledger that must be there.
    pub(crate) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let conn = sqlite::open_existing(&path, Sync::Full)?;
        Ok(Ledger {
            conn,
            path,
            recent: Recent::default(),
        })
    }

    /// Opens the file once more, for reading beside the writer.
    pub(crate) fn reader(&self) -> Result<Ledger, StoreError> {
        Ledger::open(self.path.clone())
    }

    pub(crate) fn failed(&self, what: &str, e: &rusqlite::Error) -> StoreError {
        StoreError::sql(what, &self.path, e)
    }

    /// The head as stored.
    pub(crate) fn head(&self) -> Result<Head, StoreError> {
        let frontier = stored(&self.conn).map_err(|e| self.failed("cannot read the head", &e))?;
        frontier
            .map(|f| head_of(&f))
            .ok_or_else(|| self.torn("the head does not hold together"))
    }

    /// Checks the right edge: the last leaf, its hash and the head belong together. O(log n).
    pub(crate) fn check_edge(&self) -> Result<Head, StoreError> {
        // One snapshot: another program may append between two statements.
        let snapshot = self
            .conn
            .unchecked_transaction()
            .map_err(|e| self.failed("cannot read the head", &e))?;
        let head = self.edge()?;
        snapshot
            .finish()
            .map_err(|e| self.failed("cannot read the head", &e))?;
        Ok(head)
    }

    fn edge(&self) -> Result<Head, StoreError> {
        let head = self.head()?;
        let count: i64 = self
            .conn
            .query_row("SELECT coalesce(max(idx) + 1, 0) FROM leaf", [], |r| {
                r.get(0)
            })
            .map_err(|e| self.failed("cannot read the last entry", &e))?;
        if u64::try_from(count) != Ok(head.size) {
            return Err(self.torn(&format!(
                "the head says {} entries, the last one is number {count}",
                head.size
            )));
        }
        let Some(last) = head.size.checked_sub(1) else {
            return Ok(head);
        };
        let bytes = self
            .leaf(last)?
            .ok_or_else(|| self.torn(&format!("entry {last} is missing")))?;
        let hashes = self.leaf_hashes(last..head.size)?;
        if hashes.first() != Some(&leaf_hash(&bytes)) {
            return Err(self.torn(&format!("entry {last} is not what was hashed")));
        }
        Ok(head)
    }

    fn torn(&self, what: &str) -> StoreError {
        StoreError::corrupt(self.path.display().to_string(), what)
    }

    /// Copies it as it is at this moment.
    pub(crate) fn copy(&self, to: &Path) -> Result<(), StoreError> {
        sqlite::snapshot(&self.conn, &self.path, to)
    }

    pub(crate) fn check(&self) -> Result<Vec<String>, StoreError> {
        sqlite::integrity(&self.conn, &self.path)
    }
}

pub(crate) fn head_of(frontier: &Frontier) -> Head {
    Head {
        size: frontier.size(),
        root: frontier.root(),
    }
}

/// The stored frontier, if size, root and frontier agree.
pub(crate) fn stored(conn: &Connection) -> rusqlite::Result<Option<Frontier>> {
    let (size, root, peaks): (u64, [u8; 32], Vec<u8>) = conn
        .prepare_cached("SELECT size, root, frontier FROM head WHERE one = 1")?
        .query_row([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let (chunks, rest) = peaks.as_chunks::<32>();
    let peaks = chunks.iter().map(|c| Digest(*c)).collect();
    Ok(Frontier::restore(size, peaks)
        .ok()
        .filter(|f| rest.is_empty() && f.root() == Digest(root)))
}
