//! Tables that filter, sort, page and export by query string alone. Only the rows of the page that is shown are drawn.
//!
//! - A list is a [`Table`] of [`Column`]s; [`Table::html`] draws the page that an [`Asked`] names, [`Table::csv`] gives all its rows as the
//!   file that is asked for, CSV or XLSX. A route that serves `if asked.csv { table.csv(&asked) }` has both formats.
//! - [`Table::acting`] draws it with a box in each row and a form below, a [`Bulk`]: `bulk.rs` begins with how it is used.
//! - [`Table::slice`] draws rows that somebody else has cut, for lists too long to be made for each page.
//! - [`file`] exports what is no table.
//! - Query: `q` search, `sort` (`-` for descending), `page`, `rows` (25, 50, 100, 500, all), `as` (csv, xlsx), and the key of any column made
//!   with [`Column::filter`]. No column may have one of these names as its key.

mod asked;
mod bulk;
mod csv;
mod draw;
mod export;

use std::cmp::Ordering;

use maud::{Markup, html};

pub use asked::{Asked, MOST, ROWS, SIZES};
pub use bulk::Bulk;
pub use csv::{is_formula, line as csv_line};
pub use export::{file, links};

use crate::house::Download;

type Text<'a, T> = Box<dyn Fn(&T) -> String + 'a>;
type Show<'a, T> = Box<dyn Fn(&T) -> Markup + 'a>;
type Number<'a, T> = Box<dyn Fn(&T) -> u64 + 'a>;

/// One column.
pub struct Column<'a, T> {
    key: &'static str,
    title: &'static str,
    text: Text<'a, T>,
    show: Option<Show<'a, T>>,
    number: Option<Number<'a, T>>,
    facet: bool,
    hidden: bool,
}

impl<'a, T> Column<'a, T> {
    /// A column of text; the text is what is searched, filtered, sorted and exported.
    pub fn new(key: &'static str, title: &'static str, text: impl Fn(&T) -> String + 'a) -> Self {
        Self {
            key,
            title,
            text: Box::new(text),
            show: None,
            number: None,
            facet: false,
            hidden: false,
        }
    }

    /// A column of numbers, at the right.
    pub fn number(
        key: &'static str,
        title: &'static str,
        number: impl Fn(&T) -> u64 + Clone + 'a,
    ) -> Self {
        let text = number.clone();
        Self {
            number: Some(Box::new(number)),
            ..Self::new(key, title, move |row| text(row).to_string())
        }
    }

    /// How a cell looks, if not as its text.
    #[must_use]
    pub fn shown(mut self, show: impl Fn(&T) -> Markup + 'a) -> Self {
        self.show = Some(Box::new(show));
        self
    }

    /// Sorted by a number instead of its text.
    #[must_use]
    pub fn ordered(mut self, number: impl Fn(&T) -> u64 + 'a) -> Self {
        self.number = Some(Box::new(number));
        self
    }

    /// Its values are offered as filters.
    #[must_use]
    pub fn filter(mut self) -> Self {
        self.facet = true;
        self
    }

    /// Searched and exported, not shown.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    fn compare(&self, left: &T, right: &T) -> Ordering {
        match &self.number {
            Some(number) => number(left).cmp(&number(right)),
            None => (self.text)(left).cmp(&(self.text)(right)),
        }
    }

    fn is_right(&self) -> bool {
        self.number.is_some() && self.show.is_none()
    }
}

/// A table.
pub struct Table<'a, T> {
    /// What it lists, for people who do not see it.
    pub caption: &'a str,
    /// Address of the page it stands on.
    pub path: String,
    /// Its columns.
    pub columns: Vec<Column<'a, T>>,
    /// All rows.
    pub rows: &'a [T],
    /// Name of the exported file, without its ending.
    pub file: &'a str,
}

