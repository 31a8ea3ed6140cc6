//! Durable appends against plain SQLite inserts of the same bytes, in the same run on the same disk.
//!
//! `cargo run --release -p tickmark-store --example append_bench [ENTRIES] [FOLDER]`
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, reads its arguments and may stop at the first surprise"
)]

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};
use tickmark_log::{
    cbor::Value,
    commitment::Salt,
    digest::sha256,
    leaf::{Leaf, Side},
};
use tickmark_store::Store;

/// Entries of one transaction.
const BATCH: usize = 256;
/// Bytes of one entry, about.
const BYTES: usize = 1024;

/// An entry of about a kibibyte, as a collection's result is: numbers and commitments.
fn leaf(n: u64) -> Vec<u8> {
    let key = sha256(&n.to_be_bytes());
    Leaf {
        kind: "collection.result".to_owned(),
        time_us: 1_767_225_600_000_000 + n,
        side: Side::Management,
        actor: [7; 16],
        key: key.0,
        refs: Vec::new(),
        blobs: Vec::new(),
        body: [(1, Value::Bytes(key.0.repeat(BYTES / 32 - 4)))].into(),
        signature: None,
    }
    .encode()
    .unwrap()
}

/// The floor: one table, the same bytes, the same batches, the same promise.
fn plain(dir: &Path) -> Connection {
    let conn = Connection::open(dir.join("plain.db")).unwrap();
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entry (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
    )
    .unwrap();
    conn
}

fn plain_batch(conn: &mut Connection, first: u64, batch: &[Vec<u8>]) {
    let tx = conn.transaction().unwrap();
    let mut insert = tx
        .prepare_cached("INSERT INTO entry VALUES (?1, ?2)")
        .unwrap();
    for (id, leaf) in (first..).zip(batch) {
        insert.execute(params![id, leaf]).unwrap();
    }
    drop(insert);
    tx.commit().unwrap();
}

/// Both in turn, a batch each, so that other work on the machine slows both alike.
fn race(conn: &mut Connection, store: &Store, leaves: &[Vec<u8>]) -> (Duration, Duration) {
    let (mut floor, mut ours, mut size) = (Duration::ZERO, Duration::ZERO, 0);
    for batch in leaves.chunks(BATCH) {
        let own = batch.to_vec();
        let start = Instant::now();
        plain_batch(conn, size, batch);
        floor += start.elapsed();
        let start = Instant::now();
        size = store.append(size, own).unwrap().head.size;
        ours += start.elapsed();
    }
    (floor, ours)
}

fn rate(entries: usize, took: Duration) -> f64 {
    entries as f64 / took.as_secs_f64()
}

fn main() {
    let mut args = std::env::args().skip(1);
    let entries: usize = args.next().map_or(102_400, |n| n.parse().unwrap());
    let folder = args.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let leaves: Vec<_> = (0..entries as u64).map(leaf).collect();
    let bytes: usize = leaves.iter().map(Vec::len).sum();
    println!(
        "{entries} entries of {} bytes, batches of {BATCH}, SQLite {}",
        bytes / entries,
        rusqlite::version()
    );
    for round in 1..=3 {
        let dir = tempfile::TempDir::new_in(&folder).unwrap();
        let store = Store::create(&dir.path().join("ledger")).unwrap();
        let (floor, took) = race(&mut plain(dir.path()), &store, &leaves);
        println!(
            "round {round}: plain SQLite {:.0}/s, durable appends {:.0}/s, {:.0} %",
            rate(entries, floor),
            rate(entries, took),
            100.0 * floor.as_secs_f64() / took.as_secs_f64()
        );
        if round == 3 {
            others(dir.path(), store, entries as u64);
        }
    }
}

/// What a person waits for: one entry, sixteen threads, opening, a page of blobs.
fn others(dir: &Path, store: Store, mut next: u64) {
    let start = Instant::now();
    for _ in 0..500 {
        store.append_at_end(vec![leaf(next)]).unwrap();
        next += 1;
    }
    println!(
        "one writer, one entry a commit: {:.0}/s",
        rate(500, start.elapsed())
    );
    let start = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..200 {
                    store
                        .append_at_end(vec![leaf(next + thread * 200 + n)])
                        .unwrap();
                }
            });
        }
    });
    println!(
        "sixteen writers, one entry a call: {:.0}/s",
        rate(3200, start.elapsed())
    );
    let pages: Vec<Vec<u8>> = (0..10_000u64)
        .map(|n| {
            format!("{{\"id\":{n},\"login\":\"person-{n}\"}}")
                .repeat(20)
                .into_bytes()
        })
        .collect();
    let batch: Vec<_> = (0u64..)
        .zip(&pages)
        .map(|(n, p)| (Salt(sha256(&n.to_be_bytes()).0), p.as_slice()))
        .collect();
    let start = Instant::now();
    store.put_blobs(&batch).unwrap();
    println!(
        "10,000 blobs of {} bytes in one batch: {:.0}/s",
        pages.first().map_or(0, Vec::len),
        rate(10_000, start.elapsed())
    );
    drop(store);
    let start = Instant::now();
    let store = Store::open(&dir.join("ledger")).unwrap();
    let size = store.head().unwrap().size;
    println!(
        "opening {size} entries: {:.1} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
    let start = Instant::now();
    let report = store.fsck().unwrap();
    println!(
        "fsck of {size} entries: {:.0} ms, {} problems",
        start.elapsed().as_secs_f64() * 1e3,
        report.problems.len()
    );
}
