//! Runs the fixtures of the library through the real views and compares with their verdicts.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    facts::schema::{Schema, Shape},
    model::{
        calendar::{Base, Calendar},
        diagnostic::Diagnostic,
        ids::{PopulationName, TestId},
        time::{Day, Spans},
    },
};

use super::{
    compile::{self, GapRow, HoleRow, Setting, WaiverRow},
    coverage,
    job::{Job, Rows, TableShape, Value},
    library::{Control, Fixture, FixtureRow, Library, Verdict, VerdictLine},
    outcome::{ItemStatus, Outcome},
    populations::{Populations, QueryError},
    spec::TestSpec,
    window::Window,
};

/// What running fixtures found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FixtureReport {
    /// Verdicts compared.
    pub verdicts: usize,
    /// Items compared.
    pub items: usize,
    /// Differences, each at its line.
    pub wrong: Vec<Diagnostic>,
}

/// Runs every fixture of every control.
#[must_use]
pub fn run_fixtures(library: &Library, populations: &dyn Populations) -> FixtureReport {
    let mut report = FixtureReport::default();
    for control in library.controls.values() {
        run_control(library, control, populations, &mut report);
    }
    report
}

/// Runs the fixtures of one control.
pub fn run_control(
    library: &Library,
    control: &Control,
    populations: &dyn Populations,
    report: &mut FixtureReport,
) {
    for fixture in &control.fixtures {
        for verdict in &fixture.verdicts {
            let Some(test) = control.tests.iter().find(|t| t.id == verdict.test) else {
                continue;
            };
            report.verdicts += 1;
            let at = |what: String| {
                Diagnostic::new(
                    control.file.as_str(),
                    verdict.line,
                    1,
                    format!("`{}`: {what}", fixture.name),
                )
            };
            let job = match job(library, control, test, fixture) {
                Ok(job) => job,
                Err(found) => {
                    report.wrong.push(found);
                    continue;
                }
            };
            match judged(populations, job) {
                Ok((outcome, found)) => {
                    compare(control, fixture, verdict, &outcome, &found, report)
                }
                Err(error) => report.wrong.push(at(error)),
            }
        }
    }
}

/// Runs a job and lists all its items.
fn judged(populations: &dyn Populations, mut job: Job) -> Result<(Outcome, Vec<Found>), String> {
    let items = items(populations, &job).map_err(|e| e.to_string())?;
    for waiver in job.judged.iter_mut().flat_map(|j| &mut j.waivers) {
        if let Some(item) = items.iter().find(|item| same_item(&waiver.item, item)) {
            waiver.item.clone_from(item);
        }
    }
    let outcome = populations.test(&job).map_err(|e| e.to_string())?;
    let found = all_lines(items, &job, &outcome)?;
    Ok((outcome, found))
}

/// The job of one fixture: its rows in place of collected ones.
///
/// # Errors
/// As [`compile::compile`].
pub fn job(
    library: &Library,
    control: &Control,
    test: &TestSpec,
    fixture: &Fixture,
) -> Result<Job, Diagnostic> {
    let context = &fixture.context;
    let window = context
        .as_of
        .map_or_else(|| Window::Period(context.span()), Window::Instant);
    let covered = |name: &PopulationName| {
        let mut spans = Spans::from_iter([context.span()]);
        if let Window::Instant(time) = window {
            spans = Spans::from_iter([crate::model::time::Span {
                from: time.plus(-1_000_000),
                until: time,
            }]);
        }
        context
            .uncovered
            .iter()
            .filter(|u| u.population == *name)
            .fold(spans, |s, u| s.minus(&Spans::from_iter([u.span])))
    };
    let setting = Setting {
        window,
        zone: &context.zone,
        params: context.params.iter().cloned().collect(),
        calendars: calendars(fixture, library),
        waivers: waivers(fixture, &test.id),
        gaps: gaps(fixture),
        holes: holes(fixture),
        occurrences: Vec::new(),
        coverage: coverage::coverage(library, &test.population, &covered, window).seconds(),
    };
    let mut job = compile::compile(library, control, test, &setting)?;
    for table in job
        .tables
        .iter_mut()
        .filter(|t| t.shape != TableShape::Fixed)
    {
        let schema = library.schema(&table.name);
        table.rows = Rows::Inline(schema.map(|s| rows(s, fixture)).unwrap_or_default());
    }
    Ok(job)
}

