//! From wishes to entries to state, and back to what was known.

mod apply;
mod collect;
mod laws;
pub mod ledger;
mod run;
