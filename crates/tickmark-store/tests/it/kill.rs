//! kill -9 at every named point, and again inside the recovery that follows.

use tempfile::TempDir;
use tickmark_store::fault::POINTS;

use crate::{
    child::{Dice, Life},
    oracle::Oracle,
};

/// Many more kills with `TICKMARK_FULL=1`.
fn full() -> bool {
    std::env::var("TICKMARK_FULL").is_ok_and(|v| v == "1")
}

/// Bytes that the index does not know have to lie in the packs for these to be reached.
fn needs_a_torn_pack(point: &str) -> bool {
    point.starts_with("recover.") && point != "recover.listed"
}

/// One life that ends at `point`; the oracle hears it.
fn die_at(dir: &TempDir, oracle: &mut Oracle, point: &str, nth: u64, seed: u64) -> bool {
    let life = Life {
        dir: dir.path(),
        seed,
        rounds: 3,
        sweep: true,
        fault: Some((point, nth)),
    };
    let (said, killed) = life.run();
    oracle.hear(&said);
    killed
}

#[test]
fn every_point() {
    let times = if full() { 25 } else { 2 };
    let mut kills = 0;
    for (number, point) in POINTS.iter().enumerate() {
        for time in 0..times {
            let dir = TempDir::new().unwrap();
            let mut oracle = Oracle::default();
            let seed = number as u64 * 1000 + time;
            if time > 0 {
                let (said, _) = Life {
                    dir: dir.path(),
                    seed: seed + 500,
                    rounds: time % 3,
                    sweep: false,
                    fault: None,
                }
                .run();
                oracle.hear(&said);
            }
            if needs_a_torn_pack(point) {
                assert!(die_at(
                    &dir,
                    &mut oracle,
                    "blobs.half_written",
                    1 + time % 3,
                    seed + 1
                ));
            }
            let creates = point.starts_with("create.");
            let nth = if creates || needs_a_torn_pack(point) {
                1
            } else {
                1 + time % 4
            };
            let killed = die_at(&dir, &mut oracle, point, nth, seed);
            // A second life is not created again, and some points are passed once a life.
            assert!(killed || time > 0, "`{point}` was never reached");
            kills += u64::from(killed);
            oracle.check(dir.path(), &format!("`{point}` time {time}"));
        }
    }
    println!("{kills} kills at {} points, nothing lost", POINTS.len());
    assert!(POINTS.len() >= 30);
}

/// A fault, then a second one while the store recovers from the first, then a third life that has to be whole.
#[test]
fn double_faults() {
    const RECOVERY: &[&str] = &[
        "open.locked",
        "open.salts",
        "open.checkpoints",
        "open.ledger",
        "open.edge",
        "blobs.locked",
        "recover.listed",
        "recover.scanned",
        "recover.synced",
        "recover.sealed",
        "recover.index_commit",
        "recover.indexed",
        "create.folders",
        "create.commit",
        "salts.begun",
        "blobs.pack_created",
        "append.begun",
        "append.committed",
        "checkpoint.inserted",
        "sweep.locked",
        "sweep.switched",
    ];
    let wanted = if full() { 200 } else { 20 };
    let (mut done, mut dice) = (0, Dice::new(7));
    while done < wanted {
        let dir = TempDir::new().unwrap();
        let mut oracle = Oracle::default();
        let first = match dice.below(2) {
            0 => "blobs.half_written",
            _ => POINTS[dice.below(POINTS.len() as u64) as usize],
        };
        let second = RECOVERY[dice.below(RECOVERY.len() as u64) as usize];
        let (nth, seed) = (1 + dice.below(3), dice.below(1 << 40));
        let one = die_at(&dir, &mut oracle, first, nth, seed);
        let two = die_at(&dir, &mut oracle, second, 1, seed + 1);
        oracle.check(
            dir.path(),
            &format!("`{first}`:{nth} then `{second}`, seed {seed}"),
        );
        done += u64::from(one && two);
    }
    println!("{done} double faults, nothing lost");
}

/// A life that is repeated after its death records nothing twice.
#[test]
fn the_same_work_again() {
    for point in [
        "append.head",
        "append.committed",
        "append.answered",
        "blobs.synced",
        "checkpoint.committed",
    ] {
        let dir = TempDir::new().unwrap();
        let mut oracle = Oracle::default();
        assert!(die_at(&dir, &mut oracle, point, 2, 5));
        let before = oracle.acknowledged();
        let (said, killed) = Life {
            dir: dir.path(),
            seed: 5,
            rounds: 5,
            sweep: true,
            fault: None,
        }
        .run();
        oracle.hear(&said);
        assert!(!killed && oracle.acknowledged() > before);
        oracle.check(dir.path(), point);
    }
}
