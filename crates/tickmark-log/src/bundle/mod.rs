//! The bundle: everything the auditor needs in one canonical file (`docs/format/bundle.md`).
//!
//! ```text
//! TICKMARK-BUNDLE 1 LF
//! path SP length LF bytes        for each entry, paths strictly ascending by their bytes
//! SHA-256 of all before          32 bytes
//! ```
//!
//! One byte string per content: no archive format, no extraction, nothing the verifier does not look at.

mod entries;
mod manifest;
mod path;
mod read;
mod write;

pub use entries::{EntryError, Frames, SaltTable, framed_len, push_frame, salt_table};
pub use manifest::{check as check_manifest, sign as sign_manifest};
pub use path::{BLOBS, LIBRARY, is_path};
pub use read::{Bundle, BundleError, Entry};
pub use write::{Parts, WriteError, Writer, write};

/// First line of the file.
pub const MAGIC: &[u8] = b"TICKMARK-BUNDLE 1\n";
