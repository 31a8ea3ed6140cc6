//! The store against a model in memory, by random commands.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tempfile::TempDir;
use tickmark_log::{
    commitment::{Commitment, Salt, commit},
    digest::sha256,
    tree::{leaf_hash, root},
};
use tickmark_store::{ErrorKind, Head, Store, StoreError};

use crate::child;

#[derive(Debug, Clone)]
enum Command {
    /// Append leaves with these keys at the head plus an error of the caller.
    Append {
        keys: Vec<u8>,
        off: i8,
    },
    Blobs {
        sizes: Vec<u16>,
    },
    Sign,
    SignOld,
    Open,
    Sweep,
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => (proptest::collection::vec(any::<u8>(), 0..5), prop_oneof![4 => Just(0i8), 1 => -3i8..3]).prop_map(|(keys, off)| Command::Append { keys, off }),
        3 => proptest::collection::vec(0u16..5000, 0..4).prop_map(|sizes| Command::Blobs { sizes }),
        1 => Just(Command::Sign),
        1 => Just(Command::SignOld),
        1 => Just(Command::Open),
        1 => Just(Command::Sweep),
    ]
}

#[derive(Default)]
struct Model {
    leaves: Vec<Vec<u8>>,
    keys: BTreeMap<u8, u64>,
    blobs: BTreeMap<Commitment, Vec<u8>>,
    named: Vec<(Commitment, u64)>,
    notes: Vec<String>,
}

impl Model {
    fn head(&self) -> Head {
        let hashes: Vec<_> = self.leaves.iter().map(|l| leaf_hash(l)).collect();
        Head {
            size: hashes.len() as u64,
            root: root(&hashes),
        }
    }

    /// What the store should answer to an append.
    fn append(&mut self, keys: &[u8], expected: u64, leaves: &[Vec<u8>]) -> Result<u64, ErrorKind> {
        let first = self.leaves.len() as u64;
        let repeated = (1..keys.len()).any(|i| keys[..i].contains(&keys[i]));
        if repeated || keys.iter().any(|k| self.keys.contains_key(k)) {
            return Err(ErrorKind::Duplicate);
        }
        if expected != first {
            return Err(ErrorKind::Conflict);
        }
        self.keys.extend(keys.iter().copied().zip(first..));
        self.leaves.extend_from_slice(leaves);
        Ok(first)
    }
}

fn step(store: &mut Store, model: &mut Model, dir: &TempDir, command: Command) {
    match command {
        Command::Append { keys, off } => {
            let expected = (model.leaves.len() as u64).saturating_add_signed(i64::from(off));
            let leaves: Vec<_> = keys
                .iter()
                .map(|k| child::leaf([u64::from(*k), 0, 0, 1], &model.named))
                .collect();
            let answer = store.append(expected, leaves.clone());
            if let Err(StoreError::Duplicate { index, .. }) = &answer {
                assert!(
                    keys.iter()
                        .any(|k| model.keys.get(k).is_none_or(|at| at == index))
                );
            }
            assert_eq!(
                answer.map(|a| a.first).map_err(|e| e.kind()),
                model.append(&keys, expected, &leaves)
            );
        }
        Command::Blobs { sizes } => {
            let round = model.blobs.len();
            let pages: Vec<_> = (0..)
                .zip(&sizes)
                .map(|(n, size)| {
                    (
                        Salt(sha256(format!("{round}/{n}").as_bytes()).0),
                        vec![b'p'; usize::from(*size)],
                    )
                })
                .collect();
            let made = store
                .put_blobs(
                    &pages
                        .iter()
                        .map(|(s, p)| (*s, p.as_slice()))
                        .collect::<Vec<_>>(),
                )
                .unwrap();
            let wanted: Vec<_> = pages
                .iter()
                .map(|(s, p)| (commit(s, p), p.len() as u64))
                .collect();
            assert_eq!(made, wanted);
            model.blobs.extend(
                made.iter()
                    .map(|(c, _)| *c)
                    .zip(pages.into_iter().map(|(_, p)| p)),
            );
            model.named = made;
        }
        Command::Sign => {
            let note = child::note(store);
            store.set_checkpoint(&note).unwrap();
            model.notes.push(note);
        }
        Command::SignOld => {
            let Some(note) = model.notes.first() else {
                return;
            };
            let old = model.notes.last() != Some(note);
            assert_eq!(
                store.set_checkpoint(note).map_err(|e| e.kind()),
                if old { Err(ErrorKind::Refused) } else { Ok(()) }
            );
        }
        Command::Open => *store = Store::open(dir.path()).unwrap(),
        Command::Sweep => {
            let named: Vec<_> = (0u64..)
                .zip(&model.leaves)
                .flat_map(|(i, l)| tickmark_log::leaf::Leaf::decode(l, i).unwrap().blobs)
                .collect();
            let before = model.blobs.len();
            model
                .blobs
                .retain(|c, _| named.iter().any(|b| b.commitment == *c));
            model.named.retain(|(c, _)| model.blobs.contains_key(c));
            assert_eq!(
                store.sweep().unwrap().blobs as usize,
                before - model.blobs.len()
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_store_is_its_model(commands in proptest::collection::vec(command(), 1..25)) {
        let dir = TempDir::new().unwrap();
        let mut store = Store::create(dir.path()).unwrap();
        let mut model = Model::default();
        for command in commands {
            step(&mut store, &mut model, &dir, command);
            prop_assert_eq!(store.head().unwrap(), model.head());
            prop_assert_eq!(store.checkpoint().unwrap(), model.notes.last().cloned());
        }
        let mut leaves = Vec::new();
        store.leaves(0..u64::MAX, |_, leaf| leaves.push(leaf.to_vec())).unwrap();
        prop_assert_eq!(&leaves, &model.leaves);
        for (commitment, bytes) in &model.blobs {
            let stored = store.blob(commitment).unwrap();
            prop_assert_eq!(stored.as_ref(), Some(bytes));
            prop_assert!(store.salt(commitment).unwrap().is_some());
        }
        for (key, index) in &model.keys {
            let leaf = tickmark_log::leaf::Leaf::decode(&model.leaves[*index as usize], *index).unwrap();
            prop_assert_eq!(store.find_key(&leaf.key).unwrap(), Some(*index), "key {}", key);
        }
        prop_assert_eq!(store.fsck().unwrap().problems, []);
        // Any window over entries and hashes is the window of the whole.
        let size = leaves.len() as u64;
        for (from, until) in [(0, size), (size / 2, size + 5), (size, size + 1), (1, size / 2)] {
            let want: Vec<_> = leaves.iter().take(until as usize).skip(from as usize).map(|l| leaf_hash(l)).collect();
            prop_assert_eq!(store.leaf_hashes(from..until).unwrap(), want);
        }
    }
}
