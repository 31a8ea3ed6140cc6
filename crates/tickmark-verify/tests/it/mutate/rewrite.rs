//! The operator with the log's key and everything else but the witnesses' keys rewrites history; and honest bundles,
//! which must not be suspected.

use super::{Mutant, Operator, RETAINED, Rng, World};
use crate::sample::{START_US, auditor_key, bundle, checkpoint, encoded, leaf};
use std::collections::BTreeMap;
use tickmark_log::cbor::Value;
use tickmark_log::commitment::{Salt, commit};
use tickmark_log::digest::sha256;
use tickmark_log::leaf::{BlobRef, Leaf, Side};
use tickmark_log::verdict::Level;

pub const OPERATORS: &[(&str, Operator)] = &[
    ("signed: leaf edited", edit),
    ("signed: leaf edited, old cosignatures kept", edit_keep),
    ("signed: leaf deleted", delete),
    ("signed: leaves swapped", swap),
    ("signed: leaf inserted early", insert),
    ("signed: tail cut", cut),
    ("signed: refs renumbered", renumber),
    ("signed: blob and commitment replaced", replace),
    ("signed: everything rewritten", all),
    ("signed: back-dated", back_date),
    ("older head of the same log", older),
    ("honest", honest),
    ("honest again", honest),
];

fn rewritten(world: &World, first: usize, change: impl FnOnce(&mut Vec<Leaf>)) -> Mutant {
    let mut leaves = world.leaves.clone();
    change(&mut leaves);
    let mut parts = world.parts.clone();
    parts.leaves = encoded(&leaves);
    parts.checkpoint = checkpoint(&parts.leaves, &[]);
    // Blobs whose leaf is gone cannot be shown.
    let named = |commitment| {
        leaves
            .iter()
            .flat_map(|leaf| &leaf.blobs)
            .any(|blob| blob.commitment == commitment)
    };
    parts
        .blobs
        .retain(|(salt, bytes)| named(commit(salt, bytes)));
    Mutant::rewritten(bundle(&parts), first)
}

/// Keeps refs below the leaf's index after a change of order.
fn renumbered(leaves: &mut [Leaf]) {
    for (index, leaf) in (0..).zip(leaves) {
        leaf.refs.retain(|reference| *reference < index);
    }
}

fn edit(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len());
    let value = Value::Uint(rng.next());
    rewritten(world, at, |leaves| drop(leaves[at].body.insert(2, value)))
}

fn edit_keep(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len());
    let mut leaves = world.leaves.clone();
    leaves[at].time_us += 1;
    let mut parts = world.parts.clone();
    parts.leaves = encoded(&leaves);
    let lines = parts
        .checkpoint
        .split_once("\n\n")
        .map(|(_, lines)| lines.to_owned())
        .unwrap();
    let witnesses: String = lines.split_inclusive('\n').skip(1).collect();
    parts.checkpoint = checkpoint(&parts.leaves, &[]) + &witnesses;
    Mutant::invalid(bundle(&parts))
}

fn delete(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len() - 1);
    rewritten(world, at, |leaves| {
        leaves.remove(at);
        renumbered(leaves);
    })
}

fn swap(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len() - 1);
    rewritten(world, at, |leaves| {
        leaves.swap(at, at + 1);
        renumbered(leaves);
    })
}

fn insert(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len());
    let mut new = leaf(1000 + rng.next() % 1000);
    new.refs.clear();
    rewritten(world, at, |leaves| leaves.insert(at, new))
}

fn cut(world: &World, rng: &mut Rng) -> Mutant {
    let keep = rng.below(world.leaves.len());
    let mutant = rewritten(world, keep, |leaves| leaves.truncate(keep));
    let at_most_since = if keep < RETAINED {
        Level::Diverged
    } else {
        Level::Unanchored
    };
    Mutant {
        at_most_since,
        ..mutant
    }
}

fn renumber(world: &World, rng: &mut Rng) -> Mutant {
    let at = 4 + rng.below(world.leaves.len() - 4);
    rewritten(world, at, |leaves| leaves[at].refs = vec![0, 1])
}

fn replace(_world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.pick(&[3, 5]);
    let salt = Salt(rng.bytes(32).try_into().unwrap());
    let bytes = rng.bytes(30);
    let mut changed = World::new();
    changed.parts.blobs.push((salt, bytes.clone()));
    rewritten(&changed, at, |leaves| {
        leaves[at].blobs[0] = BlobRef {
            role: "page".to_owned(),
            commitment: commit(&salt, &bytes),
            length: bytes.len() as u64,
        };
    })
}

