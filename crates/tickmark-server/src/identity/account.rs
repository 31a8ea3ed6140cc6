//! Accounts: who there is, as what, and since when no more.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};
use tickmark_core::model::time::{Period, Time};

use super::{Identity, IdentityError, secret::Secret};
use crate::rights::{Engagement, Role, Viewer};

/// What somebody is let in as. Checked the same way when they are invited and when it is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Role.
    pub role: Role,
    /// Owner named in adoptions that they stand for.
    pub stands_for: Option<String>,
    /// What an auditor examines.
    pub engagement: Option<NewEngagement>,
}

/// What an auditor is let in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEngagement {
    /// Such as `SOC 2 Type 2, first half of 2026`.
    pub name: String,
    /// The period examined, if the program has one yet.
    pub period: Option<Period>,
    /// Nothing can be seen from then on.
    pub until: Time,
}

/// A line of the list of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who, as a page would see them.
    pub viewer: Viewer,
    /// Has taken up the invitation, or has come in by single sign-on.
    pub joined: bool,
    /// Comes in by single sign-on.
    pub elsewhere: bool,
    /// Uses a second factor.
    pub second_factor: bool,
    /// May not come in any more since then.
    pub revoked: Option<Time>,
}

/// Columns that [`viewer`] reads, of `accounts a LEFT JOIN engagements e`.
pub(super) const VIEWER: &str =
    "a.id, a.mail, a.name, a.role, a.stands_for, e.id, e.name, e.period, e.until_us";

/// Reads a viewer; a role that this program does not know is an account that cannot come in.
pub(super) fn viewer(row: &Row<'_>) -> rusqlite::Result<Option<Viewer>> {
    let role: String = row.get(3)?;
    let Some(role) = Role::from_name(&role) else {
        return Ok(None);
    };
    let engagement = match row.get::<_, Option<i64>>(5)? {
        None => None,
        Some(id) => Some(Engagement {
            id,
            name: row.get(6)?,
            period: row
                .get::<_, Option<String>>(7)?
                .and_then(|text| Period::parse(&text).ok()),
            until: Time::from_micros(row.get(8)?),
        }),
    };
    Ok(Some(Viewer {
        account: row.get(0)?,
        mail: row.get(1)?,
        name: row.get(2)?,
        role,
        stands_for: row.get(4)?,
        engagement,
        scopes: None,
    }))
}

impl Viewer {
    /// Whether the time of an auditor is over, or was never given.
    pub(super) fn is_over(&self, now: Time) -> bool {
        self.role == Role::Auditor && self.engagement.as_ref().is_none_or(|e| now >= e.until)
    }
}

