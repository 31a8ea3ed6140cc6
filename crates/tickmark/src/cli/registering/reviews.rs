//! `reviews`: frozen lists, what was decided about each item, and whether what had to go is gone.
#![allow(
    clippy::disallowed_methods,
    reason = "decisions are read from a file that a person names"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::{Value, json};
use tickmark::{
    error::{Error, Result},
    ledger::Recorded,
    program::Program,
    registering::reviews,
};
use tickmark_core::{
    facts::read::csv::Lines,
    model::{
        frozen::{FrozenItem, FrozenList},
        registers::{ReviewStanding, review_standings},
        state::Standing,
    },
};

use super::{acting, said, today};
use crate::cli::{
    Context, Done,
    args::{Format, Reviews},
    register_args::Decide,
};

/// Headings of a file of decisions.
const HEADINGS: [&str; 2] = ["item", "decision"];

pub fn run(context: &Context, action: Option<&Reviews>) -> Result<Done> {
    let program = context.program()?;
    let hands = context.hands();
    let recorded = match action {
        None => return list(context, &program),
        Some(Reviews::Show { review }) => return show(context, &program, *review),
        Some(Reviews::Open {
            control,
            population,
            covers,
            due,
        }) => {
            let wish = reviews::Opening {
                control,
                population,
                covers,
                due,
            };
            reviews::open(&program, &wish, hands)?
        }
        Some(Reviews::Decide(wish)) => decide(context, &program, wish)?,
        Some(Reviews::Recheck { review }) => reviews::recheck(&program, *review, hands)?,
    };
    Ok(said(context, recorded))
}

fn decide(context: &Context, program: &Program, wish: &Decide) -> Result<Option<Recorded>> {
    let person = acting(context, program, wish.person.as_deref())?;
    let list = reviews::list(program, wish.review)?;
    let keep = match &wish.file {
        Some(file) => filled_in(file, &list)?,
        None => {
            let stay = wish.keep.iter().map(|i| (i.as_str(), true));
            let go = wish.revoke.iter().map(|i| (i.as_str(), false));
            reviews::places(&list, stay.chain(go))?
        }
    };
    reviews::decide(program, wish.review, &keep, &person, context.hands())
}

/// Decisions out of a file, as `reviews show --format csv` prints it; what is left empty is decided later.
fn filled_in(file: &Path, list: &FrozenList) -> Result<BTreeMap<u32, bool>> {
    let name = file.display();
    let bytes = fs::read(file).map_err(|e| Error::user(format!("{name}: {e}")))?;
    let mut lines =
        Lines::new(&bytes, 1).map(|l| l.map_err(|e| Error::user(format!("{name}: {e}"))));
    let head = lines
        .next()
        .transpose()?
        .map(|l| l.fields)
        .unwrap_or_default();
    let at = |heading: &str| head.iter().position(|f| f.trim() == heading);
    let [Some(item), Some(decision)] = HEADINGS.map(at) else {
        return Err(Error::user(format!(
            "{name}:1: the headings `item` and `decision` are needed"
        ))
        .hint("fill in what `tickmark reviews show --format csv` prints"));
    };
    let mut out = BTreeMap::new();
    for line in lines {
        let line = line?;
        let place = |e: Error| Error::user(format!("{name}:{}: {e}", line.line));
        let cell = |n: usize| line.fields.get(n).map(|f| f.trim()).unwrap_or_default();
        let keep = match cell(decision) {
            "" => continue,
            "keep" => true,
            "revoke" => false,
            other => {
                return Err(place(
                    Error::user(format!("`{other}` is no decision")).hint("write keep or revoke"),
                ));
            }
        };
        for (n, keep) in reviews::places(list, [(unled(cell(item)), keep)]).map_err(place)? {
            if out.insert(n, keep) == Some(!keep) {
                return Err(place(Error::user("the item is both kept and revoked")));
            }
        }
    }
    Ok(out)
}

/// A cell without the apostrophe that keeps spreadsheets from taking it for a formula.
fn unled(cell: &str) -> &str {
    let formula = |rest: &&str| rest.starts_with(['=', '+', '-', '@']);
    cell.strip_prefix('\'').filter(formula).unwrap_or(cell)
}

fn list(context: &Context, program: &Program) -> Result<Done> {
    let today = today(context, program);
    let state = program.state();
    let standings = review_standings(&state, today);
    if context.out.format() == Format::Json {
        let list: Vec<Value> = standings.iter().map(as_json).collect();
        context.out.json(&json!({ "reviews": list }));
        return Ok(Done::Clean);
    }
    let row = |s: &ReviewStanding<'_>| {
        let opened = &s.review.opened;
        vec![
            s.review.leaf.to_string(),
            opened.control.to_string(),
            opened.covers.to_string(),
            opened.due.to_string(),
            opened.items.to_string(),
            s.keep.to_string(),
            s.revoke.to_string(),
            s.undecided.to_string(),
            s.gone.to_string(),
            stands(s),
        ]
    };
    let rows: Vec<Vec<String>> = standings.iter().map(row).collect();
    let head = [
        "review", "control", "covers", "due", "items", "keep", "revoke", "open", "gone", "stands",
    ];
    context.out.table(&head, &rows);
    Ok(Done::Clean)
}

