//! Evidence: every collection and every file handed in, with the time it covers and its ledger entry.

mod item;

use maud::{Markup, html};
use tickmark_core::model::manifest::End;
use tickmark_core::model::state::Collection;
use tickmark_core::model::time::{Time, Zone};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, entry, grouped, tag};
use super::table::{Asked, Column, Table};
use super::{actions, link, view};
use crate::house::{Download, House};
use crate::rights::{Action, Viewer};

pub use item::evidence_item;

/// Days after the end of the time it covers from which a file is called late. What counts against a control is decided by its
/// occurrences; this only keeps a file of long ago from looking like one of its day.
const LATE_DAYS: i32 = 31;

/// All evidence that somebody may see, newest first.
#[must_use]
pub fn evidence(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let rows = all(house, viewer);
    let zone = view::zone(house);
    let none = part::empty(
        "No evidence yet",
        "Collect from a source, or hand in a file with the time it covers.",
        "tickmark collect",
        &actions::collect(viewer, &[], "Collect now"),
    );
    let body = html! {
        (part::head(&html! { "Evidence" }, &html! { "What was recorded, when, and which time it covers. Late evidence says so." }, &html! {}))
        @if viewer.may(Action::HandInEvidence) { details.form { summary { "Hand in a file" } (actions::hand_in(viewer, None, &zone.day_of(now).to_string())) } }
        (table(house, &rows, &zone).html(asked, &none))
    };
    layout(
        house,
        viewer,
        &Frame::new("Evidence", Room::Evidence),
        &body,
    )
}

/// The same as a file.
#[must_use]
pub fn evidence_csv(house: &House, viewer: &Viewer, asked: &Asked) -> Download {
    table(house, &all(house, viewer), &view::zone(house)).csv(asked)
}

fn all<'a>(house: &'a House, viewer: &Viewer) -> Vec<&'a Collection> {
    house
        .state
        .collections
        .iter()
        .rev()
        .filter(|c| visible(house, viewer, c))
        .collect()
}

/// Files handed in that somebody may see, in the order of the ledger.
pub(super) fn handed_in<'a>(house: &'a House, viewer: &Viewer) -> Vec<&'a Collection> {
    house
        .state
        .collections
        .iter()
        .filter(|c| c.evidence.is_some() && visible(house, viewer, c))
        .collect()
}

fn visible(house: &House, viewer: &Viewer, item: &Collection) -> bool {
    match &item.evidence {
        Some(body) => view::sees(house, viewer, Action::ViewEvidence, body.control.as_str()),
        None => viewer.sees_all(Action::ViewEvidence),
    }
}

fn how(item: &Collection) -> &'static str {
    if item.evidence.is_some() {
        "handed in"
    } else {
        "collected"
    }
}

pub(super) fn ended(item: &Collection) -> (Tone, &'static str) {
    match item.end {
        End::Complete if item.gaps > 0 => (Tone::Warn, "complete, with gaps"),
        End::Complete => (Tone::Good, "complete"),
        End::Partial => (Tone::Unknown, "partial"),
        End::Failed => (Tone::Bad, "failed"),
    }
}

fn covers(item: &Collection, zone: &Zone) -> String {
    if let Some(body) = &item.evidence {
        return body.covers.to_string();
    }
    let spans = item.covered.as_slice();
    match (spans.first(), spans.last()) {
        (Some(first), Some(last)) => format!(
            "{} to {}",
            part::minute(zone, first.from),
            part::minute(zone, last.until)
        ),
        _ => "no time".into(),
    }
}

/// What a file is called, or which stream it is.
pub(super) fn name(house: &House, item: &Collection) -> String {
    house.files.get(&item.leaf).map_or_else(
        || format!("{}.{}", item.instance, item.stream),
        |file| file.name.clone(),
    )
}

/// Days from the end of the time that a file covers to the day it was handed in; none for what was collected, or in time.
fn days_after(item: &Collection, zone: &Zone) -> Option<i32> {
    let covers = item.evidence.as_ref()?.covers;
    let days = zone.day_of(item.observed.1).days_since(covers.to);
    (days > 0).then_some(days)
}

/// The same for the eye.
pub(super) fn lateness(item: &Collection, zone: &Zone) -> Markup {
    html! {
        @match days_after(item, zone) {
            Some(days) if days > LATE_DAYS => { (tag(Tone::Warn, &format!("handed in {days} days later"))) },
            Some(days) => { span.muted { "handed in " (days) @if days == 1 { " day" } @else { " days" } " later" } },
            None => {},
        }
    }
}

fn table<'a>(
    house: &'a House,
    rows: &'a [&'a Collection],
    zone: &'a Zone,
) -> Table<'a, &'a Collection> {
    Table {
        caption: "Evidence",
        path: link::EVIDENCE.into(),
        columns: vec![
            Column::new("what", "What", move |c: &&Collection| name(house, c)).shown(move |c| html! { a href=(link::evidence(c.leaf)) { (name(house, c)) } }),
            Column::new("how", "How", |c: &&Collection| how(c).to_owned()).filter(),
            Column::new("population", "Population", |c: &&Collection| c.population.to_string()).shown(|c| html! { a href=(link::population(&c.population)) { (part::spaced(c.population.as_str())) } }).filter(),
            Column::new("control", "Control", |c: &&Collection| c.evidence.as_ref().map(|e| e.control.to_string()).unwrap_or_default())
                .shown(|c| html! { @if let Some(body) = &c.evidence { a href=(link::control(&body.control)) { (body.control) } } })
                .filter(),
            Column::new("covers", "Covers", move |c: &&Collection| covers(c, zone)).shown(move |c| html! { (covers(c, zone)) " " (lateness(c, zone)) }),
            Column::new("late", "Days handed in after it", move |c: &&Collection| days_after(c, zone).map(|d| d.to_string()).unwrap_or_default()).hidden(),
            Column::new("ended", "Ended", |c: &&Collection| ended(c).1.to_owned()).shown(|c| { let (tone, words) = ended(c); html! { (tag(tone, words)) @if c.backfilled { " " span.note { "after the fact" } } } }).filter(),
            Column::new("records", "Records", |c: &&Collection| c.records.0.to_string()).ordered(|c| c.records.0).shown(|c| html! { a.number href=(link::evidence(c.leaf)) { (grouped(c.records.0)) } }),
            Column::new("observed", "Recorded", move |c: &&Collection| part::minute(zone, c.observed.1)).shown(move |c| part::instant(zone, c.observed.1)),
            Column::new("leaf", "Entry", |c: &&Collection| c.leaf.to_string()).ordered(|c| c.leaf).shown(|c| entry(c.leaf)),
        ],
        rows,
        file: "evidence",
    }
}
