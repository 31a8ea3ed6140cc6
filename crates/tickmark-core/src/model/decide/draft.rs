use tickmark_log::commitment::Commitment;
use tickmark_log::digest::{Digest, sha256_parts};
use tickmark_log::leaf::{BlobRef, Leaf};

use super::Actor;
use crate::model::body::Body;
use crate::model::time::Time;

/// Label of idempotency keys.
const KEY_TAG: &[u8] = b"tickmark/key/v1\n";
/// Bytes of one entry of a list of pages.
const LIST_ENTRY_BYTES: usize = 40;

/// An entry that would be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it says.
    pub body: Body,
    /// Earlier leaves it refers to.
    pub refs: Vec<u64>,
    /// Blobs to store, by role.
    pub blobs: Vec<DraftBlob>,
    /// Pages for the blob `list`, in order; no such blob if empty.
    pub pages: Vec<DraftPage>,
    /// What makes the same wish the same entry.
    material: Digest,
}

/// A blob to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftBlob {
    /// Role in the leaf.
    pub role: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A page of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftPage {
    /// Stored while it was fetched.
    Stored(Stored),
    /// Still to store.
    Bytes(Vec<u8>),
}

/// A blob that lies in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its commitment.
    pub commitment: Commitment,
    /// Length of its bytes.
    pub length: u64,
}

impl Draft {
    /// A draft whose key is derived from `parts`, each with its length, so that no two lists of parts are alike.
    pub(super) fn new(body: Body, parts: &[&[u8]]) -> Self {
        let mut all: Vec<u8> = Vec::new();
        for part in parts {
            all.extend_from_slice(&(part.len() as u64).to_be_bytes());
            all.extend_from_slice(part);
        }
        let material = sha256_parts(&[KEY_TAG, &all]);
        Self {
            body,
            refs: Vec::new(),
            blobs: Vec::new(),
            pages: Vec::new(),
            material,
        }
    }

    pub(super) fn blob(mut self, role: &'static str, bytes: Vec<u8>) -> Self {
        self.blobs.push(DraftBlob { role, bytes });
        self
    }

    pub(super) fn refs(mut self, refs: impl IntoIterator<Item = u64>) -> Self {
        self.refs.extend(refs);
        self.refs.sort_unstable();
        self.refs.dedup();
        self
    }

    /// The idempotency key: the same wish, the same key. The ledger's secret is mixed in because a key stands in the leaf for ever
    /// and would otherwise let anybody confirm a guess at erased bytes.
    #[must_use]
    pub fn key(&self, secret: &[u8; 32]) -> [u8; 32] {
        sha256_parts(&[KEY_TAG, secret, self.material.as_bytes()]).0
    }

    /// The leaf to append once the blobs are stored. `blobs` are the stored blobs by role, `list` included.
    #[must_use]
    pub fn into_leaf(
        self,
        actor: Actor,
        now: Time,
        secret: &[u8; 32],
        blobs: Vec<BlobRef>,
    ) -> Leaf {
        Leaf {
            kind: self.body.kind().to_owned(),
            time_us: now.micros_u64(),
            side: actor.side,
            actor: actor.id.0,
            key: self.key(secret),
            refs: self.refs,
            blobs,
            body: self.body.encode(),
            signature: None,
        }
    }
}

/// The payload of the blob `list`: n times commitment and length, big endian.
#[must_use]
pub fn pages_list(pages: &[Stored]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pages.len() * LIST_ENTRY_BYTES);
    for page in pages {
        out.extend_from_slice(page.commitment.0.as_bytes());
        out.extend_from_slice(&page.length.to_be_bytes());
    }
    out
}

/// Reads the payload of a blob `list`; `None` if it is cut.
#[must_use]
pub fn read_pages_list(bytes: &[u8]) -> Option<Vec<Stored>> {
    let entry = |chunk: &[u8]| {
        let (commitment, length) = chunk.split_at_checked(32)?;
        let commitment = Commitment(Digest(commitment.try_into().ok()?));
        Some(Stored {
            commitment,
            length: u64::from_be_bytes(length.try_into().ok()?),
        })
    };
    if !bytes.len().is_multiple_of(LIST_ENTRY_BYTES) {
        return None;
    }
    bytes.chunks(LIST_ENTRY_BYTES).map(entry).collect()
}
