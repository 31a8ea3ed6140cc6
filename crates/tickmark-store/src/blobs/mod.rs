//! Blobs in append-only packs, one sync a batch.
//!
//! *Not trusted*: every blob is checked against its commitment when read. May lose nothing that a leaf names; what no
//! leaf names (a batch whose leaves were never appended) is an orphan, harmless, and swept by [`sweep`].
//!
//! Each batch begins with [`Blobs::catch_up`], the function that also opens the store: it reads what lies in the packs
//! beyond what the index knows, whether another program wrote it, a crash tore it or the index was deleted.

pub(crate) mod index;
pub(crate) mod pack;
pub(crate) mod record;
pub(crate) mod sweep;

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
};

use index::{Change, Index, Pack, Place};
use tickmark_log::commitment::Commitment;

use crate::{error::StoreError, fault::fault};

/// A pack is full beyond this size.
const FULL: u64 = 256 << 20;

pub(crate) struct Blobs {
    dir: PathBuf,
    index: Index,
}

impl Blobs {
    pub(crate) fn create(dir: &Path) -> Result<(), StoreError> {
        std::fs::create_dir_all(dir)
            .map_err(|e| StoreError::io("cannot make the folder of blobs", dir, &e))?;
        Index::open(dir)?;
        pack::sync_folder(dir)
    }

    /// Opens the packs and reads what the index does not know yet. The second value says what is wrong, if anything.
    pub(crate) fn open(dir: PathBuf) -> Result<(Self, Option<StoreError>), StoreError> {
        if !dir.is_dir() {
            return Err(StoreError::corrupt(
                dir.display().to_string(),
                "the folder of blobs is missing",
            ));
        }
        let mut blobs = Blobs {
            index: Index::open(&dir)?,
            dir,
        };
        let lock = blobs.lock()?;
        let wrong = match blobs.catch_up() {
            Ok(_) => None,
            Err(e @ StoreError::Corrupt { .. }) => Some(e),
            Err(e) => return Err(e),
        };
        drop(lock);
        Ok((blobs, wrong))
    }

    /// A second pair of eyes on the same packs, so that reading does not wait for a batch being written.
    pub(crate) fn reader(&self) -> Result<Blobs, StoreError> {
        Ok(Blobs {
            index: Index::open(&self.dir)?,
            dir: self.dir.clone(),
        })
    }

