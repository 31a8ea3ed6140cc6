//! Criteria: the list, and one criterion with its controls and what is open.

use maud::{Markup, html};
use tickmark_core::report::build::Standing;

use super::home::subject;
use super::layout::{Frame, Room, layout};
use super::part::{self, card, entries, tag};
use super::table::{Asked, Column, Table};
use super::{link, view};
use crate::house::{Download, House, Trouble};
use crate::rights::Viewer;

/// The criteria in scope with their controls and open points.
#[must_use]
pub fn criteria(house: &House, viewer: &Viewer, asked: &Asked) -> Markup {
    let none = part::empty(
        "No criteria in scope yet",
        house
            .inputs
            .as_ref()
            .err()
            .map_or("The program names no category.", String::as_str),
        "tickmark criteria",
        &part::button(link::DOCUMENTS, "Open the program"),
    );
    let body = html! {
        (part::head(&html! { "Criteria" }, &html! { "What is open at each criterion, by the ledger. No open point does not mean that a criterion is met: that is the auditor's to say." }, &part::button(link::MATRIX, "Matrix")))
        (table(house).html(asked, &none))
    };
    layout(
        house,
        viewer,
        &Frame::new("Criteria", Room::Criteria),
        &body,
    )
}

/// The same as a file.
#[must_use]
pub fn criteria_csv(house: &House, _viewer: &Viewer, asked: &Asked) -> Download {
    table(house).csv(asked)
}

fn table(house: &House) -> Table<'_, Standing> {
    Table {
        caption: "Criteria in scope",
        path: link::CRITERIA.into(),
        columns: vec![
            Column::new("id", "Criterion", |s: &Standing| s.criterion.to_string()).shown(|s| html! { a href=(link::criterion(s.criterion)) { (s.criterion) } }),
            Column::new("group", "Group", |s: &Standing| s.criterion.group().to_owned()).filter().hidden(),
            Column::new("title", "Title, in our words", |s: &Standing| s.title.clone()),
            Column::new("state", "State", |s: &Standing| view::tone_of(s).1.to_owned()).shown(|s| { let (tone, words) = view::tone_of(s); tag(tone, words) }).filter(),
            Column::new("controls", "Controls", |s: &Standing| s.controls.join(", ")).shown(|s| html! { span.links { @for id in &s.controls { a href=(link::control(id)) { (id) } " " } } }),
            Column::new("open", "Open", |s: &Standing| s.open.len().to_string()).ordered(|s| s.open.len() as u64).shown(|s| html! { @if s.open.is_empty() { span.muted { "0" } } @else { a.number href=(link::criterion(s.criterion)) { (s.open.len()) } } }),
        ],
        rows: &house.standings,
        file: "criteria",
    }
}

/// One criterion.
///
/// # Errors
/// [`Trouble::Missing`]: none of the 61, or not in scope.
pub fn criterion(house: &House, viewer: &Viewer, id: &str) -> Result<Markup, Trouble> {
    let Some(standing) = house
        .standings
        .iter()
        .find(|s| s.criterion.to_string() == id)
    else {
        return Err(Trouble::Missing(format!(
            "no criterion {id} in scope; see the list of criteria"
        )));
    };
    let text = house
        .library
        .criteria
        .iter()
        .find(|c| c.id == standing.criterion);
    let (tone, words) = view::tone_of(standing);
    let mapped: Vec<_> = view::controls(house, viewer)
        .into_iter()
        .filter(|c| c.criteria.contains(&standing.criterion))
        .collect();
    let (adopted, offered): (Vec<_>, Vec<_>) =
        mapped.into_iter().partition(view::ControlView::is_adopted);
    let body = html! {
        (part::head(&html! { (standing.criterion) " " span.h1-title { (standing.title) } }, &html! { @if let Some(text) = text { (text.meaning) } }, &tag(tone, words)))
        (card("Open points", &html! {
            @if standing.open.is_empty() { p { "No open point in the ledger." } }
            ul.points { @for point in &standing.open {
                @let (tone, words) = view::kind_words(point.kind);
                li { (tag(tone, words)) " " @if !point.subject.is_empty() { (subject(&point.subject)) " " } span.why { @for span in &point.why { (super::words(span)) } } " " (entries(point.leaves.leaves(), 3)) }
            } }
        }))
        (card("Adopted controls", &html! {
            @if adopted.is_empty() {
                (part::empty("No adopted control is mapped to this criterion", "Choose one of the library below, name its owner and from when it holds.", "tickmark controls adopt ID --owner NAME --scope TEXT --effective DAY", &html! {}))
            } @else { (list(&adopted)) }
        }))
        @if !offered.is_empty() {
            (card("Controls of the library that would help", &list(&offered)))
        }
        @if let Some(text) = text { p.muted { (text.points) " points of focus in the source; they are no checklist and give no score." } }
    };
    Ok(layout(
        house,
        viewer,
        &Frame::new(id, Room::Criteria).under("Criteria", link::CRITERIA),
        &body,
    ))
}

fn list(controls: &[view::ControlView<'_>]) -> Markup {
    html! {
        ul.points { @for control in controls {
            @let (tone, words) = control.standing();
            li { (tag(tone, words)) " " a href=(link::control(&control.id)) { (control.id) } " " (control.title) span.muted { @if let Some(owner) = control.owner { " \u{00b7} " (owner) } " \u{00b7} " (control.automation()) } }
        } }
    }
}
