//! Commands that examine: test, status, report.
#![allow(
    clippy::disallowed_methods,
    reason = "a report is written where a person asked for it"
)]

use std::{fs, path::Path};

use serde_json::json;
use tickmark_core::{
    judge::{outcome::ResultKind, window::Window},
    model::time::{Day, Period, Time},
};

use super::{
    Context, Done,
    args::{Format, Report, ReportKind, Test},
};
use tickmark::{
    error::{Error, Result},
    populations::Sources,
    program::Program,
    reporting::{self, Kind, Line, Rendering, Wanted},
    testing::{self, Ran, Wish},
};

pub fn test(context: &Context, args: &Test) -> Result<Done> {
    let program = context.program()?;
    let now = context.clock.now();
    let known_at = args.known_at.unwrap_or_else(|| program.state().size);
    let state = program.state_at(args.known_at)?;
    let shelf = program.shelf()?;
    let zone = state.zone();
    let (window, from, to) = match (&args.period, &args.as_of) {
        (Some(period), _) => {
            let period = Period::parse(period).map_err(Error::user)?;
            (
                Window::Period(period.span(&zone)),
                period.from.to_string(),
                period.to.to_string(),
            )
        }
        (None, Some(at)) => {
            let instant = Time::parse(at)
                .or_else(|_| Day::parse(at).map(|d| zone.end_of(d)))
                .map_err(|e| Error::user(format!("--as-of {at}: {e}")))?;
            (Window::Instant(instant), at.clone(), at.clone())
        }
        (None, None) => {
            let period = state.program().and_then(|p| p.periods.first().copied()).ok_or_else(|| {
                Error::user("no period to test").hint("name it with --period 2026-01-01..2026-06-30, or write `periods:` into tickmark.yaml")
            })?;
            (
                Window::Period(period.span(&zone)),
                period.from.to_string(),
                period.to.to_string(),
            )
        }
    };
    let sources = Sources::new(program.ledger(), &state, &shelf, &program.cache());
    let wish = Wish {
        ids: args.ids.clone(),
        window,
        known_at,
        library: args.library,
    };
    let planned = testing::plan(&sources, &wish, now)?;
    if planned.is_empty() {
        return Err(Error::refused("no adopted control has a test in this period")
            .hint("adopt one, such as `tickmark controls adopt CHG-03 --owner … --scope … --effective …`"));
    }
    let all = testing::examine(
        &program,
        &sources,
        planned,
        &wish,
        context.hands(),
        &mut context.out.progress(),
    )?;
    let checkpoint = if args.library {
        program.ledger().checkpoint()?.unwrap_or_default()
    } else {
        program.sign()?
    };
    print(
        context,
        &all,
        &from,
        &to,
        &shelf.library.digest,
        &checkpoint,
    )?;
    say_closed(context, &program, &all);
    let findings = all.iter().any(|r| {
        r.outcome.result != ResultKind::NoDeviation && r.outcome.result != ResultKind::DidNotOperate
    });
    Ok(if findings {
        Done::Findings
    } else {
        Done::Clean
    })
}

