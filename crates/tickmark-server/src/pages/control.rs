//! One control: design, operation, tests, exceptions, evidence, history.

use maud::{Markup, html};
use tickmark_core::model::ids::ControlId;
use tickmark_core::model::time::Time;
use tickmark_core::report::inputs::Inputs;

use super::layout::{Frame, Room, layout};
use super::part::{self, card, card_with, digest, entry, facts, tag};
use super::prose::prose;
use super::table::Asked;
use super::view::{self, ControlView, Finding};
use super::{actions, evidence, exceptions, link, operation, test};
use crate::house::{Download, House, Trouble};
use crate::rights::{Action, Viewer};

/// One control.
///
/// # Errors
/// [`Trouble::Missing`]: no such control, or not theirs.
pub fn control(
    house: &House,
    viewer: &Viewer,
    now: Time,
    id: &str,
    asked: &Asked,
) -> Result<Markup, Trouble> {
    let Some(shown) = view::control(house, viewer, id) else {
        return Err(Trouble::Missing(format!(
            "no control {id}; see the list of controls"
        )));
    };
    let (tone, words) = shown.standing();
    let tests: Vec<&str> = shown.tests.iter().map(|t| t.id.as_str()).collect();
    let zone = view::zone(house);
    let findings: Vec<Finding<'_>> = shown.tests.iter().flat_map(|t| view::of_test(t)).collect();
    let none = html! { p { @if shown.tests.is_empty() { "Nothing was tested, so nothing is known." } @else { "No item of its tests failed to pass." } } };
    let body = html! {
        (part::head(&html! { (shown.id) " " span.h1-title { (shown.title) } }, &lead(&shown), &html! { (tag(tone, words)) @if !tests.is_empty() { (actions::run_tests(viewer, &tests, "Run its tests")) } }))
        div.two.wide-left {
            (card("Design", &design(house, &shown)))
            (card("Adoption", &adoption(house, viewer, &shown, now)))
        }
        @if let Ok(inputs) = &house.inputs { (card("Operation", &operated(house, inputs, &shown, &findings, now))) }
        (card("Tests", &runs(&shown)))
        section.card #items { h2 { "Exceptions" } (exceptions::table(&findings, &zone, link::control(&shown.id), "exceptions", true).html(asked, &none)) }
        (card_with("Evidence handed in", &html! { a href=(link::filtered(link::EVIDENCE, "control", &shown.id)) { "All of it" } }, &handed_in(house, viewer, &shown, now)))
        (card("History", &history(house, &shown)))
        @if let Some(control) = shown.library {
            (card("What the library says", &html! { p.muted { "From " code { (control.file) } ", version " (control.front.version) ", " (digest(&control.digest)) } (prose(told(&control.prose))) }))
        }
    };
    Ok(layout(
        house,
        viewer,
        &Frame::new(id, Room::Controls).under("Controls", link::CONTROLS),
        &body,
    ))
}

/// The items of its tests that did not pass, as a file.
///
/// # Errors
/// [`Trouble::Missing`]: no such control, or not theirs.
pub fn control_csv(
    house: &House,
    viewer: &Viewer,
    id: &str,
    asked: &Asked,
) -> Result<Download, Trouble> {
    let shown = view::control(house, viewer, id)
        .ok_or_else(|| Trouble::Missing(format!("no control {id}; see the list of controls")))?;
    let findings: Vec<Finding<'_>> = shown.tests.iter().flat_map(|t| view::of_test(t)).collect();
    Ok(exceptions::table(
        &findings,
        &view::zone(house),
        link::control(id),
        &format!("{id}.items"),
        true,
    )
    .csv(asked))
}

/// The prose without the remarks between tests and fixtures: the tests have pages of their own, fixtures are for authors.
fn told(prose: &str) -> &str {
    let end = ["\n## Test", "\n## Fixtures"]
        .iter()
        .filter_map(|heading| prose.find(heading))
        .min();
    end.and_then(|end| prose.get(..end)).unwrap_or(prose)
}

fn lead(control: &ControlView<'_>) -> Markup {
    html! {
        @for id in &control.criteria { a href=(link::criterion(id)) { (id) } " " }
        @if let Some(owner) = control.owner { "\u{00b7} owner " (owner) }
    }
}

fn design(house: &House, control: &ControlView<'_>) -> Markup {
    let version = control.versions.last();
    let mut pairs = Vec::new();
    match (version, control.library) {
        (Some(version), _) => {
            pairs.push(("Nature", html! { (version.nature) }));
            pairs.push(("Scope", html! { (version.scope) }));
        }
        (None, Some(library)) => {
            let n = &library.front.nature;
            pairs.push((
                "Nature",
                html! { (n.direction) ", " (n.how) ", " (n.level) @if n.key { ", key" } },
            ));
            pairs.push((
                "Usually owned by",
                html! { (library.front.suggested_owner) },
            ));
        }
        (None, None) => {}
    }
    pairs.push(("Frequency", html! { (control.frequency()) }));
    pairs.push(("Tested", html! { (control.automation()) }));
    html! {
        @if let Some(version) = version { p.statement { (version.statement) } }
        (facts(&pairs))
        @if let Some(library) = control.library { (test::params(house, library)) }
    }
}

