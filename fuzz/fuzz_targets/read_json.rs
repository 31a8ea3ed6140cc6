//! Pages of JSON through the mappings of the GitHub declaration. The first byte chooses the stream.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::mapping::Mapping;
use tickmark_core::facts::schema::Schema;
use tickmark_core::facts::source::Source;
use tickmark_fuzz::{pages, root, schema};

fn streams() -> &'static [(Mapping, &'static Schema)] {
    static STREAMS: OnceLock<Vec<(Mapping, &'static Schema)>> = OnceLock::new();
    STREAMS.get_or_init(|| {
        let mut all = Vec::new();
        for name in ["github", "directory", "hris", "saas"] {
            let file = root().join(format!("library/sources/{name}.yaml"));
            let source = Source::parse(name, &std::fs::read_to_string(file).unwrap()).unwrap();
            for stream in &source.streams {
                let schema = schema(stream.into.as_str());
                all.push((source.bind(stream, schema).unwrap(), schema));
            }
        }
        all
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, page)) = bytes.split_first() else {
        return;
    };
    let (mapping, schema) = &streams()[usize::from(*choice) % streams().len()];
    let params = [
        ("org", "acme"),
        ("repo", "api"),
        ("branch", "main"),
        ("system", "okta"),
        ("base", "https://x.test"),
    ];
    pages::read(mapping, schema, &params, &[page])
        .expect("JSON pages are read or rejected, never refused");
});
