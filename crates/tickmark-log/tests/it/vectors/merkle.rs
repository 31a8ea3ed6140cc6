//! transparency-dev/merkle: inclusion and consistency proofs (subtree proofs are not part of our format).

use crate::data;
use serde_json::Value;
use std::path::Path;
use tickmark_log::base64;
use tickmark_log::digest::{Digest, sha256};
use tickmark_log::tree::{consistency, inclusion};

/// No hash, or one of another length, cannot become a [`Digest`]; some cases about sizes carry such roots, which only must be
/// equal or not, so they are hashed.
fn hash(value: &Value) -> Option<Digest> {
    let bytes = base64::decode(value.as_str()?).filter(|bytes| !bytes.is_empty())?;
    Some(
        bytes
            .as_slice()
            .try_into()
            .map_or_else(|_| sha256(&bytes), Digest),
    )
}

fn proof(case: &Value) -> Option<Vec<Digest>> {
    match &case["proof"] {
        Value::Null => Some(Vec::new()),
        hashes => hashes.as_array()?.iter().map(hash).collect(),
    }
}

fn included(case: &Value) -> Option<bool> {
    let (index, size) = (case["leafIdx"].as_u64()?, case["treeSize"].as_u64()?);
    let (leaf, root) = (hash(&case["leafHash"])?, hash(&case["root"])?);
    Some(inclusion::verify(index, size, leaf, &proof(case)?, root).is_ok())
}

fn consistent(case: &Value) -> Option<bool> {
    let (old, new) = (case["size1"].as_u64()?, case["size2"].as_u64()?);
    let (old_root, new_root) = (hash(&case["root1"])?, hash(&case["root2"])?);
    Some(consistency::verify(old, new, old_root, new_root, &proof(case)?).is_ok())
}

/// Runs a folder of cases: how many, and how many of them must be refused.
fn run(folder: &Path, holds: fn(&Value) -> Option<bool>) -> (usize, usize) {
    let (mut cases, mut refused) = (0, 0);
    for path in data::files(folder) {
        let case: Value = serde_json::from_slice(&data::read(&path)).unwrap();
        let must_fail = case["wantErr"].as_bool().unwrap_or(false);
        assert_eq!(
            holds(&case).unwrap_or(false),
            !must_fail,
            "{}",
            path.display()
        );
        cases += 1;
        refused += usize::from(must_fail);
    }
    (cases, refused)
}

#[test]
fn proofs_of_transparency_dev() {
    let Some(folder) = data::merkle("merkle") else {
        return;
    };
    let merkle = data::inner(&folder, "transparency-dev-merkle.tar.gz");
    let (inclusions, inclusion_refusals) = run(&merkle.join("inclusion"), included);
    let (consistencies, consistency_refusals) = run(&merkle.join("consistency"), consistent);
    println!(
        "merkle vectors: inclusion {inclusions} ({inclusion_refusals} refused), \
         consistency {consistencies} ({consistency_refusals} refused)"
    );
    let listed = |kind: &str| {
        data::listed(
            &folder,
            &format!("transparency-dev-merkle.tar.gz!transparency-dev-merkle/{kind}/"),
        )
    };
    assert_eq!(
        (inclusions, consistencies),
        (listed("inclusion"), listed("consistency"))
    );
    assert_eq!((inclusions, consistencies), (70, 57));
    assert!(inclusion_refusals > 0 && inclusion_refusals < inclusions);
    assert!(consistency_refusals > 0 && consistency_refusals < consistencies);
}
