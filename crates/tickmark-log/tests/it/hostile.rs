//! How verifiers of other systems failed, each as a test against ours. The numbers are those of the test programme
//! (reliability page, table 4.2). T-17 waits for time stamps, T-20 belongs to the store.

use crate::sample::{
    self, ORIGIN, START_US, bundle, checkpoint, encoded, leaf, log_key, parts, policy_text,
    verdict, witness_key,
};
use tickmark_log::bundle::{Bundle, MAGIC, write};
use tickmark_log::cbor;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::cosignature::cosign;
use tickmark_log::digest::sha256;
use tickmark_log::keys::{KeyError, KeyType, SigningKey, VerifierKey};
use tickmark_log::leaf::{Leaf, LeafError};
use tickmark_log::note::{NoteSignature, SignedNote};
use tickmark_log::policy::{Policy, PolicyFault};
use tickmark_log::tree::{inclusion, leaf_hash, node_hash, root};
use tickmark_log::verdict::{Level, Options, verify};

fn level_of_checkpoint(text: &str) -> Level {
    let mut parts = parts();
    let good = bundle(&parts);
    parts.checkpoint = text.to_owned();
    match write(&parts, &log_key(), Vec::new()) {
        Ok(bytes) => verdict(&bytes).level,
        // The writer refuses what the reader must refuse too: put it in by hand.
        Err(_) => verdict(&replaced(&good, "checkpoint", text.as_bytes())).level,
    }
}

fn replaced(bytes: &[u8], path: &str, content: &[u8]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    for entry in Bundle::parse(bytes).unwrap().entries() {
        let content = if entry.path == path {
            content
        } else {
            entry.bytes
        };
        out.extend(format!("{} {}\n", entry.path, content.len()).as_bytes());
        out.extend(content);
    }
    let seal = sha256(&out);
    out.extend(seal.0);
    out
}

/// immudb CVE-2022-36111: the middle of a hybrid chain was never checked.
#[test]
fn t12_every_middle_leaf_is_checked() {
    let (leaves, _) = sample::leaves_and_blobs();
    for at in 0..leaves.len() {
        let mut changed = leaves.clone();
        changed[at].actor[0] ^= 1;
        let mut parts = parts();
        parts.leaves = encoded(&changed);
        let verdict = verdict(&bundle(&parts));
        assert_eq!(
            (verdict.level, verdict.problems[0].code),
            (Level::Invalid, "root"),
            "leaf {at}"
        );
    }
}

/// immudb CVE-2022-39199: the server chose its identity and the client started afresh.
#[test]
fn t13_another_origin_or_key_is_another_log() {
    let keys = [
        (ORIGIN, [9; 32]),
        ("log.example/other", [1; 32]),
        ("log.example/other", [9; 32]),
    ];
    for (name, seed) in keys {
        let key = SigningKey::from_seed(name, KeyType::Ed25519, seed).unwrap();
        let mut parts = parts();
        let (mut head, _) = Checkpoint::parse_note(parts.checkpoint.as_bytes()).unwrap();
        head.origin = name.to_owned();
        let mut note = head.sign(&key).unwrap();
        (1..=3).for_each(|n| note.add(cosign(&head, 1, &witness_key(n)).unwrap()));
        parts.checkpoint = note.to_text();
        parts.policy = policy_text().replace(
            &log_key().verifier().to_string(),
            &key.verifier().to_string(),
        );
        let bytes = write(&parts, &key, Vec::new()).unwrap();
        let own = verify(&bytes, None, &Options::default());
        assert_eq!(
            own.level,
            Level::Unanchored,
            "consistent in itself: {:?}",
            own.problems
        );
        assert_eq!(verdict(&bytes).level, Level::Invalid, "{name}");
        // And a retained checkpoint of the true log is not continued by it, policy or not.
        let accepted = Checkpoint::parse_note(checkpoint(&parts.leaves, &[]).as_bytes()).unwrap();
        let options = Options {
            since: Some(&accepted),
            ..Options::default()
        };
        assert_eq!(verify(&bytes, None, &options).level, Level::Diverged);
    }
}

