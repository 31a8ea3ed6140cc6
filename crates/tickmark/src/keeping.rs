//! Keeping a program safe: a backup in one file, made while others work, and its restoration into an empty folder.
//!
//! A backup is a tar archive whose last file, [`LIST`], names every other one with its digest and says which head they make. In it is what
//! the folder holds and nothing can rebuild: ledger, checkpoints, blobs, salts, the ledger's secret, every other database below
//! `.tickmark`, documents and the proposed trust policy. Not in it: the signing key and the secrets of sources, which are kept outside the
//! folder for a reason, and caches.
#![allow(
    clippy::disallowed_methods,
    reason = "the engine owns the program directory, and a backup is a file that a person names"
)]

mod restoring;

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Read, Write},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tickmark_core::model::{document::class_of, time::Time};

use crate::{
    error::{Error, Result, io},
    keys,
    ledger::store_error,
    program::Program,
    witnessing::POLICY,
};

pub use restoring::{Restored, restore};

/// The last file of a backup.
const LIST: &str = "tickmark-backup.json";
/// Of the format of backups.
const FORMAT: u64 = 1;
/// What lies below `.tickmark` and is no content: the store copies its own files, locks are for the living, caches can be rebuilt.
const APART: [&str; 9] = [
    "ledger.db",
    "checkpoints.db",
    "salts.db",
    "blobs",
    "cache",
    "lock",
    "runner",
    "pulse",
    "part",
];

/// What a backup says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct List {
    format: u64,
    /// Version of the program that made it.
    program: String,
    /// Name of the log.
    origin: String,
    made_at: String,
    /// Entries of its ledger.
    size: u64,
    /// Their root.
    root: String,
    /// Every other file.
    files: BTreeMap<String, Listed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    length: u64,
    sha256: String,
}

/// What was backed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Entries.
    pub size: u64,
    /// Their root, hex.
    pub root: String,
    /// Files.
    pub files: usize,
    /// Bytes of the backup.
    pub bytes: u64,
    /// The file of the signing key, which is not in it.
    pub key: PathBuf,
}

/// Backs a program up into a file that must not be there yet. Whoever serves or collects need not stop.
///
/// # Errors
/// The file is there, the ledger contradicts itself, the disk fails; then there is no file.
pub fn backup(program: &Program, file: &Path, now: Time) -> Result<BackedUp> {
    if file.exists() {
        return Err(
            Error::refused(format!("{}: there is a file already", file.display()))
                .hint("name another one; a backup is never overwritten"),
        );
    }
    let scratch = beside(file, "scratch");
    let part = beside(file, "part");
    let made = gather(program, &scratch, file).and_then(|(head, files)| {
        let list = List {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            origin: program.origin()?,
            made_at: now.to_string(),
            size: head.size,
            root: head.root.to_string(),
            files: BTreeMap::new(),
        };
        let bytes = write(&part, &files, list, now)?;
        fs::rename(&part, file).map_err(io(file))?;
        sync_folder(file)?;
        Ok(BackedUp {
            size: head.size,
            root: head.root.to_string(),
            files: files.len(),
            bytes,
            key: keys::place(&program.origin()?)?,
        })
    });
    let _ = fs::remove_dir_all(&scratch);
    let _ = fs::remove_file(&part);
    made
}

/// A name in the same folder, on the same disk.
fn beside(path: &Path, what: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{what}-{}", std::process::id()))
}

/// Makes the folder that only its owner can look into.
fn private_folder(path: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .mode(0o700)
        .recursive(true)
        .create(path)
        .map_err(io(path))
}

/// Copies what others may change meanwhile, and finds the rest: path in the backup, file on the disk.
fn gather(
    program: &Program,
    scratch: &Path,
    file: &Path,
) -> Result<(tickmark_store::Head, Vec<(String, PathBuf)>)> {
    let inside = scratch.join(".tickmark");
    private_folder(&inside)?;
    others(&Program::inside(program.dir()), &inside)?;
    // Last, so that nothing which the other databases speak of is missing in the ledger.
    let head = program
        .ledger()
        .store()
        .copy(&inside)
        .map_err(store_error)?;
    let mut files = Vec::new();
    walk(scratch, scratch, &mut files)?;
    documents(program.dir(), file, &mut files)?;
    Ok((head, files))
}