impl Identity {
    /// All accounts, by mail address.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn members(&self) -> Result<Vec<Member>, IdentityError> {
        let db = self.db();
        let mut query = db.prepare_cached(&format!(
            "SELECT {VIEWER}, a.password IS NOT NULL, a.totp IS NOT NULL, a.revoked_us,
               EXISTS (SELECT 1 FROM elsewhere x WHERE x.account = a.id)
             FROM accounts a LEFT JOIN engagements e ON e.id = a.engagement ORDER BY a.mail"
        ))?;
        let rows = query.query_map([], |row| {
            let elsewhere: bool = row.get(12)?;
            Ok(viewer(row)?.map(|viewer| Member {
                viewer,
                joined: elsewhere || row.get(9).unwrap_or(false),
                elsewhere,
                second_factor: row.get(10).unwrap_or(false),
                revoked: row
                    .get::<_, Option<i64>>(11)
                    .unwrap_or(None)
                    .map(Time::from_micros),
            }))
        })?;
        Ok(rows
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// Makes an account that nobody can use yet, and the one-time link that its owner takes it up with.
    ///
    /// # Errors
    /// The address is taken or is none, the place is impossible, or the database fails.
    pub fn invite(&self, mail: &str, name: &str, place: &Place) -> Result<Secret, IdentityError> {
        let mail = mail_address(mail)?;
        let name = person_name(name)?;
        let now = self.now();
        possible(place, now)?;
        let link = Secret::fresh(&*self.random, "")?;
        let mut db = self.db();
        let change = db.transaction()?;
        let taken: Option<(i64, bool)> = change
            .query_row(
                "SELECT id, revoked_us IS NOT NULL FROM accounts WHERE mail = ?1",
                [&mail],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        if matches!(taken, Some((_, false))) {
            return Err(IdentityError::Refused(
                "there is an account with this mail address; change its role, or send its owner a new link".into(),
            ));
        }
        let engagement = engage(&change, place)?;
        // Somebody who was revoked comes back as the same account, with nothing of what they had.
        change.execute(
            "INSERT INTO accounts (mail, name, role, stands_for, engagement, created_us)
             VALUES (:mail, :name, :role, :stands_for, :engagement, :now)
             ON CONFLICT (mail) DO UPDATE SET name = :name, role = :role, stands_for = :stands_for,
               engagement = :engagement, revoked_us = NULL",
            named_params! {":mail": mail, ":name": name, ":role": place.role.name(),
            ":stands_for": place.stands_for, ":engagement": engagement, ":now": now.micros()},
        )?;
        let account = taken.map_or_else(|| change.last_insert_rowid(), |(id, _)| id);
        super::link::store(&change, &link, Some(account), now)?;
        change.commit()?;
        Ok(link)
    }

    /// Gives somebody another place. Sessions end at once, and so do tokens: both were given for the old one.
    ///
    /// # Errors
    /// No such account, an impossible place, the last owner, or the database fails.
    pub fn place(&self, account: i64, place: &Place) -> Result<(), IdentityError> {
        possible(place, self.now())?;
        let mut db = self.db();
        let change = db.transaction()?;
        let engagement = engage(&change, place)?;
        let changed = change.execute(
            "UPDATE accounts SET role = ?2, stands_for = ?3, engagement = ?4 WHERE id = ?1",
            (account, place.role.name(), &place.stands_for, engagement),
        )?;
        if changed == 0 {
            return Err(IdentityError::Missing);
        }
        cast_out(&change, account)?;
        somebody_owns(&change)?;
        Ok(change.commit()?)
    }

    /// Takes everything from somebody: sessions, tokens, links, the password, the second factor, and who they are elsewhere.
    ///
    /// # Errors
    /// No such account, the last owner, or the database fails.
    pub fn revoke(&self, account: i64) -> Result<(), IdentityError> {
        let now = self.now();
        let mut db = self.db();
        let change = db.transaction()?;
        let changed = change.execute(
            "UPDATE accounts SET revoked_us = ?2, password = NULL, totp = NULL, totp_next = NULL
             WHERE id = ?1 AND revoked_us IS NULL",
            (account, now.micros()),
        )?;
        if changed == 0 {
            return Err(IdentityError::Missing);
        }
        cast_out(&change, account)?;
        change.execute("DELETE FROM links WHERE account = ?1", [account])?;
        change.execute("DELETE FROM elsewhere WHERE account = ?1", [account])?;
        somebody_owns(&change)?;
        Ok(change.commit()?)
    }
}

/// Ends all sessions and tokens of an account.
pub(super) fn cast_out(db: &Connection, account: i64) -> Result<(), IdentityError> {
    db.execute("DELETE FROM sessions WHERE account = ?1", [account])?;
    db.execute("DELETE FROM tokens WHERE account = ?1", [account])?;
    Ok(())
}

/// Whether there is an owner who has come in.
pub(super) fn has_owner(db: &Connection) -> Result<bool, IdentityError> {
    Ok(db.query_row(
        "SELECT EXISTS (SELECT 1 FROM accounts a WHERE a.role = 'owner' AND a.revoked_us IS NULL
           AND (a.password IS NOT NULL OR EXISTS (SELECT 1 FROM elsewhere x WHERE x.account = a.id)))",
        [],
        |row| row.get(0),
    )?)
}

/// There must be somebody left who can let others in.
fn somebody_owns(db: &Connection) -> Result<(), IdentityError> {
    if !has_owner(db)? {
        return Err(IdentityError::Refused(
            "this is the last owner; make somebody else an owner first".into(),
        ));
    }
    Ok(())
}

fn engage(db: &Connection, place: &Place) -> Result<Option<i64>, IdentityError> {
    let Some(engagement) = &place.engagement else {
        return Ok(None);
    };
    let period = engagement.period.map(|p| p.to_string());
    db.execute(
        "INSERT INTO engagements (name, period, until_us) VALUES (?1, ?2, ?3)",
        (&engagement.name, period, engagement.until.micros()),
    )?;
    Ok(Some(db.last_insert_rowid()))
}

/// An auditor has an engagement that ends in the future; nobody else has one.
fn possible(place: &Place, now: Time) -> Result<(), IdentityError> {
    let refuse = |why: &str| Err(IdentityError::Refused(why.to_owned()));
    match (&place.engagement, place.role) {
        (None, Role::Auditor) => refuse("an auditor needs an engagement with its last day"),
        (Some(_), role) if role != Role::Auditor => refuse("only an auditor has an engagement"),
        (Some(e), _) if e.until <= now => {
            refuse("the engagement's last day has passed; take a later one")
        }
        (Some(e), _) if e.name.trim().is_empty() || e.name.chars().count() > 200 => {
            refuse("the engagement needs a name of at most 200 characters")
        }
        _ => Ok(()),
    }
}

/// A mail address in lower case. Not all that RFC 5322 allows, all that people have.
pub(super) fn mail_address(text: &str) -> Result<String, IdentityError> {
    let mail = text.trim().to_lowercase();
    let fine = mail.len() <= 254
        && mail
            .chars()
            .all(|c| !c.is_control() && !c.is_whitespace() && !"<>\"'(),:;\\".contains(c))
        && matches!(mail.split_once('@'), Some((name, domain)) if !name.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if fine {
        Ok(mail)
    } else {
        Err(IdentityError::Refused(
            "this is no mail address; write it like name@company.example".into(),
        ))
    }
}

/// A name as people write it: anything but control signs, at most 100 characters.
pub(super) fn person_name(text: &str) -> Result<String, IdentityError> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(IdentityError::Refused(
            "a name has 1 to 100 characters and no line breaks".into(),
        ));
    }
    Ok(name.to_owned())
}
