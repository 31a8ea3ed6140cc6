//! The ledger of a program: entries in, `recorded 17..19` out.

use std::{cell::RefCell, collections::BTreeMap, path::Path};

use tickmark_log::{
    checkpoint::Checkpoint,
    commitment::{Commitment, Salt, commit},
    keys::SigningKey,
};
use tickmark_store::{Head, Store, StoreError};

use crate::{
    entropy::Entropy,
    error::{Error, Kind, Result},
    records::Records,
};

/// What was recorded: the first and the last index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Index of the first entry.
    pub first: u64,
    /// Index of the last entry.
    pub last: u64,
}

impl std::fmt::Display for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            write!(f, "recorded {}", self.first)
        } else {
            write!(f, "recorded {}..{}", self.first, self.last)
        }
    }
}

/// Why entries were not recorded.
pub enum NotRecorded {
    /// Somebody else wrote first: fold again and decide again.
    Conflict,
    /// The same act is recorded already, at this index.
    Already(u64),
    /// Everything else.
    Failed(Error),
}

impl From<Error> for NotRecorded {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The ledger of one program.
pub struct Ledger {
    store: Store,
    /// Blobs that become durable with the next ones: the last pages of a collection and what names them are one sync.
    staged: RefCell<BTreeMap<Commitment, (Salt, Vec<u8>)>>,
}

impl Ledger {
    /// Creates the ledger of a new program.
    ///
    /// # Errors
    /// The folder holds one already, or cannot be written.
    pub fn create(dir: &Path) -> Result<Self> {
        Store::create(dir).map(Self::over).map_err(store_error)
    }

    /// Opens a ledger; after a crash just as on any other day.
    ///
    /// # Errors
    /// There is none, it cannot be read, or it contradicts itself.
    pub fn open(dir: &Path) -> Result<Self> {
        Store::open(dir).map(Self::over).map_err(store_error)
    }

    fn over(store: Store) -> Self {
        Self {
            store,
            staged: RefCell::default(),
        }
    }

    /// The store below.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Removes blobs that no entry names, left by interrupted commands; gives their number.
    ///
    /// # Errors
    /// Another program has the ledger open, the disk fails.
    pub fn sweep(&mut self) -> Result<u64> {
        let swept = self.store.sweep().map_err(store_error)?;
        Ok(swept.blobs)
    }

    /// Size and root.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn head(&self) -> Result<Head> {
        self.store.head().map_err(store_error)
    }

    /// Stores blobs ahead of the entry that names them.
    ///
    /// # Errors
    /// No randomness, or the disk failed; nothing is acknowledged then.
    pub fn put_blobs(
        &self,
        blobs: &[&[u8]],
        entropy: &dyn Entropy,
    ) -> Result<Vec<(Commitment, u64)>> {
        if blobs.is_empty() {
            return Ok(Vec::new());
        }
        let salts = blobs
            .iter()
            .map(|_| entropy.bytes32().map(Salt))
            .collect::<Result<Vec<_>>>()?;
        let staged = self.staged.take();
        let before = staged
            .values()
            .map(|(salt, bytes)| (*salt, bytes.as_slice()));
        let salted: Vec<(Salt, &[u8])> = before
            .chain(salts.into_iter().zip(blobs.iter().copied()))
            .collect();
        let mut stored = self.store.put_blobs(&salted).map_err(store_error)?;
        Ok(stored.split_off(staged.len()))
    }

    /// Takes a blob that becomes durable together with the next ones of [`Self::put_blobs`].
    ///
    /// # Errors
    /// No randomness.
    pub fn stage(&self, bytes: Vec<u8>, entropy: &dyn Entropy) -> Result<(Commitment, u64)> {
        let salt = Salt(entropy.bytes32()?);
        let (commitment, length) = (commit(&salt, &bytes), bytes.len() as u64);
        self.staged.borrow_mut().insert(commitment, (salt, bytes));
        Ok((commitment, length))
    }

    /// Forgets what was staged: nothing names it.
    pub fn unstage(&self) {
        self.staged.take();
    }

    /// Appends leaves after the first `expected` ones, all or none.
    ///
    /// # Errors
    /// See [`NotRecorded`].
    pub fn append(&self, expected: u64, leaves: Vec<Vec<u8>>) -> Result<Recorded, NotRecorded> {
        match self.store.append(expected, leaves) {
            Ok(done) => Ok(Recorded {
                first: done.first,
                last: done.head.size.saturating_sub(1),
            }),
            Err(StoreError::Conflict { .. }) => Err(NotRecorded::Conflict),
            Err(StoreError::Duplicate { index, .. }) => Err(NotRecorded::Already(index)),
            Err(error) => Err(NotRecorded::Failed(store_error(error))),
        }
    }

    /// Signs the head, once at the end of a writing command (decision D33). Cosignatures of the same size are kept.
    ///
    /// # Errors
    /// The key is not the log's, or the disk failed.
    pub fn sign(&self, key: &SigningKey) -> Result<String> {
        let head = self.head()?;
        if let Some(note) = self.checkpoint()? {
            let size = note.lines().nth(1).and_then(|l| l.parse::<u64>().ok());
            if size == Some(head.size) {
                return Ok(note);
            }
        }
        let checkpoint = Checkpoint {
            origin: key.verifier().name().to_owned(),
            size: head.size,
            root: head.root,
        };
        let note = checkpoint.sign(key).map_err(Error::bug)?.to_text();
        self.store.set_checkpoint(&note).map_err(store_error)?;
        Ok(note)
    }

    /// The last signed checkpoint, with its cosignatures.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn checkpoint(&self) -> Result<Option<String>> {
        self.store.checkpoint().map_err(store_error)
    }
}

impl Records for Ledger {
    fn size(&self) -> Result<u64> {
        Ok(self.head()?.size)
    }

    fn leaf_bytes(&self, index: u64) -> Result<Vec<u8>> {
        let bytes = self.store.leaf(index).map_err(store_error)?;
        bytes.ok_or_else(|| {
            Error::user(format!("there is no leaf {index}"))
                .hint("`tickmark status` prints the ledger's size")
        })
    }

    fn blob(&self, commitment: &Commitment) -> Result<Vec<u8>> {
        if let Some((_, bytes)) = self.staged.borrow().get(commitment) {
            return Ok(bytes.clone());
        }
        let bytes = self.store.blob(commitment).map_err(store_error)?;
        bytes.ok_or_else(|| {
            Error::corrupt(format!("blob {} is missing", commitment.0))
                .hint("run `tickmark log fsck`")
        })
    }
}

/// A failure of the store, in the engine's kinds.
pub fn store_error(error: StoreError) -> Error {
    let kind = match error.kind() {
        tickmark_store::ErrorKind::Refused => Kind::Refused,
        tickmark_store::ErrorKind::Corrupt => Kind::Corrupt,
        _ => Kind::Environment,
    };
    Error::new(kind, error)
}
