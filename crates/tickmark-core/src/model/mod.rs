//! The nouns of an examination: time, ids, documents, ledger bodies, and the state that a ledger folds to.
//!
//! Everything here is parsed once at the door and pure: time and chance are arguments, bytes come from the caller.

pub mod body;
pub mod calendar;
pub mod canonical;
pub mod citation;
pub mod clock;
pub mod decide;
pub mod diagnostic;
mod digest_text;
pub mod document;
pub mod frozen;
pub mod ids;
pub mod manifest;
pub mod notices;
pub mod path;
pub mod registers;
pub mod rows;
pub mod schedule;
pub mod state;
pub mod time;
pub mod yaml;
