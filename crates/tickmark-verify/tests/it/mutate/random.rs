//! Random damage, sealed again or not.

use super::container::{entries, pack};
use super::{Mutant, Operator, Rng, World};
use tickmark_log::bundle::Bundle;
use tickmark_log::note::SignedNote;
use tickmark_log::verdict::Level;

pub const OPERATORS: &[(&str, Operator)] = &[
    ("bytes changed", changed),
    ("bytes inserted or deleted", shifted),
    ("bytes changed, sealed", changed_sealed),
    ("bytes changed, sealed again", changed_sealed),
    ("bytes inserted or deleted, sealed", shifted_sealed),
    ("headings damaged, sealed", raw_sealed),
    ("bit flipped, sealed", bit_sealed),
];

fn spoil(bytes: &mut [u8], rng: &mut Rng) {
    for _ in 0..1 + rng.below(4) {
        let at = rng.below(bytes.len());
        bytes[at] ^= 1 + rng.below(255) as u8;
    }
}

fn shift(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let (at, count) = (rng.below(bytes.len()), 1 + rng.below(64));
    if rng.below(2) == 0 {
        let new = rng.bytes(count);
        bytes.splice(at..at, new);
    } else {
        let end = (at + count).min(bytes.len());
        bytes.drain(at..end);
    }
}

/// Spoiling twice may give the old bytes back; then nothing is wrong.
fn damaged(world: &World, bytes: Vec<u8>) -> Mutant {
    if bytes == world.bytes {
        Mutant::at_most(bytes, Level::Witnessed)
    } else {
        Mutant::invalid(bytes)
    }
}

fn changed(world: &World, rng: &mut Rng) -> Mutant {
    let mut bytes = world.bytes.clone();
    spoil(&mut bytes, rng);
    damaged(world, bytes)
}

fn shifted(world: &World, rng: &mut Rng) -> Mutant {
    let mut bytes = world.bytes.clone();
    shift(&mut bytes, rng);
    damaged(world, bytes)
}

/// Lines of unknown keys may be damaged at will; everything else that a signature or a leaf binds may not.
fn truth(world: &World, bytes: &[u8]) -> Level {
    let Ok(bundle) = Bundle::parse(bytes) else {
        return Level::Invalid;
    };
    let old = Bundle::parse(&world.bytes).unwrap();
    let text = |bundle: &Bundle<'_>, path| {
        SignedNote::parse(bundle.get(path)?)
            .ok()
            .map(|note| note.text().to_owned())
    };
    let notes = ["checkpoint", "manifest"];
    let same_notes = notes
        .iter()
        .all(|path| text(&bundle, path) == text(&old, path));
    let rest = |bundle: &Bundle<'_>| -> Vec<(String, Vec<u8>)> {
        let bound = bundle
            .entries()
            .iter()
            .filter(|entry| !notes.contains(&entry.path));
        bound
            .map(|entry| (entry.path.to_owned(), entry.bytes.to_vec()))
            .collect()
    };
    if same_notes && rest(&bundle) == rest(&old) {
        Level::Witnessed
    } else {
        Level::Invalid
    }
}

fn sealed(world: &World, bytes: Vec<u8>) -> Mutant {
    let level = truth(world, &bytes);
    Mutant::at_most(bytes, level)
}

fn changed_sealed(world: &World, rng: &mut Rng) -> Mutant {
    let mut entries = entries(&world.bytes);
    let at = rng.below(entries.len());
    spoil(&mut entries[at].1, rng);
    sealed(world, pack(&entries))
}

fn shifted_sealed(world: &World, rng: &mut Rng) -> Mutant {
    let mut entries = entries(&world.bytes);
    let at = rng.below(entries.len());
    shift(&mut entries[at].1, rng);
    sealed(world, pack(&entries))
}

fn raw_sealed(world: &World, rng: &mut Rng) -> Mutant {
    let mut bytes = world.bytes[..world.bytes.len() - 32].to_vec();
    spoil(&mut bytes, rng);
    sealed(world, super::container::seal(bytes))
}

fn bit_sealed(world: &World, rng: &mut Rng) -> Mutant {
    let mut bytes = world.bytes[..world.bytes.len() - 32].to_vec();
    let at = rng.below(bytes.len());
    bytes[at] ^= 1 << rng.below(8);
    sealed(world, super::container::seal(bytes))
}
