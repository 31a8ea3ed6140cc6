//! One slug, many faces: a control's id names its file, its tests, its fixtures and its reasons.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Result;

/// Front matter id = file name; tests named = tests defined; traps named have a fixture; fixtures have a verdict.
pub fn check(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let dir = root.join("library/controls");
    if !dir.exists() {
        return Ok(());
    }
    let mut criteria = BTreeSet::new();
    let mut controls = 0;
    for entry in fs::read_dir(&dir)? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?;
        let name = path.strip_prefix(root)?.display().to_string();
        control(&name, &path, &text, &mut criteria, wrong);
        controls += 1;
    }
    if controls != 121 {
        wrong.push(format!(
            "library/controls: {controls} controls instead of 121"
        ));
    }
    if criteria.len() != 61 {
        wrong.push(format!(
            "library/controls: {} of 61 criteria covered",
            criteria.len()
        ));
    }
    Ok(())
}

fn control(
    name: &str,
    path: &Path,
    text: &str,
    criteria: &mut BTreeSet<String>,
    wrong: &mut Vec<String>,
) {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let head = text.split("\n---").next().unwrap_or_default();
    let list = |key: &str| -> Vec<String> {
        head.lines()
            .find_map(|l| l.strip_prefix(&format!("{key}: [")))
            .map(|l| {
                l.trim_end_matches(']')
                    .split(',')
                    .map(|s| s.trim().to_owned())
                    .filter(|s| !s.is_empty())
                    .collect()
            })
            .unwrap_or_default()
    };
    if !head.contains(&format!("id: {stem}")) {
        wrong.push(format!(
            "{name}: front matter `id` differs from the file name"
        ));
    }
    criteria.extend(list("criteria"));
    let blocks = |kind: &str| -> BTreeSet<String> {
        text.lines()
            .filter(|l| l.starts_with("```"))
            .filter_map(|l| {
                l.split_whitespace()
                    .find_map(|w| w.strip_prefix(&format!("{kind}=")))
            })
            .map(str::to_owned)
            .collect()
    };
    let defined = blocks("test");
    let named: BTreeSet<String> = list("tests").into_iter().collect();
    if defined != named {
        wrong.push(format!(
            "{name}: tests named {named:?}, defined {defined:?}"
        ));
    }
    let (fixtures, verdicts) = (blocks("fixture"), blocks("verdict"));
    if fixtures != verdicts {
        wrong.push(format!(
            "{name}: fixtures and verdicts differ: {:?}",
            fixtures.symmetric_difference(&verdicts)
        ));
    }
    for trap in list("traps").iter().filter(|t| !fixtures.contains(*t)) {
        wrong.push(format!("{name}: trap `{trap}` has no fixture"));
    }
}
