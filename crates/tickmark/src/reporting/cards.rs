//! Populations with their completeness and accuracy, as a report has them.

use std::collections::BTreeMap;

use tickmark_core::{
    facts::schema::{Mismatch, Schema},
    judge::window::Window,
    model::{
        manifest::Manifest,
        state::{Collection, State},
        time::{Span, Spans},
    },
    report::{
        Count, ResultState,
        inputs::{Population, SourceCard, TestResult},
    },
};
use tickmark_log::{commitment::Commitment as Name, digest::sha256};

use crate::{
    asking,
    error::{Error, Result},
    heavy,
    populations::Sources,
    program::Program,
    records::Records as _,
    shelf::Shelf,
};

pub(super) fn populations(
    program: &Program,
    state: &State,
    shelf: &Shelf,
    sources: &Sources<'_>,
    tests: &[TestResult],
    span: Span,
) -> Result<Vec<Population>> {
    let mut names: Vec<&str> = tests
        .iter()
        .flat_map(|t| t.populations.iter().map(String::as_str))
        .collect();
    names.extend(state.collections.iter().map(|c| c.population.as_str()));
    names.sort_unstable();
    names.dedup();
    let judged_of = |name: &str| {
        tests
            .iter()
            .find(|t| t.populations.iter().any(|p| p == name))
    };
    let schemas: Vec<&Schema> = names
        .iter()
        .filter_map(|name| shelf.library.schema(name))
        .collect();
    let unjudged = schemas
        .iter()
        .copied()
        .filter(|s| judged_of(s.name.as_str()).is_none());
    let counts = asking::counts(sources, unjudged, span, &heavy::populations()?)?;
    let mut out = Vec::new();
    for schema in schemas {
        let name = schema.name.as_str();
        let judged = judged_of(name);
        let coverage = sources.coverage(&schema.name, Window::Period(span));
        let of: Vec<&Collection> = state.collections_of(&schema.name).collect();
        let leaf = judged
            .map(|t| t.leaf)
            .or_else(|| of.last().map(|c| c.leaf))
            .unwrap_or_default();
        out.push(Population {
            name: name.to_owned(),
            says: schema.says.clone(),
            rows: match judged {
                Some(run) => run.counts.population,
                None => Count::new(counts.get(&schema.name).copied().unwrap_or_default()),
            },
            covered_s: Count::new(coverage.covered_s),
            asked_s: Count::new(coverage.asked_s),
            uncovered: coverage.covered.gaps_in(span),
            sources: cards(program, &of, span)?,
            reconciliations: reconciliations(schema, judged),
            leaf,
        });
    }
    Ok(out)
}

/// Comparisons with a second source. A difference stops the run before anything is judged, so a run that judged items shows that there was none.
fn reconciliations(
    schema: &tickmark_core::facts::schema::Schema,
    judged: Option<&TestResult>,
) -> Vec<(String, String, u64)> {
    let Some(run) = judged else { return Vec::new() };
    let compared =
        run.result != ResultState::UnableToTest || run.population_hash != sha256(b"").to_string();
    let outcome = |mismatch| match (mismatch, compared) {
        (Mismatch::Stop, true) => "no difference",
        (Mismatch::Stop, false) => "not established: the run could not judge",
        (Mismatch::Show, _) => "not established: a difference of this kind does not stop the run",
    };
    let all = schema.completeness.reconcile.iter();
    all.map(|r| {
        (
            r.name.replace('_', " "),
            outcome(r.mismatch).to_owned(),
            run.leaf,
        )
    })
    .collect()
}

/// One card a stream, over all its collections.
fn cards(program: &Program, collections: &[&Collection], span: Span) -> Result<Vec<SourceCard>> {
    let mut streams: BTreeMap<String, Vec<&Collection>> = BTreeMap::new();
    for collection in collections {
        streams
            .entry(format!("{}.{}", collection.instance, collection.stream))
            .or_default()
            .push(collection);
    }
    let mut out = Vec::new();
    for (source, all) in streams {
        let Some(last) = all.last() else { continue };
        let manifest = program.ledger().blob(&Name(last.manifest))?;
        let manifest = Manifest::parse(&manifest).map_err(Error::corrupt)?;
        let covered = all
            .iter()
            .fold(Spans::empty(), |sum, c| sum.union(&c.covered));
        let sum = |of: fn(&Collection) -> u64| Count::new(all.iter().map(|c| of(c)).sum());
        let told: Vec<u64> = all.iter().filter_map(|c| c.count.at_source).collect();
        let inside = covered.intersect(&[span].into_iter().collect());
        let covers = inside
            .as_slice()
            .first()
            .zip(inside.as_slice().last())
            .map(|(a, b)| Span {
                from: a.from,
                until: b.until,
            });
        out.push(SourceCard {
            source,
            query: manifest.query.clone(),
            leaves: all.iter().map(|c| c.leaf).collect(),
            pages: sum(|c| c.pages),
            at_source: (told.len() == all.len()).then(|| Count::new(told.iter().sum())),
            how: manifest.count.how.clone(),
            stored: sum(|c| c.records.0),
            rejected: sum(|c| c.records.1),
            unknown: sum(|c| c.gaps),
            covered: covers,
            gaps: covered.gaps_in(span),
            item_gaps: manifest
                .gaps
                .iter()
                .take(50)
                .map(|g| format!("{} {}: {}", g.status, g.why, g.item))
                .collect(),
            backfilled: all.iter().any(|c| c.backfilled),
        });
    }
    Ok(out)
}
