//! What is read out of HTTP headers and addresses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_collect::{date, link, live};

fuzz_target!(|text: &str| {
    if let Some(next) = link::next(text) {
        assert!(text.contains(&format!("<{next}>")) || text.contains(next.trim()));
        assert!(!next.contains('>'));
    }
    if let Some(time) = date::parse(text) {
        let (_, rest) = text.trim().split_once(", ").unwrap();
        let told = time.to_string();
        assert!(rest.starts_with(&told[8..10]), "{told} of {text}");
        assert!(rest.contains(&told[..4]), "{told} of {text}");
    }
    assert!(text.starts_with(live::origin(text)));
});
