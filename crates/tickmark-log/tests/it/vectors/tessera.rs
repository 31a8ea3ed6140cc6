//! tessera's test log: entry bundles, tiles and a signed checkpoint after every entry.

use crate::data;
use tickmark_log::bundle::Frames;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::digest::Digest;
use tickmark_log::keys::VerifierKey;
use tickmark_log::tree::{Frontier, consistency, inclusion, leaf_hash, root};

/// Published beside the log's test data.
const VKEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

#[test]
fn the_tree_leads_to_every_checkpoint() {
    let Some(folder) = data::merkle("tessera") else {
        return;
    };
    let log = folder.join("tessera-log/log");
    let key: VerifierKey = VKEY.parse().unwrap();
    let entries = data::read(&log.join("tile/entries/000.p/15"));
    let hashes: Vec<Digest> = Frames::new(&entries)
        .map(|entry| leaf_hash(entry.unwrap()))
        .collect();
    assert_eq!(hashes.len(), 15);

    let (mut bundles, mut tiles, mut checkpoints) = (0, 0, 0);
    for size in 1..=15 {
        let partial = data::read(&log.join(format!("tile/entries/000.p/{size}")));
        let found: Vec<Digest> = Frames::new(&partial)
            .map(|entry| leaf_hash(entry.unwrap()))
            .collect();
        assert_eq!(found, hashes[..size]);
        bundles += 1;
        let tile = data::read(&log.join(format!("tile/0/000.p/{size}")));
        assert_eq!(
            tile,
            hashes[..size]
                .iter()
                .flat_map(|hash| hash.0)
                .collect::<Vec<u8>>()
        );
        tiles += 1;
    }
    let mut frontier = Frontier::new();
    let names = (0..=15)
        .map(|size| format!("checkpoint.{size}"))
        .chain(["checkpoint".to_owned()]);
    for name in names {
        let (head, note) = Checkpoint::parse_note(&data::read(&log.join(&name))).unwrap();
        assert_eq!(note.signed_by(&key), Some(true), "{name}");
        let size = usize::try_from(head.size).unwrap();
        while frontier.size() < head.size {
            frontier.append(hashes[usize::try_from(frontier.size()).unwrap()]);
        }
        assert_eq!(
            (root(&hashes[..size]), frontier.root()),
            (head.root, head.root),
            "{name}"
        );
        for (index, leaf) in (0..).zip(&hashes[..size]) {
            let proof = inclusion::prove(index, &hashes[..size]).unwrap();
            inclusion::verify(index, head.size, *leaf, &proof, head.root).unwrap();
        }
        for old in 0..=size {
            let proof = consistency::prove(old as u64, &hashes[..size]).unwrap();
            consistency::verify(
                old as u64,
                head.size,
                root(&hashes[..old]),
                head.root,
                &proof,
            )
            .unwrap();
        }
        checkpoints += 1;
    }
    println!("tessera log: checkpoints {checkpoints}, entry bundles {bundles}, tiles {tiles}");
    assert_eq!(
        checkpoints,
        data::listed(&folder, "tessera-log/log/checkpoint")
    );
    assert_eq!(
        bundles,
        data::listed(&folder, "tessera-log/log/tile/entries/")
    );
    assert_eq!(tiles, data::listed(&folder, "tessera-log/log/tile/0/"));
    assert_eq!((checkpoints, bundles, tiles), (17, 15, 15));
}
