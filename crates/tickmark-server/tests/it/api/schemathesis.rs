//! Schemathesis asks everything that the description allows, and what it does not.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::home::Home;

/// The one that this was last run with; a newer one may find more, and then the tests change together with it.
const VERSION: &str = "4.32.5";

/// Answers that depend on what is there, which no schema can say: a version that has changed, a key that was used, a wish that the
/// program refuses.
const CONFIG: &str = r#"
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "304", "401", "403", "404", "409", "412", "422", "428"]
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "428"]
"#;

fn target() -> PathBuf {
    let folder = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"))
}

/// The program, installed if it is not there; none if it cannot be fetched.
fn installed() -> Option<PathBuf> {
    let venv = target().join(format!("tools/schemathesis-{VERSION}"));
    let program = venv.join("bin/schemathesis");
    if venv.join("complete").exists() {
        return Some(program);
    }
    let made = Command::new("python3")
        .args(["-m", "venv"])
        .arg(&venv)
        .status();
    assert!(
        made.is_ok_and(|m| m.success()),
        "python3 cannot make an environment; install python3-venv"
    );
    let package = format!("schemathesis=={VERSION}");
    let pip = Command::new(venv.join("bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            &package,
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    if !pip.status.success() {
        let why = String::from_utf8_lossy(&pip.stderr);
        let away = [
            "Connection",
            "timed out",
            "Name or service",
            "No matching distribution",
            "Network",
        ];
        assert!(away.iter().any(|w| why.contains(w)), "{why}");
        return None;
    }
    std::fs::write(venv.join("complete"), VERSION).unwrap();
    Some(program)
}

#[test]
fn schemathesis_finds_nothing() {
    let Some(program) = installed() else {
        println!("skipped: the package index cannot be reached, schemathesis is not installed");
        return;
    };
    let full = std::env::var_os("TICKMARK_FULL").is_some();
    let examples = if full { "100" } else { "6" };
    let home = Home::start();
    let token = home.owner().token.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("schemathesis.toml");
    std::fs::write(&config, CONFIG).unwrap();
    let output = Command::new(program)
        .arg("--config-file")
        .arg(&config)
        .args(["run", &format!("{}/api/v1/openapi.json", home.origin())])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", "all", "--mode", "all"])
        .args(["--max-examples", examples, "--generation-deterministic"])
        .args([
            "--workers",
            "2",
            "--request-timeout",
            "20",
            "--continue-on-failure",
            "--no-color",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let cases = said
        .lines()
        .find(|l| l.contains("generated"))
        .unwrap_or_default();
    println!("schemathesis {VERSION}: {}", cases.trim());
    assert!(
        output.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
