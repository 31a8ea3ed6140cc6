use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tickmark_log::cbor::Value;
use tickmark_log::digest::Digest;

use super::codec::{BodyError, In, Out, day};
use crate::model::digest_text;
use crate::model::document::Opinion;
use crate::model::time::{Period, Time};

/// Words of a closed list and their numbers in a body: the place in the list, which only grows.
macro_rules! words {
    ($(#[$doc:meta])* $type:ident, $($(#[$says:meta])* $name:ident = $word:literal,)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $type {
            $($(#[$says])* $name,)+
        }

        impl $type {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The word in forms and listings.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// The one of that word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }

            fn number(self) -> u64 {
                (0..).zip(Self::ALL).find(|(_, one)| **one == self).map_or(0, |(n, _)| n)
            }

            fn read(from: &In<'_>, key: u64) -> Result<Self, BodyError> {
                let place = usize::try_from(from.uint(key)?).ok();
                let found = place.and_then(|n| Self::ALL.get(n).copied());
                found.ok_or_else(|| from.wrong(key, "a number of its list"))
            }
        }
    };
}

words!(
    /// What is published.
    Published,
    /// A SOC 3 report: made for everybody.
    Soc3 = "soc3",
    /// A SOC 2 report: restricted in use.
    Soc2 = "soc2",
    /// Management's letter about the time after a report; examined by nobody.
    BridgeLetter = "bridge_letter",
    /// A policy.
    Policy = "policy",
    /// A list of subprocessors.
    Subprocessors = "subprocessors",
    /// Anything else.
    Other = "other",
);

impl Published {
    /// Whether it is the report of an examination, with a firm and an opinion.
    #[must_use]
    pub const fn is_report(self) -> bool {
        matches!(self, Self::Soc3 | Self::Soc2)
    }

    /// Whether it makes no sense without the time it speaks of.
    #[must_use]
    pub const fn needs_time(self) -> bool {
        matches!(self, Self::Soc3 | Self::Soc2 | Self::BridgeLetter)
    }
}

words!(
    /// Who may have it.
    Audience,
    /// Everybody.
    Public = "public",
    /// Named recipients, on request.
    OnRequest = "on_request",
);

words!(
    /// Whether a report speaks of one day or of a period.
    ReportType,
    /// Design as of one day.
    Type1 = "type1",
    /// Design and operation throughout a period.
    Type2 = "type2",
);

words!(
    /// Why something is not published any more.
    WithdrawnWhy,
    /// A newer one has taken its place.
    Superseded = "superseded",
    /// What it says is no longer so.
    Outdated = "outdated",
    /// It should not have been published.
    Mistake = "mistake",
);

words!(
    /// Why a grant ended before its time.
    RevokedWhy,
    /// The recipient has no need of it any more.
    NoNeed = "no_need",
    /// It was given to somebody else than was meant.
    WrongRecipient = "wrong_recipient",
    /// The recipient did not keep to the terms.
    Misuse = "misuse",
);

words!(
    /// What a recipient did.
    AccessKind,
    /// Accepted the terms of the grant.
    Accepted = "accepted",
    /// Opened the page of the grant.
    Viewed = "viewed",
    /// Downloaded the file.
    Downloaded = "downloaded",
);

/// A document is published on the trust page. Blobs: `title`; `name`, the name of the file; `file`; `firm` for a report, who examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustPublished {
    /// What it is.
    pub what: Published,
    /// Who may have it.
    pub audience: Audience,
    /// The time it speaks of; one day for a report as of a day.
    pub covers: Option<Period>,
    /// Of a report: one day or a period.
    pub report: Option<ReportType>,
    /// Of a report: what the auditor concluded. A reserved opinion is carried to every page that names the report.
    pub opinion: Option<Opinion>,
}

impl TrustPublished {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let covers = self
            .covers
            .map(|c| Value::Array(vec![day(c.from), day(c.to)]));
        let opinion = self.opinion.and_then(|opinion| {
            let place = Opinion::ALL.iter().position(|one| *one == opinion)?;
            u64::try_from(place).ok().map(Value::Uint)
        });
        Out::default()
            .uint(1, self.what.number())
            .uint(2, self.audience.number())
            .maybe(3, covers)
            .maybe(4, self.report.map(|r| Value::Uint(r.number())))
            .maybe(5, opinion)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "trust.published",
            map,
        };
        Ok(Self {
            what: Published::read(&from, 1)?,
            audience: Audience::read(&from, 2)?,
            covers: from.has(3).then(|| covers(&from)).transpose()?,
            report: from
                .has(4)
                .then(|| ReportType::read(&from, 4))
                .transpose()?,
            opinion: from.has(5).then(|| opinion(&from)).transpose()?,
        })
    }
}

fn covers(from: &In<'_>) -> Result<Period, BodyError> {
    let [first, last] = from.uints(3)?;
    let covers = Period::new(from.to_day(3, first)?, from.to_day(3, last)?);
    covers.map_err(|_| from.wrong(3, "a first and a last day"))
}

fn opinion(from: &In<'_>) -> Result<Opinion, BodyError> {
    let place = usize::try_from(from.uint(5)?).ok();
    let found = place.and_then(|n| Opinion::ALL.get(n).copied());
    found.ok_or_else(|| from.wrong(5, "an opinion"))
}

/// Something is not published any more; every grant of it ends. Refs: the publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustWithdrawn {
    /// Why.
    pub why: WithdrawnWhy,
}

impl TrustWithdrawn {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default().uint(1, self.why.number()).done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "trust.withdrawn",
            map,
        };
        Ok(Self {
            why: WithdrawnWhy::read(&from, 1)?,
        })
    }
}

/// A named recipient may have a publication for a time. Refs: the publication. Blobs: `recipient`, a mail address; `terms`, the text
/// that the recipient must accept first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustGranted {
    /// Nothing can be had from then on.
    pub until: Time,
    /// SHA-256 of the terms: which version of them.
    #[serde(with = "digest_text")]
    pub terms: Digest,
}

impl TrustGranted {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .time(1, self.until)
            .digest(2, &self.terms)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "trust.granted",
            map,
        };
        Ok(Self {
            until: from.time(1)?,
            terms: from.digest(2)?,
        })
    }
}

/// A grant ends at once. Refs: the grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustRevoked {
    /// Why.
    pub why: RevokedWhy,
}

impl TrustRevoked {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default().uint(1, self.why.number()).done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "trust.revoked",
            map,
        };
        Ok(Self {
            why: RevokedWhy::read(&from, 1)?,
        })
    }
}

/// A recipient used a grant. Refs: the grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustAccessed {
    /// What was done.
    pub what: AccessKind,
    /// SHA-256 of the terms that hold for the grant.
    #[serde(with = "digest_text")]
    pub terms: Digest,
}

impl TrustAccessed {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .uint(1, self.what.number())
            .digest(2, &self.terms)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "trust.accessed",
            map,
        };
        Ok(Self {
            what: AccessKind::read(&from, 1)?,
            terms: from.digest(2)?,
        })
    }
}
