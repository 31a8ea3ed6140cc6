//! The format as files in `docs/format/vectors`: written once, read for ever.
//!
//! `TICKMARK_WRITE_VECTORS=1 cargo test -p tickmark-log format` writes files that are missing; existing ones must not
//! change.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

mod accepted;
mod bundles;
mod refused;

use serde_json::Value;
use std::path::{Path, PathBuf};

pub fn folder(name: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap();
    workspace.join("docs/format/vectors").join(name)
}

/// Compares a vector with its file.
pub fn same(path: &Path, content: &[u8]) {
    if std::env::var_os("TICKMARK_WRITE_VECTORS").is_some() && !path.exists() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let stored = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(
        stored == content,
        "{} is not what the code writes today",
        path.display()
    );
}

/// Hexadecimal of any length.
pub fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap() as u8;
    text.as_bytes()
        .chunks(2)
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

/// Reads every JSON file of a folder, in order of name.
pub fn vectors(name: &str) -> Vec<(String, Value)> {
    let mut found: Vec<(String, Value)> = std::fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                value,
            )
        })
        .collect();
    found.sort_by(|left, right| left.0.cmp(&right.0));
    found
}