fn all(world: &World, rng: &mut Rng) -> Mutant {
    let seed = rng.next();
    rewritten(world, 0, |leaves| {
        for leaf in leaves {
            leaf.key = sha256(&[leaf.key.as_slice(), &seed.to_be_bytes()].concat()).0;
        }
    })
}

fn back_date(world: &World, rng: &mut Rng) -> Mutant {
    let at = rng.below(world.leaves.len());
    let earlier = 1 + rng.next() % START_US;
    rewritten(world, at, |leaves| leaves[at].time_us -= earlier)
}

/// A true head of the past: good without a retained checkpoint, a roll-back with a later one.
fn older(world: &World, rng: &mut Rng) -> Mutant {
    let keep = rng.below(world.leaves.len());
    let mut parts = world.parts.clone();
    parts.leaves.truncate(keep);
    parts.blobs.clear();
    parts.checkpoint = checkpoint(&parts.leaves, &[2, 3]);
    let at_most_since = if keep < RETAINED {
        Level::Diverged
    } else {
        Level::Witnessed
    };
    Mutant {
        at_most_since,
        ..Mutant::exactly(bundle(&parts), Level::Witnessed)
    }
}

fn value(rng: &mut Rng, depth: usize) -> Value {
    match rng.below(if depth == 0 { 4 } else { 6 }) {
        0 => Value::Uint(rng.next() >> rng.below(64)),
        1 => Value::Bool(rng.below(2) == 0),
        2 => {
            let count = rng.below(300);
            Value::Bytes(rng.bytes(count))
        }
        3 => Value::Text("ä\u{1f600}z".repeat(rng.below(20))),
        4 => Value::Array((0..rng.below(4)).map(|_| value(rng, depth - 1)).collect()),
        _ => {
            let pairs =
                (0..rng.below(4)).map(|n| (Value::Uint(n as u64 * 200), value(rng, depth - 1)));
            Value::Map(pairs.collect())
        }
    }
}

fn any_leaf(rng: &mut Rng, index: u64) -> Leaf {
    let side = rng.pick(&[
        Side::Management,
        Side::Management,
        Side::System,
        Side::Auditor,
    ]);
    let mut refs: Vec<u64> = (0..rng.below(4)).map(|_| rng.next() % index).collect();
    refs.sort_unstable();
    refs.dedup();
    let mut leaf = Leaf {
        kind: rng
            .pick(&["document", "test.run", "collection.intent", "erased", "k"])
            .to_owned(),
        time_us: rng.next() >> 1,
        side,
        actor: rng.bytes(16).try_into().unwrap(),
        key: rng.bytes(32).try_into().unwrap(),
        refs,
        blobs: Vec::new(),
        body: BTreeMap::new(),
        signature: None,
    };
    for _ in 0..rng.below(4) {
        let key = rng.next() >> rng.below(64);
        leaf.body.insert(key, value(rng, 3));
    }
    if side == Side::Auditor {
        leaf.sign(&auditor_key()).unwrap();
    }
    leaf
}

/// The honest log goes on in any way the format allows, with blobs, lists and erased blobs; three witnesses cosign.
fn honest(world: &World, rng: &mut Rng) -> Mutant {
    let mut leaves = world.leaves.clone();
    let mut parts = world.parts.clone();
    for index in 12..12 + rng.below(20) as u64 {
        let mut leaf = any_leaf(rng, index);
        if leaf.side != Side::Auditor && rng.below(3) == 0 {
            let salt = Salt(rng.bytes(32).try_into().unwrap());
            let first = leaves[3].blobs[0].clone();
            let list = rng.below(2) == 0;
            let count = rng.below(200);
            let bytes = match list {
                true => [first.commitment.0.0.as_slice(), &first.length.to_be_bytes()].concat(),
                false => rng.bytes(count),
            };
            leaf.blobs.push(BlobRef {
                role: if list { "list" } else { "page" }.to_owned(),
                commitment: commit(&salt, &bytes),
                length: bytes.len() as u64,
            });
            if rng.below(4) > 0 {
                parts.blobs.push((salt, bytes));
            }
        }
        leaves.push(leaf);
    }
    parts.leaves = encoded(&leaves);
    parts.checkpoint = checkpoint(&parts.leaves, &[1, 2, 3]);
    Mutant::exactly(bundle(&parts), Level::Witnessed)
}
