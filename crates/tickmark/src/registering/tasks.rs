//! Tasks: what a run has found is given to somebody, and a later run says that it is done.

use std::collections::BTreeSet;

use tickmark_core::model::{
    decide::{Command, NewTask, Reassigned},
    document::People,
    ids::{ItemId, PersonId, TestId},
    state::{State, Task},
    time::Day,
};

use crate::{
    error::{Error, Result},
    ledger::Recorded,
    program::{Hands, Program},
    records::Records as _,
};

/// Kind of the entries that hold runs.
const RUN: &str = "test.run";

/// What becomes a task.
pub struct Opening<'a> {
    /// Leaf of the run that found it.
    pub run: u64,
    /// The items; none: one task about the whole test.
    pub items: &'a [String],
    /// Who takes care of them: a person of `people.yaml`.
    pub owner: &'a str,
    /// Last day, `2026-03-31`.
    pub due: &'a str,
}

/// Opens a task for each item, or none of them.
///
/// # Errors
/// An item passed, the owner is not in `people.yaml`, the day has passed; the disk fails.
pub fn open(program: &Program, wish: &Opening<'_>, hands: Hands<'_>) -> Result<Option<Recorded>> {
    let people = super::people(program)?;
    let (owner, due) = (
        PersonId::parse(wish.owner).map_err(Error::user)?,
        Day::parse(wish.due).map_err(Error::user)?,
    );
    let rows = rows_of(program, wish.run)?;
    let items = wish.items.iter().map(|i| ItemId::parse(i));
    let items: BTreeSet<ItemId> = items.collect::<Result<_, _>>().map_err(Error::user)?;
    let about: Vec<Option<ItemId>> = if items.is_empty() {
        vec![None]
    } else {
        items.into_iter().map(Some).collect()
    };
    let task = |item: &Option<ItemId>| {
        Command::OpenTask(NewTask {
            run: wish.run,
            item: item.clone(),
            rows: &rows,
            owner: owner.clone(),
            due,
            people: &people,
        })
    };
    let recorded = program.commit_all(hands, |_| Ok(about.iter().map(task).collect()))?;
    program.sign()?;
    Ok(recorded)
}

/// Gives tasks another owner or day, all of them or none. What is empty stays as it is.
///
/// # Errors
/// A task is closed or none, the owner is not in `people.yaml`, the day has passed; the disk fails.
pub fn reassign(
    program: &Program,
    tasks: &[u64],
    owner: &str,
    due: &str,
    hands: Hands<'_>,
) -> Result<Option<Recorded>> {
    if owner.is_empty() && due.is_empty() {
        return Err(Error::user("nothing about the task would change")
            .hint("name another owner, another day, or both"));
    }
    let people = super::people(program)?;
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let owner = given(owner).map(|o| PersonId::parse(&o));
    let owner = owner.transpose().map_err(Error::user)?;
    let due = given(due).map(|d| Day::parse(&d));
    let due = due.transpose().map_err(Error::user)?;
    let tasks: BTreeSet<u64> = tasks.iter().copied().collect();
    let recorded = program.commit_all(hands, |state| {
        let changes = tasks.iter().map(|leaf| {
            let task = task(state, *leaf)?;
            changed(task, owner.as_ref(), due, &people).map(Command::Reassign)
        });
        changes.collect()
    })?;
    program.sign()?;
    Ok(recorded)
}

fn changed<'p>(
    task: &Task,
    owner: Option<&PersonId>,
    due: Option<Day>,
    people: &'p People,
) -> Result<Reassigned<'p>> {
    let owner = owner.or_else(|| task.owner()).cloned();
    let owner = owner.ok_or_else(|| {
        Error::refused(format!(
            "the owner of the task at leaf {} is erased",
            task.leaf
        ))
        .hint("name who takes care of it now")
    })?;
    Ok(Reassigned {
        task: task.leaf,
        owner,
        due: due.unwrap_or_else(|| task.due()),
        people,
    })
}

/// Closes a task by a run; without one, by the newest run of its test.
///
/// # Errors
/// The run does not show that it is done, and why; the disk fails.
pub fn close(
    program: &Program,
    leaf: u64,
    run: Option<u64>,
    hands: Hands<'_>,
) -> Result<Option<Recorded>> {
    let run = match run {
        Some(run) => run,
        None => {
            let state = program.state();
            newest_run(&state, task(&state, leaf)?.opened.test.as_str())?
        }
    };
    let rows = rows_of(program, run)?;
    let recorded = program.commit(hands, |_| {
        Ok(Command::CloseTask {
            task: leaf,
            run,
            rows: &rows,
        })
    })?;
    program.sign()?;
    Ok(recorded)
}

/// Closes every open task that a recorded run shows to be done; nothing is refused.
///
/// # Errors
/// The disk fails.
pub(crate) fn retest(
    program: &Program,
    leaf: u64,
    rows: &[u8],
    hands: Hands<'_>,
) -> Result<Option<Recorded>> {
    if !waits(&program.state(), leaf) {
        return Ok(None);
    }
    program.commit(hands, |_| Ok(Command::Retest { run: leaf, rows }))
}

/// Whether an open task is about the test of a run. A run that a later one over the same time has replaced closes nothing.
fn waits(state: &State, leaf: u64) -> bool {
    let mut runs = state.runs.values().flatten();
    let test = runs.find(|r| r.leaf == leaf).map(|r| &r.body.test);
    let mut open = state.tasks.values().filter(|t| t.closed.is_none());
    test.is_some_and(|test| open.any(|t| t.opened.test == *test))
}

/// Leaf of the newest run of a test.
///
/// # Errors
/// It is no test, or was not run.
pub fn newest_run(state: &State, test: &str) -> Result<u64> {
    let test = TestId::parse(test).map_err(Error::user)?;
    let runs = state.runs.get(&test).into_iter().flatten();
    runs.map(|r| r.leaf).max().ok_or_else(|| {
        Error::refused(format!("`{test}` has not been run"))
            .hint(format!("run it: `tickmark test {test}`"))
    })
}

fn task(state: &State, leaf: u64) -> Result<&Task> {
    state.tasks.get(&leaf).ok_or_else(|| {
        Error::user(format!("leaf {leaf} is no task")).hint("`tickmark tasks` lists them")
    })
}

/// The rows of a recorded run.
fn rows_of(program: &Program, run: u64) -> Result<Vec<u8>> {
    let ledger = program.ledger();
    let leaf = ledger.leaf(run)?;
    if leaf.kind != RUN {
        return Err(Error::user(format!("leaf {run} is no run of a test"))
            .hint("`tickmark test --format json` prints the leaf of each run"));
    }
    ledger.blob_of(run, &leaf, "rows")
}
