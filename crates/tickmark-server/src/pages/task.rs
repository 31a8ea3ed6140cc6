//! One task: what was found, who had it until when, and the run that closed it.

use maud::{Markup, html};
use tickmark_core::model::registers::{TaskStanding, task_standings};
use tickmark_core::model::state::Task;
use tickmark_core::model::time::Time;

use super::exceptions::readable;
use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, entry, facts, tag};
use super::tasks::{about, control, late, sees, state};
use super::{actions, forms, link, view, who};
use crate::house::{House, Trouble};
use crate::rights::{Action, Viewer};

/// One task, by its leaf.
///
/// # Errors
/// [`Trouble::Missing`]: no such task, or not theirs to see.
pub fn task(house: &House, viewer: &Viewer, now: Time, leaf: u64) -> Result<Markup, Trouble> {
    let today = who::today(house, now);
    let found = task_standings(&house.state, today)
        .into_iter()
        .find(|s| s.task.leaf == leaf && sees(house, viewer, s.task));
    let standing =
        found.ok_or_else(|| Trouble::Missing(format!("no task {leaf}; see the list of tasks")))?;
    let task = standing.task;
    let title = format!("Task {leaf}");
    let lead = html! { (state(&standing)) " " (what(task)) };
    let again = html! { @if task.closed.is_none() { (actions::run_tests(viewer, &[task.opened.test.as_str()], "Run the test again")) } };
    let body = html! {
        (part::head(&html! { (title) }, &lead, &again))
        div.two {
            (card("What was found", &found_by(house, task)))
            (card("Who takes care of it", &held(house, viewer, &standing)))
        }
        (card("History", &history(house, viewer, task)))
    };
    let frame = Frame::new(title, Room::Tasks).under("Tasks", link::TASKS);
    Ok(layout(house, viewer, &frame, &body))
}

fn what(task: &Task) -> Markup {
    html! {
        a href=(link::test(&task.opened.test)) { (task.opened.test) } ", " (about(task.opened.about))
        @if let Some(item) = task.item() { ": " code title=(item) { (readable(item.as_str())) } } @else if task.item.is_some() { ": an item whose name was erased" }
    }
}

fn found_by(house: &House, task: &Task) -> Markup {
    let zone = view::zone(house);
    let (from, until) = (task.opened.span.from, task.opened.span.until);
    let tests = house
        .inputs
        .as_ref()
        .map_or(&[][..], |i| i.tests.as_slice());
    let result = tests.iter().find(|t| t.leaf == task.run);
    let item = result.zip(task.item()).and_then(|(run, item)| {
        let mut found = super::view::of_test(run).filter(|f| f.item.item == item.as_str());
        found.next()
    });
    facts(&[
        (
            "Test",
            html! { a href=(link::test(&task.opened.test)) { (task.opened.test) } " of " a href=(link::control(control(task))) { (control(task)) } },
        ),
        (
            "Found by",
            html! { "run " (entry(task.run)) @if let Some(run) = result { " " (part::result(run.result)) } },
        ),
        (
            "Looked at",
            html! { (part::instant(&zone, from)) " to " (part::instant(&zone, until)) ", ledger size " (part::grouped(task.opened.known_at)) },
        ),
        ("About", html! { (about(task.opened.about)) }),
        (
            "Item",
            html! { @match (&task.item, task.item()) { (None, _) => { "the whole test" }, (_, Some(item)) => { code.long { (item) } }, _ => { span.muted { "erased" } } } },
        ),
        (
            "Reason",
            html! { @match item { Some(finding) => { (finding.reasons()) }, None => { span.muted { "see the run" } } } },
        ),
    ])
}

fn held(house: &House, viewer: &Viewer, standing: &TaskStanding<'_>) -> Markup {
    let task = standing.task;
    html! {
        (facts(&[
            ("Owner", who::person_if(house, viewer, task.owner())),
            ("Last day", html! { (task.due()) " " (late(standing)) }),
            ("State", html! { @match task.closed {
                Some(closed) => { (state(standing)) " by run " (entry(closed.run)) @if !closed.same_time { " " (tag(Tone::Warn, "another time")) " the run did not look at all of the time in which it was found" } },
                None => { (state(standing)) " until its test runs again and the item passes or is gone" },
            } }),
        ]))
        @if task.closed.is_none() && viewer.may(Action::ManageTasks) {
            details.form { summary { "Give it to somebody else, or another day" }
                form.hand-in method="post" action=(link::REASSIGN) {
                    input type="hidden" name="task" value=(task.leaf);
                    (forms::person(house, viewer, "Owner", "owner", Some("as before")))
                    (forms::day("Last day, if another", "due", "", false))
                    button.main type="submit" { "Change" }
                }
            }
        }
    }
}

fn history(house: &House, viewer: &Viewer, task: &Task) -> Markup {
    let zone = view::zone(house);
    html! {
        ol.history {
            @for (n, one) in task.assignments.iter().enumerate() { li {
                (part::instant(&zone, one.recorded)) " " (entry(one.leaf)) " "
                @if n == 0 { "opened, given to " } @else { "given to " }
                (who::person_if(house, viewer, one.owner.value.as_ref())) ", by " (one.due)
            } }
            @if let Some(closed) = task.closed { li {
                (part::instant(&zone, closed.recorded)) " " (entry(closed.leaf)) " closed by run " (entry(closed.run)) ", which looked at "
                (part::instant(&zone, closed.span.from)) " to " (part::instant(&zone, closed.span.until))
            } }
        }
    }
}
