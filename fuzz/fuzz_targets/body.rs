//! The typed body of each kind of entry, and the fold over an entry as the first of a ledger.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::model::body::Body;
use tickmark_core::model::decide::{pages_list, read_pages_list};
use tickmark_core::model::state::{Blobs, State, fold};
use tickmark_log::commitment::Commitment;
use tickmark_log::leaf::Leaf;

struct Same<'a>(&'a [u8]);

impl Blobs for Same<'_> {
    fn bytes(&self, _: &Commitment) -> Option<Vec<u8>> {
        Some(self.0.to_vec())
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(pages) = read_pages_list(bytes) {
        assert_eq!(pages_list(&pages), bytes);
    }
    let Ok(leaf) = Leaf::decode(bytes, 1 << 20) else {
        return;
    };
    if let Ok(body) = Body::decode(&leaf.kind, &leaf.body) {
        assert_eq!(body.kind(), leaf.kind);
        assert_eq!(body.encode(), leaf.body);
    }
    let _ = fold(State::default(), 0, &leaf, &Same(bytes));
});
