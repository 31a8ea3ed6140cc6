//! One stream of a declared source: addresses, pages, parents, counts, and the manifest that tells what was fetched.
//!
//! What the source refuses for one parent is a gap of that parent, never an empty list. What breaks the list itself makes the
//! collection partial, and a partial collection covers no time.

mod chain;
mod witness;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tickmark_core::facts::mapping::{Fill, Part, Template, TemplateError, percent, scalar};
use tickmark_core::facts::source::{Source, Stream};
use tickmark_core::model::clock::Clock;
use tickmark_core::model::ids::InstanceId;
use tickmark_core::model::manifest::{Gap, Manifest, Page};
use tickmark_core::model::path::JsonPath;
use tickmark_core::model::time::{Span, Time};

use crate::transport::{Request, Response, Transport, TransportError};
use crate::{Sink, SinkError, live};

/// What is to be fetched.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// The declaration.
    pub source: &'a Source,
    /// The stream of it.
    pub stream: &'a Stream,
    /// The configured source.
    pub instance: &'a InstanceId,
    /// Its parameters.
    pub params: &'a BTreeMap<String, String>,
    /// Identity of the account, from [`identify`].
    pub account: &'a str,
    /// The time asked for.
    pub asked: Span,
    /// When the source was configured: what lies before is fetched after the fact.
    pub connected_at: Option<Time>,
    /// When the last complete snapshot of this stream was taken, for streams of states.
    pub previous: Option<Time>,
    /// Items of the stream that this one has one request for each of; ignored by others.
    pub parents: &'a Parents,
    /// Digest of the mapping the pages will be read with.
    pub mapping: &'a str,
    /// Version of the reader.
    pub facts: u32,
    /// Program and build.
    pub collector: &'a str,
}

/// Items that other streams have one request for each of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parents {
    /// The items in the order fetched, each once.
    pub items: Vec<Parent>,
    /// Whether these are all.
    pub complete: bool,
}

/// One item, as its children need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// Its name as the stream's `key:` writes it.
    pub item: String,
    /// The fields that children name, by path.
    pub with: BTreeMap<String, Value>,
}

/// What was fetched. Records, rejections and the counts that depend on them are filled by whoever reads the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The witness, its records not yet counted.
    pub manifest: Manifest,
    /// Items for the streams that have one request for each of them.
    pub parents: Parents,
    /// Why it is not complete.
    pub broken: Option<Broken>,
}

/// Why a collection is not complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Slug for the entry: `unreachable`, `denied`, `status`, `unreadable`, `too_many_pages`, `loop`, `other_host`, `parents`,
    /// `count`, `parameter`.
    pub why: &'static str,
    /// In words.
    pub what: String,
    /// Status, 0 if there was no answer.
    pub status: u16,
}

/// Why nothing can be recorded.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A page cannot be kept.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// Another account answers than at first.
    #[error(
        "the source answers as account `{found}`, and `{expected}` was recorded at first; check base and parameters, or configure a new source"
    )]
    Pin {
        /// Recorded at first.
        expected: String,
        /// Answering now.
        found: String,
    },
    /// The account cannot be asked for.
    #[error("the identity of the account cannot be read: {0}")]
    Identity(String),
    /// No answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// A parameter is missing.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// Asks who answers. `pinned` is what answered at first; another one is refused.
///
/// # Errors
/// No answer, no identity in it, or another one.
pub fn identify(
    source: &Source,
    params: &BTreeMap<String, String>,
    pinned: Option<&str>,
    transport: &dyn Transport,
    clock: &dyn Clock,
) -> Result<String, CollectError> {
    let Some(pin) = &source.pin else {
        return Ok(String::new());
    };
    let at = clock.now();
    let fill = Fill {
        params,
        item: None,
        parent: None,
    };
    let target = pin.get.fill(fill, percent)?;
    let request = request(source, params, &target, at)?;
    let answer = transport.get(&request)?;
    if answer.status != 200 {
        return Err(CollectError::Identity(format!(
            "`{target}` answers {}",
            answer.status
        )));
    }
    let body: Value = serde_json::from_slice(&answer.body)
        .map_err(|e| CollectError::Identity(format!("`{target}`: {e}")))?;
    let found = pin.path.one(&body).and_then(scalar);
    let found =
        found.ok_or_else(|| CollectError::Identity(format!("`{target}` has no `{}`", pin.path)))?;
    match pinned {
        Some(expected) if expected != found => Err(CollectError::Pin {
            expected: expected.to_owned(),
            found,
        }),
        _ => Ok(found),
    }
}

