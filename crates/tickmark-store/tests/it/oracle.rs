//! What has to hold after every crash. Nothing here forgets.

use std::{collections::BTreeMap, path::Path};

use tickmark_log::{
    base64,
    cbor::Value,
    digest::Digest,
    leaf::Leaf,
    tree::{leaf_hash, root},
};
use tickmark_store::Store;

use crate::child;

/// Everything that was ever acknowledged about one ledger.
#[derive(Default)]
pub struct Oracle {
    acked: BTreeMap<u64, Digest>,
    signed: BTreeMap<u64, Digest>,
}

impl Oracle {
    /// Notes what a child said before it died.
    pub fn hear(&mut self, said: &str) {
        for line in said.lines() {
            let mut words = line.split(' ');
            let (Some(verb), Some(number), Some(value)) =
                (words.next(), words.next(), words.next())
            else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            let (known, value) = match verb {
                "ack" => (&mut self.acked, value.parse().unwrap()),
                "signed" => (
                    &mut self.signed,
                    Digest(base64::decode_array(value).unwrap()),
                ),
                _ => continue,
            };
            let before = known.insert(number, value);
            assert!(
                before.is_none_or(|b| b == value),
                "two heads: {verb} {number} was {before:?}, is {value}"
            );
        }
    }

    pub fn acknowledged(&self) -> usize {
        self.acked.len()
    }

    /// Opens the ledger and holds it against all that was acknowledged; then it must take a further entry.
    pub fn check(&mut self, dir: &Path, context: &str) {
        let store = child::open_or_create(dir).unwrap_or_else(|e| panic!("{context}: {e}"));
        assert_eq!(store.stopped(), None, "{context}");
        self.compare(&store, context);
        let round = 1_000_000 + store.head().unwrap().size;
        let mut said = String::new();
        child::batch(&store, 99, round, &mut |index, leaf| {
            said += &format!("ack {index} {}\n", leaf_hash(leaf))
        })
        .unwrap();
        self.hear(&said);
        self.compare(&store, context);
    }

    pub fn compare(&self, store: &Store, context: &str) {
        let head = store.head().unwrap();
        let hashes = store.leaf_hashes(0..head.size).unwrap();
        assert_eq!(
            (hashes.len() as u64, root(&hashes)),
            (head.size, head.root),
            "{context}: hashes and head"
        );
        for (index, hash) in &self.acked {
            let leaf = store
                .leaf(*index)
                .unwrap()
                .unwrap_or_else(|| panic!("{context}: entry {index} is lost"));
            assert_eq!(
                leaf_hash(&leaf),
                *hash,
                "{context}: entry {index} is another one"
            );
        }
        for (size, signed) in &self.signed {
            let prefix = hashes
                .get(..*size as usize)
                .unwrap_or_else(|| panic!("{context}: {size} was signed"));
            assert_eq!(
                root(prefix),
                *signed,
                "{context}: the checkpoint of {size} is not a prefix"
            );
        }
        let latest = store
            .checkpoint()
            .unwrap()
            .map_or(0, |note| note.lines().nth(1).unwrap().parse().unwrap());
        assert!(
            latest >= self.signed.keys().copied().max().unwrap_or(0),
            "{context}: the checkpoint went back to {latest}"
        );
        whole_batches(store, context);
        let report = store.fsck().unwrap();
        assert_eq!(report.problems, [], "{context}");
        assert_eq!(report.leaves, head.size, "{context}");
    }
}

/// Unacknowledged batches are absent or complete, never half, never twice.
fn whole_batches(store: &Store, context: &str) {
    let mut batches: BTreeMap<(u64, u64), (u64, u64)> = BTreeMap::new();
    let number = |leaf: &Leaf, key: u64| match leaf.body.get(&key) {
        Some(Value::Uint(n)) => *n,
        other => panic!("{context}: body {other:?}"),
    };
    store
        .leaves(0..u64::MAX, |index, bytes| {
            let leaf = Leaf::decode(bytes, index).unwrap();
            let batch = batches
                .entry((number(&leaf, 1), number(&leaf, 2)))
                .or_default();
            assert_eq!(
                number(&leaf, 3),
                batch.0,
                "{context}: entry {index} is out of its batch's order"
            );
            *batch = (batch.0 + 1, number(&leaf, 4));
        })
        .unwrap();
    for (batch, (found, of)) in batches {
        assert_eq!(found, of, "{context}: batch {batch:?} is half written");
    }
}
