//! Deterministic CBOR: what is accepted is the only encoding of its value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_log::cbor;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = cbor::decode(bytes) {
        assert_eq!(cbor::encode(&value), bytes);
    }
});
