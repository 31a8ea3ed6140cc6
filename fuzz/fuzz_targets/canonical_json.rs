//! Canonical JSON: one text for one value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tickmark_core::model::canonical;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = canonical::parse::<Value>(bytes) {
        assert_eq!(canonical::to_string(&value).unwrap().as_bytes(), bytes);
    }
    // Any JSON without fractions has a canonical text, and that text reads back as the same value.
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        if let Ok(text) = canonical::to_string(&value) {
            assert_eq!(canonical::parse::<Value>(text.as_bytes()).unwrap(), value);
        }
    }
});
