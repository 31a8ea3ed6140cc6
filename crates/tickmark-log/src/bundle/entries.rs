//! What is inside `leaves` and `salts`.

use crate::commitment::{Commitment, Salt};
use crate::digest::Digest;

/// Why the content of an entry is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A length that points past the end.
    #[error("leaf {0} is cut off")]
    Cut(u64),
    /// Not a multiple of 64 bytes.
    #[error("salts are not records of 64 bytes")]
    Salts,
    /// Out of order or twice.
    #[error("salts are not strictly ascending by commitment")]
    SaltOrder,
}

/// Iterates over `leaves`: each leaf after its length as two bytes, big endian (the entry bundles of C2SP tlog-tiles,
/// all of them as one).
#[derive(Debug, Clone)]
pub struct Frames<'a> {
    rest: &'a [u8],
    index: u64,
}

impl<'a> Frames<'a> {
    /// Starts at leaf 0.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            index: 0,
        }
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<&'a [u8], EntryError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let frame = self.rest.split_first_chunk::<2>();
        let leaf = frame.and_then(|(length, rest)| {
            rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
        });
        let Some((leaf, rest)) = leaf else {
            self.rest = &[];
            return Some(Err(EntryError::Cut(self.index)));
        };
        self.rest = rest;
        self.index += 1;
        Some(Ok(leaf))
    }
}

/// What a leaf of this length takes in `leaves`.
#[must_use]
pub const fn framed_len(leaf_len: usize) -> u64 {
    leaf_len as u64 + 2
}

/// Appends a leaf to `leaves`; false, and nothing appended, if it is longer than a leaf can be.
#[must_use]
pub fn push_frame(leaf: &[u8], out: &mut Vec<u8>) -> bool {
    let Ok(length) = u16::try_from(leaf.len()) else {
        return false;
    };
    out.extend(length.to_be_bytes());
    out.extend_from_slice(leaf);
    true
}

/// The entry `salts`: records of commitment (32 bytes) and salt (32 bytes), ascending by commitment, exactly one for
/// each disclosed blob.
#[derive(Debug, Clone, Copy)]
pub struct SaltTable<'a>(&'a [[u8; 64]]);

impl<'a> SaltTable<'a> {
    /// Checks length and order.
    ///
    /// # Errors
    /// [`EntryError::Salts`], [`EntryError::SaltOrder`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, EntryError> {
        let (records, rest) = bytes.as_chunks::<64>();
        if !rest.is_empty() {
            return Err(EntryError::Salts);
        }
        let ascending = |left: &[u8; 64], right: &[u8; 64]| {
            left.first_chunk::<32>() < right.first_chunk::<32>()
        };
        if !records.is_sorted_by(ascending) {
            return Err(EntryError::SaltOrder);
        }
        Ok(Self(records))
    }

    /// Commitments and salts in order.
    pub fn iter(&self) -> impl Iterator<Item = (Commitment, Salt)> + use<'a> {
        self.0.iter().filter_map(|record| {
            let (commitment, salt) = (record.first_chunk()?, record.last_chunk()?);
            Some((Commitment(Digest(*commitment)), Salt(*salt)))
        })
    }
}

/// Writes the entry `salts` of pairs in any order; equal commitments once.
#[must_use]
pub fn salt_table(pairs: &[(Commitment, Salt)]) -> Vec<u8> {
    let mut sorted: Vec<&(Commitment, Salt)> = pairs.iter().collect();
    sorted.sort_by_key(|pair| pair.0);
    sorted.dedup_by_key(|pair| pair.0);
    sorted
        .iter()
        .flat_map(|(commitment, salt)| commitment.0.0.into_iter().chain(salt.0))
        .collect()
}
