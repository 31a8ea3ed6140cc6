//! Every fuzz target for a minute. `fuzz/` is a workspace of its own: libFuzzer is no dependency of the product.
//!
//! The stable compiler is told to accept the flags of coverage that cargo-fuzz passes (`RUSTC_BOOTSTRAP`); the artefacts of that lie
//! apart. There is no unsafe code here, so no sanitizer is used: the runs are several times as many.

use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use super::table::Table;
use crate::run::{root, target};

/// How long each target runs in `cargo xtask full`.
pub const SECONDS: u64 = 60;

/// `cargo xtask fuzz [--seconds N] [TARGET…]`
pub fn fuzz(args: &[String]) -> Result<bool> {
    let (mut seconds, mut wanted) = (SECONDS, Vec::new());
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--seconds" {
            let number = args.next().and_then(|n| n.parse().ok());
            seconds = number.context("`--seconds` needs a number")?;
        } else {
            wanted.push(arg.clone());
        }
    }
    let mut table = Table::default();
    targets(&wanted, seconds, &mut table)?;
    table.print();
    Ok(table.good())
}

/// Runs the targets that are wanted, or all.
pub fn targets(wanted: &[String], seconds: u64, table: &mut Table) -> Result<()> {
    install()?;
    let all = list()?;
    if let Some(unknown) = wanted.iter().find(|name| !all.contains(name)) {
        bail!("no fuzz target `{unknown}`; there are {}", all.join(", "));
    }
    let (good, said) = run(&["fuzz", "build", "--sanitizer", "none"], &[])?;
    if !good {
        bail!("the fuzz targets do not compile:\n{said}");
    }
    for target in all
        .iter()
        .filter(|name| wanted.is_empty() || wanted.contains(name))
    {
        one(target, seconds, table)?;
    }
    Ok(())
}

/// What is found goes to the target folder; the seeds in `fuzz/corpus` are only read.
fn one(target: &str, seconds: u64, table: &mut Table) -> Result<()> {
    let found = folder().join("corpus").join(target);
    std::fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
    let seeds = root().join("fuzz/corpus").join(target);
    let limits = [
        format!("-max_total_time={seconds}"),
        "-timeout=10".into(),
        "-rss_limit_mb=2048".into(),
    ];
    let rest = [found.into_os_string(), seeds.into_os_string(), "--".into()].into_iter();
    let rest: Vec<OsString> = rest.chain(limits.map(OsString::from)).collect();
    let (good, said) = run(&["fuzz", "run", "--sanitizer", "none", target], &rest)?;
    if !good {
        eprintln!("{said}");
    }
    table.add(format!("fuzz {target}"), told(&said), good);
    Ok(())
}

/// `Done 1234 runs in 61 second(s)` of libFuzzer, or the first line that says what happened.
fn told(said: &str) -> String {
    let line = |starts: &[&str]| said.lines().find(|l| starts.iter().any(|s| l.contains(s)));
    let done = line(&["Done "]).map(|l| l.trim_start_matches("Done ").to_owned());
    let failed = line(&["panicked at", "ERROR: libFuzzer", "error:"]).map(str::to_owned);
    failed
        .or(done)
        .unwrap_or_else(|| "ended without a word".to_owned())
}

fn install() -> Result<()> {
    let there = Command::new("cargo").args(["fuzz", "--version"]).output();
    if there.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    eprintln!("cargo install cargo-fuzz --locked");
    let status = Command::new("cargo")
        .args(["install", "cargo-fuzz", "--locked"])
        .status();
    match status.context("cannot start cargo")?.success() {
        true => Ok(()),
        false => {
            bail!("cargo-fuzz cannot be installed; `cargo install cargo-fuzz --locked` says why")
        }
    }
}

fn list() -> Result<Vec<String>> {
    let output = Command::new("cargo")
        .args(["fuzz", "list"])
        .current_dir(root().join("fuzz"))
        .output()
        .context("cannot start cargo")?;
    let names: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        bail!(
            "no fuzz targets: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(names)
}

/// Where artefacts and found inputs go, apart from those of the product.
fn folder() -> PathBuf {
    target().join("fuzz")
}

/// Runs cargo inside `fuzz/`; gives whether it succeeded and what it said.
fn run(args: &[&str], rest: &[OsString]) -> Result<(bool, String)> {
    let output = Command::new("cargo")
        .args(args)
        .args(rest)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", folder())
        .current_dir(root().join("fuzz"))
        .stdin(Stdio::null())
        .output()
        .context("cannot start cargo")?;
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_told_before_the_count() {
        assert_eq!(
            told("x\nDone 12 runs in 61 second(s)\n"),
            "12 runs in 61 second(s)"
        );
        assert_eq!(
            told("thread panicked at a.rs:1:2:\nDone 1 runs"),
            "thread panicked at a.rs:1:2:"
        );
        assert_eq!(told(""), "ended without a word");
    }
}
