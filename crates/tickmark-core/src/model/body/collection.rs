use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tickmark_log::cbor::Value;
use tickmark_log::digest::Digest;

use super::codec::{BodyError, In, Out, day, spans, time};
use crate::model::digest_text;
use crate::model::ids::{ControlId, InstanceId, PopulationName, SourceId, StreamName};
use crate::model::manifest::{End, Manifest, Shape, Unit};
use crate::model::time::{Period, Time};

/// About to ask a source for one stream (INV-C1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectionIntent {
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

impl CollectionIntent {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .text(1, &self.source)
            .uint(2, u64::from(self.version))
            .text(3, &self.instance)
            .text(4, &self.stream)
            .put(
                5,
                Value::Array(vec![time(self.asked.0), time(self.asked.1)]),
            )
            .digest(6, &self.mapping)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "collection.intent",
            map,
        };
        let [asked_from, asked_until] = from.uints(5)?;
        Ok(Self {
            source: from.name(1, "a source")?,
            version: from.small(2)?,
            instance: from.name(3, "an instance")?,
            stream: from.name(4, "a stream")?,
            asked: (
                Time::from_micros_u64(asked_from),
                Time::from_micros_u64(asked_until),
            ),
            mapping: from.digest(6)?,
        })
    }
}

/// What came back from a source: the counts of the manifest, which is blob `manifest`; pages are the entries of blob `list`.
/// Refs: the intent; none for evidence handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectionResult {
    /// Declaration; `manual` for evidence handed in (decision D16).
    pub source: SourceId,
    /// Version of the declaration.
    pub version: u32,
    /// Configured source.
    pub instance: InstanceId,
    /// Stream.
    pub stream: StreamName,
    /// Population its records belong to.
    pub population: PopulationName,
    /// Events or a snapshot of states.
    pub shape: Shape,
    /// Time asked for.
    pub asked: (Time, Time),
    /// Time fully fetched.
    pub covered: Vec<(Time, Time)>,
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
    /// Digest of the mapping.
    #[serde(with = "digest_text")]
    pub mapping: Digest,
    /// Version of the reader of records.
    pub facts: u32,
    /// Fetched after the fact.
    pub backfilled: bool,
    /// Number of pages.
    pub pages: u64,
    /// For evidence handed in.
    pub evidence: Option<EvidenceBody>,
}

/// Completeness as in the manifest: stored + rejected + unknown + mismatch = at_source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// What is counted.
    pub of: Unit,
    /// Number at the source, if it can say.
    pub at_source: Option<u64>,
    /// Stored and readable.
    pub stored: u64,
    /// Stored, not readable.
    pub rejected: u64,
    /// Known to exist, not fetched.
    pub unknown: u64,
    /// Missing or too many without an explanation.
    pub mismatch: u64,
}

/// What a piece of evidence that a person handed in belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceBody {
    /// The control.
    pub control: ControlId,
    /// The days it covers.
    pub covers: Period,
}

