//! Signing in, and changing what one signs in with.

use std::net::IpAddr;

use rusqlite::{Connection, OptionalExtension as _};

use super::{
    Identity, IdentityError,
    account::mail_address,
    password::{self, Stored},
    secret::{Secret, hash},
    totp,
};

/// What somebody presents at the door.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// Mail address.
    pub mail: &'a str,
    /// Password.
    pub password: &'a str,
    /// Code of the second factor; empty if there is none.
    pub code: &'a str,
}

/// The one answer to everything that does not fit: whether the address, the password or the code was wrong is nobody's business.
const WRONG: &str = "mail address, password or code is wrong";

/// What is known of who tries.
struct Known {
    account: i64,
    password: Stored,
    totp: Option<Vec<u8>>,
    totp_step: i64,
}

impl Identity {
    /// Signs in: a new session, never the one that came with the request (that one ends).
    ///
    /// The password is hashed once whether or not the address is known.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] with one and the same text; [`IdentityError::TooOften`].
    pub fn sign_in(
        &self,
        given: Credentials<'_>,
        peer: IpAddr,
        before: Option<&str>,
    ) -> Result<Secret, IdentityError> {
        self.passwords_allowed()?;
        let wrong = || IdentityError::Refused(WRONG.to_owned());
        let now = self.now();
        // What is no address is looked for as it is, and not found.
        let mail = mail_address(given.mail).unwrap_or_default();
        let key = hash(&mail);
        self.throttle
            .attempt(peer, key, now)
            .map_err(|seconds| IdentityError::TooOften { seconds })?;
        let known = known(&self.db(), "mail", &mail)?;
        let stored = known
            .as_ref()
            .map_or_else(|| Stored::nobody(self.policy.cost), |k| k.password.clone());
        // Cut, not refused: refusing would answer faster.
        let typed: String = given.password.chars().take(password::LONGEST).collect();
        let right = self.hashing(|| stored.verify(&typed))?;
        let Some(known) = known.filter(|_| right) else {
            return Err(wrong());
        };
        let session = Secret::fresh(&*self.random, "")?;
        let again = if known.password.outdated(self.policy.cost) {
            Some(self.hashing(|| Stored::make(&typed, self.policy.cost, &*self.random))?)
        } else {
            None
        };
        let mut db = self.db();
        let change = db.transaction()?;
        if let Some(secret) = &known.totp {
            let step = totp::step_of(secret, given.code, now, known.totp_step).ok_or_else(wrong)?;
            // Two requests with one code: only one of them moves the step.
            let moved = change.execute(
                "UPDATE accounts SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2",
                (known.account, step),
            )?;
            if moved == 0 {
                return Err(wrong());
            }
        }
        if let Some(again) = again {
            change.execute(
                "UPDATE accounts SET password = ?2 WHERE id = ?1 AND password IS NOT NULL",
                (known.account, again.print()),
            )?;
        }
        if let Some(before) = before {
            change.execute("DELETE FROM sessions WHERE hash = ?1", [hash(before)])?;
        }
        super::session::store(&change, &session, known.account, now)?;
        change.commit()?;
        self.throttle.forgive(peer, key);
        Ok(session)
    }

    /// A new password. All sessions and tokens end; the answer is a new session.
    ///
    /// # Errors
    /// The old one is wrong, the new one will not do, too many attempts.
    pub fn change_password(
        &self,
        account: i64,
        old: &str,
        new: &str,
        peer: IpAddr,
    ) -> Result<Secret, IdentityError> {
        self.passwords_allowed()?;
        let mail = self.confirm(account, old, peer)?;
        password::acceptable(new, &mail)?;
        let stored = self.hashing(|| Stored::make(new, self.policy.cost, &*self.random))?;
        self.changed(account, |db| {
            db.execute(
                "UPDATE accounts SET password = ?2 WHERE id = ?1",
                (account, stored.print()),
            )?;
            super::account::cast_out(db, account)
        })
    }

    /// A secret for a second factor that is not used until a code confirms it: as text and as an address for authenticator programs.
    ///
    /// # Errors
    /// The database fails.
    pub fn begin_second_factor(&self, account: i64) -> Result<(String, String), IdentityError> {
        let secret: Vec<u8> = self.random.bytes32()?.into_iter().take(20).collect();
        let db = self.db();
        let mail: String = db
            .query_row(
                "UPDATE accounts SET totp_next = ?2 WHERE id = ?1 RETURNING mail",
                (account, &secret),
                |row| row.get(0),
            )
            .optional()?
            .ok_or(IdentityError::Missing)?;
        Ok((totp::base32(&secret), totp::address(&secret, &mail)))
    }

