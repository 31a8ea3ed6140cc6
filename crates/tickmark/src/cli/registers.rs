//! Commands that list: criteria, controls.

use serde_json::json;
use tickmark_core::model::ids::{ControlId, criteria_in};

use super::{
    Context, Done,
    args::{Controls, Format},
};
use tickmark::{adopting, error::Result, program::Program, reporting::categories, shelf::Shelf};

pub fn criteria(context: &Context, names: &[String]) -> Result<Done> {
    let shelf = Shelf::embedded()?;
    let wanted = if names.is_empty() {
        let program = Program::open(&context.cli.program).ok();
        program.and_then(|p| p.state().program().map(|p| p.categories.clone()))
    } else {
        Some(categories(names)?)
    };
    let ids = wanted.map_or_else(
        || tickmark_core::model::ids::CriterionId::all().collect(),
        |c| criteria_in(&c),
    );
    let of = |id| shelf.library.criteria.iter().find(|c| c.id == id);
    if context.out.format() == Format::Json {
        let list: Vec<_> = ids
            .iter()
            .filter_map(|id| of(*id))
            .map(|c| json!({"id": c.id.to_string(), "category": c.id.group(), "title": c.title, "meaning": c.meaning}))
            .collect();
        context.out.json(&json!({ "criteria": list }));
        return Ok(Done::Clean);
    }
    let row = |c: &tickmark_core::judge::library::CriterionText| {
        vec![c.id.to_string(), c.id.group().to_owned(), c.title.clone()]
    };
    let rows: Vec<Vec<String>> = ids.iter().filter_map(|id| of(*id)).map(row).collect();
    context
        .out
        .table(&["criterion", "category", "title"], &rows);
    context.out.say(&format!("{} criteria", rows.len()));
    Ok(Done::Clean)
}

pub fn controls(context: &Context, action: Option<&Controls>) -> Result<Done> {
    match action {
        None => list(context),
        Some(Controls::Show { id }) => show(context, id),
        Some(Controls::Adopt {
            id,
            owner,
            scope,
            effective,
            params,
        }) => adopt(
            context,
            &adopting::Wish {
                control: id,
                owner: owner.as_deref().unwrap_or_default(),
                scope: scope.as_deref().unwrap_or_default(),
                effective: effective.as_deref().unwrap_or_default(),
                params,
            },
        ),
    }
}

fn list(context: &Context) -> Result<Done> {
    let program = Program::open(&context.cli.program).ok();
    let shelf = match &program {
        Some(program) => program.shelf()?,
        None => Shelf::embedded()?,
    };
    let adopted = |id: &ControlId| {
        program
            .as_ref()
            .is_some_and(|p| p.state().adoption(id).is_some())
    };
    if context.out.format() == Format::Json {
        let list: Vec<_> = shelf
            .library
            .controls
            .values()
            .map(|c| {
                json!({
                    "id": c.front.id.to_string(),
                    "title": c.front.title,
                    "criteria": c.front.criteria.iter().map(ToString::to_string).collect::<Vec<_>>(),
                    "tests": c.tests.iter().map(|t| t.id.to_string()).collect::<Vec<_>>(),
                    "adopted": adopted(&c.front.id),
                })
            })
            .collect();
        context.out.json(&json!({ "controls": list }));
        return Ok(Done::Clean);
    }
    let rows: Vec<Vec<String>> = shelf
        .library
        .controls
        .values()
        .map(|c| {
            let criteria: Vec<String> = c.front.criteria.iter().map(ToString::to_string).collect();
            let tests = if c.tests.is_empty() {
                "-".to_owned()
            } else {
                c.tests.len().to_string()
            };
            let adopted = if adopted(&c.front.id) { "adopted" } else { "" };
            vec![
                c.front.id.to_string(),
                adopted.to_owned(),
                tests,
                criteria.join(" "),
                c.front.title.clone(),
            ]
        })
        .collect();
    context
        .out
        .table(&["control", "", "tests", "criteria", "title"], &rows);
    Ok(Done::Clean)
}

fn show(context: &Context, id: &str) -> Result<Done> {
    let shelf = Shelf::embedded()?;
    let control = adopting::in_library(&shelf, id)?;
    let files = tickmark::shelf::embedded_files();
    let text = files
        .into_iter()
        .find(|(path, _)| path.ends_with(&format!("controls/{}.md", control.front.id)))
        .map(|(_, b)| b);
    context
        .out
        .line(&String::from_utf8_lossy(&text.unwrap_or_default()));
    Ok(Done::Clean)
}

fn adopt(context: &Context, wish: &adopting::Wish<'_>) -> Result<Done> {
    let program = context.program()?;
    let done = adopting::adopt(&program, wish, context.hands())?;
    let note = match done.back_dated_days {
        0 => String::new(),
        days => format!(" (back-dated by {days} days)"),
    };
    context
        .out
        .say(&format!("adopted {}: {}{note}", done.control, done.title));
    let recorded = done.recorded.map(|r| r.to_string());
    context
        .out
        .say(&recorded.unwrap_or_else(|| "nothing has changed".to_owned()));
    Ok(Done::Clean)
}
