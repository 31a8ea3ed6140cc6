//! Tasks: what was found and is taken care of, by whom and until when. Only a later run closes one.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tickmark_core::model::body::TaskAbout;
use tickmark_core::model::registers::{TaskStanding, task_figures, task_standings};
use tickmark_core::model::state::Task;
use tickmark_core::model::time::{Day, Time};
use tickmark_core::report::inputs::TestResult;
use tickmark_core::report::{ItemState, ResultState};

use super::exceptions::readable;
use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, entry, tag};
use super::policies::days;
use super::table::{Asked, Column, Table};
use super::view::{self, Finding};
use super::{forms, link, who};
use crate::house::{Download, House};
use crate::pictures::{Caption, Level, burn_down};
use crate::rights::{Action, Viewer};

/// All tasks that somebody may see.
#[must_use]
pub fn tasks(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let today = who::today(house, now);
    let rows = rows(house, viewer, today);
    let none = part::empty(
        "No task",
        "An item that did not pass becomes a task with an owner and a day; only a later run closes it.",
        "tickmark tasks",
        &part::button(link::EXCEPTIONS, "See the exceptions"),
    );
    let manages = viewer.may(Action::ManageTasks) && rows.iter().any(|r| r.task.closed.is_none());
    let body = html! {
        (part::head(&html! { "Tasks" }, &html! { "What was found, who takes care of it, and until when. A task closes when its test runs again and the item passes or is gone." }, &html! {}))
        @if viewer.sees_all(Action::ViewTasks) && !rows.is_empty() {
            (figures(house, today))
            (card("Open tasks over time", &picture(house, &rows, today)))
        }
        (table(house, viewer, &rows, manages).html(asked, &none))
        @if manages { (reassign(house, viewer)) }
    };
    layout(house, viewer, &Frame::new("Tasks", Room::Tasks), &body)
}

/// The same as a file.
#[must_use]
pub fn tasks_csv(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Download {
    let rows = rows(house, viewer, who::today(house, now));
    table(house, viewer, &rows, false).csv(asked)
}

/// Tasks that somebody may see, open ones first.
pub(super) fn rows<'a>(house: &'a House, viewer: &Viewer, today: Day) -> Vec<TaskStanding<'a>> {
    let mut all = task_standings(&house.state, today);
    all.retain(|s| sees(house, viewer, s.task));
    all
}

/// Whether somebody may see a task: as the test that found it.
pub(super) fn sees(house: &House, viewer: &Viewer, task: &Task) -> bool {
    view::sees(house, viewer, Action::ViewTasks, control(task))
}

/// The control whose test found it.
pub(super) fn control(task: &Task) -> &str {
    let test = task.opened.test.as_str();
    test.split('.').next().unwrap_or_default()
}

const fn state_words(standing: &TaskStanding<'_>) -> (Tone, &'static str) {
    match (standing.task.closed.is_some(), standing.days_late > 0) {
        (true, false) => (Tone::Good, "closed"),
        (true, true) => (Tone::Plain, "closed late"),
        (false, true) => (Tone::Bad, "overdue"),
        (false, false) => (Tone::Warn, "open"),
    }
}

/// Where a task stands.
pub(super) fn state(standing: &TaskStanding<'_>) -> Markup {
    let (tone, words) = state_words(standing);
    tag(tone, words)
}

/// What a task is about.
pub(super) const fn about(about: TaskAbout) -> &'static str {
    match about {
        TaskAbout::Deviation => "deviation",
        TaskAbout::Unknown => "could not be judged",
        TaskAbout::Test => "the whole test",
    }
}

const REASSIGN: &str = "reassign";

