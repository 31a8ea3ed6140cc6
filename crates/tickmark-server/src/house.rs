//! What the pages are made of. The engine fills it; nothing here reads or decides.

use std::{collections::BTreeMap, sync::Arc};

use tickmark_core::{
    facts::source::Source,
    judge::library::Library,
    model::{
        body::{AccessKind, RevokedWhy, TrustPublished, WithdrawnWhy},
        document::People,
        frozen::FrozenList,
        ids::{MailAddress, PersonId},
        state::State,
        time::Time,
    },
    report::{ReportError, build::Standing, inputs::Inputs},
};

use crate::pulse::Pulse;

/// Everything that pages show, at one size of the ledger. Made once for each head and shared by all requests.
pub struct House {
    /// What the ledger means.
    pub state: State,
    /// Criteria, controls, tests, populations and sources as recorded.
    pub library: Library,
    /// The program's period with its controls, runs and populations; why there is none otherwise (such as no period yet).
    pub inputs: Result<Inputs, String>,
    /// Open points per criterion.
    pub standings: Vec<Standing>,
    /// What the ledger is signed with and how far.
    pub log: LogCard,
    /// Bytes of the documents of the program now, by path, for reading.
    pub documents: Vec<(String, Vec<u8>)>,
    /// Persons and their accounts, as `people.yaml` says now; nobody without one. Names are shown to management only.
    pub people: People,
    /// Declarations of the sources of the library.
    pub sources: Vec<Source>,
    /// Files that were handed in, by the leaf of their evidence; those that were erased are not in it.
    pub files: BTreeMap<u64, HandedIn>,
}

/// A file that somebody handed in as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// What it was called.
    pub name: String,
    /// When what it shows was done, as stated.
    pub performed_at: Option<Time>,
    /// Commitment of its bytes in the ledger, hex.
    pub commitment: String,
    /// Bytes.
    pub length: u64,
}

impl House {
    /// The person whose account `email:MAIL` is: what somebody who is signed in does in their own name.
    #[must_use]
    pub fn person(&self, mail: &str) -> Option<&PersonId> {
        let account = format!("email:{}", mail.to_lowercase());
        let owns = |a: &tickmark_core::model::document::Account| {
            a.account.as_str().to_lowercase() == account
        };
        let found = self
            .people
            .persons
            .iter()
            .find(|p| p.accounts.iter().any(owns));
        found.map(|p| &p.person)
    }

    /// The declaration of a configured source.
    #[must_use]
    pub fn declaration(&self, instance: &str) -> Option<&Source> {
        let configured = &self.state.sources()?.sources;
        let used = configured.iter().find(|s| s.id.as_str() == instance)?;
        self.sources.iter().find(|s| s.id == used.source)
    }

    /// How a person is called: the name, or the handle where there is none.
    #[must_use]
    pub fn name_of<'a>(&'a self, person: &'a PersonId) -> &'a str {
        let known = self.people.person(person).and_then(|p| p.name.as_deref());
        known.unwrap_or_else(|| person.as_str())
    }
}

/// The ledger's own standing.
#[derive(Debug, Clone, Default)]
pub struct LogCard {
    /// Leaves.
    pub size: u64,
    /// Root hash, hex.
    pub root: String,
    /// The signed note of the last checkpoint, whole.
    pub note: Option<String>,
    /// Verdict that a verifier gives: `unanchored`, `witnessed`.
    pub verdict: String,
    /// Leaves after the last cosignature, and the claimed time of the oldest.
    pub unwitnessed: (u64, Option<Time>),
}

/// One entry of the ledger for reading, with what proves it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its index.
    pub leaf: u64,
    /// Kind, such as `collection.result`.
    pub kind: String,
    /// Claimed time.
    pub time: Time,
    /// Who.
    pub actor: String,
    /// Its body as JSON, indented.
    pub body: String,
    /// Leaf hash, hex.
    pub hash: String,
    /// Inclusion proof in the head's tree, hex.
    pub proof: Vec<String>,
    /// Role, commitment and length of each blob; whether the bytes are here.
    pub blobs: Vec<(String, String, u64, bool)>,
}

/// A table that a query gives.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Headings.
    pub columns: Vec<String>,
    /// Rows as text; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// There were more rows than asked for.
    pub more: bool,
}

