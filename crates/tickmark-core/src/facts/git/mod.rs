//! Commits of a git history as rows, read from the objects themselves (decision D29).
//!
//! Git alone tells author, committer, parents, times, trailers and the kind of signature: all of them claims of whoever made the
//! commit. Who pushed, approved or deployed is not in it. Signatures are named here, never verified.

mod frame;
mod signature;

use std::collections::BTreeMap;

use gix_object::CommitRef;
use gix_object::bstr::{BStr, ByteSlice};

use crate::model::time::Time;

use super::mapping::{Format, Mapping, nfc};
use super::message;
use super::read::{PageBytes, Read, Reader};
use super::row::{Cell, Row};
use super::schema::Schema;

pub use frame::{Frame, FrameError, Frames, header};
pub use signature::{Signed, signed};

/// Parameter of a git collection: the commit the walk began at.
pub const HEAD: &str = "head";
/// Parameter of a git collection: the name rows carry, `owner/name` or a folder's name.
pub const REPOSITORY: &str = "repository";

/// Follows first parents through the objects of a collection, which begin with the commits reached from the head by first parents,
/// in order.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    expected: Option<String>,
}

impl Walk {
    /// A walk that begins at the collection's head.
    #[must_use]
    pub fn from_params(params: &BTreeMap<String, String>) -> Self {
        Self {
            expected: params.get(HEAD).cloned(),
        }
    }

    /// Whether this commit is the next one on the first-parent line, and steps on if it is.
    fn step(&mut self, id: &str, first_parent: Option<&str>) -> bool {
        let on_line = self.expected.as_deref() == Some(id);
        if on_line {
            self.expected = first_parent.map(str::to_owned);
        }
        on_line
    }
}

/// The mapping of git objects: columns are taken by name.
///
/// # Errors
/// A column that git does not tell and that may not be unknown.
pub fn mapping(schema: &Schema) -> Result<Mapping, String> {
    let told = |name: &str| COLUMNS.contains(&name);
    if let Some(column) = schema
        .columns
        .iter()
        .find(|c| !told(c.name.as_str()) && !c.can_be.unknown)
    {
        let what = format!(
            "git does not tell `{}` of population `{}`; it tells {}",
            column.name,
            schema.name,
            COLUMNS.join(", ")
        );
        return Err(what);
    }
    Ok(Mapping {
        population: schema.name.clone(),
        version: schema.version,
        format: Format::Git,
        item: Default::default(),
        key: Default::default(),
        columns: vec![None; schema.columns.len()],
    })
}

const COLUMNS: [&str; 16] = [
    "repository",
    "sha",
    "main",
    "parents",
    "parent_shas",
    "author",
    "authored_at",
    "committer",
    "committed_at",
    "reference",
    "reference_how",
    "reviewers",
    "co_authors",
    "signature",
    "signed_by",
    "subject",
];

/// One commit, decoded.
struct Commit {
    id: String,
    main: bool,
    parents: Vec<String>,
    author: (Option<String>, Time),
    committer: (Option<String>, Time),
    message: String,
    signature: Option<Signed>,
}

impl Reader<'_> {
    pub(in crate::facts) fn git_objects(&mut self, page: PageBytes<'_>, out: &mut dyn FnMut(Read)) {
        let mut record = 0_u32;
        for frame in Frames::new(page.bytes) {
            match frame {
                // Tags are recorded with the history; they are no commits.
                Ok(frame) if frame.kind == "tag" => continue,
                Ok(frame) => out(self.commit(page, record, &frame)),
                Err(error) => out(self.reject(
                    page,
                    record,
                    &format!("byte {}", error.at),
                    error.why.to_owned(),
                )),
            }
            record = record.saturating_add(1);
        }
    }

    fn commit(&mut self, page: PageBytes<'_>, record: u32, frame: &Frame<'_>) -> Read {
        match decode(frame) {
            Err(why) => self.reject(page, record, frame.id, why),
            Ok(mut commit) => {
                commit.main = self
                    .git
                    .step(&commit.id, commit.parents.first().map(String::as_str));
                self.commit_row(page, record, &commit)
            }
        }
    }

    fn commit_row(&self, page: PageBytes<'_>, record: u32, commit: &Commit) -> Read {
        let mut row = Row {
            cells: Vec::new(),
            unknown: 0,
            cite: self.cite(page.blob, record),
            observed_at: self.observed_at(),
        };
        let (mut bad, mut first) = (0_u64, None);
        for (n, column) in self.schema().columns.iter().enumerate() {
            let name = column.name.as_str();
            let cell = match name {
                "repository" => self
                    .params
                    .get(REPOSITORY)
                    .map_or(Cell::Absent, |name| Cell::Text(name.clone())),
                name => commit.cell(name),
            };
            let bit = 1_u64 << (n % 64);
            if cell.is_absent() && !COLUMNS.contains(&name) {
                row.unknown |= bit;
            } else if cell.is_absent() && !column.can_be.absent {
                bad |= bit;
                first.get_or_insert(name);
            }
            row.cells.push(cell);
        }
        match (row.item(self.schema()), first) {
            (Err(error), _) => self.reject(page, record, "key", error.to_string()),
            (Ok(_), None) => Read::Row(row),
            // The commit is there all the same: what it does not tell is unknown.
            (Ok(item), Some(name)) => {
                let why = format!("commit {} does not tell `{name}`", commit.id);
                self.reject_row(page, name, why, row, bad, item.to_string())
            }
        }
    }
}

