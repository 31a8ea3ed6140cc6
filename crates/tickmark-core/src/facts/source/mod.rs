//! A source as declared in `library/sources/*.yaml` (schema e of the decisions): addresses, paging, mapping, completeness.

mod paging;
mod parse;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::diagnostic::{Diagnostic, nearest};
use crate::model::ids::{PopulationName, SourceId, StreamName};
use crate::model::path::JsonPath;
use crate::model::yaml::Place;

use super::mapping::{self, Convert, Format, MapEntry, Mapping, Part, Template, Where};
use super::schema::{Mismatch, Schema, Shape};

/// A declared source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// File it was read from, for messages.
    pub file: String,
    /// Name, as in `github`.
    pub id: SourceId,
    /// Raised when the meaning of a stream changes.
    pub version: u32,
    /// How to talk to it.
    pub http: Http,
    /// Parameters that a configured source gives.
    pub params: Vec<(String, ParamType)>,
    /// Proves that the same account answers as at first.
    pub pin: Option<Pin>,
    /// Response headers kept in the manifest, lower case.
    pub record_headers: Vec<String>,
    /// How long the source keeps its records, in seconds; `None` if for ever.
    pub retention_s: Option<u64>,
    /// Streams in the order written; a stream stands after the one it has one request for each item of.
    pub streams: Vec<Stream>,
}

/// How to talk to a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// Address that all others begin with; may be a parameter.
    pub base: Template,
    /// How the secret is sent.
    pub auth: Auth,
    /// `Accept` header.
    pub accept: String,
    /// Requests a second, at most.
    pub per_second: u32,
}

/// How the secret is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// Not at all.
    None,
    /// `Authorization: Bearer …`.
    Bearer,
    /// `Authorization: Basic …`; the secret is `user:password`.
    Basic,
    /// In a header of its own.
    Header(String),
}

/// Type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamType {
    /// Any text.
    Text,
    /// A whole number.
    Int,
}

/// A request whose answer must stay the same: the number of the organization, not its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Address.
    pub get: Template,
    /// Where the identity lies in the answer.
    pub path: JsonPath,
}

/// One list of records of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Name.
    pub name: StreamName,
    /// One request for each item of this stream; `{$.…}` in the address is then that item.
    pub each: Option<StreamName>,
    /// Address, relative to the base.
    pub get: Template,
    /// How pages follow each other.
    pub page: Paging,
    /// How pages are cut into records.
    pub format: Format,
    /// Where the records lie in a page.
    pub item: JsonPath,
    /// Population of the rows.
    pub into: PopulationName,
    /// Names an item in gaps and as the parent of other streams.
    pub key: Template,
    /// Where each column lies.
    pub map: Vec<MapEntry>,
    /// How the source is asked for its own count.
    pub count: Option<CountAt>,
    /// The source lists no more than this many records of one parent; reaching it makes the gap's columns unknown.
    pub cap: Option<u64>,
    /// A second source that must agree.
    pub tie_out: Option<TieOut>,
    /// Columns of derived populations that a gap makes unknown.
    pub gap_columns: Vec<String>,
    /// Events or a snapshot of states.
    pub shape: Shape,
    /// Longest time between two snapshots that still counts as covered, in seconds.
    pub cadence_s: Option<u64>,
    /// How long the source keeps the records of this stream, in seconds; `None` if for ever.
    pub retention_s: Option<u64>,
    /// Which time a complete fetch covers.
    pub covers: Covers,
    /// What the account that reads must be allowed, in the source's own words; none if the declaration does not say.
    pub permission: Option<String>,
}

/// How pages follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Where the next page is named.
    pub next: Next,
    /// When there is no further page.
    pub stop: Stop,
    /// Pages that are fetched at most; more make the collection partial.
    pub max: u64,
}

/// Where the next page is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// `Link: <…>; rel="next"` (RFC 8288).
    LinkHeader,
    /// In the body: an address or path, or with `param` a cursor that is sent back.
    Body {
        /// Where.
        path: JsonPath,
        /// Query parameter a cursor is sent in.
        param: Option<String>,
    },
    /// Pages are counted.
    Number {
        /// Query parameter.
        param: String,
        /// Number of the first page.
        first: u64,
    },
    /// There is one page.
    None,
}

/// When there is no further page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The source names none.
    NoNext,
    /// A page without records.
    Empty,
    /// A page with fewer records than this.
    Short(u64),
}

/// Where the source's own count is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountAt {
    /// Address; `None` if each answer tells it.
    pub get: Option<Template>,
    /// Where in the answer.
    pub path: JsonPath,
    /// A truth value in the answer that makes the count worthless.
    pub void_if: Option<JsonPath>,
}

