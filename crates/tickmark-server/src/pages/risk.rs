//! One risk: its ratings, what is done about it, and what the tests of its controls found.

use maud::{Markup, html};
use tickmark_core::model::document::{Rating, Risk};
use tickmark_core::model::registers::{in_force_on, risk_standings};
use tickmark_core::model::time::{Day, Time};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, entry, facts, tag};
use super::policies::due;
use super::risks::{exceptions, heat, point, scale};
use super::table::Asked;
use super::view::{self, Finding};
use super::{link, policy, who};
use crate::house::{Download, House, Trouble};
use crate::rights::{Action, Viewer};

/// One risk that stands today.
///
/// # Errors
/// [`Trouble::Missing`]: no such risk, or it has ended.
pub fn risk(
    house: &House,
    viewer: &Viewer,
    now: Time,
    id: &str,
    asked: &Asked,
) -> Result<Markup, Trouble> {
    let today = who::today(house, now);
    let found = risk_standings(&house.state, today)
        .into_iter()
        .find(|s| s.risk.risk.as_str() == id);
    let standing =
        found.ok_or_else(|| Trouble::Missing(format!("no risk {id}; see the list of risks")))?;
    let risk = standing.risk;
    let path = format!("risks/{}.md", risk.risk);
    let all = view::findings(house, viewer);
    let rows: Vec<Finding<'_>> = exceptions(&all, risk).copied().collect();
    let zone = view::zone(house);
    let none = html! { p { "The tests of its controls found no deviation in this period." } };
    let edit = html! { @if viewer.may(Action::EditDocuments) { (part::button(&link::edit(&path), "Edit")) } };
    let lead =
        html! { "Risk " code { (risk.risk) } ", owner " (risk.owner) ", group " (risk.category) };
    let body = html! {
        (part::head(&html! { (risk.statement) }, &lead, &edit))
        @if !standing.points.is_empty() { p.sentence { @for one in &standing.points { @let (tone, words) = point(one); (tag(tone, &words)) " " } } }
        div.two {
            (card("Rating", &ratings(risk)))
            (card("Where it stands", &heat("This risk with what is in place, likelihood by impact", scale(house), &[risk], |r| r.residual)))
        }
        div.two {
            (card("Treatment", &treatment(house, risk, today, &path, standing.version.leaf)))
            (card("Controls that answer it", &controls(house, viewer, risk, today)))
        }
        section.card #exceptions {
            h2 { "Exceptions of its controls" }
            (super::exceptions::table(&rows, &zone, link::risk(&risk.risk), "risk-exceptions", true).html(asked, &none))
        }
        @if has_notes(house, &path) { (card("Notes", &policy::text(house, &path))) }
    };
    let frame = Frame::new(
        risk.statement.chars().take(60).collect::<String>(),
        Room::Risks,
    )
    .under("Risks", link::RISKS);
    Ok(layout(house, viewer, &frame, &body))
}

/// The exceptions of its controls, as a file.
///
/// # Errors
/// [`Trouble::Missing`]: no such risk, or it has ended.
pub fn risk_csv(
    house: &House,
    viewer: &Viewer,
    now: Time,
    id: &str,
    asked: &Asked,
) -> Result<Download, Trouble> {
    let standings = risk_standings(&house.state, who::today(house, now));
    let standing = standings.iter().find(|s| s.risk.risk.as_str() == id);
    let risk = standing
        .ok_or_else(|| Trouble::Missing(format!("no risk {id}; see the list of risks")))?
        .risk;
    let all = view::findings(house, viewer);
    let rows: Vec<Finding<'_>> = exceptions(&all, risk).copied().collect();
    let zone = view::zone(house);
    Ok(super::exceptions::table(
        &rows,
        &zone,
        link::risk(&risk.risk),
        "risk-exceptions",
        true,
    )
    .csv(asked))
}

fn ratings(risk: &Risk) -> Markup {
    let words = |r: Rating| html! { strong { (r.score()) } " " span.muted { "likelihood " (r.likelihood) ", impact " (r.impact) } };
    facts(&[
        ("Without controls", words(risk.inherent)),
        ("With what is in place", words(risk.residual)),
        (
            "Identified",
            html! { (risk.lifetime.from) @if let Some(last) = risk.lifetime.retired { ", ends " (last) } },
        ),
        (
            "Threatens",
            html! { @for one in &risk.commitments { code { (one.value) } " " } @if risk.commitments.is_empty() { span.muted { "no commitment named" } } },
        ),
    ])
}

fn treatment(house: &House, risk: &Risk, today: Day, path: &str, leaf: u64) -> Markup {
    let limit = scale(house).carry_up_to;
    facts(&[
        ("Treatment", html! { (risk.treatment.as_str()) }),
        (
            "Reason",
            html! { @match &risk.reason { Some(reason) => { (reason) }, None => { span.muted { "none given" } } } },
        ),
        (
            "Carried up to",
            html! { @match limit { Some(score) => { "a score of " (score) }, None => { span.muted { "the program declares no limit" } } } },
        ),
        ("Review by", due(Some(risk.review_due), today)),
        (
            "Recorded",
            html! { (entry(leaf)) ", " a href=(link::document(path)) { (path) } },
        ),
    ])
}

fn controls(house: &House, viewer: &Viewer, risk: &Risk, today: Day) -> Markup {
    html! {
        @if risk.controls.is_empty() { p { "No control is named." } }
        ul.points { @for named in &risk.controls {
            @let control = view::control(house, viewer, named.value.as_str());
            li {
                @if in_force_on(&house.state, &named.value, today) {
                    @if let Some(control) = &control { @let (tone, words) = control.standing(); (tag(tone, words)) }
                } @else { (tag(Tone::Warn, "Not in force")) }
                " " a href=(link::control(&named.value)) { (named.value) }
                @if let Some(control) = &control { " " (control.title) }
            }
        } }
    }
}

/// Whether the document says more than its front matter.
pub(super) fn has_notes(house: &House, path: &str) -> bool {
    let bytes = house.documents.iter().find(|(p, _)| p == path);
    let text = bytes.map(|(_, bytes)| String::from_utf8_lossy(bytes));
    text.is_some_and(|text| {
        tickmark_core::model::document::split_front_matter(path, &text)
            .is_ok_and(|front| !front.prose.trim().is_empty())
    })
}
