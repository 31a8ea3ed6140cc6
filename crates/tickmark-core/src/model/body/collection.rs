//! Bodies of the entries around one collection: intent before, result or error after (INV-C1).

use std::collections::BTreeMap;

use tickmark_log::{cbor::Value, digest::Digest};

use super::{
    BodyError,
    fields::{Reader, Writer},
};
use crate::model::{
    ids::{InstanceId, PopulationName, SourceId, StreamName},
    manifest::{End, Shape},
    time::Time,
};

/// `collection.intent`: written before the source is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionIntent {
    /// Configured source.
    pub instance: InstanceId,
    /// Kind of source.
    pub source: SourceId,
    /// Stream of the source.
    pub stream: StreamName,
    /// Time asked for: first instant, and first instant no longer asked for.
    pub asked: (Time, Time),
}

impl CollectionIntent {
    pub(super) const KIND: &'static str = "collection.intent";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Writer::default()
            .text(1, &self.instance)
            .text(2, &self.source)
            .text(3, &self.stream)
            .uints(4, &[self.asked.0.micros_u64(), self.asked.1.micros_u64()])
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let (instance, source, stream) = (r.name(1)?, r.name(2)?, r.name(3)?);
        let asked = span(r.uints(4)?);
        r.end().map(|()| Self {
            instance,
            source,
            stream,
            asked,
        })
    }
}

fn span([from, until]: [u64; 2]) -> (Time, Time) {
    (Time::from_micros_u64(from), Time::from_micros_u64(until))
}

/// `collection.result`: refs the intent; blobs `manifest` and the pages. Repeats the manifest's counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionResult {
    /// Configured source.
    pub instance: InstanceId,
    /// Kind of source.
    pub source: SourceId,
    /// Stream of the source.
    pub stream: StreamName,
    /// Population the records belong to.
    pub population: PopulationName,
    /// Events, or a snapshot of states.
    pub shape: Shape,
    /// How it ended; anything but complete covers no time.
    pub end: End,
    /// When the first and the last page were fetched.
    pub observed: (Time, Time),
    /// Records stored, records rejected, items unknown, item-level gaps.
    pub counts: [u64; 4],
    /// Count at the source in the manifest's unit, where the source tells one.
    pub at_source: Option<u64>,
    /// Seconds of time covered.
    pub covered_s: u64,
    /// Digest of the mapping the records were read with.
    pub mapping: Digest,
    /// Version of the reading code.
    pub facts: u64,
    /// Collected after the fact, for a time before the source was connected.
    pub backfilled: bool,
}

impl CollectionResult {
    pub(super) const KIND: &'static str = "collection.result";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let end = match self.end {
            End::Complete => 0,
            End::Partial => 1,
            End::Failed => 2,
        };
        Writer::default()
            .text(1, &self.instance)
            .text(2, &self.source)
            .text(3, &self.stream)
            .text(4, &self.population)
            .uint(5, u64::from(self.shape == Shape::State))
            .uint(6, end)
            .uints(
                7,
                &[self.observed.0.micros_u64(), self.observed.1.micros_u64()],
            )
            .uints(8, &self.counts)
            .optional(9, self.at_source)
            .uint(10, self.covered_s)
            .digest(11, self.mapping)
            .uint(12, self.facts)
            .flag(13, self.backfilled)
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let result = Self {
            instance: r.name(1)?,
            source: r.name(2)?,
            stream: r.name(3)?,
            population: r.name(4)?,
            shape: r.one_of(5, |n| match n {
                0 => Some(Shape::Event),
                1 => Some(Shape::State),
                _ => None,
            })?,
            end: r.one_of(6, |n| match n {
                0 => Some(End::Complete),
                1 => Some(End::Partial),
                2 => Some(End::Failed),
                _ => None,
            })?,
            observed: span(r.uints(7)?),
            counts: r.uints(8)?,
            at_source: r.optional(9)?,
            covered_s: r.uint(10)?,
            mapping: r.digest(11)?,
            facts: r.uint(12)?,
            backfilled: r.flag(13)?,
        };
        r.end().map(|()| result)
    }
}

/// `collection.error`: refs the intent. The source's own words, where kept, lie in blob `detail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionError {
    /// Configured source.
    pub instance: InstanceId,
    /// Stream of the source.
    pub stream: StreamName,
    /// Why, a slug: `unreachable`, `denied`, `pin_mismatch`, `unreadable`.
    pub why: String,
}

impl CollectionError {
    pub(super) const KIND: &'static str = "collection.error";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Writer::default()
            .text(1, &self.instance)
            .text(2, &self.stream)
            .text(3, &self.why)
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let error = Self {
            instance: r.name(1)?,
            stream: r.name(2)?,
            why: r.text(3)?,
        };
        r.end().map(|()| error)
    }
}
