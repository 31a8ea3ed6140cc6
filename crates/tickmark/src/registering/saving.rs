//! A document that somebody edits on a page: written, recorded, and put back as it was if it is refused.
#![allow(
    clippy::disallowed_methods,
    reason = "saving a document writes the file a person edited"
)]

use std::{fs, path::Path};

use tickmark_core::model::{
    decide::{self, Change, ChangeKind, Command},
    document::class_of,
    state::State,
};

use crate::{
    adopting,
    error::{Error, Result, io},
    ledger::Recorded,
    program::{Hands, Program},
};

/// A document as somebody wants it to be.
pub struct Wish<'a> {
    /// Its path in the program directory, such as `risks/leaver-access.md`.
    pub path: &'a str,
    /// All of its bytes.
    pub bytes: &'a [u8],
    /// Leaf of the version that was edited; none for a new document.
    pub seen: Option<u64>,
}

/// Writes a document and records it.
///
/// # Errors
/// It is no document of a program, it is not valid, somebody recorded another version since, other files of the directory are not
/// recorded; the file is as it was then.
pub fn save(program: &Program, wish: &Wish<'_>, hands: Hands<'_>) -> Result<Option<Recorded>> {
    check_path(wish.path)?;
    let _alone = adopting::alone(program)?;
    program.refresh()?;
    check_seen(&program.state(), wish)?;
    check_recorded(program, wish, hands)?;
    let file = program.dir().join(wish.path);
    let before = fs::read(&file).ok();
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(io(folder))?;
    }
    fs::write(&file, wish.bytes).map_err(|e| {
        put_back(&file, before.as_deref());
        Error::environment(format!("{}: {e}", file.display()))
    })?;
    let recorded =
        record(program, wish, hands).inspect_err(|_| put_back(&file, before.as_deref()))?;
    program.sign()?;
    Ok(recorded)
}

fn put_back(file: &Path, before: Option<&[u8]>) {
    let _ = match before {
        Some(bytes) => fs::write(file, bytes),
        None => fs::remove_file(file),
    };
}

/// A path inside of the program directory that a document has.
fn check_path(path: &str) -> Result<()> {
    let inside = !Path::new(path).is_absolute() && !path.split(['/', '\\']).any(|p| p == "..");
    if !inside {
        return Err(
            Error::refused(format!("`{path}` lies outside of the program directory"))
                .hint("name a document of the program, such as `risks/leaver-access.md`"),
        );
    }
    class_of(path).map_err(Error::refused)?;
    Ok(())
}

/// The version that was edited is still the one that stands.
fn check_seen(state: &State, wish: &Wish<'_>) -> Result<()> {
    let path = wish.path;
    let what = match (state.current(path).map(|v| v.leaf), wish.seen) {
        (now, seen) if now == seen => return Ok(()),
        (Some(now), Some(_)) => {
            format!("somebody else recorded a newer version of `{path}` (entry {now})")
        }
        (Some(now), None) => format!("there is a document `{path}` already (entry {now})"),
        (None, _) => format!("somebody else took `{path}` out of the program"),
    };
    Err(Error::refused(what).hint("open it again and make your change there"))
}

/// What lies in the directory is what was recorded: `apply` would record all of it under the name of whoever saves this one.
fn check_recorded(program: &Program, wish: &Wish<'_>, hands: Hands<'_>) -> Result<()> {
    let documents = program.documents()?;
    let changes = decide::changes(&program.state(), &documents, hands.clock.now());
    let on_disk = documents.iter().find(|(path, _, _)| *path == wish.path);
    let same = on_disk.is_none_or(|(_, bytes, _)| bytes == wish.bytes);
    // The file that is saved may be missing, or say already what it is to say.
    let mine = |c: &&Change| {
        c.path == wish.path && (same || matches!(c.kind, ChangeKind::Vanished { .. }))
    };
    let others: Vec<&str> = changes
        .iter()
        .filter(|c| !mine(c))
        .map(|c| c.path.as_str())
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(Error::refused(format!(
        "the program directory differs from what is recorded: {}",
        others.join(", ")
    ))
    .hint("record it first with `tickmark apply`, or write the recorded files back"))
}

/// Records it, unless somebody else was quicker.
fn record(program: &Program, wish: &Wish<'_>, hands: Hands<'_>) -> Result<Option<Recorded>> {
    let documents = program.documents()?;
    let shelf = program.shelf()?;
    let pins = adopting::pins(&shelf)?;
    program.commit(hands, |state| {
        check_seen(state, wish)?;
        Ok(Command::Apply {
            documents: &documents,
            pins: &pins,
        })
    })
}
