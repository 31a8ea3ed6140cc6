//! What an entry means: one typed body a kind, to and from the numbered fields of a leaf (`docs/format/kinds.md`).
//!
//! Numbers, slugs and digests only; whatever may name a person lies in a blob (INV-L4). Field numbers are never reused.

mod collection;
mod fields;
mod program;
mod run;

use std::collections::BTreeMap;

use tickmark_log::cbor::Value;

pub use collection::{CollectionError, CollectionIntent, CollectionResult};
pub use program::{
    Actor, Adoption, DocumentChange, DocumentEntry, Erased, KeyRotation, LibraryEntry, Program,
    Trust, TrustRole,
};
pub use run::{Lane, TestRun};

/// A body that does not say what its kind promises.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("field {field} of a `{kind}` entry {what}")]
pub struct BodyError {
    kind: String,
    field: u64,
    what: &'static str,
}

/// The meaning of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The first entry: the log's own name and key.
    Program(Program),
    /// The library this program judges with from here on.
    Library(LibraryEntry),
    /// A program document as it reads from here on.
    Document(DocumentEntry),
    /// A control adopted with owner, scope and effective date.
    Adoption(Adoption),
    /// Somebody who acts: their number; the name lies in a blob.
    Actor(Actor),
    /// A key to be trusted, and who holds it.
    Trust(Trust),
    /// A collection is about to call out (INV-C1).
    CollectionIntent(CollectionIntent),
    /// What a collection brought.
    CollectionResult(CollectionResult),
    /// A collection brought nothing.
    CollectionError(CollectionError),
    /// A test was run.
    TestRun(TestRun),
    /// A blob was replaced by a pseudonymised copy.
    Erased(Erased),
    /// The log signs with another key from here on.
    KeyRotation(KeyRotation),
}

impl Body {
    /// The kind as it stands in the leaf.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Program(_) => Program::KIND,
            Self::Library(_) => LibraryEntry::KIND,
            Self::Document(_) => DocumentEntry::KIND,
            Self::Adoption(_) => Adoption::KIND,
            Self::Actor(_) => Actor::KIND,
            Self::Trust(_) => Trust::KIND,
            Self::CollectionIntent(_) => CollectionIntent::KIND,
            Self::CollectionResult(_) => CollectionResult::KIND,
            Self::CollectionError(_) => CollectionError::KIND,
            Self::TestRun(_) => TestRun::KIND,
            Self::Erased(_) => Erased::KIND,
            Self::KeyRotation(_) => KeyRotation::KIND,
        }
    }

    /// The numbered fields.
    #[must_use]
    pub fn encode(&self) -> BTreeMap<u64, Value> {
        match self {
            Self::Program(b) => b.encode(),
            Self::Library(b) => b.encode(),
            Self::Document(b) => b.encode(),
            Self::Adoption(b) => b.encode(),
            Self::Actor(b) => b.encode(),
            Self::Trust(b) => b.encode(),
            Self::CollectionIntent(b) => b.encode(),
            Self::CollectionResult(b) => b.encode(),
            Self::CollectionError(b) => b.encode(),
            Self::TestRun(b) => b.encode(),
            Self::Erased(b) => b.encode(),
            Self::KeyRotation(b) => b.encode(),
        }
    }

    /// Reads the numbered fields of a kind.
    ///
    /// # Errors
    /// The kind is unknown, or a field is missing, of another type, or not known to this version.
    pub fn decode(kind: &str, body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        Ok(match kind {
            Program::KIND => Self::Program(Program::decode(body)?),
            LibraryEntry::KIND => Self::Library(LibraryEntry::decode(body)?),
            DocumentEntry::KIND => Self::Document(DocumentEntry::decode(body)?),
            Adoption::KIND => Self::Adoption(Adoption::decode(body)?),
            Actor::KIND => Self::Actor(Actor::decode(body)?),
            Trust::KIND => Self::Trust(Trust::decode(body)?),
            CollectionIntent::KIND => Self::CollectionIntent(CollectionIntent::decode(body)?),
            CollectionResult::KIND => Self::CollectionResult(CollectionResult::decode(body)?),
            CollectionError::KIND => Self::CollectionError(CollectionError::decode(body)?),
            TestRun::KIND => Self::TestRun(TestRun::decode(body)?),
            Erased::KIND => Self::Erased(Erased::decode(body)?),
            KeyRotation::KIND => Self::KeyRotation(KeyRotation::decode(body)?),
            other => {
                return Err(BodyError {
                    kind: other.to_owned(),
                    field: 0,
                    what: "is of a kind unknown to this version",
                });
            }
        })
    }
}
