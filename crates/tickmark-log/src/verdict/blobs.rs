//! Disclosed blobs against their commitments. A blob that is not in the bundle is withheld or erased, never missing.

use super::Problem;
use super::leaves::{BlobUse, Leaves, prefix};
use crate::bundle::{BLOBS, Bundle, SaltTable};
use crate::commitment::{Commitment, Salt, commit};
use std::collections::BTreeSet;

/// Distinct blobs that leaves, and disclosed lists, commit to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlobCount {
    /// All of them.
    pub committed: u64,
    /// In the bundle, and equal to what was committed.
    pub disclosed: u64,
    /// Not in the bundle; an `erased` leaf says that salt and bytes were destroyed.
    pub erased: u64,
    /// Not in the bundle without such a leaf.
    pub withheld: u64,
}

/// A disclosed blob and whether a leaf names it.
struct Disclosed<'a> {
    commitment: Commitment,
    bytes: &'a [u8],
    bound: bool,
    /// A list that a thousand leaves name is opened once.
    opened: bool,
}

pub(super) fn check(
    bundle: &Bundle<'_>,
    salts: &[u8],
    leaves: Leaves<'_>,
) -> Result<BlobCount, Problem> {
    let mut disclosed = opened(bundle, salts)?;
    let mut uses = leaves.uses;
    // What a list names is no list itself: one pass over the mentions in leaves is enough.
    for at in 0..uses.len() {
        let Some(blob) = uses.get(at).copied() else {
            break;
        };
        bind(&blob, &mut disclosed)?;
        if blob.list
            && let Some(at) = find(&disclosed, &blob.commitment)
            && let Some(list) = disclosed.get_mut(at)
            && !std::mem::replace(&mut list.opened, true)
        {
            let payload = list.bytes;
            for listed in items(payload, &blob.commitment)? {
                bind(&listed, &mut disclosed)?;
                uses.push(listed);
            }
        }
    }
    if let Some(loose) = disclosed.iter().find(|blob| !blob.bound) {
        return Err(Problem::new(
            "blob",
            format!("no leaf commits to blob {}", loose.commitment),
        ));
    }
    Ok(counted(uses, &leaves.erased, &disclosed))
}

/// Recomputes the commitment of every disclosed blob; entries and salts come in the same order.
fn opened<'a>(bundle: &Bundle<'a>, salts: &[u8]) -> Result<Vec<Disclosed<'a>>, Problem> {
    let table = SaltTable::parse(salts).map_err(|error| Problem::new("salts", error))?;
    let salts: Vec<(Commitment, Salt)> = table.iter().collect();
    let entries: Vec<_> = bundle.below(BLOBS).collect();
    if salts.len() != entries.len() {
        let text = format!(
            "{} salts for {} disclosed blobs",
            salts.len(),
            entries.len()
        );
        return Err(Problem::new("salts", text));
    }
    let mut disclosed = Vec::with_capacity(entries.len());
    for (entry, (commitment, salt)) in entries.iter().zip(&salts) {
        let named = entry
            .path
            .strip_prefix(BLOBS)
            .and_then(|name| name.parse().ok());
        if named != Some(*commitment) {
            return Err(Problem::new(
                "salts",
                format!("no salt for entry `{}`", entry.path),
            ));
        }
        if commit(salt, entry.bytes) != *commitment {
            return Err(Problem::new(
                "blob",
                format!("blob {commitment} is not what was committed"),
            ));
        }
        disclosed.push(Disclosed {
            commitment: *commitment,
            bytes: entry.bytes,
            bound: false,
            opened: false,
        });
    }
    Ok(disclosed)
}

fn find(disclosed: &[Disclosed<'_>], commitment: &Commitment) -> Option<usize> {
    disclosed
        .binary_search_by_key(commitment, |blob| blob.commitment)
        .ok()
}

fn bind(blob: &BlobUse, disclosed: &mut [Disclosed<'_>]) -> Result<(), Problem> {
    let at = find(disclosed, &blob.commitment);
    if let Some(found) = at.and_then(|at| disclosed.get_mut(at)) {
        if found.bytes.len() as u64 != blob.length {
            let text = format!(
                "blob {} has another length than a leaf says",
                blob.commitment
            );
            return Err(Problem::new("blob", text));
        }
        found.bound = true;
    }
    Ok(())
}

/// The payload of a `list`: commitment (32 bytes) and length (u64 big endian), n times; what it names is no list itself.
fn items(payload: &[u8], list: &Commitment) -> Result<Vec<BlobUse>, Problem> {
    let (records, rest) = payload.as_chunks::<40>();
    if !rest.is_empty() {
        return Err(Problem::new(
            "blob",
            format!("list {list} is not records of 40 bytes"),
        ));
    }
    let read = |record: &[u8; 40]| {
        let (commitment, length) = (record.first_chunk()?, record.last_chunk()?);
        Some(BlobUse {
            commitment: Commitment(crate::digest::Digest(*commitment)),
            length: u64::from_be_bytes(*length),
            list: false,
        })
    };
    Ok(records.iter().filter_map(read).collect())
}

fn counted(
    mut uses: Vec<BlobUse>,
    erased: &BTreeSet<Commitment>,
    disclosed: &[Disclosed<'_>],
) -> BlobCount {
    // The first eight bytes decide nearly always.
    uses.sort_unstable_by_key(|blob| (prefix(&blob.commitment.0.0), blob.commitment));
    uses.dedup_by_key(|blob| blob.commitment);
    let hidden = |blob: &&BlobUse| find(disclosed, &blob.commitment).is_none();
    let gone = uses
        .iter()
        .filter(hidden)
        .filter(|blob| erased.contains(&blob.commitment))
        .count() as u64;
    let committed = uses.len() as u64;
    let shown = disclosed.len() as u64;
    BlobCount {
        committed,
        disclosed: shown,
        erased: gone,
        // Every disclosed blob is bound, so the three parts never exceed the whole.
        withheld: committed.saturating_sub(shown).saturating_sub(gone),
    }
}