/// cosign CVE-2022-36056 and CVE-2026-22703, sigstore-java CVE-2024-53267: a valid proof of something else.
#[test]
fn t14_a_proof_of_another_record_proves_nothing() {
    let hashes: Vec<_> = parts().leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let (size, head) = (hashes.len() as u64, root(&hashes));
    for (index, leaf) in (0..).zip(&hashes) {
        let proof = inclusion::prove(index, &hashes).unwrap();
        for (other, other_leaf) in (0..).zip(&hashes) {
            let same = other == index;
            assert_eq!(
                inclusion::verify(index, size, *other_leaf, &proof, head).is_ok(),
                same
            );
            assert_eq!(
                inclusion::verify(other, size, *leaf, &proof, head).is_ok(),
                same
            );
        }
    }
}

/// sigstore-java: a checkpoint whose signature was not valid.
#[test]
fn t15_checkpoint_signatures() {
    let leaves = parts().leaves;
    let text = checkpoint(&leaves, &[1, 2]);
    assert_eq!(level_of_checkpoint(&text), Level::Witnessed);
    let (head, note) = Checkpoint::parse_note(text.as_bytes()).unwrap();
    let [log, rest @ ..] = note.signatures() else {
        panic!("no signatures")
    };
    let witnesses: String = rest.iter().map(NoteSignature::line).collect();
    let with_log = |line: NoteSignature| format!("{}\n{}{witnesses}", head.to_text(), line.line());
    let changed = |change: &dyn Fn(&mut NoteSignature)| {
        let mut line = log.clone();
        change(&mut line);
        with_log(line)
    };
    let wrong = SigningKey::from_seed(ORIGIN, KeyType::Ed25519, [8; 32]).unwrap();
    let by_wrong = SignedNote::sign(&head.to_text(), &wrong)
        .unwrap()
        .signatures()[0]
        .clone();
    let mut hidden = by_wrong.clone();
    hidden.id = log.id;
    let lines = |count: usize| -> String {
        let line = |n: usize| {
            NoteSignature {
                name: format!("n{n}"),
                id: [0; 4],
                bytes: vec![0; 64],
            }
            .line()
        };
        (0..count).map(line).collect()
    };
    let refused = [
        ("wrong key", with_log(by_wrong)),
        ("wrong key under the log's id", with_log(hidden)),
        ("wrong id", changed(&|line| line.id[0] ^= 1)),
        ("other name", changed(&|line| line.name.push('x'))),
        ("cut", changed(&|line| line.bytes.truncate(63))),
        ("longer", changed(&|line| line.bytes.push(0))),
        ("one byte", changed(&|line| line.bytes.truncate(1))),
        (
            "scalar plus group order",
            changed(&|line| plus_order(&mut line.bytes[32..])),
        ),
        (
            "no signature of the log",
            format!("{}\n{witnesses}", head.to_text()),
        ),
        ("no signature at all", format!("{}\n", head.to_text())),
        ("extension line", text.replacen("\n\n", "\nmore\n\n", 1)),
        ("blank first line", format!("\n{text}")),
        ("CRLF", text.replace('\n', "\r\n")),
        ("byte order mark", format!("\u{feff}{text}")),
        ("no final line feed", text.trim_end().to_owned()),
        ("line feed after the end", format!("{text}\n")),
        ("tab", text.replacen(' ', "\t", 1)),
        ("65 lines", text.clone() + &lines(62)),
        ("1,000 lines", text.clone() + &lines(1000)),
    ];
    for (name, text) in refused {
        assert_eq!(level_of_checkpoint(&text), Level::Invalid, "{name}");
    }
    // 64 lines are allowed, unknown ones are ignored.
    assert_eq!(
        level_of_checkpoint(&(text.clone() + &lines(61))),
        Level::Witnessed
    );
    // Small-order and not canonically encoded public keys are no keys.
    for point in [[0; 32], order_two(), [0xff; 32], canonical_plus_p()] {
        assert_eq!(
            VerifierKey::new("x", KeyType::Ed25519, point),
            Err(KeyError::Point)
        );
    }
}

/// Adds the group order L to a little-endian scalar: verifies by sloppy arithmetic, is not canonical.
fn plus_order(scalar: &mut [u8]) {
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (byte, add) in scalar.iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
}

