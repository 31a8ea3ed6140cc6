//! Tokens for programs: shown once, stored hashed, good for some scopes and for at most a year.

use rusqlite::OptionalExtension as _;
use tickmark_core::model::time::{DAY_US, Time};

use super::{
    Identity, IdentityError,
    account::{VIEWER, person_name, viewer},
    secret::{Secret, hash},
};
use crate::rights::{Scope, Viewer};

/// What all tokens begin with, so that scanners of leaked secrets know them.
pub const PREFIX: &str = "tmk_";

const MOST_DAYS: i64 = 366;
const MOST_TOKENS: i64 = 50;

/// A line of the list of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenLine {
    /// Its number.
    pub id: i64,
    /// What it is for, in its owner's words.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// Made.
    pub created: Time,
    /// Good until.
    pub expires: Time,
}

impl Identity {
    /// Makes a token.
    ///
    /// # Errors
    /// A name, scopes or a time that will not do; too many tokens; the database fails.
    pub fn make_token(
        &self,
        account: i64,
        name: &str,
        scopes: &[Scope],
        days: i64,
    ) -> Result<Secret, IdentityError> {
        let name = person_name(name)?;
        let refuse = |why: &str| Err(IdentityError::Refused(why.to_owned()));
        if scopes.is_empty() {
            return refuse("a token needs at least one thing it is good for");
        }
        if !(1..=MOST_DAYS).contains(&days) {
            return refuse("a token is good for 1 to 366 days");
        }
        let token = Secret::fresh(&*self.random, PREFIX)?;
        let now = self.now();
        let names: Vec<&str> = scopes.iter().map(|s| s.name()).collect();
        let db = self.db();
        let count: i64 = db.query_row(
            "SELECT count(*) FROM tokens WHERE account = ?1",
            [account],
            |row| row.get(0),
        )?;
        if count >= MOST_TOKENS {
            return refuse("there are 50 tokens already; revoke some first");
        }
        db.execute(
            "INSERT INTO tokens (hash, account, name, scopes, created_us, expires_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                token.hash(),
                account,
                &name,
                names.join(" "),
                now.micros(),
                now.plus(days * DAY_US).micros(),
            ),
        )?;
        Ok(token)
    }

    /// Who a token speaks for; it never reaches further than its account does now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn bearer(&self, token: &str) -> Result<Option<Viewer>, IdentityError> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let now = self.now();
        let db = self.db();
        let found = db
            .prepare_cached(&format!(
                "SELECT {VIEWER}, t.scopes
                 FROM tokens t JOIN accounts a ON a.id = t.account LEFT JOIN engagements e ON e.id = a.engagement
                 WHERE t.hash = ?1 AND t.expires_us > ?2 AND a.revoked_us IS NULL"
            ))?
            .query_row((hash(token), now.micros()), |row| {
                let scopes: String = row.get(9)?;
                Ok(viewer(row)?.map(|viewer| Viewer {
                    scopes: Some(read_scopes(&scopes)),
                    ..viewer
                }))
            })
            .optional()?
            .flatten();
        Ok(found.filter(|viewer| !viewer.is_over(now)))
    }

    /// The tokens of an account, youngest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn tokens(&self, account: i64) -> Result<Vec<TokenLine>, IdentityError> {
        let db = self.db();
        let mut query = db.prepare_cached(
            "SELECT id, name, scopes, created_us, expires_us FROM tokens WHERE account = ?1 ORDER BY id DESC",
        )?;
        let lines = query.query_map([account], |row| {
            let scopes: String = row.get(2)?;
            Ok(TokenLine {
                id: row.get(0)?,
                name: row.get(1)?,
                scopes: read_scopes(&scopes),
                created: Time::from_micros(row.get(3)?),
                expires: Time::from_micros(row.get(4)?),
            })
        })?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// Ends a token of an account.
    ///
    /// # Errors
    /// It has no such token; the database cannot be written.
    pub fn end_token(&self, account: i64, id: i64) -> Result<(), IdentityError> {
        let ended = self.db().execute(
            "DELETE FROM tokens WHERE id = ?2 AND account = ?1",
            (account, id),
        )?;
        if ended == 0 {
            Err(IdentityError::Missing)
        } else {
            Ok(())
        }
    }
}

/// A scope that this program does not know is none.
fn read_scopes(text: &str) -> Vec<Scope> {
    text.split(' ').filter_map(Scope::from_name).collect()
}
