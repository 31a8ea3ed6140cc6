//! Bodies of the entries that make up a program: its documents, controls, people and keys.

use std::collections::BTreeMap;

use tickmark_log::{cbor::Value, commitment::Commitment, digest::Digest};

use super::{
    BodyError,
    fields::{Reader, Writer},
};
use crate::model::{
    ids::{ActorId, ControlId},
    time::Day,
};

fn day_number(day: Day) -> u64 {
    u64::try_from(day.epoch_days()).unwrap_or_default()
}

fn day_of(number: u64) -> Option<Day> {
    let epoch = Day::new(1970, 1, 1).ok()?;
    i32::try_from(number)
        .ok()
        .filter(|n| *n < 2_900_000)
        .map(|n| epoch.plus_days(n))
}

/// `program`: the first entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Name of the log (C2SP origin).
    pub origin: String,
    /// Verifier key of the log (`name+id+key`).
    pub vkey: String,
}

impl Program {
    pub(super) const KIND: &'static str = "program";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Writer::default()
            .text(1, &self.origin)
            .text(2, &self.vkey)
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let program = Self {
            origin: r.text(1)?,
            vkey: r.text(2)?,
        };
        r.end().map(|()| program)
    }
}

/// `library`: blob `content` holds the library's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryEntry {
    /// Digest of the library.
    pub digest: Digest,
    /// Version of the Tickmark that brought it.
    pub version: String,
}

impl LibraryEntry {
    pub(super) const KIND: &'static str = "library";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Writer::default()
            .digest(1, self.digest)
            .text(2, &self.version)
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let library = Self {
            digest: r.digest(1)?,
            version: r.text(2)?,
        };
        r.end().map(|()| library)
    }
}

/// What happened to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentChange {
    /// Recorded for the first time.
    New,
    /// Recorded again with other bytes.
    Changed,
    /// No longer in force; its file may be gone.
    Retired,
}

/// `document`: blob `content` holds the bytes of the file (`export` is byte-exact).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentEntry {
    /// Path below the program directory, `/` between folders.
    pub path: String,
    /// What happened to it.
    pub change: DocumentChange,
    /// First day it is in force, where the document says one.
    pub effective: Option<Day>,
}

impl DocumentEntry {
    pub(super) const KIND: &'static str = "document";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let change = match self.change {
            DocumentChange::New => 0,
            DocumentChange::Changed => 1,
            DocumentChange::Retired => 2,
        };
        Writer::default()
            .text(1, &self.path)
            .uint(2, change)
            .optional(3, self.effective.map(day_number))
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let path = r.text(1)?;
        let change = r.one_of(2, |n| match n {
            0 => Some(DocumentChange::New),
            1 => Some(DocumentChange::Changed),
            2 => Some(DocumentChange::Retired),
            _ => None,
        })?;
        let effective = r.optional(3)?.and_then(day_of);
        r.end().map(|()| Self {
            path,
            change,
            effective,
        })
    }
}

/// `adoption`: refs the control's `document` entry; pins the text that is judged by (decision D20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The control.
    pub control: ControlId,
    /// SHA-256 of the control file of the library, or of the program's own file.
    pub text: Digest,
    /// First day it is in force.
    pub effective: Day,
    /// First day it is no longer in force.
    pub retired: Option<Day>,
}

impl Adoption {
    pub(super) const KIND: &'static str = "adoption";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Writer::default()
            .text(1, &self.control)
            .digest(2, self.text)
            .uint(3, day_number(self.effective))
            .optional(4, self.retired.map(day_number))
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let control = r.name(1)?;
        let text = r.digest(2)?;
        let effective = r.one_of(3, day_of)?;
        let retired = r.optional(4)?.and_then(day_of);
        r.end().map(|()| Self {
            control,
            text,
            effective,
            retired,
        })
    }
}

/// `actor`: blob `name` holds who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The number that stands in leaves for this actor.
    pub actor: ActorId,
}

impl Actor {
    pub(super) const KIND: &'static str = "actor";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Writer::default().bytes(1, &self.actor.0).done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let actor = Self {
            actor: ActorId(r.array(1)?),
        };
        r.end().map(|()| actor)
    }
}

/// What a trusted key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustRole {
    /// Cosigns checkpoints.
    Witness,
    /// Signs the auditor's conclusions.
    Auditor,
}

/// `trust`: a key of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// Verifier key.
    pub vkey: String,
    /// The firm or domain that holds the key; keys of one operator count once.
    pub operator: String,
    /// What it is for.
    pub role: TrustRole,
}

impl Trust {
    pub(super) const KIND: &'static str = "trust";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let role = match self.role {
            TrustRole::Witness => 0,
            TrustRole::Auditor => 1,
        };
        Writer::default()
            .text(1, &self.vkey)
            .text(2, &self.operator)
            .uint(3, role)
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let (vkey, operator) = (r.text(1)?, r.text(2)?);
        let role = r.one_of(3, |n| match n {
            0 => Some(TrustRole::Witness),
            1 => Some(TrustRole::Auditor),
            _ => None,
        })?;
        r.end().map(|()| Self {
            vkey,
            operator,
            role,
        })
    }
}

/// `erased`: refs the entry whose blob was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The blob whose bytes and salt are gone.
    pub old: Commitment,
    /// The pseudonymised copy; absent when nothing of it is kept.
    pub new: Option<Commitment>,
    /// Why, a slug such as `art17`.
    pub basis: String,
    /// Which fields were replaced.
    pub fields: Vec<String>,
}

impl Erased {
    pub(super) const KIND: &'static str = "erased";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let new = self.new.map(|c| c.0.0.to_vec()).unwrap_or_default();
        Writer::default()
            .digest(1, self.old.0)
            .bytes(2, &new)
            .text(3, &self.basis)
            .texts(4, &self.fields)
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let old = Commitment(r.digest(1)?);
        let new = <[u8; 32]>::try_from(r.bytes(2)?)
            .ok()
            .map(|b| Commitment(Digest(b)));
        let erased = Self {
            old,
            new,
            basis: r.text(3)?,
            fields: r.texts(4)?,
        };
        r.end().map(|()| erased)
    }
}

/// `key.rotation`: signed by the old and the new key over `tickmark/rotation/v1\n` || new vkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRotation {
    /// Verifier key from here on.
    pub vkey: String,
    /// Signature by the old key.
    pub old: [u8; 64],
    /// Signature by the new key.
    pub new: [u8; 64],
}

impl KeyRotation {
    pub(super) const KIND: &'static str = "key.rotation";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Writer::default()
            .text(1, &self.vkey)
            .bytes(2, &self.old)
            .bytes(3, &self.new)
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let rotation = Self {
            vkey: r.text(1)?,
            old: r.array(2)?,
            new: r.array(3)?,
        };
        r.end().map(|()| rotation)
    }
}
