//! The published vectors of entries and the page that names the kinds, held against what is read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tickmark_core::model::body::Body;
use tickmark_log::leaf::Leaf;

fn format() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/format")
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).unwrap())
        .collect()
}

/// Kinds in the first column of the table.
fn named() -> BTreeSet<String> {
    let page = std::fs::read_to_string(format().join("kinds.md")).unwrap();
    page.lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(kind, _)| kind.to_owned())
        .collect()
}

#[test]
fn every_kind_has_a_vector_that_is_read_and_written_back() {
    let mut read = BTreeSet::new();
    for entry in std::fs::read_dir(format().join("vectors/leaf/accepted")).unwrap() {
        let file = std::fs::read(entry.unwrap().path()).unwrap();
        let vector: Value = serde_json::from_slice(&file).unwrap();
        let index = vector["index"].as_u64().unwrap();
        let leaf = Leaf::decode(&unhex(vector["leaf"].as_str().unwrap()), index).unwrap();
        // The auditor's own entries come with a later version; the verifier takes them already.
        if leaf.kind == "conclusion" {
            continue;
        }
        let body = Body::decode(&leaf.kind, &leaf.body)
            .unwrap_or_else(|error| panic!("{}: {error}", leaf.kind));
        assert_eq!(body.encode(), leaf.body);
        read.insert(leaf.kind);
    }
    println!("bodies of the leaf vectors: {} kinds", read.len());
    assert_eq!(read, named());
}
