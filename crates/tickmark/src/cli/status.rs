//! `status`: readiness per criterion with reasons, coverage, what is due, and how far the ledger can be vouched for. No score.

use serde_json::json;
use tickmark_core::{
    judge::window::Window,
    model::{
        state::State,
        time::{Span, Time},
    },
    report::{
        build::{OpenPoint, Standing, standings},
        inputs::Window as Speaks,
        render::plain,
    },
};

use super::{Context, Done, args::Format, ledger, registering::due::Waiting};
use tickmark::{
    error::Result,
    populations::Sources,
    program::Program,
    reporting::{self, Kind, Wanted},
};

pub fn status(context: &Context, known_at: Option<u64>) -> Result<Done> {
    let program = context.program()?;
    let state = program.state_at(known_at)?;
    let wanted = Wanted {
        kind: Kind::Readiness,
        period: None,
        as_of: None,
        known_at,
    };
    let now = context.clock.now();
    let waiting = Waiting::of(&state, &program.shelf()?, now);
    let as_json = context.out.format() == Format::Json;
    match reporting::inputs(&program, &wanted, now) {
        Ok(inputs) => {
            let Speaks::Throughout(period) = inputs.window else {
                return Ok(Done::Clean);
            };
            let span = period.span(&inputs.zone);
            let covered = coverage(&program, &state, span)?;
            let all = standings(&inputs);
            if as_json {
                let period = Some(period.to_string());
                print_json(context, &state, (&all, &covered), period, &waiting);
            } else {
                print(
                    context,
                    &all,
                    &covered,
                    &format!("{period} ({})", inputs.zone.name()),
                );
            }
        }
        // Nothing to speak of yet, such as no period: what there is follows.
        Err(error) => {
            context.out.say(&error.to_string());
            if as_json {
                print_json(context, &state, (&[], &[]), None, &waiting);
            }
        }
    }
    if context.out.format() == Format::Table {
        waiting.print(context);
    }
    let open = state.open_intents.len();
    context.out.say(&format!(
        "ledger: {} leaves, {} collections, {} failed, {open} begun without a result",
        state.size,
        state.collections.len(),
        state.failures.len()
    ));
    ledger::standing(context, &program)
}

/// One population: name, covered part in percent rounded down, last instant covered.
type Covered = (String, String, Option<Time>);

fn coverage(program: &Program, state: &State, span: Span) -> Result<Vec<Covered>> {
    let shelf = program.shelf()?;
    let sources = Sources::new(program.ledger(), state, &shelf, &program.cache());
    let mut out = Vec::new();
    for schema in shelf.library.schemas.values() {
        if state.collections_of(&schema.name).next().is_none() {
            continue;
        }
        let covered = sources.coverage(&schema.name, Window::Period(span));
        let part = covered.millionths() / 100;
        let last = covered.covered.as_slice().last().map(|s| s.until);
        out.push((
            schema.name.to_string(),
            format!("{}.{:02} %", part / 100, part % 100),
            last,
        ));
    }
    Ok(out)
}

fn why(point: &OpenPoint) -> String {
    point
        .why
        .iter()
        .map(|span| plain(span, true))
        .collect::<String>()
        .replace("\\_", "_")
}

fn print(context: &Context, all: &[Standing], covered: &[Covered], period: &str) {
    context.out.say(&format!(
        "{period}: open points per criterion; a criterion without one is not thereby met"
    ));
    let mut rows = Vec::new();
    for standing in all {
        let mut first = format!("{} {}", standing.criterion, standing.title);
        if standing.open.is_empty() {
            rows.push(vec![
                std::mem::take(&mut first),
                standing.controls.join(" "),
                String::new(),
                "no open point".to_owned(),
            ]);
        }
        for point in &standing.open {
            rows.push(vec![
                std::mem::take(&mut first),
                point.subject.clone(),
                point.kind.replace('_', " "),
                why(point),
            ]);
        }
    }
    context
        .out
        .table(&["criterion", "control or test", "open", "why"], &rows);
    if context.out.format() == Format::Csv || covered.is_empty() {
        return;
    }
    context.out.line("");
    let time = |t: &Option<Time>| t.map_or_else(|| "never".to_owned(), |t| t.to_string());
    let rows: Vec<Vec<String>> = covered
        .iter()
        .map(|(n, c, last)| vec![n.clone(), c.clone(), time(last)])
        .collect();
    context
        .out
        .table(&["population", "covered", "until"], &rows);
}

fn print_json(
    context: &Context,
    state: &State,
    (all, covered): (&[Standing], &[Covered]),
    period: Option<String>,
    waiting: &Waiting,
) {
    let point = |p: &OpenPoint| json!({"kind": p.kind, "subject": p.subject, "why": why(p), "leaves": p.leaves.leaves()});
    let criterion = |s: &Standing| {
        let open: Vec<_> = s.open.iter().map(point).collect();
        json!({"id": s.criterion.to_string(), "title": s.title, "controls": s.controls, "open": open})
    };
    context.out.json(&json!({
        "period": period,
        "criteria": all.iter().map(criterion).collect::<Vec<_>>(),
        "coverage": covered.iter().map(|(name, covered, last)| json!({"population": name, "covered": covered, "until": last.map(|t| t.to_string())})).collect::<Vec<_>>(),
        "due": waiting.dues_json(), "retention": waiting.countdowns_json(),
        "ledger": {"size": state.size, "collections": state.collections.len(), "failed": state.failures.len(), "open_intents": state.open_intents.len()},
    }));
}
