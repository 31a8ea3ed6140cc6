//! Declarations of populations.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::schema::{MAX_COLUMNS, Schema};
use tickmark_fuzz::lawful;

fuzz_target!(|text: &str| {
    let schema = match Schema::parse("populations/a.yaml", text) {
        Ok(schema) => schema,
        Err(found) => return lawful(text, &found),
    };
    assert!(schema.columns.len() <= MAX_COLUMNS);
    assert_eq!(schema.key_indexes().count(), schema.key.len());
    let bits: u64 = schema
        .columns
        .iter()
        .map(|c| schema.mask(c.name.as_str()))
        .fold(0, |a, b| a + b);
    assert_eq!(bits.count_ones() as usize, schema.columns.len());
    let json = serde_json::to_string(&schema).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&json).unwrap(), schema);
});
