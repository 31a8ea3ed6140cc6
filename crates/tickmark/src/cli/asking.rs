//! Commands that ask: populations, query.

use serde_json::json;
use tickmark_core::{
    facts::schema::Schema,
    judge::{job::Value, window::Window},
    model::{
        state::Collection,
        time::{Span, Time},
    },
};

use super::{
    Context, Done,
    args::{Format, Query},
};
use tickmark::{
    asking,
    error::{Error, Result},
    heavy,
    populations::Sources,
};

pub fn populations(context: &Context, name: Option<&str>, known_at: Option<u64>) -> Result<Done> {
    let program = context.program()?;
    let state = program.state_at(known_at)?;
    let shelf = program.shelf()?;
    let sources = Sources::new(program.ledger(), &state, &shelf, &program.cache());
    let span = asking::window(&state, context.clock.now());
    let asked = heavy::populations()?;
    let mut rows = Vec::new();
    let mut list = Vec::new();
    let wanted = |schema: &&Schema| match name {
        Some(name) => name == schema.name.as_str(),
        None => schema.derived.is_some() || state.collections_of(&schema.name).next().is_some(),
    };
    let schemas: Vec<&Schema> = shelf.library.schemas.values().filter(wanted).collect();
    let counts = asking::counts(&sources, schemas.iter().copied(), span, &asked)?;
    for schema in schemas {
        let collections: Vec<&Collection> = state.collections_of(&schema.name).collect();
        let coverage = sources.coverage(&schema.name, Window::Period(span));
        let count = counts.get(&schema.name).copied().unwrap_or_default();
        let share = f64::from(coverage.millionths()) / 1_000_000.0;
        list.push(json!({
            "name": schema.name.to_string(), "says": schema.says, "rows": count, "coverage": share,
            "from": span.from.to_string(), "until": span.until.to_string(),
            "sources": cards(&collections),
        }));
        let streams = cards(&collections).len();
        rows.push(vec![
            schema.name.to_string(),
            count.to_string(),
            format!("{:.2} %", f64::from(coverage.millionths() / 100) / 100.0),
            if schema.derived.is_some() {
                "derived".to_owned()
            } else {
                format!("{streams} streams, {} collections", collections.len())
            },
            schema.says.clone(),
        ]);
    }
    if let (Some(name), true) = (name, list.is_empty()) {
        let names: Vec<&str> = shelf.library.schemas.keys().map(|n| n.as_str()).collect();
        let near = tickmark_core::model::diagnostic::nearest(name, names.iter().copied());
        let hint = near.map_or_else(
            || "`tickmark populations` lists them".to_owned(),
            |n| format!("did you mean `{n}`?"),
        );
        return Err(Error::user(format!("there is no population `{name}`")).hint(hint));
    }
    if context.out.format() == Format::Json {
        context.out.json(&json!({ "populations": list }));
        return Ok(Done::Clean);
    }
    context.out.table(
        &["population", "rows", "covered", "from", "one row is"],
        &rows,
    );
    if name.is_some() {
        for card in list
            .iter()
            .filter_map(|p| p.get("sources"))
            .filter_map(|s| s.as_array())
            .flatten()
        {
            context.out.line("");
            for (key, value) in card.as_object().into_iter().flatten() {
                context.out.line(&format!(
                    "  {key:<16} {}",
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                ));
            }
        }
    }
    Ok(Done::Clean)
}

fn cards(collections: &[&Collection]) -> Vec<serde_json::Value> {
    let mut streams: std::collections::BTreeMap<String, Vec<&Collection>> =
        std::collections::BTreeMap::new();
    for collection in collections {
        streams
            .entry(format!("{}/{}", collection.instance, collection.stream))
            .or_default()
            .push(collection);
    }
    let card = |(source, all): (String, Vec<&Collection>)| {
        let told: Option<u64> = all.iter().map(|c| c.count.at_source).sum();
        let span = |pick: fn(&Span) -> Time, last: bool| {
            let of = all
                .iter()
                .flat_map(|c| c.covered.as_slice().iter().map(pick));
            if last { of.max() } else { of.min() }.map(|t| t.to_string())
        };
        json!({
            "source": source,
            "collections": all.len(),
            "pages": all.iter().map(|c| c.pages).sum::<u64>(),
            "count_at_source": told,
            "count_stored": all.iter().map(|c| c.records.0).sum::<u64>(),
            "rejected": all.iter().map(|c| c.records.1).sum::<u64>(),
            "gaps": all.iter().map(|c| c.gaps).sum::<u64>(),
            "incomplete": all.iter().filter(|c| c.end != tickmark_core::model::manifest::End::Complete).count(),
            "from": span(|s| s.from, false),
            "to": span(|s| s.until, true),
            "backfilled": all.iter().any(|c| c.backfilled),
            "last_leaf": all.last().map(|c| c.leaf),
        })
    };
    streams.into_iter().map(card).collect()
}

pub fn query(context: &Context, query: &Query) -> Result<Done> {
    let program = context.program()?;
    let state = program.state_at(query.known_at)?;
    let shelf = program.shelf()?;
    let sources = Sources::new(program.ledger(), &state, &shelf, &program.cache());
    let span = asking::window(&state, context.clock.now());
    let answer = asking::ask(
        &sources,
        &query.sql,
        Window::Period(span),
        query.limit,
        &heavy::populations()?,
    )?;
    if context.out.format() == Format::Json {
        let names: Vec<&str> = answer.columns.iter().map(|c| c.name.as_str()).collect();
        let rows: Vec<_> = answer
            .rows
            .iter()
            .map(|row| {
                let cells = names
                    .iter()
                    .zip(row)
                    .map(|(n, v)| ((*n).to_owned(), cell(v)));
                serde_json::Value::Object(cells.collect())
            })
            .collect();
        context
            .out
            .json(&json!({"columns": names, "rows": rows, "truncated": answer.truncated}));
        return Ok(Done::Clean);
    }
    let head: Vec<&str> = answer.columns.iter().map(|c| c.name.as_str()).collect();
    let rows: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| row.iter().map(asking::show).collect())
        .collect();
    context.out.table(&head, &rows);
    if answer.truncated {
        context.out.say(&format!(
            "more rows exist; the first {} are shown (--limit)",
            rows.len()
        ));
    }
    Ok(Done::Clean)
}

fn cell(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(v) => json!(v),
        Value::Int(v) | Value::Duration(v) => json!(v),
        Value::Set(v) => json!(v),
        other => json!(asking::show(other)),
    }
}
