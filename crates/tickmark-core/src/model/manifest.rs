//! What one collection of one stream fetched, what it covers and what it lacks (schema b of the decisions).
//!
//! The manifest is a blob of a `collection.result` entry, in canonical JSON; the entry's body repeats its counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::canonical::{self, CanonicalError};
use super::ids::{InstanceId, StreamName};
use super::time::{Span, Spans, Time};

/// Version of this form.
pub const MANIFEST_VERSION: u32 = 1;

/// The completeness witness of one collection of one stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Form, [`MANIFEST_VERSION`].
    pub v: u32,
    /// Source declaration and its version: `github@1`.
    pub source: String,
    /// The configured source of the program.
    pub instance: InstanceId,
    /// Identity of the account at the source (its number, never a person).
    pub account: String,
    /// Stream of the source.
    pub stream: StreamName,
    /// Whether the records are events or a snapshot of states.
    pub shape: Shape,
    /// What was asked, with parameters by name.
    pub query: String,
    /// The parameters' values.
    pub params: BTreeMap<String, String>,
    /// The time asked for, half open.
    pub asked: (Time, Time),
    /// The time fully fetched: sorted, disjoint, half open. Empty unless `end` is complete.
    pub covered: Vec<(Time, Time)>,
    /// How long the source keeps its records, in seconds; `null` if for ever.
    pub retention_s: Option<u64>,
    /// Whether the records were fetched after the fact.
    pub backfilled: bool,
    /// When the first and the last page were fetched.
    pub observed: (Time, Time),
    /// The pages in the order fetched.
    pub pages: Vec<Page>,
    /// The count at the source against the count stored.
    pub count: Count,
    /// Records read out of the pages.
    pub records: Records,
    /// Items that could not be read.
    pub gaps: Vec<Gap>,
    /// Records that could not be read.
    pub rejections: Vec<Rejection>,
    /// What was taken out before storing, and how often.
    pub redactions: Vec<Redaction>,
    /// Recorded response headers.
    pub headers: BTreeMap<String, String>,
    /// Digest of the peer's certificate; `null` without TLS.
    pub tls_peer: Option<String>,
    /// Digest of the mapping: `sha256:…`.
    pub mapping: String,
    /// Version of the reader of records.
    pub facts: u32,
    /// Program and build that collected.
    pub collector: String,
    /// How it ended.
    pub end: End,
}

/// Shape of a stream's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Things that happened at an instant.
    Event,
    /// Things that hold for a while, seen in a snapshot.
    State,
}

/// How a collection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Everything asked was fetched or is named as a gap.
    Complete,
    /// It broke off; what was fetched is kept, nothing is covered.
    Partial,
    /// Nothing usable was fetched.
    Failed,
}

/// One stored response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Position in the entry's list of pages.
    pub blob: u32,
    /// Status the source answered with.
    pub status: u16,
    /// Cursor asked with.
    pub cursor: String,
    /// Cursor of the next page, empty at the end.
    pub next: String,
    /// Records in the page.
    pub items: u64,
    /// Item the page belongs to, empty if none.
    pub parent: String,
    /// Fields of that item that the stream's address and mapping name, by path: with them the page can be read alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, Value>,
    /// The source's own clock, if it told.
    pub source_clock: Option<Time>,
}

/// Completeness: stored + rejected + unknown + mismatch = at_source, in units of `of`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// What is counted.
    pub of: Unit,
    /// Number at the source; `null` if the source cannot say.
    pub at_source: Option<u64>,
    /// How the source was asked.
    pub how: String,
    /// Stored and readable.
    pub stored: u64,
    /// Stored, not readable.
    pub rejected: u64,
    /// Known to exist, not fetched (denied, capped).
    pub unknown: u64,
    /// Missing or too many without an explanation.
    pub mismatch: u64,
}

/// What a count counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// The records themselves.
    Records,
    /// The parents of a stream with one request for each parent.
    Parents,
}

/// Records read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Records {
    /// Readable.
    pub stored: u64,
    /// Not readable.
    pub rejected: u64,
}

/// An item that exists and could not be read: its listed columns are unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Item id of the parent population.
    pub item: String,
    /// Status the source answered with, 0 if none.
    pub status: u16,
    /// Reason code.
    pub why: String,
    /// Columns that are unknown because of it.
    pub columns: Vec<String>,
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Page.
    pub blob: u32,
    /// Ordinal in the page, from 0.
    pub record: u32,
    /// Path of the value.
    pub at: String,
    /// What is wrong with it.
    pub why: String,
}

/// What a redaction rule took out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redaction {
    /// Rule and version: `terraform-sensitive@1`.
    pub rule: String,
    /// How many values.
    pub count: u64,
}

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not canonical JSON of this form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The parts contradict each other.
    #[error("the manifest contradicts itself: {0}")]
    Contradiction(&'static str),
}

impl Manifest {
    /// The bytes to store.
    ///
    /// # Errors
    /// The parts contradict each other.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ManifestError> {
        self.check()?;
        Ok(canonical::to_string(self)?.into_bytes())
    }

    /// Reads stored bytes, strictly.
    ///
    /// # Errors
    /// Not the canonical form, or the parts contradict each other.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = canonical::parse(bytes)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The covered time as a set.
    #[must_use]
    pub fn covered_spans(&self) -> Spans {
        self.covered
            .iter()
            .map(|(from, until)| Span {
                from: *from,
                until: *until,
            })
            .collect()
    }

    /// The declaration without its version: `github`.
    #[must_use]
    pub fn source_name(&self) -> &str {
        self.source.split('@').next().unwrap_or_default()
    }

    fn check(&self) -> Result<(), ManifestError> {
        let rule = |holds: bool, says: &'static str| {
            if holds {
                Ok(())
            } else {
                Err(ManifestError::Contradiction(says))
            }
        };
        let spans = self.covered_spans();
        let written: Vec<_> = spans.iter().map(|s| (s.from, s.until)).collect();
        let c = &self.count;
        let told = c
            .stored
            .saturating_add(c.rejected)
            .saturating_add(c.unknown)
            .saturating_add(c.mismatch);
        rule(self.v == MANIFEST_VERSION, "unknown version")?;
        rule(
            self.asked.0 <= self.asked.1,
            "the time asked for ends before it begins",
        )?;
        rule(
            self.observed.0 <= self.observed.1,
            "the last page was fetched before the first",
        )?;
        rule(
            written == self.covered,
            "covered time is not sorted and disjoint",
        )?;
        rule(
            self.end == End::Complete || self.covered.is_empty(),
            "only a complete collection covers time",
        )?;
        rule(
            c.at_source.is_none_or(|n| n == told),
            "stored, rejected, unknown and mismatch do not add up to the count at the source",
        )?;
        rule(
            self.records.rejected == self.rejections.len() as u64,
            "rejected records are not all named",
        )
    }
}