/// y = -1.
fn order_two() -> [u8; 32] {
    let mut bytes = [0xff; 32];
    (bytes[0], bytes[31]) = (0xec, 0x7f);
    bytes
}

/// y = 3 written as p + 3: a point, but not in its one spelling.
fn canonical_plus_p() -> [u8; 32] {
    let mut bytes = [0xff; 32];
    (bytes[0], bytes[31]) = (0xf0, 0x7f);
    bytes
}

/// sigstore-go CVE-2026-49834: the threshold counted entries, not authorities.
#[test]
fn t16_the_quorum_counts_operators() {
    let parts = parts();
    let (head, mut note) =
        Checkpoint::parse_note(checkpoint(&parts.leaves, &[]).as_bytes()).unwrap();
    (1..=3).for_each(|n| note.add(cosign(&head, START_US / 1_000_000, &witness_key(n)).unwrap()));
    let mut bundled = parts;
    bundled.checkpoint = note.to_text();
    let bytes = bundle(&bundled);
    let vkey = |n: u8| witness_key(n).verifier().clone();
    let log = log_key().verifier().clone();
    let three = format!(
        "log {log}\nwitness a {}\nwitness b {}\nwitness c {}\n",
        vkey(1),
        vkey(2),
        vkey(3)
    );
    let of = |rest: &str| {
        let policy = Policy::parse(format!("{three}{rest}").as_bytes()).unwrap();
        let verdict = verify(&bytes, Some(&policy), &Options::default());
        (verdict.level, verdict.witnesses)
    };
    // Two keys of one operator are one member.
    assert_eq!(
        of("group one any a b\ngroup q all one c\nquorum q\n"),
        (Level::Witnessed, (2, 2))
    );
    let absent = format!("witness d {}\nwitness e {}\n", vkey(4), vkey(5));
    assert_eq!(
        of(&format!(
            "{absent}group one any a b c\ngroup two all d e\ngroup q 2 one two\nquorum q\n"
        )),
        (Level::Unanchored, (1, 2))
    );
    assert_eq!(of("quorum a\n"), (Level::Witnessed, (1, 1)));
    // However many cosign, no quorum is no quorum.
    assert_eq!(
        of("group q all a b c\nquorum none\n"),
        (Level::Unanchored, (0, 0))
    );

    let fault = |text: &str| Policy::parse(text.as_bytes()).unwrap_err().fault;
    let renamed =
        VerifierKey::new("another.example", KeyType::CosignatureV1, *vkey(1).public()).unwrap();
    let own =
        VerifierKey::new("witness.example/log", KeyType::CosignatureV1, *log.public()).unwrap();
    assert_eq!(
        fault(&format!("{three}witness d {renamed}\nquorum none\n")),
        PolicyFault::SameKey
    );
    assert_eq!(
        fault(&format!("{three}witness d {own}\nquorum none\n")),
        PolicyFault::SameKey
    );
    assert_eq!(
        fault(&format!("{three}group q 2 a a\nquorum q\n")),
        PolicyFault::Member("a".to_owned())
    );
    assert_eq!(
        fault(&format!("{three}group p any a\ngroup q 2 a p\nquorum q\n")),
        PolicyFault::Member("a".to_owned())
    );
    assert_eq!(
        fault(&format!("{three}group q 0 a\nquorum q\n")),
        PolicyFault::Threshold("0".to_owned())
    );
    assert_eq!(
        fault(&format!("{three}group q 4 a b c\nquorum q\n")),
        PolicyFault::Threshold("4".to_owned())
    );
    assert_eq!(
        fault(&format!("{three}quorum q\n")),
        PolicyFault::Unknown("q".to_owned())
    );
    assert_eq!(
        fault(&format!("{three}quorum a\nquorum none\n")),
        PolicyFault::SecondQuorum
    );
    assert_eq!(fault(&three), PolicyFault::NoQuorum);
    assert_eq!(
        fault(&format!("log {}\nquorum none\n", vkey(1))),
        PolicyFault::KeyType
    );
}

