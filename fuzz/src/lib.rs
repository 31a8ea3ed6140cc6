//! What the fuzz targets share: the library of this checkout, the public vectors, and laws that hold for every input.
//!
//! A target is one parser and the law it keeps besides not panicking: what it accepts prints as the same bytes, what it refuses has a
//! place and one line of explanation. `cargo xtask full` runs each for a minute; the seeds in `corpus/` are vectors and examples.

pub mod pages;
pub mod vectors;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tickmark_core::facts::schema::Schema;
use tickmark_core::judge::compile::Setting;
use tickmark_core::judge::library::Library;
use tickmark_core::judge::window::Window;
use tickmark_core::model::diagnostic::Diagnostic;
use tickmark_core::model::time::{Period, Zone};

/// Root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The library of this checkout, read once.
pub fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let dir = root().join("library");
        let mut files = Vec::new();
        for folder in ["controls", "criteria", "populations"] {
            for entry in
                std::fs::read_dir(dir.join(folder)).expect("the library lies beside the fuzz crate")
            {
                let path = entry.expect("a readable folder").path();
                let name = path
                    .file_name()
                    .expect("a file")
                    .to_string_lossy()
                    .into_owned();
                files.push((
                    format!("{folder}/{name}"),
                    std::fs::read(&path).expect("a readable file"),
                ));
            }
        }
        let files = files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
        Library::parse(files).expect("the library of the checkout reads")
    })
}

/// A population of the library.
pub fn schema(name: &str) -> &'static Schema {
    library().schema(name).expect("a population of the library")
}

/// An ordinary run: half a year in New York.
pub fn setting() -> &'static Setting<'static> {
    static SETTING: OnceLock<(Zone, Period)> = OnceLock::new();
    static BUILT: OnceLock<Setting<'static>> = OnceLock::new();
    let (zone, period) = SETTING.get_or_init(|| {
        let zone = Zone::parse("America/New_York").expect("a zone of the bundled database");
        (
            zone,
            Period::parse("2026-01-01..2026-06-30").expect("a period"),
        )
    });
    BUILT.get_or_init(|| Setting {
        window: Window::Period(period.span(zone)),
        zone,
        params: Default::default(),
        calendars: Vec::new(),
        waivers: Vec::new(),
        gaps: Vec::new(),
        holes: Vec::new(),
        occurrences: Vec::new(),
        coverage: [1, 1],
    })
}

/// Lines as YAML counts them: a carriage return alone ends one too.
pub fn lines(text: &str) -> usize {
    text.split(['\n', '\r']).count()
}

/// A defect is told in one line without control characters, at a place that the file has.
pub fn lawful(text: &str, found: &Diagnostic) {
    let lines = lines(text);
    let line = usize::try_from(found.line).expect("a line number");
    assert!(line <= lines + 1, "line {line} of {lines}: {found:?}");
    let told = found.to_string();
    assert!(!told.chars().any(char::is_control), "{told:?}");
    assert!(!found.what.is_empty());
}

/// As [`lawful`], and there is at least one.
pub fn all_lawful(text: &str, found: &[Diagnostic]) {
    assert!(!found.is_empty(), "refused without a reason");
    found.iter().for_each(|d| lawful(text, d));
}

/// Writes a file of this process and gives its path; the next call with the name overwrites it.
pub fn scratch(name: &str, bytes: &[u8]) -> PathBuf {
    static DIR: OnceLock<tempfile::TempDir> = OnceLock::new();
    let dir = DIR.get_or_init(|| tempfile::tempdir().expect("a temporary folder"));
    let path = dir.path().join(name);
    std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
    std::fs::write(&path, bytes).expect("room for a small file");
    path
}
