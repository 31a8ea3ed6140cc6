//! The envelope of an entry: one encoding for one leaf, and the borrowing reader agrees with the owning one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_log::leaf::{Leaf, LeafView};

fuzz_target!(|bytes: &[u8]| {
    for index in [0, 1, 1 << 20, u64::MAX] {
        let view = LeafView::read(bytes, index);
        match Leaf::decode(bytes, index) {
            Ok(leaf) => {
                assert!(view.is_ok());
                assert_eq!(leaf.encode().as_deref(), Ok(bytes));
            }
            Err(error) => assert_eq!(view.err(), Some(error)),
        }
    }
});