/// A second source that must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieOut {
    /// The other stream or population.
    pub with: String,
    /// Column compared.
    pub on: String,
    /// What a mismatch does.
    pub mismatch: Mismatch,
}

/// Which time a complete fetch covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    /// From the beginning of the time asked for to the moment the fetch began.
    Asked,
    /// The moment of the fetch, and the time since the last complete one if that is not longer ago than the cadence.
    Snapshot,
    /// Nothing: the stream only adds to others.
    Nothing,
}

impl Source {
    /// Reads one declaration.
    ///
    /// # Errors
    /// The first defect with its place: unknown keys, paths and steps that cannot be read, parameters that are not declared,
    /// streams out of order.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostic> {
        parse::source(file, text)
    }

    /// A stream by name.
    #[must_use]
    pub fn stream(&self, name: &str) -> Option<&Stream> {
        self.streams
            .iter()
            .find(|stream| stream.name.as_str() == name)
    }

    /// The name and version a manifest carries: `github@1`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// Whether a complete fetch brings everything there ever was, not only what lies in the time asked for: neither the address nor
    /// those of the streams above it ask for a time, and the source keeps its records for ever.
    #[must_use]
    pub fn lists_all(&self, stream: &Stream) -> bool {
        let asks = stream.get.params().any(|name| name == "from");
        let above = stream.each.as_ref().map(|name| self.stream(name.as_str()));
        stream.covers == Covers::Asked
            && !asks
            && stream.retention_s.is_none()
            && above.is_none_or(|s| s.is_some_and(|s| self.lists_all(s)))
    }

    /// Binds a stream's mapping to the schema of its population.
    ///
    /// # Errors
    /// Every column that does not fit, with its place.
    pub fn bind(&self, stream: &Stream, schema: &Schema) -> Result<Mapping, Vec<Diagnostic>> {
        let at = stream
            .map
            .first()
            .map_or(Place::default(), |entry| entry.at);
        let refuse = |what: String| vec![Diagnostic::new(&self.file, at.line, at.column, what)];
        if stream.into != schema.name {
            return Err(refuse(format!(
                "stream `{}` goes into `{}`, not `{}`",
                stream.name, stream.into, schema.name
            )));
        }
        if stream.shape != schema.shape {
            let what = format!(
                "stream `{}` and population `{}` differ in shape (event, state)",
                stream.name, schema.name
            );
            return Err(refuse(what));
        }
        mapping::bind(
            &self.file,
            &stream.map,
            schema,
            stream.format,
            stream.item.clone(),
            stream.key.clone(),
        )
    }

    /// Every stream against the schema of its population.
    #[must_use]
    pub fn check(&self, schemas: &[Schema]) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        for stream in &self.streams {
            match schemas.iter().find(|schema| schema.name == stream.into) {
                Some(schema) => wrong.extend(self.bind(stream, schema).err().unwrap_or_default()),
                None => {
                    let what = format!(
                        "stream `{}` goes into population `{}`, which does not exist",
                        stream.name, stream.into
                    );
                    let near = nearest(
                        stream.into.as_str(),
                        schemas.iter().map(|schema| schema.name.as_str()),
                    );
                    let wrong_one = Diagnostic::new(&self.file, 0, 0, what);
                    wrong.push(match near {
                        Some(near) => wrong_one.hint(format!("did you mean `{near}`?")),
                        None => wrong_one,
                    });
                }
            }
        }
        wrong
    }
}

impl Stream {
    /// What the keys of all its items begin with, by the parameters of the configured source: `acme/api/` of `{org}/{repo}/{$.number}`.
    #[must_use]
    pub fn key_prefix(&self, params: &BTreeMap<String, String>) -> String {
        let known = self.key.parts().iter().map_while(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Param(name) => params.get(name).map(String::as_str),
            Part::Item(_) | Part::Parent(_) => None,
        });
        known.collect()
    }

    /// Paths of the parent's item that the address, key and mapping name: kept with each page so that it can be read alone.
    #[must_use]
    pub fn parent_paths(&self) -> BTreeSet<JsonPath> {
        let mut paths = BTreeSet::new();
        let mut note = |template: &Template, item_is_parent: bool| {
            for part in template.parts() {
                match part {
                    Part::Parent(path) => drop(paths.insert(path.clone())),
                    Part::Item(path) if item_is_parent => drop(paths.insert(path.clone())),
                    _ => {}
                }
            }
        };
        note(&self.get, self.each.is_some());
        note(&self.key, false);
        for entry in &self.map {
            if let Where::Template(template) = &entry.expr.at {
                note(template, false);
            }
            if let Some(Convert::Account(template)) = &entry.expr.convert {
                note(template, false);
            }
        }
        for entry in &self.map {
            if let Where::Parent(path) = &entry.expr.at {
                paths.insert(path.clone());
            }
        }
        paths
    }
}
