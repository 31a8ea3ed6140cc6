//! Keys as text: one text for one key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_log::keys::{SigningKey, VerifierKey};

fuzz_target!(|text: &str| {
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
        assert!(!key.verify(text.as_bytes(), &[7; 64]));
    }
    if let Ok(key) = SigningKey::parse_private(text) {
        assert_eq!(key.to_private(), text);
        assert!(key.verifier().verify(b"message", &key.sign(b"message")));
    }
});
