//! From recorded collections to the tables a job reads: facts files, gaps, identities, coverage.

mod facts;
mod holes;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashSet},
    path::{Path, PathBuf},
};

use tickmark_core::{
    facts::{people, read, row::Cell, schema::Schema, source::Covers},
    judge::{
        compile::{GapRow, WaiverRow},
        coverage::{self, Coverage},
        job::{Job, Rows, Value},
        window::Window,
    },
    model::{
        document::{self, Document, People},
        ids::PopulationName,
        manifest::{End, Manifest},
        state::{Collection, State},
        time::{Span, Spans, Time},
    },
};
use tickmark_log::commitment::Commitment;
use tickmark_query::facts::{Folder, state_values, value_of};

use crate::{
    error::{Error, Result},
    records::{self, Records},
    shelf::Shelf,
};

/// Where the facts of one set of records come from and are kept.
pub struct Sources<'a> {
    /// The ledger or a bundle.
    pub records: &'a dyn Records,
    /// What it folds to at the size that is known.
    pub state: &'a State,
    /// The library that reads and judges.
    pub shelf: &'a Shelf,
    /// The facts cache.
    pub folder: Folder,
    /// Facts files that were looked at and are whole.
    whole: RefCell<HashSet<PathBuf>>,
}

impl<'a> Sources<'a> {
    /// Sources with their facts below `cache`.
    pub fn new(records: &'a dyn Records, state: &'a State, shelf: &'a Shelf, cache: &Path) -> Self {
        let cache = std::path::absolute(cache).unwrap_or_else(|_| cache.to_owned());
        Self {
            records,
            state,
            shelf,
            folder: Folder::new(cache.join("facts")),
            whole: RefCell::default(),
        }
    }

    /// Fills the tables of a job; returns the entries read.
    ///
    /// # Errors
    /// A recorded page or document cannot be read, or the cache cannot be written.
    pub fn fill(&self, job: &mut Job) -> Result<Vec<u64>> {
        let mut inputs = BTreeSet::new();
        for table in &mut job.tables {
            if !matches!(&table.rows, Rows::Files(files) if files.is_empty()) {
                continue;
            }
            let Some(schema) = self.shelf.library.schema(&table.name) else {
                continue;
            };
            table.rows = match table.name.as_str() {
                "identity" | "person" => Rows::Inline(self.people(schema, &mut inputs)?),
                "evidence" => Rows::Inline(self.evidence(schema, &mut inputs)?),
                _ => Rows::Files(self.files(schema, &mut inputs)?),
            };
        }
        Ok(inputs.into_iter().collect())
    }

    fn manifest(&self, collection: &Collection) -> Result<Manifest> {
        let bytes = self.records.blob(&Commitment(collection.manifest))?;
        Manifest::parse(&bytes)
            .map_err(|e| Error::corrupt(format!("entry {}: {e}", collection.leaf)))
    }

    fn people(&self, schema: &Schema, inputs: &mut BTreeSet<u64>) -> Result<Vec<Vec<Value>>> {
        let Some(version) = self.state.identity() else {
            return Ok(Vec::new());
        };
        inputs.insert(version.leaf);
        let bytes = self.records.blob(&Commitment(version.commitment))?;
        let people = parse_people(&bytes)?;
        let zone = self.state.zone();
        let rows = if schema.name.as_str() == "identity" {
            people::identities(&people, schema, &zone, version.leaf, version.recorded)
        } else {
            people::persons(&people, schema, version.leaf, version.recorded)
        };
        Ok(rows.iter().map(state_values).collect())
    }

    /// Evidence handed in: one row a file, from the entries themselves.
    fn evidence(&self, schema: &Schema, inputs: &mut BTreeSet<u64>) -> Result<Vec<Vec<Value>>> {
        let zone = self.state.zone();
        let mut rows = Vec::new();
        for collection in self
            .state
            .collections
            .iter()
            .filter(|c| c.evidence.is_some())
        {
            let Some(evidence) = &collection.evidence else {
                continue;
            };
            inputs.insert(collection.leaf);
            let leaf = self.records.leaf(collection.leaf)?;
            let pages = records::pages(self.records, collection.leaf, &leaf)?;
            let described = pages
                .first()
                .map(|p| self.records.blob(&p.commitment))
                .transpose()?
                .unwrap_or_default();
            let described: serde_json::Value =
                serde_json::from_slice(&described).unwrap_or_default();
            let text = |key: &str| {
                described
                    .get(key)
                    .and_then(|v| v.as_str())
                    .map(str::to_owned)
            };
            let performed = text("performed_at").and_then(|t| Time::parse(&t).ok());
            let covers = evidence.covers.span(&zone);
            let cell = |name: &str| match name {
                "control" => Cell::Text(evidence.control.to_string()),
                "file" => text("name").map_or(Cell::Absent, Cell::Text),
                "covers_from" => Cell::Time(covers.from),
                "covers_until" => Cell::Time(covers.until),
                "performed_at" => performed.map_or(Cell::Absent, Cell::Time),
                "handed_in_at" => Cell::Time(collection.observed.1),
                "blob" => pages
                    .get(1)
                    .map_or(Cell::Absent, |p| Cell::Text(p.commitment.0.to_string())),
                _ => Cell::Absent,
            };
            let mut values: Vec<Value> = schema
                .columns
                .iter()
                .map(|c| value_of(&cell(c.name.as_str())))
                .collect();
            values.extend([0, collection.leaf.cast_signed(), 0, 0].map(Value::Int));
            values.push(Value::Time(collection.observed.1.micros()));
            rows.push(values);
        }
        Ok(rows)
    }