/// Tasks that these runs have closed.
fn say_closed(context: &Context, program: &Program, all: &[Ran<'_>]) {
    let state = program.state();
    for task in state.tasks.values() {
        let by = task.closed.map(|closed| closed.run);
        if by.is_some() && all.iter().any(|r| r.leaf == by) {
            let item = task
                .item()
                .map(|i| format!(" about {i}"))
                .unwrap_or_default();
            let test = &task.opened.test;
            context
                .out
                .say(&format!("{test}: task {}{item} is closed", task.leaf));
        }
    }
}

fn print(
    context: &Context,
    all: &[Ran<'_>],
    from: &str,
    to: &str,
    library: &str,
    checkpoint: &str,
) -> Result<()> {
    if context.out.format() == Format::Json {
        let tests = all.iter().map(as_json).collect::<Result<Vec<_>>>()?;
        let first = all.first().map(|r| r.planned.clipped.window);
        context.out.json(&json!({
            "period": {"from": from, "to": to},
            "from_utc": first.map(|w| w.from().to_string()), "until_utc": first.map(|w| w.until().to_string()),
            "library": format!("sha256:{}", library.trim_start_matches("sha256:")),
            "checkpoint": checkpoint, "tests": tests,
        }));
        return Ok(());
    }
    let row = |r: &Ran<'_>| {
        let c = r.outcome.counts;
        vec![
            r.planned.test.id.to_string(),
            r.outcome.result.name().replace('_', " "),
            c.population.to_string(),
            c.passed.to_string(),
            c.deviations.to_string(),
            c.unknown.to_string(),
            c.not_applicable.to_string(),
            c.pending.to_string(),
            format!("{:.2} %", f64::from(r.millionths / 100) / 100.0),
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    context.out.table(
        &[
            "test",
            "result",
            "items",
            "passed",
            "deviations",
            "unknown",
            "n/a",
            "pending",
            "covered",
        ],
        &rows,
    );
    for ran in all {
        if let Some(problem) = &ran.problem {
            context
                .out
                .say(&format!("{}: {problem}", ran.planned.test.id));
        }
        if ran.planned.clipped.provisional {
            context.out.say(&format!(
                "{}: the period is still open; this speaks of it until {}",
                ran.planned.test.id,
                ran.planned.clipped.window.until()
            ));
        }
        for line in ran
            .outcome
            .rows
            .lines()
            .filter_map(|l| serde_json::from_str::<Line>(l).ok())
            .filter(|l| l.s == "deviation")
            .take(20)
        {
            context.out.say(&format!(
                "  {} {}  {}  {}",
                ran.planned.test.id,
                line.i,
                line.r.join(" "),
                line.from.unwrap_or_default()
            ));
        }
    }
    let leaves: Vec<u64> = all.iter().filter_map(|r| r.leaf).collect();
    if let (Some(first), Some(last)) = (leaves.first(), leaves.last()) {
        context.out.say(&format!("recorded {first}..{last}"));
    }
    Ok(())
}

fn as_json(ran: &Ran<'_>) -> Result<serde_json::Value> {
    let c = ran.outcome.counts;
    let mut exceptions = Vec::new();
    let mut unknown_items = Vec::new();
    for line in ran.outcome.rows.lines() {
        let row: Line = serde_json::from_str(line).map_err(Error::bug)?;
        let letters: Vec<&str> = ran
            .planned
            .test
            .attributes
            .iter()
            .zip(row.a.chars())
            .filter(|(_, letter)| *letter == if row.s == "deviation" { 'f' } else { '?' })
            .map(|(a, _)| a.letter.as_str())
            .collect();
        let leaves: Vec<u64> = row.c.first().map(|cite| cite[0]).into_iter().collect();
        let item = json!({"item": row.i, "attributes": letters, "from": row.from, "to": row.until, "leaves": leaves,
            "reason": row.r.join(" "), "state": row.s});
        if row.s == "deviation" {
            exceptions.push(item)
        } else {
            unknown_items.push(item)
        }
    }
    Ok(json!({
        "id": ran.planned.test.id.to_string(),
        "control": ran.planned.control.front.id.to_string(),
        "criteria": ran.planned.control.front.criteria.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "result": ran.outcome.result.name(),
        "population": c.population, "tested": c.tested(), "passed": c.passed, "deviations": c.deviations, "unknown": c.unknown,
        "not_applicable": c.not_applicable, "pending": c.pending,
        "coverage": f64::from(ran.millionths) / 1_000_000.0,
        "covered_s": ran.coverage[0], "asked_s": ran.coverage[1],
        "provisional": ran.planned.clipped.provisional,
        "rows_digest": ran.outcome.rows_digest, "population_hash": ran.outcome.population_hash,
        "problem": ran.problem, "leaf": ran.leaf,
        "exceptions": exceptions, "unknown_items": unknown_items,
    }))
}

pub fn report(context: &Context, args: &Report) -> Result<Done> {
    let program = context.program()?;
    let kind = match args.kind {
        ReportKind::Readiness => Kind::Readiness,
        ReportKind::Type1 => Kind::Type1,
        ReportKind::Type2 => Kind::Type2,
        ReportKind::Workbook => Kind::Workbook,
    };
    let rendering = rendering(context, kind, &args.output)?;
    let period = args
        .period
        .as_deref()
        .map(|p| Period::parse(p).map_err(Error::user))
        .transpose()?;
    let as_of = args
        .as_of
        .as_deref()
        .map(|d| Day::parse(d).map_err(Error::user))
        .transpose()?;
    let wanted = Wanted {
        kind,
        period,
        as_of,
        known_at: None,
    };
    let mut progress = context.out.progress();
    progress.wait("building the report");
    let bytes = reporting::render(&program, &wanted, rendering, context.clock.now())?;
    drop(progress);
    fs::write(&args.output, bytes)
        .map_err(|e| Error::environment(format!("{}: {e}", args.output.display())))?;
    context
        .out
        .say(&format!("written {}", args.output.display()));
    Ok(Done::Clean)
}

fn rendering(context: &Context, kind: Kind, output: &Path) -> Result<Rendering> {
    let by_name = output
        .extension()
        .map(|e| e.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let by_flag = context.cli.format.map(|f| match f {
        Format::Pdf => "pdf",
        Format::Xlsx => "xlsx",
        Format::Md => "md",
        Format::Html => "html",
        Format::Json => "json",
        Format::Table | Format::Csv => "other",
    });
    let rendering = match by_flag.unwrap_or(&by_name) {
        "pdf" => Rendering::Pdf,
        "xlsx" => Rendering::Xlsx,
        "md" => Rendering::Md,
        "html" => Rendering::Html,
        "json" => Rendering::Json,
        "" if kind == Kind::Workbook => Rendering::Xlsx,
        "" => Rendering::Pdf,
        other => {
            return Err(
                Error::user(format!("a report cannot be written as `{other}`"))
                    .hint("choose pdf, xlsx, md, html or json"),
            );
        }
    };
    if kind == Kind::Workbook && rendering != Rendering::Xlsx {
        return Err(Error::user("the workbook is XLSX").hint("name a file that ends in .xlsx"));
    }
    Ok(rendering)
}
