//! Inclusion and consistency proofs: the right one is accepted, every other one is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_log::digest::{Digest, sha256};
use tickmark_log::tree::{Frontier, consistency, inclusion, leaf_hash, root};

/// Size of the tree, a leaf, an older size, how much of the right proof is kept, sizes of trees nobody has, further hashes.
type Case = (u8, u8, u8, u8, [u64; 2], Vec<[u8; 32]>);

fuzz_target!(|case: Case| {
    let (size, index, old, kept, strange, more) = case;
    let leaves: Vec<Digest> = (0..=size % 70).map(|n| leaf_hash(&[n])).collect();
    let size = leaves.len() as u64;
    let (index, old) = (u64::from(index) % size, u64::from(old) % (size + 1));
    let head = root(&leaves);
    let mut frontier = Frontier::new();
    leaves.iter().for_each(|leaf| frontier.append(*leaf));
    assert_eq!((frontier.size(), frontier.root()), (size, head));

    let more: Vec<Digest> = more.into_iter().map(Digest).collect();
    let altered = |right: &[Digest]| -> Vec<Digest> {
        let kept = usize::from(kept).min(right.len());
        right[..kept].iter().chain(&more).copied().collect()
    };
    let leaf = leaves[usize::try_from(index).unwrap()];
    let right = inclusion::prove(index, &leaves).unwrap();
    let other = altered(&right);
    assert_eq!(inclusion::verify(index, size, leaf, &right, head), Ok(()));
    assert_eq!(
        inclusion::verify(index, size, leaf, &other, head).is_ok(),
        other == right
    );

    let before = root(&leaves[..usize::try_from(old).unwrap()]);
    let right = consistency::prove(old, &leaves).unwrap();
    let other = altered(&right);
    assert_eq!(consistency::verify(old, size, before, head, &right), Ok(()));
    assert_eq!(
        consistency::verify(old, size, before, head, &other).is_ok(),
        other == right
    );

    let nowhere = sha256(b"root of no tree");
    let [a, b] = strange;
    assert!(inclusion::verify(a, b, leaf, &more, nowhere).is_err());
    assert!(consistency::verify(a, b, nowhere, head, &more).is_err());
    let _ = Frontier::restore(a, more).map(|f| f.root());
});
