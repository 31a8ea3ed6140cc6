//! The bodies of ledger entries by kind: typed here, maps with numeric keys in the leaf (decision D1).
//!
//! `docs/format/kinds.md` lists every key; a key is never used again for something else. Bodies hold numbers, slugs and digests
//! only, never personal data (INV-L4). Reading is strict: what does not encode to the same map is refused.

mod codec;
mod collection;
mod policy;
mod program;
mod publication;
mod review;
mod run;
mod task;
mod trust;

use std::collections::BTreeMap;

use serde::Serialize;
use tickmark_log::cbor::Value;

pub use codec::BodyError;
pub use collection::{
    CollectionError, CollectionIntent, CollectionResult, ErrorCode, EvidenceBody, Tally,
};
pub use policy::{Acknowledged, PolicyApproval, PolicyVersion};
pub use program::{ActorBody, DocumentBody, LibraryBody, ProgramBody, RetirementBody};
pub use publication::{
    AccessKind, Audience, Published, ReportType, RevokedWhy, TrustAccessed, TrustGranted,
    TrustPublished, TrustRevoked, TrustWithdrawn, WithdrawnWhy,
};
pub use review::{ReviewDecided, ReviewOpened, ReviewRechecked};
pub use run::{Lane, RunBody, RunCounts, RunResult};
pub use task::{TaskAbout, TaskChanged, TaskClosed, TaskOpened};
pub use trust::{ErasedBody, KeyRotationBody, TrustBody, TrustRole};

/// The body of an entry; as JSON its fields by name (a view for people, never what is hashed: decision D2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Body {
    /// `program`: the first entry, the log's own name and key.
    Program(ProgramBody),
    /// `actor`: somebody who acts; the name lies in a blob.
    Actor(ActorBody),
    /// `document`: a version of a program document.
    Document(DocumentBody),
    /// `retirement`: a document is no longer part of the program.
    Retirement(RetirementBody),
    /// `library`: the library in use.
    Library(LibraryBody),
    /// `collection.intent`: about to call a source (INV-C1).
    CollectionIntent(CollectionIntent),
    /// `collection.result`: what came back.
    CollectionResult(Box<CollectionResult>),
    /// `collection.error`: nothing usable came back.
    CollectionError(CollectionError),
    /// `test.run`: the result of one test.
    TestRun(Box<RunBody>),
    /// `policy.approval`: somebody entitled to approved a version of a policy.
    PolicyApproval(PolicyApproval),
    /// `acknowledgement`: a person acknowledged a version of a policy.
    Acknowledgement(Acknowledged),
    /// `task.opened`: a deviation or gap becomes a task.
    TaskOpened(TaskOpened),
    /// `task.changed`: a task has another owner or day.
    TaskChanged(TaskChanged),
    /// `task.closed`: a later run closed a task.
    TaskClosed(TaskClosed),
    /// `review.opened`: a list was frozen to be reviewed.
    ReviewOpened(ReviewOpened),
    /// `review.decided`: items of a review were decided.
    ReviewDecided(ReviewDecided),
    /// `review.rechecked`: revoked items were looked for again.
    ReviewRechecked(ReviewRechecked),
    /// `trust`: a key that somebody outside holds.
    Trust(TrustBody),
    /// `trust.published`: a document is published on the trust page.
    TrustPublished(TrustPublished),
    /// `trust.withdrawn`: something is not published any more.
    TrustWithdrawn(TrustWithdrawn),
    /// `trust.granted`: a named recipient may have a publication for a time.
    TrustGranted(TrustGranted),
    /// `trust.revoked`: a grant ends at once.
    TrustRevoked(TrustRevoked),
    /// `trust.accessed`: a recipient used a grant.
    TrustAccessed(TrustAccessed),
    /// `erased`: a blob was replaced by a redacted one.
    Erased(ErasedBody),
    /// `key.rotation`: the log changes its key.
    KeyRotation(KeyRotationBody),
}

