//! What lies in the entries `leaves` and `salts`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_log::bundle::{Frames, SaltTable, push_frame, salt_table};

fuzz_target!(|bytes: &[u8]| {
    let mut again = Vec::new();
    let mut whole = true;
    for frame in Frames::new(bytes) {
        match frame {
            Ok(leaf) => assert!(push_frame(leaf, &mut again)),
            Err(_) => whole = false,
        }
    }
    assert!(bytes.starts_with(&again));
    assert_eq!(whole, again.len() == bytes.len());
    if let Ok(table) = SaltTable::parse(bytes) {
        assert_eq!(salt_table(&table.iter().collect::<Vec<_>>()), bytes);
    }
});
