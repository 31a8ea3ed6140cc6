//! Inclusion proofs (RFC 9162 section 2.1.3).

use super::{ProofError, node_hash, range, root, split};
use crate::digest::Digest;

/// Proof that the leaf at `index` is in the tree over these leaf hashes, from the leaf upwards; `None` if it is not.
#[must_use]
pub fn prove(index: u64, leaf_hashes: &[Digest]) -> Option<Vec<Digest>> {
    let (mut from, mut until) = (0, leaf_hashes.len() as u64);
    if index >= until {
        return None;
    }
    let mut proof = Vec::new();
    while until - from > 1 {
        let middle = from + split(until - from);
        if index < middle {
            proof.push(root(range(leaf_hashes, middle, until)));
            until = middle;
        } else {
            proof.push(root(range(leaf_hashes, from, middle)));
            from = middle;
        }
    }
    proof.reverse();
    Some(proof)
}

/// Checks that the leaf with this hash is at `index` of the tree of `size` leaves and this root. `size` and `root` must
/// come from a verified checkpoint.
///
/// # Errors
/// See [`ProofError`].
pub fn verify(
    index: u64,
    size: u64,
    leaf_hash: Digest,
    proof: &[Digest],
    wanted: Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Range);
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf_hash);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == wanted {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}
