//! Where lists do not reach: what is not in them there is not known to be absent.

use std::collections::{BTreeMap, BTreeSet};

use tickmark_core::{
    facts::source::Covers,
    judge::compile::HoleRow,
    model::{
        ids::PopulationName,
        state::Collection,
        time::{Span, Spans, Time},
    },
};

use super::Sources;
use crate::error::Result;

const EVER: Span = Span {
    from: Time::MIN,
    until: Time::MAX,
};

/// Populations made of documents, which are whole.
const OF_DOCUMENTS: [&str; 3] = ["identity", "person", "evidence"];

/// By the prefix of their keys, the time in which items are known.
type Reach = BTreeMap<String, Spans>;

impl Sources<'_> {
    /// The time that the streams of each base population do not reach, before, in and after the period.
    ///
    /// A stream that lists everything there ever was reaches back to the beginning, whatever time it was asked for. So does what a
    /// person hands over: who says that an export covers a time says that all that matters then is in it.
    ///
    /// # Errors
    /// A manifest cannot be read.
    pub fn holes(&self) -> Result<Vec<HoleRow>> {
        let library = &self.shelf.library;
        let base = library.schemas.values().filter(|s| s.derived.is_none());
        let mut rows = Vec::new();
        for schema in base.filter(|s| !OF_DOCUMENTS.contains(&s.name.as_str())) {
            let mut reach = self.reach(&schema.name)?;
            if reach.is_empty() {
                reach.insert(String::new(), Spans::empty());
            }
            for (prefix, spans) in reach {
                rows.extend(spans.gaps_in(EVER).iter().map(|span| HoleRow {
                    population: schema.name.to_string(),
                    prefix: prefix.clone(),
                    span: *span,
                }));
            }
        }
        Ok(rows)
    }

    fn reach(&self, population: &PopulationName) -> Result<Reach> {
        let mut reach = Reach::new();
        let mut meet = |prefix: String, spans: Spans| {
            let all = reach.entry(prefix).or_insert_with(|| spans.clone());
            *all = all.intersect(&spans);
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
                    let covered = self.state.covered(&config.id, &stream.name);
                    meet(
                        stream.key_prefix(&config.params),
                        reached(covered, source.lists_all(stream)),
                    );
                }
            }
        }
        // What was collected by hand, or from a source that is declared no more.
        let mut others: BTreeMap<String, (Spans, &Collection)> = BTreeMap::new();
        for collection in self
            .state
            .collections_of(population)
            .filter(|c| !declared.contains(&c.instance))
        {
            let file = collection.source.as_str() == "file";
            let key = if file {
                String::new()
            } else {
                format!("{}/{}", collection.instance, collection.stream)
            };
            let (spans, last) = others
                .entry(key)
                .or_insert_with(|| (Spans::empty(), collection));
            *spans = spans.union(&collection.covered);
            *last = collection;
        }
        for (spans, last) in others.into_values() {
            let source = self.shelf.source(last.source.as_str());
            let stream = source.and_then(|s| Some((s, s.stream(last.stream.as_str())?)));
            match stream {
                Some((source, stream)) => meet(
                    stream.key_prefix(&self.manifest(last)?.params),
                    reached(spans, source.lists_all(stream)),
                ),
                None => meet(String::new(), since_ever(spans)),
            }
        }
        Ok(reach)
    }
}

/// What the collections of a stream reach, all in all: of a whole list, everything until the last one.
fn reached(covered: Spans, lists_all: bool) -> Spans {
    let last = covered.as_slice().last().map(|s| s.until);
    match last.filter(|_| lists_all) {
        Some(until) => Spans::from_iter([Span { until, ..EVER }]),
        None => covered,
    }
}

/// The time covered, and all before it.
fn since_ever(covered: Spans) -> Spans {
    match covered.as_slice().first() {
        Some(first) => covered.union(&Spans::from_iter([Span {
            from: Time::MIN,
            until: first.from,
        }])),
        None => covered,
    }
}
