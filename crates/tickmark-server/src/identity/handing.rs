//! Links by which somebody without an account hands in evidence: for one control, one stretch of days, once.
//!
//! A link speaks for the mail address it was made for and for nothing else: it reads nothing of the program but what its page says.
//! It works as long as whoever made it may make such links, until it runs out, is used or is ended.

use std::net::IpAddr;

use rusqlite::{OptionalExtension as _, Row};
use tickmark_core::model::{
    ids::ControlId,
    time::{DAY_US, Period, Time},
};

use super::{
    Identity, IdentityError,
    account::mail_address,
    secret::{Secret, hash},
};
use crate::rights::{Action, Object, Role, allowed};

/// The table; a step of the database's own history.
pub(super) const TABLE: &str = "
CREATE TABLE hand_in_links (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  mail TEXT NOT NULL,
  control TEXT NOT NULL,
  covers TEXT NOT NULL,
  made_by INTEGER NOT NULL REFERENCES accounts(id),
  created_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL,
  used_us INTEGER
) STRICT;
CREATE INDEX hand_in_links_made ON hand_in_links(made_by);
";

/// Most days that a link works.
pub const LONGEST_DAYS: u32 = 60;
/// Most links that wait to be used; more are a mistake or worse.
const MOST_OPEN: i64 = 1_000;
/// What is over is kept in the list for so long.
const KEPT_US: i64 = 90 * DAY_US;

/// What somebody is asked to hand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandInWish {
    /// Whom: what is handed in is recorded under this mail address.
    pub mail: String,
    /// For which control.
    pub control: ControlId,
    /// The days that the evidence covers.
    pub covers: Period,
    /// Days that the link works.
    pub days: u32,
}

/// A link that was made; never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandInLink {
    /// Its number.
    pub id: i64,
    /// Who is asked.
    pub mail: String,
    /// For which control.
    pub control: ControlId,
    /// The days that the evidence covers.
    pub covers: Period,
    /// Name of who asked.
    pub asked_by: String,
    /// When it was made.
    pub created: Time,
    /// It does not work from then on.
    pub expires: Time,
    /// When it was used.
    pub used: Option<Time>,
}

const LINK: &str = "l.id, l.mail, l.control, l.covers, a.name, l.created_us, l.expires_us, l.used_us, a.role, a.revoked_us
     FROM hand_in_links l JOIN accounts a ON a.id = l.made_by";

/// Reads a link and whether its maker may still make such links. A control or days that cannot be read are no link.
fn link(row: &Row<'_>) -> rusqlite::Result<Option<(HandInLink, bool)>> {
    let (control, covers): (String, String) = (row.get(2)?, row.get(3)?);
    let (Ok(control), Ok(covers)) = (ControlId::parse(&control), Period::parse(&covers)) else {
        return Ok(None);
    };
    let role: String = row.get(8)?;
    let revoked: Option<i64> = row.get(9)?;
    let may = allowed(
        Role::from_name(&role),
        Action::AskForEvidence,
        Object::Foreign,
    );
    let link = HandInLink {
        id: row.get(0)?,
        mail: row.get(1)?,
        control,
        covers,
        asked_by: row.get(4)?,
        created: Time::from_micros(row.get(5)?),
        expires: Time::from_micros(row.get(6)?),
        used: row.get::<_, Option<i64>>(7)?.map(Time::from_micros),
    };
    Ok(Some((link, may && revoked.is_none())))
}

