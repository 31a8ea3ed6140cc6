//! One-time links: the way in for the first owner, for who is invited, and for who lost password or second factor.

use rusqlite::{Connection, OptionalExtension as _};
use tickmark_core::model::time::{HOUR_US, Time};

use super::{
    Identity, IdentityError,
    account::{mail_address, person_name},
    password::{self, Stored},
    secret::{Secret, hash},
};
use crate::rights::Role;

/// A link works for a day (the first one) or three (an invitation has to be read).
const FIRST_US: i64 = 24 * HOUR_US;
const INVITED_US: i64 = 72 * HOUR_US;

/// What a link that still works is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// The account it belongs to: mail address and name. None for the first link, whose taker chooses both.
    pub account: Option<(String, String)>,
}

pub(super) fn store(
    db: &Connection,
    link: &Secret,
    account: Option<i64>,
    now: Time,
) -> Result<(), IdentityError> {
    let lasts = if account.is_some() {
        INVITED_US
    } else {
        FIRST_US
    };
    // An older link of the same account is void, and so are all that ran out.
    db.execute(
        "DELETE FROM links WHERE account IS ?1 OR expires_us <= ?2",
        (account, now.micros()),
    )?;
    db.execute(
        "INSERT INTO links (hash, account, expires_us) VALUES (?1, ?2, ?3)",
        (link.hash(), account, now.plus(lasts).micros()),
    )?;
    Ok(())
}

impl Identity {
    /// The link that makes the first owner, as long as nobody has come in; each call voids the one before.
    ///
    /// # Errors
    /// No randomness, or the database fails.
    pub fn first_link(&self) -> Result<Option<Secret>, IdentityError> {
        let link = Secret::fresh(&*self.random, "")?;
        let now = self.now();
        let mut db = self.db();
        let change = db.transaction()?;
        if has_accounts(&change)? {
            return Ok(None);
        }
        store(&change, &link, None, now)?;
        change.commit()?;
        Ok(Some(link))
    }

    /// A new link for an account: its taker sets a new password, and the second factor is gone.
    ///
    /// # Errors
    /// No such account, or one that was revoked; the database fails.
    pub fn recovery_link(&self, account: i64) -> Result<Secret, IdentityError> {
        let link = Secret::fresh(&*self.random, "")?;
        let now = self.now();
        let mut db = self.db();
        let change = db.transaction()?;
        let there: Option<i64> = change
            .query_row(
                "SELECT id FROM accounts WHERE id = ?1 AND revoked_us IS NULL",
                [account],
                |row| row.get(0),
            )
            .optional()?;
        store(
            &change,
            &link,
            Some(there.ok_or(IdentityError::Missing)?),
            now,
        )?;
        change.commit()?;
        Ok(link)
    }

    /// What a link is for, if it still works. Looking does not use it up: mail programs look at links too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn welcome(&self, link: &str) -> Result<Option<Welcome>, IdentityError> {
        let db = self.db();
        let account = db
            .query_row(
                "SELECT a.mail, a.name FROM links l LEFT JOIN accounts a ON a.id = l.account
                 WHERE l.hash = ?1 AND l.expires_us > ?2",
                (hash(link), self.now().micros()),
                |row| {
                    let mail: Option<String> = row.get(0)?;
                    Ok(mail.zip(row.get::<_, Option<String>>(1)?))
                },
            )
            .optional()?;
        Ok(account.map(|account| Welcome { account }))
    }

    /// Takes a link up: sets name and password, and signs in. `mail` matters for the first link only.
    ///
    /// # Errors
    /// [`IdentityError::Missing`] for a link that does not work (any more); a name, address or password that will not do.
    pub fn take_up(
        &self,
        link: &str,
        mail: &str,
        name: &str,
        password: &str,
    ) -> Result<Secret, IdentityError> {
        let found = self.welcome(link)?.ok_or(IdentityError::Missing)?;
        if found.account.is_some() {
            self.passwords_allowed()?;
        }
        let mail = match &found.account {
            Some((mail, _)) => mail.clone(),
            None => mail_address(mail)?,
        };
        let name = person_name(name)?;
        password::acceptable(password, &mail)?;
        // Hashing takes long and happens outside the transaction; the link is used up inside it, so of two takers one gets in.
        let stored = self.hashing(|| Stored::make(password, self.policy.cost, &*self.random))?;
        let session = Secret::fresh(&*self.random, "")?;
        let now = self.now();
        let mut db = self.db();
        let change = db.transaction()?;
        let account: Option<i64> = change
            .query_row(
                "DELETE FROM links WHERE hash = ?1 AND expires_us > ?2 RETURNING account",
                (hash(link), now.micros()),
                |row| row.get(0),
            )
            .optional()?
            .ok_or(IdentityError::Missing)?;
        let account = match account {
            Some(account) => account,
            None => first_owner(&change, &mail, now)?,
        };
        change.execute(
            "UPDATE accounts SET name = ?2, password = ?3, totp = NULL, totp_next = NULL WHERE id = ?1",
            (account, &name, stored.print()),
        )?;
        super::account::cast_out(&change, account)?;
        super::session::store(&change, &session, account, now)?;
        change.commit()?;
        Ok(session)
    }
}

fn has_accounts(db: &Connection) -> Result<bool, IdentityError> {
    Ok(
        db.query_row("SELECT EXISTS (SELECT 1 FROM accounts)", [], |row| {
            row.get(0)
        })?,
    )
}

fn first_owner(db: &Connection, mail: &str, now: Time) -> Result<i64, IdentityError> {
    if has_accounts(db)? {
        return Err(IdentityError::Missing);
    }
    db.execute(
        "INSERT INTO accounts (mail, name, role, created_us) VALUES (?1, '', ?2, ?3)",
        (mail, Role::Owner.name(), now.micros()),
    )?;
    Ok(db.last_insert_rowid())
}
