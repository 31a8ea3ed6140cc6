//! Builds reports from their inputs, section by section.

mod controls;
mod description;
mod exceptions;
mod front;
mod ledger;
mod monitoring;
mod phrases;
mod populations;
mod sheets;
pub mod standing;

use super::check::{self, ReportError};
use super::document::{Kind, REPORT_FORMAT, Report, Section};
use super::inputs::{Inputs, Window};
use super::wording::{self, Text};

pub use standing::{OpenPoint, Standing, standings};

/// Package draft as of a date.
///
/// # Errors
/// [`ReportError`]: no date, a control that begins later, runs that contradict themselves.
pub fn type1(inputs: &Inputs) -> Result<Report, ReportError> {
    let Window::AsOf(day) = inputs.window else {
        return Err(ReportError::Window {
            report: "Type 1",
            needs: "a date",
            option: "--as-of 2026-06-30",
        });
    };
    check::inputs(inputs)?;
    check::in_force(inputs, day)?;
    let mut sections = vec![
        front::section1(inputs),
        front::section2(inputs, Text::AssertionType1),
    ];
    sections.push(description::section3(inputs));
    sections.push(controls::section4_type1(inputs));
    sections.push(front::section5(inputs, Kind::Type1));
    sections.extend(populations::annex(inputs));
    sections.push(ledger::annex(inputs, Kind::Type1));
    Ok(report(inputs, Kind::Type1, sections))
}

/// Package draft for a period.
///
/// # Errors
/// [`ReportError`]: no period, runs that contradict themselves, provisional runs of a closed period.
pub fn type2(inputs: &Inputs) -> Result<Report, ReportError> {
    let Window::Throughout(_) = inputs.window else {
        return Err(ReportError::Window {
            report: "Type 2",
            needs: "a period",
            option: "--period 2026-01-01..2026-06-30",
        });
    };
    check::inputs(inputs)?;
    let mut sections = vec![
        front::section1(inputs),
        front::section2(inputs, Text::AssertionType2),
    ];
    sections.push(description::section3(inputs));
    sections.push(controls::section4_type2(inputs));
    sections.push(front::section5(inputs, Kind::Type2));
    sections.push(monitoring::annex(inputs));
    sections.extend(populations::annex(inputs));
    sections.push(ledger::annex(inputs, Kind::Type2));
    Ok(report(inputs, Kind::Type2, sections))
}

/// Open points per criterion, without any score.
///
/// # Errors
/// [`ReportError`]: runs that contradict themselves.
pub fn readiness(inputs: &Inputs) -> Result<Report, ReportError> {
    check::inputs(inputs)?;
    let mut sections = standing::sections(inputs);
    sections.extend(populations::annex(inputs));
    sections.push(ledger::annex(inputs, Kind::Readiness));
    Ok(report(inputs, Kind::Readiness, sections))
}

fn report(inputs: &Inputs, kind: Kind, sections: Vec<Section>) -> Report {
    let anchor = &inputs.checkpoint;
    Report {
        format: REPORT_FORMAT,
        kind,
        title: title(inputs, kind),
        subtitle: subtitle(inputs),
        facts: facts(inputs),
        notice: wording::NOTICE.to_owned(),
        anchor: format!(
            "ledger size {}, root {}",
            anchor.size,
            phrases::short(&anchor.root)
        ),
        running: running(inputs, kind),
        made_us: anchor.signed_at.micros(),
        ident: format!(
            "{}/{}/{}/{}",
            kind.name(),
            anchor.origin,
            wording::window(inputs),
            anchor.root
        ),
        sections,
        sheets: sheets::all(inputs, kind),
    }
}

/// System, organization and window; a system named like its organization stands once.
fn subtitle(inputs: &Inputs) -> Vec<String> {
    let mut lines = vec![inputs.system.clone(), inputs.organization.clone()];
    lines.dedup();
    lines.push(capital(&wording::window(inputs)));
    lines
}

/// Title of the cover. The mark carries its sign on first use; DEMO comes from the program data, not from a flag (decision D19).
fn title(inputs: &Inputs, kind: Kind) -> String {
    let demo = if inputs.demo.is_some() { "DEMO: " } else { "" };
    match kind {
        Kind::Readiness => format!("{demo}Readiness for a SOC 2\u{ae} examination"),
        Kind::Type1 => format!("{demo}SOC 2\u{ae} Type 1 examination, package draft"),
        Kind::Type2 => format!("{demo}SOC 2\u{ae} Type 2 examination, package draft"),
    }
}

fn running(inputs: &Inputs, kind: Kind) -> String {
    let demo = if inputs.demo.is_some() { "DEMO: " } else { "" };
    let name = match kind {
        Kind::Readiness => "SOC 2 readiness",
        Kind::Type1 => "SOC 2 Type 1 package draft",
        Kind::Type2 => "SOC 2 Type 2 package draft",
    };
    format!("{demo}{}, {name}", inputs.organization)
}

fn facts(inputs: &Inputs) -> Vec<(String, String)> {
    let mut facts = vec![
        (
            "Service organization".to_owned(),
            inputs.organization.clone(),
        ),
        ("System".to_owned(), inputs.system.clone()),
    ];
    facts.push(match inputs.window {
        Window::Throughout(period) => (
            "Period".into(),
            format!("{} to {}, both days included", period.from, period.to),
        ),
        Window::AsOf(day) => ("As of".into(), day.to_string()),
    });
    facts.push(("Reporting time zone".into(), inputs.zone.name().to_owned()));
    facts.push(("Categories".into(), wording::categories(inputs)));
    facts.push((
        "Prepared by".into(),
        "management of the service organization".into(),
    ));
    facts.push((
        "Checkpoint".into(),
        format!(
            "size {}, {}",
            inputs.checkpoint.size,
            phrases::instant(inputs.checkpoint.signed_at)
        ),
    ));
    facts.push(("Ledger root".into(), inputs.checkpoint.root.clone()));
    facts.push(("Program".into(), inputs.versions.engine.clone()));
    if let Some(demo) = inputs.demo {
        facts.push((
            "Sample data".into(),
            format!(
                "generated company, seed {}; organization, people and events are invented",
                demo.seed
            ),
        ));
    }
    facts
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
