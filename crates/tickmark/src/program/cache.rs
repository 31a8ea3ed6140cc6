//! The folded state on disk, as MessagePack: quicker than folding again, and safe to delete.
#![allow(
    clippy::disallowed_methods,
    reason = "the engine owns the program directory"
)]

use std::{fs, path::PathBuf};

use tickmark_core::model::state::State;
use tickmark_log::digest::Digest;

use super::Program;

/// New entries after which the folded state is worth keeping.
pub(super) const CACHE_AFTER: u64 = 64;

impl Program {
    pub(super) fn cached(&self, head: u64) -> Option<State> {
        let entries = fs::read_dir(self.cache()).ok()?;
        let mut best: Option<(u64, PathBuf)> = None;
        for path in entries.flatten().map(|e| e.path()) {
            let name = path.file_name()?.to_string_lossy().into_owned();
            let size = name
                .strip_prefix("state-")
                .and_then(|n| n.split('-').next())
                .and_then(|n| n.parse::<u64>().ok());
            if let Some(size) =
                size.filter(|s| *s <= head && best.as_ref().is_none_or(|(b, _)| b < s))
            {
                best = Some((size, path));
            }
        }
        let (size, path) = best?;
        let root = self.root_at(size)?;
        let expected = state_name(size, &root);
        (path.file_name()?.to_string_lossy() == expected)
            .then(|| fs::read(&path).ok())
            .flatten()
            .and_then(|bytes| {
                rmp_serde::from_slice::<State>(&bytes)
                    .ok()
                    .filter(|s| s.size == size)
            })
    }

    /// The root at an earlier size, where it is known without hashing everything again.
    fn root_at(&self, size: u64) -> Option<Digest> {
        let head = self.ledger.head().ok()?;
        if head.size == size {
            return Some(head.root);
        }
        let hashes = self.ledger.store().leaf_hashes(0..size).ok()?;
        Some(tickmark_log::tree::root(&hashes))
    }

    pub(super) fn keep(&self, state: &State, root: &Digest) {
        let folder = self.cache();
        let path = folder.join(state_name(state.size, root));
        let Ok(bytes) = rmp_serde::to_vec(state) else {
            return;
        };
        if fs::create_dir_all(&folder).is_err() {
            return;
        }
        for old in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if old.file_name().to_string_lossy().starts_with("state-") {
                let _ = fs::remove_file(old.path());
            }
        }
        let part = path.with_extension(format!("{}.part", std::process::id()));
        if fs::write(&part, bytes).is_ok() {
            let _ = fs::rename(part, path);
        }
    }
}

fn state_name(size: u64, root: &Digest) -> String {
    let root = root.to_string();
    format!(
        "state-{size}-{}-{}",
        root.get(..8).unwrap_or_default(),
        env!("CARGO_PKG_VERSION")
    )
}
