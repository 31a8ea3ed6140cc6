//! The Merkle tree of RFC 9162 section 2.1: hashes, roots, the growing edge and proofs.

pub mod consistency;
pub mod inclusion;

mod frontier;

pub use frontier::{Frontier, FrontierError};

use crate::digest::{Digest, sha256, sha256_parts};

/// SHA-256(0x00 || leaf bytes).
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    sha256_parts(&[&[0], leaf])
}

/// SHA-256(0x01 || left || right).
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut node = [1; 65];
    let (_, hashes) = node.split_at_mut(1);
    let (first, second) = hashes.split_at_mut(32);
    first.copy_from_slice(&left.0);
    second.copy_from_slice(&right.0);
    sha256(&node)
}

/// Root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Digest {
    sha256(b"")
}

/// Root over leaf hashes.
#[must_use]
pub fn root(leaf_hashes: &[Digest]) -> Digest {
    let mut frontier = Frontier::new();
    for hash in leaf_hashes {
        frontier.append(*hash);
    }
    frontier.root()
}

/// Why a proof does not hold. A proof never says how large a tree is: sizes come from signed checkpoints (INV-L3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Index not below size, or old size above new.
    #[error("the proof's indexes and sizes do not fit each other")]
    Range,
    /// Too few or too many hashes for these sizes.
    #[error("the proof does not have the length these sizes need")]
    Length,
    /// A recomputed root differs.
    #[error("the proof leads to another root")]
    Root,
}

/// Largest power of two below `size`; `size` is at least 2.
fn split(size: u64) -> u64 {
    1 << (63 - (size - 1).leading_zeros())
}

fn range(hashes: &[Digest], from: u64, until: u64) -> &[Digest] {
    let (Ok(from), Ok(until)) = (usize::try_from(from), usize::try_from(until)) else {
        return &[];
    };
    hashes.get(from..until).unwrap_or_default()
}
