//! `tasks`: what somebody takes care of, until a later run shows that it is done.

use serde_json::{Value, json};
use tickmark::{
    error::{Error, Result},
    program::Program,
    registering::tasks,
};
use tickmark_core::model::{
    body::TaskAbout,
    registers::{TaskStanding, task_figures, task_standings},
};

use super::{said, today};
use crate::cli::{
    Context, Done,
    args::{Format, Tasks},
    register_args::OpenTasks,
};

pub fn run(context: &Context, action: Option<&Tasks>) -> Result<Done> {
    let program = context.program()?;
    let hands = context.hands();
    let recorded = match action {
        None => return list(context, &program),
        Some(Tasks::Open(wish)) => open(context, &program, wish)?,
        Some(Tasks::Reassign { tasks, owner, due }) => {
            let (owner, due) = (owner.as_deref(), due.as_deref());
            let (owner, due) = (owner.unwrap_or_default(), due.unwrap_or_default());
            tasks::reassign(&program, tasks, owner, due, hands)?
        }
        Some(Tasks::Close { task, run }) => tasks::close(&program, *task, *run, hands)?,
    };
    Ok(said(context, recorded))
}

fn open(
    context: &Context,
    program: &Program,
    wish: &OpenTasks,
) -> Result<Option<tickmark::ledger::Recorded>> {
    let run = match (wish.run, &wish.test) {
        (Some(run), _) => run,
        (None, Some(test)) => tasks::newest_run(&program.state(), test)?,
        (None, None) => {
            return Err(Error::user("no run is named").hint("name it with --run or --test"));
        }
    };
    let opening = tasks::Opening {
        run,
        items: &wish.items,
        owner: &wish.owner,
        due: &wish.due,
    };
    tasks::open(program, &opening, context.hands())
}

fn list(context: &Context, program: &Program) -> Result<Done> {
    let today = today(context, program);
    let state = program.state();
    let standings = task_standings(&state, today);
    if context.out.format() == Format::Json {
        let list: Vec<Value> = standings.iter().map(as_json).collect();
        let f = task_figures(&state, today);
        context.out.json(&json!({
            "tasks": list,
            "figures": {"open": f.open, "overdue": f.overdue, "closed": f.closed, "days_to_close": f.days_to_close},
        }));
        return Ok(Done::Clean);
    }
    let row = |s: &TaskStanding<'_>| {
        let task = s.task;
        vec![
            task.leaf.to_string(),
            task.opened.test.to_string(),
            about(task.opened.about).to_owned(),
            item(s),
            task.owner().map_or("(erased)", |o| o.as_str()).to_owned(),
            task.due().to_string(),
            stands(s),
        ]
    };
    let rows: Vec<Vec<String>> = standings.iter().map(row).collect();
    let head = ["task", "test", "about", "item", "owner", "due", "stands"];
    context.out.table(&head, &rows);
    Ok(Done::Clean)
}

fn item(standing: &TaskStanding<'_>) -> String {
    match (&standing.task.item, standing.task.item()) {
        (None, _) => String::new(),
        (Some(_), Some(item)) => item.to_string(),
        (Some(_), None) => "(erased)".to_owned(),
    }
}

fn about(about: TaskAbout) -> &'static str {
    match about {
        TaskAbout::Deviation => "deviation",
        TaskAbout::Unknown => "unknown item",
        TaskAbout::Test => "whole test",
    }
}

/// Where a task stands, in words.
fn stands(standing: &TaskStanding<'_>) -> String {
    let late = match standing.days_late {
        0 => String::new(),
        days => format!(", late by {days} days"),
    };
    match standing.task.closed {
        None => format!("open{late}"),
        Some(closed) if closed.same_time => format!("closed by run {}{late}", closed.run),
        Some(closed) => format!("closed by run {} over another time{late}", closed.run),
    }
}

fn as_json(standing: &TaskStanding<'_>) -> Value {
    let task = standing.task;
    let closed = task.closed.map(|c| {
        json!({"leaf": c.leaf, "run": c.run, "at": c.recorded.to_string(), "same_time": c.same_time,
            "from_utc": c.span.from.to_string(), "until_utc": c.span.until.to_string()})
    });
    json!({
        "leaf": task.leaf, "test": task.opened.test.to_string(), "control": task.opened.test.control().to_string(),
        "about": about(task.opened.about), "item": task.item().map(ToString::to_string), "run": task.run,
        "owner": task.owner().map(ToString::to_string), "due": task.due().to_string(),
        "opened": task.recorded.to_string(), "days_late": standing.days_late, "open": task.closed.is_none(), "closed": closed,
    })
}
