//! Sessions: who a cookie is. Every session has an end, however busy it is.

use rusqlite::{Connection, OptionalExtension as _};
use tickmark_core::model::time::{SECOND_US, Time};

use super::{
    Identity, IdentityError,
    account::{VIEWER, viewer},
    secret::{Secret, hash},
};
use crate::rights::Viewer;

/// The present session of somebody: its number, to tell it from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Who.
    pub viewer: Viewer,
    /// Number of the session.
    pub session: i64,
}

/// A line of the list of sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// Its number.
    pub id: i64,
    /// Signed in.
    pub created: Time,
    /// Last used, to the minute.
    pub seen: Time,
}

/// The time of last use is written at most this often: it is a write for each request otherwise.
const TOUCH_US: i64 = 60 * SECOND_US;

pub(super) fn store(
    db: &Connection,
    session: &Secret,
    account: i64,
    now: Time,
) -> Result<(), IdentityError> {
    db.execute(
        "INSERT INTO sessions (hash, account, created_us, seen_us) VALUES (?1, ?2, ?3, ?3)",
        (session.hash(), account, now.micros()),
    )?;
    Ok(())
}

impl Identity {
    /// Who holds this session. Nobody if it ran out, its account was revoked, or its engagement is over; all of that holds from one
    /// request to the next.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn present(&self, session: &str) -> Result<Option<Present>, IdentityError> {
        let now = self.now();
        let key = hash(session);
        let db = self.db();
        let found = db
            .prepare_cached(&format!(
                "SELECT {VIEWER}, s.id, s.created_us, s.seen_us
                 FROM sessions s JOIN accounts a ON a.id = s.account LEFT JOIN engagements e ON e.id = a.engagement
                 WHERE s.hash = ?1 AND a.revoked_us IS NULL"
            ))?
            .query_row([key], |row| {
                let line = SessionLine {
                    id: row.get(9)?,
                    created: Time::from_micros(row.get(10)?),
                    seen: Time::from_micros(row.get(11)?),
                };
                Ok(viewer(row)?.map(|viewer| (viewer, line)))
            })
            .optional()?
            .flatten();
        let Some((viewer, line)) = found else {
            return Ok(None);
        };
        // A clock before the session's own times has been set back: it cannot say how old the session is, so the session is over.
        let over = now.since(line.created) >= self.policy.longest_us
            || now.since(line.seen) >= self.policy.idle_us
            || now.plus(TOUCH_US) < line.seen
            || viewer.is_over(now);
        if over {
            db.execute("DELETE FROM sessions WHERE id = ?1", [line.id])?;
            return Ok(None);
        }
        if now.since(line.seen) >= TOUCH_US {
            db.execute(
                "UPDATE sessions SET seen_us = ?2 WHERE id = ?1",
                (line.id, now.micros()),
            )?;
        }
        Ok(Some(Present {
            viewer,
            session: line.id,
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn sign_out(&self, session: &str) -> Result<(), IdentityError> {
        self.db()
            .execute("DELETE FROM sessions WHERE hash = ?1", [hash(session)])?;
        Ok(())
    }

    /// The sessions of an account, youngest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sessions(&self, account: i64) -> Result<Vec<SessionLine>, IdentityError> {
        let db = self.db();
        let mut query = db.prepare_cached(
            "SELECT id, created_us, seen_us FROM sessions WHERE account = ?1 ORDER BY id DESC",
        )?;
        let lines = query.query_map([account], |row| {
            Ok(SessionLine {
                id: row.get(0)?,
                created: Time::from_micros(row.get(1)?),
                seen: Time::from_micros(row.get(2)?),
            })
        })?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// Ends one session of an account.
    ///
    /// # Errors
    /// It has no such session; the database cannot be written.
    pub fn end_session(&self, account: i64, id: i64) -> Result<(), IdentityError> {
        let ended = self.db().execute(
            "DELETE FROM sessions WHERE id = ?2 AND account = ?1",
            (account, id),
        )?;
        if ended == 0 {
            Err(IdentityError::Missing)
        } else {
            Ok(())
        }
    }
}
