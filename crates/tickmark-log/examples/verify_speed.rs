//! Verification of a large bundle against the machine's SHA-256 speed: `cargo run --release -p tickmark-log --example
//! verify_speed [LEAVES] [BYTES]` (1,000,000 leaves of 1,200 bytes unless told otherwise, about 2.5 GB of memory).
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement reads the clock and stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::time::Instant;
use tickmark_log::bundle::{Writer, push_frame, sign_manifest};
use tickmark_log::cbor::Value;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::digest::sha256;
use tickmark_log::keys::{KeyType, SigningKey};
use tickmark_log::leaf::{BlobRef, Leaf, Side};
use tickmark_log::tree::{Frontier, leaf_hash};
use tickmark_log::verdict::{Level, Options, verify};

fn leaf(n: u64, length: usize) -> Vec<u8> {
    let digest = sha256(&n.to_be_bytes());
    let blob = BlobRef {
        role: "page".to_owned(),
        commitment: tickmark_log::commitment::Commitment(sha256(&digest.0)),
        length: n,
    };
    let mut leaf = Leaf {
        kind: "collection.result".to_owned(),
        time_us: 1_767_225_600_000_000 + n,
        side: Side::System,
        actor: [7; 16],
        key: digest.0,
        refs: (n.saturating_sub(2)..n).collect(),
        blobs: vec![blob],
        body: BTreeMap::from([
            (1, Value::Text("github".to_owned())),
            (8, Value::Bytes(Vec::new())),
        ]),
        signature: None,
    };
    let short = leaf.encode().unwrap().len();
    // The head of a longer byte string takes two bytes more.
    leaf.body.insert(
        8,
        Value::Bytes(vec![n as u8; length.saturating_sub(short + 2)]),
    );
    leaf.encode().unwrap()
}

fn bundle(count: u64, length: usize) -> Vec<u8> {
    let key = SigningKey::from_seed("log.example/speed", KeyType::Ed25519, [1; 32]).unwrap();
    let (mut frames, mut frontier) = (Vec::new(), Frontier::new());
    for n in 0..count {
        let leaf = leaf(n, length);
        frontier.append(leaf_hash(&leaf));
        assert!(push_frame(&leaf, &mut frames));
    }
    let head = Checkpoint {
        origin: "log.example/speed".to_owned(),
        size: count,
        root: frontier.root(),
    };
    let policy = format!("log {}\nquorum none\n", key.verifier());
    let manifest = sign_manifest(&head, [("policy", policy.as_bytes())], &key).unwrap();
    let mut writer = Writer::new(Vec::new()).unwrap();
    writer
        .add("checkpoint", head.sign(&key).unwrap().to_text().as_bytes())
        .unwrap();
    writer.add("leaves", &frames).unwrap();
    writer
        .add("manifest", manifest.to_text().as_bytes())
        .unwrap();
    writer.add("policy", policy.as_bytes()).unwrap();
    writer.add("salts", b"").unwrap();
    writer.finish().unwrap()
}

fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse::<u64>().ok());
    let count = numbers.next().unwrap_or(1_000_000);
    let length = numbers.next().unwrap_or(1_200) as usize;
    let bytes = bundle(count, length);
    let megabytes = bytes.len() as f64 / 1e6;
    let mut best = [f64::MAX; 3];
    for _ in 0..5 {
        let start = Instant::now();
        std::hint::black_box(sha256(&bytes));
        best[0] = best[0].min(start.elapsed().as_secs_f64());
        for threads in [1, 2] {
            let start = Instant::now();
            let verdict = verify(
                &bytes,
                None,
                &Options {
                    threads,
                    ..Options::default()
                },
            );
            best[threads] = best[threads].min(start.elapsed().as_secs_f64());
            assert_eq!(verdict.level, Level::Unanchored, "{:?}", verdict.problems);
        }
    }
    println!("{count} leaves of {length} bytes, {megabytes:.0} MB, best of 5:");
    for (name, seconds) in ["SHA-256, one pass", "verify, 1 thread", "verify, 2 threads"]
        .iter()
        .zip(best)
    {
        println!(
            "  {name:18} {seconds:6.3} s  {:6.0} MB/s  {:3.0} %",
            megabytes / seconds,
            best[0] / seconds * 100.0
        );
    }
}
