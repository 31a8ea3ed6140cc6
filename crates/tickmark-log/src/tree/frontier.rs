//! The right edge of a growing tree: at most 63 hashes, whatever the size.

use super::{empty_root, node_hash};
use crate::digest::Digest;

/// A tree of which only the complete subtrees' roots are kept, largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Digest>,
}

/// Stored parts that are no frontier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a tree of {size} leaves has {wanted} subtree roots, {found} are stored: rebuild it from the leaves"
)]
pub struct FrontierError {
    /// Claimed size.
    pub size: u64,
    /// Roots that size needs.
    pub wanted: u32,
    /// Roots given.
    pub found: usize,
}

impl Frontier {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts stored parts together again. The roots are trusted.
    ///
    /// # Errors
    /// Another number of roots than bits set in the size, or a size of 2^63 or more.
    pub fn restore(size: u64, roots: Vec<Digest>) -> Result<Self, FrontierError> {
        let wanted = size.count_ones();
        if roots.len() as u64 != u64::from(wanted) || size >> 63 != 0 {
            return Err(FrontierError {
                size,
                wanted,
                found: roots.len(),
            });
        }
        Ok(Self { size, roots })
    }

    /// Adds the hash of the next leaf.
    pub fn append(&mut self, leaf_hash: Digest) {
        let mut hash = leaf_hash;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.roots.push(hash);
        // Cannot overflow: sizes start below 2^63 and grow by one.
        self.size += 1;
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the complete subtrees, largest first.
    #[must_use]
    pub fn roots(&self) -> &[Digest] {
        &self.roots
    }

    /// Root of the whole tree.
    #[must_use]
    pub fn root(&self) -> Digest {
        let mut right_to_left = self.roots.iter().rev();
        let Some(last) = right_to_left.next() else {
            return empty_root();
        };
        right_to_left.fold(*last, |hash, left| node_hash(left, &hash))
    }
}
