//! The verifier as a program, and against everything an operator with the log's key could try.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise, read files and start programs"
)]

mod bits;
mod cli;
mod mutate;
#[path = "../../../tickmark-log/tests/it/sample.rs"]
mod sample;
mod second;