    /// One program at a time appends to the packs; the lock is held for one batch.
    fn lock(&self) -> Result<File, StoreError> {
        let path = self.dir.join("lock");
        let lock = || {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)?;
            file.lock()?;
            Ok(file)
        };
        let file = lock().map_err(|e| StoreError::io("cannot lock the packs", &path, &e))?;
        fault!("blobs.locked");
        Ok(file)
    }

    /// Reads what lies beyond the index, syncs and indexes it; gives the pack to append to, if one is open.
    fn catch_up(&mut self) -> Result<Option<Pack>, StoreError> {
        let mut known: BTreeMap<u32, Pack> =
            self.index.packs()?.into_iter().map(|p| (p.id, p)).collect();
        let files = pack::list(&self.dir)?;
        fault!("recover.listed");
        let (mut change, mut last) = (Change::default(), None);
        for (id, size) in files {
            let before = known.remove(&id).unwrap_or(Pack {
                id,
                scanned: 0,
                sealed: false,
            });
            if size < before.scanned {
                let place = pack::path(&self.dir, id).display().to_string();
                return Err(StoreError::corrupt(
                    place,
                    format!("the pack has {size} bytes, {} were written", before.scanned),
                ));
            }
            let now = if size == before.scanned {
                before
            } else {
                self.read_on(before, size, &mut change)?
            };
            last = Some(now);
        }
        if let Some(id) = known.keys().next() {
            return Err(StoreError::corrupt(
                pack::path(&self.dir, *id).display().to_string(),
                "the pack is missing",
            ));
        }
        if !change.packs.is_empty() {
            fault!("recover.index_commit");
            self.index.apply(&change)?;
            fault!("recover.indexed");
        }
        Ok(last)
    }

    fn read_on(&self, before: Pack, size: u64, change: &mut Change) -> Result<Pack, StoreError> {
        let reader = pack::Reader::open(&self.dir, before.id)?;
        let (found, whole) = reader.scan(before.scanned, size)?;
        fault!("recover.scanned");
        reader.sync()?;
        pack::sync_folder(&self.dir)?;
        fault!("recover.synced");
        change.found.extend(found);
        let now = Pack {
            scanned: size,
            sealed: before.sealed || !whole,
            ..before
        };
        if now.sealed {
            fault!("recover.sealed");
        }
        change.packs.push(now);
        Ok(now)
    }

    /// Makes a batch of blobs durable with one sync. Blobs already stored are not written again.
    pub(crate) fn put(&mut self, blobs: &[(Commitment, &[u8])]) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        let last = self.catch_up()?;
        let mut batch = Vec::new();
        let mut found = Vec::new();
        for (commitment, blob) in blobs {
            if self.index.find(commitment)?.is_some() {
                continue;
            }
            let at = batch.len() as u64;
            let header = record::write(&mut batch, commitment, blob)
                .map_err(|e| StoreError::io("cannot compress a blob", &self.dir, &e))?;
            found.push(Place {
                commitment: *commitment,
                pack: 0,
                at,
                span: header.span(),
                raw: header.raw,
            });
        }
        if batch.is_empty() {
            return Ok(());
        }
        let open = self.open_pack(last)?;
        pack::append(&self.dir, open.id, open.scanned, &batch)?;
        for place in &mut found {
            place.pack = open.id;
            place.at += open.scanned;
        }
        let scanned = open.scanned + batch.len() as u64;
        fault!("blobs.index_commit");
        self.index.apply(&Change {
            packs: vec![Pack { scanned, ..open }],
            found,
            ..Change::default()
        })?;
        fault!("blobs.indexed");
        Ok(())
    }

    fn open_pack(&self, last: Option<Pack>) -> Result<Pack, StoreError> {
        match last {
            Some(pack) if !pack.sealed && pack.scanned < FULL => Ok(pack),
            _ => {
                let id = last.map_or(1, |p| p.id + 1);
                pack::create(&self.dir, id)?;
                Ok(Pack {
                    id,
                    scanned: 0,
                    sealed: false,
                })
            }
        }
    }

    /// The bytes of a blob, whole and of the right length; `None` = not stored.
    pub(crate) fn get(&self, commitment: &Commitment) -> Result<Option<Vec<u8>>, StoreError> {
        match self.index.find(commitment)? {
            Some(place) => self.at(&place).map(Some),
            None => Ok(None),
        }
    }

    fn at(&self, place: &Place) -> Result<Vec<u8>, StoreError> {
        let (header, record) = pack::Reader::open(&self.dir, place.pack)?.record(place)?;
        header.unpack(&record).ok_or_else(|| {
            StoreError::corrupt(
                format!("blob {}", place.commitment.0),
                "the stored bytes do not decompress",
            )
        })
    }

    /// Forgets the index and reads every pack again (the first step of `fsck`).
    pub(crate) fn rebuild(&mut self) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        self.index.clear()?;
        self.catch_up().map(drop)
    }

    /// Copies the packs as far as they are whole at this moment; others append to them meanwhile. The index is rebuilt from them.
    pub(crate) fn copy(&mut self, to: &Path) -> Result<(), StoreError> {
        let lock = self.lock()?;
        self.catch_up()?;
        let packs = self.index.packs()?;
        // What lies in a pack is never changed, and a failed batch is cut back to where it began: no need to keep others waiting.
        drop(lock);
        for known in packs {
            pack::copy(&self.dir, known.id, known.scanned, to)?;
        }
        pack::sync_folder(to)
    }

    /// Every blob there is.
    pub(crate) fn places(&self) -> Result<Vec<Place>, StoreError> {
        let mut all = Vec::new();
        for pack in self.index.packs()? {
            all.extend(self.index.of_pack(pack.id)?);
        }
        Ok(all)
    }
}