impl Body {
    /// The kind of entry that has such a body.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Program(_) => "program",
            Self::Actor(_) => "actor",
            Self::Document(_) => "document",
            Self::Retirement(_) => "retirement",
            Self::Library(_) => "library",
            Self::CollectionIntent(_) => "collection.intent",
            Self::CollectionResult(_) => "collection.result",
            Self::CollectionError(_) => "collection.error",
            Self::TestRun(_) => "test.run",
            Self::PolicyApproval(_) => "policy.approval",
            Self::Acknowledgement(_) => "acknowledgement",
            Self::TaskOpened(_) => "task.opened",
            Self::TaskChanged(_) => "task.changed",
            Self::TaskClosed(_) => "task.closed",
            Self::ReviewOpened(_) => "review.opened",
            Self::ReviewDecided(_) => "review.decided",
            Self::ReviewRechecked(_) => "review.rechecked",
            Self::Trust(_) => "trust",
            Self::TrustPublished(_) => "trust.published",
            Self::TrustWithdrawn(_) => "trust.withdrawn",
            Self::TrustGranted(_) => "trust.granted",
            Self::TrustRevoked(_) => "trust.revoked",
            Self::TrustAccessed(_) => "trust.accessed",
            Self::Erased(_) => "erased",
            Self::KeyRotation(_) => "key.rotation",
        }
    }

    /// The map that stands in the leaf.
    #[must_use]
    pub fn encode(&self) -> BTreeMap<u64, Value> {
        match self {
            Self::Program(body) => body.encode(),
            Self::Actor(body) => body.encode(),
            Self::Document(body) => body.encode(),
            Self::Retirement(body) => body.encode(),
            Self::Library(body) => body.encode(),
            Self::CollectionIntent(body) => body.encode(),
            Self::CollectionResult(body) => body.encode(),
            Self::CollectionError(body) => body.encode(),
            Self::TestRun(body) => body.encode(),
            Self::PolicyApproval(body) => body.encode(),
            Self::Acknowledgement(body) => body.encode(),
            Self::TaskOpened(body) => body.encode(),
            Self::TaskChanged(body) => body.encode(),
            Self::TaskClosed(body) => body.encode(),
            Self::ReviewOpened(body) => body.encode(),
            Self::ReviewDecided(body) => body.encode(),
            Self::ReviewRechecked(body) => body.encode(),
            Self::Trust(body) => body.encode(),
            Self::TrustPublished(body) => body.encode(),
            Self::TrustWithdrawn(body) => body.encode(),
            Self::TrustGranted(body) => body.encode(),
            Self::TrustRevoked(body) => body.encode(),
            Self::TrustAccessed(body) => body.encode(),
            Self::Erased(body) => body.encode(),
            Self::KeyRotation(body) => body.encode(),
        }
    }

    /// Reads the body of an entry.
    ///
    /// # Errors
    /// An unknown kind, or a map that this kind would not have written.
    pub fn decode(kind: &str, map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let body = match kind {
            "program" => Self::Program(ProgramBody::decode(map)?),
            "actor" => Self::Actor(ActorBody::decode(map)?),
            "document" => Self::Document(DocumentBody::decode(map)?),
            "retirement" => Self::Retirement(RetirementBody::decode(map)?),
            "library" => Self::Library(LibraryBody::decode(map)?),
            "collection.intent" => Self::CollectionIntent(CollectionIntent::decode(map)?),
            "collection.result" => Self::CollectionResult(Box::new(CollectionResult::decode(map)?)),
            "collection.error" => Self::CollectionError(CollectionError::decode(map)?),
            "test.run" => Self::TestRun(Box::new(RunBody::decode(map)?)),
            "policy.approval" => Self::PolicyApproval(PolicyApproval::decode(map)?),
            "acknowledgement" => Self::Acknowledgement(Acknowledged::decode(map)?),
            "task.opened" => Self::TaskOpened(TaskOpened::decode(map)?),
            "task.changed" => Self::TaskChanged(TaskChanged::decode(map)?),
            "task.closed" => Self::TaskClosed(TaskClosed::decode(map)?),
            "review.opened" => Self::ReviewOpened(ReviewOpened::decode(map)?),
            "review.decided" => Self::ReviewDecided(ReviewDecided::decode(map)?),
            "review.rechecked" => Self::ReviewRechecked(ReviewRechecked::decode(map)?),
            "trust" => Self::Trust(TrustBody::decode(map)?),
            "trust.published" => Self::TrustPublished(TrustPublished::decode(map)?),
            "trust.withdrawn" => Self::TrustWithdrawn(TrustWithdrawn::decode(map)?),
            "trust.granted" => Self::TrustGranted(TrustGranted::decode(map)?),
            "trust.revoked" => Self::TrustRevoked(TrustRevoked::decode(map)?),
            "trust.accessed" => Self::TrustAccessed(TrustAccessed::decode(map)?),
            "erased" => Self::Erased(ErasedBody::decode(map)?),
            "key.rotation" => Self::KeyRotation(KeyRotationBody::decode(map)?),
            other => return Err(BodyError::Kind(other.to_owned())),
        };
        if body.encode() == *map {
            Ok(body)
        } else {
            Err(BodyError::Extra(body.kind()))
        }
    }
}
