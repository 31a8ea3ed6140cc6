//! People as a page may name them. Names are management's: an auditor reads handles.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tickmark_core::model::document::People;
use tickmark_core::model::ids::PersonId;
use tickmark_core::model::registers::{Acknowledging, acknowledging};
use tickmark_core::model::time::{Day, Time};

use super::{link, view};
use crate::house::House;
use crate::rights::{Action, Role, Viewer};

/// The day on which somebody looks, in the reporting zone.
pub(super) fn today(house: &House, now: Time) -> Day {
    view::zone(house).day_of(now)
}

/// Whether this viewer may read names.
pub(super) fn reads_names(viewer: &Viewer) -> bool {
    viewer.role != Role::Auditor
}

/// How a person is called before this viewer.
pub(super) fn called<'a>(house: &'a House, viewer: &Viewer, person: &'a PersonId) -> &'a str {
    match reads_names(viewer) {
        true => house.name_of(person),
        false => person.as_str(),
    }
}

/// The same for a name that may be erased.
pub(super) fn called_if<'a>(
    house: &'a House,
    viewer: &Viewer,
    person: Option<&'a PersonId>,
) -> &'a str {
    person.map_or("erased", |p| called(house, viewer, p))
}

/// A person, with the way to what is theirs.
pub(super) fn person(house: &House, viewer: &Viewer, person: &PersonId) -> Markup {
    let name = called(house, viewer, person);
    html! {
        @if viewer.may(Action::ViewPeople) && house.people.person(person).is_some() {
            a href=(link::person(person)) title=(person) { (name) }
        } @else { span title=(person) { (name) } }
    }
}

/// The same for a name that may be erased.
pub(super) fn person_if(house: &House, viewer: &Viewer, who: Option<&PersonId>) -> Markup {
    html! { @match who { Some(who) => { (person(house, viewer, who)) }, None => { span.muted { "erased" } } } }
}

/// Who is signed in, as a person of `people.yaml`.
pub(super) fn me<'a>(house: &'a House, viewer: &Viewer) -> Option<&'a PersonId> {
    house.person(&viewer.mail)
}

/// First days of persons where they are known: where each account says when it began to be theirs, the earliest of them.
pub(super) fn starts(people: &People) -> BTreeMap<PersonId, Day> {
    let mut out = BTreeMap::new();
    for person in &people.persons {
        let days: Option<Vec<Day>> = person.accounts.iter().map(|a| a.from).collect();
        if let Some(first) = days.and_then(|days| days.into_iter().min()) {
            out.insert(person.person.clone(), first);
        }
    }
    out
}

/// How far the acknowledgement of a policy has come.
pub(super) struct Progress<'a> {
    /// Everybody who must, in the order of `people.yaml`.
    pub all: Vec<Acknowledging<'a>>,
    today: Day,
}

impl<'a> Progress<'a> {
    /// Of one policy on a day.
    pub fn of(
        house: &'a House,
        policy: &tickmark_core::model::ids::PolicyId,
        starts: &BTreeMap<PersonId, Day>,
        today: Day,
    ) -> Self {
        Self {
            all: acknowledging(&house.state, policy, &house.people, starts, today),
            today,
        }
    }

    /// How many have.
    pub fn done(&self) -> usize {
        self.all.iter().filter(|a| a.done.is_some()).count()
    }

    /// Those who have not.
    pub fn missing(&self) -> impl Iterator<Item = &Acknowledging<'a>> {
        self.all.iter().filter(|a| a.done.is_none())
    }

    /// Those who have not and whose day has passed.
    pub fn late(&self) -> usize {
        self.missing().filter(|a| a.due < self.today).count()
    }

    /// `92 %`, rounded down; none if nobody must.
    pub fn rate(&self) -> Option<String> {
        let share = (self.done() * 100).checked_div(self.all.len())?;
        Some(format!("{share} %"))
    }
}
