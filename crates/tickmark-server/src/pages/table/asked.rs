//! What a query string asks of a table: filters, sorting, page, CSV.

use crate::pages::link;

/// Rows of one page of a table.
pub const ROWS: usize = 50;

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
    /// Asked for the rows as CSV (`as=csv`).
    pub csv: bool,
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
                "as" => asked.csv = value == "csv",
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
        if self.csv {
            add("as", "csv");
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

    /// All rows as CSV.
    #[must_use]
    pub fn as_csv(&self) -> Self {
        Self {
            csv: true,
            page: 0,
            ..self.clone()
        }
    }
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
