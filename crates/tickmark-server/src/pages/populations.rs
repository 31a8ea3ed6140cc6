//! Populations: what there is to test, and for each the card that shows whether it is complete and accurate.

use maud::{Markup, html};
use tickmark_core::facts::schema::{InputRole, Schema};
use tickmark_core::model::manifest::Shape;
use tickmark_core::model::time::Time;
use tickmark_core::report::Citations;
use tickmark_core::report::inputs::{Inputs, Population, SourceCard};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, amount, card, card_with, facts, grouped, number, tag};
use super::table::{Asked, Column, Table};
use super::{link, query, view};
use crate::house::{Download, House, Trouble};
use crate::pictures::{Caption, Point, line, strip};
use crate::rights::{Action, Viewer};

/// The populations of the library, those that were read in the period first.
#[must_use]
pub fn populations(house: &House, viewer: &Viewer, asked: &Asked) -> Markup {
    let rows = rows(house);
    let none = part::empty(
        "No population is declared",
        "The library declares what can be tested.",
        "tickmark populations",
        &html! {},
    );
    let body = html! {
        (part::head(&html! { "Populations" }, &html! { "Whole populations, not samples: each with where it came from and what is missing." }, &html! { @if viewer.may(Action::RunQuery) { (part::button(link::QUERY, "Query")) } }))
        (table(&rows).html(asked, &none))
    };
    layout(
        house,
        viewer,
        &Frame::new("Populations", Room::Populations),
        &body,
    )
}

/// The same as a file.
#[must_use]
pub fn populations_csv(house: &House, _viewer: &Viewer, asked: &Asked) -> Download {
    table(&rows(house)).csv(asked)
}

struct Row<'a> {
    name: &'a str,
    schema: Option<&'a Schema>,
    read: Option<&'a Population>,
}

impl Row<'_> {
    fn says(&self) -> &str {
        self.schema
            .map(|s| s.says.as_str())
            .or_else(|| self.read.map(|p| p.says.as_str()))
            .unwrap_or("")
    }

    fn kind(&self) -> &'static str {
        match self.schema {
            Some(schema) if schema.derived.is_some() => "derived",
            Some(_) => "from sources",
            None => "",
        }
    }

    fn rows(&self) -> u64 {
        self.read.map_or(0, |p| amount(p.rows, p.leaf))
    }
}

fn rows(house: &House) -> Vec<Row<'_>> {
    let read: &[Population] = house.inputs.as_ref().map_or(&[], |i| &i.populations);
    let mut rows: Vec<Row<'_>> = read
        .iter()
        .map(|p| Row {
            name: &p.name,
            schema: house.library.schema(&p.name),
            read: Some(p),
        })
        .collect();
    let others = house
        .library
        .schemas
        .values()
        .filter(|s| !read.iter().any(|p| p.name == s.name.as_str()));
    rows.extend(others.map(|s| Row {
        name: s.name.as_str(),
        schema: Some(s),
        read: None,
    }));
    rows
}

