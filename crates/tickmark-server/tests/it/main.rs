//! The server over real HTTP, with a company that stands still; and its pages, whatever is in them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod api;
mod attacks;
mod browser;
mod company;
mod door;
mod handing;
mod headers;
mod look;
mod members;
mod operating;
mod own;
mod pages;
mod pdf;
mod recorded;
mod registers;
mod rights;
mod site;
mod sso;
mod trust;
mod watermark;
mod writing;
