//! The container and the verdict. The input is a bundle without the digest at its end, which anybody can compute.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_fuzz::vectors;
use tickmark_log::bundle::{Bundle, Writer};
use tickmark_log::digest::sha256;
use tickmark_log::verdict::{Level, Options, diff, verify};

fuzz_target!(|bytes: &[u8]| {
    let sealed = [bytes, &sha256(bytes).0].concat();
    if let Ok(bundle) = Bundle::parse(&sealed) {
        let mut writer = Writer::new(Vec::new()).unwrap();
        for entry in bundle.entries() {
            writer.add(entry.path, entry.bytes).unwrap();
        }
        assert_eq!(writer.finish().unwrap(), sealed);
    }
    let verdict = verify(&sealed, Some(vectors::policy()), &Options::default());
    if verdict.level > Level::Invalid {
        let leaves = Bundle::parse(&sealed)
            .unwrap()
            .get("leaves")
            .unwrap()
            .to_vec();
        assert!(
            vectors::entries("leaves").contains(&leaves.as_slice()),
            "leaves that nobody signed are {}",
            verdict.level
        );
    } else {
        assert!(!verdict.problems.is_empty());
    }
    let alone = verify(
        &sealed,
        None,
        &Options {
            threads: 2,
            ..Options::default()
        },
    );
    assert!(alone.level <= Level::Unanchored);
    for known in vectors::BUNDLES {
        let (with, _) = diff(&sealed, known, Some(vectors::policy()), &Options::default());
        assert!(with.level <= verdict.level);
    }
});