impl<T> Table<'_, T> {
    /// The filters, one page of rows and the links to the others. `none` is shown if there is no row at all.
    #[must_use]
    pub fn html(&self, asked: &Asked, none: &Markup) -> Markup {
        self.drawn(asked, none, None)
    }

    /// The same, with a box in each row and what can be done with the selected ones.
    #[must_use]
    pub fn acting(&self, asked: &Asked, none: &Markup, bulk: &Bulk<'_, T>) -> Markup {
        self.drawn(asked, none, Some(bulk))
    }

    fn drawn(&self, asked: &Asked, none: &Markup, bulk: Option<&Bulk<'_, T>>) -> Markup {
        if self.rows.is_empty() {
            return none.clone();
        }
        let found = self.found(asked);
        let cut = Cut::of(asked, found.len(), self.rows.len());
        let shown: Vec<&T> = found
            .iter()
            .skip(cut.first)
            .take(asked.rows())
            .copied()
            .collect();
        html! {
            (self.tools(asked))
            @if found.is_empty() {
                p.nothing { "No row matches. " a href=(self.path) { "Show all " (self.rows.len()) } }
            } @else {
                (self.grid(asked, &shown, bulk))
                @if let Some(bulk) = bulk { (bulk.bar()) }
                (self.pages(asked, &cut))
            }
        }
    }

    /// Rows that are one page already, in order, of `all` there are: for lists that are cut before their rows are made. [`cut`] says which
    /// rows to make, [`filters`] offers what they can be narrowed by.
    #[must_use]
    pub fn slice(&self, asked: &Asked, all: usize, filters: &Markup) -> Markup {
        let shown: Vec<&T> = self.rows.iter().collect();
        html! {
            div.tools { (filters) @if asked.is_narrowed() { a.clear href=(self.path) { "Show all rows" } } (self.exports(asked)) }
            @if shown.is_empty() {
                p.nothing { "No row matches. " a href=(self.path) { "Show all rows" } }
            } @else {
                (self.grid(asked, &shown, None))
                (self.pages(asked, &Cut::of(asked, all, all)))
            }
        }
    }

    /// All rows that are asked for, as a file: CSV, or XLSX if that is asked for.
    #[must_use]
    pub fn csv(&self, asked: &Asked) -> Download {
        let heads: Vec<&str> = self.columns.iter().map(|c| c.title).collect();
        let found = self.found(asked);
        let rows = found
            .iter()
            .copied()
            .map(|row| self.columns.iter().map(move |c| (c.text)(row)));
        file(asked, self.file, &heads, rows)
    }

    /// The rows that are asked for, in order.
    pub(in crate::pages) fn found(&self, asked: &Asked) -> Vec<&T> {
        let search = asked.search.to_lowercase();
        let mut found: Vec<&T> = self
            .rows
            .iter()
            .filter(|row| self.matches(asked, row) && self.contains(&search, row))
            .collect();
        if let Some((name, down)) = &asked.sort
            && let Some(column) = self.columns.iter().find(|c| c.key == name)
        {
            found.sort_by(|a, b| {
                if *down {
                    column.compare(b, a)
                } else {
                    column.compare(a, b)
                }
            });
        }
        found
    }

    /// Of each filtered column, one of the values asked for.
    fn matches(&self, asked: &Asked, row: &T) -> bool {
        self.columns.iter().filter(|c| c.facet).all(|column| {
            let mut wanted = asked
                .filters
                .iter()
                .filter(|(key, _)| key == column.key)
                .peekable();
            if wanted.peek().is_none() {
                return true;
            }
            let text = (column.text)(row);
            wanted.any(|(_, value)| *value == text)
        })
    }

    fn contains(&self, search: &str, row: &T) -> bool {
        search.is_empty()
            || self
                .columns
                .iter()
                .any(|c| (c.text)(row).to_lowercase().contains(search))
    }
}

/// Which rows of a list are one page.
struct Cut {
    /// The first row, from 0.
    first: usize,
    page: usize,
    pages: usize,
    /// Rows that match.
    found: usize,
    /// Rows there are.
    all: usize,
}

impl Cut {
    fn of(asked: &Asked, found: usize, all: usize) -> Self {
        let pages = found.div_ceil(asked.rows()).max(1);
        // A page after the last is the last.
        let page = asked.page.min(pages - 1);
        Self {
            first: page * asked.rows(),
            page,
            pages,
            found,
            all,
        }
    }
}

/// Places, from 0, of the rows on the page asked for, of `all` there are.
#[must_use]
pub fn cut(asked: &Asked, all: usize) -> std::ops::Range<usize> {
    let first = Cut::of(asked, all, all).first;
    first..all.min(first.saturating_add(asked.rows()))
}