fn adoption(house: &House, viewer: &Viewer, control: &ControlView<'_>, now: Time) -> Markup {
    let path = format!("controls/{}.md", control.id);
    let Some(version) = house.state.current(&path) else {
        return match control.versions.last() {
            Some(version) => facts(&[
                ("Owner", html! { (version.owner) }),
                (
                    "In force",
                    html! { "from " (version.effective) @if let Some(last) = version.retired { " to " (last) } },
                ),
                ("Adopted by", html! { (entry(version.leaf)) }),
            ]),
            None => html! {
                (part::empty(
                    "Not adopted",
                    "Name an owner, what it covers, and the first day it holds.",
                    &format!("tickmark controls adopt {} --owner NAME --scope TEXT --effective DAY", control.id),
                    &html! {},
                ))
                (actions::adopt(viewer, &control.id, control.library.map_or("", |c| &c.front.suggested_owner), &view::zone(house).day_of(now).to_string()))
            },
        };
    };
    let zone = view::zone(house);
    let late = version.adoption().map_or(0, |a| {
        zone.day_of(version.recorded).days_since(a.effective).max(0)
    });
    facts(&[
        ("Owner", html! { (control.owner.unwrap_or("nobody")) }),
        (
            "In force",
            html! { @if let Some(day) = version.effective { "from " (day) } @if let Some(day) = version.retired { " to " (day) } },
        ),
        (
            "Recorded",
            html! { (part::instant(&zone, version.recorded)) " as " (entry(version.leaf)) @if late > 0 { " " (tag(part::Tone::Warn, &format!("{late} days back-dated"))) } },
        ),
        (
            "Document",
            html! { a href=(link::document(&path)) { (path) } },
        ),
        (
            "Pins the control file",
            html! { @match &version.pinned { Some(pinned) => { (digest(&pinned.to_string())) }, None => { "none" } } },
        ),
    ])
}

fn operated(
    house: &House,
    inputs: &Inputs,
    control: &ControlView<'_>,
    findings: &[Finding<'_>],
    now: Time,
) -> Markup {
    html! {
        @if control.is_adopted() { (operation::heat_map(house, inputs, control, findings, now)) }
        @else { p { "Operation is shown once the control is adopted." } }
    }
}

fn runs(control: &ControlView<'_>) -> Markup {
    let run: std::collections::BTreeSet<&str> =
        control.tests.iter().map(|t| t.id.as_str()).collect();
    let waiting: Vec<_> = control
        .library
        .map(|c| {
            c.tests
                .iter()
                .filter(|t| !run.contains(t.id.as_str()))
                .collect()
        })
        .unwrap_or_default();
    html! {
        @if control.tests.is_empty() && waiting.is_empty() {
            p { "A person tests this control: evidence of its operation is handed in and looked at." }
        }
        ul.points {
            @for run in &control.tests {
                li { (part::result(run.result)) " " a href=(link::test(&run.id)) { (run.id) } " " (run.says) " " span.muted { (run.period) ", " (entry(run.leaf)) }
                    ol.attributes.small { @for (letter, says) in &run.attributes { li { strong { (letter) } " " (says) } } }
                }
            }
            @for spec in waiting {
                li { (tag(part::Tone::Unknown, "Not run")) " " a href=(link::test(&spec.id)) { (spec.id) }
                    ol.attributes.small { @for attribute in &spec.attributes { li { strong { (attribute.letter) } " " (attribute.says) } } }
                }
            }
        }
    }
}

fn handed_in(house: &House, viewer: &Viewer, control: &ControlView<'_>, now: Time) -> Markup {
    let rows: Vec<_> = evidence::handed_in(house, viewer)
        .into_iter()
        .filter(|c| {
            c.evidence
                .as_ref()
                .is_some_and(|e| e.control.as_str() == control.id)
        })
        .collect();
    let zone = view::zone(house);
    html! {
        @if rows.is_empty() { p.muted { "No file was handed in for this control. " @if control.automation() == "automated" { "Its tests read what the sources recorded." } } }
        @else { ul.points { @for item in rows.iter().rev().take(12) {
            @if let Some(body) = &item.evidence { li { a href=(link::evidence(item.leaf)) { (evidence::name(house, item)) } " covers " (body.covers) " " (evidence::lateness(item, &zone)) span.muted { ", handed in " (part::instant(&zone, item.observed.1)) } " " (entry(item.leaf)) } }
        } } }
        @if viewer.may(Action::AskForEvidence) && control.is_adopted() { p.more { a href=(link::filtered(link::HAND_IN_LINKS, "control", &control.id)) { "Let somebody without an account hand it in" } } }
        @if viewer.may(Action::HandInEvidence) { details.form { summary { "Hand in a file" } (actions::hand_in(viewer, Some(&control.id), &zone.day_of(now).to_string())) } }
    }
}

fn history(house: &House, control: &ControlView<'_>) -> Markup {
    let zone = view::zone(house);
    let versions = ControlId::parse(&control.id)
        .map(|id| house.state.in_force(&id))
        .unwrap_or_default();
    html! {
        @if versions.is_empty() && control.versions.is_empty() { p { "Nothing was recorded about this control." } }
        ol.history {
            @for held in versions.iter().rev() {
                li {
                    strong { (held.from) @match held.to { Some(to) => { " to " (to) }, None => { " on" } } }
                    " owner " (held.adoption.owner) ", " (held.adoption.scope) " "
                    span.muted { "recorded " (part::instant(&zone, held.version.recorded)) } " " (entry(held.version.leaf))
                    @if held.back_dated_days(&zone) > 0 { " " (tag(part::Tone::Warn, &format!("{} days back-dated", held.back_dated_days(&zone)))) }
                    @if let Some(leaf) = held.version.removed { " taken out by " (entry(leaf)) }
                }
            }
            @if versions.is_empty() { @for version in control.versions.iter().rev() {
                li { strong { (version.effective) @match version.retired { Some(to) => { " to " (to) }, None => { " on" } } } " owner " (version.owner) ", " (version.scope) " " (entry(version.leaf)) }
            } }
        }
    }
}
