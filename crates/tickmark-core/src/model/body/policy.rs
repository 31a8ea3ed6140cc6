use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tickmark_log::cbor::Value;
use tickmark_log::digest::Digest;

use super::codec::{BodyError, In, Out};
use crate::model::digest_text;
use crate::model::ids::PolicyId;

/// A version of a policy: the leaf of its document says the rest. Refs of the entry: that leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// The policy.
    pub policy: PolicyId,
    /// Its version, as the document counts.
    pub version: u32,
    /// Commitment of the document's bytes: salted, so that it confirms no guess.
    #[serde(with = "digest_text")]
    pub commitment: Digest,
}

impl PolicyVersion {
    fn encode(&self) -> Out {
        Out::default()
            .text(1, &self.policy)
            .uint(2, u64::from(self.version))
            .digest(3, &self.commitment)
    }

    fn decode(from: &In<'_>) -> Result<Self, BodyError> {
        Ok(Self {
            policy: from.name(1, "a policy")?,
            version: from.small(2)?,
            commitment: from.digest(3)?,
        })
    }
}

/// Somebody entitled to approved a version of a policy. Who it is stands in the document: the entry holds the place in its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyApproval {
    /// What was approved.
    #[serde(flatten)]
    pub of: PolicyVersion,
    /// Place in the document's `approvers`, from 0.
    pub approver: u32,
}

impl PolicyApproval {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        self.of.encode().uint(4, u64::from(self.approver)).done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "policy.approval",
            map,
        };
        Ok(Self {
            of: PolicyVersion::decode(&from)?,
            approver: from.small(4)?,
        })
    }
}

/// A person acknowledged a version of a policy. Blob role `person`: the handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acknowledged {
    /// What was acknowledged.
    #[serde(flatten)]
    pub of: PolicyVersion,
}

impl Acknowledged {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        self.of.encode().done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "acknowledgement",
            map,
        };
        Ok(Self {
            of: PolicyVersion::decode(&from)?,
        })
    }
}
