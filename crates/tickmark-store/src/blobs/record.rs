//! One blob in a pack file.
//!
//! ```text
//! "TMB1"  codec u8  3 zero bytes  raw length u64be  stored length u64be  commitment 32  check 8  stored bytes
//! ```
//!
//! `check` = the first 8 bytes of SHA-256 over the header before it and the stored bytes. It tells a torn tail from a
//! whole record without the salt; whether the *content* is right is told by the commitment alone.

use std::cell::RefCell;

use tickmark_log::{
    commitment::Commitment,
    digest::{Digest, sha256},
};

/// Bytes before the stored bytes.
pub(crate) const HEADER: usize = 64;
const SIGNED: usize = 56;
const MAGIC: &[u8; 4] = b"TMB1";
const LEVEL: i32 = 3;

/// The largest blob the store takes: larger evidence is split into pages by the collector.
pub(crate) const LARGEST: u64 = 1 << 30;

/// What compresses and what opens. Making one costs more than most blobs do, so a thread keeps its own.
type Tools = (
    zstd::bulk::Compressor<'static>,
    zstd::bulk::Decompressor<'static>,
);

thread_local! {
    static TOOLS: RefCell<Option<Tools>> = const { RefCell::new(None) };
}

fn with_tools<T>(work: impl FnOnce(&mut Tools) -> std::io::Result<T>) -> std::io::Result<T> {
    TOOLS.with_borrow_mut(|kept| {
        let mut tools = match kept.take() {
            Some(tools) => tools,
            None => (
                zstd::bulk::Compressor::new(LEVEL)?,
                zstd::bulk::Decompressor::new()?,
            ),
        };
        // After a failure the next blob begins with new ones.
        let done = work(&mut tools)?;
        *kept = Some(tools);
        Ok(done)
    })
}

/// A record's header, parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) packed: bool,
    pub(crate) raw: u64,
    pub(crate) stored: u64,
    pub(crate) commitment: Commitment,
    check: [u8; 8],
}

impl Header {
    /// Bytes of the whole record.
    pub(crate) fn span(&self) -> u64 {
        HEADER as u64 + self.stored
    }

    /// Reads a header; `None` if these bytes are not one.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Header> {
        let (magic, rest) = bytes.split_first_chunk::<4>()?;
        let (codec, rest) = rest.split_first_chunk::<4>()?;
        let (raw, rest) = rest.split_first_chunk::<8>()?;
        let (stored, rest) = rest.split_first_chunk::<8>()?;
        let (commitment, rest) = rest.split_first_chunk::<32>()?;
        let (check, _) = rest.split_first_chunk::<8>()?;
        let packed = match codec {
            [0, 0, 0, 0] => false,
            [1, 0, 0, 0] => true,
            _ => return None,
        };
        let (raw, stored) = (u64::from_be_bytes(*raw), u64::from_be_bytes(*stored));
        let sane = magic == MAGIC && raw <= LARGEST && stored <= raw;
        sane.then_some(Header {
            packed,
            raw,
            stored,
            commitment: Commitment(Digest(*commitment)),
            check: *check,
        })
    }

    /// Whether header and stored bytes belong together.
    pub(crate) fn holds(&self, record: &[u8]) -> bool {
        match (record.get(..SIGNED), record.get(HEADER..)) {
            (Some(head), Some(stored)) => {
                stored.len() as u64 == self.stored && check(head, stored) == self.check
            }
            _ => false,
        }
    }

    /// The blob out of a record that [`holds`](Header::holds).
    pub(crate) fn unpack(&self, record: &[u8]) -> Option<Vec<u8>> {
        let stored = record.get(HEADER..)?;
        if !self.packed {
            return Some(stored.to_vec());
        }
        let raw = usize::try_from(self.raw).ok()?;
        let bytes = with_tools(|(_, opener)| opener.decompress(stored, raw)).ok()?;
        (bytes.len() as u64 == self.raw).then_some(bytes)
    }
}

/// Appends the record of one blob to a batch; returns its header.
pub(crate) fn write(
    batch: &mut Vec<u8>,
    commitment: &Commitment,
    blob: &[u8],
) -> std::io::Result<Header> {
    let squeezed = with_tools(|(press, _)| press.compress(blob))?;
    let packed = squeezed.len() < blob.len();
    let stored: &[u8] = if packed { &squeezed } else { blob };
    let start = batch.len();
    batch.extend_from_slice(MAGIC);
    batch.extend_from_slice(&[u8::from(packed), 0, 0, 0]);
    batch.extend_from_slice(&(blob.len() as u64).to_be_bytes());
    batch.extend_from_slice(&(stored.len() as u64).to_be_bytes());
    batch.extend_from_slice(&commitment.0.0);
    let check = check(batch.get(start..).unwrap_or_default(), stored);
    batch.extend_from_slice(&check);
    batch.extend_from_slice(stored);
    Ok(Header {
        packed,
        raw: blob.len() as u64,
        stored: stored.len() as u64,
        commitment: *commitment,
        check,
    })
}

fn check(head: &[u8], stored: &[u8]) -> [u8; 8] {
    let mut all = Vec::with_capacity(head.len() + stored.len());
    all.extend_from_slice(head);
    all.extend_from_slice(stored);
    let Digest([a, b, c, d, e, f, g, h, ..]) = sha256(&all);
    [a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test may stop at the first surprise"
    )]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_record_reads_back_and_no_flipped_bit_holds(blob in proptest::collection::vec(any::<u8>(), 0..400), at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let mut bytes = Vec::new();
            let written = write(&mut bytes, &Commitment(sha256(&blob)), &blob).unwrap();
            let header = Header::parse(&bytes).unwrap();
            prop_assert_eq!(header, written);
            prop_assert!(header.holds(&bytes));
            prop_assert_eq!(header.unpack(&bytes).unwrap(), blob);
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(!Header::parse(&bytes).is_some_and(|h| h.holds(&bytes)));
        }
    }
}
