//! Recorded answers: an index by time and address, bodies by digest.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tickmark_core::model::time::Time;

/// One line of the index.
#[derive(Serialize)]
struct Line<'a> {
    at: String,
    method: &'static str,
    url: &'a str,
    status: u16,
    headers: BTreeMap<&'static str, String>,
    body: String,
}

/// The answers of one source. An answer like the last one for its address is not recorded again: the transport gives the
/// last one anyway.
pub(crate) struct Recording {
    base: &'static str,
    lines: String,
    bodies: BTreeMap<String, Vec<u8>>,
    last: BTreeMap<String, (u16, String, String)>,
}

impl Recording {
    pub(crate) fn new(base: &'static str) -> Self {
        Recording {
            base,
            lines: String::new(),
            bodies: BTreeMap::new(),
            last: BTreeMap::new(),
        }
    }

    /// Records an answer; `next` is the address of the next page, sent as a `Link` header.
    pub(crate) fn answer(
        &mut self,
        at: Time,
        url: &str,
        status: u16,
        next: Option<&str>,
        body: Vec<u8>,
    ) {
        let digest: String = Sha256::digest(&body)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let link = next
            .map(|n| format!("<{}{n}>; rel=\"next\"", self.base))
            .unwrap_or_default();
        let now = (status, digest.clone(), link.clone());
        if self.last.get(url) == Some(&now) {
            return;
        }
        self.last.insert(url.to_owned(), now);
        let mut headers = BTreeMap::from([("content-type", "application/json".to_owned())]);
        if !link.is_empty() {
            headers.insert("link", link);
        }
        let body_file = format!("bodies/{digest}.json");
        let line = Line {
            at: at.to_string(),
            method: "GET",
            url,
            status,
            headers,
            body: body_file,
        };
        self.lines.push_str(&json(&line));
        self.lines.push('\n');
        self.bodies.insert(digest, body);
    }

    /// Records a list as pages; `page` makes a body out of some items and the address of the next page.
    pub(crate) fn pages<T>(
        &mut self,
        at: Time,
        first: &str,
        items: &[T],
        size: usize,
        cursor: &str,
        page: impl Fn(&[T], Option<&str>) -> String,
    ) {
        let count = items.len().div_ceil(size).max(1);
        let address = |n: usize| match n {
            0 => first.to_owned(),
            _ => format!("{first}&{cursor}={}", n + 1),
        };
        for n in 0..count {
            let some: &[T] = items.chunks(size).nth(n).unwrap_or_default();
            let next = (n + 1 < count).then(|| address(n + 1));
            let body = page(some, next.as_deref()).into_bytes();
            self.answer(at, &address(n), 200, next.as_deref(), body);
        }
    }

    /// The identity of the account, which never changes.
    pub(crate) fn pin(&mut self, url: &str, at: Time, id: &str) {
        let body = format!("{{\"id\":\"{id}\"}}").into_bytes();
        self.answer(at, url, 200, None, body);
    }

    pub(crate) fn index(&self) -> &str {
        &self.lines
    }

    pub(crate) fn bodies(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.bodies
            .iter()
            .map(|(digest, body)| (digest.as_str(), body.as_slice()))
    }
}

/// JSON in the order of the fields. Values made here always have one.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
