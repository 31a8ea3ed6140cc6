//! Leaves, blobs and salts changed by somebody without the log's key, or with it where the envelope must still refuse.

use super::container::{entries, pack, with};
use super::{Mutant, Operator, Rng, World};
use crate::sample::{auditor_key, bundle, checkpoint, encoded, leaf, log_key};
use tickmark_log::bundle::push_frame;
use tickmark_log::commitment::{Salt, commit};
use tickmark_log::digest::sha256;
use tickmark_log::keys::{KeyType, SigningKey};
use tickmark_log::leaf::{BlobRef, Leaf, LeafSignature, Side};
use tickmark_log::verdict::Level;

pub const OPERATORS: &[(&str, Operator)] = &[
    ("leaf edited", edit),
    ("leaf deleted", delete),
    ("leaves swapped", swap),
    ("leaf duplicated", duplicate),
    ("leaf inserted", insert),
    ("tail cut", cut),
    ("leaf appended", append),
    ("blob replaced", replace_blob),
    ("salt replaced", replace_salt),
    ("blob without salt, salt without blob", half),
    ("blob that no leaf names", loose),
    ("blob of another leaf's commitment", exchanged),
    ("blob withheld", withheld),
    ("signed leaf that is not canonical", not_canonical),
    ("signed leaf that refers forward", forward),
    ("signed leaves with one idempotency key", same_key),
    ("signed leaf of another length than its blob", other_length),
    ("signed list that is no list", bad_list),
    (
        "auditor's leaf without or with a broken signature",
        auditor_forged,
    ),
    ("auditor's leaf by a key of the platform", auditor_platform),
];

fn frames(leaves: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    assert!(leaves.iter().all(|leaf| push_frame(leaf, &mut out)));
    out
}

/// Changes the list of leaves and seals; the signed head stays.
fn unsigned(world: &World, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Mutant {
    let mut leaves = world.parts.leaves.clone();
    change(&mut leaves);
    Mutant::invalid(with(world, "leaves", frames(&leaves)))
}

/// Changes leaves, signs the head with the log's key, keeps no cosignature.
fn signed(world: &World, change: impl FnOnce(&mut Vec<Leaf>)) -> Vec<u8> {
    let mut leaves = world.leaves.clone();
    change(&mut leaves);
    raw_signed(world, encoded(&leaves))
}

fn raw_signed(world: &World, leaves: Vec<Vec<u8>>) -> Vec<u8> {
    let mut parts = world.parts.clone();
    parts.checkpoint = checkpoint(&leaves, &[]);
    parts.leaves = leaves;
    bundle(&parts)
}

fn edit(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len());
    let mut changed = world.leaves[at].clone();
    changed.time_us += 1 + rng.next() % 1000;
    unsigned(world, |leaves| leaves[at] = changed.encode().unwrap())
}

fn delete(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len());
    unsigned(world, |leaves| drop(leaves.remove(at)))
}

fn swap(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len() - 1);
    unsigned(world, |leaves| leaves.swap(at, at + 1))
}

fn duplicate(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len());
    unsigned(world, |leaves| leaves.insert(at, leaves[at].clone()))
}

fn insert(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len());
    let mut new = leaf(1000);
    new.refs.clear();
    unsigned(world, |leaves| leaves.insert(at, new.encode().unwrap()))
}

fn cut(world: &World, rng: &mut Rng) -> Mutant {
    let keep = rng.below(world.leaves.len());
    unsigned(world, |leaves| leaves.truncate(keep))
}

fn append(world: &World, rng: &mut Rng) -> Mutant {
    let mut new = leaf(12);
    new.time_us += rng.next() % 1000;
    unsigned(world, |leaves| leaves.push(new.encode().unwrap()))
}

fn blob_path(world: &World, rng: &mut Rng) -> String {
    let (salt, bytes) = &world.blobs[rng.below(world.blobs.len())];
    format!("blobs/{}", commit(salt, bytes))
}

fn replace_blob(world: &World, rng: &mut Rng) -> Mutant {
    let path = blob_path(world, rng);
    let count = rng.below(40);
    Mutant::invalid(with(world, &path, rng.bytes(count)))
}

fn salts(world: &World) -> Vec<u8> {
    entries(&world.bytes)
        .into_iter()
        .find(|entry| entry.0 == "salts")
        .unwrap()
        .1
}

fn replace_salt(world: &World, rng: &mut Rng) -> Mutant {
    let mut salts = salts(world);
    let at = rng.below(salts.len());
    salts[at] ^= 1 << rng.below(8);
    Mutant::invalid(with(world, "salts", salts))
}

fn half(world: &World, rng: &mut Rng) -> Mutant {
    if rng.below(2) == 0 {
        let path = blob_path(world, rng);
        let mut entries = entries(&world.bytes);
        entries.retain(|entry| entry.0 != path);
        return Mutant::invalid(pack(&entries));
    }
    let mut salts = salts(world);
    let at = rng.below(salts.len() / 64) * 64;
    salts.drain(at..at + 64);
    Mutant::invalid(with(world, "salts", salts))
}

