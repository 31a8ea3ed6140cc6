//! Rotten bits, torn tails, restored copies and hands in the files: found, and never signed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use tickmark_log::{commitment::Salt, digest::sha256};
use tickmark_store::{ErrorKind, Store};

use crate::{
    child::{self, Dice, Life},
    oracle::Oracle,
};

/// A ledger with some life in it; gives what was acknowledged.
fn lived(dir: &Path, seed: u64, rounds: u64) -> Oracle {
    let mut oracle = Oracle::default();
    oracle.hear(
        &Life {
            dir,
            seed,
            rounds,
            sweep: false,
            fault: None,
        }
        .run()
        .0,
    );
    oracle
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = ["", "blobs"]
        .iter()
        .flat_map(|d| fs::read_dir(dir.join(d)).unwrap())
        .map(|e| e.unwrap().path())
        .collect();
    all.retain(|p| {
        p.is_file() && fs::metadata(p).unwrap().len() > 0 && !p.to_string_lossy().ends_with("-shm")
    });
    all.sort();
    all
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("blobs")).unwrap();
    for file in files(from) {
        fs::copy(&file, to.join(file.strip_prefix(from).unwrap())).unwrap();
    }
}

/// A flipped bit is found by opening or by fsck, or it lies where nothing is kept and everything reads as before.
#[test]
fn one_flipped_bit() {
    let dir = TempDir::new().unwrap();
    let oracle = lived(dir.path(), 3, 6);
    let (mut dice, mut found, mut harmless) = (Dice::new(11), 0, 0);
    let all = files(dir.path());
    for _ in 0..60 {
        let rotten = TempDir::new().unwrap();
        copy(dir.path(), rotten.path());
        let file = rotten.path().join(
            all[dice.below(all.len() as u64) as usize]
                .strip_prefix(dir.path())
                .unwrap(),
        );
        let mut bytes = fs::read(&file).unwrap();
        let (at, bit) = (dice.below(bytes.len() as u64) as usize, dice.below(8));
        bytes[at] ^= 1 << bit;
        fs::write(&file, bytes).unwrap();
        match Store::open(rotten.path()).and_then(|s| Ok((s.fsck()?, s))) {
            Ok((report, store)) if report.is_clean() => {
                oracle.compare(&store, &format!("{} byte {at} bit {bit}", file.display()));
                harmless += 1;
            }
            _ => found += 1,
        }
    }
    println!("{found} flips found, {harmless} where nothing is kept");
    assert!(found > 15, "{found}");
}

/// Every byte of a pack is kept: any flip there is found.
#[test]
fn a_flipped_bit_in_a_pack() {
    let dir = TempDir::new().unwrap();
    let page = Dice::new(1).bytes(700);
    {
        let store = Store::create(dir.path()).unwrap();
        let blobs = store
            .put_blobs(&[(Salt([1; 32]), &page), (Salt([2; 32]), &[b'x'; 700])])
            .unwrap();
        store
            .append(0, vec![child::leaf([0, 0, 0, 1], &blobs)])
            .unwrap();
    }
    let file = dir.path().join("blobs/00000001.pack");
    let sound = fs::read(&file).unwrap();
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&file, bytes).unwrap();
        let store = Store::open(dir.path()).unwrap();
        assert!(
            !store.fsck().unwrap().is_clean(),
            "byte {at} of {}",
            sound.len()
        );
    }
    fs::write(&file, sound).unwrap();
    Oracle::default().check(dir.path(), "sound again");
}

#[test]
fn a_torn_tail_is_left_behind() {
    for seed in 0..12 {
        let dir = TempDir::new().unwrap();
        let mut oracle = lived(dir.path(), seed, 3);
        let pack = dir.path().join("blobs/00000001.pack");
        let mut bytes = fs::read(&pack).unwrap();
        let sound = bytes.len();
        // A record begun, zeros of a file that grew before its data came, or noise.
        let length = 1 + (seed as usize * 37) % 200;
        match seed % 3 {
            0 => bytes.extend_from_within(..length),
            1 => bytes.resize(sound + length, 0),
            _ => bytes.extend(Dice::new(seed).bytes(length)),
        }
        fs::write(&pack, bytes).unwrap();
        oracle.check(dir.path(), &format!("torn tail, seed {seed}"));
        oracle.check(dir.path(), &format!("torn tail once more, seed {seed}"));
        assert!(
            dir.path().join("blobs/00000002.pack").exists(),
            "nothing is appended after a torn tail, seed {seed}"
        );
    }
}

