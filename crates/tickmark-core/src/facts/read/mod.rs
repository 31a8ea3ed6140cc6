//! Recorded bytes to rows: every record becomes a row or a rejection with its place.

pub mod csv;
mod page;
mod settle;
mod twice;

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::model::citation::Citation;
use crate::model::ids::{ColumnName, PopulationName};
use crate::model::manifest::{Manifest, Records, Rejection};
use crate::model::time::Time;

use super::mapping::{Format, Mapping};
use super::row::Row;
use super::schema::Schema;

pub use settle::settle;

/// Version of this reader. Raised when the same bytes would give other rows; manifests and cached files carry it.
pub const FACTS_VERSION: u32 = 2;

/// What one record became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// A row.
    Row(Row),
    /// It could not be read.
    Rejected(Rejected),
}

/// A record that could not be read: nothing is lost, its item is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its place and what is wrong.
    pub rejection: Rejection,
    /// What is unknown because of it.
    pub gap: GapRow,
    /// The item with its unknown columns, if key and trigger could be read and the record has no parent.
    pub row: Option<Row>,
    /// An earlier record of the list has the same key and says something else.
    pub contradicts: bool,
}

/// A row of the table `gap`: an item of a population, or a parent's item, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapRow {
    /// Population that lacks rows.
    pub population: PopulationName,
    /// The parent's item as its stream's `key:` names it; the item itself for streams without parent.
    pub parent: String,
    /// Reason code: `denied`, `missing`, `capped`, `rejected` …
    pub why: String,
    /// Columns that are unknown because of it; empty if all.
    pub columns: Vec<String>,
    /// Entry of the collection.
    pub leaf: u64,
}

/// One page and what surrounds it.
#[derive(Debug, Clone, Copy)]
pub struct PageBytes<'a> {
    /// Position in the entry's list of pages.
    pub blob: u32,
    /// Item of the parent stream, empty if none.
    pub parent: &'a str,
    /// That item's fields.
    pub with: &'a BTreeMap<String, Value>,
    /// The bytes as stored.
    pub bytes: &'a [u8],
}

/// Reads the pages of one collection in order.
#[derive(Debug)]
pub struct Reader<'a> {
    mapping: &'a Mapping,
    schema: &'a Schema,
    pub(in crate::facts) params: &'a BTreeMap<String, String>,
    leaf: u64,
    observed_at: Time,
    records: Records,
    /// CSV: positions of the headings of the first page, and the number of the next line.
    headings: Option<HashMap<String, usize>>,
    line: u64,
    /// Set where a list must not say two things about one item.
    seen: Option<twice::Seen>,
    pub(in crate::facts) git: super::git::Walk,
}

/// The collection cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The first line of a CSV file does not have the headings that the mapping names.
    #[error("the first line has no heading `{missing}`{hint}; it has: {found}")]
    Heading {
        /// Heading that is missing.
        missing: String,
        /// The heading that was probably meant.
        hint: String,
        /// Headings found.
        found: String,
    },
    /// Two columns of a CSV file have one heading.
    #[error("the first line has the heading `{0}` twice; rename one")]
    HeadingTwice(String),
    /// The first line of a CSV file cannot be read.
    #[error("the headings cannot be read: {0}")]
    HeadingLine(String),
    /// A page that the manifest names is not there.
    #[error("page {blob} of entry {leaf} cannot be read: {why}")]
    Page {
        /// Entry.
        leaf: u64,
        /// Page.
        blob: u32,
        /// What the store says.
        why: String,
    },
}

/// Whether a collection is one list that states each item once: what a person or a program hands over.
fn says_once(manifest: &Manifest) -> bool {
    matches!(manifest.source_name(), "file" | "push")
}

impl<'a> Reader<'a> {
    /// A reader for the pages of entry `leaf`. Rows say they were observed at `observed_at`, the end of the fetch.
    #[must_use]
    pub fn new(
        mapping: &'a Mapping,
        schema: &'a Schema,
        params: &'a BTreeMap<String, String>,
        leaf: u64,
        observed_at: Time,
    ) -> Self {
        let git = super::git::Walk::from_params(params);
        Self {
            mapping,
            schema,
            params,
            leaf,
            observed_at,
            records: Records::default(),
            headings: None,
            line: 1,
            seen: None,
            git,
        }
    }

    /// A reader of a collection as its manifest says. A file or a push states each item once: a second record with the same key and
    /// other values is rejected. The pages of a source may bring an item again, because its list moved on meanwhile; there the last
    /// one counts.
    #[must_use]
    pub fn of(manifest: &'a Manifest, mapping: &'a Mapping, schema: &'a Schema, leaf: u64) -> Self {
        let reader = Self::new(mapping, schema, &manifest.params, leaf, manifest.observed.1);
        reader.each_once(says_once(manifest))
    }

    /// Rejects a record that has the key of an earlier one and other values, if `once`.
    #[must_use]
    pub fn each_once(mut self, once: bool) -> Self {
        self.seen = once.then(twice::Seen::default);
        self
    }

