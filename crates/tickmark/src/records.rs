//! Leaves by index and blobs by commitment, wherever they lie: the ledger on disk or an auditor's bundle.

use tickmark_core::model::{
    body::Body,
    decide::{Stored, read_pages_list},
};
use tickmark_log::{commitment::Commitment, leaf::Leaf};

use crate::error::{Error, Result};

/// Role of the blob that lists the pages of a collection.
const LIST: &str = "list";

/// Something that holds recorded bytes.
pub trait Records {
    /// Number of leaves.
    ///
    /// # Errors
    /// The records cannot be read.
    fn size(&self) -> Result<u64>;

    /// Bytes of one leaf as stored.
    ///
    /// # Errors
    /// There is no such leaf, or it cannot be read.
    fn leaf_bytes(&self, index: u64) -> Result<Vec<u8>>;

    /// Bytes of one blob, checked against its commitment.
    ///
    /// # Errors
    /// The blob is missing, erased, or not what the commitment says.
    fn blob(&self, commitment: &Commitment) -> Result<Vec<u8>>;

    /// One leaf, decoded.
    ///
    /// # Errors
    /// As [`Self::leaf_bytes`], or the leaf is not a leaf.
    fn leaf(&self, index: u64) -> Result<Leaf> {
        Leaf::decode(&self.leaf_bytes(index)?, index)
            .map_err(|e| Error::corrupt(format!("entry {index}: {e}")))
    }

    /// One entry with its meaning.
    ///
    /// # Errors
    /// As [`Self::leaf`], or the kind or its fields are unknown.
    fn entry(&self, index: u64) -> Result<(Leaf, Body)> {
        let leaf = self.leaf(index)?;
        let body = Body::decode(&leaf.kind, &leaf.body)
            .map_err(|e| Error::corrupt(format!("entry {index}: {e}")))?;
        Ok((leaf, body))
    }

    /// The blob of an entry that has the given role.
    ///
    /// # Errors
    /// The entry has no such blob, or it cannot be read.
    fn blob_of(&self, index: u64, leaf: &Leaf, role: &str) -> Result<Vec<u8>> {
        let found = leaf.blobs.iter().find(|b| b.role == role);
        let blob =
            found.ok_or_else(|| Error::corrupt(format!("entry {index}: no blob `{role}`")))?;
        self.blob(&blob.commitment)
    }
}

/// Commitments and lengths of the pages of a collection, in the order of the manifest.
///
/// # Errors
/// The list blob is not a whole number of items, or cannot be read.
pub fn pages(records: &dyn Records, index: u64, leaf: &Leaf) -> Result<Vec<Stored>> {
    if !leaf.blobs.iter().any(|b| b.role == LIST) {
        return Ok(Vec::new());
    }
    let list = records.blob_of(index, leaf, LIST)?;
    read_pages_list(&list)
        .ok_or_else(|| Error::corrupt(format!("entry {index}: the list of pages is cut short")))
}
