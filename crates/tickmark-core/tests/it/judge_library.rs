//! The library as shipped reads, and every test of it compiles.

use std::{collections::BTreeMap, path::Path};

use tickmark_core::{
    judge::{
        compile::{self, Setting},
        library::Library,
        window::Window,
    },
    model::time::{Period, Zone},
};

/// Every file of the library by its path in it.
pub fn files() -> BTreeMap<String, Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../library");
    let mut files = BTreeMap::new();
    let mut open = vec![root.clone()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// The library as shipped.
pub fn library() -> Library {
    let files = files();
    match Library::parse(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
    ) {
        Ok(library) => library,
        Err(wrong) => panic!(
            "{}",
            wrong
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        ),
    }
}

#[test]
fn the_library_reads_and_its_tests_compile() {
    let library = library();
    assert_eq!(library.criteria.len(), 61);
    let zone = Zone::parse("America/New_York").unwrap();
    let setting = Setting {
        window: Window::Period(Period::parse("2026-01-01..2026-06-30").unwrap().span(&zone)),
        zone: &zone,
        params: BTreeMap::new(),
        calendars: vec![],
        waivers: vec![],
        gaps: vec![],
        holes: vec![],
        occurrences: vec![],
        coverage: [1, 1],
    };
    let mut compiled = 0;
    for control in library.controls.values() {
        for test in &control.tests {
            let job = compile::compile(&library, control, test, &setting).unwrap();
            assert!(!job.sql.contains('$'), "{}", job.sql);
            compiled += 1;
        }
    }
    assert!(compiled >= 5, "{compiled}");
}
