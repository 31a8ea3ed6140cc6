//! What Tickmark knows, without effects: no I/O, no clock, no async.
//!
//! Four modules with arrows between them that `cargo xtask tidy` checks: `model` (nouns, documents, state, decisions) is used by
//! `facts` (raw bytes to typed rows), which is used by `judge` (library, tests, coverage); `report` uses `model` alone.

pub mod facts;
pub mod judge;
pub mod model;
pub mod report;
