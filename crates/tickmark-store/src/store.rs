//! The store as its callers see it.

use std::{
    fs::{File, OpenOptions},
    ops::Range,
    path::{Path, PathBuf},
    sync::Mutex,
};

use tickmark_log::{
    commitment::{Commitment, Salt, commit},
    digest::Digest,
};

use crate::{
    Appended, Head,
    blobs::{Blobs, record::LARGEST},
    checkpoints::{Checkpoints, Kept},
    error::StoreError,
    fault::fault,
    ledger::{
        Ledger,
        append::{Writer, locked},
    },
    salts::Salts,
};

/// A ledger on disk, for any number of threads; other programs may use the same folder at the same time.
///
/// ```text
/// ledger.db       leaves, their hashes, the head         blobs/*.pack   blobs
/// salts.db        salts of the commitments               blobs/index.db where each blob lies (rebuilt at need)
/// checkpoints.db  signed checkpoints                     lock           shared by users, exclusive to a sweep
/// ```
pub struct Store {
    dir: PathBuf,
    pub(crate) lock: File,
    writer: Writer,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) salts: Mutex<Salts>,
    pub(crate) checkpoints: Mutex<Checkpoints>,
    pub(crate) blobs: Mutex<Blobs>,
    shelf: Mutex<Blobs>,
    stopped: Mutex<Option<StoreError>>,
}

impl Store {
    /// Makes an empty ledger in `dir`. A creation that was interrupted is completed by calling this again.
    ///
    /// # Errors
    /// `Refused` if there is a ledger with entries; `Disk`.
    pub fn create(dir: &Path) -> Result<Store, StoreError> {
        std::fs::create_dir_all(dir)
            .map_err(|e| StoreError::io("cannot make the folder", dir, &e))?;
        fault!("create.folders");
        Salts::create(dir.join("salts.db"))?;
        fault!("create.salts");
        Checkpoints::create(dir.join("checkpoints.db"))?;
        fault!("create.checkpoints");
        Blobs::create(&dir.join("blobs"))?;
        fault!("create.index");
        let ledger = Ledger::create(dir.join("ledger.db"))?;
        fault!("create.ledger_commit");
        if ledger.head()?.size > 0 {
            return Err(StoreError::refused(format!(
                "{}: there is a ledger already",
                dir.display()
            )));
        }
        sync_folders(dir)?;
        fault!("create.done");
        Store::open(dir)
    }

    /// Opens the ledger in `dir`: after a crash, after an ordinary end and beside other programs, all alike.
    ///
    /// A contradiction found here does not prevent reading (`fsck` has to be able to look), but everything that writes
    /// answers with it: see [`Store::stopped`].
    ///
    /// # Errors
    /// `Refused` if there is no ledger or it is newer than this program; `Corrupt` if it cannot even be read; `Disk`.
    pub fn open(dir: &Path) -> Result<Store, StoreError> {
        if !Ledger::is_there(&dir.join("ledger.db"))? {
            return Err(StoreError::refused(format!(
                "{}: no ledger here: run `tickmark init`",
                dir.display()
            )));
        }
        let lock = share(dir)?;
        fault!("open.locked");
        let salts = Salts::open(dir.join("salts.db"))?;
        fault!("open.salts");
        let checkpoints = Checkpoints::open(dir.join("checkpoints.db"))?;
        fault!("open.checkpoints");
        let ledger = Ledger::open(dir.join("ledger.db"))?;
        if ledger.head().is_ok_and(|head| head.size == 0) {
            // Whoever created it may have died before the folders were durable.
            sync_folders(dir)?;
        }
        fault!("open.ledger");
        let (blobs, torn) = Blobs::open(dir.join("blobs"))?;
        let edge = edge(&ledger, &checkpoints).err();
        fault!("open.edge");
        Ok(Store {
            dir: dir.to_owned(),
            lock,
            ledger: Mutex::new(ledger.reader()?),
            writer: Writer::new(ledger),
            salts: Mutex::new(salts),
            checkpoints: Mutex::new(checkpoints),
            shelf: Mutex::new(blobs.reader()?),
            blobs: Mutex::new(blobs),
            stopped: Mutex::new(torn.or(edge)),
        })
    }

    /// Why the store takes no more entries, if it does not (rule: `corrupt` stops the writer).
    pub fn stopped(&self) -> Option<StoreError> {
        locked(&self.stopped).as_ref().map(StoreError::clone)
    }

