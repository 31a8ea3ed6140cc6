//! Several writers at once: threads of one process, and processes.

use std::collections::BTreeSet;

use tempfile::TempDir;
use tickmark_store::{ErrorKind, Store};

use crate::{
    child::{self, Life},
    oracle::Oracle,
};

#[test]
fn threads_share_commits() {
    const THREADS: u64 = 8;
    const EACH: u64 = 50;
    let dir = TempDir::new().unwrap();
    let store = Store::create(dir.path()).unwrap();
    let indexes: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|t| {
                let store = &store;
                scope.spawn(move || {
                    (0..EACH)
                        .map(|n| {
                            store
                                .append_at_end(vec![child::leaf([t, n, 0, 1], &[])])
                                .unwrap()
                                .first
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|t| t.join().unwrap())
            .collect()
    });
    assert_eq!(
        indexes.iter().copied().collect::<BTreeSet<_>>(),
        (0..THREADS * EACH).collect()
    );
    Oracle::default().compare(&store, "threads");
}

/// One thread's bad request does not harm those that share its commit.
#[test]
fn a_refusal_is_ones_own() {
    let dir = TempDir::new().unwrap();
    let store = Store::create(dir.path()).unwrap();
    std::thread::scope(|scope| {
        for t in 0..6u64 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..30 {
                    let kind = |leaves, at| store.append(at, leaves).map_err(|e| e.kind());
                    match t {
                        0 => {
                            assert_eq!(kind(vec![b"no leaf".to_vec()], 0), Err(ErrorKind::Refused))
                        }
                        1 => assert_eq!(
                            kind(vec![child::leaf([t, n, 0, 1], &[])], 1 << 40),
                            Err(ErrorKind::Conflict)
                        ),
                        _ => drop(
                            store
                                .append_at_end(vec![child::leaf([t, n, 0, 1], &[])])
                                .unwrap(),
                        ),
                    }
                }
            });
        }
    });
    assert_eq!(store.head().unwrap().size, 120);
    Oracle::default().compare(&store, "refusals");
}

#[test]
fn processes_conflict_and_retry() {
    let dir = TempDir::new().unwrap();
    Store::create(dir.path()).unwrap();
    let mut oracle = Oracle::default();
    let lives: Vec<_> = (0..4)
        .map(|seed| {
            Life {
                dir: dir.path(),
                seed,
                rounds: 12,
                sweep: false,
                fault: None,
            }
            .start()
        })
        .collect();
    for life in lives {
        let output = life.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        oracle.hear(&said);
    }
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(
        store.head().unwrap().size,
        oracle.acknowledged() as u64,
        "an index for every acknowledged entry, no gap"
    );
    drop(store);
    oracle.check(dir.path(), "processes");
}

/// One of two writers dies again and again; the other never notices.
#[test]
fn a_dying_neighbour() {
    let dir = TempDir::new().unwrap();
    Store::create(dir.path()).unwrap();
    let mut oracle = Oracle::default();
    let steady = Life {
        dir: dir.path(),
        seed: 1,
        rounds: 30,
        sweep: false,
        fault: None,
    }
    .start();
    for (seed, point) in (10..).zip([
        "blobs.half_written",
        "append.head",
        "blobs.synced",
        "append.committed",
        "salts.inserted",
    ]) {
        let (said, killed) = Life {
            dir: dir.path(),
            seed,
            rounds: 3,
            sweep: false,
            fault: Some((point, 2)),
        }
        .run();
        assert!(killed, "`{point}`");
        oracle.hear(&said);
    }
    let output = steady.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    oracle.hear(&String::from_utf8(output.stderr).unwrap());
    oracle.check(dir.path(), "a dying neighbour");
}

#[test]
fn a_sweep_waits_for_nobody() {
    let dir = TempDir::new().unwrap();
    let mut store = Store::create(dir.path()).unwrap();
    let other = Store::open(dir.path()).unwrap();
    assert_eq!(store.sweep().unwrap_err().kind(), ErrorKind::Refused);
    drop(other);
    assert_eq!(store.sweep().unwrap(), tickmark_store::Swept::default());
}
