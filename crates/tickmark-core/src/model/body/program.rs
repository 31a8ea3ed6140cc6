use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use tickmark_log::cbor::Value;
use tickmark_log::digest::Digest;

use super::codec::{BodyError, In, Out, bytes_text, day};
use crate::model::digest_text;
use crate::model::document::Class;
use crate::model::ids::{ActorId, ControlId};
use crate::model::time::Day;

/// The first entry of a log: its own name and key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramBody {
    /// Name of the log in its checkpoints.
    pub origin: String,
    /// Verifier key of the log.
    pub vkey: String,
}

impl ProgramBody {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .text(1, &self.origin)
            .text(2, &self.vkey)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "program",
            map,
        };
        Ok(Self {
            origin: from.text(1)?,
            vkey: from.text(2)?,
        })
    }
}

/// Somebody who acts: the number that stands in leaves. Blob role `name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ActorBody {
    /// The number.
    #[serde(serialize_with = "actor_text")]
    pub actor: ActorId,
}

impl ActorBody {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .put(1, Value::Bytes(self.actor.0.to_vec()))
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        Ok(Self {
            actor: ActorId(In { kind: "actor", map }.bytes(1)?),
        })
    }
}

/// A version of a program document. Blob role `content`; refs: the version before, if any.
///
/// Its digest is not here: some documents are personal, and a digest of a short text can be guessed. The salted commitment binds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentBody {
    /// Path in the program directory.
    pub path: String,
    /// What it is.
    pub class: Class,
    /// First day in force, for what has one: adopted controls, policies, risks, vendors.
    pub effective: Option<Day>,
    /// The control, for adopted controls.
    pub control: Option<ControlId>,
    /// Digest of the control file it pins.
    #[serde(with = "digest_text::option")]
    pub pinned: Option<Digest>,
    /// Last day in force, for the same.
    pub retired: Option<Day>,
}

impl DocumentBody {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .text(1, &self.path)
            .uint(2, class_number(self.class))
            .maybe(3, self.effective.map(day))
            .maybe(4, self.control.as_ref().map(|c| Value::Text(c.to_string())))
            .maybe(5, self.pinned.as_ref().map(super::codec::digest))
            .maybe(6, self.retired.map(day))
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "document",
            map,
        };
        Ok(Self {
            path: from.text(1)?,
            class: class_of_number(from.uint(2)?)
                .ok_or_else(|| from.wrong(2, "a class of document"))?,
            effective: if from.has(3) {
                Some(from.day(3)?)
            } else {
                None
            },
            control: if from.has(4) {
                Some(from.name(4, "a control")?)
            } else {
                None
            },
            pinned: if from.has(5) {
                Some(from.digest(5)?)
            } else {
                None
            },
            retired: if from.has(6) {
                Some(from.day(6)?)
            } else {
                None
            },
        })
    }
}

const fn class_number(class: Class) -> u64 {
    match class {
        Class::Program => 0,
        Class::System => 1,
        Class::Commitments => 2,
        Class::Adoption => 3,
        Class::People => 4,
        Class::Waivers => 5,
        Class::Sources => 6,
        Class::Text => 7,
        Class::Test => 8,
        Class::Policy => 9,
        Class::Risk => 10,
        Class::Vendor => 11,
        Class::Notices => 12,
    }
}

fn class_of_number(number: u64) -> Option<Class> {
    let all = [
        Class::Program,
        Class::System,
        Class::Commitments,
        Class::Adoption,
        Class::People,
        Class::Waivers,
        Class::Sources,
        Class::Text,
        Class::Test,
        Class::Policy,
        Class::Risk,
        Class::Vendor,
        Class::Notices,
    ];
    all.into_iter().find(|c| class_number(*c) == number)
}

/// A document that is no longer part of the program. Refs: its last version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetirementBody {
    /// Path it had.
    pub path: String,
}

impl RetirementBody {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default().text(1, &self.path).done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        Ok(Self {
            path: In {
                kind: "retirement",
                map,
            }
            .text(1)?,
        })
    }
}

/// The library in use from here on (decision D20). Blob role `content`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LibraryBody {
    /// Digest of the library.
    #[serde(with = "digest_text")]
    pub digest: Digest,
    /// Number of its files.
    pub files: u64,
    /// Version of the product it came with.
    pub version: String,
}

impl LibraryBody {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .digest(1, &self.digest)
            .uint(2, self.files)
            .text(3, &self.version)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "library",
            map,
        };
        Ok(Self {
            digest: from.digest(1)?,
            files: from.uint(2)?,
            version: from.text(3)?,
        })
    }
}

fn actor_text<S: Serializer>(actor: &ActorId, to: S) -> Result<S::Ok, S::Error> {
    bytes_text(&actor.0, to)
}