    /// Lets a writing step run unless the store has stopped, and stops it if the step's error says so.
    fn writing<T>(&self, step: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        if let Some(why) = self.stopped() {
            return Err(why);
        }
        step().inspect_err(|e| {
            if e.is_fatal() {
                *locked(&self.stopped) = Some(e.clone());
            }
        })
    }

    /// The folder of this ledger.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The head: how many entries there are and their root.
    ///
    /// # Errors
    /// `Corrupt`, `Disk`.
    pub fn head(&self) -> Result<Head, StoreError> {
        locked(&self.ledger).head()
    }

    /// Makes blobs durable: first the salts, then all blobs as one batch with one sync. Call this before the leaves
    /// that name them; blobs whose leaves never come are orphans, harmless until swept.
    ///
    /// # Errors
    /// `Refused` for a blob above 1 GiB; `Disk`, `Corrupt`. Nothing is acknowledged then.
    pub fn put_blobs(&self, blobs: &[(Salt, &[u8])]) -> Result<Vec<(Commitment, u64)>, StoreError> {
        if let Some((_, blob)) = blobs.iter().find(|(_, b)| b.len() as u64 > LARGEST) {
            return Err(StoreError::refused(format!(
                "a blob of {} bytes is above 1 GiB: split it into pages",
                blob.len()
            )));
        }
        let made: Vec<(Commitment, Salt)> = blobs
            .iter()
            .map(|(salt, blob)| (commit(salt, blob), *salt))
            .collect();
        let batch: Vec<(Commitment, &[u8])> = made
            .iter()
            .zip(blobs)
            .map(|((c, _), (_, blob))| (*c, *blob))
            .collect();
        self.writing(|| {
            locked(&self.salts).put(&made)?;
            locked(&self.blobs).put(&batch)
        })?;
        Ok(batch
            .iter()
            .map(|(commitment, blob)| (*commitment, blob.len() as u64))
            .collect())
    }

    /// Appends leaves as entries `expected_size..`; when this returns they are durable (INV-L2).
    ///
    /// # Errors
    /// `Duplicate` if a key is recorded already (asked first: the earlier try succeeded), `Conflict` if the ledger has
    /// another size by now, `Refused` for bytes that are not a leaf, `Disk`, `Corrupt`.
    pub fn append(&self, expected_size: u64, leaves: Vec<Vec<u8>>) -> Result<Appended, StoreError> {
        self.writing(|| self.writer.append(Some(expected_size), leaves))
    }

    /// Appends leaves wherever the ledger ends, for entries that no state decides (an intent, an observation).
    /// Threads that call this at once share one commit.
    ///
    /// # Errors
    /// As [`Store::append`], without `Conflict`.
    pub fn append_at_end(&self, leaves: Vec<Vec<u8>>) -> Result<Appended, StoreError> {
        self.writing(|| self.writer.append(None, leaves))
    }

    /// The bytes of one entry; `None` beyond the head.
    ///
    /// # Errors
    /// `Corrupt`, `Disk`.
    pub fn leaf(&self, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        locked(&self.ledger).leaf(index)
    }

    /// Calls `each` with index and bytes of the entries of a range, in order, as far as the head reaches.
    ///
    /// # Errors
    /// `Corrupt`, `Disk`. What was called before stays called.
    pub fn leaves(
        &self,
        range: Range<u64>,
        mut each: impl FnMut(u64, &[u8]),
    ) -> Result<(), StoreError> {
        locked(&self.ledger).leaves(range, &mut each)
    }

    /// The leaf hashes of a range, as far as the head reaches: the input of every proof.
    ///
    /// # Errors
    /// `Corrupt`, `Disk`.
    pub fn leaf_hashes(&self, range: Range<u64>) -> Result<Vec<Digest>, StoreError> {
        locked(&self.ledger).leaf_hashes(range)
    }

    /// The index of the entry with this idempotency key.
    ///
    /// # Errors
    /// `Corrupt`, `Disk`.
    pub fn find_key(&self, key: &[u8; 32]) -> Result<Option<u64>, StoreError> {
        locked(&self.ledger).find_key(key)
    }

    /// The bytes of a blob, checked against its commitment; `None` = not stored (never was, or erased).
    ///
    /// # Errors
    /// `Corrupt` if the stored bytes are not what was committed to; `Disk`.
    pub fn blob(&self, commitment: &Commitment) -> Result<Option<Vec<u8>>, StoreError> {
        let bytes = match locked(&self.shelf).get(commitment)? {
            Some(bytes) => bytes,
            None => return Ok(None),
        };
        match self.salt(commitment)? {
            Some(salt) if commit(&salt, &bytes) != *commitment => Err(StoreError::corrupt(
                format!("blob {}", commitment.0),
                "the stored bytes are not what was committed to",
            )),
            _ => Ok(Some(bytes)),
        }
    }

