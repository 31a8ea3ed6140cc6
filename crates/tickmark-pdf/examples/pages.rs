//! Sets reports from the command line: `pages OUT.pdf [type1|type2|readiness] [items]`, `pages worker < report.json > out.pdf`,
//! and `pages bench`, which prints how long a report of a hundred pages takes.
#![allow(
    clippy::disallowed_methods,
    reason = "an example measures time and writes files"
)]

use std::process::ExitCode;
use std::time::Instant;

use tickmark_core::model::citation::Citation;
use tickmark_core::model::time::{Day, Period};
use tickmark_core::report::inputs::{Inputs, Item, Window};
use tickmark_core::report::{
    Count, ItemState, Report, Typeset as _, build, render, sample::sample, workbook,
};
use tickmark_pdf::{Typst, worker_main};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.first().map(String::as_str) {
        Some("worker") => return worker_main(),
        Some("bench") => bench(),
        Some(path) => {
            let items = args
                .get(2)
                .and_then(|items| items.parse().ok())
                .unwrap_or(0);
            write(path, args.get(1).map_or("type2", String::as_str), items)
        }
        None => Err("pages OUT.pdf [KIND] [ITEMS] | pages worker | pages bench".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn report(kind: &str, items: u32) -> Outcome<Report> {
    let window = match kind {
        "type1" => Window::AsOf(Day::parse("2026-06-30")?),
        _ => Window::Throughout(Period::parse("2026-01-01..2026-06-30")?),
    };
    let mut inputs = sample(window)?;
    lengthen(&mut inputs, items);
    Ok(match kind {
        "type1" => build::type1(&inputs)?,
        "readiness" => build::readiness(&inputs)?,
        _ => build::type2(&inputs)?,
    })
}

/// More deviations of the first test.
fn lengthen(inputs: &mut Inputs, items: u32) {
    let Some(test) = inputs.tests.first_mut() else {
        return;
    };
    let Some(model) = test.items.first().cloned() else {
        return;
    };
    for number in 0..items {
        let citations = vec![Citation {
            leaf: 8_817,
            blob: 0,
            record: number,
        }];
        test.items.push(Item {
            item: format!("P-{number:06}/directory/production"),
            citations,
            state: ItemState::Deviation,
            ..model.clone()
        });
    }
    test.counts.deviations = test.counts.deviations.plus(Count::new(u64::from(items)));
    test.counts.population = test.counts.population.plus(Count::new(u64::from(items)));
}

fn write(path: &str, kind: &str, items: u32) -> Outcome<()> {
    let report = report(kind, items)?;
    std::fs::write(path, Typst::new().pdf(&report)?)?;
    std::fs::write(format!("{path}.xlsx"), workbook(&report)?)?;
    std::fs::write(format!("{path}.md"), render::markdown(&report))?;
    std::fs::write(format!("{path}.html"), render::html(&report))?;
    std::fs::write(format!("{path}.json"), render::json(&report)?)?;
    Ok(())
}

fn bench() -> Outcome<()> {
    for items in [0, 1_900] {
        let report = report("type2", items)?;
        let start = Instant::now();
        let pdf = Typst::new().pdf(&report)?;
        let took = start.elapsed();
        let pages = pdf
            .windows(11)
            .filter(|bytes| *bytes == b"/Type /Page")
            .count()
            + pdf.windows(10).filter(|b| *b == b"/Type/Page").count();
        println!(
            "{items} more items: {} bytes, {pages} page objects, {took:?}",
            pdf.len()
        );
    }
    Ok(())
}
