//! The verdict over a bundle: what an auditor can rely on, never a bare yes.
//!
//! Everything is recomputed from the bytes: each leaf's hash and envelope, the root, each disclosed blob's commitment.
//! The size comes from the signed checkpoint only (INV-L3). The trust comes from a policy given by the auditor; the one
//! inside the bundle is management's proposal and gives at most [`Level::Unanchored`].

mod ahead;
mod blobs;
mod diff;
mod examine;
mod leaves;

pub use blobs::BlobCount;
pub use diff::{Difference, diff};

use crate::checkpoint::Checkpoint;
use crate::digest::Digest;
use crate::keys::VerifierKey;
use crate::note::SignedNote;
use crate::policy::Policy;
use std::fmt;

/// How much a bundle proves; the weakest part decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not what the log signed, or not a bundle.
    Invalid,
    /// Not a continuation of the checkpoint that the auditor accepted before.
    Diverged,
    /// The log's own word only.
    Unanchored,
    /// A third party attests the time, nobody the append-only history. Not given by this version: time stamping
    /// authorities are not supported yet.
    Anchored,
    /// Cosigned to the quorum of the auditor's policy.
    Witnessed,
}

impl Level {
    /// All levels from the lowest.
    pub const ALL: [Self; 5] = [
        Self::Invalid,
        Self::Diverged,
        Self::Unanchored,
        Self::Anchored,
        Self::Witnessed,
    ];

    /// The word in JSON and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Diverged => "diverged",
            Self::Unanchored => "unanchored",
            Self::Anchored => "anchored",
            Self::Witnessed => "witnessed",
        }
    }

    /// The level of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Something that keeps the verdict down, or that the auditor should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable code: `bundle`, `checkpoint`, `leaf`, `root` ….
    pub code: &'static str,
    /// What, where.
    pub text: String,
}

impl Problem {
    pub(crate) fn new(code: &'static str, text: impl fmt::Display) -> Self {
        Self {
            code,
            text: text.to_string(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.text)
    }
}

/// What the auditor brings besides the policy.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// The last checkpoint the auditor accepted.
    pub since: Option<&'a (Checkpoint, SignedNote)>,
    /// Keys whose leaves of side auditor count as the auditor's.
    pub auditor_keys: &'a [VerifierKey],
    /// 2 or more checks the digest of the file and hashes leaves beside the reading thread.
    pub threads: usize,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How much is proven.
    pub level: Level,
    /// Satisfied members of the quorum group and their number; (0, 0) without a policy of the auditor.
    pub witnesses: (u64, u64),
    /// Leaves, from the verified checkpoint; 0 if there is none.
    pub size: u64,
    /// Name of the log, from the verified checkpoint.
    pub origin: String,
    /// Root, from the verified checkpoint.
    pub root: Option<Digest>,
    /// Witness and time (seconds since 1970 UTC) of each valid cosignature.
    pub cosignatures: Vec<(String, u64)>,
    /// Why the level is not higher.
    pub problems: Vec<Problem>,
    /// Worth knowing, without effect on the level.
    pub notes: Vec<Problem>,
    /// Blobs by what became of them.
    pub blobs: BlobCount,
    /// Path and length of the entries below `library/`.
    pub library: Vec<(String, u64)>,
}

impl Verdict {
    const fn invalid() -> Self {
        Self {
            level: Level::Invalid,
            witnesses: (0, 0),
            size: 0,
            origin: String::new(),
            root: None,
            cosignatures: Vec::new(),
            problems: Vec::new(),
            notes: Vec::new(),
            blobs: BlobCount {
                committed: 0,
                disclosed: 0,
                erased: 0,
                withheld: 0,
            },
            library: Vec::new(),
        }
    }
}

/// Examines a bundle under the auditor's policy.
#[must_use]
pub fn verify(bundle: &[u8], policy: Option<&Policy>, options: &Options<'_>) -> Verdict {
    let mut verdict = Verdict::invalid();
    match examine::examine(bundle, policy, options, &mut verdict) {
        Ok(level) => verdict.level = level,
        Err(problem) => {
            verdict.level = Level::Invalid;
            verdict.problems.insert(0, problem);
        }
    }
    verdict
}
