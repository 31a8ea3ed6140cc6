use std::collections::BTreeMap;

use super::policy::check_person;
use super::{Draft, Refusal, refuse};
use crate::model::body::{Body, RunResult, TaskAbout, TaskChanged, TaskClosed, TaskOpened};
use crate::model::document::People;
use crate::model::ids::{ItemId, PersonId};
use crate::model::rows::{RowStatus, statuses};
use crate::model::state::{Run, State, Task};
use crate::model::time::{Day, Time};

/// A deviation or gap that somebody takes care of.
#[derive(Debug, Clone)]
pub struct NewTask<'a> {
    /// Leaf of the run that found it.
    pub run: u64,
    /// The item; none if it is about the whole test.
    pub item: Option<ItemId>,
    /// The rows of that run.
    pub rows: &'a [u8],
    /// Who takes care of it.
    pub owner: PersonId,
    /// Last day on which it should be done.
    pub due: Day,
    /// Who there is.
    pub people: &'a People,
}

/// Another owner or day.
#[derive(Debug, Clone)]
pub struct Reassigned<'a> {
    /// Leaf of the task.
    pub task: u64,
    /// Who takes care of it.
    pub owner: PersonId,
    /// Last day on which it should be done.
    pub due: Day,
    /// Who there is.
    pub people: &'a People,
}

pub(super) fn open(state: &State, new: &NewTask<'_>, now: Time) -> Result<Vec<Draft>, Refusal> {
    let run = run(state, new.run)?;
    check_assignment(state, &new.owner, new.people, new.due, now)?;
    let about = match &new.item {
        Some(item) => about_item(run, item, &standings(run, new.rows)?)?,
        None => about_test(run)?,
    };
    let test = &run.body.test;
    if open_task(state, run, new.item.as_ref()).is_some() {
        return Ok(Vec::new());
    }
    let body = TaskOpened {
        test: test.clone(),
        about,
        due: new.due,
        span: run.body.span,
        known_at: run.body.known_at,
    };
    let item = new.item.as_ref().map(ItemId::as_str).unwrap_or_default();
    let parts: [&[u8]; 4] = [
        b"task",
        test.as_str().as_bytes(),
        item.as_bytes(),
        &run.leaf.to_be_bytes(),
    ];
    let mut draft = Draft::new(Body::TaskOpened(body), &parts).refs([run.leaf]);
    draft = draft.blob("owner", new.owner.as_str().as_bytes().to_vec());
    if let Some(item) = &new.item {
        draft = draft.blob("item", item.as_str().as_bytes().to_vec());
    }
    Ok(vec![draft])
}

/// The open task about the same, if there is one: whoever finds it again adds nothing.
fn open_task<'s>(state: &'s State, run: &Run, item: Option<&ItemId>) -> Option<&'s Task> {
    state.tasks.values().find(|t| {
        let same = t.opened.test == run.body.test && t.item() == item;
        // Without its name an erased item is nobody's; the whole test has none to begin with.
        same && t.closed.is_none() && t.item.is_some() == item.is_some()
    })
}

/// The items that did not pass, and why.
type Standings = BTreeMap<ItemId, RowStatus>;

fn about_item(run: &Run, item: &ItemId, found: &Standings) -> Result<TaskAbout, Refusal> {
    match found.get(item).copied() {
        Some(RowStatus::Deviation) => Ok(TaskAbout::Deviation),
        Some(RowStatus::Unknown) => Ok(TaskAbout::Unknown),
        found => {
            let found = found.map_or("passed or was not there", RowStatus::as_str);
            refuse(
                format!("`{item}` {found} in the run at leaf {}", run.leaf),
                "a task is about an item that deviates or could not be judged",
            )
        }
    }
}

fn about_test(run: &Run) -> Result<TaskAbout, Refusal> {
    match run.body.result {
        RunResult::UnableToTest | RunResult::DidNotOperate => Ok(TaskAbout::Test),
        RunResult::NoDeviation | RunResult::Deviation => refuse(
            format!(
                "`{}` could be tested in the run at leaf {}",
                run.body.test, run.leaf
            ),
            "name the item the task is about",
        ),
    }
}

pub(super) fn reassign(
    state: &State,
    change: &Reassigned<'_>,
    now: Time,
) -> Result<Vec<Draft>, Refusal> {
    let task = task(state, change.task)?;
    if let Some(closed) = &task.closed {
        return refuse(
            format!(
                "the task at leaf {} was closed by the run at leaf {}",
                task.leaf, closed.run
            ),
            "nothing is left to do for it",
        );
    }
    if task.owner() == Some(&change.owner) && task.due() == change.due {
        return Ok(Vec::new());
    }
    check_assignment(state, &change.owner, change.people, change.due, now)?;
    let last = task.assignments.last().map_or(task.leaf, |a| a.leaf);
    let due = change.due.to_string();
    let parts: [&[u8]; 4] = [
        b"reassign",
        &last.to_be_bytes(),
        change.owner.as_str().as_bytes(),
        due.as_bytes(),
    ];
    let body = Body::TaskChanged(TaskChanged { due: change.due });
    let draft = Draft::new(body, &parts).refs([task.leaf]);
    Ok(vec![
        draft.blob("owner", change.owner.as_str().as_bytes().to_vec()),
    ])
}