/// The clock of a served program: whether somebody does what is due, and what became of messages.
#[derive(Debug, Clone, Default)]
pub struct ClockCard {
    /// A runner is at work right now, in this program or another.
    pub at_work: bool,
    /// When a runner looked last whether something is due; none if none ever did.
    pub looked: Option<Time>,
    /// When one last found something to do, and what it did, a line each.
    pub did: Option<(Time, Vec<String>)>,
    /// Messages that wait or are being sent, over all channels.
    pub waiting: u64,
    /// Messages that were accepted.
    pub sent: u64,
    /// Messages of which nobody knows whether they arrived.
    pub unsure: u64,
    /// Messages that are not sent any more.
    pub failed: u64,
    /// The last messages, the newest first.
    pub notices: Vec<NoticeLine>,
    /// Why the list of messages cannot be read, if it cannot.
    pub trouble: Option<String>,
}

/// One message over one channel. Neither its text nor an address.
#[derive(Debug, Clone)]
pub struct NoticeLine {
    /// Its id.
    pub id: String,
    /// Kind: `alert` or `digest`.
    pub kind: String,
    /// Who is told, by label.
    pub owner: String,
    /// Its subject.
    pub subject: String,
    /// When it was decided.
    pub decided: Time,
    /// `mail`, `slack` or `webhook`.
    pub channel: String,
    /// What became of it.
    pub state: NoticeState,
    /// Attempts so far.
    pub attempts: u64,
    /// When it is sent next, if it waits.
    pub due: Option<Time>,
    /// When that changed last.
    pub changed: Time,
    /// Why it is not sent; empty if it is.
    pub why: String,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum NoticeState {
    Waiting,
    Sending,
    Sent,
    Unsure,
    Failed,
}

impl NoticeState {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "being sent",
            Self::Sent => "sent",
            Self::Unsure => "unsure",
            Self::Failed => "not sent",
        }
    }
}

/// A file to hand out. Always a download, never shown in place.
#[derive(Debug, Clone)]
pub struct Download {
    /// Name that the browser saves it under.
    pub name: String,
    /// Media type.
    pub media: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What somebody wants done.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Adopt a control of the library.
    Adopt {
        /// Its id, such as `CHG-01`.
        control: String,
        /// Who answers for it.
        owner: String,
        /// What it covers.
        scope: String,
        /// First day it is in force.
        effective: String,
    },
    /// Hand in a file as evidence.
    Evidence {
        /// Control it is evidence for.
        control: String,
        /// Time it covers, `A..B`.
        covers: String,
        /// Name of the file.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Run the tests of the period again; none named: all.
    Test(Vec<String>),
    /// Run the declared sources; none named: all.
    Collect(Vec<String>),
    /// Write a document of the program and record it: a policy, a risk, a vendor, `tickmark.yaml`. What is not valid is refused and not written.
    Save {
        /// Path in the program directory, such as `risks/leaver-access.md`.
        path: String,
        /// All of its bytes.
        bytes: Vec<u8>,
        /// Leaf of the version that was edited; none for a new document. Refused if somebody else has recorded another since.
        seen: Option<u64>,
    },
    /// Approve a version of a policy as the person who is signed in.
    Approve {
        /// The policy, such as `access-control`.
        policy: String,
        /// Leaf of the version that was read.
        seen: u64,
    },
    /// Acknowledge a version of a policy as the person who is signed in.
    Acknowledge {
        /// The policy.
        policy: String,
        /// Leaf of the version that was read.
        seen: u64,
    },
    /// Make tasks of items that did not pass.
    OpenTasks {
        /// Leaf of the run that found them.
        run: u64,
        /// The items; none: one task about the whole test.
        items: Vec<String>,
        /// Who takes care of them: a person of `people.yaml`.
        owner: String,
        /// Last day, `2026-03-31`.
        due: String,
    },
    /// Give tasks another owner or day.
    Reassign {
        /// Leaves of the tasks.
        tasks: Vec<u64>,
        /// Who takes care of them; empty: as before.
        owner: String,
        /// Last day; empty: as before.
        due: String,
    },
    /// Freeze a population as the list of an access review.
    OpenReview {
        /// Control that asks for it.
        control: String,
        /// A population of state, such as `account`; its rows at this moment are the list.
        population: String,
        /// Days it stands for, `A..B`.
        covers: String,
        /// Last day to decide on.
        due: String,
    },
    /// Decide about items of a review as the person who is signed in.
    Decide {
        /// Leaf of the review.
        review: u64,
        /// Whether each of these places of the list stays.
        keep: BTreeMap<u32, bool>,
    },
    /// Look in the latest collections whether what had to go is gone.
    Recheck {
        /// Leaf of the review.
        review: u64,
    },
    /// Put a document on the trust page.
    Publish {
        /// What it is, for whom, the time it speaks of.
        what: TrustPublished,
        /// Its title.
        title: String,
        /// Who examined; for a report only.
        firm: Option<String>,
        /// Name of the file.
        name: String,
        /// The file.
        bytes: Vec<u8>,
    },
    /// Take a publication off the trust page; every grant of it ends.
    Withdraw {
        /// Leaf of the publication.
        publication: u64,
        /// Why.
        why: WithdrawnWhy,
    },
    /// Let a named recipient have a publication for a time.
    Grant {
        /// Leaf of the publication.
        publication: u64,
        /// To whom.
        recipient: MailAddress,
        /// Nothing can be had from then on.
        until: Time,
        /// Text that must be accepted first.
        terms: String,
    },
    /// End a grant at once.
    RevokeGrant {
        /// Leaf of the grant.
        grant: u64,
        /// Why.
        why: RevokedWhy,
    },
    /// Note what a recipient does, before it is done.
    LogAccess {
        /// Leaf of the grant.
        grant: u64,
        /// What.
        what: AccessKind,
    },
    /// Records that a program hands over, JSON Lines with the population's columns; all of them or none.
    Push {
        /// The population, such as `account`.
        population: String,
        /// Name of the pushing system, singular snake case.
        from: String,
        /// The lines.
        bytes: Vec<u8>,
    },
}

/// Why something was not done or shown: one line for a person, and what kind of trouble it is.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Trouble {
    /// The wish is wrong or refused (400).
    #[error("{0}")]
    Refused(String),
    /// There is no such thing (404).
    #[error("{0}")]
    Missing(String),
    /// The machine failed: disk, worker, source (503).
    #[error("{0}")]
    Environment(String),
}

