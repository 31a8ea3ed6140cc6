//! Reading what was just fetched, so that the witness tells how many records it holds and which could not be read.

use tickmark_core::{
    facts::read::{self, Read},
    model::manifest::{Manifest, Records, Unit},
};

use super::mappings::Mapped;
use crate::{
    error::{Error, Result},
    ledger::Ledger,
    records::Records as _,
};
use tickmark_core::model::decide::Stored;

/// Reads the stored pages and completes the manifest's counts.
pub(super) fn complete(
    ledger: &Ledger,
    pages: &[Stored],
    mapped: &Mapped<'_>,
    manifest: &mut Manifest,
) -> Result<()> {
    let mut rejections = Vec::new();
    let page = |blob: u32| {
        let stored = usize::try_from(blob).ok().and_then(|i| pages.get(i));
        let stored = stored.ok_or_else(|| Error::bug(format!("page {blob} was not stored")))?;
        ledger.blob(&stored.commitment)
    };
    let mut out = |read: Read| {
        if let Read::Rejected(rejected) = read {
            rejections.push(rejected.rejection);
        }
    };
    let records = read::collection(0, manifest, &mapped.mapping, mapped.schema, page, &mut out)
        .map_err(Error::user)?;
    manifest.records = Records {
        stored: records.stored,
        rejected: records.rejected,
    };
    if manifest.count.of == Unit::Records {
        let moved = records.rejected.min(manifest.count.stored);
        manifest.count.stored -= moved;
        manifest.count.rejected += moved;
    }
    manifest.rejections = rejections;
    Ok(())
}
