//! Laws that hold for every input: one spelling, round trips, proofs, no panics.

use crate::sample::{bundle, leaf, log_key, parts, policy};
use proptest::prelude::*;
use tickmark_log::base64;
use tickmark_log::bundle::Bundle;
use tickmark_log::cbor::{self, Reader, Value};
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::digest::{Digest, sha256};
use tickmark_log::leaf::{Leaf, LeafView};
use tickmark_log::note::SignedNote;
use tickmark_log::policy::Policy;
use tickmark_log::tree::{Frontier, consistency, empty_root, inclusion, node_hash, root};
use tickmark_log::verdict::{Level, Options, verify};
use tickmark_log::witness::{Request, Seen, examine};

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        any::<u64>().prop_map(Value::Uint),
        (0..300_u64).prop_map(Value::Uint),
        any::<bool>().prop_map(Value::Bool),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
        ".{0,40}".prop_map(Value::Text),
    ];
    scalar.prop_recursive(5, 40, 6, |inner| {
        let pairs = prop::collection::vec((inner.clone(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Value::Array),
            pairs.prop_map(map)
        ]
    })
}

/// A map as the decoder gives it: sorted by encoded keys, each once.
fn map(mut pairs: Vec<(Value, Value)>) -> Value {
    pairs.sort_by_key(|pair| cbor::encode(&pair.0));
    pairs.dedup_by_key(|pair| cbor::encode(&pair.0));
    Value::Map(pairs)
}

fn digests(count: usize) -> Vec<Digest> {
    (0..count).map(|n| sha256(&n.to_be_bytes())).collect()
}

/// The root by the definition of RFC 9162 section 2.1.1.
fn defined_root(hashes: &[Digest]) -> Digest {
    match hashes {
        [] => empty_root(),
        [one] => *one,
        more => {
            let half = more.len().next_power_of_two() / 2;
            node_hash(&defined_root(&more[..half]), &defined_root(&more[half..]))
        }
    }
}

