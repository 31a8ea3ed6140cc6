//! Randomness as an argument, and the secrets made of it.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::IdentityError;

/// Where secrets come from: the operating system in the engine, a counter in tests.
pub trait Random: Send + Sync {
    /// Thirty-two fresh bytes that nobody can guess.
    ///
    /// # Errors
    /// The operating system has none to give.
    fn bytes32(&self) -> Result<[u8; 32], Unrandom>;
}

/// The operating system gives no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no randomness; nothing that needs a secret can be done")]
pub struct Unrandom;

/// A secret of 256 bits that is shown once and stored only as its hash. It prints as nothing in debugging output.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A fresh one; `prefix` says to readers and scanners of leaked secrets what it is (`tmk_`).
    pub(crate) fn fresh(random: &dyn Random, prefix: &str) -> Result<Self, IdentityError> {
        Ok(Self(format!("{prefix}{}", hex(&random.bytes32()?))))
    }

    /// The text to show, once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is stored of a secret. Plain SHA-256 is enough for 256 random bits, and looking one up by its hash tells no timing about the secret.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits.filter(|d| d.len() % 2 == 0)?;
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit))
            .collect(),
    )
}