/// The organization's calendar without holidays, the calendars of the context, and one without holidays for every other
/// location that the rows name.
fn calendars(fixture: &Fixture, library: &Library) -> Vec<Calendar> {
    let mut named: BTreeMap<String, Calendar> = BTreeMap::new();
    for population in &fixture.populations {
        let Some((index, _)) = library
            .schemas
            .get(&population.population)
            .and_then(|s| s.column("location"))
        else {
            continue;
        };
        for row in &population.rows {
            if let Some(Value::Text(location)) = row.values.get(index) {
                named.insert(
                    location.clone(),
                    Calendar::new(location.as_str(), Base::None),
                );
            }
        }
    }
    for (location, days) in &fixture.context.holidays {
        let mut calendar = Calendar::new(location.as_str(), Base::None);
        let epoch = Day::new(1970, 1, 1);
        calendar.add = days
            .iter()
            .filter_map(|d| epoch.as_ref().ok().map(|e| e.plus_days(*d)))
            .collect();
        named.insert(location.clone(), calendar);
    }
    let own = named
        .remove("")
        .unwrap_or_else(|| Calendar::new("", Base::None));
    std::iter::once(own).chain(named.into_values()).collect()
}

fn waivers(fixture: &Fixture, test: &TestId) -> Vec<WaiverRow> {
    let of_test = fixture
        .context
        .waivers
        .iter()
        .filter(|(id, _, _)| id.is_empty() || id == test.as_str());
    of_test
        .map(|(_, item, valid)| WaiverRow {
            pattern: false,
            test: test.to_string(),
            item: item.clone(),
            valid: *valid,
            reason: "fixture".to_owned(),
        })
        .collect()
}

fn gaps(fixture: &Fixture) -> Vec<GapRow> {
    let each = fixture.context.gaps.iter().map(|g| GapRow {
        population: g.population.to_string(),
        parent: g.parent.clone(),
        why: g.why.clone(),
        columns: g.columns.clone(),
        leaf: 0,
    });
    each.collect()
}

fn holes(fixture: &Fixture) -> Vec<HoleRow> {
    let each = fixture.context.uncovered.iter().map(|u| HoleRow {
        population: u.population.to_string(),
        prefix: u.prefix.clone(),
        span: u.span,
    });
    each.collect()
}

/// The rows of one table as they stand: known at the asked size, of several observations of an event the last.
fn rows(schema: &Schema, fixture: &Fixture) -> Vec<Vec<Value>> {
    let mut standing: Vec<(Vec<Value>, Vec<Value>)> = Vec::new();
    for (ordinal, population) in (0_u64..).zip(&fixture.populations) {
        if population.population != schema.name {
            continue;
        }
        for (record, row) in (0_u64..).zip(&population.rows) {
            let leaf = row.leaf.unwrap_or(ordinal);
            if fixture.context.known_at.is_some_and(|size| leaf >= size) {
                continue;
            }
            let key: Vec<Value> = schema
                .key_indexes()
                .filter_map(|i| row.values.get(i).cloned())
                .collect();
            let full = physical(schema, row, [leaf, 0, record], fixture);
            match standing
                .iter_mut()
                .find(|(k, _)| schema.shape == Shape::Event && *k == key)
            {
                Some((_, old)) => *old = full,
                None => standing.push((key, full)),
            }
        }
    }
    standing.into_iter().map(|(_, row)| row).collect()
}

/// Own columns, then the system columns in the order of `docs/architecture.md`.
fn physical(schema: &Schema, row: &FixtureRow, cite: [u64; 3], fixture: &Fixture) -> Vec<Value> {
    let number = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    let (start, end) = (
        fixture.context.span().from.micros(),
        fixture.context.span().until.micros(),
    );
    let mut values = row.values.clone();
    values.push(number(row.unknown));
    values.extend(cite.map(number));
    values.push(Value::Time(row.observed.map_or(end, |t| t.micros())));
    if schema.shape == Shape::State {
        let [from, to, first, last, absent] = row.state.clone();
        let from = from.unwrap_or(Value::Time(start));
        let to = to.unwrap_or(Value::Null);
        let last = last.unwrap_or_else(|| {
            if to == Value::Null {
                Value::Time(end)
            } else {
                to.clone()
            }
        });
        let first = first.unwrap_or_else(|| from.clone());
        let absent = absent.unwrap_or_else(|| from.clone());
        values.extend([from, to, first, last, absent]);
    }
    values
}