    /// Item-level gaps that no later collection closed.
    ///
    /// # Errors
    /// A manifest cannot be read.
    pub fn gaps(&self) -> Result<Vec<GapRow>> {
        let mut open: BTreeMap<(String, String, String), (Span, GapRow)> = BTreeMap::new();
        for collection in &self.state.collections {
            let stream = format!("{}/{}", collection.instance, collection.stream);
            let counted = collection.gaps > 0 || collection.records.1 > 0;
            let mine = |key: &(String, String, String)| key.0 == stream;
            if !counted && !open.keys().any(mine) {
                continue;
            }
            let manifest = self.manifest(collection)?;
            let asked = Span {
                from: manifest.asked.0,
                until: manifest.asked.1,
            };
            let read: BTreeSet<&str> = manifest
                .pages
                .iter()
                .filter(|p| p.status == 200)
                .map(|p| p.parent.as_str())
                .collect();
            let again = collection.end == End::Complete;
            open.retain(|key, (was, gap)| {
                let whole = again && asked.from <= was.from && was.until <= asked.until;
                key.0 != stream
                    || !(read.contains(gap.parent.as_str())
                        || (gap.parent.starts_with('#') && whole))
            });
            for gap in gaps_of(collection, &manifest) {
                open.insert(
                    (stream.clone(), gap.parent.clone(), gap.why.clone()),
                    (asked, gap),
                );
            }
        }
        Ok(open.into_values().map(|(_, gap)| gap).collect())
    }

    /// Approved exceptions, as the tests see them.
    pub fn waivers(&self) -> Vec<WaiverRow> {
        let zone = self.state.zone();
        let Some(waivers) = self.state.waivers() else {
            return Vec::new();
        };
        let row = |w: &document::Waiver| WaiverRow {
            pattern: matches!(w.item, document::Waived::Pattern(_)),
            test: w.test.to_string(),
            item: match &w.item {
                document::Waived::Item(item) => item.to_string(),
                document::Waived::Pattern(pattern) => pattern.clone(),
            },
            valid: Span {
                from: zone.start_of(w.from),
                until: zone.end_of(w.until),
            },
            reason: "waived".to_owned(),
        };
        waivers.waivers.iter().map(row).collect()
    }

    /// How much of a window the inputs of a population cover (decision D14).
    pub fn coverage(&self, population: &PopulationName, window: Window) -> Coverage {
        coverage::coverage(
            &self.shelf.library,
            population,
            &|name| self.covered(name),
            window,
        )
    }

    /// The time a base population is covered: what all its configured streams cover, each by all its collections.
    pub fn covered(&self, population: &PopulationName) -> Spans {
        let mut common: Option<Spans> = None;
        let mut meet = |spans: Spans| {
            common = Some(common.take().map_or(spans.clone(), |c| c.intersect(&spans)))
        };
        let mut declared = BTreeSet::new();
        for config in self.state.sources().iter().flat_map(|s| &s.sources) {
            let Some(source) = self.shelf.source(config.source.as_str()) else {
                continue;
            };
            for stream in source
                .streams
                .iter()
                .filter(|s| s.into == *population && s.covers != Covers::Nothing)
            {
                if config.streams.is_empty() || config.streams.contains(&stream.name) {
                    declared.insert(config.id.clone());
                    meet(self.state.covered(&config.id, &stream.name));
                }
            }
        }
        let mut by_hand: BTreeMap<String, Spans> = BTreeMap::new();
        for collection in self
            .state
            .collections_of(population)
            .filter(|c| !declared.contains(&c.instance))
        {
            let key = if collection.source.as_str() == "file" {
                String::new()
            } else {
                collection.instance.to_string()
            };
            let spans = by_hand.entry(key).or_insert_with(Spans::empty);
            *spans = spans.union(&collection.covered);
        }
        by_hand.into_values().for_each(meet);
        common.unwrap_or_else(Spans::empty)
    }
}

fn gaps_of(collection: &Collection, manifest: &Manifest) -> Vec<GapRow> {
    let named = read::manifest_gaps(collection.leaf, manifest, &collection.population)
        .into_iter()
        .map(|g| GapRow {
            population: g.population.to_string(),
            parent: g.parent,
            why: g.why,
            columns: g.columns,
            leaf: g.leaf,
        });
    let rejected = manifest.rejections.iter().map(|r| {
        let parent = manifest
            .pages
            .iter()
            .find(|p| p.blob == r.blob)
            .map(|p| p.parent.clone())
            .unwrap_or_default();
        GapRow {
            population: collection.population.to_string(),
            parent: if parent.is_empty() {
                format!("#{}.{}", r.blob, r.record)
            } else {
                parent
            },
            why: "rejected".to_owned(),
            columns: Vec::new(),
            leaf: collection.leaf,
        }
    });
    named.chain(rejected).collect()
}

/// The people of a recorded `people.yaml`.
///
/// # Errors
/// It does not read.
pub fn parse_people(bytes: &[u8]) -> Result<People> {
    match document::parse("people.yaml", bytes) {
        Ok(Document::People(people)) => Ok(people),
        Ok(_) => Err(Error::bug("people.yaml is no list of people")),
        Err(wrong) => Err(crate::shelf::first(&wrong)),
    }
}
