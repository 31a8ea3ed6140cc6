//! Timestamped cosignatures (C2SP tlog-cosignature, type 0x04): a witness saw this tree head, at this time.

use crate::checkpoint::Checkpoint;
use crate::keys::{KeyError, KeyType, SigningKey, VerifierKey};
use crate::note::{NoteSignature, SignedNote};

/// Signs the checkpoint at `time_s` (seconds since 1970 UTC, not 0, below 2^63).
///
/// # Errors
/// A key of another type, a time outside its range.
pub fn cosign(
    checkpoint: &Checkpoint,
    time_s: u64,
    key: &SigningKey,
) -> Result<NoteSignature, CosignError> {
    let verifier = key.verifier();
    if verifier.key_type() != KeyType::CosignatureV1 {
        return Err(CosignError::Key);
    }
    if time_s == 0 || time_s >> 63 != 0 {
        return Err(CosignError::Time);
    }
    let signature = key.sign(message(&checkpoint.to_text(), time_s).as_bytes());
    Ok(NoteSignature {
        name: verifier.name().to_owned(),
        id: verifier.id(),
        bytes: [time_s.to_be_bytes().as_slice(), &signature].concat(),
    })
}

/// Why nothing was cosigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignError {
    /// Not a cosignature key.
    #[error("a cosignature needs a witness key (type 4): make one with `witness keygen`")]
    Key,
    /// Zero or at least 2^63.
    #[error("the time of a cosignature is not within 1 and 2^63 - 1 seconds")]
    Time,
    /// Key text.
    #[error(transparent)]
    KeyText(#[from] KeyError),
}

/// Whether the witness cosigned the note's text, and when (seconds since 1970 UTC): `None` if no line claims to be by
/// it, `Some(None)` if one does and is not valid.
#[must_use]
pub fn cosigned_by(note: &SignedNote, key: &VerifierKey) -> Option<Option<u64>> {
    if key.key_type() != KeyType::CosignatureV1 {
        return None;
    }
    let line = note.signatures().iter().find(|line| line.claims(key))?;
    Some(check(note.text(), &line.bytes, key))
}

fn check(text: &str, bytes: &[u8], key: &VerifierKey) -> Option<u64> {
    let (time, signature) = bytes.split_first_chunk::<8>()?;
    let signature = <&[u8; 64]>::try_from(signature).ok()?;
    let time_s = u64::from_be_bytes(*time);
    let in_range = time_s != 0 && time_s >> 63 == 0;
    (in_range && key.verify(message(text, time_s).as_bytes(), signature)).then_some(time_s)
}

fn message(text: &str, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}
