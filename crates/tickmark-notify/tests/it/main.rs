//! Messages over real servers, and what is left of them after a crash.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests start servers and processes, and stop at the first surprise"
)]

mod crash;
mod hooks;
mod listener;
mod mail;
mod model;
mod python;
mod scene;
