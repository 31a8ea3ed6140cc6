//! The auditor's view of one engagement: everything on one page, the same for management.
//!
//! Nothing here is chosen by result: every control of the period, every test, every item that did not pass, every piece of evidence.
//! What the auditor's role cannot see is listed at the end. Requests, samples, workpapers and conclusions get rooms of their own later.

mod parts;
mod withheld;

use maud::{Markup, html};
use tickmark_core::model::time::{Period, Time};
use tickmark_core::report::inputs::Inputs;

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, entry, facts, grouped, tag};
use super::{home, link, view};
use crate::house::House;
use crate::rights::{Action, Engagement, Role, Viewer};

pub use withheld::{NO_REASON, WithheldPage, why_withheld};

/// Entries of the page's own table of contents.
const CONTENTS: [(&str, &str); 7] = [
    ("scope", "Scope"),
    ("ledger", "Ledger and bundle"),
    ("controls", "Controls"),
    ("populations", "Populations"),
    ("tests", "Tests"),
    ("evidence", "Evidence"),
    ("withheld", "What you do not see"),
];

/// The page. `pages` are those that management sees and the auditor does not.
#[must_use]
pub fn engagement(house: &House, viewer: &Viewer, now: Time, pages: &[WithheldPage]) -> Markup {
    let title = viewer
        .engagement
        .as_ref()
        .map_or("The auditor's view", |e| e.name.as_str());
    let body = html! {
        (part::head(&html! { (title) }, &lead(house), &html! {
            @if viewer.may(Action::DownloadBundle) { a.button.main href=(link::BUNDLE) download="" { "Download the bundle" } }
        }))
        @if viewer.role != Role::Auditor {
            p.notice.quietly { "Preview. An auditor of this period opens this very page; nothing on it is filtered by result, and there is no way to leave something out." }
        }
        nav.chips.contents aria-label="On this page" { @for (id, words) in CONTENTS { a.chip href={ "#" (id) } { (words) } } }
        @match &house.inputs {
            Ok(inputs) => {
                section.card #scope { h2 { "Scope" } (scope(house, viewer, inputs)) }
                section.card #ledger { h2 { "Ledger and bundle" } (ledger(house, now)) }
                section.card #controls { h2 { "Controls in force in the period" } (parts::controls(house, viewer, inputs)) }
                section.card #populations { h2 { "Populations with completeness and accuracy" } (parts::populations(inputs)) }
                section.card #tests { h2 { "Tests with every item that did not pass" } (parts::tests(house, viewer)) }
                section.card #evidence { h2 { "Evidence with proofs" } (parts::evidence(house, viewer)) }
            },
            Err(why) => {
                (part::empty("No period to examine yet", why, "tickmark apply", &html! {}))
                @for (id, words) in CONTENTS.iter().filter(|(id, _)| *id != "withheld") { span #(id) { span.quiet { (words) ": nothing yet" } } }
            },
        }
        section.card #withheld { h2 { "What management sees and the auditor does not" } (withheld::withheld(house, pages)) }
    };
    layout(
        house,
        viewer,
        &Frame::new("Engagement", Room::Engagement),
        &body,
    )
}

fn lead(house: &House) -> Markup {
    html! {
        @match &house.inputs {
            Ok(inputs) => { (inputs.organization) ", " (inputs.system) ", " (view::period(inputs)) },
            Err(_) => { "The program has no period yet." },
        }
    }
}

fn scope(house: &House, viewer: &Viewer, inputs: &Inputs) -> Markup {
    let subservice = house
        .state
        .vendors()
        .filter(|(_, v)| v.role.is_subservice());
    let subservice: Vec<_> = subservice.collect();
    let mut pairs = vec![
        (
            "Service organization",
            html! { (inputs.organization) " " (entry(inputs.program_leaf)) },
        ),
        ("System", html! { (inputs.system) }),
        (
            "Categories",
            html! { @for (n, category) in inputs.categories.iter().enumerate() { @if n > 0 { ", " } (part::spaced(category.as_str())) } },
        ),
        (
            "Criteria",
            html! { a.number href=(link::CRITERIA) { (inputs.criteria.len()) } " in scope" @for one in &inputs.not_relevant { br; (one.criterion) " not relevant: " (one.reason) " " (entry(one.leaf)) } },
        ),
        (
            "Period of the program",
            html! { (view::period(inputs)) ", " (part::many(usize::try_from(view::period(inputs).days()).unwrap_or(0), "day")) " in " (inputs.zone) },
        ),
    ];
    if let Some(engagement) = &viewer.engagement {
        pairs.push((
            "Your engagement",
            bound(house, engagement, view::period(inputs)),
        ));
    }
    pairs.push(("System description", html! {
        @match &inputs.description { Some(text) => { @if house.documents.iter().any(|(path, _)| *path == text.file) { a href=(link::document(&text.file)) { (text.file) } } @else { (text.file) } " " (entry(text.leaf)) }, None => { (tag(Tone::Unknown, "none recorded")) } }
    }));
    pairs.push((
        "Commitments and requirements",
        html! { (inputs.commitments.len()) @if let Some(first) = inputs.commitments.first() { " " (entry(first.leaf)) } },
    ));
    pairs.push(("Subservice organizations", html! {
        @if subservice.is_empty() { "none recorded" }
        @for (n, (version, vendor)) in subservice.iter().enumerate() { @if n > 0 { ", " } (vendor.name) " (" (part::spaced(vendor.role.as_str())) ") " (entry(version.leaf)) }
    }));
    html! {
        (facts(&pairs))
        @if !inputs.changes.is_empty() {
            details { summary { (part::many(inputs.changes.len(), "change")) " in the period" }
                ul.points { @for change in &inputs.changes { li { (change.day) " " (change.says) " " (entry(change.leaf)) } } }
            }
        }
    }
}

/// What an auditor was let in for, and whether it is what the program shows.
fn bound(house: &House, engagement: &Engagement, shown: Period) -> Markup {
    let zone = view::zone(house);
    html! {
        @match engagement.period {
            Some(period) => { "bound to " (period) @if period == shown { " " (tag(Tone::Good, "the same")) } },
            None => { (tag(Tone::Warn, "bound to no period")) " the program had none when you were invited" },
        }
        ", until " (part::instant(&zone, engagement.until))
    }
}

fn ledger(house: &House, now: Time) -> Markup {
    let log = &house.log;
    let (unwitnessed, oldest) = log.unwitnessed;
    html! {
        (facts(&[
            ("Verdict", home::verdict(&log.verdict)),
            ("Size", html! { a.number href=(link::LEDGER) { (grouped(log.size)) } " entries" }),
            ("Root", html! { code.long { (log.root) } }),
            ("Not witnessed", html! {
                @if unwitnessed == 0 { "no entry" } @else { (grouped(unwitnessed)) " entries" @if let Some(oldest) = oldest { ", the oldest recorded " (part::ago(now, oldest)) } }
            }),
            ("Check the bundle offline", part::command("tickmark-verify audit.tickmark")),
            ("Perform every test again", part::command("tickmark verify audit.tickmark --reperform")),
        ]))
        @match &log.note {
            Some(note) => { details { summary { "Signed checkpoint" } pre.code { code { (note) } } } },
            None => { p { (tag(Tone::Unknown, "no checkpoint yet")) } },
        }
        p.muted { "The bundle holds every entry with its bytes, the library and the signed checkpoint: it is checked without this server. Perform the tests on a machine of your own." }
    }
}
