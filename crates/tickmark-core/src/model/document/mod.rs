//! The documents of a program: what management writes, parsed once, with a place for every defect.
//!
//! Bytes are kept as they are (decision D21); these types are what the rest of the product reads out of them.

mod adoption;
mod check;
mod commitments;
mod front;
mod lifetime;
mod mailbox;
mod notices;
mod people;
mod policy;
mod program;
mod risk;
mod scale;
mod set;
mod sources;
mod system;
mod vendor;
mod vendor_report;
mod waivers;

use serde::{Deserialize, Serialize};

use super::diagnostic::{Diagnostic, nearest};
use super::ids::ControlId;
use super::time::Day;
use super::yaml::{self, Reader};

pub use adoption::{Adoption, Interval, ParamValue};
pub use commitments::{Commitment, CommitmentKind, Commitments};
pub use front::{FrontMatter, split_front_matter};
pub use lifetime::Lifetime;
pub use mailbox::{AddressError, Mailbox, Quiet, Security, Smtp};
pub use notices::{MailSettings, Notices, OwnerIs, Rhythm, WebhookSettings};
pub use people::{Account, AccountRef, KIND_GROUPS, People, Person, PersonKind};
pub use policy::{Acknowledge, Policy};
pub use program::Program;
pub use risk::{Rating, Risk, Treatment};
pub use scale::RiskScale;
pub use set::Documents;
pub use sources::{AuthReference, FileFormat, FileMapping, SourceConfig, Sources, Transport};
pub use system::{DESCRIPTION_CRITERIA, Section, System};
pub use vendor::{Assumed, Criticality, Vendor, VendorRole};
pub use vendor_report::{About, Cuec, Opinion, ReportKind, ReportedException, VendorReport};
pub use waivers::{Waived, Waiver, Waivers, pattern_covers};

/// What a path of a program holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// `tickmark.yaml`
    Program,
    /// `system.md`
    System,
    /// `commitments.yaml`
    Commitments,
    /// `controls/ID.md`
    Adoption,
    /// `people.yaml`
    People,
    /// `waivers.yaml`
    Waivers,
    /// `sources.yaml`
    Sources,
    /// A risk, vendor or policy that was recorded before they were read: kept as it is.
    Text,
    /// `tests/*.yaml`: kept, read by the judge.
    Test,
    /// `policies/ID.md`
    Policy,
    /// `risks/ID.md`
    Risk,
    /// `vendors/ID.md`
    Vendor,
    /// `notices.yaml`
    Notices,
}

/// A parsed document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// Organization, zone, calendars, categories, periods.
    Program(Box<Program>),
    /// System description.
    System(System),
    /// Service commitments and system requirements.
    Commitments(Commitments),
    /// An adopted control.
    Adoption(Adoption),
    /// Persons and their accounts.
    People(People),
    /// Approved exceptions.
    Waivers(Waivers),
    /// Configured sources.
    Sources(Sources),
    /// A policy.
    Policy(Box<Policy>),
    /// A risk.
    Risk(Box<Risk>),
    /// A vendor.
    Vendor(Box<Vendor>),
    /// A test that the judge reads.
    Test,
    /// Who is told what.
    Notices(Box<Notices>),
}

impl Document {
    /// What it is.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Program(_) => Class::Program,
            Self::System(_) => Class::System,
            Self::Commitments(_) => Class::Commitments,
            Self::Adoption(_) => Class::Adoption,
            Self::People(_) => Class::People,
            Self::Waivers(_) => Class::Waivers,
            Self::Sources(_) => Class::Sources,
            Self::Policy(_) => Class::Policy,
            Self::Risk(_) => Class::Risk,
            Self::Vendor(_) => Class::Vendor,
            Self::Test => Class::Test,
            Self::Notices(_) => Class::Notices,
        }
    }

    /// First and last day, where the document says them: they stand in its entry.
    #[must_use]
    pub fn days(&self) -> (Option<Day>, Option<Day>) {
        let lifetime = match self {
            Self::Adoption(a) => return (Some(a.effective), a.retired),
            Self::Policy(policy) => policy.lifetime,
            Self::Risk(risk) => risk.lifetime,
            Self::Vendor(vendor) => vendor.lifetime,
            _ => return (None, None),
        };
        (Some(lifetime.from), lifetime.retired)
    }
}

/// Longest path, in bytes: it stands in a leaf.
const MAX_PATH_BYTES: usize = 128;
/// The files with one place.
const FILES: [(&str, Class); 7] = [
    ("tickmark.yaml", Class::Program),
    ("system.md", Class::System),
    ("commitments.yaml", Class::Commitments),
    ("people.yaml", Class::People),
    ("waivers.yaml", Class::Waivers),
    ("sources.yaml", Class::Sources),
    ("notices.yaml", Class::Notices),
];
/// The folders of documents.
const FOLDERS: [(&str, &str, Class); 5] = [
    ("controls", "md", Class::Adoption),
    ("risks", "md", Class::Risk),
    ("vendors", "md", Class::Vendor),
    ("policies", "md", Class::Policy),
    ("tests", "yaml", Class::Test),
];

