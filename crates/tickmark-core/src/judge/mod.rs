//! Judge: the library of controls and tests, and what a test says about a population.
//!
//! Facts come in as tables behind the trait [`populations::Populations`]; one row an item comes out, and
//! [`tally`] turns rows into counts, a result and digests. Nothing here knows an SQL engine: a test is compiled
//! to the text of one `SELECT`, and whoever implements the trait runs it.

pub mod compile;
pub mod coverage;
pub mod expr;
pub mod fixtures;
pub mod freshness;
pub mod interpret;
pub mod job;
pub mod library;
pub mod literal;
pub mod occurrence;
pub mod outcome;
pub mod populations;
pub mod spec;
pub mod sql;
pub mod tally;
pub mod window;
