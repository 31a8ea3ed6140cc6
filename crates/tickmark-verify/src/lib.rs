//! The auditor's small verifier, witness and key maker.
