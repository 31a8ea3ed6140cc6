//! Strangers at the trust page: what they ask for, the links they were sent, who wants to hear of updates, and what the page says.
//!
//! None of it is evidence: what was given to whom, and what became of it, is in the ledger. All of it may be lost; links are sent again.

use std::net::IpAddr;

use rusqlite::{OptionalExtension as _, Row};
use tickmark_core::model::{
    ids::MailAddress,
    time::{DAY_US, Time},
};

use super::{
    Identity, IdentityError, Rate, Rates,
    account::person_name,
    secret::{Secret, hash},
};

/// An answered wish is forgotten after that long: what was given is in the ledger, and nobody needs the rest.
const KEPT_US: i64 = 90 * DAY_US;
/// Most wishes that wait for an answer. Beyond, the page says so instead of filling the disk.
const MOST_WAITING: i64 = 500;
/// Most subscribers.
const MOST_SUBSCRIBERS: i64 = 20_000;
/// Longest company, reason and text of the page, characters.
const MOST_LINE: usize = 200;
const MOST_TEXT: usize = 2_000;
const MOST_TERMS: usize = 50_000;

/// How often a stranger may ask: few forms, for a form is read by a person.
pub(super) const RATES: Rates = Rates {
    pair: Rate {
        tries: 4,
        in_s: 3_600,
    },
    address: Rate {
        tries: 12,
        in_s: 3_600,
    },
    account: Rate {
        tries: 20,
        in_s: 86_400,
    },
};

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS trust_requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  company TEXT NOT NULL,
  mail TEXT NOT NULL,
  reason TEXT NOT NULL,
  wanted TEXT NOT NULL,
  asked_us INTEGER NOT NULL,
  decided_us INTEGER,
  approved INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS trust_links (
  hash BLOB NOT NULL,
  grant_leaf INTEGER NOT NULL,
  PRIMARY KEY (hash, grant_leaf)
) STRICT;
CREATE TABLE IF NOT EXISTS trust_subscribers (
  mail TEXT PRIMARY KEY,
  since_us INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS trust_page (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  lead TEXT NOT NULL,
  contact TEXT NOT NULL,
  terms TEXT NOT NULL,
  shows TEXT NOT NULL
) STRICT;
";

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Name.
    pub name: String,
    /// Company.
    pub company: String,
    /// Where to send the link: the named recipient.
    pub mail: MailAddress,
    /// What for.
    pub reason: String,
    /// Leaves of the publications.
    pub wanted: Vec<u64>,
}

/// A wish, when it came, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its number.
    pub id: i64,
    /// What was asked for.
    pub wish: Wish,
    /// When.
    pub at: Time,
    /// When it was answered, and whether it was granted.
    pub decided: Option<(Time, bool)>,
}

/// Somebody who wants to hear of updates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Mail address.
    pub mail: String,
    /// Since when.
    pub since: Time,
}

/// What management decided that the trust page says besides publications. Nothing at first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageText {
    /// A few sentences at the top.
    pub lead: String,
    /// Whom to write to: a mail address or other words.
    pub contact: String,
    /// The company's own agreement, accepted with the restriction of use; empty: the restriction alone.
    pub terms: String,
    /// Which parts are shown.
    pub shows: Shows,
}

/// Parts of the page that stand there only if somebody decided so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shows {
    /// What is watched, when it was last looked at, and the ledger behind it.
    pub monitoring: bool,
    /// Vendors that handle data or are subservice organizations.
    pub subprocessors: bool,
    /// Titles of the policies in force.
    pub policies: bool,
}

impl Shows {
    fn print(self) -> String {
        let words = [
            (self.monitoring, "monitoring"),
            (self.subprocessors, "subprocessors"),
            (self.policies, "policies"),
        ];
        let shown = words.iter().filter(|(on, _)| *on).map(|(_, word)| *word);
        shown.collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> Self {
        let has = |word: &str| text.split(' ').any(|w| w == word);
        Self {
            monitoring: has("monitoring"),
            subprocessors: has("subprocessors"),
            policies: has("policies"),
        }
    }
}

impl Identity {
    /// Takes a wish. A second one from the same address takes the place of the first, as long as nobody has answered it.
    ///
    /// # Errors
    /// A text that will not do, too many wishes, or the database fails.
    pub fn ask_for_documents(&self, wish: &Wish, peer: IpAddr) -> Result<(), IdentityError> {
        let name = person_name(&wish.name)?;
        let company = line(&wish.company, "the company")?;
        let reason = text(&wish.reason, "the reason", MOST_TEXT)?;
        if wish.wanted.is_empty() {
            return refuse("choose at least one document");
        }
        let now = self.now();
        self.may_visit(peer, wish.mail.as_str(), now)?;
        let wanted: Vec<String> = wish.wanted.iter().map(ToString::to_string).collect();
        let mut db = self.db();
        let change = db.transaction()?;
        change.execute(
            "DELETE FROM trust_requests WHERE decided_us <= ?1 OR (mail = ?2 AND decided_us IS NULL)",
            (now.plus(-KEPT_US).micros(), wish.mail.as_str()),
        )?;
        let waiting: i64 = change.query_row(
            "SELECT count(*) FROM trust_requests WHERE decided_us IS NULL",
            [],
            |row| row.get(0),
        )?;
        if waiting >= MOST_WAITING {
            return refuse("too many requests wait for an answer; write to the company instead");
        }
        change.execute(
            "INSERT INTO trust_requests (name, company, mail, reason, wanted, asked_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (name, company, wish.mail.as_str(), reason, wanted.join(" "), now.micros()),
        )?;
        Ok(change.commit()?)
    }

