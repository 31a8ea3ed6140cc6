//! A disk that fills, a disk that may not be written.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;
use tickmark_log::{commitment::Salt, digest::sha256, tree::leaf_hash};
use tickmark_store::{DiskFault, ErrorKind, Store, StoreError};

use crate::{
    child::{self, Dice, Life},
    oracle::Oracle,
};

/// A small file system in memory, if this machine lets us.
struct SmallDisk(TempDir);

/// Set in a process that is root of a name space of its own.
const ALONE: &str = "TICKMARK_MOUNT_ALONE";

impl SmallDisk {
    /// Mounts one for the test of this name. Who is not root starts the test again in a name space where he is; there is
    /// nothing left to do here then.
    fn mount(test: &str, options: &str) -> Option<SmallDisk> {
        if !rustix::process::geteuid().is_root() {
            again_as_root_of_a_name_space(test);
            return None;
        }
        let dir = TempDir::new().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tickmark-test"])
            .arg(dir.path())
            .status()
            .is_ok_and(|s| s.success());
        if !mounted {
            assert!(std::env::var_os(ALONE).is_none(), "root of a name space");
            eprintln!("skipped: no right to mount a small file system");
        }
        mounted.then_some(SmallDisk(dir))
    }

    fn remount(&self, options: &str) {
        // Not the options it has: their owner has another number inside a name space.
        let done = Command::new("mount")
            .args(["--options-mode", "ignore"])
            .args(["-o", &format!("remount,{options}")])
            .arg(self.0.path())
            .status()
            .unwrap();
        assert!(done.success());
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

fn again_as_root_of_a_name_space(test: &str) {
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount"]);
        command
    };
    if !unshare().arg("true").status().is_ok_and(|s| s.success()) {
        eprintln!("skipped: no right to mount a small file system");
        return;
    }
    let done = unshare()
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(ALONE, "1")
        .status()
        .unwrap();
    assert!(done.success(), "{test} in a name space of its own");
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

/// Appends evidence until the disk is full; gives the error.
fn fill(store: &Store, seed: u64, from: u64, said: &mut String) -> (u64, StoreError) {
    for round in from.. {
        let page =
            Dice::new(seed ^ round).bytes(1 + (seed * 7919 + round * 104_729) as usize % 60_000);
        let done = store
            .put_blobs(&[(Salt(sha256(&page).0), &page)])
            .and_then(|blobs| {
                let leaf = child::leaf([seed, round, 0, 1], &blobs);
                store
                    .append(store.head()?.size, vec![leaf.clone()])
                    .map(|done| (done.first, leaf))
            });
        match done {
            Ok((index, leaf)) => *said += &format!("ack {index} {}\n", leaf_hash(&leaf)),
            Err(e) => return (round, e),
        }
    }
    unreachable!("the disk is never full")
}

#[test]
fn full_and_free_again() {
    for seed in 0..4 {
        let Some(disk) = SmallDisk::mount("disk::full_and_free_again", "size=3m") else {
            return;
        };
        let ballast = disk.path().join("ballast");
        std::fs::write(&ballast, vec![1; 700_000 + 1000 * seed as usize]).unwrap();
        let dir = disk.path().join("ledger");
        let store = Store::create(&dir).unwrap();
        let (mut oracle, mut said) = (Oracle::default(), String::new());
        let (round, error) = fill(&store, seed, 0, &mut said);
        assert!(error.is_no_space(), "seed {seed}: {error:?}");
        assert!(error.to_string().contains("no space left"), "{error}");
        assert_eq!(error.to_string().lines().count(), 1);
        // Again and again while it is full: the same answer, nothing worse.
        for time in 1..6 {
            let (_, again) = fill(&store, seed + 100 * time, round, &mut said);
            assert!(again.is_no_space(), "seed {seed}: {again:?}");
        }
        std::fs::remove_file(&ballast).unwrap();
        let (after, error) = fill(&store, seed, round, &mut said);
        assert!(
            after > round,
            "seed {seed}: with room again the same store goes on, got {error:?}"
        );
        oracle.hear(&said);
        drop(store);
        disk.remount("size=6m");
        oracle.check(&dir, &format!("full disk, seed {seed}"));
        println!(
            "disk full, seed {seed}: {} entries acknowledged, nothing lost, goes on once there is room",
            oracle.acknowledged()
        );
    }
}

/// No room even to make or to open a ledger.
#[test]
fn full_from_the_start() {
    let Some(disk) = SmallDisk::mount("disk::full_from_the_start", "size=1m") else {
        return;
    };
    let (ballast, dir) = (disk.path().join("ballast"), disk.path().join("ledger"));
    std::fs::write(&ballast, vec![1; 1 << 20]).ok();
    let error = Store::create(&dir).map(drop).unwrap_err();
    assert!(error.is_no_space(), "{error:?}");
    std::fs::remove_file(&ballast).unwrap();
    Oracle::default().check(&dir, "created once there was room");
    std::fs::write(&ballast, vec![1; 1 << 20]).ok();
    if let Err(error) = Store::open(&dir) {
        assert!(error.is_no_space(), "{error:?}");
    }
    std::fs::remove_file(&ballast).unwrap();
    Oracle::default().check(&dir, "opened once there was room");
}

fn read_only(error: &StoreError) -> bool {
    error.kind() == ErrorKind::Disk
        && matches!(
            error,
            StoreError::Disk {
                fault: DiskFault::ReadOnly,
                ..
            }
        )
}

#[test]
fn read_only_disk() {
    let Some(disk) = SmallDisk::mount("disk::read_only_disk", "size=6m") else {
        return;
    };
    let dir: PathBuf = disk.path().join("ledger");
    let mut oracle = Oracle::default();
    oracle.check(&dir, "before");
    disk.remount("ro");
    let error = Store::open(&dir).map(drop).unwrap_err();
    assert!(read_only(&error), "{error:?}");
    let error = Store::create(&disk.path().join("other"))
        .map(drop)
        .unwrap_err();
    assert!(read_only(&error), "{error:?}");
    disk.remount("rw");
    oracle.check(&dir, "writable again");
}

#[test]
fn read_only_folder() {
    use std::os::unix::fs::PermissionsExt;
    if rustix::process::geteuid().is_root() {
        eprintln!("skipped: permissions do not bind root");
        return;
    }
    let dir = TempDir::new().unwrap();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o555)).unwrap();
    let error = Store::create(&dir.path().join("ledger"))
        .map(drop)
        .unwrap_err();
    assert!(read_only(&error), "{error:?}");
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
    Oracle::default().check(&dir.path().join("ledger"), "writable again");
}

/// A limit on the size of files strikes anywhere: in a pack, a database or its journal. It needs no right to mount.
#[test]
fn a_limit_on_files() {
    let (mut ended, mut acknowledged) = (0, 0);
    let limits = [
        8, 24, 40, 64, 72, 96, 120, 160, 200, 280, 400, 600, 1_000, 8_000,
    ];
    let lives = limits.len();
    for blocks in limits {
        let dir = TempDir::new().unwrap();
        let mut oracle = Oracle::default();
        let life = Life {
            dir: dir.path(),
            seed: blocks,
            rounds: 24,
            sweep: true,
            fault: None,
        };
        let output = life.start_limited(blocks).wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        oracle.hear(&said);
        if !output.status.success() {
            assert!(said.contains("the child failed: "), "{blocks}: {said}");
            assert!(!said.contains("takes no more entries"), "{blocks}: {said}");
            ended += 1;
        }
        oracle.check(dir.path(), &format!("limit of {blocks} blocks"));
        acknowledged += oracle.acknowledged();
    }
    println!(
        "{ended} of {lives} lives ended at a limit on the size of files, {acknowledged} entries acknowledged, nothing lost"
    );
    assert!(ended > 3 && ended < lives, "{ended} of {lives}");
}
