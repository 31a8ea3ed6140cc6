//! Framing of git objects: what is cut out, framed again, is the page.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::git::{Frames, header, mapping};
use tickmark_fuzz::{pages, schema};

fuzz_target!(|bytes: &[u8]| {
    let mut again = Vec::new();
    for frame in Frames::new(bytes) {
        match frame {
            Ok(frame) => {
                again.extend_from_slice(header(frame.id, frame.kind, frame.data.len()).as_bytes());
                again.extend_from_slice(frame.data);
                again.push(b'\n');
            }
            Err(error) => assert_eq!(error.at, again.len()),
        }
    }
    assert!(bytes.starts_with(&again));
    let schema = schema("git_commit");
    pages::read(
        &mapping(schema).unwrap(),
        schema,
        &[("repository", "acme/api")],
        &[bytes],
    )
    .unwrap();
});
