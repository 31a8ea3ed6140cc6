//! Declarations of sources, bound to the populations of the library.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::source::Source;
use tickmark_fuzz::{all_lawful, lawful, library};

fuzz_target!(|text: &str| {
    let source = match Source::parse("sources/a.yaml", text) {
        Ok(source) => source,
        Err(found) => return lawful(text, &found),
    };
    let schemas: Vec<_> = library().schemas.values().cloned().collect();
    source.check(&schemas).iter().for_each(|d| lawful(text, d));
    for stream in &source.streams {
        assert_eq!(
            source.stream(stream.name.as_str()).map(|s| &s.name),
            Some(&stream.name)
        );
        let Some(schema) = library().schema(stream.into.as_str()) else {
            continue;
        };
        match source.bind(stream, schema) {
            Ok(mapping) => {
                assert_eq!(mapping.columns.len(), schema.columns.len());
                assert!(mapping.digest().starts_with("sha256:"));
            }
            Err(found) => all_lawful(text, &found),
        }
    }
});