fn loose(world: &World, rng: &mut Rng) -> Mutant {
    let mut parts = world.parts.clone();
    let salt = Salt(rng.bytes(32).try_into().unwrap());
    parts.blobs.push((salt, rng.bytes(9)));
    Mutant::invalid(bundle(&parts))
}

/// A good blob of one record shown as that of another.
fn exchanged(world: &World, _rng: &mut Rng) -> Mutant {
    let mut entries = entries(&world.bytes);
    let bytes = entries[0].1.clone();
    entries[0].1 = entries[1].1.clone();
    entries[1].1 = bytes;
    Mutant::invalid(pack(&entries))
}

fn withheld(world: &World, rng: &mut Rng) -> Mutant {
    let mut parts = world.parts.clone();
    parts.blobs.remove(rng.below(2));
    Mutant::exactly(bundle(&parts), Level::Witnessed)
}

/// Bytes that decode to the same meaning, or to another version, and are no leaf.
fn not_canonical(world: &World, rng: &mut Rng) -> Mutant {
    let mut leaves = world.parts.leaves.clone();
    let at = rng.below(leaves.len());
    let bytes = &mut leaves[at];
    match rng.below(5) {
        0 => bytes.push(0),
        1 => drop(bytes.splice(1..2, [0x18, 0])),
        2 => bytes[2] = 2,
        3 => bytes[0] = 0xa7,
        _ => drop(bytes.splice(2..3, [0x18, 1])),
    }
    Mutant::invalid(raw_signed(world, leaves))
}

fn forward(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len());
    let refs = vec![at as u64 + rng.next() % 5];
    Mutant::invalid(signed(world, |leaves| leaves[at].refs = refs))
}

fn same_key(world: &World, rng: &mut Rng) -> Mutant {
    let (one, two) = (rng.below(6), 6 + rng.below(6));
    let whole = rng.below(2) == 0;
    let bytes = signed(world, |leaves| {
        let key = leaves[one].key;
        // Equal first eight bytes only: suspicious to the sorting, allowed by the format.
        let shared = if whole { 32 } else { 8 };
        leaves[two].key[..shared].copy_from_slice(&key[..shared]);
    });
    if whole {
        Mutant::invalid(bytes)
    } else {
        Mutant::rewritten(bytes, two)
    }
}

fn other_length(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.pick(&[3, 5]);
    let wrong = rng.next() % 1000 + 100;
    Mutant::invalid(signed(world, |leaves| leaves[at].blobs[0].length = wrong))
}

fn bad_list(world: &World, rng: &mut Rng) -> Mutant {
    let salt = Salt([3; 32]);
    let count = 40 * rng.below(3) + 1 + rng.below(39);
    let payload = rng.bytes(count);
    let named = BlobRef {
        role: "list".to_owned(),
        commitment: commit(&salt, &payload),
        length: payload.len() as u64,
    };
    let mut leaves = world.leaves.clone();
    leaves[8].blobs.push(named);
    let mut parts = world.parts.clone();
    parts.leaves = encoded(&leaves);
    parts.checkpoint = checkpoint(&parts.leaves, &[]);
    parts.blobs.push((salt, payload));
    Mutant::invalid(bundle(&parts))
}

fn conclusion() -> Leaf {
    let mut leaf = leaf(12);
    leaf.side = Side::Auditor;
    leaf
}

fn auditor_forged(world: &World, rng: &mut Rng) -> Mutant {
    let mut leaf = conclusion();
    let signature = LeafSignature {
        key_id: auditor_key().verifier().id(),
        signature: [0; 64],
    };
    match rng.below(3) {
        0 => leaf.signature = Some(signature),
        1 => {
            leaf.sign(&auditor_key()).unwrap();
            leaf.time_us += 1;
        }
        _ => {
            // The auditor's id over a signature of the log's key.
            let key = log_key();
            let signed = leaf.signed_bytes().unwrap();
            leaf.signature = Some(LeafSignature {
                signature: key.sign(&signed),
                ..signature
            });
        }
    }
    Mutant::invalid(signed(world, |leaves| leaves.push(leaf)))
}

fn auditor_platform(world: &World, rng: &mut Rng) -> Mutant {
    let seed = sha256(&rng.next().to_be_bytes()).0;
    let key = SigningKey::from_seed("auditor.example", KeyType::Ed25519, seed).unwrap();
    let mut leaf = conclusion();
    leaf.sign(&key).unwrap();
    let mut leaves = world.leaves.clone();
    leaves.push(leaf);
    let mut parts = world.parts.clone();
    parts.leaves = encoded(&leaves);
    // Even a quorum of witnesses does not make it the auditor's.
    parts.checkpoint = checkpoint(&parts.leaves, &[1, 2, 3]);
    Mutant::exactly(bundle(&parts), Level::Unanchored)
}
