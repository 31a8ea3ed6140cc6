//! The container: order, paths, headings, missing and extra entries. Whoever does this only seals again.

use super::{Mutant, Operator, Rng, World};
use tickmark_log::bundle::{Bundle, MAGIC};
use tickmark_log::digest::sha256;

pub const OPERATORS: &[(&str, Operator)] = &[
    ("entries out of order", swap),
    ("entry twice", twice),
    ("path outside the list", bad_path),
    ("paths that differ by case", by_case),
    ("heading spelt otherwise", heading),
    ("bytes between entries or before the seal", gap),
    ("other format version", version),
    ("required entry missing", missing),
    ("length beyond the end", long),
];

pub type Entries = Vec<(String, Vec<u8>)>;

pub fn entries(bytes: &[u8]) -> Entries {
    let bundle = Bundle::parse(bytes).unwrap();
    bundle
        .entries()
        .iter()
        .map(|entry| (entry.path.to_owned(), entry.bytes.to_vec()))
        .collect()
}

pub fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    let digest = sha256(&bytes);
    bytes.extend(digest.0);
    bytes
}

/// Puts entries together as they are, sorted or not.
pub fn pack(entries: &Entries) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    for (path, bytes) in entries {
        out.extend(format!("{path} {}\n", bytes.len()).as_bytes());
        out.extend(bytes);
    }
    seal(out)
}

/// Replaces one entry and seals.
pub fn with(world: &World, path: &str, bytes: Vec<u8>) -> Vec<u8> {
    let mut entries = entries(&world.bytes);
    entries.iter_mut().find(|entry| entry.0 == path).unwrap().1 = bytes;
    pack(&entries)
}

fn swap(world: &World, rng: &mut Rng) -> Mutant {
    let mut entries = entries(&world.bytes);
    let at = rng.below(entries.len() - 1);
    entries.swap(at, at + 1);
    Mutant::invalid(pack(&entries))
}

fn twice(world: &World, rng: &mut Rng) -> Mutant {
    let mut entries = entries(&world.bytes);
    let at = rng.below(entries.len());
    let again = entries[at].clone();
    entries.insert(at, again);
    Mutant::invalid(pack(&entries))
}

fn bad_path(world: &World, rng: &mut Rng) -> Mutant {
    let paths = [
        "",
        "../x",
        "/etc/passwd",
        "library/../x",
        "library/.hidden",
        "library//x",
        "library/a\\b",
        "library/a\0b",
        "leaves2",
        "Leaves",
        "blobs/00",
        "library/\u{e4}",
        "library/a b",
        "salts/0",
        "library/",
    ];
    let mut entries = entries(&world.bytes);
    entries.push((rng.pick(&paths).to_owned(), rng.bytes(5)));
    entries.sort();
    Mutant::invalid(pack(&entries))
}

fn by_case(world: &World, rng: &mut Rng) -> Mutant {
    let mut entries = entries(&world.bytes);
    entries.push(("library/controls/chg-01.md".to_owned(), rng.bytes(3)));
    entries.sort();
    Mutant::invalid(pack(&entries))
}

fn heading(world: &World, rng: &mut Rng) -> Mutant {
    let entries = entries(&world.bytes);
    let spoilt = rng.below(entries.len());
    let way = rng.below(6);
    let mut out = MAGIC.to_vec();
    for (at, (path, bytes)) in entries.iter().enumerate() {
        let length = bytes.len();
        let heading = match (at == spoilt, way) {
            (false, _) => format!("{path} {length}\n"),
            (true, 0) => format!("{path} 0{length}\n"),
            (true, 1) => format!("{path}  {length}\n"),
            (true, 2) => format!("{path} +{length}\n"),
            (true, 3) => format!("{path} {length}\r\n"),
            (true, 4) => format!("{path}\t{length}\n"),
            (true, _) => format!("{path} {length} \n"),
        };
        out.extend(heading.as_bytes());
        out.extend(bytes);
    }
    Mutant::invalid(seal(out))
}

fn gap(world: &World, rng: &mut Rng) -> Mutant {
    let entries = entries(&world.bytes);
    let after = rng.below(entries.len());
    let count = 1 + rng.below(64);
    let filler = if rng.below(2) == 0 {
        rng.bytes(count)
    } else {
        vec![b'\n'; count]
    };
    let mut out = MAGIC.to_vec();
    for (at, (path, bytes)) in entries.iter().enumerate() {
        out.extend(format!("{path} {}\n", bytes.len()).as_bytes());
        out.extend(bytes);
        if at == after {
            out.extend(&filler);
        }
    }
    Mutant::invalid(seal(out))
}

fn version(world: &World, rng: &mut Rng) -> Mutant {
    let magics: [&[u8]; 5] = [
        b"TICKMARK-BUNDLE 0\n",
        b"TICKMARK-BUNDLE 2\n",
        b"TICKMARK-BUNDLE 1\r\n",
        b"\xef\xbb\xbfTICKMARK-BUNDLE 1\n",
        b"",
    ];
    let body = &world.bytes[MAGIC.len()..world.bytes.len() - 32];
    Mutant::invalid(seal([rng.pick(&magics), body].concat()))
}

fn missing(world: &World, rng: &mut Rng) -> Mutant {
    let path = rng.pick(&["checkpoint", "leaves", "manifest", "policy", "salts"]);
    let mut entries = entries(&world.bytes);
    entries.retain(|entry| entry.0 != path);
    Mutant::invalid(pack(&entries))
}

fn long(world: &World, rng: &mut Rng) -> Mutant {
    let lengths = [
        "99999999999",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775808",
        "10000000000000",
    ];
    let body = &world.bytes[..world.bytes.len() - 32];
    let mut out = body.to_vec();
    out.extend(format!("salts2 {}\n", rng.pick(&lengths)).as_bytes());
    Mutant::invalid(seal(out))
}
