//! Tasks: opened by a finding, closed by a later run alone.

use super::company::{begun, day, people, rows, run};
use crate::decide::ledger::{Ledger, run as record, says};
use tickmark_core::model::body::{RunResult, TaskAbout};
use tickmark_core::model::decide::{Command, NewTask, Reassigned, Refusal};
use tickmark_core::model::registers::{TaskFigures, task_figures, task_standings};

const FOUND: [(&str, &str); 2] = [("acme/api/7", "deviation"), ("acme/api/9", "unknown")];

/// Records a run in which these items did not pass; its leaf.
fn ran(ledger: &mut Ledger, items: &[(&str, &str)], now: &str) -> u64 {
    let mut body = run(ledger, items);
    body.rows_digest = tickmark_log::digest::sha256(now.as_bytes());
    let until = now.parse::<tickmark_core::model::time::Time>().unwrap();
    body.span.until = until;
    ledger.run(record(body, &[]), now).unwrap();
    ledger.state.size - 1
}

fn open(
    ledger: &mut Ledger,
    run: u64,
    item: Option<&str>,
    owner: &str,
    due: &str,
) -> Result<usize, Refusal> {
    let people = people();
    let rows = rows(&FOUND);
    let new = NewTask {
        run,
        item: item.map(|i| i.parse().unwrap()),
        rows: &rows,
        owner: owner.parse().unwrap(),
        due: day(due),
        people: &people,
    };
    ledger.run(Command::OpenTask(new), "2026-02-02T12:00:00Z")
}

fn close(
    ledger: &mut Ledger,
    task: u64,
    run: u64,
    items: &[(&str, &str)],
) -> Result<usize, Refusal> {
    let rows = rows(items);
    let command = Command::CloseTask {
        task,
        run,
        rows: &rows,
    };
    ledger.run(command, "2026-03-05T12:00:00Z")
}

/// A ledger with a run and a task about its deviation: run and task.
fn with_task() -> (Ledger, u64, u64) {
    let mut ledger = begun();
    let run = ran(&mut ledger, &FOUND, "2026-02-01T00:00:00Z");
    open(&mut ledger, run, Some("acme/api/7"), "ada", "2026-02-20").unwrap();
    let task = ledger.state.size - 1;
    (ledger, run, task)
}

#[test]
fn a_deviation_becomes_a_task_once() {
    let (mut ledger, run, task) = with_task();
    let known = &ledger.state.tasks[&task];
    assert_eq!((known.run, known.opened.about), (run, TaskAbout::Deviation));
    assert_eq!(known.item().unwrap().as_str(), "acme/api/7");
    assert_eq!(
        open(&mut ledger, run, Some("acme/api/7"), "bob", "2026-02-21"),
        Ok(0)
    );
    let again = ran(&mut ledger, &FOUND, "2026-02-02T00:00:00Z");
    assert_eq!(
        open(&mut ledger, again, Some("acme/api/7"), "ada", "2026-02-21"),
        Ok(0),
        "found again"
    );
    assert_eq!(
        open(&mut ledger, again, Some("acme/api/9"), "ada", "2026-02-21"),
        Ok(1)
    );
    let leaf = &ledger.leaves[usize::try_from(task).unwrap()];
    assert!(
        !leaf.windows(8).any(|w| w == b"acme/api"),
        "an item may name a person"
    );
}

#[test]
fn a_task_needs_a_finding_an_owner_and_a_day_to_come() {
    let (mut ledger, run, task) = with_task();
    let mut refused = |run, item, owner, due| says(open(&mut ledger, run, item, owner, due));
    assert_eq!(
        refused(run, Some("acme/api/8"), "ada", "2026-02-20"),
        format!(
            "`acme/api/8` passed or was not there in the run at leaf {run}; a task is about an item that deviates or could not be judged"
        )
    );
    assert!(refused(run, None, "ada", "2026-02-20").contains("name the item"));
    assert!(
        refused(run, Some("acme/api/9"), "eve", "2026-02-20").contains("is not in `people.yaml`")
    );
    assert!(refused(run, Some("acme/api/9"), "robot", "2026-02-20").contains("name one person"));
    assert!(
        refused(run, Some("acme/api/9"), "ada", "2026-02-01").contains("`2026-02-01` has passed")
    );
    assert!(
        refused(task, Some("acme/api/9"), "ada", "2026-02-20")
            .contains("is not the last run of a test")
    );
}

#[test]
fn only_a_later_run_in_which_the_item_passes_or_is_gone_closes_it() {
    let (mut ledger, run, task) = with_task();
    assert!(
        says(close(&mut ledger, task, run, &FOUND)).contains("does not come after what was found")
    );
    let still = ran(&mut ledger, &FOUND, "2026-03-01T00:00:00Z");
    assert_eq!(
        says(close(&mut ledger, task, still, &FOUND)),
        format!(
            "`acme/api/7` deviates in the run at leaf {still}; a task is closed by a later run in which its item passes or is gone"
        )
    );
    let waived = [("acme/api/7", "not_applicable")];
    let by = ran(&mut ledger, &waived, "2026-03-02T00:00:00Z");
    assert!(says(close(&mut ledger, task, by, &waived)).contains("is not applicable in the run"));
    let by = ran(&mut ledger, &[], "2026-03-03T00:00:00Z");
    assert!(says(close(&mut ledger, task, by, &FOUND)).contains("has 0 rows, here are 2"));
    assert_eq!(close(&mut ledger, task, by, &[]), Ok(1));
    let closed = ledger.state.tasks[&task].closed.unwrap();
    assert_eq!((closed.run, closed.same_time), (by, true));
    assert_eq!(close(&mut ledger, task, by, &[]), Ok(0));
    assert!(says(close(&mut ledger, task, still, &FOUND)).contains("closed by the run at leaf"));
}