#[test]
fn the_index_is_rebuilt() {
    let dir = TempDir::new().unwrap();
    let mut oracle = lived(dir.path(), 8, 6);
    for damage in [&b""[..], b"not a database", &[0; 8192]] {
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(dir.path().join(format!("blobs/index.db{ending}")));
        }
        fs::write(dir.path().join("blobs/index.db"), damage).unwrap();
        oracle.check(dir.path(), "index gone");
    }
}

/// What is lost stops the writer at once; reading and fsck go on.
#[test]
fn a_missing_pack_stops_the_writer() {
    let dir = TempDir::new().unwrap();
    lived(dir.path(), 8, 4);
    fs::remove_file(dir.path().join("blobs/00000001.pack")).unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.stopped().unwrap().kind(), ErrorKind::Corrupt);
    assert_eq!(
        store
            .append_at_end(vec![child::leaf([0, 0, 0, 1], &[])])
            .unwrap_err()
            .kind(),
        ErrorKind::Corrupt
    );
    assert_eq!(store.put_blobs(&[]).unwrap_err().kind(), ErrorKind::Corrupt);
    assert!(store.leaf(0).unwrap().is_some());
    assert!(!store.fsck().unwrap().is_clean());
}

/// The ledger goes back to a copy of yesterday, the checkpoint does not.
#[test]
fn a_restored_copy_is_found_out() {
    let dir = TempDir::new().unwrap();
    lived(dir.path(), 1, 3);
    let old = TempDir::new().unwrap();
    copy(dir.path(), old.path());
    lived(dir.path(), 2, 3);
    for name in ["ledger.db", "ledger.db-wal"] {
        let (from, to) = (old.path().join(name), dir.path().join(name));
        match fs::read(from) {
            Ok(bytes) => fs::write(to, bytes).unwrap(),
            Err(_) => fs::remove_file(to).unwrap_or_default(),
        }
    }
    let _ = fs::remove_file(dir.path().join("ledger.db-shm"));
    let store = Store::open(dir.path()).unwrap();
    let why = store.stopped().unwrap();
    assert!(
        why.to_string().contains("an old copy was restored"),
        "{why}"
    );
    assert_eq!(
        store
            .set_checkpoint(&child::note(&store))
            .unwrap_err()
            .kind(),
        ErrorKind::Corrupt
    );
}

#[test]
fn hands_in_the_database() {
    let dir = TempDir::new().unwrap();
    lived(dir.path(), 4, 4);
    let by_hand = |sql: &str| {
        rusqlite::Connection::open(dir.path().join("ledger.db"))
            .unwrap()
            .execute_batch(sql)
    };
    assert!(by_hand("DELETE FROM leaf WHERE idx = 1").is_err());
    assert!(by_hand("UPDATE leaf SET bytes = x'00' WHERE idx = 1").is_err());
    assert!(by_hand("UPDATE head SET size = 1").is_err());
    assert!(Store::open(dir.path()).unwrap().fsck().unwrap().is_clean());
    by_hand("DROP TRIGGER leaf_stays; UPDATE leaf SET bytes = (SELECT bytes FROM leaf WHERE idx = 2) WHERE idx = 1").unwrap();
    let report = Store::open(dir.path()).unwrap().fsck().unwrap();
    assert!(
        report.problems.iter().any(|p| p.place == "entry 1"),
        "{:?}",
        report.problems
    );
    by_hand("DROP TRIGGER leaf_remains; DELETE FROM leaf WHERE idx = (SELECT max(idx) FROM leaf)")
        .unwrap();
    assert_eq!(
        Store::open(dir.path()).unwrap().stopped().unwrap().kind(),
        ErrorKind::Corrupt
    );
}

/// A blob whose salt was exchanged for another proves nothing, and is not given out.
#[test]
fn a_wrong_salt() {
    let dir = TempDir::new().unwrap();
    let store = Store::create(dir.path()).unwrap();
    let blobs = store.put_blobs(&[(Salt([1; 32]), b"page")]).unwrap();
    store
        .append(0, vec![child::leaf([0, 0, 0, 1], &blobs)])
        .unwrap();
    let other = sha256(b"other").to_string();
    rusqlite::Connection::open(dir.path().join("salts.db"))
        .unwrap()
        .execute_batch(&format!("UPDATE salt SET salt = x'{other}'"))
        .unwrap();
    assert_eq!(
        store.blob(&blobs[0].0).unwrap_err().kind(),
        ErrorKind::Corrupt
    );
    assert!(!store.fsck().unwrap().is_clean());
}
