//! Named points at which a test kills the process.
//!
//! `fault!("name")` is nothing at all unless the feature `faults` is on, and then it is one comparison unless a
//! test has armed that name. The kill is SIGKILL: no destructor, no flush, no goodbye.

/// A named point; see [`POINTS`](crate::fault::POINTS).
macro_rules! fault {
    ($name:literal) => {
        #[cfg(feature = "faults")]
        $crate::fault::reached($name);
    };
}
pub(crate) use fault;

#[cfg(feature = "faults")]
pub(crate) use armed::reached;
#[cfg(feature = "faults")]
pub use armed::{POINTS, arm};

#[cfg(feature = "faults")]
mod armed {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    };

    /// Every point there is, in the order in which a life of the store passes them.
    pub const POINTS: &[&str] = &[
        "create.folders",
        "create.commit",
        "create.salts",
        "create.checkpoints",
        "create.index",
        "create.ledger_commit",
        "create.done",
        "salts.begun",
        "salts.inserted",
        "salts.committed",
        "blobs.locked",
        "blobs.pack_created",
        "blobs.folder_synced",
        "blobs.half_written",
        "blobs.written",
        "blobs.synced",
        "blobs.index_commit",
        "blobs.indexed",
        "append.queued",
        "append.begun",
        "append.checked",
        "append.half_inserted",
        "append.inserted",
        "append.tiles",
        "append.head",
        "append.committed",
        "append.answered",
        "checkpoint.begun",
        "checkpoint.compared",
        "checkpoint.inserted",
        "checkpoint.committed",
        "open.locked",
        "open.salts",
        "open.checkpoints",
        "open.ledger",
        "open.edge",
        "recover.listed",
        "recover.scanned",
        "recover.synced",
        "recover.sealed",
        "recover.index_commit",
        "recover.indexed",
        "sweep.locked",
        "sweep.half_copied",
        "sweep.copied",
        "sweep.index_commit",
        "sweep.switched",
        "sweep.removed",
        "sweep.salts_commit",
        "sweep.done",
    ];

    static ARMED: OnceLock<(String, u64)> = OnceLock::new();
    static SEEN: AtomicU64 = AtomicU64::new(0);

    /// Arms one point of this process: the `nth` time it is reached (from 1) the process dies.
    /// Returns false if the name is unknown or another point is armed.
    pub fn arm(name: &str, nth: u64) -> bool {
        POINTS.contains(&name) && ARMED.set((name.to_owned(), nth)).is_ok()
    }

    pub(crate) fn reached(name: &str) {
        debug_assert!(
            POINTS.contains(&name),
            "`{name}` is not in the list of points"
        );
        let Some((armed, nth)) = ARMED.get() else {
            return;
        };
        if armed == name && SEEN.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
            let _ = rustix::process::kill_process(
                rustix::process::getpid(),
                rustix::process::Signal::KILL,
            );
        }
    }
}
