//! Running tests: compile, fill, ask, record.

use tickmark_core::{
    judge::{
        compile::{Setting, compile},
        expr::Params,
        job::Job,
        library::Control,
        literal,
        outcome::{Outcome, ResultKind},
        populations::{Populations, QueryError},
        spec::TestSpec,
        window::{Clipped, Window},
    },
    model::{
        body::{Lane, RunBody, RunCounts, RunResult},
        canonical,
        decide::Command,
        document::{Adoption, ParamValue},
        ids::{ControlId, TestId},
        state::State,
        time::{Span, Time, tzdb_version},
    },
};
use tickmark_log::digest::{Digest, sha256};

use crate::{
    asking,
    collecting::FACTS,
    error::{Error, Kind, Result},
    heavy,
    populations::Sources,
    program::{Hands, Program, digest},
    registering::tasks,
    watching::Watcher,
};

/// What is to be run.
pub struct Wish {
    /// Tests or controls; empty means all tests of the adopted controls.
    pub ids: Vec<String>,
    /// The time they speak of.
    pub window: Window,
    /// Ledger size that is known.
    pub known_at: u64,
    /// Tests of the library that are not adopted; nothing is recorded.
    pub library: bool,
}

/// One test in one interval of its control.
pub struct Planned<'a> {
    /// The control.
    pub control: &'a Control,
    /// The test.
    pub test: &'a TestSpec,
    /// The (clipped) window.
    pub clipped: Clipped,
    /// Values of parameters that differ from their defaults.
    pub params: Params,
    /// The adoption's entry and the library's, when adopted.
    pub refs: Vec<u64>,
}

/// One test that was run.
pub struct Ran<'a> {
    /// What was run.
    pub planned: Planned<'a>,
    /// What it says.
    pub outcome: Outcome,
    /// Covered seconds, seconds asked.
    pub coverage: [u64; 2],
    /// Covered part in millionths, rounded down.
    pub millionths: u32,
    /// Why it could not be tested although items could: a second source disagrees.
    pub problem: Option<String>,
    /// The recorded entry.
    pub leaf: Option<u64>,
}

/// Tests that the wish names, in the order of their ids.
///
/// # Errors
/// An id is unknown or not adopted; the window lies in the future.
pub fn plan<'a>(sources: &Sources<'a>, wish: &Wish, now: Time) -> Result<Vec<Planned<'a>>> {
    let library = &sources.shelf.library;
    known_ids(sources, wish)?;
    let mut planned = Vec::new();
    for control in library.controls.values() {
        let adopted = !sources.state.in_force(&control.front.id).is_empty();
        if adopted == wish.library || control.tests.is_empty() {
            continue;
        }
        let intervals = if wish.library {
            vec![(wish.window, Params::new(), Vec::new())]
        } else {
            intervals(sources.state, control, wish.window)?
        };
        for (window, params, refs) in intervals {
            let Some(clipped) = window.clip(now) else {
                return Err(Error::user("the period has not begun").hint("name a period that has"));
            };
            for test in control
                .tests
                .iter()
                .filter(|t| wanted(wish, &control.front.id, &t.id))
            {
                planned.push(Planned {
                    control,
                    test,
                    clipped,
                    params: params.clone(),
                    refs: refs.clone(),
                });
            }
        }
    }
    Ok(planned)
}

fn wanted(wish: &Wish, control: &ControlId, test: &TestId) -> bool {
    wish.ids.is_empty()
        || wish
            .ids
            .iter()
            .any(|id| id == control.as_str() || id == test.as_str())
}

fn known_ids(sources: &Sources<'_>, wish: &Wish) -> Result<()> {
    let library = &sources.shelf.library;
    let all = || {
        library.controls.values().flat_map(|c| {
            c.tests
                .iter()
                .map(|t| t.id.to_string())
                .chain([c.front.id.to_string()])
        })
    };
    for id in &wish.ids {
        if !all().any(|known| known == *id) {
            let names: Vec<String> = all().collect();
            let near =
                tickmark_core::model::diagnostic::nearest(id, names.iter().map(String::as_str));
            let hint = near.map_or_else(
                || "`tickmark controls` lists them".to_owned(),
                |n| format!("did you mean `{n}`?"),
            );
            return Err(Error::user(format!("there is no control or test `{id}`")).hint(hint));
        }
        let control = id.split('.').next().and_then(|c| ControlId::parse(c).ok());
        if let Some(control) =
            control.filter(|c| !wish.library && sources.state.in_force(c).is_empty())
        {
            return Err(Error::refused(format!("control `{control}` is not adopted"))
                .hint(format!("tickmark controls adopt {control} --owner … --scope … --effective …, or run it with --library")));
        }
    }
    Ok(())
}