fn table<'a>(rows: &'a [Row<'a>]) -> Table<'a, Row<'a>> {
    Table {
        caption: "Populations",
        path: link::POPULATIONS.into(),
        columns: vec![
            Column::new("name", "Population", |r: &Row<'_>| r.name.to_owned()).shown(|r| html! { a href=(link::population(r.name)) { (part::spaced(r.name)) } }),
            Column::new("says", "One row is", |r: &Row<'_>| r.says().to_owned()),
            Column::new("kind", "Kind", |r: &Row<'_>| r.kind().to_owned()).filter(),
            Column::new("state", "In the period", |r: &Row<'_>| if r.read.is_some() { "read" } else { "not read" }.to_owned())
                .shown(|r| if r.read.is_some() { tag(Tone::Good, "read") } else { tag(Tone::Plain, "not read") })
                .filter(),
            Column::new("rows", "Rows", |r: &Row<'_>| r.read.map(|_| r.rows().to_string()).unwrap_or_default()).ordered(Row::rows)
                .shown(|r| html! { @if r.read.is_some() { a.number href=(link::population(r.name)) { (grouped(r.rows())) } } }),
            Column::new("coverage", "Time covered", |r: &Row<'_>| r.read.map(|p| p.covered_s.of(p.asked_s, &Citations::one(p.leaf)).to_string()).unwrap_or_default())
                .shown(|r| html! { @if let Some(p) = r.read { (number(&p.covered_s.of(p.asked_s, &Citations::one(p.leaf)), &link::population(r.name))) } }),
            Column::new("sources", "Sources", |r: &Row<'_>| r.read.map(|p| p.sources.iter().map(|s| s.source.as_str()).collect::<Vec<_>>().join(", ")).unwrap_or_default()),
        ],
        rows,
        file: "populations",
    }
}

/// One population with its completeness and accuracy card.
///
/// # Errors
/// [`Trouble::Missing`]: no such population.
pub fn population(
    house: &House,
    viewer: &Viewer,
    now: Time,
    name: &str,
) -> Result<Markup, Trouble> {
    let all = rows(house);
    let Some(row) = all.iter().find(|r| r.name == name) else {
        return Err(Trouble::Missing(format!(
            "no population {name}; see the list of populations"
        )));
    };
    let sql = format!("select * from {name} limit 100");
    let body = html! {
        (part::head(&html! { (part::spaced(name)) }, &html! { (row.says()) }, &html! { @if viewer.may(Action::RunQuery) { (part::button(&link::query(&sql), "Look at its rows")) } }))
        @match (row.read, &house.inputs) {
            (Some(read), Ok(inputs)) => { (complete(inputs, read, now)) },
            (_, Err(why)) => { (part::empty("No period yet", why, "tickmark test", &html! {})) },
            (None, Ok(_)) => { (part::empty("Not read in the period", "No test of an adopted control has read it.", "tickmark collect && tickmark test", &part::button(link::SOURCES, "Open the sources"))) },
        }
        (size(house, row, now))
        @if let Some(schema) = row.schema { (card("Columns", &columns(schema))) @if let Some(derived) = &schema.derived { (card("How it is derived", &made_of(house, derived))) } }
        @if viewer.may(Action::RunQuery) { (card("Query", &query::form(&sql))) }
    };
    let frame =
        Frame::new(part::spaced(name), Room::Populations).under("Populations", link::POPULATIONS);
    Ok(layout(house, viewer, &frame, &body))
}

/// The completeness and accuracy card.
fn complete(inputs: &Inputs, read: &Population, now: Time) -> Markup {
    let by = Citations::one(read.leaf);
    let share = read.covered_s.of(read.asked_s, &by);
    html! {
        (card_with("Completeness and accuracy", &html! { "rows " (number(&read.rows.cited(&by), &link::query(&format!("select * from {} limit 100", read.name)))) }, &html! {
            (strip(&Caption { id: "cover", title: "Time covered by evidence", says: format!("{share} of the time asked for is covered.") }, view::span(inputs), now, &inputs.zone, &read.uncovered, &[]))
            @if !read.uncovered.is_empty() { p { "No evidence for " (part::stretches(&inputs.zone, &read.uncovered, 6)) } }
            @if read.sources.is_empty() { p { "It has no source of its own; see what it is derived from." } }
            @for source in &read.sources { (source_card(inputs, source)) }
            @for (name, says, leaf) in &read.reconciliations { p { (tag(Tone::Plain, "Reconciled")) " " (part::spaced(name)) ": " (says) " " (part::entry(*leaf)) } }
        }))
    }
}

fn source_card(inputs: &Inputs, source: &SourceCard) -> Markup {
    let Some((first, rest)) = source.leaves.split_first() else {
        return html! { p { (source.source) ": no collection in the period" } };
    };
    let by = Citations::new(*first, rest.iter().copied());
    let to = link::entry(by.leaves().last().copied().unwrap_or(*first));
    let unread = source.rejected.plus(source.unknown);
    html! {
        section.source {
            h3 { (source.source) @if source.backfilled { " " span.note { "seen for the first time after the fact" } } }
            p { code.query { (source.query) } }
            dl.counts {
                div { dt { "At the source" } dd { @match source.at_source { Some(n) => { (number(&n.cited(&by), &to)) }, None => { (tag(Tone::Unknown, "cannot say")) } } span.muted { (source.how) } } }
                div { dt { "Stored" } dd { (number(&source.stored.cited(&by), &to)) } }
                div { dt { "Not readable" } dd { (number(&source.rejected.cited(&by), &to)) } }
                div { dt { "Could not be read at the source" } dd { (number(&source.unknown.cited(&by), &to)) } }
                div { dt { "Pages" } dd { (number(&source.pages.cited(&by), &to)) } }
                div { dt { "Collections" } dd { (part::entries(by.leaves(), 5)) } }
            }
            @if !unread.is_zero() || !source.item_gaps.is_empty() {
                p { (tag(Tone::Unknown, "Gaps")) " What is missing is counted as unknown wherever it is tested." }
                ul.reasons { @for gap in source.item_gaps.iter().take(20) { li { (gap) } } @if source.item_gaps.len() > 20 { li.muted { "and " (source.item_gaps.len() - 20) " more" } } }
            }
            @if let Some(covered) = source.covered { p.muted { "Covers " (part::instant(&inputs.zone, covered.from)) " to " (part::instant(&inputs.zone, covered.until)) @if !source.gaps.is_empty() { ", without " (part::stretches(&inputs.zone, &source.gaps, 4)) } } }
        }
    }
}

/// Its size as each collection found it.
fn size(house: &House, row: &Row<'_>, now: Time) -> Markup {
    let Ok(inputs) = &house.inputs else {
        return html! {};
    };
    let collections = house
        .state
        .collections
        .iter()
        .filter(|c| c.population.as_str() == row.name && c.evidence.is_none());
    let points: Vec<Point> = collections
        .map(|c| Point {
            at: c.observed.1,
            records: c.records.0,
            complete: c.end == tickmark_core::model::manifest::End::Complete,
            leaf: c.leaf,
        })
        .collect();
    let mut window = view::span(inputs);
    window.until = window
        .until
        .max(now.min(window.until.plus(31 * tickmark_core::model::time::DAY_US)));
    let snapshot = row.schema.is_some_and(|s| s.shape == Shape::State);
    let title = if snapshot {
        "Size over time"
    } else {
        "Records of each collection"
    };
    html! {
        @if points.len() > 1 {
            (card(title, &line(&Caption { id: "size", title, says: told(&points) }, window, &inputs.zone, &points, part::entry)))
        }
    }
}

/// The line in words: from where to where, and how far it reached between.
fn told(points: &[Point]) -> String {
    let sizes = || points.iter().map(|p| p.records);
    let of = |size: Option<u64>| grouped(size.unwrap_or(0));
    let partial = points.iter().filter(|p| !p.complete).count();
    let mut says = format!(
        "{}: {} records at first, {} at last, {} to {} between.",
        part::many(points.len(), "collection"),
        of(sizes().next()),
        of(sizes().next_back()),
        of(sizes().min()),
        of(sizes().max()),
    );
    if partial > 0 {
        says.push_str(&format!(" {partial} of them partial."));
    }
    says
}

fn columns(schema: &Schema) -> Markup {
    html! {
        p.muted { "Key " @for key in &schema.key { code { (key) } " " } @if let Some(trigger) = &schema.trigger { "\u{00b7} belongs to the period of " code { (trigger) } } }
        div.scroll tabindex="0" role="region" aria-label="Columns" {
            table.grid {
                thead { tr { th scope="col" { "Column" } th scope="col" { "Type" } th scope="col" { "May be" } th scope="col" { "Means" } } }
                tbody { @for column in &schema.columns {
                    tr {
                        th scope="row" data-label="Column" { code { (column.name) } @if schema.personal.contains(&column.name) { " " span.note { "personal" } } }
                        td data-label="Type" { (column.ty) }
                        td data-label="May be" { @if column.can_be.absent { "absent " } @if column.can_be.unknown { "unknown" } }
                        td data-label="Means" { @if let Some(says) = &column.says { (says) } @if !column.one_of.is_empty() { " one of " (column.one_of.join(", ")) } }
                    }
                } }
            }
        }
    }
}

fn made_of(house: &House, derived: &tickmark_core::facts::schema::Derived) -> Markup {
    html! {
        (facts(&derived.from.iter().map(|(name, role)| {
            let role = match role { InputRole::Driver => "one row for each of", InputRole::Lookup => "joined with", InputRole::Aside => "with the help of" };
            (role, html! { a href=(link::population(name)) { (part::spaced(name.as_str())) } })
        }).collect::<Vec<_>>()))
        @if let Some(file) = house.library.sql.get(&derived.sql) { details { summary { "The view, " code { (file.file) } } pre.code { code { (file.sql) } } } }
    }
}
