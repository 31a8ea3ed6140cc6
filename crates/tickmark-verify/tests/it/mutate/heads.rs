//! Checkpoint, signatures, quorum, manifest, policy.

use super::container::{entries, pack, with};
use super::{Mutant, Operator, Rng, World};
use crate::sample::{ORIGIN, START_US, bundle, checkpoint, log_key, policy_text, witness_key};
use tickmark_log::bundle::{Parts, write};
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::cosignature::cosign;
use tickmark_log::keys::{KeyType, SigningKey};
use tickmark_log::note::{NoteSignature, SignedNote};
use tickmark_log::verdict::Level;

pub const OPERATORS: &[(&str, Operator)] = &[
    ("checkpoint text edited", edited),
    ("checkpoint spelt otherwise", spelling),
    ("size claimed and signed", claimed_size),
    ("witness lines dropped", dropped),
    ("witness line twice or under another name", impostor),
    ("unknown lines added", unknown_lines),
    ("1,000 signature lines", thousand),
    ("cosignature damaged", broken),
    (
        "witnesses that only the bundle's policy knows",
        own_witnesses,
    ),
    ("weaker policy in the bundle", weaker_policy),
    ("another log's key", other_key),
    ("another origin", other_origin),
    ("library changed, manifest signed", library_signed),
    ("library changed, manifest kept", library_kept),
    ("manifest of another checkpoint", other_manifest),
    ("log key as witness", log_as_witness),
];

fn head(world: &World) -> (Checkpoint, SignedNote) {
    Checkpoint::parse_note(world.parts.checkpoint.as_bytes()).unwrap()
}

fn with_checkpoint(world: &World, text: String) -> Vec<u8> {
    with(world, "checkpoint", text.into_bytes())
}

fn edited(world: &World, rng: &mut Rng) -> Mutant {
    let (mut head, note) = head(world);
    match rng.below(3) {
        0 => head.size = head.size.wrapping_add(rng.next() | 1),
        1 => head.root.0[rng.below(32)] ^= 1,
        _ => head.origin.push('x'),
    }
    Mutant::invalid(with_checkpoint(
        world,
        world.parts.checkpoint.replace(note.text(), &head.to_text()),
    ))
}

fn spelling(world: &World, rng: &mut Rng) -> Mutant {
    let text = &world.parts.checkpoint;
    let spelt = match rng.below(8) {
        0 => text.replace('\n', "\r\n"),
        1 => format!("\u{feff}{text}"),
        2 => text.trim_end().to_owned(),
        3 => format!("{text}\n"),
        4 => text.replacen("\n12\n", "\n012\n", 1),
        5 => text.replacen("=\n\n", "=\nextension\n\n", 1),
        6 => text.replacen("\n\n", "\n", 1),
        _ => text.replacen("\u{2014} ", "- ", 1),
    };
    Mutant::invalid(with_checkpoint(world, spelt))
}

fn claimed_size(world: &World, rng: &mut Rng) -> Mutant {
    let (mut head, _) = head(world);
    let size = head.size;
    let sizes = [0, 1, size - 1, size + 1, 16, 1 << 32, 1 << 63, u64::MAX];
    head.size = rng.pick(&sizes);
    let mut parts = world.parts.clone();
    parts.checkpoint = head.sign(&log_key()).unwrap().to_text();
    Mutant::invalid(bundle(&parts))
}

fn dropped(world: &World, rng: &mut Rng) -> Mutant {
    let kept: &[u8] = rng.pick(&[&[][..], &[1][..], &[2][..], &[3][..]]);
    let mut parts = world.parts.clone();
    parts.checkpoint = checkpoint(&parts.leaves, kept);
    Mutant::exactly(bundle(&parts), Level::Unanchored)
}

