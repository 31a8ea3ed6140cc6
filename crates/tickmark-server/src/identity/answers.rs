//! Answers to requests that carried a key, so that a request sent twice is done once.

use rusqlite::OptionalExtension as _;
use tickmark_core::model::time::DAY_US;

use super::{Identity, IdentityError, secret::hash};

/// A request that is under way has no status yet. Keys stand hashed: they may hold anything.
pub(super) const SCHEMA: &str = "
CREATE TABLE answers (
  account INTEGER NOT NULL REFERENCES accounts(id),
  key BLOB NOT NULL,
  request BLOB NOT NULL,
  begun_us INTEGER NOT NULL,
  status INTEGER,
  headers TEXT NOT NULL DEFAULT '',
  body BLOB,
  PRIMARY KEY (account, key)
) STRICT;
CREATE INDEX answers_by_age ON answers(begun_us);
";

/// How long an answer is kept.
const LASTS_US: i64 = DAY_US;

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub status: u16,
    /// `name: value` lines.
    pub headers: String,
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Begun {
    /// Nothing: it is this request's now.
    New,
    /// The same request was answered.
    Answered(Kept),
    /// The same request is under way, or was when the server ended: nobody knows what became of it.
    UnderWay,
    /// Another request has it.
    Another,
}

impl Identity {
    /// Takes a key for a request, of which `request` is the digest.
    pub(crate) fn begin_answer(
        &self,
        account: i64,
        key: &str,
        request: &[u8; 32],
    ) -> Result<Begun, IdentityError> {
        let now = self.now();
        let mut db = self.db();
        let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        change.execute(
            "DELETE FROM answers WHERE begun_us <= ?1",
            [now.plus(-LASTS_US).micros()],
        )?;
        let found = change
            .prepare_cached(
                "SELECT request, status, headers, body FROM answers WHERE account = ?1 AND key = ?2",
            )?
            .query_row((account, hash(key)), |row| {
                let request: Vec<u8> = row.get(0)?;
                let status: Option<u16> = row.get(1)?;
                let body: Option<Vec<u8>> = row.get(3)?;
                Ok((request, status, row.get::<_, String>(2)?, body))
            })
            .optional()?;
        let begun = match found {
            None => {
                change.execute(
                    "INSERT INTO answers (account, key, request, begun_us) VALUES (?1, ?2, ?3, ?4)",
                    (account, hash(key), request, now.micros()),
                )?;
                Begun::New
            }
            Some((other, _, _, _)) if other != request => Begun::Another,
            Some((_, None, _, _)) => Begun::UnderWay,
            Some((_, Some(status), headers, body)) => Begun::Answered(Kept {
                status,
                headers,
                body: body.unwrap_or_default(),
            }),
        };
        change.commit()?;
        Ok(begun)
    }

    /// Keeps the answer to the request that has taken the key.
    pub(crate) fn keep_answer(
        &self,
        account: i64,
        key: &str,
        kept: &Kept,
    ) -> Result<(), IdentityError> {
        self.db().execute(
            "UPDATE answers SET status = ?3, headers = ?4, body = ?5 WHERE account = ?1 AND key = ?2",
            (account, hash(key), kept.status, &kept.headers, &kept.body),
        )?;
        Ok(())
    }

    /// Gives a key back: nothing was done, so the request may be sent again.
    pub(crate) fn forget_answer(&self, account: i64, key: &str) -> Result<(), IdentityError> {
        self.db().execute(
            "DELETE FROM answers WHERE account = ?1 AND key = ?2",
            (account, hash(key)),
        )?;
        Ok(())
    }
}