impl CollectionResult {
    /// The body that repeats a manifest. `population` is what the stream's records become.
    #[must_use]
    pub fn of_manifest(
        manifest: &Manifest,
        source: SourceId,
        version: u32,
        mapping: Digest,
        population: PopulationName,
    ) -> Self {
        let c = &manifest.count;
        Self {
            source,
            version,
            instance: manifest.instance.clone(),
            stream: manifest.stream.clone(),
            population,
            shape: manifest.shape,
            asked: manifest.asked,
            covered: manifest.covered.clone(),
            observed: manifest.observed,
            end: manifest.end,
            count: Tally {
                of: c.of,
                at_source: c.at_source,
                stored: c.stored,
                rejected: c.rejected,
                unknown: c.unknown,
                mismatch: c.mismatch,
            },
            records: (manifest.records.stored, manifest.records.rejected),
            gaps: manifest.gaps.len() as u64,
            mapping,
            facts: manifest.facts,
            backfilled: manifest.backfilled,
            pages: manifest.pages.len() as u64,
            evidence: None,
        }
    }

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let c = &self.count;
        Out::default()
            .text(1, &self.source)
            .uint(2, u64::from(self.version))
            .text(3, &self.instance)
            .text(4, &self.stream)
            .text(5, &self.population)
            .uint(6, u64::from(self.shape == Shape::State))
            .put(
                7,
                Value::Array(vec![time(self.asked.0), time(self.asked.1)]),
            )
            .put(8, spans(&self.covered))
            .put(
                9,
                Value::Array(vec![time(self.observed.0), time(self.observed.1)]),
            )
            .uint(10, end_number(self.end))
            .uints(
                11,
                &[
                    u64::from(c.of == Unit::Parents),
                    c.stored,
                    c.rejected,
                    c.unknown,
                    c.mismatch,
                ],
            )
            .maybe(12, c.at_source.map(Value::Uint))
            .uints(13, &[self.records.0, self.records.1])
            .uint(14, self.gaps)
            .digest(15, &self.mapping)
            .uint(16, u64::from(self.facts))
            .put(17, Value::Bool(self.backfilled))
            .uint(18, self.pages)
            .maybe(
                19,
                self.evidence
                    .as_ref()
                    .map(|e| Value::Text(e.control.to_string())),
            )
            .maybe(
                20,
                self.evidence
                    .as_ref()
                    .map(|e| Value::Array(vec![day(e.covers.from), day(e.covers.to)])),
            )
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "collection.result",
            map,
        };
        let pair = |key| {
            from.uints(key)
                .map(|[a, b]| (Time::from_micros_u64(a), Time::from_micros_u64(b)))
        };
        let [of, stored, rejected, unknown, mismatch] = from.uints(11)?;
        let [records_stored, records_rejected] = from.uints(13)?;
        let at_source = if from.has(12) {
            Some(from.uint(12)?)
        } else {
            None
        };
        Ok(Self {
            source: from.name(1, "a source")?,
            version: from.small(2)?,
            instance: from.name(3, "an instance")?,
            stream: from.name(4, "a stream")?,
            population: from.name(5, "a population")?,
            shape: if from.uint(6)? == 1 {
                Shape::State
            } else {
                Shape::Event
            },
            asked: pair(7)?,
            covered: from.spans(8)?,
            observed: pair(9)?,
            end: end_of_number(from.uint(10)?).ok_or_else(|| from.wrong(10, "an end"))?,
            count: Tally {
                of: if of == 1 {
                    Unit::Parents
                } else {
                    Unit::Records
                },
                at_source,
                stored,
                rejected,
                unknown,
                mismatch,
            },
            records: (records_stored, records_rejected),
            gaps: from.uint(14)?,
            mapping: from.digest(15)?,
            facts: from.small(16)?,
            backfilled: from.bool(17)?,
            pages: from.uint(18)?,
            evidence: read_evidence(&from)?,
        })
    }
}

fn read_evidence(from: &In<'_>) -> Result<Option<EvidenceBody>, BodyError> {
    if !from.has(19) {
        return Ok(None);
    }
    let [first, last] = from.uints(20)?;
    let covers = Period::new(from.to_day(20, first)?, from.to_day(20, last)?)
        .map_err(|_| from.wrong(20, "a period"))?;
    Ok(Some(EvidenceBody {
        control: from.name(19, "a control")?,
        covers,
    }))
}

const fn end_number(end: End) -> u64 {
    match end {
        End::Complete => 0,
        End::Partial => 1,
        End::Failed => 2,
    }
}

const fn end_of_number(number: u64) -> Option<End> {
    match number {
        0 => Some(End::Complete),
        1 => Some(End::Partial),
        2 => Some(End::Failed),
        _ => None,
    }
}

/// Nothing usable came back. Refs: the intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectionError {
    /// Configured source.
    pub instance: InstanceId,
    /// Stream.
    pub stream: StreamName,
    /// Why.
    pub code: ErrorCode,
    /// Status the source answered with, 0 if none.
    pub status: u32,
}

/// Why a collection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The source did not answer.
    Unavailable,
    /// The source refused to answer.
    Denied,
    /// The answer could not be read.
    Malformed,
    /// The collector was stopped.
    Interrupted,
    /// Another account answered than the pinned one.
    OtherAccount,
    /// The numbers do not agree with a second source, and the declaration says stop.
    Mismatch,
}

const CODES: [(ErrorCode, u64); 6] = [
    (ErrorCode::Unavailable, 0),
    (ErrorCode::Denied, 1),
    (ErrorCode::Malformed, 2),
    (ErrorCode::Interrupted, 3),
    (ErrorCode::OtherAccount, 4),
    (ErrorCode::Mismatch, 5),
];

impl CollectionError {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let code = CODES
            .iter()
            .find(|(c, _)| *c == self.code)
            .map_or(0, |(_, n)| *n);
        Out::default()
            .text(1, &self.instance)
            .text(2, &self.stream)
            .uint(3, code)
            .uint(4, u64::from(self.status))
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "collection.error",
            map,
        };
        let number = from.uint(3)?;
        let code = CODES.iter().find(|(_, n)| *n == number).map(|(c, _)| *c);
        Ok(Self {
            instance: from.name(1, "an instance")?,
            stream: from.name(2, "a stream")?,
            code: code.ok_or_else(|| from.wrong(3, "an error code"))?,
            status: from.small(4)?,
        })
    }
}
