//! The tests with `TICKMARK_FULL=1`, binary by binary, and the seeds.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::table::Table;
use crate::run::root;

/// One test binary and the folder of its package, where cargo would run it.
struct Binary {
    name: String,
    exe: PathBuf,
    dir: PathBuf,
}

/// Builds all tests once, then runs each binary; what a test prints about itself becomes a row.
pub fn tests(table: &mut Table) -> Result<()> {
    for binary in build()? {
        eprintln!("{}", binary.exe.display());
        let output = Command::new(&binary.exe)
            .args(["--show-output", "--include-ignored"])
            .envs([("TICKMARK_FULL", "1"), ("INSTA_UPDATE", "no")])
            .current_dir(&binary.dir)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot start {}", binary.exe.display()))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let good = output.status.success();
        if !good {
            println!("{said}");
        }
        table.add(&binary.name, summary(&said), good);
        for (test, line) in printed(&said) {
            table.add(format!("{} {test}", binary.name), line, good);
        }
    }
    Ok(())
}

fn build() -> Result<Vec<Binary>> {
    let output = Command::new("cargo")
        .args([
            "test",
            "--workspace",
            "--release",
            "--no-run",
            "--message-format=json",
        ])
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the tests do not compile");
    }
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said
        .lines()
        .filter_map(|line| binary(&serde_json::from_str(line).ok()?))
        .collect())
}

/// A message of cargo about a test binary.
fn binary(message: &Value) -> Option<Binary> {
    let manifest = Path::new(message["manifest_path"].as_str()?);
    if message["profile"]["test"] != Value::Bool(true) {
        return None;
    }
    let (dir, exe) = (manifest.parent()?, message["executable"].as_str()?);
    let room = dir.file_name()?.to_string_lossy();
    let target = message["target"]["name"].as_str()?;
    let name = if target.replace('_', "-") == room {
        format!("{room} (unit)")
    } else {
        format!("{room} {target}")
    };
    Some(Binary {
        name,
        exe: exe.into(),
        dir: dir.into(),
    })
}

/// `31 passed; 0 failed; 2 ignored` of the test runner's closing line.
fn summary(said: &str) -> String {
    let closing = said
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("test result: "));
    let counts = closing
        .and_then(|line| line.split_once(". "))
        .map_or("", |(_, counts)| counts);
    match counts.split("; ").take(3).collect::<Vec<_>>().join("; ") {
        empty if empty.is_empty() => "no closing line".to_owned(),
        counts => counts,
    }
}

/// What tests printed: name of the test and each line.
fn printed(said: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut test = None;
    for line in said.lines() {
        let heading = line
            .strip_prefix("---- ")
            .and_then(|l| l.strip_suffix(" stdout ----"));
        match (heading, test) {
            (Some(name), _) => test = Some(name),
            (None, _) if line.is_empty() || line == "successes:" => test = None,
            (None, Some(name)) => found.push((name, line)),
            (None, None) => {}
        }
    }
    found
}

/// Found equals planted, over many seeds; the sums are printed before the table.
pub fn seeds(table: &mut Table) -> Result<()> {
    let good = crate::seeds::seeds(&[])?;
    table.add("seeds", "200 companies of 30 people over 3 months", good);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\nrunning 2 tests\ntest kill::every_point ... ok\n\nsuccesses:\n\n---- kill::every_point stdout ----\n9 kills\n\n\
        successes:\n    kill::every_point\n\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\n";

    #[test]
    fn a_row_for_each_line_that_a_test_printed() {
        assert_eq!(printed(SAID), [("kill::every_point", "9 kills")]);
        assert_eq!(summary(SAID), "2 passed; 0 failed; 1 ignored");
        assert_eq!(summary(""), "no closing line");
    }
}