    /// Reads one page; `out` gets each record in order. Returns the number of records in the page.
    ///
    /// # Errors
    /// Only what makes every record unreadable: the headings of a CSV file.
    pub fn page(
        &mut self,
        page: PageBytes<'_>,
        out: &mut dyn FnMut(Read),
    ) -> Result<u64, ReadError> {
        let mut number = 0;
        let mut tally = Records::default();
        let mut deliver = |read: Read| {
            number += 1;
            match &read {
                Read::Row(_) => tally.stored += 1,
                Read::Rejected(_) => tally.rejected += 1,
            }
            out(read);
        };
        match self.mapping.format {
            Format::Json => self.json(page, &mut deliver),
            Format::JsonLines => self.json_lines(page, &mut deliver),
            Format::Csv => self.csv(page, &mut deliver)?,
            Format::Git => self.git_objects(page, &mut deliver),
            Format::TerraformPlan => self.terraform_plan(page, &mut deliver),
            Format::Opaque => {}
        }
        self.records.stored += tally.stored;
        self.records.rejected += tally.rejected;
        Ok(number)
    }

    /// Records read so far.
    #[must_use]
    pub fn records(&self) -> Records {
        self.records
    }

    pub(in crate::facts) fn cite(&self, blob: u32, record: u32) -> Citation {
        Citation {
            leaf: self.leaf,
            blob,
            record,
        }
    }

    pub(in crate::facts) fn schema(&self) -> &'a Schema {
        self.schema
    }

    pub(in crate::facts) fn observed_at(&self) -> Time {
        self.observed_at
    }

    /// A rejection of a record, as unknown.
    pub(in crate::facts) fn reject(
        &self,
        page: PageBytes<'_>,
        record: u32,
        at: &str,
        why: String,
    ) -> Read {
        let parent = if page.parent.is_empty() {
            format!("#{}.{record}", page.blob)
        } else {
            page.parent.to_owned()
        };
        Read::Rejected(Rejected {
            rejection: Rejection {
                blob: page.blob,
                record,
                at: at.to_owned(),
                why,
            },
            gap: GapRow {
                population: self.schema.name.clone(),
                parent,
                why: "rejected".to_owned(),
                columns: Vec::new(),
                leaf: self.leaf,
            },
            row: None,
            contradicts: false,
        })
    }
}

impl Reader<'_> {
    /// A rejection of a record whose item is known: the row stands, with the columns of `bad` unknown, unless its key or its trigger is
    /// among them.
    pub(in crate::facts) fn reject_row(
        &self,
        page: PageBytes<'_>,
        at: &str,
        why: String,
        mut row: Row,
        bad: u64,
        item: String,
    ) -> Read {
        let (blob, record) = (page.blob, row.cite.record);
        row.unknown |= bad;
        let stands = bad & self.needed_mask() == 0 && page.parent.is_empty();
        Read::Rejected(Rejected {
            rejection: Rejection {
                blob,
                record,
                at: at.to_owned(),
                why,
            },
            gap: GapRow {
                population: self.schema.name.clone(),
                parent: item,
                why: "rejected".to_owned(),
                columns: unknown_names(self.schema, bad),
                leaf: self.leaf,
            },
            row: stands.then_some(row),
            contradicts: false,
        })
    }

    /// Columns without which a record is no row: key and trigger.
    fn needed_mask(&self) -> u64 {
        let trigger = self.schema.trigger.as_ref();
        self.key_mask() | trigger.map_or(0, |t| self.schema.mask(t.as_str()))
    }
}

/// Reads a whole recorded collection: `blob` gives the bytes of a page, `out` gets every record in order.
///
/// # Errors
/// A page that cannot be had, or CSV headings that do not fit.
pub fn collection<E: std::fmt::Display>(
    leaf: u64,
    manifest: &Manifest,
    mapping: &Mapping,
    schema: &Schema,
    mut blob: impl FnMut(u32) -> Result<Vec<u8>, E>,
    out: &mut dyn FnMut(Read),
) -> Result<Records, ReadError> {
    let mut reader = Reader::of(manifest, mapping, schema, leaf);
    for page in &manifest.pages {
        let bytes = blob(page.blob).map_err(|e| ReadError::Page {
            leaf,
            blob: page.blob,
            why: e.to_string(),
        })?;
        let page = PageBytes {
            blob: page.blob,
            parent: &page.parent,
            with: &page.with,
            bytes: &bytes,
        };
        reader.page(page, out)?;
    }
    Ok(reader.records())
}

/// The rows of `gap` that a manifest itself names: items that were denied, missing or capped.
#[must_use]
pub fn manifest_gaps(leaf: u64, manifest: &Manifest, population: &PopulationName) -> Vec<GapRow> {
    let row = |gap: &crate::model::manifest::Gap| GapRow {
        population: population.clone(),
        parent: gap.item.clone(),
        why: gap.why.clone(),
        columns: gap.columns.clone(),
        leaf,
    };
    manifest.gaps.iter().map(row).collect()
}

/// Names of a schema's columns by the bits of `unknown`.
pub(in crate::facts) fn unknown_names(schema: &Schema, unknown: u64) -> Vec<String> {
    let named = |c: &ColumnName| schema.mask(c.as_str()) & unknown != 0;
    schema
        .columns
        .iter()
        .filter(|c| named(&c.name))
        .map(|c| c.name.to_string())
        .collect()
}
