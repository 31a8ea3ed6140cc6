//! Ed25519 keys with a name: the verifier keys and signing keys of C2SP signed-note.

use crate::base64;
use crate::digest::sha256_parts;
use crate::hex;
use ed25519_dalek::{Signature, Signer as _};
use std::fmt;
use std::str::FromStr;

const PRIVATE: &str = "PRIVATE+KEY+";

/// What a key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyType {
    /// 0x01: note text (logs) and leaves (auditors).
    Ed25519,
    /// 0x04: timestamped cosignatures of checkpoints (witnesses).
    CosignatureV1,
}

impl KeyType {
    /// The signature type byte of C2SP signed-note.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::CosignatureV1 => 4,
        }
    }

    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Ed25519),
            4 => Some(Self::CosignatureV1),
            _ => None,
        }
    }
}

/// Why a key text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Empty, or with white space, `+` or control characters.
    #[error("key name `{0}` is empty or holds white space, `+` or control characters")]
    Name(String),
    /// Not `name+id+base64`.
    #[error("a verifier key reads `name+8 hex digits+base64 of type and key`")]
    Shape,
    /// Not `PRIVATE+KEY+name+id+base64`.
    #[error("a signing key reads `PRIVATE+KEY+name+8 hex digits+base64 of type and seed`")]
    PrivateShape,
    /// A signature type other than 1 and 4.
    #[error("key type {0} is not supported: 1 (Ed25519) and 4 (cosignature) are")]
    Type(u8),
    /// The id does not belong to name, type and key.
    #[error("the key id does not belong to this name and key: copy the whole key again")]
    Id,
    /// Not a point of the curve in its canonical encoding, or one of small order.
    #[error("the public key is not a usable Ed25519 key")]
    Point,
}

/// True if the name can stand in a signature line.
pub(crate) fn is_key_name(name: &str) -> bool {
    let refused = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && !name.contains(refused)
}

/// A public key with its name, id and type.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key_type: KeyType,
    id: [u8; 4],
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// Names a public key.
    ///
    /// # Errors
    /// Bad name, bytes that are no usable point.
    pub fn new(name: &str, key_type: KeyType, public: [u8; 32]) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(&public).map_err(|_| KeyError::Point)?;
        let canonical = key.to_edwards().compress().to_bytes() == public;
        if key.is_weak() || !canonical {
            return Err(KeyError::Point);
        }
        Ok(Self::named(name, key_type, key))
    }

    fn named(name: &str, key_type: KeyType, key: ed25519_dalek::VerifyingKey) -> Self {
        let digest = sha256_parts(&[name.as_bytes(), b"\n", &[key_type.byte()], key.as_bytes()]);
        let [a, b, c, d, ..] = digest.0;
        Self {
            name: name.to_owned(),
            key_type,
            id: [a, b, c, d],
            key,
        }
    }

    /// The name in signature lines.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// First four bytes of SHA-256(name, line feed, type, key): a hint, no proof.
    #[must_use]
    pub const fn id(&self) -> [u8; 4] {
        self.id
    }

    /// What the key may sign.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Strict Ed25519: canonical scalar and points, no small-order key or commitment, equation without cofactor.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = hex::encode(&self.id);
        write!(
            f,
            "{}+{id}+{}",
            self.name,
            typed(self.key_type, self.public())
        )
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn typed(key_type: KeyType, key: &[u8; 32]) -> String {
    base64::encode(&[&[key_type.byte()], key.as_slice()].concat())
}

fn untyped(text: &str, shape: KeyError) -> Result<(KeyType, [u8; 32]), KeyError> {
    let [byte, key @ ..] = base64::decode_array::<33>(text).ok_or(shape)?;
    Ok((KeyType::from_byte(byte).ok_or(KeyError::Type(byte))?, key))
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Shape);
        };
        let id = hex::decode::<4>(id).ok_or(KeyError::Shape)?;
        let (key_type, public) = untyped(key, KeyError::Shape)?;
        let key = Self::new(name, key_type, public)?;
        if key.id == id {
            Ok(key)
        } else {
            Err(KeyError::Id)
        }
    }
}

/// A secret key with its name. `Debug` shows only the public half.
#[derive(Clone)]
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    verifier: VerifierKey,
}

impl SigningKey {
    /// Makes the key of a seed; the caller brings the randomness.
    ///
    /// # Errors
    /// Bad name.
    pub fn from_seed(name: &str, key_type: KeyType, seed: [u8; 32]) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        let secret = ed25519_dalek::SigningKey::from_bytes(&seed);
        let verifier = VerifierKey::named(name, key_type, secret.verifying_key());
        Ok(Self { secret, verifier })
    }

    /// Reads the text of a key file, without its line feed.
    ///
    /// # Errors
    /// Shape, type, id.
    pub fn parse_private(text: &str) -> Result<Self, KeyError> {
        let rest = text.strip_prefix(PRIVATE).ok_or(KeyError::PrivateShape)?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::PrivateShape);
        };
        let id = hex::decode::<4>(id).ok_or(KeyError::PrivateShape)?;
        let (key_type, seed) = untyped(key, KeyError::PrivateShape)?;
        let key = Self::from_seed(name, key_type, seed)?;
        if key.verifier.id == id {
            Ok(key)
        } else {
            Err(KeyError::Id)
        }
    }

    /// The text of a key file: `PRIVATE+KEY+name+id+base64(type || seed)`. Secret.
    #[must_use]
    pub fn to_private(&self) -> String {
        let seed = typed(self.verifier.key_type, self.secret.as_bytes());
        let id = hex::encode(&self.verifier.id);
        format!("{PRIVATE}{}+{id}+{seed}", self.verifier.name)
    }

    /// The public half.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs the message itself; callers bring the domain separation.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifier)
    }
}
