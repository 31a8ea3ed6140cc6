//! Tests of the room through its front door: jobs in, answers and outcomes out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that meets the unexpected should stop, and owns its files"
)]

mod answers;
mod fixtures;
mod functions;
mod hostile;
mod process;
mod sample;
mod second_opinion;
mod stored;
mod whole_tests;