/// One row of an outcome, passing or not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    item: String,
    status: ItemStatus,
    letters: String,
    reasons: Vec<String>,
}

#[derive(Deserialize)]
struct RowLine {
    a: String,
    i: String,
    r: Vec<String>,
    s: ItemStatus,
}

/// Every item of the population.
fn items(populations: &dyn Populations, job: &Job) -> Result<BTreeSet<String>, QueryError> {
    let sql = format!("SELECT DISTINCT _item FROM ({}) AS judged", job.sql);
    let answer = populations.query(
        &Job {
            sql,
            judged: None,
            ..job.clone()
        },
        100_000,
    )?;
    let text = |row: Vec<Value>| match row.into_iter().next() {
        Some(Value::Text(item)) => Some(item),
        _ => None,
    };
    Ok(answer.rows.into_iter().filter_map(text).collect())
}

/// The rows that did not pass from the outcome, the passing ones from the items.
fn all_lines(items: BTreeSet<String>, job: &Job, outcome: &Outcome) -> Result<Vec<Found>, String> {
    let mut found = Vec::new();
    for line in outcome.rows.lines() {
        let row: RowLine =
            serde_json::from_str(line).map_err(|e| format!("a row line is not JSON: {e}"))?;
        found.push(Found {
            item: row.i,
            status: row.s,
            letters: row.a,
            reasons: row.r,
        });
    }
    let known: BTreeSet<String> = found.iter().map(|f| f.item.clone()).collect();
    let attributes = job.judged.as_ref().map_or(0, |j| j.attributes.len());
    let passing = items.difference(&known).map(|item| Found {
        item: item.clone(),
        status: ItemStatus::Pass,
        letters: "t".repeat(attributes),
        reasons: Vec::new(),
    });
    found.extend(passing);
    Ok(found)
}

/// Items of a verdict may leave `/` inside a key part unescaped, for people's eyes.
fn same_item(written: &str, item: &str) -> bool {
    written == item || written == item.replace("%2F", "/")
}

fn compare(
    control: &Control,
    fixture: &Fixture,
    verdict: &Verdict,
    outcome: &Outcome,
    found: &[Found],
    report: &mut FixtureReport,
) {
    let mut left: Vec<&Found> = found.iter().collect();
    let wrong = |line: u32, what: String| {
        Diagnostic::new(
            control.file.as_str(),
            line,
            1,
            format!("`{}`: {what}", fixture.name),
        )
    };
    for line in &verdict.lines {
        report.items += 1;
        let Some(at) = left.iter().position(|f| same_item(&line.item, &f.item)) else {
            let others = left
                .iter()
                .map(|f| f.item.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            report.wrong.push(
                wrong(
                    line.line,
                    format!("item `{}` is not in the population", line.item),
                )
                .hint(format!("there: {others}")),
            );
            continue;
        };
        let item = left.swap_remove(at);
        if (item.status, item.letters.as_str(), &item.reasons)
            != (line.status, line.letters.as_str(), &line.reasons)
        {
            report.wrong.push(wrong(
                line.line,
                format!("expected `{}`, found `{}`", written(line), printed(item)),
            ));
        }
    }
    for item in left {
        report.wrong.push(wrong(
            verdict.line,
            format!("the verdict leaves out `{}`", printed(item)),
        ));
    }
    if let Some(result) = verdict.result
        && result != outcome.result
    {
        report.wrong.push(wrong(
            verdict.line,
            format!(
                "expected the result {}, found {}",
                result.name(),
                outcome.result.name()
            ),
        ));
    }
}

fn written(line: &VerdictLine) -> String {
    format!(
        "{} {} {} {}",
        line.item,
        line.status.name(),
        line.letters,
        line.reasons.join(" ")
    )
    .trim_end()
    .to_owned()
}

fn printed(item: &Found) -> String {
    format!(
        "{} {} {} {}",
        item.item,
        item.status.name(),
        item.letters,
        item.reasons.join(" ")
    )
    .trim_end()
    .to_owned()
}
