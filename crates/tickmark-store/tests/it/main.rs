//! The store against crashes, full disks, other writers and rotten bits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise, and it is the test that reads files and the environment"
)]

mod child;
mod copy;
mod disk;
mod kill;
mod model;
mod oracle;
mod rot;
mod writers;
