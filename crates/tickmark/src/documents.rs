//! The documents of a program directory as files.
#![allow(
    clippy::disallowed_methods,
    reason = "the engine owns the program directory"
)]

use std::{fs, path::Path};

use tickmark_core::model::document::Documents;

use crate::{
    error::{Error, Result, io},
    shelf::first,
};

/// Files at the top of a program directory that are documents.
const TOP: [&str; 7] = [
    "tickmark.yaml",
    "system.md",
    "commitments.yaml",
    "people.yaml",
    "waivers.yaml",
    "sources.yaml",
    "notices.yaml",
];
/// Folders of documents and the ending they have there.
const FOLDERS: [(&str, &str); 5] = [
    ("controls", "md"),
    ("risks", "md"),
    ("vendors", "md"),
    ("policies", "md"),
    ("tests", "yaml"),
];

/// Reads all documents; either every one is fine or none is used.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn read(dir: &Path) -> Result<Documents> {
    let mut files = Vec::new();
    for name in TOP {
        let path = dir.join(name);
        if path.exists() {
            files.push((name.to_owned(), fs::read(&path).map_err(io(&path))?));
        }
    }
    for (folder, ending) in FOLDERS {
        let path = dir.join(folder);
        if !path.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&path).map_err(io(&path))? {
            let file = entry.map_err(io(&path))?.path();
            if file.extension().is_some_and(|e| e == ending) {
                let name = file
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                files.push((
                    format!("{folder}/{name}"),
                    fs::read(&file).map_err(io(&file))?,
                ));
            }
        }
    }
    if let Some((name, _)) = files.iter().find(|(name, _)| name.starts_with("tests/")) {
        return Err(Error::refused(format!(
            "{name}: tests of your own are not run by this version"
        ))
        .hint("move the file out of the program directory; the library's tests and their parameters work"));
    }
    Documents::read(files).map_err(|wrong| first(&wrong))
}
