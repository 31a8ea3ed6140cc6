//! JSON Lines: the records are the same however the file is cut into pages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::mapping::default_file;
use tickmark_core::model::document::FileFormat;
use tickmark_fuzz::pages;

fuzz_target!(|bytes: &[u8]| {
    let schema = pages::hire();
    let mapping = default_file(&schema, FileFormat::Jsonl);
    let whole = pages::read(&mapping, &schema, &[], &[bytes])
        .expect("lines are read or rejected, never refused");
    if let Some(end) = bytes.iter().position(|b| *b == b'\n') {
        let (left, right) = bytes.split_at(end + 1);
        let cut = pages::read(&mapping, &schema, &[], &[left, right]).unwrap();
        assert_eq!(pages::said(&whole), pages::said(&cut));
    }
});
