//! Reading what was just fetched, so that the witness tells how many records it holds and which could not be read.

use tickmark_core::{
    facts::read,
    model::{decide::Stored, manifest::Manifest},
};

use super::mappings::Mapped;
use crate::{
    error::{Error, Result},
    ledger::Ledger,
    records::Records as _,
};

/// Reads the stored pages and completes the manifest: its counts, its rejections, and whether it covers anything.
pub(super) fn complete(
    ledger: &Ledger,
    pages: &[Stored],
    mapped: &Mapped<'_>,
    manifest: &mut Manifest,
) -> Result<()> {
    let page = |blob: u32| {
        let stored = usize::try_from(blob).ok().and_then(|i| pages.get(i));
        let stored = stored.ok_or_else(|| Error::bug(format!("page {blob} was not stored")))?;
        ledger.blob(&stored.commitment)
    };
    read::settle(manifest, &mapped.mapping, mapped.schema, page).map_err(Error::user)
}

/// Why a collection that was fetched to its end is still not complete: the first record that cannot be read.
pub(super) fn first_rejection(manifest: &Manifest) -> String {
    manifest.rejections.first().map_or_else(String::new, |bad| {
        format!(
            "{} of {} records cannot be read; the first: {}: {}",
            manifest.rejections.len(),
            manifest.records.stored + manifest.records.rejected,
            bad.at,
            bad.why
        )
    })
}
