//! Pages as a reader gets them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests write the PDF that pdftotext reads"
)]

mod literal;
mod pages;
mod worker;

use std::process::Command;

use tickmark_core::model::time::{Day, Period};
use tickmark_core::report::inputs::{Inputs, Window};
use tickmark_core::report::sample::sample;

fn throughout() -> Inputs {
    sample(Window::Throughout(
        Period::parse("2026-01-01..2026-06-30").unwrap(),
    ))
    .unwrap()
}

fn as_of() -> Inputs {
    sample(Window::AsOf(Day::parse("2026-06-30").unwrap())).unwrap()
}

/// The text of each page, or nothing where poppler is not installed (`./test` installs it).
fn text(pdf: &[u8]) -> Option<Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("report.pdf");
    std::fs::write(&path, pdf).unwrap();
    let Ok(out) = Command::new("pdftotext")
        .arg("-layout")
        .arg(&path)
        .arg("-")
        .output()
    else {
        println!("skipped: no pdftotext");
        return None;
    };
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let text = String::from_utf8(out.stdout).unwrap();
    Some(
        text.trim_end_matches('\u{c}')
            .split('\u{c}')
            .map(str::to_owned)
            .collect(),
    )
}

/// Text without spaces and line ends: what is left when lines break elsewhere.
fn dense(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
