//! The company is the same for the same seed, and what is planted is really there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod bytes;
mod histories;
mod truth;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use tickmark_core::model::time::Day;
use tickmark_sim::{Company, Config, Sink, simulate};

/// Files in memory.
#[derive(Default, PartialEq, Eq)]
pub(crate) struct Files(pub(crate) BTreeMap<String, Vec<u8>>);

impl Sink for Files {
    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), String> {
        assert!(
            self.0.insert(path.to_owned(), bytes.to_vec()).is_none(),
            "{path} twice"
        );
        Ok(())
    }
}

/// The smallest company there is.
pub(crate) fn small(seed: u64) -> Config {
    Config {
        seed,
        people: 30,
        months: 3,
        from: Day::new(2026, 1, 1).unwrap(),
    }
}

/// A file of the library beside the crates.
pub(crate) fn library(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../library")
        .join(path)
}

pub(crate) fn files(company: &Company) -> Files {
    let mut files = Files::default();
    company.write_to(&mut files).unwrap();
    files
}

pub(crate) fn lived(config: &Config) -> Company {
    simulate(config).unwrap()
}