    /// All wishes that are kept: those that wait first, the oldest of them on top, then the answered ones.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn wishes(&self) -> Result<Vec<Asked>, IdentityError> {
        let db = self.db();
        let mut query = db.prepare_cached(
            "SELECT id, name, company, mail, reason, wanted, asked_us, decided_us, approved FROM trust_requests
             ORDER BY decided_us IS NOT NULL, decided_us DESC, id",
        )?;
        let rows = query.query_map([], asked)?;
        let rows: Vec<Option<Asked>> = rows.collect::<Result<_, _>>()?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// A wish that waits for an answer.
    ///
    /// # Errors
    /// There is none (any more), or the database cannot be read.
    pub fn wish(&self, id: i64) -> Result<Asked, IdentityError> {
        let db = self.db();
        let found = db
            .prepare_cached(
                "SELECT id, name, company, mail, reason, wanted, asked_us, decided_us, approved FROM trust_requests
                 WHERE id = ?1 AND decided_us IS NULL",
            )?
            .query_row([id], asked)
            .optional()?;
        found.flatten().ok_or(IdentityError::Missing)
    }

    /// Notes the answer to a wish.
    ///
    /// # Errors
    /// There is none that waits, or the database fails.
    pub fn answer_wish(&self, id: i64, approved: bool) -> Result<(), IdentityError> {
        let changed = self.db().execute(
            "UPDATE trust_requests SET decided_us = ?2, approved = ?3 WHERE id = ?1 AND decided_us IS NULL",
            (id, self.now().micros(), approved),
        )?;
        match changed {
            0 => Err(IdentityError::Missing),
            _ => Ok(()),
        }
    }

    /// A link to these grants, shown once and stored as its hash. Earlier links to them are void.
    ///
    /// # Errors
    /// No randomness, or the database fails.
    pub fn share(&self, grants: &[u64]) -> Result<Secret, IdentityError> {
        let link = Secret::fresh(&*self.random, "")?;
        let mut db = self.db();
        let change = db.transaction()?;
        for grant in grants {
            let leaf = i64::try_from(*grant).map_err(|_| IdentityError::Missing)?;
            change.execute("DELETE FROM trust_links WHERE grant_leaf = ?1", [leaf])?;
            change.execute(
                "INSERT INTO trust_links (hash, grant_leaf) VALUES (?1, ?2)",
                (link.hash(), leaf),
            )?;
        }
        change.commit()?;
        Ok(link)
    }

    /// The grants behind a link; none for a link that was never made or is void. Whether they still hold is the ledger's business.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn shared(&self, link: &str) -> Result<Vec<u64>, IdentityError> {
        let db = self.db();
        let mut query = db.prepare_cached(
            "SELECT grant_leaf FROM trust_links WHERE hash = ?1 ORDER BY grant_leaf",
        )?;
        let rows = query.query_map([hash(link)], |row| row.get::<_, i64>(0))?;
        let leaves: Vec<i64> = rows.collect::<Result<_, _>>()?;
        Ok(leaves
            .into_iter()
            .filter_map(|leaf| u64::try_from(leaf).ok())
            .collect())
    }

    /// Counts an attempt to use a link; whoever guesses at the recipient meets the same limits as at the door.
    ///
    /// # Errors
    /// Too many attempts.
    pub fn try_link(&self, peer: IpAddr, link: &str) -> Result<(), IdentityError> {
        let tried = self.throttle.attempt(peer, hash(link), self.now());
        tried.map_err(|seconds| IdentityError::TooOften { seconds })
    }

    /// Notes that somebody wants to hear of updates; a second time changes nothing.
    ///
    /// # Errors
    /// Too often, too many, or the database fails.
    pub fn subscribe(&self, mail: &MailAddress, peer: IpAddr) -> Result<(), IdentityError> {
        let now = self.now();
        self.may_visit(peer, mail.as_str(), now)?;
        let db = self.db();
        let count: i64 = db.query_row("SELECT count(*) FROM trust_subscribers", [], |row| {
            row.get(0)
        })?;
        if count >= MOST_SUBSCRIBERS {
            return refuse("there are too many subscriptions; write to the company instead");
        }
        db.execute(
            "INSERT INTO trust_subscribers (mail, since_us) VALUES (?1, ?2) ON CONFLICT (mail) DO NOTHING",
            (mail.as_str(), now.micros()),
        )?;
        Ok(())
    }

