//! Checkpoints (C2SP tlog-checkpoint): origin, size and root. The size of a tree comes from here only (INV-L3).

use crate::base64;
use crate::digest::Digest;
use crate::keys::{KeyType, SigningKey};
use crate::note::{NoteError, SignedNote};

/// A tree head. Extension lines are refused: cosignatures do not vouch for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log; the key name of its signature.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root over them.
    pub root: Digest,
}

/// Why a note is no checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note.
    #[error("checkpoint: {0}")]
    Note(#[from] NoteError),
    /// Not origin, size, root.
    #[error("checkpoint is not the three lines origin, size and root")]
    Shape,
    /// Empty origin, or white space or `+` in it.
    #[error("checkpoint origin is empty or holds white space or `+`")]
    Origin,
    /// Not a decimal number without leading zeros below 2^64.
    #[error("checkpoint size is not a plain decimal number")]
    Size,
    /// Not 32 bytes of base64.
    #[error("checkpoint root is not the base64 of 32 bytes")]
    Root,
    /// The key is not the log's.
    #[error("a checkpoint is signed by an Ed25519 key named as its origin")]
    Key,
}

impl Checkpoint {
    /// The note text, three lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            base64::encode(&self.root.0)
        )
    }

    /// Reads the note text.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let fields = (
            lines.next(),
            lines.next(),
            lines.next(),
            lines.next(),
            lines.next(),
        );
        let (Some(origin), Some(size), Some(root), Some(""), None) = fields else {
            return Err(CheckpointError::Shape);
        };
        if !crate::keys::is_key_name(origin) {
            return Err(CheckpointError::Origin);
        }
        let size = decimal(size).ok_or(CheckpointError::Size)?;
        let root = base64::decode_array(root)
            .map(Digest)
            .ok_or(CheckpointError::Root)?;
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }

    /// Reads a signed checkpoint. Nothing is verified yet.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn parse_note(bytes: &[u8]) -> Result<(Self, SignedNote), CheckpointError> {
        let note = SignedNote::parse(bytes)?;
        Ok((Self::parse(note.text())?, note))
    }

    /// Signs with the log's key.
    ///
    /// # Errors
    /// A key of another name or type, an origin that cannot be parsed back.
    pub fn sign(&self, key: &SigningKey) -> Result<SignedNote, CheckpointError> {
        let verifier = key.verifier();
        if verifier.name() != self.origin || verifier.key_type() != KeyType::Ed25519 {
            return Err(CheckpointError::Key);
        }
        Ok(SignedNote::sign(&self.to_text(), key)?)
    }
}

/// A decimal number below 2^64 as a checkpoint writes it: digits only, no leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading = text.len() > 1 && text.starts_with('0');
    (plain && !leading).then(|| text.parse().ok()).flatten()
}
