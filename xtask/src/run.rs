//! Tasks that run cargo.

use std::{path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

/// The root of the checkout.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

fn cargo(args: &[&str], env: &[(&str, &str)]) -> Result<bool> {
    eprintln!("cargo {}", args.join(" "));
    let status = Command::new("cargo")
        .args(args)
        .envs(env.iter().copied())
        .current_dir(root())
        .status()
        .context("cannot start cargo")?;
    Ok(status.success())
}

/// Rooms that link DataFusion or Typst.
const HEAVY: [&str; 3] = ["tickmark-query", "tickmark-pdf", "tickmark"];

/// Every room without the heavy leaves; the engine is checked without its default features.
pub fn light() -> Result<bool> {
    let mut test = vec!["test", "--workspace", "--quiet"];
    for room in HEAVY {
        test.extend(["--exclude", room]);
    }
    Ok(crate::tidy::tidy()?
        & cargo(&["check", "--quiet", "-p", "tickmark", "--no-default-features"], &[])?
        & cargo(&test, &[])?)
}

/// The long suites.
pub fn full() -> Result<bool> {
    let env = [("TICKMARK_FULL", "1"), ("INSTA_UPDATE", "no")];
    Ok(cargo(&["test", "--workspace", "--release", "--no-fail-fast"], &env)? & seeds(&[])? & crate::run::fuzz()?)
}

/// Every fuzz target for 60 seconds, where cargo-fuzz is installed.
pub fn fuzz() -> Result<bool> {
    let fuzz = root().join("fuzz");
    if !fuzz.exists() {
        return Ok(true);
    }
    let list = Command::new("cargo").args(["fuzz", "list"]).current_dir(&fuzz).output();
    let Some(list) = list.ok().filter(|o| o.status.success()) else {
        eprintln!("skipped: fuzzing needs `cargo install cargo-fuzz`");
        return Ok(true);
    };
    let mut good = true;
    for target in String::from_utf8_lossy(&list.stdout).split_whitespace() {
        good &= cargo(&["fuzz", "run", "--sanitizer", "none", target, "--", "-max_total_time=60"], &[("RUSTC_BOOTSTRAP", "1")])?;
    }
    Ok(good)
}

/// Found equals planted, over many seeds.
pub fn seeds(args: &[String]) -> Result<bool> {
    let mut all = vec!["run", "--quiet", "--release", "--package", "tickmark", "--example", "seeds", "--"];
    all.extend(args.iter().map(String::as_str));
    cargo(&all, &[])
}

/// The benchmarks, with their peers in the same run.
pub fn bench(args: &[String]) -> Result<bool> {
    let mut all = vec!["run", "--quiet", "--release", "--package", "tickmark", "--example", "bench", "--"];
    all.extend(args.iter().map(String::as_str));
    cargo(&all, &[])
}
