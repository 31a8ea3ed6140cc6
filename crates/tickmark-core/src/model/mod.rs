//! The nouns of an examination: time, ids, documents, ledger bodies, and the state that a ledger folds to.
//!
//! Everything here is parsed once at the door and pure: time and chance are arguments, bytes come from the caller.

pub mod canonical;
pub mod citation;
pub mod clock;
pub mod diagnostic;
pub mod ids;
pub mod manifest;
pub mod path;
pub mod time;
pub mod yaml;
