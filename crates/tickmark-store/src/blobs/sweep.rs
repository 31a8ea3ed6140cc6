//! Removing what no leaf names: the live records of a pack move to a new one, then the old file goes.

use std::{collections::HashSet, path::Path};

use tickmark_log::commitment::Commitment;

use super::{
    Blobs,
    index::{Change, Pack, Place},
    pack,
};
use crate::{error::StoreError, fault::fault};

/// Bytes copied with one sync.
const BATCH: usize = 8 << 20;

/// What a sweep removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Blobs that no leaf names.
    pub blobs: u64,
    /// Salts whose blob no leaf names.
    pub salts: u64,
    /// Bytes freed in the packs, torn tails included.
    pub bytes: u64,
}

impl Blobs {
    /// Rewrites every pack that holds bytes of no live blob. The caller holds the store alone.
    pub(crate) fn sweep(&mut self, live: &HashSet<Commitment>) -> Result<Swept, StoreError> {
        let _lock = self.lock()?;
        fault!("sweep.locked");
        let mut last = self.catch_up()?.map_or(0, |p| p.id);
        let mut swept = Swept::default();
        for old in self.index.packs()? {
            let (keep, drop): (Vec<Place>, Vec<Place>) = self
                .index
                .of_pack(old.id)?
                .into_iter()
                .partition(|p| live.contains(&p.commitment));
            let kept: u64 = keep.iter().map(|p| p.span).sum();
            if kept == old.scanned {
                continue;
            }
            swept.blobs += drop.len() as u64;
            swept.bytes += old.scanned - kept;
            last += 1;
            self.rewrite(old, &keep, last)?;
        }
        Ok(swept)
    }

    fn rewrite(&mut self, old: Pack, keep: &[Place], id: u32) -> Result<(), StoreError> {
        let mut change = Change {
            gone: vec![old.id],
            ..Change::default()
        };
        if !keep.is_empty() {
            pack::create(&self.dir, id)?;
            let reader = pack::Reader::open(&self.dir, old.id)?;
            let (mut written, mut batch) = (0, Vec::new());
            for place in keep {
                change.moved.push(Place {
                    pack: id,
                    at: written + batch.len() as u64,
                    ..*place
                });
                batch.extend_from_slice(&reader.record(place)?.1);
                if batch.len() > BATCH {
                    pack::append(&self.dir, id, written, &batch)?;
                    written += batch.len() as u64;
                    batch.clear();
                }
            }
            fault!("sweep.half_copied");
            pack::append(&self.dir, id, written, &batch)?;
            let at = written + batch.len() as u64;
            fault!("sweep.copied");
            change.packs.push(Pack {
                id,
                scanned: at,
                sealed: old.sealed,
            });
        }
        fault!("sweep.index_commit");
        self.index.apply(&change)?;
        self.index.settle()?;
        fault!("sweep.switched");
        remove(&self.dir, old.id)
    }
}

fn remove(dir: &Path, id: u32) -> Result<(), StoreError> {
    let path = pack::path(dir, id);
    std::fs::remove_file(&path).map_err(|e| StoreError::io("cannot remove a pack", &path, &e))?;
    fault!("sweep.removed");
    pack::sync_folder(dir)
}