    /// Forgets somebody who wanted to hear of updates; also says yes where there was nobody.
    ///
    /// # Errors
    /// Too often, or the database fails.
    pub fn unsubscribe(&self, mail: &MailAddress, peer: IpAddr) -> Result<(), IdentityError> {
        self.may_visit(peer, mail.as_str(), self.now())?;
        self.db().execute(
            "DELETE FROM trust_subscribers WHERE mail = ?1",
            [mail.as_str()],
        )?;
        Ok(())
    }

    /// Who wants to hear of updates, by mail address.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn subscribers(&self) -> Result<Vec<Subscriber>, IdentityError> {
        let db = self.db();
        let mut query =
            db.prepare_cached("SELECT mail, since_us FROM trust_subscribers ORDER BY mail")?;
        let rows = query.query_map([], |row| {
            Ok(Subscriber {
                mail: row.get(0)?,
                since: Time::from_micros(row.get(1)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What management decided that the page says.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn page_text(&self) -> Result<PageText, IdentityError> {
        let db = self.db();
        let found = db
            .prepare_cached("SELECT lead, contact, terms, shows FROM trust_page")?
            .query_row([], |row| {
                let shows: String = row.get(3)?;
                Ok(PageText {
                    lead: row.get(0)?,
                    contact: row.get(1)?,
                    terms: row.get(2)?,
                    shows: Shows::read(&shows),
                })
            })
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Changes it.
    ///
    /// # Errors
    /// A text that is too long, or the database fails.
    pub fn set_page_text(&self, page: &PageText) -> Result<(), IdentityError> {
        let whole = |given: &str, what: &str, most: usize| match given.trim().is_empty() {
            true => Ok(String::new()),
            false => text(given, what, most),
        };
        let lead = whole(&page.lead, "the text at the top", MOST_TEXT)?;
        let contact = whole(&page.contact, "the contact", MOST_LINE)?;
        let terms = whole(&page.terms, "the agreement", MOST_TERMS)?;
        self.db().execute(
            "INSERT INTO trust_page (only_one, lead, contact, terms, shows) VALUES (1, ?1, ?2, ?3, ?4)
             ON CONFLICT (only_one) DO UPDATE SET lead = ?1, contact = ?2, terms = ?3, shows = ?4",
            (lead, contact, terms, page.shows.print()),
        )?;
        Ok(())
    }

    fn may_visit(&self, peer: IpAddr, mail: &str, now: Time) -> Result<(), IdentityError> {
        let tried = self.visits.attempt(peer, hash(mail), now);
        tried.map_err(|seconds| IdentityError::TooOften { seconds })
    }
}

/// Reads a wish; one whose mail address this program does not take is none.
fn asked(row: &Row<'_>) -> rusqlite::Result<Option<Asked>> {
    let (mail, wanted): (String, String) = (row.get(3)?, row.get(5)?);
    let (decided, approved): (Option<i64>, Option<bool>) = (row.get(7)?, row.get(8)?);
    let Ok(mail) = MailAddress::parse(&mail) else {
        return Ok(None);
    };
    Ok(Some(Asked {
        id: row.get(0)?,
        wish: Wish {
            name: row.get(1)?,
            company: row.get(2)?,
            mail,
            reason: row.get(4)?,
            wanted: wanted.split(' ').filter_map(|n| n.parse().ok()).collect(),
        },
        at: Time::from_micros(row.get(6)?),
        decided: decided.map(|at| (Time::from_micros(at), approved == Some(true))),
    }))
}

fn refuse<T>(why: &str) -> Result<T, IdentityError> {
    Err(IdentityError::Refused(why.to_owned()))
}

/// One line of text.
fn line(given: &str, what: &str) -> Result<String, IdentityError> {
    let line = text(given, what, MOST_LINE)?;
    match line.contains(char::is_control) {
        true => refuse(&format!("{what} has no line breaks")),
        false => Ok(line),
    }
}

/// Text of several lines: no control signs but line feeds and tabs.
fn text(given: &str, what: &str, most: usize) -> Result<String, IdentityError> {
    let text = given.replace("\r\n", "\n");
    let text = text.trim();
    let strange = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.is_empty() || text.chars().count() > most || text.contains(strange) {
        return refuse(&format!("{what} has 1 to {most} characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Shows;

    #[test]
    fn what_is_shown_is_read_back_and_strange_words_show_nothing() {
        for n in 0..8_u8 {
            let shows = Shows {
                monitoring: n & 1 > 0,
                subprocessors: n & 2 > 0,
                policies: n & 4 > 0,
            };
            assert_eq!(Shows::read(&shows.print()), shows);
        }
        assert_eq!(Shows::read("all everything"), Shows::default());
    }
}
