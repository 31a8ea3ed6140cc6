//! One pass over all leaves: envelope, hash, root, idempotency keys. Nothing is allocated per leaf but its place in two
//! lists.

use super::ahead::Ahead;
use super::{Options, Problem};
use crate::bundle::Frames;
use crate::cbor::Value;
use crate::checkpoint::Checkpoint;
use crate::commitment::Commitment;
use crate::digest::Digest;
use crate::hex;
use crate::keys::VerifierKey;
use crate::leaf::{LeafView, Side};
use crate::tree::Frontier;
use std::collections::BTreeSet;

/// What the pass found.
pub(super) struct Leaves<'a> {
    /// Every mention of a blob.
    pub uses: Vec<BlobUse>,
    /// Blobs that were destroyed.
    pub erased: BTreeSet<Commitment>,
    /// Root over the leaves of the accepted checkpoint.
    pub since_root: Option<Digest>,
    /// Leaves of side auditor whose key was not given.
    pub unknown_auditor: u64,
    /// First leaf and number of leaves that claim a time after the earliest cosignature.
    pub future: Option<(u64, u64)>,
    /// Indexes of `collection.intent` leaves without result or error.
    pub open_intents: BTreeSet<u64>,
    keys: Vec<(u64, &'a [u8; 32])>,
}

/// A blob as one leaf names it.
#[derive(Clone, Copy)]
pub(super) struct BlobUse {
    pub commitment: Commitment,
    pub length: u64,
    /// The payload names more blobs.
    pub list: bool,
}

/// Checks all leaves against the signed size and root.
pub(super) fn pass<'a>(
    bytes: &'a [u8],
    checkpoint: &Checkpoint,
    options: &Options<'_>,
    cosignatures: &[(String, u64)],
    ahead: &Ahead<'_>,
) -> Result<Leaves<'a>, Problem> {
    let mut leaves = Leaves {
        uses: Vec::new(),
        erased: BTreeSet::new(),
        since_root: None,
        unknown_auditor: 0,
        future: None,
        open_intents: BTreeSet::new(),
        keys: Vec::new(),
    };
    let seen_us = cosignatures
        .iter()
        .map(|(_, time_s)| time_s.saturating_mul(1_000_000))
        .min();
    let since_size = options.since.map(|(accepted, _)| accepted.size);
    let mut frontier = Frontier::new();
    for frame in Frames::new(bytes) {
        leaves.note_since(since_size, &frontier);
        let index = frontier.size();
        let leaf = frame.map_err(|error| Problem::new("leaves", error))?;
        let at = |error| Problem::new("leaf", format!("leaf {index}: {error}"));
        let view = LeafView::read(leaf, index).map_err(at)?;
        frontier.append(ahead.hash(index, leaf));
        leaves.signature(&view, index, options.auditor_keys)?;
        leaves.take(&view, index, seen_us);
        leaves.erase(&view);
    }
    leaves.note_since(since_size, &frontier);
    if frontier.size() != checkpoint.size {
        let text = format!(
            "{} leaves, the checkpoint signs {}",
            frontier.size(),
            checkpoint.size
        );
        return Err(Problem::new("size", text));
    }
    if frontier.root() != checkpoint.root {
        return Err(Problem::new(
            "root",
            "the leaves are not those that the checkpoint signs",
        ));
    }
    leaves.unique_keys()?;
    Ok(leaves)
}

impl<'a> Leaves<'a> {
    fn note_since(&mut self, since_size: Option<u64>, frontier: &Frontier) {
        if since_size == Some(frontier.size()) {
            self.since_root = Some(frontier.root());
        }
    }

    fn signature(
        &mut self,
        view: &LeafView<'_>,
        index: u64,
        keys: &[VerifierKey],
    ) -> Result<(), Problem> {
        let Some(signature) = &view.signature else {
            return Ok(());
        };
        let mut named = keys
            .iter()
            .filter(|key| key.id() == signature.key_id)
            .peekable();
        if named.peek().is_none() {
            self.unknown_auditor += u64::from(view.side == Side::Auditor);
            return Ok(());
        }
        let signed = view.signed_bytes();
        if named.any(|key| key.verify(&signed, &signature.signature)) {
            return Ok(());
        }
        Err(Problem::new(
            "leaf",
            format!("leaf {index}: signature of an auditor's key is not valid"),
        ))
    }

    fn take(&mut self, view: &LeafView<'a>, index: u64, seen_us: Option<u64>) {
        self.keys.push((prefix(view.key), view.key));
        if seen_us.is_some_and(|seen_us| view.time_us > seen_us) {
            let (first, count) = self.future.unwrap_or((index, 0));
            self.future = Some((first, count + 1));
        }
        match view.kind {
            "collection.intent" => {
                self.open_intents.insert(index);
            }
            "collection.result" | "collection.error" if !self.open_intents.is_empty() => {
                for reference in view.refs() {
                    self.open_intents.remove(&reference);
                }
            }
            _ => {}
        }
        for (role, commitment, length) in view.blobs() {
            let list = role == "list";
            self.uses.push(BlobUse {
                commitment,
                length,
                list,
            });
        }
    }

    /// An `erased` leaf names the destroyed blob under key 1 of its body (`docs/format/kinds.md`).
    fn erase(&mut self, view: &LeafView<'_>) {
        if view.kind != "erased" {
            return;
        }
        if let Ok(body) = view.body()
            && let Some(Value::Bytes(old)) = body.get(&1)
            && let Ok(old) = old.as_slice().try_into()
        {
            self.erased.insert(Commitment(Digest(old)));
        }
    }

    /// Idempotency keys must differ. Sorting by the first eight bytes is enough unless someone chose equal ones.
    fn unique_keys(&mut self) -> Result<(), Problem> {
        self.keys.sort_unstable_by_key(|key| key.0);
        let crowded = self
            .keys
            .windows(2)
            .any(|pair| matches!(pair, [left, right] if left.0 == right.0));
        if !crowded {
            return Ok(());
        }
        self.keys.sort_unstable_by_key(|key| key.1);
        for pair in self.keys.windows(2) {
            if let [left, right] = pair
                && left.1 == right.1
            {
                let key = hex::encode(left.1);
                return Err(Problem::new(
                    "leaf",
                    format!("two leaves have the idempotency key {key}"),
                ));
            }
        }
        Ok(())
    }
}

/// The first eight bytes as a number: compares as the bytes do.
pub(super) fn prefix(key: &[u8; 32]) -> u64 {
    key.first_chunk()
        .map_or(0, |first| u64::from_be_bytes(*first))
}