fn table<'a>(
    house: &'a House,
    viewer: &'a Viewer,
    rows: &'a [TaskStanding<'a>],
    manages: bool,
) -> Table<'a, TaskStanding<'a>> {
    let zone = view::zone(house);
    let item = |t: &Task| match (&t.item, t.item()) {
        (None, _) => "the whole test".to_owned(),
        (Some(_), Some(item)) => item.to_string(),
        (Some(_), None) => "erased".to_owned(),
    };
    Table {
        caption: "Tasks",
        path: link::TASKS.into(),
        columns: vec![
            Column::new("task", "Task", |r: &TaskStanding<'_>| r.task.leaf.to_string()).ordered(|r| r.task.leaf).shown(move |r| html! {
                @if manages && r.task.closed.is_none() { (pick(REASSIGN, "task", &r.task.leaf.to_string(), &format!("task {}", r.task.leaf))) }
                a.leaf href=(link::task(r.task.leaf)) { "#" (r.task.leaf) }
            }),
            Column::new("test", "Test", |r: &TaskStanding<'_>| r.task.opened.test.to_string()).shown(|r| html! { a href=(link::test(&r.task.opened.test)) { (r.task.opened.test) } }).filter(),
            Column::new("item", "Item", move |r: &TaskStanding<'_>| item(r.task)).shown(move |r| html! { a.plainly href=(link::task(r.task.leaf)) { code.item title=(item(r.task)) { (readable(&item(r.task))) } } }),
            Column::new("about", "About", |r: &TaskStanding<'_>| about(r.task.opened.about).to_owned()).filter(),
            Column::new("owner", "Owner", move |r: &TaskStanding<'_>| who::called_if(house, viewer, r.task.owner()).to_owned()).shown(move |r| who::person_if(house, viewer, r.task.owner())).filter(),
            Column::new("due", "Due", |r: &TaskStanding<'_>| r.task.due().to_string()),
            Column::new("late", "Days late", |r: &TaskStanding<'_>| r.days_late.to_string()).ordered(|r| u64::try_from(r.days_late).unwrap_or(0)).shown(|r| html! { @if r.days_late > 0 { (r.days_late) } @else { span.muted { "0" } } }),
            Column::new("state", "State", |r: &TaskStanding<'_>| state_words(r).1.to_owned()).shown(state).filter(),
            Column::new("opened", "Opened", move |r: &TaskStanding<'_>| zone.day_of(r.task.recorded).to_string()),
            Column::new("closed", "Closed by", |r: &TaskStanding<'_>| r.task.closed.map(|c| format!("run {}", c.run)).unwrap_or_default()).shown(|r| html! { @if let Some(closed) = r.task.closed { "run " (entry(closed.run)) } }),
        ],
        rows,
        file: "tasks",
    }
}

/// A box to tick that belongs to a form further down the page.
pub(super) fn pick(form: &str, name: &str, value: &str, what: &str) -> Markup {
    html! { label.tick { input type="checkbox" form=(form) name=(name) value=(value); span.quiet { "Choose " (what) } } }
}

fn reassign(house: &House, viewer: &Viewer) -> Markup {
    html! {
        section.card {
            h2 { "Change the chosen tasks" }
            form.batch #(REASSIGN) method="post" action=(link::REASSIGN) {
                (forms::person(house, viewer, "Owner", "owner", Some("as before")))
                (forms::day("Last day, if another", "due", "", false))
                button.main type="submit" { "Change" }
            }
            p.muted { "Tick open tasks in the table above. Who had them before, and until when, stays in their history." }
        }
    }
}

fn figures(house: &House, today: Day) -> Markup {
    let figures = task_figures(&house.state, today);
    let mean = figures.days_to_close.checked_div(figures.closed);
    let to = |state: &str| link::filtered(link::TASKS, "state", state);
    html! {
        ul.tiles {
            (tile("Open", &html! { a.number href=(to("open")) { (figures.open) } }, if figures.open == 0 { Tone::Good } else { Tone::Warn }, "of them some may be overdue"))
            (tile("Overdue", &html! { a.number href=(to("overdue")) { (figures.overdue) } }, if figures.overdue == 0 { Tone::Good } else { Tone::Bad }, "open, and the day has passed"))
            (tile("Closed", &html! { span.number { (figures.closed) } }, Tone::Plain, "each by a run that looked again"))
            (tile("Mean time to close", &html! { @match mean { Some(days) => { span.number { (days) } span.of { " days" } }, None => { span.number.muted { "\u{2013}" } } } }, Tone::Plain, "from opening to the closing run"))
        }
    }
}

fn tile(title: &str, value: &Markup, tone: Tone, says: &str) -> Markup {
    html! {
        li class={ "tile " (tone.class()) } {
            p.tile-title { span.sign aria-hidden="true" { (tone.sign()) } (title) }
            p.tile-value { (value) }
            p.tile-says { (says) }
        }
    }
}

/// Open tasks at up to thirty moments from the first one to today.
fn picture(house: &House, rows: &[TaskStanding<'_>], today: Day) -> Markup {
    const STEPS: i32 = 30;
    let zone = view::zone(house);
    let opened = rows.iter().map(|r| zone.day_of(r.task.recorded)).min();
    let first = opened.unwrap_or(today).min(today);
    let step = (today.days_since(first) / STEPS + 1).max(1);
    let many = today.days_since(first) / step;
    let levels: Vec<Level> = (0..=many)
        .rev()
        .map(|n| today.plus_days(-n * step))
        .map(|day| level(rows, &zone, day))
        .collect();
    let last = levels
        .last()
        .map_or((0, 0), |l| (l.overdue + l.in_time, l.overdue));
    let says = format!(
        "{} open on {today}, {} of them overdue; first task on {first}.",
        last.0, last.1
    );
    burn_down(
        &Caption {
            id: "burn",
            title: "Open tasks over time",
            says,
        },
        &levels,
    )
}

fn level(rows: &[TaskStanding<'_>], zone: &tickmark_core::model::time::Zone, day: Day) -> Level {
    let mut level = Level {
        day,
        in_time: 0,
        overdue: 0,
    };
    for task in rows.iter().map(|r| r.task) {
        let begun = zone.day_of(task.recorded) <= day;
        let over = task.closed.is_some_and(|c| zone.day_of(c.recorded) <= day);
        if !begun || over {
            continue;
        }
        // The day that held then: a later one says nothing about it.
        let held = task
            .assignments
            .iter()
            .rev()
            .find(|a| zone.day_of(a.recorded) <= day);
        match held.map_or(task.opened.due, |a| a.due) < day {
            true => level.overdue += 1,
            false => level.in_time += 1,
        }
    }
    level
}

/// Open tasks by what they are about, and whether this viewer opens more.
pub(super) struct Tasked<'a> {
    open: BTreeMap<(&'a str, &'a str), &'a Task>,
    /// Whether items can be chosen.
    pub picks: bool,
}

/// The form that opens tasks of the chosen items.
pub(super) const OPEN: &str = "open-tasks";

impl<'a> Tasked<'a> {
    /// Of a house; none if this viewer does not see tasks.
    pub fn of(house: &'a House, viewer: &Viewer) -> Option<Self> {
        if !viewer.may(Action::ViewTasks) {
            return None;
        }
        let open = house.state.tasks.values().filter(|t| t.closed.is_none());
        let known = open.filter(|t| t.item.is_none() || t.item().is_some());
        let key = |t: &'a Task| (t.opened.test.as_str(), t.item().map_or("", |i| i.as_str()));
        Some(Self {
            open: known.map(|t| (key(t), t)).collect(),
            picks: viewer.may(Action::ManageTasks),
        })
    }

    /// The open task about an item; about the whole test where the item is empty.
    pub fn about(&self, test: &str, item: &str) -> Option<&'a Task> {
        self.open.get(&(test, item)).copied()
    }

    /// The open task about a finding, as a link; nothing without one.
    pub fn shown(&self, finding: &Finding<'_>) -> Markup {
        let task = self.about(&finding.test.id, &finding.item.item);
        html! { @if let Some(task) = task { a.leaf href=(link::task(task.leaf)) { "#" (task.leaf) } " " span.muted { "by " (task.due()) } } }
    }

    /// The box to choose a finding, where a task can be made of it.
    pub fn pick(&self, finding: &Finding<'_>) -> Markup {
        let wanted = matches!(
            finding.item.state,
            ItemState::Deviation | ItemState::Unknown
        );
        let free = self.about(&finding.test.id, &finding.item.item).is_none();
        html! {
            @if self.picks && wanted && free {
                (pick(OPEN, "pick", &format!("{} {}", finding.test.leaf, finding.item.item), &finding.item.item))
            }
        }
    }

    /// The form for the chosen items; with `run`, one that could not be tested can be chosen as a whole.
    pub fn form(&self, house: &House, viewer: &Viewer, run: Option<&TestResult>) -> Markup {
        let whole = run.filter(|r| {
            matches!(
                r.result,
                ResultState::UnableToTest | ResultState::DidNotOperate
            ) && self.about(&r.id, "").is_none()
        });
        html! {
            @if self.picks {
                section.card {
                    h2 { "Make tasks of the chosen items" }
                    form.batch #(OPEN) method="post" action=(link::TASKS) {
                        @if let Some(run) = whole {
                            label.whole { input type="checkbox" name="pick" value={ (run.leaf) " " }; " The whole test " (run.id) }
                        }
                        (forms::person(house, viewer, "Owner", "owner", None))
                        (forms::day("Last day", "due", "", true))
                        button.main type="submit" { "Open tasks" }
                    }
                    p.muted { "Tick items in the table above that deviate or could not be judged. An item that has an open task keeps it." }
                }
            }
        }
    }
}

/// What is late about a task, in words.
pub(super) fn late(standing: &TaskStanding<'_>) -> Markup {
    html! { @if standing.days_late > 0 { (tag(Tone::Bad, &format!("{} late", days(standing.days_late)))) } }
}