#[test]
fn what_was_not_seen_has_not_passed() {
    let (mut ledger, _, task) = with_task();
    let mut body = run(&ledger, &[]);
    body.span.until = "2026-03-01T00:00:00Z".parse().unwrap();
    body.covered_s = 19;
    body.result = RunResult::UnableToTest;
    ledger
        .run(record(body, &[]), "2026-03-01T00:00:00Z")
        .unwrap();
    let by = ledger.state.size - 1;
    assert!(says(close(&mut ledger, task, by, &[])).contains("did not see all of its time"));
    let earlier = {
        let mut body = run(&ledger, &[]);
        body.span.until = "2026-01-20T00:00:00Z".parse().unwrap();
        ledger
            .run(record(body, &[]), "2026-03-01T00:00:00Z")
            .unwrap();
        ledger.state.size - 1
    };
    assert!(
        says(close(&mut ledger, task, earlier, &[])).contains("does not come after"),
        "an earlier time is no re-test"
    );
}

#[test]
fn a_run_closes_all_it_can_and_says_so_when_it_looked_at_other_time() {
    let (mut ledger, run_leaf, task) = with_task();
    open(
        &mut ledger,
        run_leaf,
        Some("acme/api/9"),
        "bob",
        "2026-02-21",
    )
    .unwrap();
    let left = [("acme/api/9", "unknown")];
    let mut body = run(&ledger, &left);
    body.span.from = "2026-02-15T00:00:00Z".parse().unwrap();
    body.span.until = "2026-03-01T00:00:00Z".parse().unwrap();
    ledger
        .run(record(body, &[]), "2026-03-01T00:00:00Z")
        .unwrap();
    let (by, rows) = (ledger.state.size - 1, rows(&left));
    let retest = || Command::Retest {
        run: by,
        rows: &rows,
    };
    assert_eq!(ledger.run(retest(), "2026-03-01T01:00:00Z"), Ok(1));
    assert_eq!(ledger.run(retest(), "2026-03-01T01:00:00Z"), Ok(0));
    assert!(!ledger.state.tasks[&task].closed.unwrap().same_time);
    let figures = TaskFigures {
        open: 1,
        overdue: 1,
        closed: 1,
        days_to_close: 26,
    };
    assert_eq!(task_figures(&ledger.state, day("2026-03-05")), figures);
    let standings = task_standings(&ledger.state, day("2026-03-05"));
    let late: Vec<i32> = standings.iter().map(|s| s.days_late).collect();
    assert_eq!(late, [12, 8], "the open one first");
}

#[test]
fn a_test_that_says_nothing_becomes_a_task_until_it_does() {
    let mut ledger = begun();
    let found = ran(
        &mut ledger,
        &[("acme/api/9", "unknown")],
        "2026-02-01T00:00:00Z",
    );
    open(&mut ledger, found, None, "ada", "2026-02-20").unwrap();
    let task = ledger.state.size - 1;
    assert_eq!(ledger.state.tasks[&task].opened.about, TaskAbout::Test);
    let still = ran(
        &mut ledger,
        &[("acme/api/9", "unknown")],
        "2026-03-01T00:00:00Z",
    );
    assert!(
        says(close(
            &mut ledger,
            task,
            still,
            &[("acme/api/9", "unknown")]
        ))
        .contains("could not be tested")
    );
    let by = ran(&mut ledger, &[], "2026-03-02T00:00:00Z");
    assert_eq!(close(&mut ledger, task, by, &[]), Ok(1));
}

#[test]
fn a_task_passes_to_somebody_else_with_its_history() {
    let (mut ledger, _, task) = with_task();
    let people = people();
    let change = |owner: &str, due: &str| {
        Command::Reassign(Reassigned {
            task,
            owner: owner.parse().unwrap(),
            due: day(due),
            people: &people,
        })
    };
    let now = "2026-02-10T12:00:00Z";
    assert_eq!(ledger.run(change("ada", "2026-02-20"), now), Ok(0));
    assert_eq!(ledger.run(change("bob", "2026-03-01"), now), Ok(1));
    let known = &ledger.state.tasks[&task];
    assert_eq!(
        (known.owner().unwrap().as_str(), known.due()),
        ("bob", day("2026-03-01"))
    );
    assert_eq!(
        (known.assignments.len(), known.opened.due),
        (2, day("2026-02-20"))
    );
    assert_eq!(
        ledger.run(change("ada", "2026-02-20"), now),
        Ok(1),
        "and back"
    );
    assert!(says(ledger.run(change("ada", "2026-02-09"), now)).contains("has passed"));
    let first = known_blob(&ledger, task, 0);
    ledger.erase(first, None);
    ledger.blobs.remove(&first);
    assert_eq!(ledger.at(ledger.leaves.len()), ledger.state);
    assert!(ledger.state.unreadable.is_empty());
}

fn known_blob(ledger: &Ledger, task: u64, n: usize) -> tickmark_log::digest::Digest {
    ledger.state.tasks[&task].assignments[n].owner.commitment
}