/// golang/go#79070 and t3x-nr-vault: an older or looser form was accepted.
#[test]
fn t18_no_downgrade() {
    let bytes = bundle(&parts());
    for path in ["checkpoint", "leaves", "manifest", "policy", "salts"] {
        let mut out = MAGIC.to_vec();
        for entry in Bundle::parse(&bytes)
            .unwrap()
            .entries()
            .iter()
            .filter(|entry| entry.path != path)
        {
            out.extend(format!("{} {}\n", entry.path, entry.bytes.len()).as_bytes());
            out.extend(entry.bytes);
        }
        let seal = sha256(&out);
        out.extend(seal.0);
        assert_eq!(verdict(&out).level, Level::Invalid, "without {path}");
    }
    for version in [0, 2, 23] {
        let mut bytes = leaf(0).encode().unwrap();
        bytes[2] = version;
        assert_eq!(
            Leaf::decode(&bytes, 0),
            Err(LeafError::Version(version.into()))
        );
    }
    // The keyless epoch: a leaf of the auditor without signature is no leaf.
    let mut unsigned = leaf(0).encode().unwrap();
    let at = unsigned
        .windows(3)
        .position(|window| window == [0x82, 0, 0x50])
        .unwrap();
    unsigned[at + 1] = 1;
    assert_eq!(Leaf::decode(&unsigned, 0), Err(LeafError::Unsigned));
}

/// hash-tree 0.1.0 and finding 5: sizes that do not belong to the tree; a node passed off as a leaf.
#[test]
fn t19_sizes_come_from_the_note_and_nodes_are_no_leaves() {
    let parts = parts();
    let (mut head, _) = Checkpoint::parse_note(parts.checkpoint.as_bytes()).unwrap();
    for size in [0, 1, 2, 11, 13, 16, 1 << 32, 1 << 63, u64::MAX] {
        head.size = size;
        let mut claimed = parts.clone();
        claimed.checkpoint = head.sign(&log_key()).unwrap().to_text();
        assert_eq!(
            verdict(&bundle(&claimed)).level,
            Level::Invalid,
            "size {size}"
        );
    }
    let (left, right) = (leaf_hash(b"a"), leaf_hash(b"b"));
    let node = [[1].as_slice(), &left.0, &right.0].concat();
    assert_eq!(sha256(&node), node_hash(&left, &right));
    assert_ne!(leaf_hash(&node[1..]), node_hash(&left, &right));
    assert_ne!(leaf_hash(&node), node_hash(&left, &right));
}

/// Claims that would cost memory or time are refused by their headings.
#[test]
fn t24_claims_do_not_cost() {
    let sealed = |body: &[u8]| {
        let mut out = [MAGIC, body].concat();
        let seal = sha256(&out);
        out.extend(seal.0);
        out
    };
    for heading in [
        "leaves 10000000000\n",
        "blobs/",
        "checkpoint 18446744073709551615\n",
        "checkpoint 9999999999999999999999\n",
    ] {
        assert_eq!(verdict(&sealed(heading.as_bytes())).level, Level::Invalid);
    }
    // A count of 2^64 - 1 elements, and 65,000 nested arrays.
    assert!(cbor::decode(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
    assert!(cbor::decode(&[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
    assert!(cbor::decode(&[0x81; 65_000]).is_err());
    let million = "\u{2014} a b\n".repeat(1_000_000);
    assert!(SignedNote::parse(format!("x\n\n{million}").as_bytes()).is_err());
    let mut head = parts();
    let (mut claim, _) = Checkpoint::parse_note(head.checkpoint.as_bytes()).unwrap();
    claim.size = 1_000_000_000;
    head.checkpoint = claim.sign(&log_key()).unwrap().to_text();
    assert_eq!(verdict(&bundle(&head)).problems[0].code, "size");
}

/// A conclusion written before its evidence: refs point backwards only, whoever signs.
#[test]
fn t25_a_conclusion_follows_its_evidence() {
    let mut conclusion = leaf(4);
    conclusion.side = tickmark_log::leaf::Side::Auditor;
    conclusion.refs = vec![2, 9];
    conclusion.sign(&sample::auditor_key()).unwrap();
    let bytes = conclusion.encode().unwrap();
    assert_eq!(
        Leaf::decode(&bytes, 4),
        Err(LeafError::RefNotEarlier {
            index: 4,
            reference: 9
        })
    );
    assert!(Leaf::decode(&bytes, 10).is_ok());
}
