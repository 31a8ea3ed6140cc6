use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tickmark_log::cbor::Value;
use tickmark_log::digest::Digest;

use super::codec::{BodyError, In, Out, day};
use crate::model::digest_text;
use crate::model::ids::ControlId;
use crate::model::time::{Day, Period};

/// A list was frozen to be reviewed. Refs: the collections it was read from. Blob `rows`: the list, one canonical JSON line for each
/// item in the order of items; places in it are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewOpened {
    /// The control that asks for the review.
    pub control: ControlId,
    /// The days the review stands for: one occurrence of the control.
    pub covers: Period,
    /// Last day on which every item should be decided.
    pub due: Day,
    /// SHA-256 of the sorted items joined by line feeds, as in a run.
    #[serde(with = "digest_text")]
    pub population_hash: Digest,
    /// Number of items.
    pub items: u32,
    /// Size of the tree whose entries were known.
    pub known_at: u64,
}

impl ReviewOpened {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let covers = vec![day(self.covers.from), day(self.covers.to)];
        Out::default()
            .text(1, &self.control)
            .put(2, Value::Array(covers))
            .put(3, day(self.due))
            .digest(4, &self.population_hash)
            .uint(5, u64::from(self.items))
            .uint(6, self.known_at)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "review.opened",
            map,
        };
        let [first, last] = from.uints(2)?;
        let covers = Period::new(from.to_day(2, first)?, from.to_day(2, last)?);
        Ok(Self {
            control: from.name(1, "a control")?,
            covers: covers.map_err(|_| from.wrong(2, "a first and a last day"))?,
            due: from.day(3)?,
            population_hash: from.digest(4)?,
            items: from.small(5)?,
            known_at: from.uint(6)?,
        })
    }
}

/// Somebody decided about items of a review. Refs: the entry that opened it. Blob `person`: the reviewer's handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewDecided {
    /// Places of the items that stay, ascending.
    pub keep: Vec<u32>,
    /// Places of the items that must go, ascending.
    pub revoke: Vec<u32>,
}

impl ReviewDecided {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .put(1, places(&self.keep))
            .put(2, places(&self.revoke))
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "review.decided",
            map,
        };
        Ok(Self {
            keep: from.places(1)?,
            revoke: from.places(2)?,
        })
    }
}

/// A later collection was asked whether what had to go is gone. Refs: the entry that opened the review, and the collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewRechecked {
    /// Places of revoked items that the collection no longer holds, ascending.
    pub gone: Vec<u32>,
    /// Places of revoked items that it still holds, ascending.
    pub still: Vec<u32>,
}

impl ReviewRechecked {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .put(1, places(&self.gone))
            .put(2, places(&self.still))
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "review.rechecked",
            map,
        };
        Ok(Self {
            gone: from.places(1)?,
            still: from.places(2)?,
        })
    }
}

fn places(places: &[u32]) -> Value {
    Value::Array(places.iter().map(|n| Value::Uint(u64::from(*n))).collect())
}
