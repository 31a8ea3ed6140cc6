//! People: who there is, whose accounts are known, and what is due from each.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tickmark_core::model::document::{Person, PersonKind};
use tickmark_core::model::ids::PersonId;
use tickmark_core::model::registers::{policy_standings, task_standings};
use tickmark_core::model::time::{Day, Time};

use super::layout::{Frame, Room, layout};
use super::link;
use super::part::{self, Tone, tag};
use super::table::{Asked, Column, Table};
use super::who::{self, Progress};
use crate::house::{Download, House};
use crate::rights::{Action, Viewer};

/// Everybody in `people.yaml`.
#[must_use]
pub fn people(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let rows = rows(house, who::today(house, now));
    let none = part::empty(
        "Nobody yet",
        "people.yaml says who there is and whose accounts are whose: equal logins decide nothing.",
        "tickmark people",
        &html! { @if viewer.may(Action::ViewDocuments) { (part::button(&link::document("people.yaml"), "Open people.yaml")) } },
    );
    let body = html! {
        (part::head(&html! { "People" }, &html! { "Persons, their accounts, and what each still owes: policies to acknowledge and tasks." }, &html! {}))
        (table(house, viewer, &rows).html(asked, &none))
    };
    layout(house, viewer, &Frame::new("People", Room::People), &body)
}

/// The same as a file.
#[must_use]
pub fn people_csv(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Download {
    table(house, viewer, &rows(house, who::today(house, now))).csv(asked)
}

/// What is due from somebody.
#[derive(Default, Clone, Copy)]
struct Due {
    acknowledge: (usize, usize),
    tasks: (usize, usize),
}

struct Row<'a> {
    person: &'a Person,
    due: Due,
}

impl Row<'_> {
    fn state(&self) -> (Tone, &'static str) {
        let (open, late) = (
            self.due.acknowledge.0 + self.due.tasks.0,
            self.due.acknowledge.1 + self.due.tasks.1,
        );
        match (self.person.kind.is_human(), open, late) {
            (false, _, _) => (Tone::Plain, "No human"),
            (true, _, 1..) => (Tone::Bad, "Overdue"),
            (true, 1.., 0) => (Tone::Warn, "Something due"),
            (true, 0, 0) => (Tone::Good, "Nothing due"),
        }
    }
}

fn rows(house: &House, today: Day) -> Vec<Row<'_>> {
    let mut due: BTreeMap<&PersonId, Due> = BTreeMap::new();
    let starts = who::starts(&house.people);
    for standing in policy_standings(&house.state, today) {
        let progress = Progress::of(house, &standing.policy.policy, &starts, today);
        for one in progress.missing() {
            let counted = &mut due.entry(one.person).or_default().acknowledge;
            counted.0 += 1;
            counted.1 += usize::from(one.due < today);
        }
    }
    for standing in task_standings(&house.state, today) {
        if let Some(owner) = standing
            .task
            .owner()
            .filter(|_| standing.task.closed.is_none())
        {
            let counted = &mut due.entry(owner).or_default().tasks;
            counted.0 += 1;
            counted.1 += usize::from(standing.days_late > 0);
        }
    }
    house
        .people
        .persons
        .iter()
        .map(|person| Row {
            person,
            due: due.get(&person.person).copied().unwrap_or_default(),
        })
        .collect()
}

/// What kind of actor it is.
pub(super) const fn kind(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Employee => "employee",
        PersonKind::Contractor => "contractor",
        PersonKind::Service => "program",
        PersonKind::Shared => "shared",
    }
}

fn table<'a>(house: &'a House, viewer: &'a Viewer, rows: &'a [Row<'a>]) -> Table<'a, Row<'a>> {
    let counted = |(open, late): (usize, usize)| {
        html! {
            @if open == 0 { span.muted { "0" } } @else { (open) }
            @if late > 0 { " " (tag(Tone::Bad, &format!("{late} late"))) }
        }
    };
    Table {
        caption: "People",
        path: link::PEOPLE.into(),
        columns: vec![
            Column::new("person", "Person", move |r: &Row<'_>| who::called(house, viewer, &r.person.person).to_owned()).shown(move |r| html! { a href=(link::person(&r.person.person)) { (who::called(house, viewer, &r.person.person)) } }),
            Column::new("handle", "Handle", |r: &Row<'_>| r.person.person.to_string()).shown(|r| html! { code { (r.person.person) } }),
            Column::new("kind", "Kind", |r: &Row<'_>| kind(r.person.kind).to_owned()).filter(),
            Column::new("groups", "Groups", |r: &Row<'_>| r.person.groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
            Column::new("accounts", "Accounts", |r: &Row<'_>| r.person.accounts.len().to_string()).ordered(|r| r.person.accounts.len() as u64).shown(|r| html! { a.number href={ (link::person(&r.person.person)) "#accounts" } { (r.person.accounts.len()) } }),
            Column::new("acknowledge", "To acknowledge", |r: &Row<'_>| r.due.acknowledge.0.to_string()).ordered(|r| r.due.acknowledge.0 as u64).shown(move |r| counted(r.due.acknowledge)),
            Column::new("tasks", "Tasks", |r: &Row<'_>| r.due.tasks.0.to_string()).ordered(|r| r.due.tasks.0 as u64).shown(move |r| counted(r.due.tasks)),
            Column::new("state", "State", |r: &Row<'_>| r.state().1.to_owned()).shown(|r| { let (tone, words) = r.state(); tag(tone, words) }).filter(),
        ],
        rows,
        file: "people",
    }
}
