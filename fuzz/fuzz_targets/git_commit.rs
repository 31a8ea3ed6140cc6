//! A commit object: framed under its true name it becomes one row or one rejection.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::git::{header, mapping};
use tickmark_fuzz::{pages, schema};

fuzz_target!(|bytes: &[u8]| {
    let id = gix_object::compute_hash(gix_hash::Kind::Sha1, gix_object::Kind::Commit, bytes)
        .unwrap()
        .to_string();
    let page = [header(&id, "commit", bytes.len()).as_bytes(), bytes, b"\n"].concat();
    let schema = schema("git_commit");
    let params = [("repository", "acme/api"), ("head", id.as_str())];
    let read = pages::read(&mapping(schema).unwrap(), schema, &params, &[&page]).unwrap();
    assert_eq!(read.len(), 1);
});
