//! Integration tests of core.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod data;
mod facts_history;
mod facts_library;
mod facts_plans;
mod facts_read;
mod judge_defects;
mod judge_library;
