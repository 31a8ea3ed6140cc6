//! Reading the container: every byte is accounted for, nothing is copied.

use super::{LIBRARY, MAGIC, is_path};
use crate::checkpoint::decimal;
use crate::digest::sha256;
use std::collections::HashSet;

/// One entry; the bytes are a slice of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Path.
    pub path: &'a str,
    /// Content.
    pub bytes: &'a [u8],
}

/// A bundle whose container is canonical.
#[derive(Debug, Clone)]
pub struct Bundle<'a> {
    entries: Vec<Entry<'a>>,
    sealed: &'a [u8],
    seal: &'a [u8; 32],
}

/// Why bytes are no bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Another first line, or a version this program does not know.
    #[error("not a bundle of format 1: the first line is not `TICKMARK-BUNDLE 1`")]
    Magic,
    /// Ends inside something.
    #[error("byte {0}: the bundle ends inside an entry")]
    Truncated(usize),
    /// Not `path SP length LF`.
    #[error("byte {0}: not the heading of an entry")]
    Heading(usize),
    /// Not on the list of paths.
    #[error("byte {0}: path of an entry is not allowed")]
    Path(usize),
    /// Paths out of order, twice, or equal but for case.
    #[error("byte {0}: paths are not strictly ascending and distinct")]
    Order(usize),
    /// The last 32 bytes are not the digest of the others.
    #[error("the digest at the end does not match: the file was changed or cut")]
    Seal,
}

impl<'a> Bundle<'a> {
    /// Checks the container: first line, headings, paths, order, lengths and the digest at the end.
    ///
    /// # Errors
    /// See [`BundleError`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BundleError> {
        let bundle = Self::parse_unsealed(bytes)?;
        bundle.check_seal()?;
        Ok(bundle)
    }

    /// Like [`Bundle::parse`] without the digest at the end, which the verifier checks at the same time as the leaves.
    ///
    /// # Errors
    /// See [`BundleError`].
    pub(crate) fn parse_unsealed(bytes: &'a [u8]) -> Result<Self, BundleError> {
        let (sealed, seal) = bytes.split_last_chunk::<32>().ok_or(BundleError::Magic)?;
        let mut rest = sealed.strip_prefix(MAGIC).ok_or(BundleError::Magic)?;
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let mut folded = HashSet::new();
        while !rest.is_empty() {
            let at = sealed.len() - rest.len();
            let (entry, after) = entry(rest, at)?;
            if entries
                .last()
                .is_some_and(|before| before.path >= entry.path)
            {
                return Err(BundleError::Order(at));
            }
            if entry.path.starts_with(LIBRARY) && !folded.insert(entry.path.to_ascii_lowercase()) {
                return Err(BundleError::Order(at));
            }
            entries.push(entry);
            rest = after;
        }
        Ok(Self {
            entries,
            sealed,
            seal,
        })
    }

    /// Compares the digest at the end.
    ///
    /// # Errors
    /// [`BundleError::Seal`].
    pub(crate) fn check_seal(&self) -> Result<(), BundleError> {
        if sha256(self.sealed).0 == *self.seal {
            Ok(())
        } else {
            Err(BundleError::Seal)
        }
    }

    /// All entries in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// The content of an entry.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&'a [u8]> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.path.cmp(path))
            .ok()?;
        self.entries.get(at).map(|entry| entry.bytes)
    }

    /// The entries below a prefix such as `library/`, in order.
    pub fn below<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = Entry<'a>> + 's {
        self.entries
            .iter()
            .copied()
            .filter(move |entry| entry.path.starts_with(prefix))
    }
}

/// Reads `path SP length LF bytes`.
fn entry(rest: &[u8], at: usize) -> Result<(Entry<'_>, &[u8]), BundleError> {
    // A heading is at most 200 bytes of path, a blank, 20 digits and a line feed.
    let window = rest.get(..222).unwrap_or(rest);
    let end = window
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or(BundleError::Heading(at))?;
    let (heading, after) = (
        window.get(..end).unwrap_or_default(),
        rest.get(end + 1..).unwrap_or_default(),
    );
    let heading = std::str::from_utf8(heading).map_err(|_| BundleError::Heading(at))?;
    let (path, length) = heading.split_once(' ').ok_or(BundleError::Heading(at))?;
    let length = decimal(length).ok_or(BundleError::Heading(at))?;
    if !is_path(path) {
        return Err(BundleError::Path(at));
    }
    let length = usize::try_from(length).map_err(|_| BundleError::Truncated(at))?;
    let (bytes, after) = after
        .split_at_checked(length)
        .ok_or(BundleError::Truncated(at))?;
    Ok((Entry { path, bytes }, after))
}
