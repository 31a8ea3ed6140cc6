//! The README's tour, block by block, on the checkout this test was built from.

use std::{path::PathBuf, process::Command};

use crate::typed::Desk;

#[test]
fn every_block_of_the_readme_runs() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let blocks: Vec<&str> = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|b| b.split("```").next())
        .collect();
    assert!(blocks.len() >= 6, "the tour has its blocks");
    if Command::new("git")
        .arg("-C")
        .arg(&root)
        .args(["rev-parse", "HEAD"])
        .output()
        .is_ok_and(|o| !o.status.success())
    {
        println!("skipped: this checkout is no git repository");
        return;
    }
    let desk = Desk::new();
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_tickmark"));
    let path = format!(
        "{}:/usr/local/bin:/usr/bin:/bin",
        binary.parent().unwrap().display()
    );
    let script = format!("set -eu\n{}", blocks.join("\n"));
    let repository = main_checkout(&root);
    let mut shell = Command::new("sh");
    std::fs::create_dir_all(desk.path()).unwrap();
    shell
        .arg("-c")
        .arg(&script)
        .current_dir(desk.path())
        .env_clear()
        .env("PATH", path);
    shell
        .env("HOME", desk.path().join("home"))
        .env("USER", "ada")
        .env("REPOSITORY", repository);
    let output = shell.output().unwrap();
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{text}");
    assert!(text.contains("tests identical"), "{text}");
    assert!(
        desk.path().join("acme/type2.pdf").exists()
            && desk.path().join("acme/workbook.xlsx").exists()
    );
}

/// A linked work tree has its history in the main one.
fn main_checkout(root: &std::path::Path) -> PathBuf {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["rev-parse", "--path-format=absolute", "--git-common-dir"])
        .output()
        .unwrap();
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}
