//! Files cut into pages: the pages joined are the file, and each ends where a record ends. The first byte chooses the form; the rest is
//! repeated until the file has more than one page.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_collect::file::{FileError, PAGE, each_page};
use tickmark_core::facts::mapping::Format;
use tickmark_fuzz::scratch;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, record)) = bytes.split_first().filter(|(_, record)| !record.is_empty())
    else {
        return;
    };
    let format = [Format::Csv, Format::JsonLines, Format::Opaque][usize::from(*choice) % 3];
    let file = record.repeat(PAGE / record.len() + 2);
    let path = scratch("file", &file);
    let mut pages: Vec<Vec<u8>> = Vec::new();
    let kept = each_page(&path, format, |page| -> Result<(), FileError> {
        pages.push(page.to_vec());
        Ok(())
    });
    assert_eq!(kept.unwrap(), file.len() as u64);
    assert_eq!(pages.concat(), file);
    let (_, whole) = pages.split_last().unwrap();
    for page in whole {
        assert!(format != Format::Opaque && page.ends_with(b"\n"));
        let quotes = page.iter().filter(|b| **b == b'"').count();
        assert!(
            format == Format::JsonLines || quotes % 2 == 0,
            "a page ends inside quotes"
        );
    }
});
