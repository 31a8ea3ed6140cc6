//! Copies made while others write: each is a whole ledger, and the beginning of the one it was made from.

use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use tickmark_log::{commitment::Salt, digest::sha256};
use tickmark_store::{ErrorKind, Store, snapshot};

use crate::child::{self, Dice};

/// Blobs, an entry that names them, and now and then a checkpoint: what a command does, again and again.
fn write(store: &Store, writer: u64, stop: &AtomicBool) {
    let mut dice = Dice::new(writer);
    for round in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let length = dice.below(60_000) as usize;
        let page = dice.bytes(length);
        let salt = Salt(sha256(format!("{writer}/{round}").as_bytes()).0);
        let named = store.put_blobs(&[(salt, page.as_slice())]).unwrap();
        store
            .append_at_end(vec![child::leaf([writer, round, 0, 1], &named)])
            .unwrap();
        if writer == 0 {
            // Others may have appended meanwhile; a checkpoint of the head before is as good.
            let _ = store.set_checkpoint(&child::note(store));
        }
    }
}

/// Writers end with the test, also when it fails.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_copy_made_while_others_write_is_whole_and_is_their_beginning() {
    let dir = TempDir::new().unwrap();
    drop(Store::create(dir.path()).unwrap());
    // Each has the ledger open for itself, as another program would.
    let open = || Store::open(dir.path()).unwrap();
    let stop = AtomicBool::new(false);
    let copies: Vec<TempDir> = std::thread::scope(|scope| {
        for writer in 0..3 {
            let (stop, store) = (&stop, open());
            scope.spawn(move || write(&store, writer, stop));
        }
        let _ending = Ending(&stop);
        let mine = open();
        (0..8u64)
            .map(|n| {
                // Not before something was written since the last copy.
                while mine.head().unwrap().size < 5 * (n + 1) {
                    std::thread::yield_now();
                }
                let to = TempDir::new().unwrap();
                let head = mine.copy(to.path()).unwrap();
                assert!(head.size >= 5 * (n + 1));
                to
            })
            .collect()
    });
    let original = open();
    for to in &copies {
        let copy = Store::open(to.path()).unwrap();
        assert_eq!(copy.stopped(), None);
        let report = copy.fsck().unwrap();
        assert_eq!(report.problems, []);
        assert_eq!(report.blobs, report.leaves, "every entry has its blob");
        let size = report.head.size;
        assert_eq!(
            copy.leaf_hashes(0..size).unwrap(),
            original.leaf_hashes(0..size).unwrap()
        );
        // It goes on like any other.
        copy.append_at_end(vec![child::leaf([9, 9, 0, 1], &[])])
            .unwrap();
        assert_eq!(copy.fsck().unwrap().problems, []);
    }
}

#[test]
fn a_copy_goes_into_an_empty_folder_only() {
    let (dir, to) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = Store::create(dir.path()).unwrap();
    store
        .append_at_end(vec![child::leaf([1, 1, 0, 1], &[])])
        .unwrap();
    store.copy(to.path()).unwrap();
    let before = std::fs::read(to.path().join("ledger.db")).unwrap();
    assert!(store.copy(to.path()).is_err());
    assert_eq!(std::fs::read(to.path().join("ledger.db")).unwrap(), before);
    let taken = to.path().join("salts.db");
    let again = snapshot(&dir.path().join("salts.db"), &taken);
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Refused);
    let nowhere = snapshot(&dir.path().join("none.db"), &to.path().join("x.db"));
    assert_eq!(nowhere.unwrap_err().kind(), ErrorKind::Disk);
    assert!(!to.path().join("x.db").exists());
}
