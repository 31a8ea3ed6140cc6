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

/// A life before the one that is killed, so that it is not always the first of its ledger.
fn before(dir: &TempDir, oracle: &mut Oracle, point: &str, attempt: u64, seed: u64) {
    let creating: Vec<&str> = POINTS
        .iter()
        .copied()
        .take_while(|p| *p != point)
        // After `create.ledger_commit` there is a ledger, and it is opened.
        .filter(|p| p.starts_with("create.") && *p != "create.ledger_commit")
        .collect();
    if point.starts_with("create.") {
        // A ledger is created once: what can come before is a creation that died earlier.
        if attempt > 0 && !creating.is_empty() {
            let earlier = creating[attempt as usize % creating.len()];
            assert!(die_at(dir, oracle, earlier, 1, seed + 1));
        }
        return;
    }
    if attempt > 0 {
        let life = Life {
            dir: dir.path(),
            seed: seed + 500,
            rounds: attempt % 3,
            sweep: false,
            fault: None,
        };
        oracle.hear(&life.run().0);
    }
    if needs_a_torn_pack(point) {
        let nth = 1 + attempt % 3;
        assert!(die_at(dir, oracle, "blobs.half_written", nth, seed + 1));
    }
}

/// Lives until `times` of them died at the point; each ledger is held against all that was acknowledged in it.
fn kills_at(number: u64, point: &str, times: u64, acknowledged: &mut usize) {
    // Some points are passed once a life: there the first time is the only one.
    let (mut killed, mut most) = (0, if needs_a_torn_pack(point) { 1 } else { 4 });
    for attempt in 0..times + 4 {
        let dir = TempDir::new().unwrap();
        let mut oracle = Oracle::default();
        let seed = number * 1000 + attempt;
        before(&dir, &mut oracle, point, attempt, seed);
        let nth = 1 + attempt % most;
        if die_at(&dir, &mut oracle, point, nth, seed) {
            killed += 1;
        } else {
            assert!(nth > 1, "`{point}` was never reached");
            most = nth - 1;
        }
        oracle.check(dir.path(), &format!("`{point}` attempt {attempt}"));
        *acknowledged += oracle.acknowledged();
        if killed == times {
            return;
        }
    }
    panic!("`{point}` was reached only {killed} times");
}

#[test]
fn every_point() {
    let times = if full() { 25 } else { 2 };
    let mut acknowledged = 0;
    for (number, point) in (0..).zip(POINTS) {
        kills_at(number, point, times, &mut acknowledged);
    }
    let points = POINTS.len() as u64;
    println!(
        "kill -9 at {points} points, {times} times each: {} kills, {acknowledged} entries acknowledged, nothing lost",
        points * times
    );
    assert!(points >= 30);
}

/// The points of recovery, and what has to have happened before for a life to pass them.
const RECOVERY: &[(&str, &[&str])] = &[
    ("open.locked", &[]),
    ("open.salts", &[]),
    ("open.checkpoints", &[]),
    ("open.ledger", &[]),
    ("open.edge", &[]),
    ("recover.listed", &[]),
    ("recover.scanned", TORN),
    ("recover.synced", TORN),
    ("recover.sealed", &["blobs.half_written"]),
    ("recover.index_commit", TORN),
    ("recover.indexed", TORN),
    ("create.commit", CREATING),
    ("create.checkpoints", CREATING),
    ("create.index", CREATING),
    ("create.ledger_commit", CREATING),
    ("create.done", CREATING),
];
/// Leave bytes in a pack that the index does not know.
const TORN: &[&str] = &[
    "blobs.half_written",
    "blobs.written",
    "blobs.synced",
    "blobs.index_commit",
];
/// Leave a ledger that is not there yet.
const CREATING: &[&str] = &["create.folders", "create.salts"];

/// A fault, then a second one while the store recovers from the first, then a third life that has to be whole.
#[test]
fn double_faults() {
    let wanted = if full() { 200 } else { 20 };
    let (mut done, mut dice, mut acknowledged) = (0, Dice::new(7), 0);
    // In turn, so that a short run has all of them too.
    for (second, first) in RECOVERY.iter().cycle() {
        if done == wanted {
            break;
        }
        let dir = TempDir::new().unwrap();
        let mut oracle = Oracle::default();
        let lived: Vec<&str> = POINTS
            .iter()
            .copied()
            .filter(|p| !p.starts_with("create."))
            .collect();
        let from = if first.is_empty() { &lived } else { *first };
        let first = from[dice.below(from.len() as u64) as usize];
        let nth = 1 + dice.below(if first.starts_with("create.") { 1 } else { 3 });
        let seed = dice.below(1 << 40);
        let one = die_at(&dir, &mut oracle, first, nth, seed);
        let two = die_at(&dir, &mut oracle, second, 1, seed + 1);
        let context = format!("`{first}`:{nth} then `{second}`, seed {seed}");
        oracle.check(dir.path(), &context);
        acknowledged += oracle.acknowledged();
        done += u64::from(one && two);
    }
    println!(
        "{done} double faults at {} points of recovery, {acknowledged} entries acknowledged, nothing lost",
        RECOVERY.len()
    );
}

/// A second fault later in the life that recovered: in what it appends, signs and sweeps.
#[test]
fn a_fault_after_recovery() {
    let wanted = if full() { 100 } else { 8 };
    let (mut done, mut dice) = (0, Dice::new(11));
    while done < wanted {
        let dir = TempDir::new().unwrap();
        let mut oracle = Oracle::default();
        let mut point = || POINTS[dice.below(POINTS.len() as u64) as usize];
        let (first, second) = (point(), point());
        let (nth, seed) = (1 + dice.below(3), dice.below(1 << 40));
        let one = die_at(&dir, &mut oracle, first, nth, seed);
        let two = die_at(&dir, &mut oracle, second, 1, seed + 1);
        oracle.check(
            dir.path(),
            &format!("`{first}`:{nth} then `{second}`, seed {seed}"),
        );
        done += u64::from(one && two);
    }
    println!("{done} pairs of faults in two lives, nothing lost");
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
