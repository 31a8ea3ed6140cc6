//! Writing a bundle, entry by entry, without holding it in memory.

use super::{BLOBS, LIBRARY, MAGIC, is_path, push_frame, salt_table, sign_manifest};
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::commitment::{Commitment, Salt, commit};
use crate::digest::Hasher;
use crate::keys::SigningKey;
use crate::note::NoteError;
use std::io::{self, Write};

/// Why a bundle could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The sink failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Path not on the list.
    #[error("`{0}` is not a path of a bundle")]
    Path(String),
    /// Paths must ascend by their bytes.
    #[error("entry `{0}` does not sort after the entry before it")]
    Order(String),
    /// More or fewer bytes than announced.
    #[error("entry `{0}` does not have the announced length")]
    Length(String),
    /// A leaf longer than 65,535 bytes.
    #[error("leaf {0} is longer than 65535 bytes")]
    Leaf(u64),
    /// Not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The manifest could not be signed.
    #[error(transparent)]
    Manifest(#[from] NoteError),
}

/// Writes entries in ascending order of path and the digest at the end. Buffer the sink.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    hasher: Hasher,
    path: String,
    missing: u64,
}

impl<W: Write> Writer<W> {
    /// Writes the first line.
    ///
    /// # Errors
    /// The sink's.
    pub fn new(out: W) -> Result<Self, WriteError> {
        let mut writer = Self {
            out,
            hasher: Hasher::new(),
            path: String::new(),
            missing: 0,
        };
        writer.put(MAGIC)?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.hasher.update(bytes);
        Ok(self.out.write_all(bytes)?)
    }

    fn complete(&self) -> Result<(), WriteError> {
        if self.missing == 0 {
            Ok(())
        } else {
            Err(WriteError::Length(self.path.clone()))
        }
    }

    /// Starts an entry of exactly `length` bytes, given by [`Writer::write`].
    ///
    /// # Errors
    /// Path not allowed or not ascending, entry before it incomplete, sink.
    pub fn begin(&mut self, path: &str, length: u64) -> Result<(), WriteError> {
        self.complete()?;
        if !is_path(path) {
            return Err(WriteError::Path(path.to_owned()));
        }
        if path <= self.path.as_str() {
            return Err(WriteError::Order(path.to_owned()));
        }
        path.clone_into(&mut self.path);
        self.missing = length;
        self.put(format!("{path} {length}\n").as_bytes())
    }

    /// Adds bytes to the entry.
    ///
    /// # Errors
    /// More than announced, sink.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let left = self.missing.checked_sub(bytes.len() as u64);
        self.missing = left.ok_or_else(|| WriteError::Length(self.path.clone()))?;
        self.put(bytes)
    }

    /// Writes a whole entry.
    ///
    /// # Errors
    /// As [`Writer::begin`].
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), WriteError> {
        self.begin(path, bytes.len() as u64)?;
        self.write(bytes)
    }

    /// Writes the digest and gives the sink back; the caller flushes and syncs.
    ///
    /// # Errors
    /// Last entry incomplete, sink.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.complete()?;
        self.out.write_all(&self.hasher.finish().0)?;
        Ok(self.out)
    }
}

/// All parts of a bundle in memory, in any order.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The signed note.
    pub checkpoint: String,
    /// The policy file that management proposes.
    pub policy: String,
    /// Stored bytes of all leaves.
    pub leaves: Vec<Vec<u8>>,
    /// Disclosed blobs with their salts.
    pub blobs: Vec<(Salt, Vec<u8>)>,
    /// Path below `library/` and content.
    pub library: Vec<(String, Vec<u8>)>,
}

/// Writes a bundle of parts that fit into memory; `key` signs the manifest.
///
/// # Errors
/// See [`WriteError`].
pub fn write<W: Write>(parts: &Parts, key: &SigningKey, out: W) -> Result<W, WriteError> {
    let (checkpoint, _) = Checkpoint::parse_note(parts.checkpoint.as_bytes())?;
    let mut blobs: Vec<(Commitment, Salt, &[u8])> = parts
        .blobs
        .iter()
        .map(|(salt, bytes)| (commit(salt, bytes), *salt, bytes.as_slice()))
        .collect();
    blobs.sort_by_key(|blob| blob.0);
    blobs.dedup_by_key(|blob| blob.0);
    let mut library: Vec<(String, &[u8])> = parts
        .library
        .iter()
        .map(|(path, bytes)| (format!("{LIBRARY}{path}"), bytes.as_slice()))
        .collect();
    library.sort();
    let policy = ("policy", parts.policy.as_bytes());
    let listed = library
        .iter()
        .map(|(path, bytes)| (path.as_str(), *bytes))
        .chain([policy]);
    let manifest = sign_manifest(&checkpoint, listed, key)?;
    let mut leaves = Vec::new();
    for (index, leaf) in (0..).zip(&parts.leaves) {
        if !push_frame(leaf, &mut leaves) {
            return Err(WriteError::Leaf(index));
        }
    }
    let salts: Vec<(Commitment, Salt)> = blobs
        .iter()
        .map(|(commitment, salt, _)| (*commitment, *salt))
        .collect();

    let mut writer = Writer::new(out)?;
    for (commitment, _, bytes) in &blobs {
        writer.add(&format!("{BLOBS}{commitment}"), bytes)?;
    }
    writer.add("checkpoint", parts.checkpoint.as_bytes())?;
    writer.add("leaves", &leaves)?;
    for (path, bytes) in &library {
        writer.add(path, bytes)?;
    }
    writer.add("manifest", manifest.to_text().as_bytes())?;
    writer.add("policy", parts.policy.as_bytes())?;
    writer.add("salts", &salt_table(&salts))?;
    writer.finish()
}
