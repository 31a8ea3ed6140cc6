//! The product as a person types it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise"
)]

mod browser;
mod collecting;
mod data;
mod disk;
mod github;
mod histories;
mod keeping;
mod listing;
mod notices;
mod offline;
mod pages;
mod registers;
mod saving;
mod seeds;
mod serving;
mod tour;
mod typed;
mod witness;
mod writers;
