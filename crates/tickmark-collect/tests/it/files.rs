//! Files cut into pages.

use std::io::Write;

use proptest::prelude::*;
use tickmark_collect::file::{FileError, PAGE, each_page};
use tickmark_collect::plan;
use tickmark_core::facts::mapping::Format;

fn pages(bytes: &[u8], format: Format) -> Result<Vec<Vec<u8>>, FileError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mut pages = Vec::new();
    let read = each_page(file.path(), format, |page| -> Result<(), FileError> {
        pages.push(page.to_vec());
        Ok(())
    })?;
    assert_eq!(read, bytes.len() as u64);
    Ok(pages)
}

#[test]
fn pages_end_where_records_end_and_joined_are_the_file() {
    let line = format!("7,\"a\nb\",{}\n", "x".repeat(500_000));
    let file = format!("id,text,more\n{}", line.repeat(20));
    let csv = pages(file.as_bytes(), Format::Csv).unwrap();
    assert!(csv.len() > 1);
    for page in &csv {
        assert!(page.ends_with(b"x\n") && page.len() < PAGE + line.len() + 1);
    }
    assert_eq!(csv.concat(), file.as_bytes());
    assert_eq!(
        pages(file.as_bytes(), Format::Json).unwrap().len(),
        1,
        "JSON is not cut"
    );
}

#[test]
fn an_empty_file_is_one_empty_page_and_a_missing_one_is_named() {
    assert_eq!(pages(b"", Format::Csv).unwrap(), [Vec::<u8>::new()]);
    let error = each_page(std::path::Path::new("/nowhere/x.csv"), Format::Csv, |_| {
        Ok::<(), FileError>(())
    })
    .unwrap_err();
    assert!(
        error.to_string().starts_with("`/nowhere/x.csv`: "),
        "{error}"
    );
}

#[test]
fn a_quote_that_is_never_closed_does_not_take_the_memory() {
    let mut bytes = b"a,b\n1,\"".to_vec();
    bytes.resize(tickmark_collect::file::MAX_RECORD + (1 << 20), b'x');
    assert!(matches!(
        pages(&bytes, Format::Csv),
        Err(FileError::TooLarge { at: 4, .. })
    ));
}

#[test]
fn a_plan_is_redacted_before_anything_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.json");
    std::fs::write(
        &path,
        br#"{"format_version":"1.2","planned_values":{"p":{"password":"correct-horse"}}}"#,
    )
    .unwrap();
    let plan = plan::collect(&path, &[1; 32]).unwrap();
    assert!(
        !String::from_utf8(plan.redacted.bytes)
            .unwrap()
            .contains("horse")
    );
    assert_eq!(
        (plan.redacted.count, plan.original.len()),
        (1, std::fs::metadata(&path).unwrap().len() as usize)
    );
    std::fs::write(&path, b"resource {}").unwrap();
    let error = plan::collect(&path, &[1; 32]).unwrap_err().to_string();
    assert!(error.contains("plan.json`: not JSON"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        for format in [Format::Csv, Format::JsonLines, Format::Json] {
            prop_assert_eq!(pages(&bytes, format).unwrap().concat(), bytes.clone());
        }
    }
}