fn check_assignment(
    state: &State,
    owner: &PersonId,
    people: &People,
    due: Day,
    now: Time,
) -> Result<(), Refusal> {
    check_person(owner, people)?;
    if due < state.zone().day_of(now) {
        return refuse(
            format!("`{due}` has passed"),
            "give a day on which it can still be done",
        );
    }
    Ok(())
}

/// Closes every open task of the run's test whose item passes or is gone. What stays open is no refusal.
pub(super) fn retest(state: &State, leaf: u64, rows: &[u8]) -> Result<Vec<Draft>, Refusal> {
    let run = run(state, leaf)?;
    let found = standings(run, rows)?;
    let tasks = state.tasks.values();
    let closed = tasks.filter(|t| t.closed.is_none() && why_open(t, run, &found).is_none());
    Ok(closed.map(|task| closing(task, run)).collect())
}

/// Closes one task, or says why it stays open.
pub(super) fn close(state: &State, leaf: u64, by: u64, rows: &[u8]) -> Result<Vec<Draft>, Refusal> {
    let task = task(state, leaf)?;
    match &task.closed {
        Some(closed) if closed.run == by => return Ok(Vec::new()),
        Some(closed) => {
            return refuse(
                format!(
                    "the task was closed by the run at leaf {} already",
                    closed.run
                ),
                "open a new one if it was found again",
            );
        }
        None => {}
    }
    let run = run(state, by)?;
    match why_open(task, run, &standings(run, rows)?) {
        Some(refusal) => Err(refusal),
        None => Ok(vec![closing(task, run)]),
    }
}

fn closing(task: &Task, run: &Run) -> Draft {
    let (found, looked) = (task.opened.span, run.body.span);
    let body = TaskClosed {
        test: run.body.test.clone(),
        span: looked,
        same_time: looked.from <= found.from && found.until <= looked.until,
    };
    let parts: [&[u8]; 2] = [b"close", &task.leaf.to_be_bytes()];
    // The task was opened before the run: the refs ascend in this order.
    Draft::new(Body::TaskClosed(body), &parts).refs([task.leaf, run.leaf])
}

/// Why a run does not close a task: only a later run closes it, one that saw everything it looked at, in which the item passes or is
/// gone. A waiver closes nothing.
fn why_open(task: &Task, run: &Run, found: &Standings) -> Option<Refusal> {
    let no = |what: String, hint: &str| {
        Some(Refusal {
            what,
            hint: hint.to_owned(),
        })
    };
    let (body, opened) = (&run.body, &task.opened);
    if body.test != opened.test {
        let what = format!("the task is about `{}`, not `{}`", opened.test, body.test);
        return no(what, "run its own test again");
    }
    let later = run.leaf > task.leaf
        && body.known_at > opened.known_at
        && body.span.until >= opened.span.until;
    if !later {
        let what = format!(
            "the run at leaf {} does not come after what was found",
            run.leaf
        );
        return no(what, "collect and run the test again");
    }
    if body.covered_s < body.asked_s {
        let what = format!("the run at leaf {} did not see all of its time", run.leaf);
        let hint =
            "what was not seen has not passed; collect what is missing and run the test again";
        return no(what, hint);
    }
    if task.item.is_some() {
        return why_item_stays(task, run, found);
    }
    match body.result {
        RunResult::NoDeviation | RunResult::Deviation => None,
        RunResult::UnableToTest | RunResult::DidNotOperate => {
            let what = format!(
                "`{}` could not be tested in the run at leaf {}",
                body.test, run.leaf
            );
            no(what, "the task stays open until it can be")
        }
    }
}

fn why_item_stays(task: &Task, run: &Run, found: &Standings) -> Option<Refusal> {
    let (what, hint) = match task.item().map(|item| (item, found.get(item))) {
        Some((_, None | Some(RowStatus::Pass))) => return None,
        Some((item, Some(status))) => (
            format!(
                "`{item}` {} in the run at leaf {}",
                status.as_str(),
                run.leaf
            ),
            "a task is closed by a later run in which its item passes or is gone",
        ),
        None => (
            "the item of the task is erased".to_owned(),
            "nobody can look for it any more; the task stays on record",
        ),
    };
    Some(Refusal {
        what,
        hint: hint.to_owned(),
    })
}

/// What a run says about the items that did not pass; the rows must be its own.
fn standings(run: &Run, rows: &[u8]) -> Result<Standings, Refusal> {
    let counts = &run.body.counts;
    let expected = counts.population.saturating_sub(counts.passed);
    let found = match statuses(rows) {
        Ok(found) => found,
        Err(error) => return refuse(error.to_string(), "`log fsck` checks the ledger"),
    };
    if found.len() as u64 != expected {
        let what = format!(
            "the run at leaf {} has {expected} rows, here are {}",
            run.leaf,
            found.len()
        );
        return refuse(what, "give the rows of this run");
    }
    Ok(found.into_iter().collect())
}

fn run(state: &State, leaf: u64) -> Result<&Run, Refusal> {
    let found = state.runs.values().flatten().find(|r| r.leaf == leaf);
    match found {
        Some(run) => Ok(run),
        None => refuse(
            format!("leaf {leaf} is not the last run of a test over its time"),
            "run the test again",
        ),
    }
}

fn task(state: &State, leaf: u64) -> Result<&Task, Refusal> {
    match state.tasks.get(&leaf) {
        Some(task) => Ok(task),
        None => refuse(format!("leaf {leaf} is no task"), "`tasks` lists them"),
    }
}
