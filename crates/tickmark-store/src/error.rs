//! What can go wrong, by what the caller does next.

use std::path::{Path, PathBuf};

use crate::Head;

/// Why the store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The request breaks a rule of the store; asking again does not help.
    #[error("{what}")]
    Refused {
        /// What was refused, where, and what to do next.
        what: String,
    },
    /// Somebody else appended first: fold up to `head`, decide again, append again.
    #[error("the ledger has {} entries by now, not {expected}: read them and decide again", head.size)]
    Conflict {
        /// The size the caller expected.
        expected: u64,
        /// The head as it stands.
        head: Head,
    },
    /// An entry with this idempotency key is recorded already: the earlier try succeeded.
    #[error("already recorded as entry {index}")]
    Duplicate {
        /// The idempotency key, which is unique in the log.
        key: [u8; 32],
        /// The index of the entry that carries it.
        index: u64,
    },
    /// The disk, the file system or its permissions failed; nothing was acknowledged.
    #[error("{place}: {what}{}", hint(*.fault))]
    Disk {
        /// What was being done.
        what: String,
        /// The file or folder.
        place: String,
        /// What kind of trouble it is.
        fault: DiskFault,
    },
    /// Stored bytes contradict each other. The writer has stopped; run `tickmark log fsck`.
    #[error(
        "{place}: {what}; the ledger takes no more entries: run `tickmark log fsck`, then restore from a backup"
    )]
    Corrupt {
        /// The contradiction.
        what: String,
        /// The file, the entry or the blob.
        place: String,
    },
}

/// The kinds of disk trouble a caller treats differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiskFault {
    /// No space left: works again once there is room.
    NoSpace,
    /// Read-only file system, or no permission to write.
    ReadOnly,
    /// Another program holds the ledger's lock for too long.
    Busy,
    /// Everything else; the writer stops and has to be opened anew.
    Io,
}

/// The five kinds of error (exit codes and retries hang on them).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// See [`StoreError::Refused`].
    Refused,
    /// See [`StoreError::Conflict`].
    Conflict,
    /// See [`StoreError::Duplicate`].
    Duplicate,
    /// See [`StoreError::Disk`].
    Disk,
    /// See [`StoreError::Corrupt`].
    Corrupt,
}

impl StoreError {
    /// The kind, for exit codes and retries.
    pub fn kind(&self) -> ErrorKind {
        match self {
            StoreError::Refused { .. } => ErrorKind::Refused,
            StoreError::Conflict { .. } => ErrorKind::Conflict,
            StoreError::Duplicate { .. } => ErrorKind::Duplicate,
            StoreError::Disk { .. } => ErrorKind::Disk,
            StoreError::Corrupt { .. } => ErrorKind::Corrupt,
        }
    }

    /// True if the disk is full: freeing space is enough, nothing has to be repaired.
    pub fn is_no_space(&self) -> bool {
        matches!(
            self,
            StoreError::Disk {
                fault: DiskFault::NoSpace,
                ..
            }
        )
    }

    /// True if the writer has to stop: the state on disk is unknown or wrong (rule 15, and no retry after a failed fsync).
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(
            self,
            StoreError::Corrupt { .. }
                | StoreError::Disk {
                    fault: DiskFault::Io,
                    ..
                }
        )
    }

    pub(crate) fn refused(what: impl Into<String>) -> Self {
        StoreError::Refused { what: what.into() }
    }

    pub(crate) fn corrupt(place: impl Into<String>, what: impl Into<String>) -> Self {
        StoreError::Corrupt {
            what: what.into(),
            place: place.into(),
        }
    }

    /// An error of the file system, with what was being done and where.
    pub(crate) fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        let fault = match error.kind() {
            K::StorageFull | K::QuotaExceeded => DiskFault::NoSpace,
            K::ReadOnlyFilesystem | K::PermissionDenied => DiskFault::ReadOnly,
            _ => DiskFault::Io,
        };
        StoreError::Disk {
            what: format!("{what}: {error}"),
            place: path.display().to_string(),
            fault,
        }
    }

    /// An error of SQLite, with what was being done and in which file.
    pub(crate) fn sql(what: &str, path: &Path, error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as C;
        let place = path.display().to_string();
        let what = format!("{what}: {error}");
        let fault = match error.sqlite_error_code() {
            None | Some(C::DatabaseCorrupt | C::NotADatabase | C::ConstraintViolation) => {
                return StoreError::Corrupt { what, place };
            }
            Some(C::DiskFull) => DiskFault::NoSpace,
            Some(C::ReadOnly | C::PermissionDenied) => DiskFault::ReadOnly,
            Some(C::DatabaseBusy | C::DatabaseLocked) => DiskFault::Busy,
            _ => surroundings(path),
        };
        StoreError::Disk { what, place, fault }
    }
}

/// SQLite reports a shared-memory file that cannot grow, or a journal that cannot be made, as a plain I/O
/// error: ask the file system which of the two it was.
fn surroundings(path: &Path) -> DiskFault {
    let dir = path
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    match rustix::fs::statvfs(&dir) {
        Ok(stat) if stat.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY) => {
            DiskFault::ReadOnly
        }
        Ok(stat) if stat.f_bavail == 0 => DiskFault::NoSpace,
        Ok(_) if rustix::fs::access(&dir, rustix::fs::Access::WRITE_OK).is_err() => {
            DiskFault::ReadOnly
        }
        _ => DiskFault::Io,
    }
}

fn hint(fault: DiskFault) -> &'static str {
    match fault {
        DiskFault::NoSpace => " (no space left: free some and run the command again)",
        DiskFault::ReadOnly => " (read-only: nothing was written)",
        DiskFault::Busy => " (another program holds the ledger: try again)",
        DiskFault::Io => " (the disk failed: nothing was acknowledged)",
    }
}
