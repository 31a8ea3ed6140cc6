//! The trusted base of Tickmark: leaves, Merkle tree, notes, policy, bundle, verdicts.
//!
//! Pure: bytes in, values out. No files, network, clock or randomness; an auditor can read this crate alone.
//! The formats are written down in `docs/format/`.

pub mod base64;
pub mod bundle;
pub mod cbor;
pub mod checkpoint;
pub mod commitment;
pub mod cosignature;
pub mod digest;
pub mod hex;
pub mod keys;
pub mod leaf;
pub mod note;
pub mod policy;
pub mod tree;
pub mod verdict;
pub mod witness;
