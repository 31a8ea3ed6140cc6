//! Integration tests of collect.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::too_many_arguments,
    reason = "tests"
)]

mod branches;
mod data;
mod faults;
mod files;
mod github;
mod histories;
mod live;
mod oracle;
mod recording;
mod shop;
