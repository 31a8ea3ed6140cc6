//! What a query string asks of a table: filters, sorting, page, rows of a page, a file. The whole view is its address, so that it can be
//! kept, sent and opened again.

use crate::pages::link;

/// Rows of one page of a table, if nothing else is asked for.
pub const ROWS: usize = 50;
/// Rows of one page that a table offers.
pub const SIZES: [usize; 4] = [25, ROWS, 100, 500];
/// Most rows that one page ever has (`rows=all`, for printing); there are links to the rest.
pub const MOST: usize = 5_000;

/// What a query string asks of a table. Nothing in it is trusted: names that the table does not know are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Column to sort by, and whether the largest comes first.
    pub sort: Option<(String, bool)>,
    /// Page, from 0.
    pub page: usize,
    /// Text that a row must contain.
    pub search: String,
    /// Column and value; several values of one column are alternatives.
    pub filters: Vec<(String, String)>,
    /// Asked for all rows as a file: CSV (`as=csv`), or a workbook.
    pub csv: bool,
    /// That file is a workbook (`as=xlsx`).
    pub xlsx: bool,
    /// Rows of one page (`rows=100`, `rows=all`); none: [`ROWS`].
    pub size: Option<usize>,
}

impl Asked {
    /// Reads a query string, without its question mark.
    #[must_use]
    pub fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for pair in query.split('&').filter(|p| !p.is_empty()).take(64) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (link::decode(key), link::decode(value));
            match key.as_str() {
                "sort" if !value.is_empty() => {
                    let (name, down) = value
                        .strip_prefix('-')
                        .map_or((value.as_str(), false), |n| (n, true));
                    asked.sort = Some((name.to_owned(), down));
                }
                "page" => asked.page = value.parse::<usize>().unwrap_or(1).saturating_sub(1),
                "q" => asked.search = value.trim().to_owned(),
                "as" => {
                    asked.xlsx = value == "xlsx";
                    asked.csv = asked.xlsx || value == "csv";
                }
                "rows" => asked.size = size(&value),
                _ if !value.is_empty() => asked.filters.push((key, value)),
                _ => {}
            }
        }
        asked
    }

    /// The value of a name that is no column, such as `sql`.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        self.filters
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v.as_str())
    }

    /// The same, written as an address below `path`.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        let mut pairs: Vec<String> = Vec::new();
        let mut add = |key: &str, value: &str| {
            pairs.push(format!(
                "{}={}",
                link::encode(key, false),
                link::encode(value, false)
            ))
        };
        for (key, value) in &self.filters {
            add(key, value);
        }
        if !self.search.is_empty() {
            add("q", &self.search);
        }
        if let Some((name, down)) = &self.sort {
            add("sort", &format!("{}{name}", if *down { "-" } else { "" }));
        }
        if self.page > 0 {
            add("page", &(self.page.saturating_add(1)).to_string());
        }
        if let Some(size) = self.size {
            match size {
                MOST => add("rows", "all"),
                size => add("rows", &size.to_string()),
            }
        }
        if self.csv {
            add("as", if self.xlsx { "xlsx" } else { "csv" });
        }
        if pairs.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", pairs.join("&"))
        }
    }

    /// The first page, sorted by a column; a second time turns it round.
    #[must_use]
    pub fn sorted_by(&self, column: &str) -> Self {
        let down = matches!(&self.sort, Some((name, false)) if name == column);
        Self {
            sort: Some((column.to_owned(), down)),
            page: 0,
            ..self.clone()
        }
    }

    /// The first page with one filter of a column instead of all; none takes the filter away.
    #[must_use]
    pub fn only(&self, column: &str, value: Option<&str>) -> Self {
        let mut asked = Self {
            page: 0,
            ..self.clone()
        };
        asked.filters.retain(|(key, _)| key != column);
        asked
            .filters
            .extend(value.map(|v| (column.to_owned(), v.to_owned())));
        asked
    }

    /// Another page.
    #[must_use]
    pub fn at(&self, page: usize) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }

    /// Rows of one page.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.size.unwrap_or(ROWS)
    }

    /// The first page with that many rows.
    #[must_use]
    pub fn sized(&self, rows: usize) -> Self {
        Self {
            size: (rows != ROWS).then_some(rows),
            page: 0,
            ..self.clone()
        }
    }

    /// Whether rows are left out: by a filter or a search.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || !self.filters.is_empty()
    }

    /// All rows as CSV.
    #[must_use]
    pub fn as_csv(&self) -> Self {
        Self {
            csv: true,
            xlsx: false,
            page: 0,
            size: None,
            ..self.clone()
        }
    }

    /// All rows as a workbook.
    #[must_use]
    pub fn as_xlsx(&self) -> Self {
        Self {
            xlsx: true,
            ..self.as_csv()
        }
    }
}

/// A number of rows that is offered; anything else is the usual one.
fn size(value: &str) -> Option<usize> {
    if value == "all" {
        return Some(MOST);
    }
    let wanted = value.parse::<usize>().ok()?;
    (wanted != ROWS && SIZES.contains(&wanted)).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_written_back() {
        let asked = Asked::read("result=deviation&q=a+b%26c&sort=-items&page=3&owner=Zo%C3%AB");
        assert_eq!(
            (asked.page, asked.search.as_str(), asked.sort.as_ref()),
            (2, "a b&c", Some(&("items".to_owned(), true)))
        );
        assert_eq!(
            Asked::read(asked.address("/t").split_once('?').map_or("", |(_, q)| q)),
            asked
        );
        assert_eq!(Asked::default().address("/t"), "/t");
    }

    #[test]
    fn sorting_twice_turns_it_round_and_starts_over() {
        let once = Asked::read("page=4").sorted_by("id");
        assert_eq!(once.address("/t"), "/t?sort=id");
        assert_eq!(once.sorted_by("id").address("/t"), "/t?sort=-id");
        assert_eq!(
            once.sorted_by("id").sorted_by("id").address("/t"),
            "/t?sort=id"
        );
    }

    #[test]
    fn the_address_keeps_rows_and_file() {
        for address in [
            "/t?rows=100",
            "/t?rows=all",
            "/t?q=a&rows=25",
            "/t?as=csv",
            "/t?as=xlsx",
        ] {
            let query = address.split_once('?').map_or("", |(_, q)| q);
            assert_eq!(Asked::read(query).address("/t"), address);
        }
        let all = Asked::read("rows=all&page=2");
        assert_eq!(
            (all.rows(), all.as_xlsx().address("/t").as_str()),
            (MOST, "/t?as=xlsx")
        );
        for query in [
            "rows=0",
            "rows=7",
            "rows=-1",
            "rows=99999999999999999999",
            "rows=50",
        ] {
            assert_eq!(Asked::read(query).rows(), ROWS, "{query}");
        }
    }

    #[test]
    fn nonsense_is_the_first_page() {
        for query in [
            "page=-1",
            "page=x",
            "page=0",
            "&&=&a",
            "page=99999999999999999999999",
        ] {
            assert_eq!(Asked::read(query).page, 0, "{query}");
        }
    }
}
