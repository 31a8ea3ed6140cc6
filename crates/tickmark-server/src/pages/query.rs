//! One SELECT over the populations, and its rows.

use maud::{Markup, html};

use super::layout::{Frame, Room, layout};
use super::table::{self, Asked};
use super::{link, part};
use crate::house::{Download, Grid, House, Trouble};
use crate::rights::Viewer;

/// The query box and what was answered; no answer before the first question.
#[must_use]
pub fn query(
    house: &House,
    viewer: &Viewer,
    sql: &str,
    answer: Option<&Result<Grid, Trouble>>,
) -> Markup {
    let body = html! {
        (part::head(&html! { "Query" }, &html! { "One SELECT over the populations as they were recorded. Every row says which ledger entry it was read from: " code { "_leaf" } "." }, &html! {}))
        (form(sql))
        @match answer {
            None => { (hints(house)) },
            Some(Err(trouble)) => { div.notice.bad role="alert" { p { strong { "The query was not answered" } } pre { (trouble) } } },
            Some(Ok(grid)) => { (rows(grid, sql)) },
        }
    };
    layout(
        house,
        viewer,
        &Frame::new("Query", Room::Populations).under("Populations", link::POPULATIONS),
        &body,
    )
}

/// The rows as a file.
#[must_use]
pub fn query_csv(grid: &Grid, asked: &Asked) -> Download {
    let rows = grid
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| cell.clone().unwrap_or_default()));
    table::file(asked, "query", &grid.columns, rows)
}

/// The box that a query is typed into.
pub(super) fn form(sql: &str) -> Markup {
    html! {
        form.query-form method="get" action=(link::QUERY) {
            label { span { "SQL" } textarea name="sql" rows="5" spellcheck="false" autocomplete="off" required { "\n" (sql) } }
            p.actions { button.main type="submit" { "Run query" } span.muted { "Reads only; at most a few hundred rows are shown." } }
        }
    }
}

fn hints(house: &House) -> Markup {
    let mut names: Vec<&str> = match &house.inputs {
        Ok(inputs) => inputs.populations.iter().map(|p| p.name.as_str()).collect(),
        Err(_) => Vec::new(),
    };
    if names.is_empty() {
        names = house
            .library
            .schemas
            .keys()
            .take(12)
            .map(|n| n.as_str())
            .collect();
    }
    html! {
        section.card {
            h2 { "Try" }
            ul.points { @for name in names.iter().take(12) {
                @let sql = format!("select * from {name} limit 50");
                li { a href=(link::query(&sql)) { code { (sql) } } }
            } }
        }
    }
}

fn rows(grid: &Grid, sql: &str) -> Markup {
    let leaf = grid.columns.iter().position(|c| c == "_leaf");
    html! {
        p.sentence { (grid.rows.len()) " rows" @if grid.more { ", and there are more" } ". " @if !grid.rows.is_empty() { (table::links(&format!("{}&as=csv", link::query(sql)), &format!("{}&as=xlsx", link::query(sql)))) } }
        @if grid.rows.is_empty() { p { "No row. An empty answer counts only if the population is complete: see its card." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Rows of the query" {
                table.grid.plain {
                    thead { tr { @for column in &grid.columns { th scope="col" { (column) } } } }
                    tbody { @for row in &grid.rows { tr { @for (index, cell) in row.iter().enumerate() { td { (value(cell.as_deref(), leaf == Some(index))) } } } } }
                }
            }
        }
    }
}

fn value(cell: Option<&str>, is_leaf: bool) -> Markup {
    match cell {
        None => html! { span.null { "NULL" } },
        Some(text) => match text.parse::<u64>() {
            Ok(leaf) if is_leaf => part::entry(leaf),
            _ => html! { (text) },
        },
    }
}