    /// The salt of a commitment, which a bundle needs to disclose the blob; `None` = not stored, or destroyed.
    ///
    /// # Errors
    /// `Corrupt`, `Disk`.
    pub fn salt(&self, commitment: &Commitment) -> Result<Option<Salt>, StoreError> {
        locked(&self.salts).get(commitment)
    }

    /// Stores a signed checkpoint, or the same one with more signatures. The root is compared with the tree first.
    ///
    /// # Errors
    /// `Refused` if it goes back or is not a checkpoint of this ledger (INV-L3); `Corrupt`, `Disk`.
    pub fn set_checkpoint(&self, note: &str) -> Result<(), StoreError> {
        let kept = self.proven(note)?;
        self.writing(|| locked(&self.checkpoints).swap(None, &kept))
    }

    /// Stores `note` only if `expected` is still the stored checkpoint: for merging cosignatures.
    ///
    /// # Errors
    /// As [`Store::set_checkpoint`]; `Refused` if another program was faster.
    pub fn swap_checkpoint(&self, expected: Option<&str>, note: &str) -> Result<(), StoreError> {
        let kept = self.proven(note)?;
        self.writing(|| locked(&self.checkpoints).swap(Some(expected), &kept))
    }

    /// The latest checkpoint, as it was stored.
    ///
    /// # Errors
    /// `Corrupt`, `Disk`.
    pub fn checkpoint(&self) -> Result<Option<String>, StoreError> {
        Ok(locked(&self.checkpoints).latest()?.map(|k| k.note))
    }

    /// Every checkpoint that was ever stored, oldest first: what was promised, and who cosigned which size.
    ///
    /// # Errors
    /// `Corrupt`, `Disk`.
    pub fn checkpoints(&self) -> Result<Vec<String>, StoreError> {
        let all = locked(&self.checkpoints).all()?;
        Ok(all.into_iter().map(|k| k.note).collect())
    }

    /// Reads size and root of a note and compares them with the tree as stored.
    fn proven(&self, note: &str) -> Result<Kept, StoreError> {
        let head = crate::root::of_note(note)?;
        let ledger = locked(&self.ledger);
        let now = ledger.check_edge()?;
        if head.size > now.size {
            return Err(StoreError::refused(format!(
                "the checkpoint speaks of {} entries, there are {}",
                head.size, now.size
            )));
        }
        let root = if head.size == now.size {
            now.root
        } else {
            tickmark_log::tree::root(&ledger.leaf_hashes(0..head.size)?)
        };
        if root != head.root {
            return Err(StoreError::refused(format!(
                "the checkpoint's root for {} entries is not this ledger's",
                head.size
            )));
        }
        Ok(Kept {
            head,
            note: note.to_owned(),
        })
    }
}

/// Makes the names in the folder durable, and the folder's own.
fn sync_folders(dir: &Path) -> Result<(), StoreError> {
    crate::blobs::pack::sync_folder(dir)?;
    match dir.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(parent) => crate::blobs::pack::sync_folder(parent),
        None => Ok(()),
    }
}

/// Shares the folder with other programs; a sweep waits for none and refuses if there are any.
fn share(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join("lock");
    let lock = || {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        file.lock_shared()?;
        Ok(file)
    };
    lock().map_err(|e| StoreError::io("cannot lock the ledger", &path, &e))
}

/// The right edge holds together and is not behind what was signed.
fn edge(ledger: &Ledger, checkpoints: &Checkpoints) -> Result<(), StoreError> {
    // The checkpoint is read first: another program may append and sign between the two.
    let signed = checkpoints.latest()?;
    let head = ledger.check_edge()?;
    match signed {
        Some(k) if k.head.size > head.size => Err(StoreError::corrupt(
            "ledger.db",
            format!(
                "{} entries, but a checkpoint of {} was signed: an old copy was restored",
                head.size, k.head.size
            ),
        )),
        Some(k) if k.head.size == head.size && k.head.root != head.root => {
            Err(StoreError::corrupt(
                "ledger.db",
                format!("the signed root of {} entries is another one", head.size),
            ))
        }
        _ => Ok(()),
    }
}