/// w1's line, spelt as w2's: with w2's id it must verify as w2's, without it is unknown.
fn impostor(world: &World, rng: &mut Rng) -> Mutant {
    let (_, note) = head(world);
    let mut one = note.signatures()[1].clone();
    let text = checkpoint(&world.parts.leaves, &[1]);
    let two = witness_key(2);
    match rng.below(4) {
        0 => Mutant::invalid(with_checkpoint(world, text + &one.line())),
        1 => {
            one.name = two.verifier().name().to_owned();
            Mutant::exactly(
                with_checkpoint(world, text + &one.line()),
                Level::Unanchored,
            )
        }
        2 => {
            one.name = two.verifier().name().to_owned();
            one.id = two.verifier().id();
            Mutant::invalid(with_checkpoint(world, text + &one.line()))
        }
        _ => {
            let (head, _) = head(world);
            let twin =
                SigningKey::from_seed("witness.example/w2", KeyType::CosignatureV1, [77; 32])
                    .unwrap();
            let line = cosign(&head, START_US / 1_000_000, &twin).unwrap().line();
            Mutant::exactly(with_checkpoint(world, text + &line), Level::Unanchored)
        }
    }
}

fn unknown(rng: &mut Rng, n: usize) -> String {
    let id = (rng.next() as u32).to_be_bytes();
    NoteSignature {
        name: format!("unknown.example/{n}"),
        id,
        bytes: rng.bytes(1 + n % 80),
    }
    .line()
}

fn unknown_lines(world: &World, rng: &mut Rng) -> Mutant {
    let lines: String = (0..1 + rng.below(30)).map(|n| unknown(rng, n)).collect();
    Mutant::exactly(
        with_checkpoint(world, world.parts.checkpoint.clone() + &lines),
        Level::Witnessed,
    )
}

fn thousand(world: &World, rng: &mut Rng) -> Mutant {
    let lines: String = (0..1000).map(|n| unknown(rng, n)).collect();
    Mutant::invalid(with_checkpoint(
        world,
        world.parts.checkpoint.clone() + &lines,
    ))
}

fn broken(world: &World, rng: &mut Rng) -> Mutant {
    let (_, note) = head(world);
    let mut line = note.signatures()[rng.below(3)].clone();
    match rng.below(4) {
        0 => drop(line.bytes.pop()),
        1 => line.bytes.push(0),
        2 => line.bytes[..4].fill(0xff),
        _ => {
            let at = rng.below(line.bytes.len());
            line.bytes[at] ^= 0x40;
        }
    }
    let mut note = note;
    note.add(line);
    Mutant::invalid(with_checkpoint(world, note.to_text()))
}

fn evil(n: u8) -> SigningKey {
    SigningKey::from_seed(
        &format!("evil.example/{n}"),
        KeyType::CosignatureV1,
        [200 + n; 32],
    )
    .unwrap()
}

/// History rewritten, cosigned by keys that the operator put into the policy inside.
fn own_witnesses(world: &World, rng: &mut Rng) -> Mutant {
    let mut leaves = world.leaves.clone();
    let at = rng.below(leaves.len());
    leaves[at].time_us += 1;
    let mut parts = world.parts.clone();
    parts.leaves = crate::sample::encoded(&leaves);
    let text = checkpoint(&parts.leaves, &[]);
    let (head, mut note) = Checkpoint::parse_note(text.as_bytes()).unwrap();
    for n in 1..=2 {
        note.add(cosign(&head, START_US / 1_000_000, &evil(n)).unwrap());
    }
    parts.checkpoint = note.to_text();
    let (one, two) = (evil(1), evil(2));
    parts.policy = format!(
        "log {}\nwitness a {}\nwitness b {}\ngroup q all a b\nquorum q\n",
        log_key().verifier(),
        one.verifier(),
        two.verifier()
    );
    Mutant::rewritten(bundle(&parts), at)
}