/// Everything below `.tickmark` that is not the store's: databases as they are at one moment, other files as they are.
fn others(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).map_err(io(from))? {
        let entry = entry.map_err(io(from))?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let passing = ["-wal", "-shm", "-journal"]
            .iter()
            .any(|end| name.ends_with(end));
        if passing || APART.contains(&&*name) {
            continue;
        }
        let kind = entry.file_type().map_err(io(&path))?;
        let target = to.join(&*name);
        if kind.is_dir() {
            private_folder(&target)?;
            others(&path, &target)?;
        } else if kind.is_file() && name.ends_with(".db") {
            tickmark_store::snapshot(&path, &target).map_err(store_error)?;
        } else if kind.is_file() {
            fs::copy(&path, &target).map_err(io(&path))?;
        }
    }
    Ok(())
}

/// All files below a folder, with their paths from `root`. The store's lock and index are made anew when a ledger is opened.
fn walk(root: &Path, dir: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<()> {
    for entry in fs::read_dir(dir).map_err(io(dir))? {
        let path = entry.map_err(io(dir))?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
            continue;
        }
        let below = path.strip_prefix(root).map_err(Error::bug)?;
        files.push((below.to_string_lossy().into_owned(), path.clone()));
    }
    Ok(())
}

/// The documents as they lie in the folder, recorded or not, and the proposed trust policy.
fn documents(dir: &Path, backup: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<()> {
    let mut folders = vec![dir.to_owned()];
    for entry in fs::read_dir(dir).map_err(io(dir))? {
        let path = entry.map_err(io(dir))?.path();
        if path.is_dir() && !path.ends_with(".tickmark") {
            folders.push(path);
        }
    }
    for folder in folders {
        for entry in fs::read_dir(&folder).map_err(io(&folder))? {
            let entry = entry.map_err(io(&folder))?;
            let path = entry.path();
            let name = path
                .strip_prefix(dir)
                .map_err(Error::bug)?
                .to_string_lossy()
                .into_owned();
            let wanted = name == POLICY || class_of(&name).is_ok();
            if wanted && path != backup && entry.file_type().map_err(io(&path))?.is_file() {
                files.push((name, path));
            }
        }
    }
    Ok(())
}

/// Writes the archive, the list last; gives its length.
fn write(part: &Path, files: &[(String, PathBuf)], mut list: List, now: Time) -> Result<u64> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(part)
        .map_err(io(part))?;
    let mut out = tar::Builder::new(BufWriter::with_capacity(1 << 20, file));
    let seconds = now.micros_u64() / 1_000_000;
    for (path, place) in files {
        let listed = add(&mut out, path, place, seconds)?;
        list.files.insert(path.clone(), listed);
    }
    let text = serde_json::to_vec_pretty(&list).map_err(Error::bug)?;
    let written = || -> io::Result<u64> {
        out.append_data(&mut header(text.len() as u64, seconds), LIST, &*text)?;
        let file = out.into_inner()?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    };
    written().map_err(io(part))
}

/// A regular file that only its owner reads.
fn header(length: u64, seconds: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o600);
    header.set_mtime(seconds);
    header.set_size(length);
    header
}

/// Adds one file and gives what the list says of it.
fn add<W: Write>(
    out: &mut tar::Builder<W>,
    path: &str,
    place: &Path,
    seconds: u64,
) -> Result<Listed> {
    let file = File::open(place).map_err(io(place))?;
    let length = file.metadata().map_err(io(place))?.len();
    // A document that somebody saves at this moment must not be longer than its header says.
    let mut from = Hashing::of(BufReader::new(file).take(length));
    out.append_data(&mut header(length, seconds), path, &mut from)
        .map_err(io(place))?;
    if from.length < length {
        return Err(io(place)(io::Error::other("it ends before its length")));
    }
    Ok(from.listed())
}

/// A reader that hashes what passes.
struct Hashing<R> {
    from: R,
    hash: Sha256,
    length: u64,
}

impl<R> Hashing<R> {
    fn of(from: R) -> Self {
        Self {
            from,
            hash: Sha256::new(),
            length: 0,
        }
    }

    fn listed(self) -> Listed {
        let digest: [u8; 32] = self.hash.finalize().into();
        Listed {
            length: self.length,
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(room)?;
        self.hash.update(room.get(..read).unwrap_or_default());
        self.length += read as u64;
        Ok(read)
    }
}

/// Puts the name of a file on the disk.
fn sync_folder(path: &Path) -> Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(io(folder))
}
