//! What was told, and what became of each message: it survives a crash at any point.
//!
//! A message is entered together with what it is about, all of it or nothing, before anything is sent. Each of its deliveries goes
//! `waiting` -> `sending` (on the disk before the first byte leaves) -> `sent`, or back to `waiting`, or `failed`, or `unsure`. What
//! is found `sending` when nobody sends was cut off: over a channel that knows repeats it waits again, over the others it is unsure.

mod deliver;
mod lines;
mod schema;

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use tickmark_core::model::notices::NoticeId;
use tickmark_core::model::time::Time;

use crate::message::{Channel, Message};

pub use lines::{Line, Progress, Standing};

/// Why the outbox cannot be used: one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the outbox of notices fails: {0}")]
pub struct OutboxError(pub(crate) String);

impl From<rusqlite::Error> for OutboxError {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

/// A message with what it tells for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entering {
    /// The message.
    pub message: Message,
    /// What it tells.
    pub about: Vec<NoticeId>,
}

/// The outbox of one program. Anybody may read it; one program at a time sends from it (the runner's lock).
pub struct Outbox {
    db: Connection,
}

impl Outbox {
    /// Opens it, or makes an empty one.
    ///
    /// # Errors
    /// The disk fails, or a newer program has made it.
    pub fn open(path: &Path) -> Result<Self, OutboxError> {
        schema::open(path).map(|db| Self { db })
    }

    /// Everything that was told or needs no message.
    ///
    /// # Errors
    /// The disk fails.
    pub fn told(&self) -> Result<BTreeSet<NoticeId>, OutboxError> {
        let mut all = self.db.prepare("SELECT id FROM told")?;
        let rows = all.query_map([], |row| row.get::<_, String>(0))?;
        let mut out = BTreeSet::new();
        for row in rows {
            let text = row?;
            let id = text.parse();
            out.insert(id.map_err(|_| OutboxError(format!("`{text}` is no id")))?);
        }
        Ok(out)
    }

    /// Takes messages in, to be sent over these channels, and keeps what they tell and what is settled as told: all or nothing.
    ///
    /// # Errors
    /// The disk fails; then nothing was taken in.
    pub fn enter(
        &mut self,
        entering: &[Entering],
        settled: &[NoticeId],
        channels: &[Channel],
        now: Time,
    ) -> Result<(), OutboxError> {
        let at = now.micros();
        let change = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let about = entering.iter().flat_map(|e| &e.about);
        for id in about.chain(settled) {
            change.execute(
                "INSERT OR IGNORE INTO told (id, at_us) VALUES (?1, ?2)",
                params![id.to_string(), at],
            )?;
        }
        for Entering { message: m, .. } in entering {
            let new = change.execute(
                "INSERT OR IGNORE INTO notices (id, kind, owner, mail, subject, body, link, decided_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![m.id, m.kind, m.owner, m.to, m.subject, m.text, m.link, at],
            )?;
            if new == 0 {
                continue;
            }
            for channel in channels {
                change.execute(
                    "INSERT INTO deliveries (notice, channel, state, due_us, changed_us) VALUES (?1, ?2, 'waiting', ?3, ?3)",
                    params![m.id, channel.as_str(), at],
                )?;
            }
        }
        change.commit()?;
        Ok(())
    }

    /// Keeps a word under a key: what the runner did last.
    ///
    /// # Errors
    /// The disk fails.
    pub fn mark(&self, key: &str, value: &str) -> Result<(), OutboxError> {
        self.db.execute(
            "INSERT INTO marks (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
            params![key, value],
        )?;
        Ok(())
    }

    /// What was kept under a key.
    ///
    /// # Errors
    /// The disk fails.
    pub fn marked(&self, key: &str) -> Result<Option<String>, OutboxError> {
        let found = self
            .db
            .query_row("SELECT value FROM marks WHERE key = ?1", [key], |row| {
                row.get(0)
            });
        Ok(found.optional()?)
    }
}
