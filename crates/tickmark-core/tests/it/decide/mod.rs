//! From wishes to entries to state, and back to what was known.

mod apply;
mod collect;
mod laws;
mod ledger;
mod run;
