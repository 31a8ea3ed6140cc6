//! Documents into the ledger: all that changed, or the adoption of one control.
#![allow(
    clippy::disallowed_methods,
    reason = "adopting a control writes the document a person asked for"
)]

use std::{
    collections::BTreeMap,
    fs::{self, File},
};

use tickmark_core::{
    judge::library::Control,
    model::{decide::Command, diagnostic::nearest, ids::ControlId, time::Day},
};
use tickmark_log::digest::Digest;

use crate::{
    error::{Error, Result, io},
    ledger::Recorded,
    program::{Hands, Program, digest},
    shelf::Shelf,
};

/// The control somebody wants to adopt. An empty text was not given.
pub struct Wish<'a> {
    /// Its id.
    pub control: &'a str,
    /// Who answers for it.
    pub owner: &'a str,
    /// What it covers.
    pub scope: &'a str,
    /// First day it is in force.
    pub effective: &'a str,
    /// Parameters, `NAME=VALUE`.
    pub params: &'a [String],
}

/// A control that was adopted.
pub struct Adopted {
    /// Its id.
    pub control: ControlId,
    /// Its title.
    pub title: String,
    /// What was recorded; nothing if it was adopted so already.
    pub recorded: Option<Recorded>,
    /// Days between its first day and today, if that lies in the past.
    pub back_dated_days: i32,
}

/// Records what differs from the ledger.
///
/// # Errors
/// A document is wrong or refused; nothing is recorded then.
pub fn apply(program: &Program, hands: Hands<'_>) -> Result<Option<Recorded>> {
    let _alone = alone(program)?;
    record(program, hands)
}

/// Waits until nobody else writes documents into the program directory and records them; ends when it is dropped. Whoever writes the
/// ledger alone need not wait.
///
/// # Errors
/// The disk fails.
pub(crate) fn alone(program: &Program) -> Result<File> {
    let path = Program::inside(program.dir()).join("documents");
    let file = File::create(&path).map_err(io(&path))?;
    file.lock().map_err(io(&path))?;
    Ok(file)
}

fn record(program: &Program, hands: Hands<'_>) -> Result<Option<Recorded>> {
    let documents = program.documents()?;
    let shelf = program.shelf()?;
    let pins = pins(&shelf)?;
    program.commit(hands, |_| {
        Ok(Command::Apply {
            documents: &documents,
            pins: &pins,
        })
    })
}

/// Digest of each control file of the library.
///
/// # Errors
/// A digest of the library cannot be read.
pub(crate) fn pins(shelf: &Shelf) -> Result<BTreeMap<ControlId, Digest>> {
    let controls = shelf.library.controls.iter();
    controls
        .map(|(id, control)| Ok((id.clone(), digest(&control.digest)?)))
        .collect()
}

/// A control of the library by what somebody typed.
///
/// # Errors
/// There is none; the nearest is named.
pub fn in_library<'a>(shelf: &'a Shelf, id: &str) -> Result<&'a Control> {
    let found = ControlId::parse(id).ok();
    if let Some(control) = found.and_then(|id| shelf.library.controls.get(&id)) {
        return Ok(control);
    }
    let names: Vec<String> = shelf
        .library
        .controls
        .keys()
        .map(ToString::to_string)
        .collect();
    let hint = nearest(id, names.iter().map(String::as_str)).map_or_else(
        || "`tickmark controls` lists them".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(Error::user(format!("there is no control `{id}`")).hint(hint))
}

/// Writes the document of an adoption and records it. Refused, the file is put back as it was: nothing is half done.
///
/// # Errors
/// Owner, scope or day is missing, the control unknown, the document refused.
pub fn adopt(program: &Program, wish: &Wish<'_>, hands: Hands<'_>) -> Result<Adopted> {
    let shelf = program.shelf()?;
    let control = in_library(&shelf, wish.control)?;
    let (text, day) = document(control, wish)?;
    let _alone = alone(program)?;
    let path = program
        .dir()
        .join(format!("controls/{}.md", control.front.id));
    let before = fs::read(&path).ok();
    let wrong = |e: std::io::Error| Error::environment(format!("{}: {e}", path.display()));
    fs::create_dir_all(program.dir().join("controls")).map_err(wrong)?;
    fs::write(&path, &text).map_err(wrong)?;
    let recorded = record(program, hands).inspect_err(|_| {
        let _ = match &before {
            Some(bytes) => fs::write(&path, bytes),
            None => fs::remove_file(&path),
        };
    })?;
    program.sign()?;
    let today = program.state().zone().day_of(hands.clock.now());
    Ok(Adopted {
        control: control.front.id.clone(),
        title: control.front.title.clone(),
        recorded,
        back_dated_days: today.days_since(day).max(0),
    })
}

fn document(control: &Control, wish: &Wish<'_>) -> Result<(String, Day)> {
    let id = &control.front.id;
    let need = |value: &str, flag: &str, what: &str| match value.trim() {
        "" => Err(
            Error::refused(format!("control `{id}` cannot be adopted without {what}"))
                .hint(format!("name it with {flag}")),
        ),
        _ => Ok(quoted(value)),
    };
    let owner = need(wish.owner, "--owner", "an owner")?;
    let scope = need(wish.scope, "--scope", "a scope")?;
    need(
        wish.effective,
        "--effective 2026-01-01",
        "the day it takes effect",
    )?;
    let day = Day::parse(wish.effective).map_err(Error::user)?;
    let pin = control.digest.trim_start_matches("sha256:");
    let mut text = format!(
        "---\nadopt: {id}@sha256:{pin}\nowner: {owner}\nscope: {scope}\neffective: {day}\n"
    );
    if !wish.params.is_empty() {
        text.push_str("params:\n");
    }
    for param in wish.params {
        let (name, value) = param
            .split_once('=')
            .ok_or_else(|| Error::user(format!("--set {param}: write NAME=VALUE")))?;
        text.push_str(&format!("  {name}: {}\n", quoted(value)));
    }
    text.push_str(&format!("---\n{}\n", control.front.title));
    Ok((text, day))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
