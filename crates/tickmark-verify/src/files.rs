//! Files: read whole, written new or replaced as a whole, always synced.
#![allow(
    clippy::disallowed_methods,
    reason = "the room of this program that touches files"
)]

use crate::Failure;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

fn failed(path: &Path, doing: &str, error: &std::io::Error) -> Failure {
    Failure::Io(format!("cannot {doing} `{}`: {error}", path.display()))
}

/// Reads a whole file.
pub fn read(path: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| failed(Path::new(path), "read", &error))
}

/// Writes a file that must not exist yet, readable by its owner only.
pub fn create_secret(path: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = Path::new(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || -> std::io::Result<()> {
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        sync_folder(path)
    };
    write().map_err(|error| failed(path, "create", &error))
}

/// Replaces a file: a reader, or this program after a crash, sees the old bytes or the new ones.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let new = beside(path, ".new");
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&new, path)?;
        sync_folder(path)
    };
    write().map_err(|error| failed(path, "replace", &error))
}

/// Holds off other processes until the file is dropped.
pub fn lock(path: &Path) -> Result<File, Failure> {
    let path = beside(path, ".lock");
    let take = || -> std::io::Result<File> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        file.lock()?;
        Ok(file)
    };
    take().map_err(|error| failed(&path, "lock", &error))
}

/// The path with something appended to its name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A rename or a new name is durable once its folder is.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}
