//! Questions of a person about the populations.

use std::collections::BTreeMap;

use tickmark_core::{
    facts::schema::Schema,
    judge::{
        compile::{Setting, question},
        expr::Params,
        job::Value,
        populations::{Answer, Populations},
        window::Window,
    },
    model::{
        ids::PopulationName,
        state::State,
        time::{Span, Time},
    },
};

use crate::{
    error::{Error, Result},
    populations::Sources,
    testing::{calendars, query_error},
};

/// The time that cards and questions speak of: the program's first period as far as it has passed, else everything that is covered.
#[must_use]
pub fn window(state: &State, now: Time) -> Span {
    let zone = state.zone();
    let period = state
        .program()
        .and_then(|p| p.periods.first().copied())
        .map(|p| p.span(&zone));
    match period {
        Some(span) if span.from < now => Span {
            from: span.from,
            until: span.until.min(now),
        },
        _ => Span {
            from: state
                .collections
                .iter()
                .filter_map(|c| c.covered.as_slice().first().map(|s| s.from))
                .min()
                .unwrap_or(now),
            until: now,
        },
    }
}

/// A value as text, for people and for digests.
pub fn show(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(v) | Value::Decimal(v) => v.clone(),
        Value::Bool(v) => v.to_string(),
        Value::Int(v) | Value::Duration(v) => v.to_string(),
        Value::Time(v) => Time::from_micros(*v).to_string(),
        Value::Date(v) => tickmark_core::model::time::Day::new(1970, 1, 1)
            .map_or_else(|_| v.to_string(), |d| d.plus_days(*v).to_string()),
        Value::Set(v) => v.join(";"),
    }
}

/// Asks a question of a person.
///
/// # Errors
/// The SQL is not allowed or does not run.
pub fn ask(
    sources: &Sources<'_>,
    sql: &str,
    window: Window,
    limit: usize,
    populations: &dyn Populations,
) -> Result<Answer> {
    let zone = sources.state.zone();
    let setting = Setting {
        window,
        zone: &zone,
        params: Params::new(),
        calendars: calendars(sources.state),
        waivers: sources.waivers(),
        gaps: sources.gaps()?,
        holes: sources.holes()?,
        occurrences: Vec::new(),
        coverage: [0, 0],
    };
    let mut job = question(&sources.shelf.library, "query", sql, &setting).map_err(Error::user)?;
    sources.fill(&mut job)?;
    populations
        .query(&job, limit)
        .map_err(|e| query_error("query", e))
}

/// Rows of populations as the tests see them: events, or versions of a state, over all that is known. One question for all of them.
///
/// # Errors
/// The worker fails.
pub fn counts<'s>(
    sources: &Sources<'_>,
    schemas: impl IntoIterator<Item = &'s Schema>,
    span: Span,
    populations: &dyn Populations,
) -> Result<BTreeMap<PopulationName, u64>> {
    let (mut counts, mut parts) = (BTreeMap::new(), Vec::new());
    for schema in schemas {
        counts.insert(schema.name.clone(), 0);
        let collected = sources.state.collections_of(&schema.name).next().is_some();
        if schema.derived.is_some() || collected {
            let name = &schema.name;
            parts.push(format!(
                "SELECT '{name}' AS name, count(*) AS n FROM {name}"
            ));
        }
    }
    if parts.is_empty() {
        return Ok(counts);
    }
    let (sql, many) = (parts.join(" UNION ALL "), parts.len());
    let answer = ask(sources, &sql, Window::Period(span), many, populations)?;
    for row in &answer.rows {
        if let [Value::Text(name), Value::Int(n)] = row.as_slice() {
            let name = PopulationName::parse(name).map_err(Error::bug)?;
            counts.insert(name, n.unsigned_abs());
        }
    }
    Ok(counts)
}
