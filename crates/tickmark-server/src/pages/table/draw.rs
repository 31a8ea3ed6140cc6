//! How a table looks.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{Asked, Bulk, Column, Cut, MOST, SIZES, Table, export};

/// Most values of a column that are offered as filters.
const CHIPS: usize = 8;

impl<T> Table<'_, T> {
    /// Search, filters and export.
    pub(super) fn tools(&self, asked: &Asked) -> Markup {
        html! {
            div.tools {
                @if self.rows.len() > 8 || !asked.search.is_empty() { (search(asked, &self.path)) }
                @for column in self.columns.iter().filter(|c| c.facet) { (self.chips(asked, column)) }
                @if asked.is_narrowed() { a.clear href=(self.path) { "Show all rows" } }
                (self.exports(asked))
            }
        }
    }

    /// Export alone, beside what somebody else offers.
    pub(super) fn exports(&self, asked: &Asked) -> Markup {
        export::links(
            &asked.as_csv().address(&self.path),
            &asked.as_xlsx().address(&self.path),
        )
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
                @for (value, count) in ranked.into_iter().take(CHIPS) { (chip(asked, &self.path, column.key, value, Some(*count))) }
                @if left_out > 0 { span.muted { (left_out) " more by search" } }
            }
        }
    }

    /// The rows shown.
    pub(super) fn grid(&self, asked: &Asked, rows: &[&T], bulk: Option<&Bulk<'_, T>>) -> Markup {
        html! {
            div.scroll.list tabindex="0" role="region" aria-label=(self.caption) {
                table.grid {
                    caption.quiet { (self.caption) }
                    thead { tr { @if bulk.is_some() { (Bulk::<T>::head()) } @for column in self.seen() { (self.heading(asked, column)) } } }
                    tbody {
                        @for row in rows {
                            tr { @if let Some(bulk) = bulk { (bulk.cell(row)) } @for (index, column) in self.seen().enumerate() { (cell(column, row, index == 0)) } }
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
    pub(super) fn pages(&self, asked: &Asked, cut: &Cut) -> Markup {
        let (first, last) = (cut.first + 1, (cut.first + asked.rows()).min(cut.found));
        let to = |asked: &Asked| asked.address(&self.path);
        html! {
            nav.pages aria-label="Pages" {
                span { (first) "\u{2013}" (last) " of " (cut.found) @if cut.found < cut.all { " (" (cut.all) " without filters)" } }
                @if cut.pages > 1 {
                    @if cut.page > 0 { a rel="prev" href=(to(&asked.at(cut.page - 1))) { "\u{2190} Previous" } }
                    span { "Page " (cut.page + 1) " of " (cut.pages) }
                    @if cut.page + 1 < cut.pages { a rel="next" href=(to(&asked.at(cut.page + 1))) { "Next \u{2192}" } }
                }
                @if cut.found > 25 { (self.sizes(asked)) }
                @if *asked != Asked::default() { a.keep href=(to(asked)) { "Address of this view" } }
            }
        }
    }

    /// How many rows a page has; all of them, for printing.
    fn sizes(&self, asked: &Asked) -> Markup {
        let one = |rows: usize, words: &str| {
            let here = asked.rows() == rows;
            html! { a aria-current=[here.then_some("true")] href=(asked.sized(rows).address(&self.path)) { (words) } " " }
        };
        html! { span.sizes { "Rows " @for rows in SIZES { (one(rows, &rows.to_string())) } (one(MOST, "all, for printing")) } }
    }
}

/// The field that rows are searched with.
pub(super) fn search(asked: &Asked, path: &str) -> Markup {
    html! {
        form.search method="get" action=(path) role="search" {
            @for (key, value) in &asked.filters { input type="hidden" name=(key) value=(value); }
            @if let Some((name, down)) = &asked.sort {
                input type="hidden" name="sort" value={ @if *down { "-" } (name) };
            }
            @if let Some(size) = asked.size { input type="hidden" name="rows" value={ @if size == MOST { "all" } @else { (size) } }; }
            label { span.quiet { "Search" } input type="search" name="q" value=(asked.search) placeholder="Search" autocomplete="off"; }
            button type="submit" { "Search" }
        }
    }
}

/// One value that a list can be filtered by, and how many rows have it, if that is known.
pub(super) fn chip(
    asked: &Asked,
    path: &str,
    key: &str,
    value: &str,
    count: Option<usize>,
) -> Markup {
    let count = html! { @if let Some(count) = count { " " span.count { (count) } } };
    html! {
        @if asked.value(key) == Some(value) {
            a.chip aria-current="true" href=(asked.only(key, None).address(path)) { (value) (count) span aria-hidden="true" { " \u{00d7}" } span.quiet { ", selected; remove this filter" } }
        } @else {
            a.chip href=(asked.only(key, Some(value)).address(path)) { (value) (count) }
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
