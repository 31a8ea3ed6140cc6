//! Policies: who approved them, who acknowledged them, what they promise and what is done.

use maud::{Markup, html};
use tickmark_core::model::ids::PolicyId;
use tickmark_core::model::registers::{PolicyStanding, policy_standings};
use tickmark_core::model::time::{Day, Time};

use super::layout::{Frame, Room, layout};
use super::link;
use super::part::{self, Tone, tag};
use super::table::{Asked, Column, Table};
use super::who::{self, Progress};
use crate::house::{Download, House};
use crate::rights::{Action, Viewer};

/// All policies of the program.
#[must_use]
pub fn policies(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let today = who::today(house, now);
    let rows = rows(house, today);
    let none = part::empty(
        "No policy yet",
        "A policy is a text with an owner, approvers and a version; people acknowledge it.",
        "tickmark policies",
        &add(viewer, "policy", "Write a policy"),
    );
    let body = html! {
        (part::head(&html! { "Policies" }, &html! { "Which version is in force, who still has to approve or acknowledge it, and whether practice keeps what it promises." }, &add(viewer, "policy", "New policy")))
        (table(house, viewer, &rows, today).html(asked, &none))
    };
    layout(
        house,
        viewer,
        &Frame::new("Policies", Room::Policies),
        &body,
    )
}

/// The same as a file.
#[must_use]
pub fn policies_csv(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Download {
    let today = who::today(house, now);
    table(house, viewer, &rows(house, today), today).csv(asked)
}

/// The button to a short form.
pub(super) fn add(viewer: &Viewer, kind: &str, words: &str) -> Markup {
    html! { @if viewer.may(Action::EditDocuments) { a.button.main href=(link::new(kind)) { (words) } } }
}

struct Row<'a> {
    standing: PolicyStanding<'a>,
    progress: Progress<'a>,
}

impl Row<'_> {
    fn id(&self) -> &PolicyId {
        &self.standing.policy.policy
    }
}

fn rows(house: &House, today: Day) -> Vec<Row<'_>> {
    let starts = who::starts(&house.people);
    let standings = policy_standings(&house.state, today);
    standings
        .into_iter()
        .map(|standing| Row {
            progress: Progress::of(house, &standing.policy.policy, &starts, today),
            standing,
        })
        .collect()
}

/// Where a policy stands, in words and colour.
pub(super) fn state(standing: &PolicyStanding<'_>, today: Day) -> (Tone, &'static str) {
    let ended = standing
        .policy
        .lifetime
        .retired
        .is_some_and(|last| last < today);
    match standing.in_force {
        _ if ended => (Tone::Plain, "Retired"),
        None if standing.missing.is_empty() => (Tone::Warn, "Not yet in force"),
        None => (Tone::Bad, "Waits for approval"),
        Some(_) if standing.days_overdue(today) > 0 => (Tone::Bad, "Renewal overdue"),
        Some((version, _)) if version.leaf != standing.version.leaf => {
            (Tone::Warn, "New version waits")
        }
        Some(_) => (Tone::Good, "In force"),
    }
}

fn table<'a>(
    house: &'a House,
    viewer: &'a Viewer,
    rows: &'a [Row<'a>],
    today: Day,
) -> Table<'a, Row<'a>> {
    let missing = move |r: &Row<'_>| -> String {
        let names = r.standing.missing.iter();
        let names: Vec<&str> = names.map(|p| who::called(house, viewer, p)).collect();
        names.join(", ")
    };
    Table {
        caption: "Policies",
        path: link::POLICIES.into(),
        columns: vec![
            Column::new("title", "Policy", |r: &Row<'_>| r.standing.policy.title.clone()).shown(|r| html! { a href=(link::policy(r.id())) { (r.standing.policy.title) } }),
            Column::new("id", "Short name", |r: &Row<'_>| r.id().to_string()).hidden(),
            Column::new("state", "State", move |r: &Row<'_>| state(&r.standing, today).1.to_owned()).shown(move |r| { let (tone, words) = state(&r.standing, today); tag(tone, words) }).filter(),
            Column::new("version", "Version", |r: &Row<'_>| r.standing.policy.version.to_string()).ordered(|r| r.standing.policy.version.into()).shown(|r| html! { (r.standing.policy.version) @match r.standing.in_force { Some((_, p)) if p.version != r.standing.policy.version => { " " span.muted { "(" (p.version) " in force)" } }, _ => {} } }),
            Column::new("owner", "Owner", |r: &Row<'_>| r.standing.policy.owner.clone()).filter(),
            Column::new("missing", "Approval missing", missing).shown(move |r| html! { @if r.standing.missing.is_empty() { span.muted { "none" } } @else { span.note { (missing(r)) } } }),
            Column::new("acknowledged", "Acknowledged", |r: &Row<'_>| r.progress.rate().unwrap_or_default()).ordered(|r| (r.progress.done() * 100).checked_div(r.progress.all.len()).unwrap_or(100) as u64).shown(acknowledged),
            Column::new("late", "Late", |r: &Row<'_>| r.progress.late().to_string()).ordered(|r| r.progress.late() as u64).hidden(),
            Column::new("renew", "Renew by", |r: &Row<'_>| r.standing.renew_due.map(|d| d.to_string()).unwrap_or_default()).shown(move |r| due(r.standing.renew_due, today)),
            Column::new("differs", "Practice differs", |r: &Row<'_>| r.standing.differs.len().to_string()).ordered(|r| r.standing.differs.len() as u64).shown(|r| html! { @if r.standing.differs.is_empty() { span.muted { "no" } } @else { a.plainly href={ (link::policy(r.id())) "#promises" } { (tag(Tone::Warn, &part::many(r.standing.differs.len(), "value"))) } } }),
        ],
        rows,
        file: "policies",
    }
}

fn acknowledged(row: &Row<'_>) -> Markup {
    let progress = &row.progress;
    html! {
        @match progress.rate() {
            None => { span.muted { "nobody must" } },
            Some(rate) => { a.number href={ (link::policy(row.id())) "#acknowledgement" } { (rate) } " " span.muted { (progress.done()) " of " (progress.all.len()) } @if progress.late() > 0 { " " (tag(Tone::Bad, &format!("{} late", progress.late()))) } },
        }
    }
}

/// A last day, and by how much it has passed.
pub(super) fn due(day: Option<Day>, today: Day) -> Markup {
    html! {
        @if let Some(day) = day {
            time datetime=(day) { (day) }
            @let late = today.days_since(day);
            @if late > 0 { " " (tag(Tone::Bad, &format!("{} late", days(late)))) }
        }
    }
}

/// `1 day`, `12 days`.
pub(super) fn days(many: i32) -> String {
    format!("{many} day{}", if many == 1 { "" } else { "s" })
}
