//! A new program directory: documents that say only what is known.
#![allow(
    clippy::disallowed_methods,
    reason = "the engine owns the program directory"
)]

use std::{fs, path::Path};

use crate::{
    documents,
    error::{Error, Result, io},
    program::{Hands, Program},
};

/// What `init` is told.
pub struct New<'a> {
    /// Name of the organization.
    pub name: &'a str,
    /// Reporting zone, IANA name.
    pub zone: &'a str,
}

/// Writes the first documents where there are none, and begins the ledger.
///
/// # Errors
/// There is a ledger already, a document that lies there is wrong, the disk fails.
pub fn init(dir: &Path, new: &New<'_>, hands: Hands<'_>) -> Result<Program> {
    fs::create_dir_all(dir).map_err(io(dir))?;
    let origin = match declared_origin(dir)? {
        Some(origin) => origin,
        None => origin(new.name, hands)?,
    };
    let slug = slug(new.name);
    let yaml = format!(
        "organization: {slug}\nname: {}\nzone: {}\ncategories: [security]\n# periods: [2026-01-01..2026-12-31]\n",
        quoted(new.name),
        new.zone
    );
    for (file, text) in [
        ("tickmark.yaml", yaml.as_str()),
        ("system.md", SYSTEM),
        ("commitments.yaml", COMMITMENTS),
    ] {
        let path = dir.join(file);
        if !path.exists() {
            fs::write(&path, text).map_err(io(&path))?;
        }
    }
    let program = Program::create(dir, &origin, hands)?;
    let key = program
        .state()
        .log
        .as_ref()
        .map(|log| log.vkey.clone())
        .unwrap_or_default();
    let path = dir.join("trust.policy");
    fs::write(&path, format!("log {key}\n\nquorum none\n")).map_err(io(&path))?;
    Ok(program)
}

const SYSTEM: &str = "\
# System description

Write under each heading what is so at your organization; leave a heading empty rather than guess. The headings follow the
description criteria.

## DC1 Services provided

## DC2 Principal service commitments and system requirements

## DC3 Components and boundaries

## DC4 Incidents

## DC5 Criteria and controls

## DC6 Complementary user entity controls

## DC7 Subservice organizations

## DC8 Criteria that are not relevant

## DC9 Significant changes
";

const COMMITMENTS: &str = "\
# Service commitments and system requirements, in the words of your contracts. Example:
#   - {id: availability, kind: commitment, statement: The service is available 99.9 % of each month., categories: [availability]}
commitments: []
";

/// The name that a `tickmark.yaml` which lies there already gives the log.
fn declared_origin(dir: &Path) -> Result<Option<String>> {
    if !dir.join("tickmark.yaml").exists() {
        return Ok(None);
    }
    let documents = documents::read(dir)?;
    Ok(documents.program().and_then(|p| p.origin.clone()))
}

/// A name for the log that no other log has.
fn origin(name: &str, hands: Hands<'_>) -> Result<String> {
    let random = hands.entropy.bytes32()?;
    let tail: String = random.iter().take(4).map(|b| format!("{b:02x}")).collect();
    Ok(format!("tickmark.invalid/{}-{tail}", slug(name)))
}

fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let slug: String = lower
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let slug = slug.trim_matches('-').to_owned();
    if slug.is_empty() {
        "organization".to_owned()
    } else {
        slug.chars().take(40).collect()
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The zone this machine is set to; `init` writes it down and nothing reads it afterwards.
pub fn machine_zone() -> String {
    let link = fs::read_link("/etc/localtime").ok();
    let name = link.and_then(|l| {
        l.to_str()
            .and_then(|s| s.split_once("zoneinfo/"))
            .map(|(_, z)| z.to_owned())
    });
    name.or_else(|| {
        fs::read_to_string("/etc/timezone")
            .ok()
            .map(|t| t.trim().to_owned())
    })
    .filter(|z| tickmark_core::model::time::Zone::parse(z).is_ok())
    .unwrap_or_else(|| "UTC".to_owned())
}

/// Writes the recorded documents of a state back, byte for byte.
///
/// # Errors
/// The folder is not empty, a blob is missing, the disk fails.
pub fn export(
    program: &Program,
    state: &tickmark_core::model::state::State,
    to: &Path,
) -> Result<usize> {
    use crate::records::Records as _;
    if to.exists() && fs::read_dir(to).map_err(io(to))?.next().is_some() {
        return Err(
            Error::refused(format!("{}: the folder is not empty", to.display()))
                .hint("name a new folder"),
        );
    }
    let mut written = 0;
    for (path, version) in state.current_documents() {
        let target = to.join(path);
        let folder = target.parent().unwrap_or(to);
        fs::create_dir_all(folder).map_err(io(folder))?;
        let bytes = program
            .ledger()
            .blob(&tickmark_log::commitment::Commitment(version.commitment))?;
        fs::write(&target, bytes).map_err(io(&target))?;
        written += 1;
    }
    Ok(written)
}
