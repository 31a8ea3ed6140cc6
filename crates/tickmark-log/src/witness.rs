//! What a witness checks before it cosigns (C2SP tlog-witness, `add-checkpoint`), by file instead of HTTP.
//!
//! The caller keeps what was cosigned last for each origin, stores the new head durably *before* it answers, and brings
//! the clock. Two requests must not be judged against the same stored head.

use crate::base64;
use crate::checkpoint::{Checkpoint, CheckpointError, decimal};
use crate::digest::Digest;
use crate::keys::VerifierKey;
use crate::note::{self, SignedNote};
use crate::tree::{ProofError, consistency, empty_root};

/// A proof has at most this many hashes.
pub const MAX_PROOF: usize = 63;

/// A log's request to cosign its new head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Size that the log believes the witness has seen.
    pub old_size: u64,
    /// Consistency proof from there.
    pub proof: Vec<Digest>,
    /// The signed checkpoint.
    pub note: SignedNote,
}

/// The head that a witness cosigned last; size 0 for a log it never saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Leaves.
    pub size: u64,
    /// Root over them.
    pub root: Digest,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            size: 0,
            root: empty_root(),
        }
    }
}

/// Why a witness does not cosign; the numbers are the status codes of C2SP tlog-witness.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 400: not a request.
    #[error("400 bad request: not `old SIZE`, proof lines, a blank line and a checkpoint")]
    Malformed,
    /// 400: no checkpoint inside.
    #[error("400 bad request: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// 404.
    #[error("404 not found: the witness does not know a log named `{0}`")]
    UnknownLog(String),
    /// 403.
    #[error("403 forbidden: no valid signature by the log's key")]
    Signature,
    /// 400: the old size is above the new one.
    #[error("400 bad request: old size {old} is above the size {new} of the checkpoint")]
    OldAboveNew {
        /// As requested.
        old: u64,
        /// Of the checkpoint.
        new: u64,
    },
    /// 409: the witness has seen another size.
    #[error(
        "409 conflict: the witness has cosigned size {0}: make the request with `--request-from {0}`"
    )]
    Conflict(u64),
    /// 422: this head does not continue the one that the witness cosigned. Keep the request: it may prove misconduct.
    #[error("422 unprocessable: not a continuation of what the witness cosigned: {0}")]
    Inconsistent(ProofError),
}

impl Refusal {
    /// The status code of C2SP tlog-witness.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed | Self::Checkpoint(_) | Self::OldAboveNew { .. } => 400,
            Self::Signature => 403,
            Self::UnknownLog(_) => 404,
            Self::Conflict(_) => 409,
            Self::Inconsistent(_) => 422,
        }
    }
}

impl Request {
    /// The body of `add-checkpoint`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let proof: String = self
            .proof
            .iter()
            .map(|hash| base64::encode(&hash.0) + "\n")
            .collect();
        format!("old {}\n{proof}\n{}", self.old_size, self.note.to_text())
    }

    /// Reads the body of `add-checkpoint`.
    ///
    /// # Errors
    /// [`Refusal::Malformed`], [`Refusal::Checkpoint`].
    pub fn parse(bytes: &[u8]) -> Result<(Self, Checkpoint), Refusal> {
        if bytes.len() > note::MAX_BYTES * 2 {
            return Err(Refusal::Malformed);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Refusal::Malformed)?;
        let (head, note) = text.split_once("\n\n").ok_or(Refusal::Malformed)?;
        let mut lines = head.split('\n');
        let old_size = lines
            .next()
            .and_then(|line| line.strip_prefix("old "))
            .and_then(decimal);
        let proof: Option<Vec<Digest>> = lines
            .map(|line| base64::decode_array(line).map(Digest))
            .collect();
        let (Some(old_size), Some(proof)) = (old_size, proof) else {
            return Err(Refusal::Malformed);
        };
        if proof.len() > MAX_PROOF {
            return Err(Refusal::Malformed);
        }
        let (checkpoint, note) = Checkpoint::parse_note(note.as_bytes())?;
        Ok((
            Self {
                old_size,
                proof,
                note,
            },
            checkpoint,
        ))
    }
}

/// Decides whether to cosign; gives the head to store and then to cosign.
///
/// # Errors
/// The first check of C2SP tlog-witness that fails, in its order.
pub fn examine(
    bytes: &[u8],
    logs: &[VerifierKey],
    seen: impl FnOnce(&str) -> Seen,
) -> Result<Checkpoint, Refusal> {
    let (request, new) = Request::parse(bytes)?;
    let mut keys = logs
        .iter()
        .filter(|key| key.name() == new.origin)
        .peekable();
    if keys.peek().is_none() {
        return Err(Refusal::UnknownLog(new.origin));
    }
    let (mut signed, mut broken) = (false, false);
    for answer in keys.filter_map(|key| request.note.signed_by(key)) {
        signed |= answer;
        broken |= !answer;
    }
    if !signed || broken {
        return Err(Refusal::Signature);
    }
    if request.old_size > new.size {
        return Err(Refusal::OldAboveNew {
            old: request.old_size,
            new: new.size,
        });
    }
    let seen = seen(&new.origin);
    if request.old_size != seen.size {
        return Err(Refusal::Conflict(seen.size));
    }
    consistency::verify(seen.size, new.size, seen.root, new.root, &request.proof)
        .map_err(Refusal::Inconsistent)?;
    Ok(new)
}
