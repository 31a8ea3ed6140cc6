use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Longest item id, in bytes.
const MAX_ITEM_BYTES: usize = 256;

/// An item of a population: its key columns joined by `/`, with `/`, `%` and line feeds inside a part percent-escaped, in Unicode
/// normal form C. Compared and sorted as bytes (decision D17).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemId(String);

/// Why key parts make no item id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// No key, or an empty part.
    #[error("an item needs every key column; column {0} of the key is empty")]
    Empty(usize),
    /// Too long.
    #[error("the item's key is {0} bytes long; at most 256 are kept, choose a shorter key")]
    TooLong(usize),
    /// A text that was not written by this type.
    #[error("`{0}` is not an item id; write it as the result rows print it")]
    NotCanonical(String),
}

impl ItemId {
    /// Joins the key columns of one row.
    ///
    /// # Errors
    /// An empty part or more than 256 bytes.
    pub fn from_key<S: AsRef<str>>(parts: &[S]) -> Result<Self, ItemError> {
        if parts.is_empty() {
            return Err(ItemError::Empty(1));
        }
        let mut out = String::new();
        for (n, part) in parts.iter().enumerate() {
            if part.as_ref().is_empty() {
                return Err(ItemError::Empty(n + 1));
            }
            if n > 0 {
                out.push('/');
            }
            part.as_ref().nfc().for_each(|c| match c {
                '/' => out.push_str("%2F"),
                '%' => out.push_str("%25"),
                '\n' => out.push_str("%0A"),
                c => out.push(c),
            });
        }
        if out.len() > MAX_ITEM_BYTES {
            Err(ItemError::TooLong(out.len()))
        } else {
            Ok(Self(out))
        }
    }

    /// Reads an id as printed.
    ///
    /// # Errors
    /// Anything that [`ItemId::from_key`] would not have written.
    pub fn parse(text: &str) -> Result<Self, ItemError> {
        let id = Self(text.to_owned());
        match Self::from_key(&id.key()) {
            Ok(same) if same == id => Ok(id),
            Ok(_) => Err(ItemError::NotCanonical(text.to_owned())),
            Err(error) => Err(error),
        }
    }

    /// The key columns again.
    #[must_use]
    pub fn key(&self) -> Vec<String> {
        self.0
            .split('/')
            .map(|p| {
                p.replace("%2F", "/")
                    .replace("%0A", "\n")
                    .replace("%25", "%")
            })
            .collect()
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ItemId {
    type Err = ItemError;

    fn from_str(text: &str) -> Result<Self, ItemError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ItemId {
    type Error = ItemError;

    fn try_from(text: String) -> Result<Self, ItemError> {
        Self::parse(&text)
    }
}

impl From<ItemId> for String {
    fn from(id: ItemId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn parts_are_escaped_and_come_back() {
        let id = ItemId::from_key(&["acme/api", "50%", "a\nb"]).unwrap();
        assert_eq!(id.as_str(), "acme%2Fapi/50%25/a%0Ab");
        assert_eq!(id.key(), ["acme/api", "50%", "a\nb"]);
        assert_eq!(ItemId::parse(id.as_str()), Ok(id));
    }

    #[test]
    fn escapes_in_the_data_do_not_unescape() {
        let id = ItemId::from_key(&["%2F"]).unwrap();
        assert_eq!(id.as_str(), "%252F");
        assert_eq!(id.key(), ["%2F"]);
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_item() {
        assert_eq!(
            ItemId::from_key(&["Zo\u{eb}"]),
            ItemId::from_key(&["Zoe\u{308}"])
        );
    }

    #[test]
    fn empty_and_long_keys_are_refused() {
        assert_eq!(ItemId::from_key(&["a", ""]), Err(ItemError::Empty(2)));
        assert_eq!(ItemId::from_key::<&str>(&[]), Err(ItemError::Empty(1)));
        assert!(ItemId::from_key(&["x".repeat(256)]).is_ok());
        assert_eq!(
            ItemId::from_key(&["x".repeat(257)]),
            Err(ItemError::TooLong(257))
        );
        assert!(ItemId::parse("a%zz").is_err());
    }
}
