//! A small log with its keys, witnesses, blobs and policy.
#![allow(
    dead_code,
    reason = "two test binaries share this file and use different parts of it"
)]

use std::collections::BTreeMap;
use tickmark_log::bundle::{Parts, write};
use tickmark_log::cbor::Value;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::commitment::{Salt, commit};
use tickmark_log::cosignature::cosign;
use tickmark_log::digest::sha256;
use tickmark_log::keys::{KeyType, SigningKey, VerifierKey};
use tickmark_log::leaf::{BlobRef, Leaf, Side};
use tickmark_log::policy::Policy;
use tickmark_log::tree::{leaf_hash, root};
use tickmark_log::verdict::{Options, Verdict, verify};

/// Microseconds of 2026-01-01.
pub const START_US: u64 = 1_767_225_600_000_000;
pub const ORIGIN: &str = "log.example/acme";

pub fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, KeyType::Ed25519, [1; 32]).unwrap()
}

pub fn witness_key(n: u8) -> SigningKey {
    SigningKey::from_seed(
        &format!("witness.example/w{n}"),
        KeyType::CosignatureV1,
        [100 + n; 32],
    )
    .unwrap()
}

pub fn auditor_key() -> SigningKey {
    SigningKey::from_seed("auditor.example", KeyType::Ed25519, [50; 32]).unwrap()
}

/// Three operators, two needed.
pub fn policy_text() -> String {
    let witness = |n: u8| format!("witness w{n} {}\n", witness_key(n).verifier());
    let witnesses: String = (1..=3).map(witness).collect();
    format!(
        "log {}\n{witnesses}group q 2 w1 w2 w3\nquorum q\n",
        log_key().verifier()
    )
}

pub fn policy() -> Policy {
    Policy::parse(policy_text().as_bytes()).unwrap()
}

pub fn leaf(n: u64) -> Leaf {
    Leaf {
        kind: "document".to_owned(),
        time_us: START_US + n * 1_000_000,
        side: Side::Management,
        actor: [9; 16],
        key: sha256(&n.to_be_bytes()).0,
        refs: (n.saturating_sub(2)..n).collect(),
        blobs: Vec::new(),
        body: BTreeMap::from([
            (1, Value::Text(format!("controls/{n}.md"))),
            (2, Value::Uint(n * 1000)),
        ]),
        signature: None,
    }
}

/// A leaf that commits to a blob, and the blob.
pub fn with_blob(n: u64, role: &str, bytes: &[u8]) -> (Leaf, (Salt, Vec<u8>)) {
    let salt = Salt(sha256(&[b"salt".as_slice(), bytes].concat()).0);
    let mut leaf = leaf(n);
    leaf.blobs.push(BlobRef {
        role: role.to_owned(),
        commitment: commit(&salt, bytes),
        length: bytes.len() as u64,
    });
    (leaf, (salt, bytes.to_vec()))
}

/// Signs the head of these leaves and lets witnesses cosign it.
pub fn checkpoint(leaves: &[Vec<u8>], witnesses: &[u8]) -> String {
    let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let head = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: leaves.len() as u64,
        root: root(&hashes),
    };
    let mut note = head.sign(&log_key()).unwrap();
    for n in witnesses {
        note.add(cosign(&head, START_US / 1_000_000 + 86_400, &witness_key(*n)).unwrap());
    }
    note.to_text()
}

/// The leaves of [`parts`] and the blobs that are disclosed.
pub fn leaves_and_blobs() -> (Vec<Leaf>, Vec<(Salt, Vec<u8>)>) {
    let mut leaves: Vec<Leaf> = (0..12).map(leaf).collect();
    let (first, page) = with_blob(3, "page", b"{\"users\":[]}");
    let (second, manifest) = with_blob(5, "manifest", b"{\"v\":1}");
    let (third, _withheld) = with_blob(7, "page", b"secret");
    leaves[3] = first;
    leaves[5] = second;
    leaves[7] = third;
    (leaves, vec![page, manifest])
}

pub fn encoded(leaves: &[Leaf]) -> Vec<Vec<u8>> {
    leaves.iter().map(|leaf| leaf.encode().unwrap()).collect()
}

/// Twelve leaves, three blobs of which two are disclosed, a library file; cosigned by w1 and w2.
pub fn parts() -> Parts {
    let (leaves, blobs) = leaves_and_blobs();
    let leaves = encoded(&leaves);
    Parts {
        checkpoint: checkpoint(&leaves, &[1, 2]),
        policy: policy_text(),
        leaves,
        blobs,
        library: vec![("controls/CHG-01.md".to_owned(), b"# approval\n".to_vec())],
    }
}

pub fn bundle(parts: &Parts) -> Vec<u8> {
    write(parts, &log_key(), Vec::new()).unwrap()
}

pub fn verdict(bundle: &[u8]) -> Verdict {
    verify(bundle, Some(&policy()), &Options::default())
}

pub fn auditor() -> VerifierKey {
    auditor_key().verifier().clone()
}
