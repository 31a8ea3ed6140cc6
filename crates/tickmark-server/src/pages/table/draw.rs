//! How a table looks.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{Asked, Column, ROWS, Table};

/// Most values of a column that are offered as filters.
const CHIPS: usize = 8;

impl<T> Table<'_, T> {
    /// Search, filters and export.
    pub(super) fn tools(&self, asked: &Asked) -> Markup {
        html! {
            div.tools {
                @if self.rows.len() > 8 || !asked.search.is_empty() {
                    form.search method="get" action=(self.path) role="search" {
                        @for (key, value) in &asked.filters { input type="hidden" name=(key) value=(value); }
                        @if let Some((name, down)) = &asked.sort {
                            input type="hidden" name="sort" value={ @if *down { "-" } (name) };
                        }
                        label { span.quiet { "Search" } input type="search" name="q" value=(asked.search) placeholder="Search" autocomplete="off"; }
                        button type="submit" { "Search" }
                    }
                }
                @for column in self.columns.iter().filter(|c| c.facet) { (self.chips(asked, column)) }
                a.export href=(asked.as_csv().address(&self.path)) download="" { "Export CSV" }
            }
        }
    }

    fn chips(&self, asked: &Asked, column: &Column<'_, T>) -> Markup {
        let mut values: BTreeMap<String, usize> = BTreeMap::new();
        for row in self.rows {
            *values.entry((column.text)(row)).or_default() += 1;
        }
        values.remove("");
        let active = asked.value(column.key);
        if values.len() < 2 && active.is_none() {
            return html! {};
        }
        let mut ranked: Vec<(&String, &usize)> = values.iter().collect();
        ranked.sort_by(|a, b| b.1.cmp(a.1));
        let left_out = ranked.len().saturating_sub(CHIPS);
        html! {
            nav.chips aria-label={ "Filter by " (column.title) } {
                span.chips-title { (column.title) }
                @for (value, count) in ranked.into_iter().take(CHIPS) {
                    @if active == Some(value.as_str()) {
                        a.chip aria-current="true" href=(asked.only(column.key, None).address(&self.path)) { (value) " " span.count { (count) } span aria-hidden="true" { " \u{00d7}" } span.quiet { ", selected; remove this filter" } }
                    } @else {
                        a.chip href=(asked.only(column.key, Some(value)).address(&self.path)) { (value) " " span.count { (count) } }
                    }
                }
                @if left_out > 0 { span.muted { (left_out) " more by search" } }
            }
        }
    }

    /// The rows shown.
    pub(super) fn grid(&self, asked: &Asked, rows: &[&T]) -> Markup {
        html! {
            div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                table.grid {
                    caption.quiet { (self.caption) }
                    thead { tr { @for column in self.seen() { (self.heading(asked, column)) } } }
                    tbody {
                        @for row in rows {
                            tr { @for (index, column) in self.seen().enumerate() { (cell(column, row, index == 0)) } }
                        }
                    }
                }
            }
        }
    }

    fn seen(&self) -> impl Iterator<Item = &Column<'_, T>> {
        self.columns.iter().filter(|c| !c.hidden)
    }

    fn heading(&self, asked: &Asked, column: &Column<'_, T>) -> Markup {
        let sorted = asked.sort.as_ref().filter(|(name, _)| name == column.key);
        let (order, sign) = match sorted {
            Some((_, true)) => (Some("descending"), "\u{2193}"),
            Some((_, false)) => (Some("ascending"), "\u{2191}"),
            None => (None, ""),
        };
        html! {
            th scope="col" class=[column.is_right().then_some("right")] aria-sort=[order] {
                a href=(asked.sorted_by(column.key).address(&self.path)) { (column.title) @if !sign.is_empty() { span aria-hidden="true" { " " (sign) } } }
            }
        }
    }

    /// Which rows these are, and the links to the others.
    pub(super) fn pages(&self, asked: &Asked, page: usize, pages: usize, found: usize) -> Markup {
        let (first, last) = (page * ROWS + 1, ((page + 1) * ROWS).min(found));
        html! {
            nav.pages aria-label="Pages" {
                span { (first) "\u{2013}" (last) " of " (found) @if found < self.rows.len() { " (" (self.rows.len()) " without filters)" } }
                @if pages > 1 {
                    @if page > 0 { a rel="prev" href=(asked.at(page - 1).address(&self.path)) { "\u{2190} Previous" } }
                    span { "Page " (page + 1) " of " (pages) }
                    @if page + 1 < pages { a rel="next" href=(asked.at(page + 1).address(&self.path)) { "Next \u{2192}" } }
                }
            }
        }
    }
}

fn cell<T>(column: &Column<'_, T>, row: &T, first: bool) -> Markup {
    let shown = match &column.show {
        Some(show) => show(row),
        None => html! { ((column.text)(row)) },
    };
    html! {
        @if first { th scope="row" data-label=(column.title) { (shown) } }
        @else { td data-label=(column.title) class=[column.is_right().then_some("right")] { (shown) } }
    }
}
