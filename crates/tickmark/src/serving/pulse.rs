//! How the machine below a served program is: whether the ledger can be read and the disk be written, and what the runner does.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tickmark_core::model::time::{SECOND_US, Time};
use tickmark_server::{Pulse, Turns};

use crate::program::Program;

/// The disk is not tried more often than that: anybody may ask for the health.
const TRIED_US: i64 = 5 * SECOND_US;

/// What was last seen.
#[derive(Debug, Default)]
pub struct Heart(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    turns: Option<Turns>,
    disk: Option<(Time, bool)>,
}

impl Heart {
    /// A runner begins its life.
    pub fn started(&self, now: Time) {
        self.seen().turns = Some(Turns::from(now));
    }

    /// A turn begins.
    pub fn began(&self, now: Time) {
        if let Some(turns) = &mut self.seen().turns {
            turns.began = Some(now);
        }
    }

    /// A turn has ended.
    pub fn ended(&self, now: Time, failed: bool) {
        if let Some(turns) = &mut self.seen().turns {
            turns.ended = Some(now);
            turns.failed = failed;
        }
    }

    /// The pulse of a program in `dir` whose ledger is like this.
    pub(super) fn pulse(&self, dir: &Path, ledger: bool, now: Time) -> Pulse {
        let mut seen = self.seen();
        let tried = seen
            .disk
            .filter(|(at, _)| (0..TRIED_US).contains(&now.since(*at)));
        let disk = tried.map_or_else(|| writable(&Program::inside(dir)).is_ok(), |(_, well)| well);
        if tried.is_none() {
            seen.disk = Some((now, disk));
        }
        Pulse {
            ledger,
            disk,
            runner: seen.turns,
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the ledger can be read and takes entries.
pub(super) fn readable(program: &Program) -> bool {
    let store = program.ledger().store();
    store.stopped().is_none() && store.head().is_ok()
}

/// Writes a few bytes as durably as an entry, and takes them away.
fn writable(inside: &Path) -> io::Result<()> {
    let path = inside.join("pulse");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(&[0; 4096])?;
    file.sync_all()?;
    fs::remove_file(&path)
}
