//! Commands that list: criteria, controls, people.
#![allow(
    clippy::disallowed_methods,
    reason = "`controls adopt` writes the document a person asked for"
)]

use std::fs;

use serde_json::json;
use tickmark_core::model::{
    decide,
    ids::{ControlId, criteria_in},
    time::Day,
};

use super::{
    Context, Done,
    args::{Controls, Format},
    writing,
};
use tickmark::{
    error::{Error, Result},
    populations::parse_people,
    program::Program,
    records::Records as _,
    reporting::categories,
    shelf::Shelf,
};

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
            id,
            owner.as_deref(),
            scope.as_deref(),
            effective.as_deref(),
            params,
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

fn unknown(shelf: &Shelf, id: &str) -> Error {
    let names: Vec<String> = shelf
        .library
        .controls
        .keys()
        .map(ToString::to_string)
        .collect();
    let near = tickmark_core::model::diagnostic::nearest(id, names.iter().map(String::as_str));
    let hint = near.map_or_else(
        || "`tickmark controls` lists them".to_owned(),
        |n| format!("did you mean `{n}`?"),
    );
    Error::user(format!("there is no control `{id}`")).hint(hint)
}

fn show(context: &Context, id: &str) -> Result<Done> {
    let shelf = Shelf::embedded()?;
    let control = ControlId::parse(id)
        .ok()
        .and_then(|id| shelf.library.controls.get(&id))
        .ok_or_else(|| unknown(&shelf, id))?;
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

fn adopt(
    context: &Context,
    id: &str,
    owner: Option<&str>,
    scope: Option<&str>,
    effective: Option<&str>,
    params: &[String],
) -> Result<Done> {
    let program = context.program()?;
    let shelf = program.shelf()?;
    let control = ControlId::parse(id)
        .ok()
        .and_then(|id| shelf.library.controls.get(&id))
        .ok_or_else(|| unknown(&shelf, id))?;
    let need = |value: Option<&str>, flag: &str, what: &str| {
        value
            .map(str::to_owned)
            .filter(|v| !v.trim().is_empty())
            .ok_or_else(|| {
                Error::refused(format!("control `{id}` cannot be adopted without {what}"))
                    .hint(format!("name it with {flag}"))
            })
    };
    let owner = need(owner, "--owner", "an owner")?;
    let scope = need(scope, "--scope", "a scope")?;
    let effective = need(
        effective,
        "--effective 2026-01-01",
        "the day it takes effect",
    )?;
    let day = Day::parse(&effective).map_err(Error::user)?;
    let mut text = format!(
        "---\nadopt: {}@sha256:{}\nowner: {}\nscope: {}\neffective: {day}\n",
        control.front.id,
        control.digest.trim_start_matches("sha256:"),
        quoted(&owner),
        quoted(&scope),
    );
    if !params.is_empty() {
        text.push_str("params:\n");
        for param in params {
            let (name, value) = param
                .split_once('=')
                .ok_or_else(|| Error::user(format!("--set {param}: write NAME=VALUE")))?;
            text.push_str(&format!("  {name}: {}\n", quoted(value)));
        }
    }
    text.push_str(&format!("---\n{}\n", control.front.title));
    let path = program
        .dir()
        .join(format!("controls/{}.md", control.front.id));
    let before = fs::read(&path).ok();
    let wrong = |e: std::io::Error| Error::environment(format!("{}: {e}", path.display()));
    fs::create_dir_all(program.dir().join("controls")).map_err(wrong)?;
    fs::write(&path, &text).map_err(wrong)?;
    let recorded = match program
        .documents()
        .map(|d| decide::changes(&program.state(), &d, context.clock.now()))
        .and_then(|_| writing::apply_documents(&program, context))
    {
        Ok(recorded) => recorded,
        Err(error) => {
            // Refused: the file is put back as it was, so that nothing is half done.
            let _ = before.map_or_else(|| fs::remove_file(&path), |bytes| fs::write(&path, bytes));
            return Err(error);
        }
    };
    program.sign()?;
    let today = program.state().zone().day_of(context.clock.now());
    let back = today.days_since(day);
    let note = if back > 0 {
        format!(" (back-dated by {back} days)")
    } else {
        String::new()
    };
    context.out.say(&format!(
        "adopted {}: {}{note}",
        control.front.id, control.front.title
    ));
    context.out.say(
        &recorded
            .map(|r| r.to_string())
            .unwrap_or_else(|| "nothing has changed".to_owned()),
    );
    Ok(Done::Clean)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

pub fn people(context: &Context) -> Result<Done> {
    let program = context.program()?;
    let state = program.state();
    let Some(version) = state.identity() else {
        return Err(Error::user("the program has no people.yaml")
            .hint("list persons and their accounts in it, then run `tickmark apply`"));
    };
    let people = parse_people(
        &program
            .ledger()
            .blob(&tickmark_log::commitment::Commitment(version.commitment))?,
    )?;
    if context.out.format() == Format::Json {
        let accounts = |p: &tickmark_core::model::document::Person| {
            p.accounts
                .iter()
                .map(|a| json!({"account": a.account.as_str(), "how": a.how}))
                .collect::<Vec<_>>()
        };
        let list: Vec<_> = people.persons.iter().map(|p| json!({"person": p.person.to_string(), "name": p.name, "accounts": accounts(p)})).collect();
        context.out.json(&json!({ "people": list }));
        return Ok(Done::Clean);
    }
    let rows: Vec<Vec<String>> = people
        .persons
        .iter()
        .map(|p| {
            let accounts: Vec<&str> = p.accounts.iter().map(|a| a.account.as_str()).collect();
            vec![
                p.person.to_string(),
                p.name.clone().unwrap_or_default(),
                accounts.join(" "),
            ]
        })
        .collect();
    context.out.table(&["person", "name", "accounts"], &rows);
    Ok(Done::Clean)
}
