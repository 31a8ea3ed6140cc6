//! Tests of the core from outside: what people read, laws and vectors.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests read fixtures and stop at the first surprise"
)]

mod clock;
mod data;
mod decide;
mod documents;
mod facts_history;
mod facts_library;
mod facts_plans;
mod facts_read;
mod judge_defects;
mod judge_library;
mod judge_semantics;
mod kinds;
mod laws;
mod notices;
mod registers;
mod report;
mod schedule;
