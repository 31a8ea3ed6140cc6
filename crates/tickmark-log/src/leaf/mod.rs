//! The leaf envelope: who recorded what, when, about which earlier leaves and which blobs.
//!
//! The format is `docs/format/leaf.cddl`. The hash of a leaf is the hash of its stored bytes, nothing else (INV-L1), so a
//! leaf has exactly one encoding and everything else is refused.

mod encode;
mod view;

pub use view::{BlobRefs, LeafView, Refs};

use crate::cbor::{CborError, Value};
use crate::commitment::Commitment;
use std::collections::BTreeMap;

/// A leaf has at most this many bytes: what the two length bytes of an entry bundle can say.
pub const MAX_BYTES: usize = 65_535;
/// Prefix of what a leaf's signature signs.
pub const SIGNATURE_TAG: &[u8] = b"tickmark/leaf/v1\n";
/// Kinds and roles have at most this many bytes of `a-z 0-9 . _`.
pub const MAX_NAME: usize = 64;

/// One decoded leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// What the entry is, `collection.result`; its body is the model's matter.
    pub kind: String,
    /// Claimed time, microseconds since 1970 UTC, below 2^63. Only cosignatures bound it.
    pub time_us: u64,
    /// For whom the actor acts.
    pub side: Side,
    /// 16 random bytes; the name behind them is in an erasable blob.
    pub actor: [u8; 16],
    /// Idempotency key, unique in the log.
    pub key: [u8; 32],
    /// Indexes of earlier leaves, strictly ascending.
    pub refs: Vec<u64>,
    /// The blobs this leaf commits to.
    pub blobs: Vec<BlobRef>,
    /// The body of the kind.
    pub body: BTreeMap<u64, Value>,
    /// Required of side auditor.
    pub signature: Option<LeafSignature>,
}

/// A blob as a leaf sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobRef {
    /// What the blob is to the leaf: `manifest`, `page`, `rows`. The role `list` means: n times (commitment, length as
    /// u64 big endian), one level deep.
    pub role: String,
    /// Binds salt and bytes.
    pub commitment: Commitment,
    /// Length of the bytes.
    pub length: u64,
}

/// On whose side the actor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// 0: the audited organization.
    Management,
    /// 1: the auditor; must be signed.
    Auditor,
    /// 2: the program itself.
    System,
}

impl Side {
    /// The number in the encoding.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Management => 0,
            Self::Auditor => 1,
            Self::System => 2,
        }
    }

    const fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Management),
            1 => Some(Self::Auditor),
            2 => Some(Self::System),
            _ => None,
        }
    }
}

/// An Ed25519 signature over [`SIGNATURE_TAG`] and the encoding without the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeafSignature {
    /// Key id as in a verifier key.
    pub key_id: [u8; 4],
    /// The signature.
    pub signature: [u8; 64],
}

/// Why bytes are no leaf, or a value cannot become one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Not deterministic CBOR.
    #[error("leaf is not deterministic CBOR: {0}")]
    Cbor(#[from] CborError),
    /// Longer than [`MAX_BYTES`].
    #[error("leaf has {0} bytes, at most 65535 are allowed: move content into a blob")]
    TooLong(usize),
    /// A format this version does not know.
    #[error("leaf format version {0} is unknown to this version")]
    Version(u64),
    /// Not the keys 0 to 7 and optionally 8.
    #[error("leaf keys are not 0 to 7 and optionally 8")]
    Keys,
    /// Kind outside the character set.
    #[error("leaf kind is not 1 to 64 characters of a-z, 0-9, `.` and `_`")]
    Kind,
    /// Role outside the character set.
    #[error("role of blob {0} is not 1 to 64 characters of a-z, 0-9, `.` and `_`")]
    Role(usize),
    /// Time at or above 2^63.
    #[error("leaf time is not below 2^63 microseconds")]
    Time,
    /// Unknown side.
    #[error("leaf side is not 0, 1 or 2")]
    Side,
    /// Refs not strictly ascending.
    #[error("refs of a leaf are not strictly ascending")]
    RefOrder,
    /// A ref to itself or a later leaf.
    #[error("leaf {index} refers to leaf {reference}, which is not earlier")]
    RefNotEarlier {
        /// The leaf's own index.
        index: u64,
        /// The ref.
        reference: u64,
    },
    /// Side auditor without signature.
    #[error("leaf of side auditor is not signed")]
    Unsigned,
    /// Encoding the decoded leaf gives other bytes; cannot happen while reader and writer agree.
    #[error("leaf does not encode to its own bytes")]
    NotCanonical,
}

impl Leaf {
    /// Decodes the stored bytes of the leaf at `index`, encodes again and compares.
    ///
    /// # Errors
    /// Anything [`LeafView::read`] refuses.
    pub fn decode(bytes: &[u8], index: u64) -> Result<Self, LeafError> {
        let view = LeafView::read(bytes, index)?;
        let leaf = Self {
            kind: view.kind.to_owned(),
            time_us: view.time_us,
            side: view.side,
            actor: *view.actor,
            key: *view.key,
            refs: view.refs().collect(),
            blobs: view
                .blobs()
                .map(|(role, commitment, length)| BlobRef {
                    role: role.to_owned(),
                    commitment,
                    length,
                })
                .collect(),
            body: view.body()?,
            signature: view.signature,
        };
        if leaf.encode()? != bytes {
            return Err(LeafError::NotCanonical);
        }
        Ok(leaf)
    }
}

/// True for 1 to 64 characters of `a-z 0-9 . _`: kinds and roles carry no personal data by construction (INV-L4).
pub(crate) fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_');
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(allowed)
}