impl From<ReportError> for Trouble {
    fn from(error: ReportError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// The engine, as the server needs it. Calls may take long; the server makes them outside its own threads.
pub trait Company: Send + Sync {
    /// What there is now. Cheap when nothing was recorded since; always contains what `act` has recorded.
    ///
    /// # Errors
    /// The ledger cannot be read.
    fn house(&self) -> Result<Arc<House>, Trouble>;

    /// One entry with its proof.
    ///
    /// # Errors
    /// There is none, or the ledger cannot be read.
    fn entry(&self, leaf: u64) -> Result<Entry, Trouble>;

    /// One SELECT over the populations, as many rows as asked for.
    ///
    /// # Errors
    /// The query is wrong, too large or refused.
    fn query(&self, sql: &str, limit: usize) -> Result<Grid, Trouble>;

    /// The bytes of a piece of evidence handed in, by its leaf.
    ///
    /// # Errors
    /// There is none, or it was erased.
    fn evidence(&self, leaf: u64) -> Result<Download, Trouble>;

    /// A report: `type1`, `type2`, `readiness` or `workbook` as `pdf`, `xlsx`, `html`, `md` or `json`.
    ///
    /// # Errors
    /// A part is missing; the worker fails.
    fn report(&self, kind: &str, format: &str) -> Result<Download, Trouble>;

    /// Everything the auditor needs in one file.
    ///
    /// # Errors
    /// The disk fails.
    fn bundle(&self) -> Result<Download, Trouble>;

    /// How the machine below is, for health and measurements. Asked often: it answers at once and waits for nobody.
    fn pulse(&self) -> Pulse {
        Pulse::default()
    }

    /// The frozen list of a review, by its leaf.
    ///
    /// # Errors
    /// There is no such review, or its list was erased.
    fn review(&self, leaf: u64) -> Result<FrozenList, Trouble>;

    /// The file of a publication, by its leaf; also of one that was withdrawn. Whether somebody may have it is asked before.
    ///
    /// # Errors
    /// There is no such publication, or its file was erased.
    fn published(&self, leaf: u64) -> Result<Download, Trouble>;
    /// What the runner did last, and what became of messages.
    ///
    /// # Errors
    /// The disk fails. A list of messages that cannot be read is no error: the card says so.
    fn clock(&self) -> Result<ClockCard, Trouble>;

    /// Does it; says what was recorded, such as `recorded 17..19`.
    ///
    /// # Errors
    /// Refused with the reason; nothing is recorded then.
    fn act(&self, who: &str, deed: Deed) -> Result<String, Trouble>;
}
