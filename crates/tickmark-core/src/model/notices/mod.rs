//! Who is told what, and when: decided from a state and the day, sent by somebody else.
//!
//! Everything that is open is told in one digest to each owner (Monday at 08:00 of the reporting zone, if nothing else is said); at
//! once only what is new: an exception, or something that became overdue. Whatever is told, is told to one owner, once. A message
//! names controls, tests, policies and vendors, never an item or a person: items may name people, and mail lies in many places.

mod address;
mod decide;
mod points;
mod rhythm;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use tickmark_log::digest::{Digest, DigestError, sha256};

use super::document::{Mailbox, Notices, People};
use super::ids::{ControlId, PersonId, TestId};
use super::state::State;
use super::time::{Day, Period, Time};

pub use decide::decide;
pub use rhythm::digest_day;

/// What is told, as a digest of what it is about: the kind, the subject, its day or week. The same thing has the same id for ever, so a
/// set of ids is all that must be kept of what was told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeId(Digest);

impl NoticeId {
    /// The id of something that is told. Without the ledger's secret nobody can try out whether an item or a person is meant: ids
    /// leave the house.
    #[must_use]
    pub fn of(secret: &[u8; 32], parts: &[&str]) -> Self {
        let mut bytes = b"tickmark/notice/v1".to_vec();
        bytes.extend_from_slice(secret);
        for part in parts {
            // With its length before it no two lists of parts read the same.
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Self(sha256(&bytes))
    }
}

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for NoticeId {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        text.parse().map(Self)
    }
}

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// Something new: exceptions, or what became overdue.
    Alert,
    /// Everything that is open.
    Digest,
}

impl NoticeKind {
    /// The word in a webhook's body and on pages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Digest => "digest",
        }
    }
}

/// Who is told: one owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient {
    /// As what: labels of documents or the handle of a person, with commas between.
    pub name: String,
    /// Where mail for them goes; none if no address is known, not even the compliance manager's.
    pub mail: Option<Mailbox>,
}

/// One message to one owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id; receivers know a repeated message by it.
    pub id: NoticeId,
    /// Kind.
    pub kind: NoticeKind,
    /// What it tells that was not told before.
    pub about: Vec<NoticeId>,
    /// Whom.
    pub to: Recipient,
    /// One line.
    pub subject: String,
    /// Plain text, lines ended by line feeds.
    pub text: String,
    /// Where its page is, a path.
    pub path: String,
}

/// An item that did not pass, of the last run of its test over the program's period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exception {
    /// The test.
    pub test: TestId,
    /// The item; it goes into the id and never into a message.
    pub item: String,
    /// Since when it deviates, where the run says so.
    pub since: Option<Time>,
}

/// An occurrence of a control for which no evidence was handed in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owing {
    /// The control.
    pub control: ControlId,
    /// Its days; it is due on the last of them.
    pub days: Period,
}

/// A message of which it is not known whether it arrived, or known that it did not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost {
    /// Its id.
    pub id: NoticeId,
    /// Channel it was sent over, like `mail`.
    pub channel: String,
    /// Its subject.
    pub subject: String,
    /// It may have arrived.
    pub unsure: bool,
}

/// Everything that decides what is told.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What the ledger means.
    pub state: &'a State,
    /// `notices.yaml`.
    pub settings: &'a Notices,
    /// `people.yaml`.
    pub people: &'a People,
    /// First days of persons, where they are known: nobody is late with a policy that was there before.
    pub starts: &'a BTreeMap<PersonId, Day>,
    /// Items that did not pass, in any order.
    pub exceptions: &'a [Exception],
    /// Occurrences without evidence that are due or will be soon, in any order.
    pub evidence: &'a [Owing],
    /// Messages that got lost since the last digest.
    pub lost: &'a [Lost],
    /// The ledger's secret.
    pub secret: &'a [u8; 32],
    /// What was told already.
    pub told: &'a BTreeSet<NoticeId>,
    /// Now.
    pub now: Time,
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decided {
    /// Messages, in the order of recipients.
    pub notices: Vec<Notice>,
    /// What needs no message any more, such as the digest of a week in which nothing is open; to be kept as told together with the
    /// messages.
    pub settled: Vec<NoticeId>,
}
