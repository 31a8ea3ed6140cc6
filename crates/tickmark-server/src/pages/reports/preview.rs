//! A report on a page: the same tree that is set as PDF, drawn with elements of our own. Every number leads to its ledger entry.

use maud::{Markup, html};
use tickmark_core::report::document::{Align, Block, Row, Section, Span, Table, Tone};
use tickmark_core::report::{Report, lint};

use super::super::layout::{Frame, Room, layout};
use super::super::{link, part, words};
use super::{Offer, downloads, remarks, waits};
use crate::house::{House, Trouble};
use crate::rights::Viewer;

/// Most rows of a table that a page has; the files have them all.
const ROWS: usize = 200;

/// A report to read before it is downloaded. `built` is what the files are made of, or why they are not.
///
/// # Errors
/// [`Trouble::Missing`]: no such report, or none that is read on a page.
pub fn preview(
    house: &House,
    viewer: &Viewer,
    kind: &str,
    built: Result<Report, Trouble>,
) -> Result<Markup, Trouble> {
    let missing = || Trouble::Missing(format!("no report {kind}; see the list of reports"));
    let offer = Offer::of(kind).filter(|o| o.shown).ok_or_else(missing)?;
    let body = html! {
        (part::head(&html! { (offer.title) }, &html! { "As it would be downloaded now. A draft of management; only the auditor writes an opinion." }, &downloads(viewer, offer)))
        @if let Ok(inputs) = &house.inputs {
            @if let Some(parts) = waits::parts(house, inputs, kind) { (part::card("What it waits for", &waits::table(&parts, offer.title))) }
            @let found = lint::lint(inputs);
            details.card { summary { (part::many(found.len(), "remark")) " on its words" } (remarks::list(&found)) }
        }
        @match &built {
            Ok(report) => { (whole(report)) },
            Err(trouble) => { div.notice.bad role="alert" { p { strong { "It cannot be built yet" } } p { (trouble) } } },
        }
    };
    let frame = Frame::new(offer.title, Room::Reports).under("Reports", link::REPORTS);
    Ok(layout(house, viewer, &frame, &body))
}

fn whole(report: &Report) -> Markup {
    html! {
        article.report {
            header.report-front {
                p.draft { (report.notice) ". " (report.anchor) "." }
                h2.report-title { (report.title) }
                @for line in &report.subtitle { p { (line) } }
                dl.facts { @for (label, value) in &report.facts { div { dt { (label) } dd { (value) } } } }
            }
            nav.report-contents aria-label="Sections of the report" {
                ol { @for (n, section) in report.sections.iter().enumerate() { li { a href={ "#part-" (n) } { (heading(section)) } } } }
            }
            @for (n, section) in report.sections.iter().enumerate() { (one(n, section)) }
        }
    }
}

fn heading(section: &Section) -> String {
    let parts = [section.label.as_str(), section.title.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    parts.join(" ")
}

fn one(n: usize, section: &Section) -> Markup {
    html! {
        section.report-part id={ "part-" (n) } {
            h2 { (heading(section)) }
            p.muted { (section.author) }
            @for block in &section.blocks { (drawn(block)) }
        }
    }
}

fn drawn(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Heading { level: 0..=2, text } => { h3 { (text) } },
            Block::Heading { text, .. } => { h4 { (text) } },
            Block::Paragraph { spans } => { p { (inline(spans)) } },
            Block::List { numbered: true, items } => { ol.listed { @for item in items { li { (inline(item)) } } } },
            Block::List { items, .. } => { ul.listed { @for item in items { li { (inline(item)) } } } },
            Block::Table(table) => { (rows(table)) },
            Block::Notice { tone, title, items } => {
                div.notice.mild[*tone == Tone::Note] { p { strong { (title) } } ul.listed { @for item in items { li { (inline(item)) } } } }
            },
            Block::Blanks { labels } => { @for label in labels { p.blank { (label) } } },
            Block::Reserved { text } => { p.reserved { (text) } },
            Block::Facts { pairs } => { dl.facts { @for (label, value) in pairs { div { dt { (label) } dd { (inline(value)) } } } } },
        }
    }
}

fn inline(spans: &[Span]) -> Markup {
    html! { @for span in spans { (words(span)) } }
}

fn rows(table: &Table) -> Markup {
    let left_out = table.rows.len().saturating_sub(ROWS);
    // A soft hyphen in a head is for paper.
    let heads: Vec<String> = table
        .columns
        .iter()
        .map(|c| c.title.replace('\u{ad}', ""))
        .collect();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(table.caption) {
            table.grid {
                caption.said { (table.caption) }
                thead { tr { @for (head, column) in heads.iter().zip(&table.columns) { th scope="col" class=[side(column.align)] { (head) } } } }
                tbody { @for row in table.rows.iter().take(ROWS) { (line(table, &heads, row)) } }
            }
        }
        @if left_out > 0 { p.muted { "and " (left_out) " more rows in the files" } }
        @if !table.note.is_empty() { p.muted { (table.note) } }
    }
}

fn line(table: &Table, heads: &[String], row: &Row) -> Markup {
    html! {
        @if row.emphasis {
            tr.band { td colspan=(table.columns.len()) { @for cell in &row.cells { (inline(cell)) } } }
        } @else {
            tr { @for ((cell, column), head) in row.cells.iter().zip(&table.columns).zip(heads) { td data-label=(head) class=[side(column.align)] { (inline(cell)) } } }
        }
    }
}

const fn side(align: Align) -> Option<&'static str> {
    match align {
        Align::Left => None,
        Align::Right => Some("right"),
        Align::Center => Some("center"),
    }
}
