//! Tables that filter, sort, page and export by query string alone. Only the rows of the page that is shown are drawn.

mod asked;
mod csv;
mod draw;

use std::cmp::Ordering;

use maud::{Markup, html};

pub use asked::{Asked, ROWS};
pub use csv::{is_formula, line as csv_line};

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
        if self.rows.is_empty() {
            return none.clone();
        }
        let found = self.found(asked);
        let pages = found.len().div_ceil(ROWS).max(1);
        let page = asked.page.min(pages - 1);
        let shown: Vec<&T> = found.iter().skip(page * ROWS).take(ROWS).copied().collect();
        html! {
            (self.tools(asked))
            @if found.is_empty() {
                p.nothing { "No row matches. " a href=(self.path) { "Show all " (self.rows.len()) } }
            } @else {
                (self.grid(asked, &shown))
                (self.pages(asked, page, pages, found.len()))
            }
        }
    }

    /// All rows that are asked for, as a file.
    #[must_use]
    pub fn csv(&self, asked: &Asked) -> Download {
        let mut out = String::from('\u{feff}');
        csv::line(self.columns.iter().map(|c| c.title), &mut out);
        for row in self.found(asked) {
            csv::line(self.columns.iter().map(|c| (c.text)(row)), &mut out);
        }
        Download {
            name: format!("{}.csv", self.file),
            media: "text/csv; charset=utf-8",
            bytes: out.into_bytes(),
        }
    }

    /// The rows that are asked for, in order.
    fn found(&self, asked: &Asked) -> Vec<&T> {
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
    fn a_search_without_a_match_says_so() {
        let rows = rows();
        let shown = table(&rows)
            .html(&Asked::read("q=zzz"), &html! {})
            .into_string();
        assert!(shown.contains("No row matches") && !shown.contains("<table"));
    }
}
