use serde::{Deserialize, Serialize};
use tickmark_log::digest::Digest;

use super::Erasable;
use crate::model::body::{AccessKind, RevokedWhy, TrustPublished, WithdrawnWhy};
use crate::model::digest_text;
use crate::model::ids::{ActorId, MailAddress};
use crate::model::time::Time;

/// A document on the trust page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Who published it.
    pub actor: ActorId,
    /// What it is, for whom, the time it speaks of.
    pub body: TrustPublished,
    /// Its title.
    pub title: Erasable<String>,
    /// Name of its file.
    pub name: Erasable<String>,
    /// Who examined, for a report.
    pub firm: Option<Erasable<String>>,
    /// Commitment of the file.
    #[serde(with = "digest_text")]
    pub file: Digest,
    /// Length of the file, bytes.
    pub length: u64,
    /// When and why it was withdrawn.
    pub withdrawn: Option<Withdrawn>,
}

impl Publication {
    /// Its title; none once it is erased.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.value.as_deref()
    }

    /// Who examined, for a report.
    #[must_use]
    pub fn firm(&self) -> Option<&str> {
        self.firm.as_ref()?.value.as_deref()
    }
}

/// The end of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Why.
    pub why: WithdrawnWhy,
}

/// A named recipient may have a publication for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Who gave it.
    pub actor: ActorId,
    /// Leaf of the publication.
    pub publication: u64,
    /// To whom.
    pub recipient: Erasable<MailAddress>,
    /// Nothing can be had from then on.
    pub until: Time,
    /// Which terms must be accepted first; their text is in [`super::State::trust_terms`].
    #[serde(with = "digest_text")]
    pub terms: Digest,
    /// When and why it was revoked.
    pub revoked: Option<Revoked>,
    /// What the recipient did, in the order of the ledger.
    pub accesses: Vec<Access>,
}

impl Grant {
    /// When the terms were accepted.
    #[must_use]
    pub fn accepted(&self) -> Option<Time> {
        let mut accepted = self.accesses.iter();
        let first = accepted.find(|a| a.what == AccessKind::Accepted);
        first.map(|a| a.recorded)
    }
}

/// The end of a grant before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// Why.
    pub why: RevokedWhy,
}

/// Something that a recipient did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Its leaf.
    pub leaf: u64,
    /// Claimed time of the leaf.
    pub recorded: Time,
    /// What.
    pub what: AccessKind,
}

/// A text that recipients accept; kept once, however many grants name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// SHA-256 of the text.
    #[serde(with = "digest_text")]
    pub digest: Digest,
    /// The text; none if its bytes were not here.
    pub text: Option<String>,
}
