//! Consistency proofs (RFC 9162 section 2.1.4): the old tree is a prefix of the new one.

use super::{ProofError, empty_root, node_hash, range, root, split};
use crate::digest::Digest;

/// Proof that the first `old` of these leaf hashes are a prefix of them all; `None` if there are fewer. Empty when old
/// is 0 or all of them.
#[must_use]
pub fn prove(old: u64, leaf_hashes: &[Digest]) -> Option<Vec<Digest>> {
    let (mut from, mut until) = (0, leaf_hashes.len() as u64);
    if old > until {
        return None;
    }
    if old == 0 || old == until {
        return Some(Vec::new());
    }
    let mut proof = Vec::new();
    // RFC 9162: SUBPROOF(m, D_n, b); b is true while the old tree's own root is still known to the verifier.
    let mut known = true;
    while old != until {
        let middle = from + split(until - from);
        if old <= middle {
            proof.push(root(range(leaf_hashes, middle, until)));
            until = middle;
        } else {
            proof.push(root(range(leaf_hashes, from, middle)));
            from = middle;
            known = false;
        }
    }
    if !known {
        proof.push(root(range(leaf_hashes, from, until)));
    }
    proof.reverse();
    Some(proof)
}

/// Checks that the tree of `old` leaves is a prefix of the tree of `new` leaves. All four must come from verified
/// checkpoints: a proof does not bind the sizes (INV-L3).
///
/// # Errors
/// See [`ProofError`].
pub fn verify(
    old: u64,
    new: u64,
    old_root: Digest,
    new_root: Digest,
    proof: &[Digest],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Range);
    }
    if old == new || old == 0 {
        let same = old != new || old_root == new_root;
        let root_holds = same && (old != 0 || old_root == empty_root());
        return match (proof.is_empty(), root_holds) {
            (false, _) => Err(ProofError::Length),
            (true, false) => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    let (first, rest) = if old.is_power_of_two() {
        (&old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(ProofError::Length)?;
        (first, rest)
    };
    let shift = (old - 1).trailing_ones();
    walk(
        (old - 1) >> shift,
        (new - 1) >> shift,
        *first,
        rest,
        old_root,
        new_root,
    )
}

fn walk(
    mut node: u64,
    mut last: u64,
    first: Digest,
    rest: &[Digest],
    old_root: Digest,
    new_root: Digest,
) -> Result<(), ProofError> {
    let (mut old_hash, mut new_hash) = (first, first);
    for hash in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(hash, &old_hash);
            new_hash = node_hash(hash, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, hash);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if old_hash == old_root && new_hash == new_root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}
