//! Durable storage of leaves, blobs and salts.
//!
//! What is acknowledged is on the disk: salts first, then blobs as one synced pack, then leaves, hashes and head in
//! one transaction (decision D23). A crash between two of these leaves orphans, which nothing names. Opening after a crash
//! and opening on an ordinary day are the same function.

mod blobs;
mod checkpoints;
mod copy;
mod error;
#[cfg_attr(
    not(feature = "faults"),
    allow(unused_macros, unused_imports, reason = "the macro is empty then")
)]
pub mod fault;
mod fsck;
mod ledger;
mod root;
mod salts;
mod sqlite;
mod store;

pub use blobs::sweep::Swept;
pub use copy::snapshot;
pub use error::{DiskFault, ErrorKind, StoreError};
pub use fsck::{FsckReport, Problem};
pub use store::Store;

use tickmark_log::digest::Digest;

/// How far the ledger reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of entries; the next one gets this index.
    pub size: u64,
    /// Root of the Merkle tree over all of them.
    pub root: Digest,
}

/// What an append did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Index of the first leaf appended.
    pub first: u64,
    /// The head right after the last one.
    pub head: Head,
}