/// Each version of an adopted control with the part of the window it was in force (edge case 1: two versions are two runs).
fn intervals(
    state: &State,
    control: &Control,
    window: Window,
) -> Result<Vec<(Window, Params, Vec<u64>)>> {
    let zone = state.zone();
    let mut out = Vec::new();
    for version in state.in_force(&control.front.id) {
        let until = version.to.map_or(Time::MAX, |day| zone.end_of(day));
        let effective = Span {
            from: zone.start_of(version.from),
            until,
        };
        if effective.from >= effective.until {
            continue;
        }
        if let Some(part) = window.in_force(effective) {
            check_pin(control, version.adoption)?;
            let mut refs = vec![version.version.leaf];
            refs.extend(state.library().map(|l| l.leaf));
            out.push((part, params(control, version.adoption)?, refs));
        }
    }
    Ok(out)
}

/// An adopted control is judged by the text it was adopted with (decision D20).
fn check_pin(control: &Control, adoption: &Adoption) -> Result<()> {
    match adoption.digest {
        Some(pinned) if digest(&control.digest)? != pinned => Err(Error::refused(format!(
            "control `{}` was adopted with another text than the library's",
            control.front.id
        ))
        .hint("adopt it again to take the new text into use")),
        _ => Ok(()),
    }
}

fn params(control: &Control, adoption: &Adoption) -> Result<Params> {
    let mut params = Params::new();
    for (name, value) in &adoption.params {
        let place = || {
            format!(
                "controls/{}.md:{}",
                control.front.id,
                adoption.param_lines.get(name).copied().unwrap_or(1)
            )
        };
        let param = control.front.params.iter().find(|p| p.name == *name);
        let param = param.ok_or_else(|| {
            Error::user(format!(
                "{}: `{}` has no parameter `{name}`",
                place(),
                control.front.id
            ))
        })?;
        let text = match value {
            ParamValue::One(text) => text.clone(),
            ParamValue::Many(texts) => texts.join(";"),
        };
        let value = literal::parse(param.kind, &text)
            .map_err(|e| Error::user(format!("{}: {e}", place())))?;
        param
            .check(&value)
            .map_err(|e| Error::user(format!("{}: {e}", place())))?;
        params.insert(name.clone(), value);
    }
    Ok(params)
}

/// The setting and the filled job of one planned test.
///
/// # Errors
/// The test does not compile, or its facts cannot be read.
pub fn job(sources: &Sources<'_>, planned: &Planned<'_>) -> Result<(Job, Vec<u64>, [u64; 2], u32)> {
    let state = sources.state;
    let zone = state.zone();
    let coverage = sources.coverage(&planned.test.population, planned.clipped.window);
    let setting = Setting {
        window: planned.clipped.window,
        zone: &zone,
        params: planned.params.clone(),
        calendars: calendars(state),
        waivers: sources.waivers(),
        gaps: sources.gaps()?,
        holes: sources.holes()?,
        occurrences: Vec::new(),
        coverage: coverage.seconds(),
    };
    let mut job = compile(
        &sources.shelf.library,
        planned.control,
        planned.test,
        &setting,
    )
    .map_err(Error::user)?;
    let inputs = sources.fill(&mut job)?;
    Ok((job, inputs, coverage.seconds(), coverage.millionths()))
}

/// The organization's calendar first, then the others.
pub(crate) fn calendars(state: &State) -> Vec<tickmark_core::model::calendar::Calendar> {
    let Some(program) = state.program() else {
        return Vec::new();
    };
    let first = program.default_calendar();
    let others: Vec<_> = program
        .calendars
        .values()
        .filter(|c| c.location != first.location)
        .cloned()
        .collect();
    std::iter::once(first).chain(others).collect()
}

/// Runs one planned test.
///
/// # Errors
/// The worker fails or refuses; a reconciliation that does not hold is a result, not an error.
pub fn run<'a>(
    sources: &Sources<'_>,
    planned: Planned<'a>,
    populations: &dyn Populations,
) -> Result<(Ran<'a>, Vec<u64>)> {
    let (job, inputs, coverage, millionths) = job(sources, &planned)?;
    let (outcome, problem) = match populations.test(&job) {
        Ok(outcome) => (outcome, None),
        Err(QueryError::Mismatch { .. } | QueryError::Rows { .. }) if job.judged.is_none() => {
            return Err(Error::bug("a test without judgement"));
        }
        Err(e @ QueryError::Mismatch { .. }) => (unable(), Some(e.to_string())),
        Err(e) => return Err(query_error(&format!("test `{}`", planned.test.id), e)),
    };
    Ok((
        Ran {
            planned,
            outcome,
            coverage,
            millionths,
            problem,
            leaf: None,
        },
        inputs,
    ))
}

