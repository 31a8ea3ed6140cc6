//! From a wish to entries: pure. `decide(state, command, actor, time)` says what would be recorded, or why not.
//!
//! The engine stores blobs, turns drafts into leaves, appends them at the size the state had, and decides again if somebody else
//! was quicker (decision D23).

mod apply;
mod collect;
mod draft;
mod policy;
mod publication;
mod review;
mod run;
mod task;

use std::collections::BTreeMap;

use tickmark_log::digest::Digest;
use tickmark_log::leaf::Side;

use super::body::{
    AccessKind, ActorBody, Body, CollectionIntent, ErrorCode, LibraryBody, ProgramBody, RevokedWhy,
    RunBody, TrustBody, WithdrawnWhy,
};
use super::document::{Documents, People};
use super::ids::{ActorId, ControlId, PersonId, PopulationName};
use super::manifest::Manifest;
use super::state::State;
use super::time::{Period, Time};

pub use apply::{Change, ChangeKind, adoption_document, changes};
pub use draft::{Draft, DraftBlob, DraftPage, Stored, pages_list, read_pages_list};
pub use policy::Read;
pub use publication::{MAX_GRANT_DAYS, NewGrant, NewPublication};
pub use review::{Decisions, Look, NewReview};
pub use task::{NewTask, Reassigned};

/// Who wishes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Random id; the name lies in an erasable blob.
    pub id: ActorId,
    /// On whose side; the command line is always management (decision D31).
    pub side: Side,
}

