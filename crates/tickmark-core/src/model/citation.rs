//! Where a fact comes from.

use serde::{Deserialize, Serialize};

/// One record in one blob of one ledger entry (decision D32).
///
/// Ordered by knowledge: a higher leaf was recorded later; within a leaf by blob, then by record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Citation {
    /// Index of the leaf in the ledger.
    pub leaf: u64,
    /// Position in the leaf's list of blobs (of the list payload if the leaf has one).
    pub blob: u32,
    /// Ordinal of the record in the blob, from 0.
    pub record: u32,
}

impl Citation {
    /// The citation as it stands in a row line: `[leaf, blob, record]`.
    #[must_use]
    pub fn to_array(self) -> [u64; 3] {
        [self.leaf, u64::from(self.blob), u64::from(self.record)]
    }
}

impl std::fmt::Display for Citation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.leaf, self.blob, self.record)
    }
}
