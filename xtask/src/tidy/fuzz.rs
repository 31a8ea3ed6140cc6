//! A fuzz target is a file, a `[[bin]]` and a corpus of seeds.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// All seeds together stay small enough to be cloned without a thought.
const CORPUS_BYTES: u64 = 500_000;

/// Reports targets that lack one of the three, and a corpus that has grown.
pub fn check(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let fuzz = root.join("fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).context("fuzz/Cargo.toml")?;
    let bins: BTreeSet<String> = manifest
        .lines()
        .filter_map(|line| {
            line.strip_prefix("path = \"fuzz_targets/")?
                .strip_suffix(".rs\"")
        })
        .map(str::to_owned)
        .collect();
    let files = names(&fuzz.join("fuzz_targets"))?;
    let files: BTreeSet<String> = files
        .iter()
        .filter_map(|(name, _)| name.strip_suffix(".rs"))
        .map(str::to_owned)
        .collect();
    for name in files.symmetric_difference(&bins) {
        wrong.push(format!(
            "fuzz: `{name}` is only one of a file in fuzz_targets and a `[[bin]]` in Cargo.toml"
        ));
    }
    let corpora = names(&fuzz.join("corpus"))?;
    let seeded: BTreeSet<String> = corpora.iter().map(|(name, _)| name.clone()).collect();
    for name in files.symmetric_difference(&seeded) {
        wrong.push(format!(
            "fuzz: `{name}` is only one of a target and a folder in corpus"
        ));
    }
    let mut bytes = 0;
    for (name, dir) in &corpora {
        let seeds = names(dir)?;
        if seeds.is_empty() {
            wrong.push(format!("fuzz: corpus/{name} has no seed"));
        }
        for (_, seed) in seeds {
            bytes += fs::metadata(seed)?.len();
        }
    }
    if bytes > CORPUS_BYTES {
        wrong.push(format!(
            "fuzz: the corpus has {bytes} bytes, more than {CORPUS_BYTES}"
        ));
    }
    Ok(())
}

/// Name and path of everything in a folder.
fn names(dir: &Path) -> Result<Vec<(String, PathBuf)>> {
    let entries = fs::read_dir(dir).with_context(|| dir.display().to_string())?;
    entries
        .map(|entry| {
            let entry = entry?;
            Ok((
                entry.file_name().to_string_lossy().into_owned(),
                entry.path(),
            ))
        })
        .collect()
}
