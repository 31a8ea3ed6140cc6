use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use tickmark_log::cbor::Value;
use tickmark_log::commitment::Commitment;

use super::codec::{BodyError, In, Out, bytes_text};

/// A key that somebody outside holds (decision D18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustBody {
    /// The verifier key, as its maker printed it.
    pub vkey: String,
    /// What it is for.
    pub role: TrustRole,
    /// The firm that operates it; members of one operator count once.
    pub operator: String,
}

/// What a foreign key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustRole {
    /// Cosigns checkpoints.
    Witness,
    /// Signs the auditor's conclusions.
    Auditor,
}

impl TrustBody {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .text(1, &self.vkey)
            .uint(2, u64::from(self.role == TrustRole::Auditor))
            .text(3, &self.operator)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In { kind: "trust", map };
        let role = if from.uint(2)? == 1 {
            TrustRole::Auditor
        } else {
            TrustRole::Witness
        };
        Ok(Self {
            vkey: from.text(1)?,
            role,
            operator: from.text(3)?,
        })
    }
}

/// A blob was replaced by a redacted copy (decision D28). Refs: the entry it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasedBody {
    /// Commitment of the destroyed bytes.
    #[serde(serialize_with = "commitment_text")]
    pub old: Commitment,
    /// Commitment of the redacted copy; none if nothing of it is kept.
    #[serde(serialize_with = "kept_text")]
    pub new: Option<Commitment>,
    /// Why, a slug such as `art17`.
    pub basis: String,
    /// Names of the columns that were pseudonymised.
    pub fields: Vec<String>,
}

impl ErasedBody {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let fields = self.fields.iter().map(|f| Value::Text(f.clone())).collect();
        let new = self.new.map(|c| super::codec::digest(&c.0));
        Out::default()
            .digest(1, &self.old.0)
            .maybe(2, new)
            .text(3, &self.basis)
            .put(4, Value::Array(fields))
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "erased",
            map,
        };
        let text = |value: &Value| match value {
            Value::Text(text) => Ok(text.clone()),
            _ => Err(from.wrong(4, "an array of texts")),
        };
        let fields = from.array(4)?.iter().map(text).collect::<Result<_, _>>()?;
        let new = if from.has(2) {
            Some(Commitment(from.digest(2)?))
        } else {
            None
        };
        Ok(Self {
            old: Commitment(from.digest(1)?),
            new,
            basis: from.text(3)?,
            fields,
        })
    }
}

/// The log changes its key (decision D33): both keys sign the new one's verifier key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyRotationBody {
    /// Verifier key that ends.
    pub old: String,
    /// Verifier key that begins.
    pub new: String,
    /// Signature by the old key.
    #[serde(serialize_with = "bytes_text")]
    pub signed_by_old: [u8; 64],
    /// Signature by the new key.
    #[serde(serialize_with = "bytes_text")]
    pub signed_by_new: [u8; 64],
}

impl KeyRotationBody {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .text(1, &self.old)
            .text(2, &self.new)
            .put(3, Value::Bytes(self.signed_by_old.to_vec()))
            .put(4, Value::Bytes(self.signed_by_new.to_vec()))
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "key.rotation",
            map,
        };
        Ok(Self {
            old: from.text(1)?,
            new: from.text(2)?,
            signed_by_old: from.bytes(3)?,
            signed_by_new: from.bytes(4)?,
        })
    }
}

fn commitment_text<S: Serializer>(commitment: &Commitment, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&commitment.0)
}

fn kept_text<S: Serializer>(commitment: &Option<Commitment>, to: S) -> Result<S::Ok, S::Error> {
    match commitment {
        Some(commitment) => commitment_text(commitment, to),
        None => to.serialize_none(),
    }
}
