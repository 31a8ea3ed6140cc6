//! C2SP CCTV ed25519: the edge cases on which verifiers differ. Ours must refuse all but low-order components.

use crate::data;
use serde_json::Value;
use tickmark_log::hex;
use tickmark_log::keys::{KeyType, VerifierKey};

fn verifies(case: &Value) -> bool {
    let key = hex::decode(case["key"].as_str().unwrap()).unwrap();
    let signature = hex::decode(case["sig"].as_str().unwrap()).unwrap();
    let message = case["msg"].as_str().unwrap().as_bytes();
    VerifierKey::new("cctv", KeyType::Ed25519, key).is_ok_and(|key| key.verify(message, &signature))
}

#[test]
fn strict_verification_by_flags() {
    let Some(folder) = data::merkle("ed25519") else {
        return;
    };
    let bytes = data::gunzip(&folder.join("cctv-ed25519/ed25519vectors.json.gz"));
    let cases: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    let mut accepted = 0;
    for case in &cases {
        let harmless = |flag: &Value| {
            matches!(
                flag.as_str(),
                Some("low_order_component_A" | "low_order_component_R")
            )
        };
        let expected = case["flags"]
            .as_array()
            .is_none_or(|flags| flags.iter().all(harmless));
        assert_eq!(verifies(case), expected, "{case}");
        accepted += usize::from(expected);
    }
    println!(
        "cctv-ed25519 vectors: {} ({accepted} accepted)",
        cases.len()
    );
    assert_eq!((cases.len(), accepted), (CASES, ACCEPTED));
    assert_eq!(
        data::listed(&folder, "cctv-ed25519/ed25519vectors.json.gz"),
        1
    );
}

/// Size of the published set; SOURCE.tsv lists it as one file.
const CASES: usize = 914;
const ACCEPTED: usize = 43;
