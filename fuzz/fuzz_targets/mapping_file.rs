//! A mapping in a file of its own: written as a collection records it, it reads back as the same mapping.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::mapping::bind_file;
use tickmark_core::model::document::{FileFormat, parse_mapping};
use tickmark_fuzz::{all_lawful, library};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mapping = match parse_mapping("m.yaml", bytes, FileFormat::Csv) {
        Ok(mapping) => mapping,
        Err(found) => return all_lawful(&text, &found),
    };
    let written = mapping.written();
    let mut again = parse_mapping("m.yaml", written.as_bytes(), FileFormat::Csv)
        .expect("what is written reads back");
    again.path.clone_from(&mapping.path);
    again.column_lines.clone_from(&mapping.column_lines);
    assert_eq!(again, mapping);
    if let Some(schema) = library().schema(mapping.population.as_str()) {
        match bind_file("m.yaml", &mapping, schema) {
            Ok(bound) => assert_eq!(
                bind_file("m.yaml", &again, schema).map(|m| m.digest()),
                Ok(bound.digest())
            ),
            Err(found) => all_lawful(&text, &found),
        }
    }
});
