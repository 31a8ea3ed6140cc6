//! The manifest: a note by the log's key over the entries that no leaf and no other signature binds.
//!
//! Text: `tickmark/manifest/v1`, origin, size, and the hexadecimal SHA-256 over the entries `library/…` and then `policy`
//! as they stand in the file (`path SP length LF bytes`). Four lines, so it can never be read as a checkpoint.

use crate::checkpoint::Checkpoint;
use crate::digest::{Digest, Hasher};
use crate::keys::{SigningKey, VerifierKey};
use crate::note::{NoteError, SignedNote};

fn digest<'a>(entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Digest {
    let mut hasher = Hasher::new();
    for (path, bytes) in entries {
        hasher.update(format!("{path} {}\n", bytes.len()).as_bytes());
        hasher.update(bytes);
    }
    hasher.finish()
}

fn text(checkpoint: &Checkpoint, digest: &Digest) -> String {
    format!(
        "tickmark/manifest/v1\n{}\n{}\n{digest}\n",
        checkpoint.origin, checkpoint.size
    )
}

/// Signs the manifest of these entries: `library/…` in order of path, then `policy`.
///
/// # Errors
/// None with an origin that a checkpoint can carry.
pub fn sign<'a>(
    checkpoint: &Checkpoint,
    entries: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    key: &SigningKey,
) -> Result<SignedNote, NoteError> {
    SignedNote::sign(&text(checkpoint, &digest(entries)), key)
}

/// True if the note is the manifest of these entries, signed by the log's key.
#[must_use]
pub fn check<'a>(
    note: &SignedNote,
    checkpoint: &Checkpoint,
    entries: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    key: &VerifierKey,
) -> bool {
    note.text() == text(checkpoint, &digest(entries)) && note.signed_by(key) == Some(true)
}
