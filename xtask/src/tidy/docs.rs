//! Paths named in the documentation exist.

use std::{fs, path::Path};

use anyhow::Result;

/// Folders whose paths are checked when they stand in backticks.
const FOLDERS: [&str; 6] = ["crates/", "docs/", "library/", "xtask/", "fuzz/", ".ci/"];

/// Every path in backticks of a Markdown file at the root or in `docs/` exists.
pub fn names_exist(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let mut files = Vec::new();
    for dir in [
        root.to_owned(),
        root.join("docs"),
        root.join("docs/format"),
        root.join("docs/decisions"),
    ] {
        if let Ok(entries) = fs::read_dir(&dir) {
            files.extend(
                entries
                    .flatten()
                    .map(|e| e.path())
                    .filter(|p| p.extension().is_some_and(|e| e == "md")),
            );
        }
    }
    for file in files {
        let text = fs::read_to_string(&file)?;
        for (number, line) in text.lines().enumerate() {
            for quoted in line.split('`').skip(1).step_by(2) {
                let path = quoted.split([' ', ':', '#']).next().unwrap_or_default();
                let checked = FOLDERS.iter().any(|f| path.starts_with(f))
                    && !path.contains(['*', '<', '{', '…']);
                if checked && !root.join(path).exists() {
                    wrong.push(format!(
                        "{}:{}: `{path}` does not exist",
                        file.strip_prefix(root)?.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    Ok(())
}