    /// Uses the second factor from now on. Other sessions end; the answer is a new session.
    ///
    /// # Errors
    /// The code is wrong; none was begun.
    pub fn confirm_second_factor(
        &self,
        account: i64,
        code: &str,
        peer: IpAddr,
    ) -> Result<Secret, IdentityError> {
        let now = self.now();
        self.throttle
            .attempt(peer, hash(&format!("account {account}")), now)
            .map_err(|seconds| IdentityError::TooOften { seconds })?;
        let secret: Option<Vec<u8>> = self.db().query_row(
            "SELECT totp_next FROM accounts WHERE id = ?1",
            [account],
            |row| row.get(0),
        )?;
        let step = secret
            .and_then(|secret| totp::step_of(&secret, code, now, 0))
            .ok_or_else(|| {
                IdentityError::Refused("the code is wrong; type the one that shows now".into())
            })?;
        self.changed(account, |db| {
            db.execute(
                "UPDATE accounts SET totp = totp_next, totp_next = NULL, totp_step = ?2 WHERE id = ?1",
                (account, step),
            )?;
            db.execute("DELETE FROM sessions WHERE account = ?1", [account])?;
            Ok(())
        })
    }

    /// Takes the second factor away. Other sessions end; the answer is a new session.
    ///
    /// # Errors
    /// The password is wrong.
    pub fn end_second_factor(
        &self,
        account: i64,
        password: &str,
        peer: IpAddr,
    ) -> Result<Secret, IdentityError> {
        self.confirm(account, password, peer)?;
        self.changed(account, |db| {
            db.execute(
                "UPDATE accounts SET totp = NULL, totp_next = NULL WHERE id = ?1",
                [account],
            )?;
            db.execute("DELETE FROM sessions WHERE account = ?1", [account])?;
            Ok(())
        })
    }

    /// Whether an account has a password; who comes in by single sign-on alone has none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn has_password(&self, account: i64) -> Result<bool, IdentityError> {
        Ok(self.db().query_row(
            "SELECT password IS NOT NULL FROM accounts WHERE id = ?1",
            [account],
            |row| row.get(0),
        )?)
    }

    /// The same answer for everybody, before anything is looked up.
    pub(super) fn passwords_allowed(&self) -> Result<(), IdentityError> {
        if self.policy.passwords {
            return Ok(());
        }
        Err(IdentityError::Refused(
            "passwords are switched off here; come in by single sign-on".into(),
        ))
    }

    /// Whether an account uses a second factor.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn has_second_factor(&self, account: i64) -> Result<bool, IdentityError> {
        Ok(self.db().query_row(
            "SELECT totp IS NOT NULL FROM accounts WHERE id = ?1",
            [account],
            |row| row.get(0),
        )?)
    }

    /// The mail address of an account whose password was given right. Guessed as slowly as at the door.
    fn confirm(&self, account: i64, password: &str, peer: IpAddr) -> Result<String, IdentityError> {
        let key = hash(&format!("account {account}"));
        self.throttle
            .attempt(peer, key, self.now())
            .map_err(|seconds| IdentityError::TooOften { seconds })?;
        let db = self.db();
        let mail: String =
            db.query_row("SELECT mail FROM accounts WHERE id = ?1", [account], |r| {
                r.get(0)
            })?;
        let known = known(&db, "id", &account.to_string())?.ok_or(IdentityError::Missing)?;
        drop(db);
        if self.hashing(|| known.password.verify(password))? {
            self.throttle.forgive(peer, key);
            Ok(mail)
        } else {
            Err(IdentityError::Refused(
                "the present password is wrong".into(),
            ))
        }
    }

    /// Changes an account and gives it a new session, both or neither.
    fn changed(
        &self,
        account: i64,
        change: impl FnOnce(&Connection) -> Result<(), IdentityError>,
    ) -> Result<Secret, IdentityError> {
        let session = Secret::fresh(&*self.random, "")?;
        let now = self.now();
        let mut db = self.db();
        let together = db.transaction()?;
        change(&together)?;
        super::session::store(&together, &session, account, now)?;
        together.commit()?;
        Ok(session)
    }
}

/// An account that can sign in, by `mail` or `id`.
fn known(db: &Connection, by: &'static str, value: &str) -> Result<Option<Known>, IdentityError> {
    let found = db
        .prepare_cached(&format!(
            "SELECT id, password, totp, totp_step FROM accounts
             WHERE {by} = ?1 AND revoked_us IS NULL AND password IS NOT NULL"
        ))?
        .query_row([value], |row| {
            let password: String = row.get(1)?;
            Ok(Stored::parse(&password)
                .map(|password| (row.get(0), password, row.get(2), row.get(3))))
        })
        .optional()?
        .flatten();
    match found {
        None => Ok(None),
        Some((account, password, totp, totp_step)) => Ok(Some(Known {
            account: account?,
            password,
            totp: totp?,
            totp_step: totp_step?,
        })),
    }
}
