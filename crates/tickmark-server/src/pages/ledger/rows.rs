//! What the folded state knows of each entry.

use std::ops::Range;

use maud::{Markup, html};
use tickmark_core::model::state::State;
use tickmark_core::model::time::Time;

use super::super::link;
use crate::house::House;

/// The kinds that the list can be narrowed to.
pub(super) const KINDS: [&str; 14] = [
    "document",
    "retirement",
    "collection.intent",
    "collection.result",
    "collection.error",
    "test.run",
    "approval",
    "acknowledgement",
    "task",
    "review",
    "library",
    "actor",
    "trust",
    "erased",
];

/// What the state knows of an entry; kept small, for there are many.
#[derive(Clone, Copy)]
enum What<'a> {
    /// Superseded or of a kind that the state keeps nothing of.
    Other,
    Program,
    Actor,
    Document(&'a str),
    Retirement(&'a str),
    Library(&'a str),
    Intent(&'a str, &'a str),
    Collection(&'a str, &'a str),
    Failure(&'a str, &'a str),
    Run(&'a str),
    Approval(&'a str),
    Acknowledgement(&'a str),
    Task(&'a str),
    Review(&'a str),
    Trust,
    Erased,
}

/// An entry of the list.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) leaf: u64,
    what: What<'a>,
    pub(super) time: Option<Time>,
}

impl Row<'_> {
    pub(super) const fn kind(&self) -> &'static str {
        match self.what {
            What::Other => "other",
            What::Program => "program",
            What::Actor => "actor",
            What::Document(_) => "document",
            What::Retirement(_) => "retirement",
            What::Library(_) => "library",
            What::Intent(..) => "collection.intent",
            What::Collection(..) => "collection.result",
            What::Failure(..) => "collection.error",
            What::Run(_) => "test.run",
            What::Approval(_) => "approval",
            What::Acknowledgement(_) => "acknowledgement",
            What::Task(_) => "task",
            What::Review(_) => "review",
            What::Trust => "trust",
            What::Erased => "erased",
        }
    }

    pub(super) fn says(&self) -> String {
        match self.what {
            What::Document(path) => path.to_owned(),
            What::Retirement(path) => format!("{path} taken out of the program"),
            What::Library(version) => format!("library of version {version}"),
            What::Intent(instance, stream)
            | What::Collection(instance, stream)
            | What::Failure(instance, stream) => format!("{instance}.{stream}"),
            What::Run(name) | What::Approval(name) | What::Acknowledgement(name) => name.to_owned(),
            What::Task(test) => format!("a task about {test}"),
            What::Review(control) => format!("an access review of {control}"),
            What::Program => "the log's name and key".into(),
            What::Actor => "somebody who acts".into(),
            What::Trust => "a key held outside".into(),
            What::Erased => "a blob was replaced by a redacted one".into(),
            What::Other => String::new(),
        }
    }

    pub(super) fn shown(&self) -> Markup {
        match self.what {
            What::Document(path) => html! { a href=(link::document(path)) { (path) } },
            What::Run(test) => html! { a href=(link::test(test)) { (test) } },
            What::Task(test) => html! { "a task about " a href=(link::test(test)) { (test) } },
            What::Review(control) => {
                html! { "an access review of " a href=(link::control(control)) { (control) } }
            }
            What::Collection(..) => html! { a href=(link::evidence(self.leaf)) { (self.says()) } },
            _ => html! { (self.says()) },
        }
    }
}

/// All entries, newest first.
pub(super) fn newest_first(house: &House) -> Vec<Row<'_>> {
    let mut all = of(house, 0..house.log.size);
    all.reverse();
    all
}

/// Some entries, in order. Takes memory and time for these; the state is passed over from the first of them on.
pub(super) fn of(house: &House, leaves: Range<u64>) -> Vec<Row<'_>> {
    let first = leaves.start;
    let mut some: Vec<Row<'_>> = leaves
        .map(|leaf| Row {
            leaf,
            what: What::Other,
            time: None,
        })
        .collect();
    known(&house.state, first, &mut |leaf, what, time| {
        let at = leaf
            .checked_sub(first)
            .and_then(|at| usize::try_from(at).ok());
        if let Some(row) = at.and_then(|at| some.get_mut(at)) {
            (row.what, row.time) = (what, time);
        }
    });
    some
}

/// Tells what is known of entries; all of those from `first` on, and some before.
fn known<'a>(state: &'a State, first: u64, tell: &mut dyn FnMut(u64, What<'a>, Option<Time>)) {
    if state.log.is_some() {
        tell(0, What::Program, None);
    }
    for named in &state.actors {
        tell(named.leaf, What::Actor, None);
    }
    for (path, versions) in &state.documents {
        for version in versions {
            tell(version.leaf, What::Document(path), Some(version.recorded));
            if let Some(leaf) = version.removed {
                tell(leaf, What::Retirement(path), None);
            }
        }
    }
    for library in &state.libraries {
        tell(library.leaf, What::Library(&library.version), None);
    }
    for (leaf, intent) in &state.open_intents {
        tell(
            *leaf,
            What::Intent(intent.instance.as_str(), intent.stream.as_str()),
            Some(intent.recorded),
        );
    }
    // Results lie in the order of the ledger; one before the first entry looked for has begun before it, too.
    let begun = state.collections.partition_point(|c| c.leaf < first);
    for item in state.collections.iter().skip(begun) {
        let name = (item.instance.as_str(), item.stream.as_str());
        if let Some(intent) = item.intent {
            tell(intent, What::Intent(name.0, name.1), None);
        }
        tell(
            item.leaf,
            What::Collection(name.0, name.1),
            Some(item.observed.1),
        );
    }
    for failure in &state.failures {
        let name = (failure.instance.as_str(), failure.stream.as_str());
        tell(failure.intent, What::Intent(name.0, name.1), None);
        tell(
            failure.leaf,
            What::Failure(name.0, name.1),
            Some(failure.recorded),
        );
    }
    for run in state.runs.values().flatten() {
        tell(
            run.leaf,
            What::Run(run.body.test.as_str()),
            Some(run.recorded),
        );
    }
    registers(state, tell);
    for trusted in &state.trusted {
        tell(trusted.leaf, What::Trust, None);
    }
    for erased in &state.erased {
        tell(erased.leaf, What::Erased, None);
    }
}

/// Entries of policies, tasks and reviews.
fn registers<'a>(state: &'a State, tell: &mut dyn FnMut(u64, What<'a>, Option<Time>)) {
    for (policy, approvals) in &state.approvals {
        for approval in approvals {
            tell(
                approval.leaf,
                What::Approval(policy.as_str()),
                Some(approval.recorded),
            );
        }
    }
    for (policy, all) in &state.acknowledgements {
        for one in all {
            tell(
                one.leaf,
                What::Acknowledgement(policy.as_str()),
                Some(one.recorded),
            );
        }
    }
    for task in state.tasks.values() {
        let test = task.opened.test.as_str();
        tell(task.leaf, What::Task(test), Some(task.recorded));
        // The first assignment is the opening itself.
        for given in task.assignments.iter().skip(1) {
            tell(given.leaf, What::Task(test), Some(given.recorded));
        }
        if let Some(closed) = &task.closed {
            tell(closed.leaf, What::Task(test), Some(closed.recorded));
        }
    }
    for review in state.reviews.values() {
        let control = review.opened.control.as_str();
        let decisions = review.decisions.iter().map(|d| (d.leaf, d.recorded));
        let rechecks = review.rechecks.iter().map(|r| (r.leaf, r.recorded));
        let opened = [(review.leaf, review.recorded)];
        for (leaf, time) in opened.into_iter().chain(decisions).chain(rechecks) {
            tell(leaf, What::Review(control), Some(time));
        }
    }
}
