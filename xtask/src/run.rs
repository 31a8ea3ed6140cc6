//! Tasks that run cargo.

use std::{path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

/// The root of the checkout.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// Runs cargo; true if it ended well.
pub fn cargo(args: &[&str], env: &[(&str, &str)]) -> Result<bool> {
    eprintln!("cargo {}", args.join(" "));
    let status = Command::new("cargo")
        .args(args)
        .envs(env.iter().copied())
        .current_dir(root())
        .status()
        .context("cannot start cargo")?;
    Ok(status.success())
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
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
        & cargo(
            &[
                "check",
                "--quiet",
                "-p",
                "tickmark",
                "--no-default-features",
            ],
            &[],
        )?
        & cargo(&test, &[])?)
}
