use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tickmark_log::commitment::Commitment;
use tickmark_log::digest::Digest;

use super::Blobs;
use crate::model::body::{ReviewOpened, TaskOpened};
use crate::model::digest_text;
use crate::model::ids::{ActorId, ItemId, PersonId};
use crate::model::time::{Day, Span, Time};

/// A text that may name somebody: it lies in a blob of its own, which can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasable<T> {
    /// Commitment of the blob.
    #[serde(with = "digest_text")]
    pub commitment: Digest,
    /// What it says; none once it is erased.
    pub value: Option<T>,
}

impl<T: FromStr> Erasable<T> {
    /// Reads the blob, and says whether it was there. One that says something else (a redacted copy) says nothing here.
    pub(super) fn read(commitment: &Commitment, blobs: &dyn Blobs) -> (Self, bool) {
        let bytes = blobs.bytes(commitment);
        let found = bytes.is_some();
        let value = bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| text.parse().ok());
        let commitment = commitment.0;
        (Self { commitment, value }, found)
    }

    /// Takes the redacted copy if the blob is the one that was erased.
    pub(super) fn erase(&mut self, old: Digest, new: Option<Digest>, blobs: &dyn Blobs) -> bool {
        let mine = self.commitment == old;
        if mine {
            *self = match new {
                Some(new) => Self::read(&Commitment(new), blobs).0,
                None => Self {
                    commitment: old,
                    value: None,
                },
            };
        }
        mine
    }
}

/// An approval of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Who recorded it.
    pub actor: ActorId,
    /// Leaf of the version that was approved.
    pub document: u64,
    /// The version, as the document counts.
    pub version: u32,
    /// Place in the document's list of approvers.
    pub approver: u32,
}

/// An acknowledgement of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Who recorded it.
    pub actor: ActorId,
    /// Leaf of the version that was acknowledged.
    pub document: u64,
    /// The version, as the document counts.
    pub version: u32,
    /// Who.
    pub person: Erasable<PersonId>,
}

/// A deviation or gap that somebody takes care of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Who opened it.
    pub actor: ActorId,
    /// Leaf of the run that found it.
    pub run: u64,
    /// Test, what it is about, the time looked at, the day given first.
    pub opened: TaskOpened,
    /// The item; none where it is about the whole test.
    pub item: Option<Erasable<ItemId>>,
    /// Owners and days, oldest first; the last holds. Never empty.
    pub assignments: Vec<Assignment>,
    /// The run that closed it.
    pub closed: Option<Closed>,
}

impl Task {
    /// Who takes care of it now; none once the name is erased.
    #[must_use]
    pub fn owner(&self) -> Option<&PersonId> {
        self.assignments.last()?.owner.value.as_ref()
    }

    /// Last day on which it should be done, as it stands now.
    #[must_use]
    pub fn due(&self) -> Day {
        self.assignments.last().map_or(self.opened.due, |a| a.due)
    }

    /// The item; none where it is about the whole test, or once it is erased.
    #[must_use]
    pub fn item(&self) -> Option<&ItemId> {
        self.item.as_ref()?.value.as_ref()
    }
}

/// Who takes care of a task, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Who.
    pub owner: Erasable<PersonId>,
    /// Last day on which it should be done.
    pub due: Day,
}

/// How a task was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// The leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Leaf of the run in which the item passes or is gone.
    pub run: u64,
    /// The time that run looked at.
    pub span: Span,
    /// Whether it looked at all of the time in which the item was found.
    pub same_time: bool,
}

/// A review of a frozen list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Who opened it.
    pub actor: ActorId,
    /// Control, days, hash of the population.
    pub opened: ReviewOpened,
    /// Collections the list was read from.
    pub collections: Vec<u64>,
    /// Commitment of the list.
    #[serde(with = "digest_text")]
    pub rows: Digest,
    /// Decisions in the order of the ledger; of two about one item the later holds.
    pub decisions: Vec<Decision>,
    /// Later looks at what had to go.
    pub rechecks: Vec<Recheck>,
}

/// One submission of a reviewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Who recorded it.
    pub actor: ActorId,
    /// The reviewer.
    pub person: Erasable<PersonId>,
    /// Places of the items that stay.
    pub keep: Vec<u32>,
    /// Places of the items that must go.
    pub revoke: Vec<u32>,
}

/// A later look at what had to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recheck {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Leaf of the collection that was asked.
    pub collection: u64,
    /// First page of it.
    pub observed: Time,
    /// Places of the items that are gone.
    pub gone: Vec<u32>,
    /// Places of the items that are still there.
    pub still: Vec<u32>,
}

/// What holds about an item of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether it stays.
    pub keep: bool,
    /// Leaf of the decision.
    pub leaf: u64,
    /// When it was recorded.
    pub recorded: Time,
    /// Of what must go: whether the last look found it gone, and when that was fetched. None before a look.
    pub gone: Option<(bool, Time)>,
}

impl Review {
    /// What holds about each place that was decided: the last decision, and the last look after it.
    #[must_use]
    pub fn standing(&self) -> BTreeMap<u32, Standing> {
        let mut out: BTreeMap<u32, Standing> = BTreeMap::new();
        for decision in &self.decisions {
            let places = decision.keep.iter().map(|p| (*p, true));
            for (place, keep) in places.chain(decision.revoke.iter().map(|p| (*p, false))) {
                let standing = Standing {
                    keep,
                    leaf: decision.leaf,
                    recorded: decision.recorded,
                    gone: None,
                };
                out.insert(place, standing);
            }
        }
        for recheck in &self.rechecks {
            let places = recheck.gone.iter().map(|p| (*p, true));
            for (place, gone) in places.chain(recheck.still.iter().map(|p| (*p, false))) {
                let standing = out.get_mut(&place);
                if let Some(standing) = standing.filter(|s| !s.keep && s.leaf < recheck.leaf) {
                    standing.gone = Some((gone, recheck.observed));
                }
            }
        }
        out
    }
}