/// Fetches one stream.
///
/// # Errors
/// Only what leaves nothing to record: a page cannot be kept, a parameter is missing. What breaks off while fetching is told by
/// [`Fetched::broken`] and by the manifest's `end`.
pub fn run(
    task: Task<'_>,
    transport: &dyn Transport,
    clock: &dyn Clock,
    sink: &mut dyn Sink,
) -> Result<Fetched, CollectError> {
    let began = clock.now();
    let mut run = Run {
        task,
        transport,
        clock,
        sink,
        began,
        ended: began,
        params: all_params(&task),
        pages: Vec::new(),
        gaps: Vec::new(),
        headers: BTreeMap::new(),
        wanted: wanted(task.source, task.stream),
        items: Vec::new(),
        known: BTreeSet::new(),
        records: 0,
        at_source: None,
        broken: None,
        parents_read: 0,
    };
    match task.stream.each {
        None => run.list()?,
        Some(_) => run.each()?,
    }
    run.count()?;
    Ok(run.finish())
}

/// Fields of this stream's items that its children name.
fn wanted(source: &Source, stream: &Stream) -> Option<BTreeSet<JsonPath>> {
    let children = source
        .streams
        .iter()
        .filter(|child| child.each.as_ref() == Some(&stream.name));
    let mut wanted: Option<BTreeSet<JsonPath>> = None;
    for child in children {
        wanted.get_or_insert_default().extend(child.parent_paths());
    }
    wanted
}

/// The parameters, and the time asked for as `from` and `until`.
fn all_params(task: &Task<'_>) -> BTreeMap<String, String> {
    let mut params = task.params.clone();
    params.insert("from".to_owned(), task.asked.from.to_string());
    params.insert("until".to_owned(), task.asked.until.to_string());
    params
}

/// A request for a path, or for a whole address on the same host.
fn request(
    source: &Source,
    params: &BTreeMap<String, String>,
    target: &str,
    at: Time,
) -> Result<Request, CollectError> {
    let fill = Fill {
        params,
        item: None,
        parent: None,
    };
    let base = source
        .http
        .base
        .fill(fill, tickmark_core::facts::mapping::plain)?;
    let base = base.trim_end_matches('/');
    let (url, target) = match target.strip_prefix(base) {
        Some(rest) if rest.starts_with(['/', '?']) => (target.to_owned(), rest.to_owned()),
        _ if target.starts_with('/') => (format!("{base}{target}"), target.to_owned()),
        _ if live::origin(target) == live::origin(base) && target.contains("://") => {
            let rest = target.get(live::origin(target).len()..).unwrap_or_default();
            (target.to_owned(), rest.to_owned())
        }
        _ => {
            let what =
                format!("`{target}` lies outside of `{base}`; a page may not lead to another host");
            return Err(TransportError::Refused(what).into());
        }
    };
    Ok(Request {
        url,
        target,
        accept: source.http.accept.clone(),
        at,
    })
}

/// The address of a stream; with `each` its `{$.…}` are fields of the parent.
fn address(
    template: &Template,
    params: &BTreeMap<String, String>,
    parent: Option<&Parent>,
) -> Result<String, TemplateError> {
    let mut out = String::new();
    for part in template.parts() {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Param(name) => {
                let value = params
                    .get(name)
                    .ok_or_else(|| TemplateError::Param(name.clone()))?;
                out.push_str(&percent(value));
            }
            Part::Item(path) | Part::Parent(path) => {
                let value = parent
                    .and_then(|p| p.with.get(&path.to_string()))
                    .and_then(scalar);
                out.push_str(&percent(
                    &value.ok_or_else(|| TemplateError::Field(path.to_string()))?,
                ));
            }
        }
    }
    Ok(out)
}

/// A collection under way.
struct Run<'a> {
    task: Task<'a>,
    transport: &'a dyn Transport,
    clock: &'a dyn Clock,
    sink: &'a mut dyn Sink,
    began: Time,
    ended: Time,
    params: BTreeMap<String, String>,
    pages: Vec<Page>,
    gaps: Vec<Gap>,
    headers: BTreeMap<String, String>,
    wanted: Option<BTreeSet<JsonPath>>,
    items: Vec<Parent>,
    known: BTreeSet<String>,
    records: u64,
    at_source: Option<u64>,
    broken: Option<Broken>,
    parents_read: u64,
}

impl Run<'_> {
    fn ask(&mut self, target: &str) -> Result<Result<Response, Broken>, CollectError> {
        let request = match request(self.task.source, &self.params, target, self.clock.now()) {
            Ok(request) => request,
            Err(CollectError::Transport(error)) => {
                return Ok(Err(Broken {
                    why: "other_host",
                    what: error.to_string(),
                    status: 0,
                }));
            }
            Err(other) => return Err(other),
        };
        let answer = self.transport.get(&request);
        self.ended = self.clock.now().max(self.ended);
        match answer {
            Ok(answer) => {
                self.note_headers(&answer);
                Ok(Ok(answer))
            }
            Err(error @ (TransportError::Recording(_) | TransportError::Refused(_))) => {
                Err(error.into())
            }
            Err(error) => Ok(Err(Broken {
                why: "unreachable",
                what: error.to_string(),
                status: 0,
            })),
        }
    }

    /// The declared headers, as the last answer that had them told.
    fn note_headers(&mut self, answer: &Response) {
        for name in &self.task.source.record_headers {
            if let Some(value) = answer.headers.get(name) {
                self.headers.insert(name.clone(), value.clone());
            }
        }
    }
}