impl Identity {
    /// Makes a link; `account` is who asks.
    ///
    /// # Errors
    /// The mail address is none, the days are out of bounds, too many links wait; the database fails.
    pub fn ask_for_evidence(
        &self,
        wish: &HandInWish,
        account: i64,
    ) -> Result<Secret, IdentityError> {
        let refuse = |why: String| Err(IdentityError::Refused(why));
        let mail = mail_address(&wish.mail)?;
        if !(1..=LONGEST_DAYS).contains(&wish.days) {
            return refuse(format!("a link works for 1 to {LONGEST_DAYS} days"));
        }
        let secret = Secret::fresh(&*self.random, "")?;
        let now = self.now();
        let mut db = self.db();
        let change = db.transaction()?;
        change.execute(
            "DELETE FROM hand_in_links WHERE expires_us < ?1",
            [now.plus(-KEPT_US).micros()],
        )?;
        let open: i64 = change.query_row(
            "SELECT count(*) FROM hand_in_links WHERE used_us IS NULL AND expires_us > ?1",
            [now.micros()],
            |row| row.get(0),
        )?;
        if open >= MOST_OPEN {
            return refuse(format!(
                "{open} links wait to be used; end those that are not needed"
            ));
        }
        change.execute(
            "INSERT INTO hand_in_links (hash, mail, control, covers, made_by, created_us, expires_us)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                secret.hash(),
                &mail,
                wish.control.as_str(),
                wish.covers.to_string(),
                account,
                now.micros(),
                now.plus(i64::from(wish.days) * DAY_US).micros(),
            ),
        )?;
        change.commit()?;
        Ok(secret)
    }

    /// What a link is for, if it still works. Looking does not use it up: mail programs look at links too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn hand_in_link(&self, secret: &str) -> Result<Option<HandInLink>, IdentityError> {
        let now = self.now();
        let db = self.db();
        let found = db
            .prepare_cached(&format!("SELECT {LINK} WHERE l.hash = ?1"))?
            .query_row([hash(secret)], link)
            .optional()?
            .flatten();
        Ok(found
            .filter(|(link, may)| *may && link.used.is_none() && now < link.expires)
            .map(|(link, _)| link))
    }

    /// Uses a link up. Of two who use it at once, one does.
    ///
    /// # Errors
    /// [`IdentityError::Missing`] if it does not work (any more); the database fails.
    pub fn use_hand_in_link(&self, secret: &str) -> Result<HandInLink, IdentityError> {
        let found = self.hand_in_link(secret)?.ok_or(IdentityError::Missing)?;
        let now = self.now();
        let used = self.db().execute(
            "UPDATE hand_in_links SET used_us = ?2 WHERE id = ?1 AND used_us IS NULL AND expires_us > ?2",
            (found.id, now.micros()),
        )?;
        if used == 0 {
            return Err(IdentityError::Missing);
        }
        Ok(found)
    }

    /// Makes a link work again that was used and by which nothing was recorded.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn give_back_hand_in_link(&self, id: i64) -> Result<(), IdentityError> {
        self.db().execute(
            "UPDATE hand_in_links SET used_us = NULL WHERE id = ?1",
            [id],
        )?;
        Ok(())
    }

    /// The links of the last months, youngest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn hand_in_links(&self) -> Result<Vec<HandInLink>, IdentityError> {
        let db = self.db();
        let mut query =
            db.prepare_cached(&format!("SELECT {LINK} ORDER BY l.id DESC LIMIT 500"))?;
        let rows = query.query_map([], link)?;
        let all: Vec<_> = rows.collect::<Result<_, _>>()?;
        Ok(all.into_iter().flatten().map(|(link, _)| link).collect())
    }

    /// Ends a link that was not used.
    ///
    /// # Errors
    /// There is no such link; the database cannot be written.
    pub fn end_hand_in_link(&self, id: i64) -> Result<(), IdentityError> {
        let ended = self.db().execute(
            "DELETE FROM hand_in_links WHERE id = ?1 AND used_us IS NULL",
            [id],
        )?;
        if ended == 0 {
            Err(IdentityError::Missing)
        } else {
            Ok(())
        }
    }

    /// Counts an attempt at something that has no account, by the address it comes from: as often as somebody may guess a password.
    ///
    /// # Errors
    /// [`IdentityError::TooOften`].
    pub(crate) fn slow_down(&self, peer: IpAddr, what: &str) -> Result<(), IdentityError> {
        self.throttle
            .attempt(peer, hash(what), self.now())
            .map_err(|seconds| IdentityError::TooOften { seconds })
    }
}
