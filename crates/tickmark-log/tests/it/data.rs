//! The public test data beside the checkout; a test that does not find it says so and passes.
#![allow(
    clippy::disallowed_methods,
    reason = "tests read files and ask where the data is"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder `shared/data`.
fn shared() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("TICKMARK_TEST_DATA") {
        return Some(folder.into());
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let beside = ["../shared/data", "../../shared/data"].map(|path| workspace.join(path));
    beside.into_iter().find(|folder| folder.is_dir())
}

fn unpack(archive: &Path, into: &Path) {
    let status = Command::new("tar")
        .arg("xzf")
        .arg(archive)
        .arg("-C")
        .arg(into)
        .status();
    assert!(
        status.unwrap().success(),
        "tar could not unpack {}",
        archive.display()
    );
}

/// Unpacks `merkle.tar.gz` for the named test; `None` (and a line) if there is no data.
pub fn merkle(test: &str) -> Option<PathBuf> {
    let archive = shared()
        .map(|folder| folder.join("merkle.tar.gz"))
        .filter(|path| path.is_file());
    let Some(archive) = archive else {
        println!("skipped: no test data");
        return None;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("log-vectors-{test}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    unpack(&archive, &folder);
    Some(folder.join("merkle"))
}

/// Unpacks an archive inside the data and gives the folder.
pub fn inner(folder: &Path, archive: &str) -> PathBuf {
    unpack(&folder.join(archive), folder);
    folder.join(archive.trim_end_matches(".tar.gz"))
}

pub fn gunzip(path: &Path) -> Vec<u8> {
    let output = Command::new("gzip").arg("-dc").arg(path).output().unwrap();
    assert!(
        output.status.success(),
        "gzip could not read {}",
        path.display()
    );
    output.stdout
}

pub fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Number of rows of SOURCE.tsv whose first column starts like this: how many cases there must be.
pub fn listed(folder: &Path, prefix: &str) -> usize {
    let table = String::from_utf8(read(&folder.join("SOURCE.tsv"))).unwrap();
    table
        .lines()
        .filter(|line| line.starts_with(prefix))
        .count()
}

/// All files below a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}
