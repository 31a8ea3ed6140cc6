//! What each part of a report still waits for, and from whom. Read from the ledger alone: what nobody recorded is waited for.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tickmark_core::model::document::DESCRIPTION_CRITERIA;
use tickmark_core::report::inputs::{Inputs, Window};

use super::super::part::{Tone, tag};
use super::super::{link, view};
use crate::house::House;

/// Most names in one cell.
const NAMES: usize = 6;

/// One part of a report.
pub(super) struct Part {
    name: &'static str,
    /// Nothing is waited for.
    pub(super) ready: bool,
    why: Markup,
    from: Markup,
}

/// The parts of a report; none for one that has no parts of its own.
pub(super) fn parts(house: &House, inputs: &Inputs, kind: &str) -> Option<Vec<Part>> {
    let type2 = kind == "type2";
    match kind {
        "type1" | "type2" => Some(vec![
            opinion(),
            assertion(inputs, type2),
            description(house, inputs),
            if type2 {
                tested(house, inputs)
            } else {
                designed(house, inputs)
            },
            other(inputs),
        ]),
        // It speaks of what is there, whatever is missing.
        "readiness" => Some(vec![Part {
            name: "Open points and annexes",
            ready: true,
            why: html! { "says itself what is open" },
            from: html! { "nobody" },
        }]),
        _ => None,
    }
}

fn opinion() -> Part {
    Part {
        name: "Section 1, the service auditor's report",
        ready: false,
        why: html! { "stays empty here; it is written outside, under the CPA's own name" },
        from: html! { "the CPA firm" },
    }
}

fn assertion(inputs: &Inputs, type2: bool) -> Part {
    let over = match inputs.window {
        Window::Throughout(period) if type2 => format!("; it can be signed after {}", period.to),
        _ => String::new(),
    };
    Part {
        name: "Section 2, management's assertion",
        ready: false,
        why: html! { "the draft has lines for name, title, date and signature" (over) },
        from: html! { "management of " (inputs.organization) },
    }
}

fn description(house: &House, inputs: &Inputs) -> Part {
    let missing = missing_sections(house, inputs);
    let commitments = !inputs.commitments.is_empty();
    Part {
        name: "Section 3, the system description",
        ready: missing.is_empty() && commitments,
        why: html! {
            @if !missing.is_empty() { "no text for " (missing.join(", ")) " in " a href=(link::document("system.md")) { "system.md" } ". " }
            @if !commitments { "no commitments in " a href=(link::document("commitments.yaml")) { "commitments.yaml" } ". " }
            @if missing.is_empty() && commitments { "every description criterion has a text; " a href=(link::document("system.md")) { "system.md" } }
        },
        from: html! { "management" },
    }
}

/// Controls with an open point of a kind, each with its owner.
fn subjects<'a>(house: &'a House, kind: &str) -> BTreeMap<&'a str, &'a str> {
    let points = house.standings.iter().flat_map(|s| &s.open);
    points
        .filter(|p| p.kind == kind && !p.subject.is_empty())
        .map(|p| {
            let control = p.subject.split('.').next().unwrap_or_default();
            (
                p.subject.as_str(),
                view::owner_of(house, control).unwrap_or("its owner"),
            )
        })
        .collect()
}

fn names(subjects: &BTreeMap<&str, &str>) -> Markup {
    html! {
        @for name in subjects.keys().take(NAMES) { (super::super::home::subject(name)) " " }
        @if subjects.len() > NAMES { "and " (subjects.len() - NAMES) " more " }
    }
}

/// Owners, each once.
fn owners<'a>(all: impl IntoIterator<Item = &'a BTreeMap<&'a str, &'a str>>) -> Vec<&'a str> {
    let mut owners: Vec<&str> = all.into_iter().flat_map(|s| s.values().copied()).collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}

fn bare(house: &House) -> usize {
    let none = |s: &&tickmark_core::report::build::Standing| s.controls.is_empty();
    house.standings.iter().filter(none).count()
}

fn without_control(count: usize) -> Markup {
    html! { @if count > 0 { a href=(link::filtered(link::CRITERIA, "state", "No control")) { (count) " criteria" } " without a control. " } }
}

fn tested(house: &House, inputs: &Inputs) -> Part {
    let untested = subjects(house, "not_tested");
    let unable = subjects(house, "unable_to_test");
    let provisional = inputs.tests.iter().filter(|t| t.provisional).count();
    let bare = bare(house);
    let ready = provisional == 0 && untested.is_empty() && unable.is_empty() && bare == 0;
    let owners = owners([&untested, &unable]);
    let ends = view::period(inputs).to;
    Part {
        name: "Section 4, controls, tests and results",
        ready,
        why: html! {
            @if provisional > 0 { a href=(link::TESTS) { (provisional) " provisional runs" } ", until " (ends) " is over. " }
            @if !untested.is_empty() { (names(&untested)) "not tested. " }
            @if !unable.is_empty() { (names(&unable)) "without evidence to judge. " }
            (without_control(bare))
            @if ready { "every control in force was tested over the period" }
        },
        from: html! {
            @if !owners.is_empty() { (owners.join(", ")) "; " }
            @if provisional > 0 { "the calendar; " }
            @if bare > 0 { "management; " }
            "the auditor adds tests and conclusions of their own"
        },
    }
}

fn designed(house: &House, inputs: &Inputs) -> Part {
    let absent = subjects(house, "not_in_force");
    let bare = bare(house);
    let ready = bare == 0 && !inputs.controls.is_empty();
    Part {
        name: "Section 4, controls and their design",
        ready,
        why: html! {
            (without_control(bare))
            @if inputs.controls.is_empty() { "no control is adopted. " }
            @if !absent.is_empty() { (names(&absent)) "not in force on some days of the period, which a Type 1 does not speak of. " }
            @if ready { "every criterion has an adopted control" }
        },
        from: html! { @if ready { "the auditor adds the tests of design" } @else { "management; then the auditor, for the tests of design" } },
    }
}

fn other(inputs: &Inputs) -> Part {
    Part {
        name: "Section 5, other information",
        ready: true,
        why: html! { @if inputs.other.is_some() { "given; it is not examined" } @else { "none given; it is optional" } },
        from: html! { "management" },
    }
}

/// The parts as a table.
pub(super) fn table(parts: &[Part], of: &str) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Parts of the " (of) } {
            table.grid {
                thead { tr { th scope="col" { "Part" } th scope="col" { "State" } th scope="col" { "Waits for" } th scope="col" { "From" } } }
                tbody { @for part in parts {
                    tr { th scope="row" data-label="Part" { (part.name) } td data-label="State" { @if part.ready { (tag(Tone::Good, "ready")) } @else { (tag(Tone::Warn, "waits")) } } td data-label="Waits for" { (part.why) } td data-label="From" { (part.from) } }
                } }
            }
        }
    }
}

/// Description criteria without a section.
fn missing_sections(house: &House, inputs: &Inputs) -> Vec<&'static str> {
    if let Some(system) = house.state.system() {
        return system.missing().collect();
    }
    let text = inputs
        .description
        .as_ref()
        .map_or("", |d| d.markdown.as_str());
    let has = |criterion: &str| {
        text.lines().any(|l| {
            l.starts_with('#')
                && l.trim_start_matches('#').split_whitespace().next() == Some(criterion)
        })
    };
    DESCRIPTION_CRITERIA
        .into_iter()
        .filter(|c| !has(c))
        .collect()
}