/// Where a review stands, in words.
fn stands(standing: &ReviewStanding<'_>) -> String {
    let late = match standing.days_late {
        0 => String::new(),
        days => format!(", late by {days} days"),
    };
    let what = match (standing.undecided, standing.still, standing.not_looked()) {
        _ if standing.is_done() => "done".to_owned(),
        (0, 0, open) => format!("decided, {open} to be looked for again"),
        (0, still, _) => format!("decided, {still} that had to go are still there"),
        (open, _, _) => format!("{open} to be decided"),
    };
    format!("{what}{late}")
}

fn as_json(standing: &ReviewStanding<'_>) -> Value {
    let (review, opened) = (standing.review, &standing.review.opened);
    json!({
        "leaf": review.leaf, "control": opened.control.to_string(),
        "covers": {"from": opened.covers.from.to_string(), "to": opened.covers.to.to_string()},
        "due": opened.due.to_string(), "opened": review.recorded.to_string(), "items": opened.items,
        "population_hash": opened.population_hash.to_string(), "known_at": opened.known_at, "collections": review.collections,
        "keep": standing.keep, "revoke": standing.revoke, "undecided": standing.undecided, "gone": standing.gone,
        "still": standing.still, "not_looked": standing.not_looked(),
        "decided_at": standing.decided_at.map(|t| t.to_string()), "days_late": standing.days_late, "done": standing.is_done(),
    })
}

fn show(context: &Context, program: &Program, review: u64) -> Result<Done> {
    let list = reviews::list(program, review)?;
    let state = program.state();
    let standings = review_standings(&state, today(context, program));
    let found = standings.iter().find(|s| s.review.leaf == review);
    let standing = found.ok_or_else(|| Error::user(format!("leaf {review} is no review")))?;
    let decided = standing.review.standing();
    let lines: Vec<(u32, &FrozenItem, Option<&Standing>)> = (0..)
        .zip(list.items())
        .map(|(n, item)| (n, item, decided.get(&n)))
        .collect();
    if context.out.format() == Format::Json {
        let rows: Vec<Value> = lines.iter().map(|(n, i, s)| line_json(*n, i, *s)).collect();
        let mut value = as_json(standing);
        if let Some(map) = value.as_object_mut() {
            map.insert("list".to_owned(), json!(rows));
        }
        context.out.json(&json!({ "reviews": [value] }));
        return Ok(Done::Clean);
    }
    let columns: BTreeSet<&str> = list
        .items()
        .iter()
        .flat_map(|i| i.values.keys().map(String::as_str))
        .collect();
    let mut head = vec!["item", "person"];
    head.extend(&columns);
    head.extend(["decision", "after"]);
    let row = |(_, item, standing): &(u32, &FrozenItem, Option<&Standing>)| {
        let mut row = vec![
            item.item.to_string(),
            item.person
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ];
        let values = columns.iter().map(|c| item.values.get(*c).cloned());
        row.extend(values.map(Option::unwrap_or_default));
        row.extend([decision(*standing).to_owned(), after(*standing).to_owned()]);
        row
    };
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    context.out.table(&head, &rows);
    context.out.say(&stands(standing));
    Ok(Done::Clean)
}

fn decision(standing: Option<&Standing>) -> &'static str {
    match standing {
        None => "",
        Some(s) if s.keep => "keep",
        Some(_) => "revoke",
    }
}

/// What a later look found about what had to go.
fn after(standing: Option<&Standing>) -> &'static str {
    match standing.and_then(|s| s.gone) {
        None => "",
        Some((true, _)) => "gone",
        Some((false, _)) => "still there",
    }
}

fn line_json(place: u32, item: &FrozenItem, standing: Option<&Standing>) -> Value {
    let looked = standing.and_then(|s| s.gone).map(|(_, at)| at.to_string());
    json!({
        "place": place, "item": item.item.to_string(), "person": item.person.as_ref().map(ToString::to_string),
        "values": item.values, "decision": decision(standing), "after": after(standing), "looked_at": looked,
    })
}

#[cfg(test)]
mod tests {
    use super::unled;

    #[test]
    fn what_was_printed_for_a_spreadsheet_is_read_back() {
        let cells = ["'=1", "'x", "okta:1"].map(unled);
        assert_eq!(cells, ["=1", "'x", "okta:1"]);
    }
}
