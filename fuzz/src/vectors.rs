//! The public vectors of `docs/format/`: nobody without their keys can make others, so whatever verifies is one of them.

use std::sync::OnceLock;

use tickmark_log::bundle::Bundle;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::note::SignedNote;
use tickmark_log::policy::Policy;

/// A bundle that three witnesses' policy calls witnessed, and one that nobody cosigned.
pub const BUNDLES: [&[u8]; 2] = [
    include_bytes!("../../docs/format/vectors/bundle/witnessed.bundle"),
    include_bytes!("../../docs/format/vectors/bundle/unanchored.bundle"),
];

/// The auditor's policy for them.
pub fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| {
        Policy::parse(include_bytes!("../../docs/format/vectors/bundle/policy"))
            .expect("the vectors' policy")
    })
}

/// An entry of both bundles.
pub fn entries(path: &str) -> [&'static [u8]; 2] {
    BUNDLES.map(|bytes| {
        Bundle::parse(bytes)
            .expect("a bundle")
            .get(path)
            .expect("an entry")
    })
}

/// The checkpoint of the witnessed bundle.
pub fn checkpoint() -> &'static (Checkpoint, SignedNote) {
    static HEAD: OnceLock<(Checkpoint, SignedNote)> = OnceLock::new();
    HEAD.get_or_init(|| Checkpoint::parse_note(entries("checkpoint")[0]).expect("a checkpoint"))
}
