//! Reports: what can be downloaded, and what each still waits for.

use maud::{Markup, html};
use tickmark_core::model::document::DESCRIPTION_CRITERIA;
use tickmark_core::report::inputs::{Inputs, Window};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, tag};
use super::{link, view};
use crate::house::House;
use crate::rights::{Action, Viewer};

/// A report as the page offers it.
struct Offer {
    kind: &'static str,
    title: &'static str,
    says: &'static str,
    formats: &'static [&'static str],
    for_period: bool,
}

const OFFERS: [Offer; 4] = [
    Offer {
        kind: "type2",
        title: "Type 2 package",
        says: "Sections 1 to 5 for a period, with every population, test and exception. The auditor's parts stay empty.",
        formats: &["pdf", "html", "json"],
        for_period: true,
    },
    Offer {
        kind: "type1",
        title: "Type 1 package",
        says: "Description and design as of a date.",
        formats: &["pdf", "html", "json"],
        for_period: false,
    },
    Offer {
        kind: "readiness",
        title: "Readiness",
        says: "What is open at each criterion, with reasons and without a score.",
        formats: &["pdf", "html", "json"],
        for_period: true,
    },
    Offer {
        kind: "workbook",
        title: "Workbook",
        says: "Matrix, tests, every item that did not pass, populations and sources as sheets.",
        formats: &["xlsx"],
        for_period: true,
    },
];

/// The reports with their formats and what they wait for.
#[must_use]
pub fn reports(house: &House, viewer: &Viewer) -> Markup {
    let body = html! {
        (part::head(&html! { "Reports" }, &html! { "Drafts that management hands to the auditor. They are no auditor's report: only the auditor writes an opinion." }, &html! { @if viewer.may(Action::DownloadBundle) { a.button.main href=(link::BUNDLE) download="" { "Download the bundle" } } }))
        @match &house.inputs {
            Err(why) => { (part::empty("Nothing to report on yet", why, "tickmark apply && tickmark test", &part::button(link::DOCUMENTS, "Open the documents"))) },
            Ok(inputs) => {
                div.offers { @for offer in &OFFERS { (card(offer.title, &offered(viewer, inputs, offer))) } }
                (card("What the parts wait for", &waits(house, inputs)))
                (card("The bundle", &html! {
                    p { "Everything the auditor needs in one file, checked without this server:" }
                    p { (part::command("tickmark-verify BUNDLE --policy POLICY")) }
                    p.muted { "The verdict today would be " (super::home::verdict(&house.log.verdict)) " at size " (part::grouped(house.log.size)) "." }
                }))
            },
        }
    };
    layout(house, viewer, &Frame::new("Reports", Room::Reports), &body)
}

fn offered(viewer: &Viewer, inputs: &Inputs, offer: &Offer) -> Markup {
    let period = matches!(inputs.window, Window::Throughout(_));
    let fits = offer.kind != "type1" && offer.kind != "type2" || offer.for_period == period;
    html! {
        p { (offer.says) }
        @if !fits {
            p { (tag(Tone::Plain, if offer.for_period { "needs a period" } else { "needs a date" })) " " (part::command(if offer.for_period { "tickmark report type2 --period A..B" } else { "tickmark report type1 --as-of DAY" })) }
        } @else if viewer.may(Action::DownloadReports) {
            p.actions { @for format in offer.formats { a.button href=(link::report(offer.kind, format)) download="" { (format.to_uppercase()) span.quiet { " of the " (offer.title) } } } }
        }
    }
}

/// Each part, whether it is ready, and from whom the rest comes.
fn waits(house: &House, inputs: &Inputs) -> Markup {
    let provisional = inputs.tests.iter().filter(|t| t.provisional).count();
    let untested = house
        .standings
        .iter()
        .flat_map(|s| &s.open)
        .filter(|p| p.kind == "not_tested")
        .map(|p| p.subject.as_str())
        .collect::<std::collections::BTreeSet<_>>();
    let bare = house
        .standings
        .iter()
        .filter(|s| s.controls.is_empty())
        .count();
    let missing = missing_sections(house, inputs);
    let rows: [(&str, bool, Markup, &str); 5] = [
        (
            "Section 1, auditor's report",
            false,
            html! { "stays empty here" },
            "service auditor",
        ),
        (
            "Section 2, management's assertion",
            false,
            html! { "a draft; signed by management outside" },
            "management",
        ),
        (
            "Section 3, system description",
            missing.is_empty() && !inputs.commitments.is_empty(),
            html! {
                @if !missing.is_empty() { "no text for " (missing.join(", ")) "; " a href=(link::document("system.md")) { "system.md" } }
                @if inputs.commitments.is_empty() { " no commitments; " a href=(link::document("commitments.yaml")) { "commitments.yaml" } }
                @if missing.is_empty() && !inputs.commitments.is_empty() { "complete; " a href=(link::document("system.md")) { "system.md" } }
            },
            "management",
        ),
        (
            "Section 4, controls and tests",
            provisional == 0 && untested.is_empty() && bare == 0,
            html! {
                @if provisional > 0 { a href=(link::TESTS) { (provisional) " provisional runs" } ", until the period is over. " }
                @if !untested.is_empty() { @for subject in untested.iter().take(6) { a href=(link::control(subject)) { (subject) } " " } "not tested. " }
                @if bare > 0 { a href=(link::filtered(link::CRITERIA, "state", "No control")) { (bare) " criteria" } " without a control." }
                @if provisional == 0 && untested.is_empty() && bare == 0 { "every control in force was tested over the period" }
            },
            "control owners, auditor's tests",
        ),
        (
            "Section 5, other information",
            true,
            html! { @if inputs.other.is_some() { "given; it is not examined" } @else { "none given; it is optional" } },
            "management",
        ),
    ];
    html! {
        div.scroll tabindex="0" role="region" aria-label="Parts of the report" {
            table.grid {
                thead { tr { th scope="col" { "Part" } th scope="col" { "State" } th scope="col" { "Waits for" } th scope="col" { "From" } } }
                tbody { @for (part, ready, why, who) in &rows {
                    tr { th scope="row" data-label="Part" { (part) } td data-label="State" { @if *ready { (tag(Tone::Good, "ready")) } @else { (tag(Tone::Warn, "waits")) } } td data-label="Waits for" { (why) } td data-label="From" { (who) } }
                } }
            }
        }
        p.muted { "Period " (view::period(inputs)) ", system " (inputs.system) "." }
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
