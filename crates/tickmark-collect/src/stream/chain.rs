//! The pages of one list, from the first to the last.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tickmark_core::facts::mapping::{Fill, Format, plain, records, scalar};
use tickmark_core::facts::source::{Next, Stop};
use tickmark_core::model::manifest::{Gap, Page};

use super::{Broken, CollectError, Parent, Run, address};
use crate::transport::Response;
use crate::{date, link};

/// Requests for parents that may fail one after the other before the source counts as gone.
const OUTAGE: u32 = 10;

/// One list read to its end.
pub(super) struct Listed {
    records: u64,
    /// What the source itself counts, told in its answers.
    told: Option<u64>,
}

/// A page read as far as paging needs.
struct Opened {
    items: u64,
    next: String,
    told: Option<u64>,
    body: Option<Value>,
}

impl Run<'_> {
    /// The one list of a stream without parents.
    pub(super) fn list(&mut self) -> Result<(), CollectError> {
        let first = address(&self.task.stream.get, &self.params, None)?;
        match self.chain(&first, None)? {
            Ok(listed) => self.at_source = listed.told,
            Err(broken) => self.broken = Some(broken),
        }
        Ok(())
    }

    /// One list for each parent.
    pub(super) fn each(&mut self) -> Result<(), CollectError> {
        let parents = self.task.parents;
        let mut failed_in_a_row = 0;
        for (n, parent) in parents.items.iter().enumerate() {
            let rest = parents.items.get(n + 1..).unwrap_or_default();
            let outcome = match address(&self.task.stream.get, &self.params, Some(parent)) {
                Ok(first) => self.chain(&first, Some(parent))?,
                Err(error) => Err(Broken {
                    why: "parameter",
                    what: error.to_string(),
                    status: 0,
                }),
            };
            match outcome {
                Ok(listed) => {
                    failed_in_a_row = 0;
                    self.close_parent(parent, &listed);
                }
                // A refused secret is refused for every parent.
                Err(broken) if broken.status == 401 => {
                    self.gap(parent, broken.status, broken.why);
                    self.break_off(broken, rest);
                    return Ok(());
                }
                Err(broken) => {
                    failed_in_a_row = if broken.status == 0 {
                        failed_in_a_row + 1
                    } else {
                        0
                    };
                    self.gap(parent, broken.status, broken.why);
                    if failed_in_a_row >= OUTAGE {
                        self.break_off(broken, rest);
                        return Ok(());
                    }
                }
            }
        }
        if !parents.complete {
            let what = "the list of parents is not complete; collect that stream again".to_owned();
            self.broken = Some(Broken {
                why: "parents",
                what,
                status: 0,
            });
        }
        Ok(())
    }

    /// The stream ends here. Parents that were never asked for are no less unknown than those that did not answer.
    fn break_off(&mut self, broken: Broken, rest: &[Parent]) {
        for parent in rest {
            self.gap(parent, 0, "unreached");
        }
        self.broken = Some(broken);
    }

    /// A parent's list is there; it may still be cut off.
    fn close_parent(&mut self, parent: &Parent, listed: &Listed) {
        let capped = self
            .task
            .stream
            .cap
            .is_some_and(|cap| listed.records >= cap);
        if capped {
            self.gap(parent, 200, "capped");
        } else if listed.told.is_some_and(|told| told != listed.records) {
            self.gap(parent, 200, "count");
        } else {
            self.parents_read += 1;
        }
    }

    fn gap(&mut self, parent: &Parent, status: u16, why: &str) {
        let columns = self.task.stream.gap_columns.clone();
        self.gaps.push(Gap {
            item: parent.item.clone(),
            status,
            why: why.to_owned(),
            columns,
        });
    }

    /// Follows the pages of one list. The inner error says why the list is not whole.
    fn chain(
        &mut self,
        first: &str,
        parent: Option<&Parent>,
    ) -> Result<Result<Listed, Broken>, CollectError> {
        let mut listed = Listed {
            records: 0,
            told: None,
        };
        let mut target = first.to_owned();
        let mut cursor = String::new();
        let mut asked = BTreeSet::new();
        let max = self.task.stream.page.max;
        for number in 0.. {
            if number >= max {
                let what = format!(
                    "`{first}` has more than {max} pages; raise `page: {{max: …}}` if that is right"
                );
                return Ok(Err(Broken {
                    why: "too_many_pages",
                    what,
                    status: 200,
                }));
            }
            if !asked.insert(target.clone()) {
                let what = format!("the pages of `{first}` lead back to `{target}`");
                return Ok(Err(Broken {
                    why: "loop",
                    what,
                    status: 200,
                }));
            }
            let answer = match self.ask(&target)? {
                Ok(answer) => answer,
                Err(broken) => return Ok(Err(broken)),
            };
            let opened = match self.open(&answer, first, number) {
                Ok(opened) => opened,
                Err(broken) => return Ok(Err(broken)),
            };
            self.keep(&answer, &opened, &cursor, parent)?;
            listed.records += opened.items;
            listed.told = opened.told.or(listed.told);
            if opened.next.is_empty() {
                break;
            }
            target.clone_from(&opened.next);
            cursor = opened.next;
        }
        Ok(Ok(listed))
    }

    /// Reads a page as far as paging needs.
    fn open(&self, answer: &Response, first: &str, number: u64) -> Result<Opened, Broken> {
        let status = answer.status;
        let broken = |why, what| Broken { why, what, status };
        match status {
            200 => {}
            401 => {
                return Err(broken(
                    "denied",
                    format!("`{first}` answers 401: the secret is refused"),
                ));
            }
            403 | 404 => return Err(broken("denied", format!("`{first}` answers {status}"))),
            _ => return Err(broken("status", format!("`{first}` answers {status}"))),
        }
        let stream = self.task.stream;
        if stream.format != Format::Json {
            return Ok(Opened {
                items: 0,
                next: String::new(),
                told: None,
                body: None,
            });
        }
        let body: Value = serde_json::from_slice(&answer.body).map_err(|e| {
            broken(
                "unreadable",
                format!("an answer to `{first}` is not JSON: {e}"),
            )
        })?;
        let items = records(&stream.item, &body).map_err(|why| {
            broken(
                "unreadable",
                format!("an answer to `{first}`, at `{}`: {why}", stream.item),
            )
        })?;
        let items = items.len() as u64;
        let count = stream.count.as_ref().filter(|count| count.get.is_none());
        let void = |path: &Option<_>| {
            path.as_ref()
                .is_some_and(|p: &tickmark_core::model::path::JsonPath| {
                    p.one(&body) == Some(&Value::Bool(true))
                })
        };
        let told = count
            .filter(|c| !void(&c.void_if))
            .and_then(|c| c.path.one(&body))
            .and_then(Value::as_u64);
        let next = self.next(answer, &body, first, number, items);
        Ok(Opened {
            items,
            next,
            told,
            body: Some(body),
        })
    }

    /// Address of the next page, empty at the end.
    fn next(
        &self,
        answer: &Response,
        body: &Value,
        first: &str,
        number: u64,
        items: u64,
    ) -> String {
        let page = &self.task.stream.page;
        let stop = match page.stop {
            Stop::NoNext => false,
            Stop::Empty => items == 0,
            Stop::Short(full) => items < full,
        };
        if stop {
            return String::new();
        }
        match &page.next {
            Next::None => String::new(),
            Next::LinkHeader => answer
                .headers
                .get("link")
                .and_then(|header| link::next(header))
                .unwrap_or_default(),
            Next::Body { path, param } => {
                let told = path.one(body).and_then(scalar).unwrap_or_default();
                match param {
                    Some(param) if !told.is_empty() => with_query(first, param, &told),
                    _ => told,
                }
            }
            Next::Number { param, first: from } => {
                with_query(first, param, &(from + number + 1).to_string())
            }
        }
    }

    /// Keeps the bytes and what the manifest says of them.
    fn keep(
        &mut self,
        answer: &Response,
        opened: &Opened,
        cursor: &str,
        parent: Option<&Parent>,
    ) -> Result<(), CollectError> {
        let blob = self.sink.page(&answer.body)?;
        self.records += opened.items;
        self.pages.push(Page {
            blob,
            status: answer.status,
            cursor: cursor.to_owned(),
            next: opened.next.clone(),
            items: opened.items,
            parent: parent.map(|p| p.item.clone()).unwrap_or_default(),
            with: parent.map(|p| p.with.clone()).unwrap_or_default(),
            source_clock: answer
                .headers
                .get("date")
                .and_then(|header| date::parse(header)),
        });
        if let Some(body) = &opened.body {
            self.note_items(blob, body, parent);
        }
        Ok(())
    }

    /// Names the items that other streams have one request for each of.
    fn note_items(&mut self, blob: u32, body: &Value, parent: Option<&Parent>) {
        let Some(wanted) = &self.wanted else { return };
        for (n, item) in self.task.stream.item.all(body).into_iter().enumerate() {
            let fill = Fill {
                params: &self.params,
                item: Some(item),
                parent: parent.map(|p| &p.with),
            };
            let Ok(name) = self.task.stream.key.fill(fill, plain) else {
                // It exists and has no name: nothing can be asked about it.
                self.gaps.push(Gap {
                    item: format!("#{blob}.{n}"),
                    status: 200,
                    why: "no_key".to_owned(),
                    columns: Vec::new(),
                });
                continue;
            };
            let field = |path: &tickmark_core::model::path::JsonPath| {
                Some((
                    path.to_string(),
                    path.one(item).filter(|v| scalar(v).is_some())?.clone(),
                ))
            };
            let with: BTreeMap<String, Value> = wanted.iter().filter_map(field).collect();
            if self.known.insert(name.clone()) {
                self.items.push(Parent { item: name, with });
            }
        }
    }
}

/// The address with a query parameter, replacing one of that name.
fn with_query(target: &str, name: &str, value: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mine = format!("{name}={}", tickmark_core::facts::mapping::percent(value));
    let kept = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
    let pairs: Vec<&str> = kept.chain(std::iter::once(mine.as_str())).collect();
    format!("{path}?{}", pairs.join("&"))
}