/// A population that does not reconcile is not judged.
fn unable() -> Outcome {
    let empty = sha256(b"").to_string();
    Outcome {
        counts: tickmark_core::judge::outcome::Counts::default(),
        result: ResultKind::UnableToTest,
        population_hash: empty.clone(),
        rows_digest: empty,
        rows: String::new(),
    }
}

/// Runs planned tests one after the other, and records each unless the wish is to look only; a recorded run closes the tasks that it
/// shows to be done.
///
/// # Errors
/// The worker fails, the disk fails; what was recorded before stays recorded.
pub fn examine<'a>(
    program: &Program,
    sources: &Sources<'_>,
    planned: Vec<Planned<'a>>,
    wish: &Wish,
    hands: Hands<'_>,
    watch: &mut dyn Watcher,
) -> Result<Vec<Ran<'a>>> {
    let populations = heavy::populations()?;
    let many = planned.len() as u64;
    let mut all = Vec::with_capacity(planned.len());
    for (done, planned) in (1..).zip(planned) {
        watch.step(planned.test.id.as_str(), done, many);
        let (mut ran, inputs) = run(sources, planned, &populations)?;
        if !wish.library {
            let leaf = record(program, sources, &ran, &inputs, wish.known_at, hands)?;
            // Whatever was to be done is done when a later run says so, and by nothing else.
            tasks::retest(program, leaf, ran.outcome.rows.as_bytes(), hands)?;
            ran.leaf = Some(leaf);
        }
        all.push(ran);
    }
    Ok(all)
}

/// A failed question, in the engine's kinds.
pub fn query_error(what: &str, error: QueryError) -> Error {
    let kind = match error {
        QueryError::Refused { .. } | QueryError::Sql { .. } => Kind::User,
        QueryError::Limit { .. } => Kind::Refused,
        QueryError::Worker { .. } => Kind::Environment,
        QueryError::Mismatch { .. } | QueryError::Rows { .. } => Kind::Corrupt,
    };
    Error::new(kind, format!("{what}: {error}"))
}

/// Records a run.
///
/// # Errors
/// The disk fails.
pub fn record(
    program: &Program,
    sources: &Sources<'_>,
    ran: &Ran<'_>,
    inputs: &[u64],
    known_at: u64,
    hands: Hands<'_>,
) -> Result<u64> {
    let body = body(sources, ran, known_at)?;
    let rows = ran.outcome.rows.clone().into_bytes();
    let recorded = program.commit(hands, |_| {
        Ok(Command::Run {
            body: Box::new(body.clone()),
            refs: ran.planned.refs.clone(),
            inputs,
            rows: rows.clone(),
        })
    })?;
    match recorded {
        Some(recorded) => Ok(recorded.last),
        None => Ok(program.state().size.saturating_sub(1)),
    }
}

fn body(sources: &Sources<'_>, ran: &Ran<'_>, known_at: u64) -> Result<RunBody> {
    let window = ran.planned.clipped.window;
    let counts = ran.outcome.counts;
    Ok(RunBody {
        test: ran.planned.test.id.clone(),
        spec: digest(&ran.planned.control.digest)?,
        params: params_digest(&ran.planned.params)?,
        library: digest(&sources.shelf.library.digest)?,
        span: Span {
            from: window.from(),
            until: window.until(),
        },
        known_at,
        population_hash: digest(&ran.outcome.population_hash)?,
        rows_digest: digest(&ran.outcome.rows_digest)?,
        counts: RunCounts {
            population: counts.population,
            passed: counts.passed,
            deviations: counts.deviations,
            unknown: counts.unknown,
            not_applicable: counts.not_applicable,
            pending: counts.pending,
        },
        result: match ran.outcome.result {
            ResultKind::NoDeviation => RunResult::NoDeviation,
            ResultKind::Deviation => RunResult::Deviation,
            ResultKind::DidNotOperate => RunResult::DidNotOperate,
            ResultKind::UnableToTest => RunResult::UnableToTest,
        },
        covered_s: ran.coverage.first().copied().unwrap_or_default(),
        asked_s: ran.coverage.get(1).copied().unwrap_or_default(),
        lane: Lane::Census,
        provisional: ran.planned.clipped.provisional,
        engine: tickmark_query::ENGINE.to_owned(),
        facts: FACTS,
        tzdb: tzdb_version().to_owned(),
        calendar: sources
            .state
            .calendar()
            .map_or_else(|| sha256(b""), |c| c.digest()),
    })
}

fn params_digest(params: &Params) -> Result<Digest> {
    let text: std::collections::BTreeMap<&str, String> = params
        .iter()
        .map(|(k, v)| (k.as_str(), asking::show(v)))
        .collect();
    Ok(sha256(
        canonical::to_string(&text).map_err(Error::bug)?.as_bytes(),
    ))
}
