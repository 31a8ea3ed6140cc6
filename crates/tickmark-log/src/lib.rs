//! The trusted base of Tickmark: leaves, Merkle tree, notes, policy, bundle, verdicts.
