//! One page of JSON, JSON Lines or CSV.

use std::collections::HashMap;

use serde_json::Value;

use crate::facts::mapping::{Fill, Item, Refused, Scope, Taken, Where, plain, records};
use crate::facts::row::{Cell, Row};
use crate::facts::schema::Schema;
use crate::model::diagnostic::nearest;
use crate::model::path::Step;

use super::csv::Lines;
use super::{PageBytes, Read, ReadError, Reader};

impl Reader<'_> {
    pub(super) fn json(&mut self, page: PageBytes<'_>, out: &mut dyn FnMut(Read)) {
        let value: Value = match serde_json::from_slice(page.bytes) {
            Ok(value) => value,
            Err(error) => return out(self.reject(page, 0, "$", format!("not JSON: {error}"))),
        };
        let items = match records(&self.mapping.item, &value) {
            Ok(items) => items,
            Err(why) => return out(self.reject(page, 0, &self.mapping.item.to_string(), why)),
        };
        for (n, item) in items.into_iter().enumerate() {
            out(self.record(page, ordinal(n), Item::Json(item), None));
        }
    }

    pub(super) fn json_lines(&mut self, page: PageBytes<'_>, out: &mut dyn FnMut(Read)) {
        let mut record = 0;
        for line in page.bytes.split_inclusive(|b| *b == b'\n') {
            let number = self.line;
            self.line += 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice::<Value>(line) {
                Ok(value) => out(self.record(page, record, Item::Json(&value), Some(number))),
                Err(error) => out(self.reject(
                    page,
                    record,
                    &format!("line {number}"),
                    format!("not JSON: {error}"),
                )),
            }
            record = record.saturating_add(1);
        }
    }

    pub(super) fn csv(
        &mut self,
        page: PageBytes<'_>,
        out: &mut dyn FnMut(Read),
    ) -> Result<(), ReadError> {
        let mut lines = Lines::new(page.bytes, self.line);
        let headings = match self.headings.take() {
            Some(headings) => headings,
            None => self.read_headings(&mut lines)?,
        };
        let mut record = 0;
        for line in lines.by_ref() {
            match line {
                Ok(line) if line.fields.len() != headings.len() => {
                    let why = format!(
                        "{} fields where the headings are {}",
                        line.fields.len(),
                        headings.len()
                    );
                    out(self.reject(page, record, &format!("line {}", line.line), why));
                }
                Ok(line) => {
                    let item = Item::Csv {
                        headings: &headings,
                        fields: &line.fields,
                    };
                    out(self.record(page, record, item, Some(line.line)));
                }
                Err(error) => out(self.reject(
                    page,
                    record,
                    &format!("line {}", error.line),
                    error.why.to_owned(),
                )),
            }
            record = record.saturating_add(1);
        }
        self.line = lines.next_line();
        self.headings = Some(headings);
        Ok(())
    }

    /// The first line of a file: each heading once, and all that the mapping names.
    fn read_headings(&self, lines: &mut Lines<'_>) -> Result<HashMap<String, usize>, ReadError> {
        let first = match lines.next() {
            None => return Err(ReadError::HeadingLine("the file is empty".to_owned())),
            Some(line) => line.map_err(|e| ReadError::HeadingLine(e.to_string()))?,
        };
        let mut headings = HashMap::new();
        for (n, name) in first.fields.iter().enumerate() {
            if headings.insert(name.trim().to_owned(), n).is_some() {
                return Err(ReadError::HeadingTwice(name.trim().to_owned()));
            }
        }
        for expr in self.mapping.columns.iter().flatten() {
            let name = match &expr.at {
                Where::Heading(name) => name,
                Where::HeadingIfThere(name) => match misspelt(name, &first.fields, self.schema) {
                    Some(_) => name,
                    None => continue,
                },
                Where::Item(path) => match path.steps() {
                    [Step::Name(name)] => name,
                    _ => continue,
                },
                _ => continue,
            };
            if !headings.contains_key(name) {
                let near = nearest(name, first.fields.iter().map(|f| f.trim()));
                return Err(ReadError::Heading {
                    missing: name.clone(),
                    hint: near
                        .map(|near| format!(" (did you mean `{near}`?)"))
                        .unwrap_or_default(),
                    found: first.fields.join(", "),
                });
            }
        }
        Ok(headings)
    }

    /// One record, unless it contradicts an earlier one.
    fn record(
        &mut self,
        page: PageBytes<'_>,
        record: u32,
        item: Item<'_>,
        line: Option<u64>,
    ) -> Read {
        let read = self.taken(page, record, item, line);
        let place = || {
            line.map_or_else(
                || format!("record {record} of page {}", page.blob),
                |line| format!("line {line}"),
            )
        };
        match &mut self.seen {
            Some(seen) => seen.pass(self.schema, read, &place()),
            None => read,
        }
    }

    /// Each column taken, then a row or a rejection.
    fn taken(&self, page: PageBytes<'_>, record: u32, item: Item<'_>, line: Option<u64>) -> Read {
        let scope = Scope {
            params: self.params,
            parent: (!page.parent.is_empty()).then_some(page.with),
        };
        let mut row = Row {
            cells: Vec::new(),
            unknown: 0,
            cite: self.cite(page.blob, record),
            observed_at: self.observed_at,
        };
        let (mut bad, mut first) = (0_u64, None::<Refused>);
        for (n, (column, expr)) in self
            .schema
            .columns
            .iter()
            .zip(&self.mapping.columns)
            .enumerate()
        {
            let bit = 1_u64 << (n % 64);
            let taken = expr
                .as_ref()
                .map_or(Ok(Taken::Unknown), |expr| expr.take(column, item, scope));
            match taken {
                Ok(Taken::Cell(cell)) => row.cells.push(cell),
                Ok(Taken::Unknown) => {
                    row.cells.push(Cell::Absent);
                    row.unknown |= bit;
                }
                Err(refused) => {
                    row.cells.push(Cell::Absent);
                    bad |= bit;
                    first.get_or_insert(refused);
                }
            }
        }
        let keyed = if bad & self.key_mask() == 0 {
            row.item(self.schema).map(drop).map_err(|e| e.to_string())
        } else {
            Ok(())
        };
        let refused = match (first, keyed) {
            (None, Ok(())) => return Read::Row(row),
            (Some(refused), _) => refused,
            (None, Err(why)) => {
                bad |= self.key_mask();
                Refused {
                    at: "key".to_owned(),
                    why,
                }
            }
        };
        self.rejected(page, item, scope, row, bad, refused, line)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one caller; the parts of one record"
    )]
    fn rejected(
        &self,
        page: PageBytes<'_>,
        item: Item<'_>,
        scope: Scope<'_>,
        row: Row,
        bad: u64,
        refused: Refused,
        line: Option<u64>,
    ) -> Read {
        let own = row
            .item(self.schema)
            .ok()
            .filter(|_| bad & self.key_mask() == 0);
        let json = if let Item::Json(value) = item {
            Some(value)
        } else {
            None
        };
        let named = self
            .mapping
            .key
            .fill(
                Fill {
                    params: scope.params,
                    item: json,
                    parent: scope.parent,
                },
                plain,
            )
            .ok();
        let named = named.filter(|name| !name.is_empty());
        let parent = if !page.parent.is_empty() {
            page.parent.to_owned()
        } else {
            named
                .or_else(|| own.map(|item| item.to_string()))
                .unwrap_or_else(|| format!("#{}.{}", page.blob, row.cite.record))
        };
        let at = line.map_or(refused.at.clone(), |line| {
            format!("line {line}: {}", refused.at)
        });
        self.reject_row(page, &at, refused.why, row, bad, parent)
    }

    pub(super) fn key_mask(&self) -> u64 {
        self.schema
            .key
            .iter()
            .map(|name| self.schema.mask(name.as_str()))
            .fold(0, |a, b| a | b)
    }
}

/// A heading that is no column and was probably meant to be this one.
fn misspelt<'f>(name: &str, headings: &'f [String], schema: &Schema) -> Option<&'f str> {
    let strange = headings.iter().map(|f| f.trim());
    nearest(name, strange.filter(|f| schema.column(f).is_none()))
}

fn ordinal(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