impl Commit {
    fn cell(&self, column: &str) -> Cell {
        let people = |accounts: Vec<String>| match accounts.is_empty() {
            true => Cell::Absent,
            false => Cell::set(accounts),
        };
        let text = |text: Option<String>| text.map_or(Cell::Absent, Cell::Text);
        let reference = message::reference(&self.message);
        match column {
            "sha" => Cell::Text(self.id.clone()),
            "main" => Cell::Bool(self.main),
            "parents" => Cell::Int(i64::try_from(self.parents.len()).unwrap_or(i64::MAX)),
            "parent_shas" => Cell::set(self.parents.clone()),
            "author" => text(self.author.0.clone()),
            "authored_at" => Cell::Time(self.author.1),
            "committer" => text(self.committer.0.clone()),
            "committed_at" => Cell::Time(self.committer.1),
            "reference" => text(reference.map(|(number, _)| number.to_string())),
            "reference_how" => text(reference.map(|(_, how)| how.as_str().to_owned())),
            "reviewers" => people(message::reviewers(&self.message)),
            "co_authors" => people(message::co_authors(&self.message)),
            "signature" => text(self.signature.as_ref().map(|s| s.kind.as_str().to_owned())),
            "signed_by" => text(self.signature.as_ref().and_then(|s| s.key.clone())),
            "subject" => Cell::Text(nfc(self.message.lines().next().unwrap_or_default())),
            _ => Cell::Absent,
        }
    }
}

/// An address as an account: two spellings of one address are one account.
fn account(mail: &str) -> String {
    nfc(&format!("email:{}", mail.trim().to_lowercase()))
}

fn decode(frame: &Frame<'_>) -> Result<Commit, String> {
    let kind = gix_hash::Kind::from_hex_len(frame.id.len())
        .ok_or("the object's name is neither SHA-1 nor SHA-256")?;
    if frame.kind != "commit" {
        return Err(format!(
            "a {} where commits and tags are expected",
            frame.kind
        ));
    }
    let id = gix_object::compute_hash(kind, gix_object::Kind::Commit, frame.data)
        .map_err(|e| e.to_string())?
        .to_string();
    if id != frame.id {
        return Err(format!("the object's bytes have the name {id}"));
    }
    let commit =
        CommitRef::from_bytes(frame.data, kind).map_err(|e| format!("not a commit: {e}"))?;
    let signature = commit
        .extra_headers()
        .find(gix_object::commit::signature_field_name(kind));
    Ok(Commit {
        id,
        main: false,
        parents: commit.parents().map(|p| p.to_string()).collect(),
        author: who(commit.author)?,
        committer: who(commit.committer)?,
        message: text(commit.message),
        signature: signature.map(signed),
    })
}

/// Account and time of an author or committer line: `email:address`, or `name:…` of a line without address.
fn who(line: &BStr) -> Result<(Option<String>, Time), String> {
    let rest = line
        .rsplit_once_str(">")
        .map_or(line.as_bytes(), |(_, rest)| rest);
    let seconds = rest
        .to_str_lossy()
        .split_whitespace()
        .next()
        .and_then(|s| s.parse::<i64>().ok());
    let seconds = seconds.ok_or("an author or committer without a time")?;
    let micros = seconds
        .checked_mul(1_000_000)
        .ok_or("a time beyond the year 9998")?;
    let (name, rest) = line.split_once_str("<").unwrap_or((line, b""));
    let mail = rest.split_once_str(">").map_or(String::new(), |(mail, _)| {
        text(mail.as_bstr()).trim().to_owned()
    });
    let name = text(name.as_bstr()).trim().to_owned();
    let account = match (mail.is_empty(), name.is_empty()) {
        (false, _) => Some(account(&mail)),
        (true, false) => Some(nfc(&format!("name:{name}"))),
        (true, true) => None,
    };
    Ok((account, Time::from_micros(micros)))
}

/// Text of a commit: UTF-8, with what is not replaced (old histories use other encodings).
fn text(bytes: &BStr) -> String {
    bytes.to_str_lossy().into_owned()
}