/// What a path of a program directory holds, by its name alone. The engine walks the directory with it: a path that is no document
/// (`README.md`, `.git/…`) is an error here and is left alone there unless it looks like a slip.
///
/// # Errors
/// The path names no document, with the nearest that does.
pub fn class_of(path: &str) -> Result<Class, Diagnostic> {
    let refuse = |what: &str, hint: String| Err(Diagnostic::new(path, 0, 0, what).hint(hint));
    if path.len() > MAX_PATH_BYTES
        || !path
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'))
    {
        return refuse(
            "a document's path is short and of letters, digits, `-`, `_` and `.`",
            "rename the file".to_owned(),
        );
    }
    if let Some((_, class)) = FILES.iter().find(|(name, _)| *name == path) {
        return Ok(*class);
    }
    let Some((folder, name)) = path.split_once('/') else {
        let near = nearest(path, FILES.iter().map(|(name, _)| *name));
        return match near {
            Some(near) => refuse(
                "not a document of a program",
                format!("did you mean `{near}`?"),
            ),
            None => refuse(
                "not a document of a program",
                "the documents are listed in `docs/program.md`".to_owned(),
            ),
        };
    };
    let Some((_, ending, class)) = FOLDERS.iter().find(|(f, _, _)| *f == folder) else {
        return match nearest(folder, FOLDERS.iter().map(|(f, _, _)| *f)) {
            Some(near) => refuse(
                "not a document of a program",
                format!("did you mean the folder `{near}`?"),
            ),
            None => refuse(
                "not a document of a program",
                "the documents are listed in `docs/program.md`".to_owned(),
            ),
        };
    };
    match name.rsplit_once('.') {
        Some((stem, e)) if e == *ending && !stem.is_empty() && !name.contains('/') => Ok(*class),
        _ => refuse(
            "not a document of this folder",
            format!("write `{folder}/NAME.{ending}`"),
        ),
    }
}

/// Reads one document.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file.
pub fn parse(path: &str, bytes: &[u8]) -> Result<Document, Vec<Diagnostic>> {
    let class = class_of(path).map_err(|d| vec![d])?;
    let text = decode(path, bytes).map_err(|d| vec![d])?;
    if class == Class::Test {
        return Ok(Document::Test);
    }
    let mut reader = Reader::new(path);
    let document = match class {
        Class::System => system::read(&mut reader, text).map(Document::System),
        Class::Adoption => adoption::read(&mut reader, text).map(Document::Adoption),
        Class::Policy => policy::read(&mut reader, text).map(|p| Document::Policy(Box::new(p))),
        Class::Risk => risk::read(&mut reader, text).map(|r| Document::Risk(Box::new(r))),
        Class::Vendor => vendor::read(&mut reader, text).map(|v| Document::Vendor(Box::new(v))),
        _ => {
            let node = yaml::parse(path, text, 1).map_err(|d| vec![d])?;
            match class {
                Class::Program => {
                    program::read(&mut reader, &node).map(|p| Document::Program(Box::new(p)))
                }
                Class::Commitments => {
                    commitments::read(&mut reader, &node).map(Document::Commitments)
                }
                Class::People => people::read(&mut reader, &node).map(Document::People),
                Class::Waivers => waivers::read(&mut reader, &node).map(Document::Waivers),
                Class::Notices => {
                    notices::read(&mut reader, &node).map(|n| Document::Notices(Box::new(n)))
                }
                _ => sources::read(&mut reader, &node).map(Document::Sources),
            }
        }
    };
    reader.finish(document)
}

/// Reads a mapping that stands in a file of its own: what `sources.yaml` has below `mapping:`. `form` is taken if it does not say one.
///
/// # Errors
/// Every defect with its place in `file`.
pub fn parse_mapping(
    file: &str,
    bytes: &[u8],
    form: FileFormat,
) -> Result<FileMapping, Vec<Diagnostic>> {
    let text = decode(file, bytes).map_err(|d| vec![d])?;
    let node = yaml::parse(file, text, 1).map_err(|d| vec![d])?;
    let mut reader = Reader::new(file);
    let mapping = sources::read_mapping(&mut reader, &node, form);
    reader.finish(mapping)
}

/// The control a path adopts: `controls/CHG-01.md`.
#[must_use]
pub fn control_of_path(path: &str) -> Option<ControlId> {
    path.strip_prefix("controls/")?
        .strip_suffix(".md")
        .and_then(|id| ControlId::parse(id).ok())
}

fn decode<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, Diagnostic> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        Diagnostic::new(
            path,
            u32::try_from(line).unwrap_or(0),
            u32::try_from(column).unwrap_or(0),
            "not UTF-8",
        )
        .hint("save the file as UTF-8")
    })?;
    if text.starts_with('\u{feff}') {
        return Err(Diagnostic::new(path, 1, 1, "begins with a byte order mark")
            .hint("save the file as UTF-8 without it"));
    }
    match text.find('\0') {
        None => Ok(text),
        Some(at) => {
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            Err(Diagnostic::new(
                path,
                u32::try_from(line).unwrap_or(0),
                1,
                "holds a NUL character",
            )
            .hint("save it as plain text"))
        }
    }
}