/// What is wished.
#[derive(Debug)]
pub enum Command<'a> {
    /// Begin a ledger with a library and the first documents.
    Init {
        /// The log's own name and key.
        log: ProgramBody,
        /// The library in use.
        library: LibraryInUse<'a>,
        /// The documents of the new program.
        documents: &'a Documents,
    },
    /// Record new, changed and vanished documents.
    Apply {
        /// All documents of the program directory.
        documents: &'a Documents,
        /// Digest of each control file of the library in use.
        pins: &'a BTreeMap<ControlId, Digest>,
    },
    /// Name somebody who acts; the name lies in an erasable blob.
    Actor {
        /// The number that will stand in leaves: 16 random bytes.
        actor: ActorId,
        /// Who it is.
        name: &'a str,
    },
    /// Take another library into use; adopted controls stay pinned (decision D20).
    Library(LibraryInUse<'a>),
    /// Begin a collection (INV-C1).
    Intend(CollectionIntent),
    /// Record what a collection brought.
    Collected {
        /// Leaf of the intent.
        intent: u64,
        /// What was fetched.
        manifest: &'a Manifest,
        /// What the records become.
        population: PopulationName,
        /// The stored pages, in the manifest's order.
        pages: Vec<Stored>,
    },
    /// Record that a collection brought nothing.
    CollectionFailed {
        /// Leaf of the intent.
        intent: u64,
        /// Why.
        code: ErrorCode,
        /// Status of the source, 0 if none.
        status: u32,
    },
    /// Record a run of a test.
    Run {
        /// The result.
        body: Box<RunBody>,
        /// Leaves of the control document or library and of the adoption.
        refs: Vec<u64>,
        /// Leaves read, each below `known_at`.
        inputs: &'a [u64],
        /// One line for each item that did not pass.
        rows: Vec<u8>,
    },
    /// Take a foreign key into use.
    Trust(TrustBody),
    /// Record a file that a person hands in (decision D16).
    Evidence(Evidence<'a>),
    /// Approve a version of a policy.
    Approve {
        /// What was read.
        read: Read,
        /// Who approves it.
        person: PersonId,
    },
    /// Acknowledge a version of a policy.
    Acknowledge {
        /// What was read.
        read: Read,
        /// Who acknowledges it.
        person: PersonId,
        /// Who there is.
        people: &'a People,
    },
    /// Give a deviation or gap to somebody.
    OpenTask(NewTask<'a>),
    /// Give a task another owner or day.
    Reassign(Reassigned<'a>),
    /// Close every open task that a new run shows to be done; nothing is refused.
    Retest {
        /// Leaf of the run.
        run: u64,
        /// Its rows.
        rows: &'a [u8],
    },
    /// Close one task by a run, or hear why it stays open.
    CloseTask {
        /// Leaf of the task.
        task: u64,
        /// Leaf of the run.
        run: u64,
        /// Its rows.
        rows: &'a [u8],
    },
    /// Freeze a list to be reviewed.
    OpenReview(NewReview<'a>),
    /// Decide about items of a review.
    Decide(Decisions<'a>),
    /// Look whether what had to go is gone.
    Recheck(Look<'a>),
    /// Put a document on the trust page.
    Publish(NewPublication<'a>),
    /// Take one off it; every grant of it ends.
    Withdraw {
        /// Leaf of the publication.
        publication: u64,
        /// Why.
        why: WithdrawnWhy,
    },
    /// Let a named recipient have one.
    Grant(NewGrant<'a>),
    /// End a grant at once.
    RevokeGrant {
        /// Leaf of the grant.
        grant: u64,
        /// Why.
        why: RevokedWhy,
    },
    /// Note what a recipient does.
    Access {
        /// Leaf of the grant.
        grant: u64,
        /// What is done.
        what: AccessKind,
    },
}

/// A library and its bytes.
#[derive(Debug, Clone)]
pub struct LibraryInUse<'a> {
    /// Digest, number of files, version of the product.
    pub body: LibraryBody,
    /// All its files in one text.
    pub bytes: &'a [u8],
}

/// A file that a person hands in.
#[derive(Debug, Clone)]
pub struct Evidence<'a> {
    /// The control it belongs to.
    pub control: ControlId,
    /// The days it covers.
    pub covers: Period,
    /// When the act it shows was done, if known.
    pub performed_at: Option<Time>,
    /// Name of the file.
    pub name: &'a str,
    /// The file.
    pub bytes: &'a [u8],
}

/// Why a wish is refused: one clear line and what to do. Exit code 2; nothing was recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {hint}")]
pub struct Refusal {
    /// What stands against it.
    pub what: String,
    /// What to do.
    pub hint: String,
}

pub(crate) fn refuse<T>(what: impl Into<String>, hint: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal {
        what: what.into(),
        hint: hint.into(),
    })
}

/// What would be recorded, in order. Empty if nothing changes.
///
/// # Errors
/// The wish is refused.
pub fn decide(
    state: &State,
    command: Command<'_>,
    actor: Actor,
    now: Time,
) -> Result<Vec<Draft>, Refusal> {
    if actor.side == Side::Auditor {
        return refuse(
            "an auditor's entry needs the auditor's signature",
            "sign it with the key of `tickmark-verify auditor keygen`",
        );
    }
    let begun = state.size > 0;
    match (&command, begun) {
        (Command::Init { .. }, true) => {
            return refuse(
                "this ledger has begun already",
                "use `apply` to record changes",
            );
        }
        (Command::Init { .. }, false) => {}
        (_, false) => return refuse("there is no ledger yet", "run `init` first"),
        _ => {}
    }
    match command {
        Command::Init {
            log,
            library,
            documents,
        } => apply::init(state, log, library, documents),
        Command::Apply { documents, pins } => apply::apply(state, documents, pins),
        Command::Actor { actor, name } => named(state, actor, name),
        Command::Library(library) => apply::library(state, library),
        Command::Intend(intent) => Ok(vec![collect::intend(intent, now)]),
        Command::Collected {
            intent,
            manifest,
            population,
            pages,
        } => collect::collected(state, intent, manifest, population, pages),
        Command::CollectionFailed {
            intent,
            code,
            status,
        } => collect::failed(state, intent, code, status),
        Command::Run {
            body,
            refs,
            inputs,
            rows,
        } => run::run(state, *body, refs, inputs, rows, now),
        Command::Trust(body) => trust(state, body),
        Command::Evidence(evidence) => collect::evidence(state, &evidence, now),
        Command::Approve { read, person } => policy::approve(state, &read, &person, now),
        Command::Acknowledge {
            read,
            person,
            people,
        } => policy::acknowledge(state, &read, &person, people),
        Command::OpenTask(new) => task::open(state, &new, now),
        Command::Reassign(change) => task::reassign(state, &change, now),
        Command::Retest { run, rows } => task::retest(state, run, rows),
        Command::CloseTask { task, run, rows } => task::close(state, task, run, rows),
        Command::OpenReview(new) => review::open(state, &new, now),
        Command::Decide(decisions) => review::decided(state, &decisions),
        Command::Recheck(look) => review::rechecked(state, &look),
        Command::Publish(new) => publication::publish(state, &new, now),
        Command::Withdraw { publication, why } => publication::withdraw(state, publication, why),
        Command::Grant(new) => publication::grant(state, &new, now),
        Command::RevokeGrant { grant, why } => publication::revoke(state, grant, why),
        Command::Access { grant, what } => publication::access(state, grant, what, now),
    }
}

fn named(state: &State, actor: ActorId, name: &str) -> Result<Vec<Draft>, Refusal> {
    if state.actors.iter().any(|n| n.actor == actor) {
        return Ok(Vec::new());
    }
    if name.trim().is_empty() {
        return refuse(
            "an actor needs a name",
            "map the user under `actors:` in `tickmark.yaml`",
        );
    }
    let draft = Draft::new(Body::Actor(ActorBody { actor }), &[b"actor", &actor.0]);
    Ok(vec![draft.blob("name", name.as_bytes().to_vec())])
}

fn trust(state: &State, body: TrustBody) -> Result<Vec<Draft>, Refusal> {
    if body.operator.trim().is_empty() {
        return refuse(
            "a key needs its operator",
            "name the firm with `--operator`",
        );
    }
    if body
        .vkey
        .parse::<tickmark_log::keys::VerifierKey>()
        .is_err()
    {
        return refuse(
            format!("`{}` is not a verifier key", body.vkey),
            "paste the line that `tickmark-verify witness keygen` printed",
        );
    }
    if state.trusted.iter().any(|t| t.body == body) {
        return Ok(Vec::new());
    }
    if state.trusted.iter().any(|t| t.body.vkey == body.vkey) {
        return refuse(
            "this key is trusted already under another role or operator",
            "make a key of its own for each role",
        );
    }
    Ok(vec![Draft::new(
        Body::Trust(body.clone()),
        &[b"trust", body.vkey.as_bytes()],
    )])
}
