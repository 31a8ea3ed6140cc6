//! Item identifiers: the key columns of a population joined into one text.

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

/// Longest item in bytes.
pub const MAX_BYTES: usize = 256;

/// Joins key parts by `/`: each part in NFC, with `/`, `%` and LF percent-escaped.
///
/// A result longer than [`MAX_BYTES`] keeps its beginning and ends in `~` and the SHA-256 of the whole (hex), so
/// that it stays unique and the same everywhere.
#[must_use]
pub fn item(parts: &[&str]) -> String {
    let mut whole = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            whole.push('/');
        }
        for character in part.nfc() {
            match character {
                '/' => whole.push_str("%2F"),
                '%' => whole.push_str("%25"),
                '\n' => whole.push_str("%0A"),
                other => whole.push(other),
            }
        }
    }
    if whole.len() <= MAX_BYTES {
        return whole;
    }
    let digest: String = Sha256::digest(whole.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let mut keep = MAX_BYTES - digest.len() - 1;
    while !whole.is_char_boundary(keep) {
        keep -= 1;
    }
    whole.truncate(keep);
    whole.push('~');
    whole.push_str(&digest);
    whole
}
