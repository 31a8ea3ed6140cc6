//! CSV files: the records are the same however the file is cut into pages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::mapping::default_file;
use tickmark_core::facts::read::csv::{Lines, record_end};
use tickmark_core::model::document::FileFormat;
use tickmark_fuzz::pages;

fuzz_target!(|bytes: &[u8]| {
    let mark = b"\xef\xbb\xbf";
    let mut rest = bytes.strip_prefix(mark).unwrap_or(bytes);
    let (mut ends, mut at) = (Vec::new(), bytes.len() - rest.len());
    while !rest.is_empty() {
        let end = record_end(rest);
        assert!(end.at > 0);
        (rest, at) = (&rest[end.at..], at + end.at);
        ends.push(at);
    }
    assert_eq!(Lines::new(bytes, 1).count(), ends.len());
    let schema = pages::hire();
    let mapping = default_file(&schema, FileFormat::Csv);
    let whole = pages::read(&mapping, &schema, &[], &[bytes]);
    for cut in ends.iter().rev().skip(1).take(3) {
        let (left, right) = bytes.split_at(*cut);
        let cut = pages::read(&mapping, &schema, &[], &[left, right]);
        match (&whole, cut) {
            (Ok(whole), Ok(cut)) => assert_eq!(pages::said(whole), pages::said(&cut)),
            (Err(whole), Err(cut)) => assert_eq!(*whole, cut),
            (whole, cut) => panic!("{whole:?} in one page, {cut:?} in two"),
        }
    }
});
