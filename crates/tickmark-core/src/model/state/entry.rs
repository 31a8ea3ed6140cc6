use serde::{Deserialize, Serialize};
use tickmark_log::digest::Digest;

use crate::model::body::{ErrorCode, EvidenceBody, RunBody, Tally, TrustBody};
use crate::model::digest_text;
use crate::model::document::{Adoption, Class, Document, Policy};
use crate::model::ids::{ActorId, ControlId, InstanceId, PopulationName, SourceId, StreamName};
use crate::model::manifest::{End, Shape};
use crate::model::time::{Day, Spans, Time};

/// One version of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Who recorded it.
    pub actor: ActorId,
    /// What it is.
    pub class: Class,
    /// Commitment of its bytes.
    #[serde(with = "digest_text")]
    pub commitment: Digest,
    /// Length of its bytes.
    pub length: u64,
    /// SHA-256 of its bytes, if they were there to be read.
    #[serde(with = "digest_text::option")]
    pub digest: Option<Digest>,
    /// First day in force, for what has one: adopted controls, policies, risks, vendors.
    pub effective: Option<Day>,
    /// Last day in force, for the same.
    pub retired: Option<Day>,
    /// The control, for adopted controls.
    pub control: Option<ControlId>,
    /// Digest of the control file it pins.
    #[serde(with = "digest_text::option")]
    pub pinned: Option<Digest>,
    /// Its meaning. Kept for every version of an adopted control or a policy and for the current version of the others; never for
    /// people.
    pub document: Option<Document>,
    /// The leaf that took the document out of the program.
    pub removed: Option<u64>,
}

impl Version {
    /// The adopted control it describes.
    #[must_use]
    pub fn adoption(&self) -> Option<&Adoption> {
        match self.document.as_ref()? {
            Document::Adoption(adoption) => Some(adoption),
            _ => None,
        }
    }

    /// The policy it describes.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        match self.document.as_ref()? {
            Document::Policy(policy) => Some(policy),
            _ => None,
        }
    }
}

/// A library that was in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryVersion {
    /// Its leaf.
    pub leaf: u64,
    /// Digest of the library.
    #[serde(with = "digest_text")]
    pub digest: Digest,
    /// Version of the product it came with.
    pub version: String,
    /// Commitment of its bytes.
    #[serde(with = "digest_text")]
    pub commitment: Digest,
}

/// A collection that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Declaration.
    pub source: SourceId,
    /// Version of the declaration.
    pub version: u32,
    /// Configured source.
    pub instance: InstanceId,
    /// Stream.
    pub stream: StreamName,
    /// Time asked for.
    pub asked: (Time, Time),
    /// Digest of the mapping.
    #[serde(with = "digest_text")]
    pub mapping: Digest,
}

/// A collection with a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Its leaf: what facts read out of it cite.
    pub leaf: u64,
    /// Leaf of the intent; none for evidence handed in.
    pub intent: Option<u64>,
    /// Declaration.
    pub source: SourceId,
    /// Configured source.
    pub instance: InstanceId,
    /// Stream.
    pub stream: StreamName,
    /// Population of its records.
    pub population: PopulationName,
    /// Events or a snapshot of states.
    pub shape: Shape,
    /// Time asked for.
    pub asked: (Time, Time),
    /// Time fully fetched.
    pub covered: Spans,
    /// First and last page fetched.
    pub observed: (Time, Time),
    /// How it ended.
    pub end: End,
    /// Completeness.
    pub count: Tally,
    /// Records readable and not.
    pub records: (u64, u64),
    /// Items that could not be read.
    pub gaps: u64,
    /// Pages.
    pub pages: u64,
    /// Fetched after the fact.
    pub backfilled: bool,
    /// Digest of the mapping.
    #[serde(with = "digest_text")]
    pub mapping: Digest,
    /// For evidence handed in.
    pub evidence: Option<EvidenceBody>,
    /// Commitment of the manifest.
    #[serde(with = "digest_text")]
    pub manifest: Digest,
}

/// A collection that brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Its leaf.
    pub leaf: u64,
    /// Leaf of the intent.
    pub intent: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Configured source.
    pub instance: InstanceId,
    /// Stream.
    pub stream: StreamName,
    /// Why.
    pub code: ErrorCode,
    /// Status of the source, 0 if none.
    pub status: u32,
}

/// A run of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// The documents it refers to.
    pub refs: Vec<u64>,
    /// Commitment of its rows.
    #[serde(with = "digest_text")]
    pub rows: Digest,
    /// Commitment of its inputs.
    #[serde(with = "digest_text")]
    pub inputs: Digest,
    /// Everything else.
    pub body: RunBody,
}

/// A key held outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trusted {
    /// Its leaf.
    pub leaf: u64,
    /// Key, role and operator.
    pub body: TrustBody,
}

/// A replaced blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Its leaf.
    pub leaf: u64,
    /// Commitment of the destroyed bytes.
    #[serde(with = "digest_text")]
    pub old: Digest,
    /// Commitment of the redacted copy, if anything is kept.
    #[serde(with = "digest_text::option")]
    pub new: Option<Digest>,
}

/// Somebody who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its leaf.
    pub leaf: u64,
    /// The number that stands in leaves.
    pub actor: ActorId,
    /// Commitment of the name.
    #[serde(with = "digest_text")]
    pub name: Digest,
}
