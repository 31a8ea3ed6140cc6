use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tickmark_log::cbor::Value;
use tickmark_log::digest::Digest;

use super::codec::{BodyError, In, Out};
use crate::model::digest_text;
use crate::model::ids::TestId;
use crate::model::time::Span;

/// The result of one run of one test (schema c). Refs: library or control document, adoption. Blobs `inputs` (the leaves read, each
/// below `known_at`) and `rows` (one line for each item that did not pass).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunBody {
    /// The test.
    pub test: TestId,
    /// Digest of the control file's bytes.
    #[serde(with = "digest_text")]
    pub spec: Digest,
    /// Digest of the parameters.
    #[serde(with = "digest_text")]
    pub params: Digest,
    /// Digest of the library.
    #[serde(with = "digest_text")]
    pub library: Digest,
    /// The time tested.
    pub span: Span,
    /// Size of the tree whose entries were known.
    pub known_at: u64,
    /// SHA-256 of the sorted items joined by line feeds.
    #[serde(with = "digest_text")]
    pub population_hash: Digest,
    /// SHA-256 of all row lines in the order of items.
    #[serde(with = "digest_text")]
    pub rows_digest: Digest,
    /// The counts.
    pub counts: RunCounts,
    /// The result.
    pub result: RunResult,
    /// Seconds covered.
    pub covered_s: u64,
    /// Seconds asked.
    pub asked_s: u64,
    /// Census or sample.
    pub lane: Lane,
    /// The period was still open (decision D15).
    pub provisional: bool,
    /// Version of the engine.
    pub engine: String,
    /// Version of the reader of records.
    pub facts: u32,
    /// Version of the time zone database.
    pub tzdb: String,
    /// Digest of the calendar.
    #[serde(with = "digest_text")]
    pub calendar: Digest,
}

/// population = tested + unknown + not_applicable + pending; tested = passed + deviations (INV-J1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunCounts {
    /// All items.
    pub population: u64,
    /// Items without a deviation.
    pub passed: u64,
    /// Items with one.
    pub deviations: u64,
    /// Items that could not be judged.
    pub unknown: u64,
    /// Items to which the test does not apply.
    pub not_applicable: u64,
    /// Items that are not due yet.
    pub pending: u64,
}

impl RunCounts {
    /// Whether the counts add up.
    #[must_use]
    pub fn add_up(&self) -> bool {
        let parts = [
            self.passed,
            self.deviations,
            self.unknown,
            self.not_applicable,
            self.pending,
        ];
        parts.into_iter().try_fold(0_u64, u64::checked_add) == Some(self.population)
    }
}

/// The result of a run, in the contract's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunResult {
    /// Tested and no deviation.
    NoDeviation,
    /// At least one deviation.
    Deviation,
    /// Nothing to test happened.
    DidNotOperate,
    /// Evidence is missing.
    UnableToTest,
}

impl RunResult {
    /// The contract's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoDeviation => "no_deviation",
            Self::Deviation => "deviation",
            Self::DidNotOperate => "did_not_operate",
            Self::UnableToTest => "unable_to_test",
        }
    }
}

/// How items were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// All of them.
    Census,
    /// A sample.
    Sample,
}

const RESULTS: [RunResult; 4] = [
    RunResult::NoDeviation,
    RunResult::Deviation,
    RunResult::DidNotOperate,
    RunResult::UnableToTest,
];

impl RunBody {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let c = &self.counts;
        let counts = [
            c.population,
            c.passed,
            c.deviations,
            c.unknown,
            c.not_applicable,
            c.pending,
        ];
        let result = (0..)
            .zip(RESULTS)
            .find(|(_, r)| *r == self.result)
            .map_or(3, |(n, _)| n);
        Out::default()
            .text(1, &self.test)
            .digest(2, &self.spec)
            .digest(3, &self.params)
            .digest(4, &self.library)
            .time(5, self.span.from)
            .time(6, self.span.until)
            .uint(7, self.known_at)
            .digest(8, &self.population_hash)
            .digest(9, &self.rows_digest)
            .uints(10, &counts)
            .uint(11, result)
            .uints(12, &[self.covered_s, self.asked_s])
            .uint(13, u64::from(self.lane == Lane::Sample))
            .put(14, Value::Bool(self.provisional))
            .text(15, &self.engine)
            .uint(16, u64::from(self.facts))
            .text(17, &self.tzdb)
            .digest(18, &self.calendar)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "test.run",
            map,
        };
        let [
            population,
            passed,
            deviations,
            unknown,
            not_applicable,
            pending,
        ] = from.uints(10)?;
        let counts = RunCounts {
            population,
            passed,
            deviations,
            unknown,
            not_applicable,
            pending,
        };
        let result = usize::try_from(from.uint(11)?)
            .ok()
            .and_then(|n| RESULTS.get(n).copied());
        let [covered_s, asked_s] = from.uints(12)?;
        if !counts.add_up() {
            return Err(from.wrong(10, "an array of counts that add up"));
        }
        Ok(Self {
            test: from.name(1, "a test")?,
            spec: from.digest(2)?,
            params: from.digest(3)?,
            library: from.digest(4)?,
            span: Span {
                from: from.time(5)?,
                until: from.time(6)?,
            },
            known_at: from.uint(7)?,
            population_hash: from.digest(8)?,
            rows_digest: from.digest(9)?,
            counts,
            result: result.ok_or_else(|| from.wrong(11, "a result"))?,
            covered_s,
            asked_s,
            lane: if from.uint(13)? == 1 {
                Lane::Sample
            } else {
                Lane::Census
            },
            provisional: from.bool(14)?,
            engine: from.text(15)?,
            facts: from.small(16)?,
            tzdb: from.text(17)?,
            calendar: from.digest(18)?,
        })
    }
}
