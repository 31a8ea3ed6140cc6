//! What axe finds on a page (WCAG 2.2 A and AA), by the axe-core of the npm registry.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;

use super::driver::Browser;

const VERSION: &str = "4.10.3";

/// The script, fetched once into the target folder; none if the registry cannot be reached.
fn script() -> Option<&'static str> {
    static SCRIPT: OnceLock<Option<String>> = OnceLock::new();
    SCRIPT.get_or_init(fetch).as_deref()
}

fn fetch() -> Option<String> {
    let tools = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("axe-{VERSION}"));
    let file = tools.join("package/axe.min.js");
    if !file.exists() {
        std::fs::create_dir_all(&tools).unwrap();
        let packed = Command::new("npm")
            .args(["pack", "--silent", &format!("axe-core@{VERSION}")])
            .current_dir(&tools)
            .output();
        let fetched = packed.is_ok_and(|p| p.status.success()) && unpack(&tools);
        if !fetched {
            println!("skipped: axe-core cannot be had from the npm registry");
            return None;
        }
    }
    Some(std::fs::read_to_string(file).unwrap())
}

fn unpack(tools: &Path) -> bool {
    let archive = format!("axe-core-{VERSION}.tgz");
    let unpacked = Command::new("tar")
        .args(["-xzf", &archive])
        .current_dir(tools)
        .status();
    unpacked.is_ok_and(|s| s.success())
}

/// Demands that axe finds nothing on the page that is shown.
pub fn clean(browser: &Browser, what: &str) {
    let Some(script) = script() else {
        return;
    };
    let rules = "{runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}}";
    let found = browser.run_later(&format!(
        "{script}; const done = arguments[arguments.length - 1]; axe.run(document, {rules}).then(r => done(r.violations), e => done(String(e)))"
    ));
    let violations = found.as_array().unwrap_or_else(|| panic!("axe: {found}"));
    let told: Vec<String> = violations.iter().map(tell).collect();
    assert!(
        told.is_empty(),
        "{what} at {}:\n{}",
        browser.address(),
        told.join("\n")
    );
}

fn tell(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().cloned().unwrap_or_default();
    let places: Vec<String> = nodes
        .iter()
        .take(3)
        .map(|n| format!("  {} {}", n["html"], n["failureSummary"]))
        .collect();
    format!(
        "{}: {}\n{}",
        violation["id"],
        violation["help"],
        places.join("\n")
    )
}
