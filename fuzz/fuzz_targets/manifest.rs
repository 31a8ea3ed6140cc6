//! Manifests of collections: what is accepted prints as the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::read::manifest_gaps;
use tickmark_core::model::ids::PopulationName;
use tickmark_core::model::manifest::Manifest;

fuzz_target!(|bytes: &[u8]| {
    let Ok(manifest) = Manifest::parse(bytes) else {
        return;
    };
    assert_eq!(manifest.to_bytes().unwrap(), bytes);
    let population = PopulationName::parse("change").unwrap();
    assert_eq!(
        manifest_gaps(1, &manifest, &population).len(),
        manifest.gaps.len()
    );
    assert!(manifest.source.starts_with(manifest.source_name()));
    let _ = manifest.covered_spans();
});
