//! A list as it stood at one moment, to be reviewed item by item.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tickmark_log::digest::{Digest, sha256};

use super::canonical::{self, CanonicalError};
use super::ids::{ItemId, PersonId};

/// One row of a frozen list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenItem {
    /// The item: an account, a key, a badge.
    #[serde(rename = "i")]
    pub item: ItemId,
    /// Whose it is, if that is known: nobody decides about the own.
    #[serde(rename = "p")]
    pub person: Option<PersonId>,
    /// What the reviewer sees of it, by column.
    #[serde(rename = "v")]
    pub values: BTreeMap<String, String>,
}

/// A list in the order of items, none of them twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenList(Vec<FrozenItem>);

/// Why a list cannot be frozen or read.
#[derive(Debug, thiserror::Error)]
pub enum FrozenError {
    /// The same item twice.
    #[error("`{0}` is in the list twice; a list to be reviewed names each item once")]
    Twice(ItemId),
    /// A line that is not as it was written.
    #[error("line {0} of a frozen list: {1}")]
    Line(usize, CanonicalError),
    /// Lines out of order.
    #[error("line {0} of a frozen list is out of order; it was not written by this product")]
    Order(usize),
}

impl FrozenList {
    /// Sorts the items by their bytes.
    ///
    /// # Errors
    /// [`FrozenError::Twice`].
    pub fn new(mut items: Vec<FrozenItem>) -> Result<Self, FrozenError> {
        items.sort_by(|a, b| a.item.cmp(&b.item));
        let mut pairs = items.iter().zip(items.iter().skip(1));
        match pairs.find(|(a, b)| a.item == b.item) {
            Some((twice, _)) => Err(FrozenError::Twice(twice.item.clone())),
            None => Ok(Self(items)),
        }
    }

    /// Reads what [`FrozenList::to_bytes`] wrote.
    ///
    /// # Errors
    /// Every other text.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrozenError> {
        let mut items: Vec<FrozenItem> = Vec::new();
        let lines = bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty());
        for (n, line) in (1..).zip(lines) {
            let item: FrozenItem =
                canonical::parse(line).map_err(|error| FrozenError::Line(n, error))?;
            if items.last().is_some_and(|last| last.item >= item.item) {
                return Err(FrozenError::Order(n));
            }
            items.push(item);
        }
        Ok(Self(items))
    }

    /// One canonical JSON line for each item.
    ///
    /// # Errors
    /// None that this type can hold; the writer of JSON may refuse.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        let mut out = String::new();
        for item in &self.0 {
            out.push_str(&canonical::to_string(item)?);
            out.push('\n');
        }
        Ok(out.into_bytes())
    }

    /// The items; a place is counted from 0.
    #[must_use]
    pub fn items(&self) -> &[FrozenItem] {
        &self.0
    }

    /// The item at a place.
    #[must_use]
    pub fn at(&self, place: u32) -> Option<&FrozenItem> {
        self.0.get(usize::try_from(place).ok()?)
    }

    /// SHA-256 of the items joined by line feeds: the same hash as a run's over the same population.
    #[must_use]
    pub fn population_hash(&self) -> Digest {
        let items: Vec<&str> = self.0.iter().map(|i| i.item.as_str()).collect();
        sha256(items.join("\n").as_bytes())
    }

    /// Items of this list that the other has not.
    pub fn without<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a FrozenItem> {
        let has = |item: &ItemId| other.0.binary_search_by(|i| i.item.cmp(item)).is_ok();
        self.0.iter().filter(move |i| !has(&i.item))
    }
}
