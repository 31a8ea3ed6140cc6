//! Body of a test run (schema c of the decisions).

use std::collections::BTreeMap;

use tickmark_log::{cbor::Value, digest::Digest};

use super::{
    BodyError,
    fields::{Reader, Writer},
};
use crate::model::{ids::TestId, time::Time};

/// How the items were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Every item of the population.
    Census,
    /// A drawn sample.
    Sample,
}

/// `test.run`: refs the control's document and adoption entries; blobs `inputs` and `rows`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRun {
    /// The test.
    pub test: TestId,
    /// SHA-256 of the control file.
    pub spec: Digest,
    /// SHA-256 of the canonical parameters.
    pub params: Digest,
    /// Digest of the library.
    pub library: Digest,
    /// First instant of the (clipped) period.
    pub from: Time,
    /// First instant after it.
    pub until: Time,
    /// Ledger size the run knew.
    pub known_at: u64,
    /// SHA-256 of the sorted items joined by LF.
    pub population_hash: Digest,
    /// SHA-256 over all row lines.
    pub rows_digest: Digest,
    /// Population, passed, deviations, unknown, not applicable, pending.
    pub counts: [u64; 6],
    /// 0 no deviation, 1 deviation, 2 did not operate, 3 unable to test.
    pub result: u64,
    /// Covered seconds, seconds asked.
    pub coverage: [u64; 2],
    /// How the items were chosen.
    pub lane: Lane,
    /// The period was still open when the run was made (decision D15).
    pub provisional: bool,
    /// Version of the query engine.
    pub engine: String,
    /// Version of the reading code.
    pub facts: u64,
    /// Version of the time-zone data.
    pub tzdb: String,
    /// SHA-256 of the canonical holiday calendars.
    pub calendar: Digest,
}

impl TestRun {
    pub(super) const KIND: &'static str = "test.run";

    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Writer::default()
            .text(1, &self.test)
            .digest(2, self.spec)
            .digest(3, self.params)
            .digest(4, self.library)
            .uint(5, self.from.micros_u64())
            .uint(6, self.until.micros_u64())
            .uint(7, self.known_at)
            .digest(8, self.population_hash)
            .digest(9, self.rows_digest)
            .uints(10, &self.counts)
            .uint(11, self.result)
            .uints(12, &self.coverage)
            .uint(13, u64::from(self.lane == Lane::Sample))
            .flag(14, self.provisional)
            .text(15, &self.engine)
            .uint(16, self.facts)
            .text(17, &self.tzdb)
            .digest(18, self.calendar)
            .done()
    }

    pub(super) fn decode(body: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let mut r = Reader::new(Self::KIND, body);
        let run = Self {
            test: r.name(1)?,
            spec: r.digest(2)?,
            params: r.digest(3)?,
            library: r.digest(4)?,
            from: Time::from_micros_u64(r.uint(5)?),
            until: Time::from_micros_u64(r.uint(6)?),
            known_at: r.uint(7)?,
            population_hash: r.digest(8)?,
            rows_digest: r.digest(9)?,
            counts: r.uints(10)?,
            result: r.one_of(11, |n| (n <= 3).then_some(n))?,
            coverage: r.uints(12)?,
            lane: r.one_of(13, |n| match n {
                0 => Some(Lane::Census),
                1 => Some(Lane::Sample),
                _ => None,
            })?,
            provisional: r.flag(14)?,
            engine: r.text(15)?,
            facts: r.uint(16)?,
            tzdb: r.text(17)?,
            calendar: r.digest(18)?,
        };
        r.end().map(|()| run)
    }
}
