//! Salted commitments bind a blob outside the log to a leaf inside it.
//!
//! Destroying salt and bytes erases the blob: nothing in the log lets anyone test a guess of its content.

use crate::digest::{Digest, DigestError, sha256_parts};
use std::fmt;
use std::str::FromStr;

const TAG: &[u8] = b"tickmark/blob/v1\n";

/// 32 random bytes kept beside the blob, never in a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// What a leaf says of a blob: SHA-256("tickmark/blob/v1\n" || salt || bytes).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Commitment(pub Digest);

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Commitment {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        text.parse().map(Self)
    }
}

/// Commits to the bytes under the salt.
#[must_use]
pub fn commit(salt: &Salt, bytes: &[u8]) -> Commitment {
    Commitment(sha256_parts(&[TAG, &salt.0, bytes]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;

    #[test]
    fn salt_and_bytes_are_bound_and_domain_separated() {
        let salt = Salt([7; 32]);
        let mut plain = TAG.to_vec();
        plain.extend([7; 32]);
        plain.extend(b"page");
        assert_eq!(commit(&salt, b"page"), Commitment(sha256(&plain)));
        assert_ne!(commit(&salt, b"page"), commit(&Salt([8; 32]), b"page"));
        assert_ne!(commit(&salt, b"page"), commit(&salt, b"pages"));
        assert!(!format!("{salt:?}").contains('7'));
    }
}
