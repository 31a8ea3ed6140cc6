//! Pack files: bytes appended and synced, never changed.

use std::{
    fs::{File, OpenOptions},
    io::Read as _,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use super::{
    index::Place,
    record::{HEADER, Header},
};
use crate::{error::StoreError, fault::fault};

/// The file of a pack.
pub(crate) fn path(dir: &Path, id: u32) -> PathBuf {
    dir.join(format!("{id:08}.pack"))
}

/// The packs that lie in a folder and their sizes, by id.
pub(crate) fn list(dir: &Path) -> Result<Vec<(u32, u64)>, StoreError> {
    let failed = |e: std::io::Error| StoreError::io("cannot list packs", dir, &e);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let id = name
            .to_str()
            .and_then(|n| n.strip_suffix(".pack"))
            .and_then(|n| n.parse().ok());
        if let Some(id) = id {
            found.push((id, entry.metadata().map_err(failed)?.len()));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Makes a new pack whose name survives a power loss.
pub(crate) fn create(dir: &Path, id: u32) -> Result<(), StoreError> {
    let path = path(dir, id);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .map_err(|e| StoreError::io("cannot make a pack", &path, &e))?;
    fault!("blobs.pack_created");
    sync_folder(dir)?;
    fault!("blobs.folder_synced");
    Ok(())
}

/// Puts the names in a folder on the disk.
#[allow(clippy::disallowed_methods, reason = "this room owns its files")]
pub(crate) fn sync_folder(dir: &Path) -> Result<(), StoreError> {
    let sync = || File::open(dir)?.sync_all();
    sync().map_err(|e| StoreError::io("cannot sync the folder", dir, &e))
}

/// Appends `batch` at `at` and syncs once. On failure the pack is cut back to `at`, so that a full disk gets its
/// room back and no half batch stays; if even that fails, the next look at the pack seals it.
pub(crate) fn append(dir: &Path, id: u32, at: u64, batch: &[u8]) -> Result<(), StoreError> {
    let path = path(dir, id);
    let failed = |e: &std::io::Error| StoreError::io("cannot write a pack", &path, e);
    let file = OpenOptions::new()
        .write(true)
        .open(&path)
        .map_err(|e| failed(&e))?;
    let write = || {
        let (first, rest) = batch.split_at(batch.len() / 2);
        file.write_all_at(first, at)?;
        fault!("blobs.half_written");
        file.write_all_at(rest, at + first.len() as u64)?;
        fault!("blobs.written");
        file.sync_data()
    };
    write().map_err(|e| {
        let _ = file.set_len(at).and_then(|()| file.sync_all());
        failed(&e)
    })?;
    fault!("blobs.synced");
    Ok(())
}

/// Copies the first bytes of a pack into another folder and puts them on the disk.
#[allow(clippy::disallowed_methods, reason = "this room owns its files")]
pub(crate) fn copy(dir: &Path, id: u32, length: u64, to: &Path) -> Result<(), StoreError> {
    let (from, to) = (path(dir, id), path(to, id));
    let copied = || {
        let mut target = OpenOptions::new().write(true).create_new(true).open(&to)?;
        let copied = std::io::copy(&mut File::open(&from)?.take(length), &mut target)?;
        target.sync_all()?;
        Ok(copied)
    };
    let copied = copied().map_err(|e| StoreError::io("cannot copy a pack", &to, &e))?;
    if copied == length {
        Ok(())
    } else {
        Err(StoreError::corrupt(
            from.display().to_string(),
            format!("the pack has {copied} bytes, {length} were written"),
        ))
    }
}

/// An open pack to read from.
pub(crate) struct Reader {
    file: File,
    path: PathBuf,
    id: u32,
}

impl Reader {
    #[allow(clippy::disallowed_methods, reason = "this room owns its files")]
    pub(crate) fn open(dir: &Path, id: u32) -> Result<Self, StoreError> {
        let path = path(dir, id);
        let file = File::open(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => {
                StoreError::corrupt(path.display().to_string(), "the pack is missing")
            }
            _ => StoreError::io("cannot read a pack", &path, &e),
        })?;
        Ok(Reader { file, path, id })
    }

    /// Puts the bytes found here on the disk: they were read from the cache, perhaps of a writer that died before its sync.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        self.file
            .sync_data()
            .map_err(|e| StoreError::io("cannot sync a pack", &self.path, &e))
    }

    fn bytes(&self, at: u64, length: u64) -> Result<Vec<u8>, StoreError> {
        let failed = |e: &std::io::Error| StoreError::io("cannot read a pack", &self.path, e);
        let mut bytes =
            vec![0; usize::try_from(length).map_err(|e| failed(&std::io::Error::other(e)))?];
        match self.file.read_exact_at(&mut bytes, at) {
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => Err(StoreError::corrupt(
                self.place(at),
                "the pack ends inside a record",
            )),
            Err(e) => Err(failed(&e)),
            Ok(()) => Ok(bytes),
        }
    }

    fn place(&self, at: u64) -> String {
        format!("{} at byte {at}", self.path.display())
    }

    /// The record at a known place, checked.
    pub(crate) fn record(&self, place: &Place) -> Result<(Header, Vec<u8>), StoreError> {
        let bytes = self.bytes(place.at, place.span)?;
        match Header::parse(&bytes) {
            Some(h) if h.commitment == place.commitment && h.holds(&bytes) => Ok((h, bytes)),
            _ => Err(StoreError::corrupt(
                self.place(place.at),
                format!("the record of blob {} is damaged", place.commitment.0),
            )),
        }
    }

    /// Finds every whole record in `from..size`; the flag says whether all bytes belonged to one.
    pub(crate) fn scan(&self, from: u64, size: u64) -> Result<(Vec<Place>, bool), StoreError> {
        let (mut found, mut whole, mut at) = (Vec::new(), true, from);
        while at < size {
            match self.try_record(at, size)? {
                Some(place) => {
                    at += place.span;
                    found.push(place);
                }
                None => {
                    whole = false;
                    at = self.next_magic(at + 1, size)?;
                }
            }
        }
        Ok((found, whole))
    }

    fn try_record(&self, at: u64, size: u64) -> Result<Option<Place>, StoreError> {
        if size - at < HEADER as u64 {
            return Ok(None);
        }
        let Some(header) = Header::parse(&self.bytes(at, HEADER as u64)?) else {
            return Ok(None);
        };
        if header.span() > size - at || !header.holds(&self.bytes(at, header.span())?) {
            return Ok(None);
        }
        Ok(Some(Place {
            commitment: header.commitment,
            pack: self.id,
            at,
            span: header.span(),
            raw: header.raw,
        }))
    }

    /// Where the next record may begin after damaged bytes (`size` = nowhere).
    fn next_magic(&self, from: u64, size: u64) -> Result<u64, StoreError> {
        const WINDOW: u64 = 1 << 20;
        let mut at = from;
        while at < size {
            let window = self.bytes(at, WINDOW.min(size - at))?;
            if let Some(found) = window.windows(4).position(|w| w == b"TMB1") {
                return Ok(at + found as u64);
            }
            if at + WINDOW >= size {
                break;
            }
            at += WINDOW - 3;
        }
        Ok(size)
    }
}
