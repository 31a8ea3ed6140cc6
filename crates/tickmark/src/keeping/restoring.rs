//! Restoring: nothing is there until everything has been compared.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read},
    os::unix::fs::OpenOptionsExt as _,
    path::{Component, Path, PathBuf},
};

use tickmark_core::model::document::class_of;

use super::{FORMAT, Hashing, LIST, List, Listed, POLICY, beside, private_folder, sync_folder};
use crate::{
    error::{Error, Result, io},
    keys,
    ledger::{Ledger, store_error},
    program::Program,
};

/// Longest list that is read, bytes: some hundred thousand files.
const LONGEST_LIST: u64 = 64 << 20;

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Entries.
    pub size: u64,
    /// Their root, hex.
    pub root: String,
    /// Files.
    pub files: usize,
    /// When the backup was made: what was recorded later is not in it.
    pub made_at: String,
    /// Where the signing key has to be, and whether it is there.
    pub key: (PathBuf, bool),
}

/// Restores a backup into a folder that is empty or not there. Every file is compared with its digest and the whole ledger with itself
/// (`fsck`) before the folder gets its name.
///
/// # Errors
/// The folder is not empty, the backup is damaged, cut off or of a newer program, the ledger contradicts itself; then nothing was restored.
pub fn restore(file: &Path, dir: &Path) -> Result<Restored> {
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) || dir.is_file() {
        return Err(Error::refused(format!(
            "{}: the folder is not empty, nothing was restored",
            dir.display()
        ))
        .hint("name a new one; a backup never goes over something that is there"));
    }
    let work = beside(&absolute(dir)?, "part");
    let restored = unpack(file, &work).and_then(|list| {
        examine(&work, &list)?;
        if dir.exists() {
            fs::remove_dir(dir).map_err(io(dir))?;
        }
        fs::rename(&work, dir).map_err(io(dir))?;
        sync_folder(dir)?;
        let key = keys::place(&list.origin)?;
        let there = key.exists();
        Ok(Restored {
            size: list.size,
            root: list.root,
            files: list.files.len(),
            made_at: list.made_at,
            key: (key, there),
        })
    });
    let _ = fs::remove_dir_all(&work);
    restored
}

/// With a last part that can be given another name (`.` has none).
fn absolute(dir: &Path) -> Result<PathBuf> {
    std::path::absolute(dir).map_err(io(dir))
}

fn damaged(file: &Path, what: impl std::fmt::Display) -> Error {
    Error::corrupt(format!("{}: {what}", file.display()))
        .hint("take another backup; nothing was restored")
}

/// Writes the files of a backup into a folder and compares them with its list.
fn unpack(file: &Path, work: &Path) -> Result<List> {
    let wrong = |e: io::Error| match e.kind() {
        io::ErrorKind::PermissionDenied => io(file)(e),
        _ => damaged(file, e),
    };
    let from = BufReader::with_capacity(1 << 20, File::open(file).map_err(io(file))?);
    private_folder(work)?;
    let mut found = BTreeMap::new();
    for entry in tar::Archive::new(from).entries().map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if name == LIST {
            return compare(file, &read_list(file, entry)?, &found);
        }
        let path = safe(&name).filter(|_| entry.header().entry_type() == tar::EntryType::Regular);
        let path = path.ok_or_else(|| {
            damaged(
                file,
                format!("`{}` is no file of a program", name.escape_debug()),
            )
        })?;
        let listed = unpack_one(entry, &work.join(path))
            .map_err(|e| damaged(file, format!("{name}: {e}")))?;
        if found.insert(name.clone(), listed).is_some() {
            return Err(damaged(file, format!("{name}: it is there twice")));
        }
    }
    Err(damaged(file, "it ends without its list of files"))
}

fn unpack_one(from: impl Read, to: &Path) -> io::Result<Listed> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)?;
    let mut from = Hashing::of(from);
    io::copy(&mut from, &mut out)?;
    out.sync_all()?;
    Ok(from.listed())
}

/// A path that stays in the folder: below `.tickmark`, or a document where one belongs.
fn safe(path: &str) -> Option<&Path> {
    let found = Path::new(path);
    let plain = found
        .components()
        .all(|c| matches!(c, Component::Normal(_)));
    let ours = path.starts_with(".tickmark/") || path == POLICY || class_of(path).is_ok();
    (plain && ours && !path.contains(['\\', '\0'])).then_some(found)
}

fn read_list(file: &Path, from: impl Read) -> Result<List> {
    let mut text = Vec::new();
    from.take(LONGEST_LIST + 1)
        .read_to_end(&mut text)
        .map_err(|e| damaged(file, e))?;
    if text.len() as u64 > LONGEST_LIST {
        return Err(damaged(file, "its list of files is too long"));
    }
    let list: List = serde_json::from_slice(&text)
        .map_err(|e| damaged(file, format!("its list of files cannot be read: {e}")))?;
    if list.format == FORMAT {
        Ok(list)
    } else {
        Err(Error::refused(format!(
            "{}: a backup of format {}, this program knows {FORMAT}",
            file.display(),
            list.format
        ))
        .hint(format!("restore it with tickmark {}", list.program)))
    }
}

fn compare(file: &Path, list: &List, found: &BTreeMap<String, Listed>) -> Result<List> {
    let different = list
        .files
        .iter()
        .find(|(path, listed)| found.get(*path) != Some(*listed))
        .map(|(path, _)| path);
    let unlisted = found.keys().find(|path| !list.files.contains_key(*path));
    match different.or(unlisted) {
        Some(path) => Err(damaged(file, format!("{path} is not what was backed up"))),
        None => Ok(list.clone()),
    }
}

/// Hashes every entry, blob and checkpoint again and compares the head with the one that was backed up.
fn examine(work: &Path, list: &List) -> Result<()> {
    let ledger = Ledger::open(&Program::inside(work))?;
    let report = ledger.store().fsck().map_err(store_error)?;
    if let Some(problem) = report.problems.first() {
        return Err(
            Error::corrupt(format!("the restored ledger contradicts itself: {problem}"))
                .hint("take another backup; nothing was restored"),
        );
    }
    let head = (report.head.size, report.head.root.to_string());
    if head != (list.size, list.root.clone()) {
        return Err(Error::corrupt(format!(
            "the restored ledger has {} entries with another head than the {} backed up",
            head.0, list.size
        ))
        .hint("take another backup; nothing was restored"));
    }
    Ok(())
}
