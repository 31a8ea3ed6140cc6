use std::collections::BTreeMap;
use std::fmt::Write as _;

use tickmark_log::digest::{Digest, sha256};

use super::policy::check_revision;
use super::{Draft, LibraryInUse, Refusal, refuse};
use crate::model::body::{Body, DocumentBody, ProgramBody, RetirementBody};
use crate::model::diagnostic::nearest;
use crate::model::document::{Adoption, Class, Document, Documents, ParamValue};
use crate::model::ids::ControlId;
use crate::model::state::{State, Version};
use crate::model::time::{Day, Time};

/// A document that differs from the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// What it is.
    pub class: Class,
    /// How it differs.
    pub kind: ChangeKind,
    /// Days between the first day in force and the day of recording, if that day lies in the past.
    pub back_dated_days: i32,
}

/// How a document differs from the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Not in the ledger.
    New,
    /// Other bytes than the version at this leaf.
    Changed {
        /// Leaf of the version in the ledger.
        was: u64,
    },
    /// In the ledger, not in the directory.
    Vanished {
        /// Leaf of the version in the ledger.
        was: u64,
    },
}

/// The documents that differ from the ledger, in the order of paths, for `apply --dry-run`.
#[must_use]
pub fn changes(state: &State, documents: &Documents, now: Time) -> Vec<Change> {
    let today = state.zone().day_of(now);
    let mut out = Vec::new();
    for (path, bytes, document) in documents.iter() {
        let kind = match state.current(path) {
            None => ChangeKind::New,
            Some(version) if is_same(version, bytes, document) => continue,
            Some(version) => ChangeKind::Changed { was: version.leaf },
        };
        let effective = in_force_from(document).unwrap_or(today);
        let back_dated_days = today.days_since(effective).max(0);
        out.push(Change {
            path: path.to_owned(),
            class: document.class(),
            kind,
            back_dated_days,
        });
    }
    for (path, version) in state
        .current_documents()
        .filter(|(path, _)| documents.get(path).is_none())
    {
        let kind = ChangeKind::Vanished { was: version.leaf };
        out.push(Change {
            path: path.to_owned(),
            class: version.class,
            kind,
            back_dated_days: 0,
        });
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

/// Whether the ledger holds these bytes as this kind of document. A text that a later version reads is recorded again.
fn is_same(version: &Version, bytes: &[u8], document: &Document) -> bool {
    version.digest == Some(sha256(bytes)) && version.class == document.class()
}

/// The first day on which a document binds, for those that bind: recorded later, it is shown as back-dated. A vendor served and a
/// risk stood before they were written down.
fn in_force_from(document: &Document) -> Option<Day> {
    match document {
        Document::Adoption(_) | Document::Policy(_) => document.days().0,
        _ => None,
    }
}

pub(super) fn init(
    state: &State,
    log: ProgramBody,
    library: LibraryInUse<'_>,
    documents: &Documents,
) -> Result<Vec<Draft>, Refusal> {
    if documents.program().is_none() {
        return refuse(
            "a program needs `tickmark.yaml`",
            "write organization, name, zone and categories into it",
        );
    }
    let first = Draft::new(
        Body::Program(log.clone()),
        &[b"program", log.origin.as_bytes(), log.vkey.as_bytes()],
    );
    let mut drafts = vec![first, library_draft(library)];
    // Controls are adopted by `apply`: what they pin must be in the ledger before.
    let program = |document: &Document| adoption(document).is_none();
    drafts.extend(recorded(state, documents, &BTreeMap::new(), program)?);
    Ok(drafts)
}

pub(super) fn library(state: &State, library: LibraryInUse<'_>) -> Result<Vec<Draft>, Refusal> {
    let same = state
        .library()
        .is_some_and(|l| l.digest == library.body.digest);
    Ok(if same {
        Vec::new()
    } else {
        vec![library_draft(library).refs(state.library().map(|l| l.leaf))]
    })
}

fn library_draft(library: LibraryInUse<'_>) -> Draft {
    let digest = library.body.digest;
    let version = library.body.version.clone();
    Draft::new(
        Body::Library(library.body),
        &[b"library", digest.as_bytes(), version.as_bytes()],
    )
    .blob("content", library.bytes.to_vec())
}

pub(super) fn apply(
    state: &State,
    documents: &Documents,
    pins: &BTreeMap<ControlId, Digest>,
) -> Result<Vec<Draft>, Refusal> {
    if documents.program().is_none() {
        return refuse(
            "`tickmark.yaml` is missing",
            "run this in the program directory, or write it back with `export`",
        );
    }
    let mut drafts = recorded(state, documents, pins, |_| true)?;
    for (path, version) in state
        .current_documents()
        .filter(|(path, _)| documents.get(path).is_none())
    {
        drafts.push(vanished(path, version)?);
    }
    Ok(drafts)
}

/// A vanished document is refused unless it was retired before (decision D21).
fn vanished(path: &str, version: &Version) -> Result<Draft, Refusal> {
    let ends = matches!(
        version.class,
        Class::Adoption | Class::Policy | Class::Risk | Class::Vendor
    );
    if ends && version.retired.is_none() {
        let hint = format!(
            "write `retired: DATE` into `{path}` and apply it first, or write the file back with `export`"
        );
        return refuse(format!("`{path}` has vanished without being retired"), hint);
    }
    if !ends && !matches!(version.class, Class::Text | Class::Test) {
        return refuse(
            format!("`{path}` has vanished"),
            "write it back with `export`; an empty list says that there are none",
        );
    }
    let body = Body::Retirement(RetirementBody {
        path: path.to_owned(),
    });
    Ok(Draft::new(
        body,
        &[b"retirement", path.as_bytes(), &version.leaf.to_be_bytes()],
    )
    .refs([version.leaf]))
}

fn recorded(
    state: &State,
    documents: &Documents,
    pins: &BTreeMap<ControlId, Digest>,
    wanted: impl Fn(&Document) -> bool,
) -> Result<Vec<Draft>, Refusal> {
    let mut drafts = Vec::new();
    for (path, bytes, document) in documents.iter().filter(|(_, _, document)| wanted(document)) {
        let digest = sha256(bytes);
        if state
            .current(path)
            .is_some_and(|v| is_same(v, bytes, document))
        {
            continue;
        }
        if let Document::Policy(policy) = document {
            check_revision(state, path, policy, digest)?;
        }
        let last = state.documents.get(path).and_then(|v| v.last());
        let adoption = adoption(document);
        let pinned = adoption.map(|a| pin(state, path, a, pins)).transpose()?;
        let (effective, retired) = document.days();
        let body = DocumentBody {
            path: path.to_owned(),
            class: document.class(),
            effective,
            control: adoption.map(|a| a.control.clone()),
            pinned,
            retired,
        };
        let before = last.map_or([0; 8], |v| (v.leaf + 1).to_be_bytes());
        let draft = Draft::new(
            Body::Document(body),
            &[b"document", path.as_bytes(), digest.as_bytes(), &before],
        );
        drafts.push(
            draft
                .refs(last.map(|v| v.leaf))
                .blob("content", bytes.to_vec()),
        );
    }
    Ok(drafts)
}

fn adoption(document: &Document) -> Option<&Adoption> {
    match document {
        Document::Adoption(adoption) => Some(adoption),
        _ => None,
    }
}

/// The control file that an adoption pins: the digest it names, else the one pinned before, else the library's (decision D20).
fn pin(
    state: &State,
    path: &str,
    adoption: &Adoption,
    pins: &BTreeMap<ControlId, Digest>,
) -> Result<Digest, Refusal> {
    let control = &adoption.control;
    let earlier = || {
        state
            .documents
            .get(path)
            .into_iter()
            .flatten()
            .rev()
            .filter_map(|v| v.pinned)
    };
    match adoption.digest {
        None => {}
        Some(digest) if pins.get(control) == Some(&digest) || earlier().any(|d| d == digest) => {
            return Ok(digest);
        }
        Some(digest) => {
            let hint = match pins.get(control) {
                Some(known) => format!("the library holds sha256:{known}"),
                None => "the library does not hold this control".to_owned(),
            };
            return refuse(
                format!("{path}: no version of `{control}` with digest sha256:{digest} is known"),
                hint,
            );
        }
    }
    if let Some(digest) = earlier().next() {
        return Ok(digest);
    }
    match pins.get(control) {
        Some(digest) => Ok(*digest),
        None => {
            let hint = match nearest(control.as_str(), pins.keys().map(ControlId::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`controls` lists the library".to_owned(),
            };
            refuse(
                format!("{path}: the library has no control `{control}`"),
                hint,
            )
        }
    }
}

/// The document that adopts a control, as `controls adopt` writes it.
#[must_use]
pub fn adoption_document(
    control: &ControlId,
    owner: &str,
    scope: &str,
    effective: Day,
    params: &BTreeMap<String, ParamValue>,
) -> String {
    let mut text = format!(
        "---\nadopt: {control}\nowner: {}\nscope: {}\neffective: {effective}\n",
        quoted(owner),
        quoted(scope)
    );
    if !params.is_empty() {
        text.push_str("params:\n");
    }
    for (name, value) in params {
        let value = match value {
            ParamValue::One(one) => quoted(one),
            ParamValue::Many(many) => format!(
                "[{}]",
                many.iter()
                    .map(|v| quoted(v))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        };
        let _ = writeln!(text, "  {name}: {value}");
    }
    text.push_str("---\n");
    text
}

/// A text in double quotes, as YAML reads it back; JSON's escapes are a part of YAML's.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