/// Search and the values of one column, for [`Table::slice`].
#[must_use]
pub fn filters(asked: &Asked, path: &str, key: &str, title: &str, values: &[&str]) -> Markup {
    html! {
        (draw::search(asked, path))
        nav.chips aria-label={ "Filter by " (title) } {
            span.chips-title { (title) }
            @for value in values { (draw::chip(asked, path, key, value, None)) }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn table(rows: &[(String, u64)]) -> Table<'_, (String, u64)> {
        Table {
            caption: "things",
            path: "/t".into(),
            columns: vec![
                Column::new("name", "Name", |r: &(String, u64)| r.0.clone()).filter(),
                Column::number("size", "Size", |r: &(String, u64)| r.1),
            ],
            rows,
            file: "things",
        }
    }

    fn rows() -> Vec<(String, u64)> {
        (0..120_u64).map(|n| (format!("n{}", n % 3), n)).collect()
    }

    #[test]
    fn pages_filters_and_sorting_go_together() {
        let rows = rows();
        let table = table(&rows);
        let found = table.found(&Asked::read("name=n1&sort=-size"));
        assert_eq!((found.len(), found[0].1, found[39].1), (40, 118, 1));
        let second = table.html(&Asked::read("page=3"), &html! {}).into_string();
        assert!(second.contains("101\u{2013}120 of 120"), "{second}");
        assert_eq!(second.matches("<tr>").count(), 21);
        // A page after the last shows the last.
        assert!(
            table
                .html(&Asked::read("page=77"), &html! {})
                .into_string()
                .contains("101\u{2013}120 of 120")
        );
    }

    #[test]
    fn numbers_sort_as_numbers() {
        let rows = rows();
        let table = table(&rows);
        let sizes: Vec<u64> = table
            .found(&Asked::read("sort=size"))
            .iter()
            .map(|r| r.1)
            .collect();
        assert!(sizes.is_sorted());
    }

    #[test]
    fn the_csv_holds_all_rows_asked_for() {
        let rows = rows();
        let file = table(&rows).csv(&Asked::read("name=n1&page=2&as=csv"));
        let text = String::from_utf8(file.bytes).unwrap();
        assert_eq!(
            (text.lines().count(), file.name.as_str()),
            (41, "things.csv")
        );
    }

    #[test]
    fn each_page_of_a_list_that_is_cut_before_holds_what_a_whole_one_would() {
        let rows = rows();
        let whole = table(&rows);
        for query in [
            "",
            "page=2",
            "page=3",
            "page=9",
            "rows=25&page=4",
            "rows=all",
        ] {
            let asked = Asked::read(query);
            let places = cut(&asked, rows.len());
            let cut = table(&rows[places]).slice(&asked, rows.len(), &html! {});
            let table = |text: String| {
                let from = text.find("<table").unwrap();
                text[from..].to_owned()
            };
            assert_eq!(
                table(cut.into_string()),
                table(whole.html(&asked, &html! {}).into_string()),
                "{query}"
            );
        }
        assert_eq!(cut(&Asked::default(), 0), 0..0);
    }

    #[test]
    fn a_workbook_is_served_like_a_csv() {
        let rows = rows();
        let file = table(&rows).csv(&Asked::read("as=xlsx"));
        assert_eq!(file.name, "things.xlsx");
        assert!(file.bytes.starts_with(b"PK"));
    }

    #[test]
    fn selected_rows_reach_the_form_from_outside_it() {
        let rows = rows();
        let bulk = Bulk::new(
            "thing",
            |r: &(String, u64)| (r.1 != 1).then(|| r.1.to_string()),
            |r| format!("<{}>", r.1),
        )
        .field("owner", "Owner", "text")
        .hidden("run", "7")
        .action("/do/one", "One")
        .action("/do/other", "Other");
        let shown = table(&rows)
            .acting(&Asked::default(), &html! {}, &bulk)
            .into_string();
        // The second row cannot be selected.
        assert_eq!(shown.matches("type=\"checkbox\"").count(), 49);
        assert!(shown.contains("<form id=\"bulk\" method=\"post\" action=\"/do/one\"></form>"));
        assert_eq!(shown.matches("form=\"bulk\"").count(), 49 + 2 + 2);
        assert!(shown.contains("formaction=\"/do/other\"") && shown.contains("Select &lt;2&gt;"));
    }

    #[test]
    fn a_search_without_a_match_says_so() {
        let rows = rows();
        let shown = table(&rows)
            .html(&Asked::read("q=zzz"), &html! {})
            .into_string();
        assert!(shown.contains("No row matches") && !shown.contains("<table"));
    }
}