/// The auditor's own policy counts, so this changes nothing; without enough witnesses it must not help either.
fn weaker_policy(world: &World, rng: &mut Rng) -> Mutant {
    let weak = [
        "quorum none\n",
        "quorum w1\n",
        "group any1 any w1 w2 w3\nquorum any1\n",
    ];
    let (witnesses, _) = policy_text()
        .rsplit_once("group q")
        .map(|(head, tail)| (head.to_owned(), tail.len()))
        .unwrap();
    let mut parts = world.parts.clone();
    parts.policy = witnesses + rng.pick(&weak);
    let enough = rng.below(2) == 0;
    let level = if enough {
        Level::Witnessed
    } else {
        Level::Unanchored
    };
    if !enough {
        parts.checkpoint = checkpoint(&parts.leaves, &[1]);
    }
    Mutant::exactly(bundle(&parts), level)
}

fn signed_by(parts: &Parts, key: &SigningKey, policy: String) -> Vec<u8> {
    let mut parts = parts.clone();
    let (mut head, _) = Checkpoint::parse_note(parts.checkpoint.as_bytes()).unwrap();
    head.origin = key.verifier().name().to_owned();
    let mut note = head.sign(key).unwrap();
    for n in [1, 2] {
        note.add(cosign(&head, START_US / 1_000_000, &witness_key(n)).unwrap());
    }
    parts.checkpoint = note.to_text();
    parts.policy = policy;
    write(&parts, key, Vec::new()).unwrap()
}

fn other_key(world: &World, rng: &mut Rng) -> Mutant {
    let seed = rng.bytes(32).try_into().unwrap();
    let key = SigningKey::from_seed(ORIGIN, KeyType::Ed25519, seed).unwrap();
    let policy = policy_text().replace(
        &log_key().verifier().to_string(),
        &key.verifier().to_string(),
    );
    Mutant::invalid(signed_by(&world.parts, &key, policy))
}

fn other_origin(world: &World, rng: &mut Rng) -> Mutant {
    let name = format!("log.example/other-{}", rng.below(1000));
    let key = SigningKey::from_seed(&name, KeyType::Ed25519, [1; 32]).unwrap();
    let policy = policy_text().replace(
        &log_key().verifier().to_string(),
        &key.verifier().to_string(),
    );
    Mutant::invalid(signed_by(&world.parts, &key, policy))
}

/// The log's own word over its library is all there is; what the library was is in the leaves.
fn library_signed(world: &World, rng: &mut Rng) -> Mutant {
    let mut parts = world.parts.clone();
    parts
        .library
        .push((format!("extra/{}.md", rng.below(1000)), rng.bytes(20)));
    Mutant::exactly(bundle(&parts), Level::Witnessed)
}

fn library_kept(world: &World, rng: &mut Rng) -> Mutant {
    let mut entries = entries(&world.bytes);
    match rng.below(3) {
        0 => entries.retain(|entry| !entry.0.starts_with("library/")),
        1 => entries.push(("library/z.md".to_owned(), rng.bytes(4))),
        _ => {
            let file = entries
                .iter_mut()
                .find(|entry| entry.0.starts_with("library/"))
                .unwrap();
            file.1.push(b'\n');
        }
    }
    entries.sort();
    Mutant::invalid(pack(&entries))
}

fn other_manifest(world: &World, rng: &mut Rng) -> Mutant {
    let mut shorter = world.parts.clone();
    shorter.leaves.truncate(1 + rng.below(11));
    shorter.blobs.clear();
    shorter.checkpoint = checkpoint(&shorter.leaves, &[]);
    let bytes = bundle(&shorter);
    let manifest = entries(&bytes)
        .into_iter()
        .find(|entry| entry.0 == "manifest")
        .unwrap()
        .1;
    Mutant::invalid(with(world, "manifest", manifest))
}

/// The log cosigns itself with its own key material under a witness's name.
fn log_as_witness(world: &World, rng: &mut Rng) -> Mutant {
    let (head, _) = head(world);
    let name = rng.pick(&["witness.example/w2", ORIGIN, "witness.example/w3"]);
    let key = SigningKey::from_seed(name, KeyType::CosignatureV1, [1; 32]).unwrap();
    let line = cosign(&head, START_US / 1_000_000, &key).unwrap().line();
    Mutant::exactly(
        with_checkpoint(world, checkpoint(&world.parts.leaves, &[1]) + &line),
        Level::Unanchored,
    )
}
