//! Whole bundles that every later version must judge the same.

use super::{folder, same};
use crate::sample::{bundle, checkpoint, parts, policy_text};
use tickmark_log::policy::Policy;
use tickmark_log::verdict::{Level, Options, verify};

fn stored(name: &str) -> Vec<u8> {
    std::fs::read(folder("bundle").join(name)).unwrap()
}

#[test]
fn the_code_writes_the_bundles() {
    let witnessed = parts();
    let mut unanchored = parts();
    unanchored.checkpoint = checkpoint(&unanchored.leaves, &[3]);
    same(&folder("bundle").join("policy"), policy_text().as_bytes());
    same(
        &folder("bundle").join("witnessed.bundle"),
        &bundle(&witnessed),
    );
    same(
        &folder("bundle").join("unanchored.bundle"),
        &bundle(&unanchored),
    );
}

#[test]
fn stored_bundles_keep_their_verdicts() {
    let policy = Policy::parse(&stored("policy")).unwrap();
    for (name, level, witnesses) in [
        ("witnessed", Level::Witnessed, (2, 3)),
        ("unanchored", Level::Unanchored, (1, 3)),
    ] {
        let verdict = verify(
            &stored(&format!("{name}.bundle")),
            Some(&policy),
            &Options::default(),
        );
        assert_eq!(
            (verdict.level, verdict.witnesses, verdict.size),
            (level, witnesses, 12),
            "{:?}",
            verdict.problems
        );
    }
}
