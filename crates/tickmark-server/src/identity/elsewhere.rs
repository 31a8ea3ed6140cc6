//! Coming in by single sign-on: whose account it is that a provider vouches for, and sign-ins that were begun there.

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use tickmark_core::model::time::{SECOND_US, Time};

use super::{
    Identity, IdentityError,
    account::{has_owner, mail_address, person_name},
    secret::{Secret, hash},
};
use crate::{rights::Role, sso::Person};

/// A sign-in has to be finished within ten minutes.
const BEGUN_US: i64 = 600 * SECOND_US;
/// Most sign-ins under way. Anybody can begin one, so beyond that the oldest give way.
const MOST_BEGUN: i64 = 10_000;

/// A sign-in that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Begun {
    /// Where to go on to afterwards.
    pub next: String,
    /// The address that the provider was told to send the browser back to.
    pub back: String,
}

impl Identity {
    /// Remembers that a sign-in begins; the secret is for the browser's cookie, and everything the provider sees is derived from it.
    pub(crate) fn begin_elsewhere(&self, next: &str, back: &str) -> Result<Secret, IdentityError> {
        let secret = Secret::fresh(&*self.random, "")?;
        let now = self.now();
        let mut db = self.db();
        let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute("DELETE FROM begun WHERE expires_us <= ?1", [now.micros()])?;
        change.execute(
            "DELETE FROM begun WHERE hash IN (SELECT hash FROM begun ORDER BY expires_us DESC LIMIT -1 OFFSET ?1)",
            [MOST_BEGUN - 1],
        )?;
        change.execute(
            "INSERT INTO begun (hash, next, back, expires_us) VALUES (?1, ?2, ?3, ?4)",
            (secret.hash(), next, back, now.plus(BEGUN_US).micros()),
        )?;
        change.commit()?;
        Ok(secret)
    }

    /// Takes up a sign-in that was begun. Whatever comes of it, it is used up: an answer counts once.
    pub(crate) fn end_elsewhere(&self, secret: &str) -> Result<Option<Begun>, IdentityError> {
        let found = self
            .db()
            .query_row(
                "DELETE FROM begun WHERE hash = ?1 AND expires_us > ?2 RETURNING next, back",
                (hash(secret), self.now().micros()),
                |row| {
                    Ok(Begun {
                        next: row.get(0)?,
                        back: row.get(1)?,
                    })
                },
            )
            .optional()?;
        Ok(found)
    }

    /// Lets somebody in whom the provider vouches for; `before` is the session that came with the request and ends.
    ///
    /// An account is found by issuer and subject, never by its mail address, once the two belong together. They come together the first
    /// time, by a mail address that the provider says is verified: with an account that an owner made for that address, or, if `domain`
    /// says that its people need no invitation, with a new one for an employee.
    pub(crate) fn arrive(
        &self,
        person: &Person,
        domain: Option<&str>,
        before: Option<&str>,
    ) -> Result<Secret, IdentityError> {
        let session = Secret::fresh(&*self.random, "")?;
        let now = self.now();
        let mut db = self.db();
        let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let account = match linked(&change, person)? {
            Some(account) => account,
            None => link(&change, person, domain, now)?,
        };
        if let Some(before) = before {
            change.execute("DELETE FROM sessions WHERE hash = ?1", [hash(before)])?;
        }
        super::session::store(&change, &session, account, now)?;
        change.commit()?;
        Ok(session)
    }
}

fn refused(why: &str) -> IdentityError {
    IdentityError::Refused(why.to_owned())
}

/// One and the same answer for an address that is not known and for one that was revoked.
fn nobody() -> IdentityError {
    refused(
        "there is no account here for your mail address; ask an owner of this program to invite you",
    )
}

fn linked(db: &Connection, person: &Person) -> Result<Option<i64>, IdentityError> {
    Ok(db
        .query_row(
            "SELECT a.id FROM elsewhere x JOIN accounts a ON a.id = x.account
             WHERE x.issuer = ?1 AND x.subject = ?2 AND a.revoked_us IS NULL",
            (&person.issuer, &person.subject),
            |row| row.get(0),
        )
        .optional()?)
}

/// The first time: finds or makes the account and remembers whose it is.
fn link(
    db: &Connection,
    person: &Person,
    domain: Option<&str>,
    now: Time,
) -> Result<i64, IdentityError> {
    let mail = person.mail.as_deref().ok_or_else(|| {
        refused("the provider does not say that your mail address is verified, so nobody here can know that it is you")
    })?;
    let mail = mail_address(mail).map_err(|_| nobody())?;
    let known: Option<(i64, bool)> = db
        .query_row(
            "SELECT id, revoked_us IS NOT NULL FROM accounts WHERE mail = ?1",
            [&mail],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let account = match known {
        Some((_, true)) => return Err(nobody()),
        Some((account, false)) => account,
        None if welcome(db, &mail, domain)? => employee(db, &mail, person, now)?,
        None => return Err(nobody()),
    };
    let other = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM elsewhere WHERE account = ?1 AND issuer = ?2)",
        (account, &person.issuer),
        |row| row.get::<_, bool>(0),
    )?;
    if other {
        return Err(refused(
            "this mail address belongs to somebody else here; an owner can revoke that account and invite you",
        ));
    }
    db.execute(
        "INSERT INTO elsewhere (issuer, subject, account, linked_us) VALUES (?1, ?2, ?3, ?4)",
        (&person.issuer, &person.subject, account, now.micros()),
    )?;
    // Whoever holds the invitation's link must not come in beside them.
    db.execute("DELETE FROM links WHERE account = ?1", [account])?;
    Ok(account)
}

/// Whether somebody with this address comes in without being invited. Nobody does before there is an owner.
fn welcome(db: &Connection, mail: &str, domain: Option<&str>) -> Result<bool, IdentityError> {
    let of = mail.rsplit_once('@').map(|(_, of)| of);
    Ok(domain.is_some() && of == domain && has_owner(db)?)
}

fn employee(db: &Connection, mail: &str, person: &Person, now: Time) -> Result<i64, IdentityError> {
    let before_at = mail.split('@').next().unwrap_or_default();
    let said = person.name.as_deref().and_then(|n| person_name(n).ok());
    let name = said.unwrap_or_else(|| before_at.chars().take(100).collect());
    db.execute(
        "INSERT INTO accounts (mail, name, role, created_us) VALUES (?1, ?2, ?3, ?4)",
        (mail, name, Role::Employee.name(), now.micros()),
    )?;
    Ok(db.last_insert_rowid())
}
