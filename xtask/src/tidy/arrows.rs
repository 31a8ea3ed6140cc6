//! Arrows between rooms (manifests) and between core's modules (`use` lines), against `docs/architecture.md`.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};

/// Which of our crates each room may use, as the table of the architecture says.
fn table(root: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let text =
        fs::read_to_string(root.join("docs/architecture.md")).context("docs/architecture.md")?;
    let mut rooms = BTreeMap::new();
    for line in text.lines().filter(|l| l.starts_with("| `tickmark")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let (Some(room), Some(uses)) = (cells.get(1), cells.get(3)) else {
            continue;
        };
        let uses = match *uses {
            "all" => vec!["*".to_owned()],
            list => list
                .split(',')
                .filter_map(|u| u.split_whitespace().next())
                .map(|u| format!("tickmark-{}", u.split("::").next().unwrap_or(u)))
                .collect(),
        };
        rooms.insert(room.trim_matches('`').to_owned(), uses);
    }
    Ok(rooms)
}

/// Manifests may only name what the table allows, and the table names every room.
pub fn between_rooms(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let table = table(root)?;
    for entry in fs::read_dir(root.join("crates"))? {
        let dir = entry?.path();
        let room = dir
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let Some(allowed) = table.get(&room) else {
            wrong.push(format!(
                "crates/{room}: not in the table of docs/architecture.md"
            ));
            continue;
        };
        let manifest = fs::read_to_string(dir.join("Cargo.toml"))?;
        let normal = manifest
            .split("[dev-dependencies]")
            .next()
            .unwrap_or_default();
        for line in normal.lines().filter(|l| l.starts_with("tickmark-")) {
            let used = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if !allowed.iter().any(|a| a == "*" || a == used) {
                wrong.push(format!(
                    "crates/{room}/Cargo.toml: `{used}` is not an arrow of docs/architecture.md"
                ));
            }
        }
    }
    Ok(())
}

/// Inside core: model <- facts <- judge, report <- model.
pub fn between_modules(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let allowed: [(&str, &[&str]); 4] = [
        ("model", &[]),
        ("facts", &["model"]),
        ("judge", &["model", "facts"]),
        ("report", &["model"]),
    ];
    let src = root.join("crates/tickmark-core/src");
    for (module, may) in allowed {
        for file in super::sizes::rust_files(&src.join(module))? {
            let text = fs::read_to_string(&file)?;
            for other in ["model", "facts", "judge", "report"] {
                let forbidden = other != module && !may.contains(&other);
                if forbidden && text.contains(&format!("crate::{other}")) {
                    wrong.push(format!(
                        "{}: {module} must not use {other}",
                        file.strip_prefix(root)?.display()
                    ));
                }
            }
        }
    }
    Ok(())
}
