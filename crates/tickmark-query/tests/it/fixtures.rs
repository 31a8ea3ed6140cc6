//! Every fixture of the library through the real views and this engine.

use std::{fs, path::Path};

use tickmark_core::judge::{fixtures::run_fixtures, library::Library};
use tickmark_query::InProcess;

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.push((name, fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn every_fixture_gets_its_verdict() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../library");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    let library = Library::parse(files.iter().map(|(n, t)| (n.as_str(), t.as_slice())))
        .unwrap_or_else(|e| panic!("{e:#?}"));
    let report = run_fixtures(&library, &InProcess::default());
    let wrong: Vec<String> = report.wrong.iter().map(ToString::to_string).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} verdicts differ:\n{}",
        wrong.len(),
        report.verdicts,
        wrong.join("\n")
    );
    println!("{} verdicts over {} items", report.verdicts, report.items);
    assert!(report.verdicts > 0);
}
