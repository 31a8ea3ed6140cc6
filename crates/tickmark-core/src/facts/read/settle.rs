//! Completes a witness: counts what the fetched pages hold and names what cannot be read.

use std::collections::BTreeSet;

use crate::facts::mapping::Mapping;
use crate::facts::row::Row;
use crate::facts::schema::Schema;
use crate::model::manifest::{End, Manifest, Records, Unit};

use super::{FACTS_VERSION, PageBytes, Read, ReadError, Reader, says_once};

/// Reads the pages of a draft manifest and fills its records, rejections and counts, and the records of each page.
///
/// A count at the source that does not come out is a mismatch, and a collection with a mismatch is partial: it covers no time. So is one
/// with a record that belongs to no item: nobody can say which item it speaks of, so nothing is complete without it. So is one with a
/// record that is unreadable where the schema promises a value: a view that joins on it would lose the item without a trace. Nor is a
/// list complete that says two things about one item.
///
/// # Errors
/// A page that cannot be had, or CSV headings that do not fit.
pub fn settle<E: std::fmt::Display>(
    manifest: &mut Manifest,
    mapping: &Mapping,
    schema: &Schema,
    mut blob: impl FnMut(u32) -> Result<Vec<u8>, E>,
) -> Result<(), ReadError> {
    let params = manifest.params.clone();
    let once = says_once(manifest);
    let mut reader = Reader::new(mapping, schema, &params, 0, manifest.observed.1).each_once(once);
    let promised = promised(schema);
    let mut rejections = Vec::new();
    let mut bad_parents = BTreeSet::new();
    let (mut placeless, mut contradicts) = (false, false);
    for page in &mut manifest.pages {
        let bytes = blob(page.blob).map_err(|e| ReadError::Page {
            leaf: 0,
            blob: page.blob,
            why: e.to_string(),
        })?;
        let here = PageBytes {
            blob: page.blob,
            parent: &page.parent,
            with: &page.with,
            bytes: &bytes,
        };
        let mut bad = false;
        page.items = reader.page(here, &mut |read| {
            if let Read::Rejected(rejected) = read {
                rejections.push(rejected.rejection);
                bad = true;
                let lost = |row: &Row| row.unknown & promised != 0;
                placeless |= here.parent.is_empty() && rejected.row.as_ref().is_none_or(lost);
                contradicts |= rejected.contradicts;
            }
        })?;
        if bad && !page.parent.is_empty() {
            bad_parents.insert(page.parent.clone());
        }
    }
    let records = reader.records();
    manifest.records = Records {
        stored: records.stored,
        rejected: rejections.len() as u64,
    };
    manifest.rejections = rejections;
    manifest.facts = FACTS_VERSION;
    match manifest.count.of {
        Unit::Records => count_records(manifest),
        Unit::Parents => {
            // A parent with a gap is unknown already.
            let known = manifest
                .gaps
                .iter()
                .map(|gap| gap.item.as_str())
                .collect::<BTreeSet<_>>();
            let newly = bad_parents
                .iter()
                .filter(|parent| !known.contains(parent.as_str()))
                .count() as u64;
            manifest.count.rejected = newly.min(manifest.count.stored);
            manifest.count.stored -= manifest.count.rejected;
        }
    }
    if (manifest.count.mismatch > 0 || placeless || contradicts) && manifest.end == End::Complete {
        manifest.end = End::Partial;
        manifest.covered.clear();
    }
    Ok(())
}

/// The columns that are never unknown, as bits of `_unknown`.
fn promised(schema: &Schema) -> u64 {
    let columns = schema.columns.iter().filter(|c| !c.can_be.unknown);
    columns.fold(0, |mask, c| mask | schema.mask(c.name.as_str()))
}

/// stored + rejected + unknown + mismatch = at_source. Too many is a mismatch as well as too few.
fn count_records(manifest: &mut Manifest) {
    let (stored, rejected) = (manifest.records.stored, manifest.records.rejected);
    let count = &mut manifest.count;
    count.rejected = rejected;
    count.stored = stored;
    let Some(at_source) = count.at_source else {
        return;
    };
    count.mismatch = at_source
        .abs_diff(
            stored
                .saturating_add(rejected)
                .saturating_add(count.unknown),
        )
        .min(at_source);
    count.rejected = rejected.min(at_source - count.mismatch);
    count.unknown = count
        .unknown
        .min(at_source - count.mismatch - count.rejected);
    count.stored = at_source - count.mismatch - count.rejected - count.unknown;
}
