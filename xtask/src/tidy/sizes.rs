//! Files and functions stay small enough to be read.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

/// Hard stop for a file (lines, without its unit tests) and for a function.
const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 120;

/// All `.rs` files below a folder, sorted.
pub fn rust_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        if !dir.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&dir)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reports files and functions over the hard stops, and attics by name.
pub fn check(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    for file in rust_files(&root.join("crates"))? {
        let text = fs::read_to_string(&file)?;
        let name = file.strip_prefix(root)?.display().to_string();
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let lines = code.lines().count();
        if lines > FILE_LINES {
            wrong.push(format!("{name}: {lines} lines, more than {FILE_LINES}"));
        }
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        if ["utils", "util", "helpers", "common", "misc"].contains(&stem.as_ref()) {
            wrong.push(format!(
                "{name}: a file needs a name that says what lives there"
            ));
        }
        functions(&name, code, wrong);
    }
    Ok(())
}

/// A function ends at the closing brace in the column it began in (the tree is formatted).
fn functions(name: &str, code: &str, wrong: &mut Vec<String>) {
    let mut open: Option<(usize, usize, String)> = None;
    for (number, line) in code.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim_start();
        match &open {
            None if text.contains("fn ")
                && text.contains('(')
                && !text.starts_with("//")
                && !text.ends_with(';') =>
            {
                open = Some((number, indent, text.chars().take(60).collect()));
            }
            Some((start, column, title)) if indent == *column && text.starts_with('}') => {
                if number - start > FUNCTION_LINES {
                    wrong.push(format!(
                        "{name}:{}: {} lines in `{title}`",
                        start + 1,
                        number - start
                    ));
                }
                open = None;
            }
            Some((_, column, _)) if indent == *column && text.ends_with(';') => open = None,
            _ => {}
        }
    }
}
