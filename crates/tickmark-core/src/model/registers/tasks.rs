use crate::model::state::{State, Task};
use crate::model::time::{DAY_US, Day};

/// A task on a day.
#[derive(Debug, Clone, Copy)]
pub struct TaskStanding<'a> {
    /// The task.
    pub task: &'a Task,
    /// Days by which it is late: open and overdue, or closed after its day. 0 if it is not.
    pub days_late: i32,
}

/// All tasks on a day: open ones first, those due soonest first, then the closed ones, the newest first.
#[must_use]
pub fn task_standings(state: &State, today: Day) -> Vec<TaskStanding<'_>> {
    let zone = state.zone();
    let standing = |task| TaskStanding {
        task,
        days_late: end(task, |at| zone.day_of(at), today)
            .days_since(task.due())
            .max(0),
    };
    let mut out: Vec<TaskStanding<'_>> = state.tasks.values().map(standing).collect();
    out.sort_by_key(|s| {
        let closed = s.task.closed.map(|c| std::cmp::Reverse(c.leaf));
        (closed, s.task.due(), s.task.leaf)
    });
    out
}

fn end(task: &Task, day_of: impl Fn(crate::model::time::Time) -> Day, today: Day) -> Day {
    task.closed.map_or(today, |closed| day_of(closed.recorded))
}

/// Tasks in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskFigures {
    /// Open ones.
    pub open: u64,
    /// Open ones whose day has passed.
    pub overdue: u64,
    /// Closed ones.
    pub closed: u64,
    /// Whole days from opening to closing, summed over the closed ones: divided by their number, the mean time to repair.
    pub days_to_close: u64,
}

/// Tasks in numbers on a day.
#[must_use]
pub fn task_figures(state: &State, today: Day) -> TaskFigures {
    let mut figures = TaskFigures::default();
    for task in state.tasks.values() {
        match task.closed {
            Some(closed) => {
                let elapsed = closed.recorded.since(task.recorded) / DAY_US;
                figures.closed += 1;
                figures.days_to_close += u64::try_from(elapsed).unwrap_or(0);
            }
            None => {
                figures.open += 1;
                figures.overdue += u64::from(task.due() < today);
            }
        }
    }
    figures
}
