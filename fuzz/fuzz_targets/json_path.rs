//! Paths (first line) followed in JSON (the rest).
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::model::path::JsonPath;

fuzz_target!(|text: &str| {
    let (path, json) = text.split_once('\n').unwrap_or((text, "null"));
    let Ok(parsed) = path.parse::<JsonPath>() else {
        return;
    };
    assert_eq!(parsed.to_string(), path);
    let Ok(value) = serde_json::from_str(json) else {
        return;
    };
    let all = parsed.all(&value);
    assert!(parsed.is_many() || all.len() <= 1);
    assert_eq!(parsed.one(&value), all.first().copied());
});
