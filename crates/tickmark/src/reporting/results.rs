//! Recorded runs as a report has them.

use tickmark_core::{
    judge::{library::Control as LibraryControl, window::Window},
    model::{
        body::RunResult,
        citation::Citation,
        state::{Run, State},
        time::{Period, Span, Time, Zone},
    },
    report::{
        Count, ItemState, ResultState,
        inputs::{Counts, Item, TestResult},
    },
};
use tickmark_log::commitment::Commitment as Name;

use crate::{
    error::{Error, Result},
    populations::Sources,
    program::Program,
    records::Records as _,
    shelf::Shelf,
};

pub(super) fn tests(
    program: &Program,
    state: &State,
    shelf: &Shelf,
    sources: &Sources<'_>,
    span: Span,
    zone: &Zone,
) -> Result<Vec<TestResult>> {
    let mut out = Vec::new();
    for (id, runs) in &state.runs {
        let Some((control, test)) = shelf.library.test(id) else {
            continue;
        };
        let mut latest: Vec<&Run> = Vec::new();
        for run in runs
            .iter()
            .filter(|r| span.from <= r.body.span.from && r.body.span.until <= span.until)
        {
            latest.retain(|r| r.body.span.from != run.body.span.from);
            latest.push(run);
        }
        for run in latest {
            let covered = sources
                .coverage(&test.population, Window::Period(run.body.span))
                .covered;
            out.push(TestResult {
                id: id.to_string(),
                control: control.front.id.to_string(),
                control_digest: control.digest.clone(),
                says: control.front.title.clone(),
                attributes: test
                    .attributes
                    .iter()
                    .filter_map(|a| Some((a.letter.chars().next()?, a.says.clone())))
                    .collect(),
                populations: vec![test.population.to_string()],
                result: result_of(run.body.result),
                sampled: false,
                span: run.body.span,
                period: days(run.body.span, zone)?,
                known_at: run.body.known_at,
                provisional: run.body.provisional,
                counts: counts_of(run),
                covered_s: Count::new(run.body.covered_s),
                asked_s: Count::new(run.body.asked_s),
                uncovered: covered.gaps_in(run.body.span),
                items: items(program, run, control)?,
                population_hash: run.body.population_hash.to_string(),
                rows_digest: run.body.rows_digest.to_string(),
                leaf: run.leaf,
            });
        }
    }
    Ok(out)
}

fn days(span: Span, zone: &Zone) -> Result<Period> {
    Period::new(zone.day_of(span.from), zone.day_of(span.until.plus(-1))).map_err(Error::bug)
}

fn result_of(result: RunResult) -> ResultState {
    match result {
        RunResult::NoDeviation => ResultState::NoDeviation,
        RunResult::Deviation => ResultState::Deviation,
        RunResult::DidNotOperate => ResultState::DidNotOperate,
        RunResult::UnableToTest => ResultState::UnableToTest,
    }
}

fn counts_of(run: &Run) -> Counts {
    let counts = run.body.counts;
    Counts {
        population: Count::new(counts.population),
        passed: Count::new(counts.passed),
        deviations: Count::new(counts.deviations),
        unknown: Count::new(counts.unknown),
        not_applicable: Count::new(counts.not_applicable),
        pending: Count::new(counts.pending),
    }
}

/// The recorded rows of a run.
fn items(program: &Program, run: &Run, control: &LibraryControl) -> Result<Vec<Item>> {
    let rows = program.ledger().blob(&Name(run.rows))?;
    let mut out = Vec::new();
    for line in String::from_utf8_lossy(&rows).lines() {
        let row: Line = serde_json::from_str(line)
            .map_err(|e| Error::corrupt(format!("entry {}: a row does not read: {e}", run.leaf)))?;
        let state = ItemState::from_name(&row.s);
        let state = state.ok_or_else(|| {
            Error::corrupt(format!(
                "entry {}: `{}` is no state of an item",
                run.leaf, row.s
            ))
        })?;
        let says = |code: &String| {
            let slug = code.split(':').next_back().unwrap_or(code);
            (
                code.clone(),
                control
                    .front
                    .reasons
                    .get(slug)
                    .cloned()
                    .unwrap_or_else(|| slug.replace('_', " ")),
            )
        };
        let cite = |c: &[u64; 3]| Citation {
            leaf: c[0],
            blob: u32::try_from(c[1]).unwrap_or(u32::MAX),
            record: u32::try_from(c[2]).unwrap_or(u32::MAX),
        };
        out.push(Item {
            item: row.i,
            state,
            attributes: row.a,
            from: row.from.and_then(|t| Time::parse(&t).ok()),
            until: row.until.and_then(|t| Time::parse(&t).ok()),
            reasons: row.r.iter().map(says).collect(),
            citations: row.c.iter().map(cite).collect(),
        });
    }
    Ok(out)
}

/// One line of the blob `rows` (schema c of the decisions).
#[derive(serde::Deserialize)]
pub struct Line {
    /// Letters of the attributes.
    pub a: String,
    /// Citations.
    #[serde(default)]
    pub c: Vec<[u64; 3]>,
    /// Begin.
    #[serde(default)]
    pub from: Option<String>,
    /// Item.
    pub i: String,
    /// Reason codes.
    #[serde(default)]
    pub r: Vec<String>,
    /// State.
    pub s: String,
    /// End.
    #[serde(default)]
    pub until: Option<String>,
}
