//! Tests of the trusted base against its own formats, its laws and public vectors.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod data;
mod format;
mod hostile;
mod laws;
mod sample;
mod vectors;
mod verdicts;
