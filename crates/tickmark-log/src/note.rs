//! Signed notes (C2SP signed-note): text and signature lines, strict and bounded.

use crate::base64;
use crate::keys::{KeyType, SigningKey, VerifierKey, is_key_name};

/// A note has at most this many bytes.
pub const MAX_BYTES: usize = 65_536;
/// A note has at most this many signature lines (the standard asks for at least 16).
pub const MAX_SIGNATURES: usize = 64;

const DASH: &str = "\u{2014} ";

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Key name.
    pub name: String,
    /// Key id.
    pub id: [u8; 4],
    /// What follows the id: 64 bytes for Ed25519, time and 64 bytes for a cosignature, anything for unknown keys.
    pub bytes: Vec<u8>,
}

impl NoteSignature {
    /// The line, with its line feed.
    #[must_use]
    pub fn line(&self) -> String {
        let blob = base64::encode(&[self.id.as_slice(), &self.bytes].concat());
        format!("{DASH}{} {blob}\n", self.name)
    }

    /// Reads one line, with its line feed.
    ///
    /// # Errors
    /// [`NoteError::Line`].
    pub fn parse_line(line: &str) -> Result<Self, NoteError> {
        let body = line.strip_suffix('\n').ok_or(NoteError::Line)?;
        let body = body.strip_prefix(DASH).ok_or(NoteError::Line)?;
        let (name, blob) = body.split_once(' ').ok_or(NoteError::Line)?;
        let blob = base64::decode(blob).ok_or(NoteError::Line)?;
        let (id, bytes) = blob.split_first_chunk::<4>().ok_or(NoteError::Line)?;
        if !is_key_name(name) || bytes.is_empty() {
            return Err(NoteError::Line);
        }
        Ok(Self {
            name: name.to_owned(),
            id: *id,
            bytes: bytes.to_vec(),
        })
    }

    /// True if the line claims to be by this key.
    #[must_use]
    pub fn claims(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }
}

/// A parsed note. Nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// Why bytes are no signed note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`MAX_BYTES`].
    #[error("note is longer than 65536 bytes")]
    TooLong,
    /// Not UTF-8, or control characters other than line feed.
    #[error("note is not UTF-8 or holds control characters")]
    Characters,
    /// No blank line between text and signatures, or no text.
    #[error("note has no text, blank line and signature lines")]
    Shape,
    /// A line that is no signature line.
    #[error("note has a malformed signature line")]
    Line,
    /// More than [`MAX_SIGNATURES`].
    #[error("note has more than 64 signatures")]
    TooMany,
    /// Two lines of the same key name and id.
    #[error("note has two signatures by the same key name and id")]
    Twice,
}

impl SignedNote {
    /// Reads a note; whatever is accepted prints as the same bytes.
    ///
    /// # Errors
    /// See [`NoteError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_BYTES {
            return Err(NoteError::TooLong);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::Characters)?;
        if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Characters);
        }
        let (text, lines) = split(note).ok_or(NoteError::Shape)?;
        let mut signatures: Vec<NoteSignature> = Vec::new();
        for line in lines.split_inclusive('\n') {
            if signatures.len() == MAX_SIGNATURES {
                return Err(NoteError::TooMany);
            }
            let signature = NoteSignature::parse_line(line)?;
            let twin =
                |other: &NoteSignature| other.name == signature.name && other.id == signature.id;
            if signatures.iter().any(twin) {
                return Err(NoteError::Twice);
            }
            signatures.push(signature);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// Signs text with a key of type Ed25519.
    ///
    /// # Errors
    /// Text that is empty, does not end in a line feed, or holds control characters.
    pub fn sign(text: &str, key: &SigningKey) -> Result<Self, NoteError> {
        let note = Self {
            text: text.to_owned(),
            signatures: vec![NoteSignature {
                name: key.verifier().name().to_owned(),
                id: key.verifier().id(),
                bytes: key.sign(text.as_bytes()).to_vec(),
            }],
        };
        // What it writes it must be able to read: the reader is the one place that knows the rules.
        Self::parse(note.to_text().as_bytes())
    }

    /// Text with its final line feed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines in their order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature line; a line by the same key name and id is replaced.
    pub fn add(&mut self, signature: NoteSignature) {
        self.signatures
            .retain(|other| other.name != signature.name || other.id != signature.id);
        self.signatures.push(signature);
    }

    /// The note as bytes.
    #[must_use]
    pub fn to_text(&self) -> String {
        let lines: String = self.signatures.iter().map(NoteSignature::line).collect();
        format!("{}\n{lines}", self.text)
    }

    /// Whether the key (of type Ed25519) signed the text: `None` if no line claims to be by it.
    #[must_use]
    pub fn signed_by(&self, key: &VerifierKey) -> Option<bool> {
        if key.key_type() != KeyType::Ed25519 {
            return None;
        }
        let line = self.signatures.iter().find(|line| line.claims(key))?;
        let signature = <&[u8; 64]>::try_from(line.bytes.as_slice());
        Some(signature.is_ok_and(|signature| key.verify(self.text.as_bytes(), signature)))
    }
}

/// Splits at the last blank line into text (with its line feed) and signature lines.
fn split(note: &str) -> Option<(&str, &str)> {
    let at = note.rfind("\n\n")?;
    let (text, lines) = (note.get(..=at)?, note.get(at + 2..)?);
    (text != "\n" && !lines.is_empty()).then_some((text, lines))
}