proptest! {
    #[test]
    fn cbor_round_trip(value in value()) {
        let bytes = cbor::encode(&value);
        prop_assert_eq!(cbor::decode(&bytes).unwrap(), value);
        let mut reader = Reader::new(&bytes);
        reader.skip().unwrap();
        reader.end().unwrap();
    }

    #[test]
    fn cbor_has_one_spelling(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut reader = Reader::new(&bytes);
        let skipped = reader.skip().and_then(|()| reader.end());
        let decoded = cbor::decode(&bytes);
        prop_assert_eq!(skipped.err(), decoded.clone().err());
        if let Ok(value) = decoded {
            prop_assert_eq!(cbor::encode(&value), bytes);
        }
    }

    #[test]
    fn a_damaged_leaf_is_refused_or_spelt_as_it_encodes(at in 0..200_usize, byte: u8, n in 3..9_u64) {
        let mut bytes = leaf(n).encode().unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        match Leaf::decode(&bytes, n) {
            Ok(leaf) => prop_assert_eq!(leaf.encode().unwrap(), bytes),
            Err(error) => prop_assert_eq!(LeafView::read(&bytes, n).map(|_| ()), Err(error)),
        }
    }

    #[test]
    fn leaf_round_trip(
        time_us in 0..u64::MAX / 2,
        refs in prop::collection::btree_set(0..1000_u64, 0..9),
        body in prop::collection::btree_map(any::<u64>(), value(), 0..6),
    ) {
        let leaf = Leaf { time_us, refs: refs.into_iter().collect(), body, ..leaf(0) };
        let bytes = leaf.encode().unwrap();
        prop_assert_eq!(Leaf::decode(&bytes, 1000).unwrap(), leaf);
    }

    #[test]
    fn frontier_is_the_defined_root(count in 0..300_usize) {
        let hashes = digests(count);
        let mut frontier = Frontier::new();
        hashes.iter().for_each(|hash| frontier.append(*hash));
        prop_assert_eq!(frontier.root(), defined_root(&hashes));
        prop_assert_eq!(root(&hashes), frontier.root());
        let restored = Frontier::restore(frontier.size(), frontier.roots().to_vec()).unwrap();
        prop_assert_eq!(restored, frontier);
    }

    #[test]
    fn inclusion_is_proven_for_its_own_place_only(size in 1..200_usize, index: usize, other: usize) {
        let hashes = digests(size);
        let (index, other) = (index % size, other % size);
        let proof = inclusion::prove(index as u64, &hashes).unwrap();
        let check = |at: usize, leaf: Digest| inclusion::verify(at as u64, size as u64, leaf, &proof, root(&hashes));
        prop_assert!(check(index, hashes[index]).is_ok());
        if other != index {
            prop_assert!(check(other, hashes[index]).is_err());
            prop_assert!(check(index, hashes[other]).is_err());
        }
        prop_assert!(inclusion::prove(size as u64, &hashes).is_none());
    }

    #[test]
    fn consistency_is_proven_for_true_prefixes_only(size in 1..150_usize, old: usize, changed: usize) {
        let hashes = digests(size);
        let old = old % (size + 1);
        let proof = consistency::prove(old as u64, &hashes).unwrap();
        let verify = |old_root| consistency::verify(old as u64, size as u64, old_root, root(&hashes), &proof);
        prop_assert!(verify(root(&hashes[..old])).is_ok());
        if old > 0 {
            let mut forged = hashes[..old].to_vec();
            forged[changed % old].0[0] ^= 1;
            prop_assert!(verify(root(&forged)).is_err());
        }
    }

    /// Whatever sizes are claimed: an answer, no panic, no overflow.
    #[test]
    fn proofs_of_any_size_are_answered(a: u64, b: u64, count in 0..70_usize, top in 0..64_u32) {
        let proof = digests(count);
        let (root, leaf) = (sha256(b"root"), sha256(b"leaf"));
        for (a, b) in [(a, b), (a >> top, b >> top), (1 << top, u64::MAX), (u64::MAX - 1, u64::MAX), (0, b), (a, a)] {
            prop_assert!(inclusion::verify(a, b, leaf, &proof, root).is_err());
            let consistent = consistency::verify(a, b, leaf, root, &proof);
            prop_assert!(consistent.is_err());
        }
    }

    #[test]
    fn base64_has_one_spelling(text in "[A-Za-z0-9+/=]{0,12}", bytes in prop::collection::vec(any::<u8>(), 0..50)) {
        prop_assert_eq!(base64::decode(&base64::encode(&bytes)), Some(bytes));
        if let Some(bytes) = base64::decode(&text) {
            prop_assert_eq!(base64::encode(&bytes), text);
        }
    }

    #[test]
    fn notes_have_one_spelling(text in "([a-z ]{0,5}\n){1,4}", edit in 0..400_usize, byte: u8) {
        let signed = SignedNote::sign(&text, &log_key());
        // Text that is nothing but a line feed leaves nothing to sign.
        prop_assume!(signed.is_ok());
        let note = signed.unwrap();
        prop_assert_eq!(note.text(), &text);
        prop_assert_eq!(note.signed_by(log_key().verifier()), Some(true));
        let mut bytes = note.to_text().into_bytes();
        prop_assert_eq!(&SignedNote::parse(&bytes).unwrap(), &note);
        let at = edit % bytes.len();
        bytes[at] = byte;
        if let Ok(read) = SignedNote::parse(&bytes) {
            let unchanged = read == note;
            prop_assert_eq!(read.to_text().into_bytes(), bytes);
            prop_assert!(unchanged || read.signed_by(log_key().verifier()) != Some(true));
        }
    }

    #[test]
    fn checkpoints_have_one_spelling(size: u64, origin in "[a-z./]{1,20}", text in "[a-z]{1,3}\n[0-9]{0,3}\n[A-Za-z+/=]{40,44}\n") {
        let head = Checkpoint { origin, size, root: sha256(b"") };
        prop_assert_eq!(Checkpoint::parse(&head.to_text()).unwrap(), head);
        if let Ok(read) = Checkpoint::parse(&text) {
            prop_assert_eq!(read.to_text(), text);
        }
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "[a-z0-9 \n#+/=—]{0,200}") {
        for input in [bytes.as_slice(), text.as_bytes()] {
            let _ = Policy::parse(input);
            let _ = LeafView::read(input, 7);
            prop_assert!(Bundle::parse(input).is_err());
            prop_assert!(Request::parse(input).is_err());
            prop_assert!(examine(input, &[], |_| Seen::default()).is_err());
            prop_assert_eq!(verify(input, None, &Options::default()).level, Level::Invalid);
        }
    }

    #[test]
    fn policies_survive_damage(at in 0..600_usize, text in "[ -~\t\n]{0,6}") {
        let mut policy = crate::sample::policy_text();
        let at = at % policy.len();
        policy.replace_range(at..at + 1, &text);
        let _ = Policy::parse(policy.as_bytes());
    }
}

#[test]
fn consistency_proofs_do_not_bind_the_size() {
    // Why sizes come from the signed checkpoint only: some wrong sizes verify with an honest proof (page 7, finding 5).
    let hashes = digests(40);
    let mut accepted = 0;
    for old in 1..20_u64 {
        for new in old..40 {
            let tree = &hashes[..usize::try_from(new).unwrap()];
            let proof = consistency::prove(old, tree).unwrap();
            let old_root = root(&hashes[..usize::try_from(old).unwrap()]);
            let holds = |claimed: u64| {
                consistency::verify(old, claimed, old_root, root(tree), &proof).is_ok()
            };
            assert!(holds(new));
            accepted += (old..60)
                .filter(|claimed| *claimed != new && holds(*claimed))
                .count();
        }
    }
    println!("consistency proofs that hold for another size too: {accepted}");
    assert!(accepted > 0);
    // The verdict is not fooled: it takes the size from the note and counts the leaves.
    let verdict = verify(&bundle(&parts()), Some(&policy()), &Options::default());
    assert_eq!(verdict.size, 12);
}
