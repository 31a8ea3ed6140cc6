//! Test data beside the checkout, and the library's files.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tickmark_core::facts::schema::Schema;

/// Unpacks one archive of the test data; `None`, said aloud, if there is none on this machine.
pub fn unpack(name: &str) -> Option<TempDir> {
    let Some(archive) = folder()
        .map(|dir| dir.join(format!("{name}.tar.gz")))
        .filter(|path| path.exists())
    else {
        // Past the test runner, which shows only what failing tests print.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: no test data `{name}` (set TICKMARK_TEST_DATA to its folder)"
        );
        return None;
    };
    let dir = tempfile::tempdir().unwrap();
    let done = Command::new("tar")
        .arg("xzf")
        .arg(&archive)
        .arg("-C")
        .arg(dir.path())
        .status()
        .unwrap();
    assert!(done.success(), "tar {}", archive.display());
    Some(dir)
}

fn folder() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("TICKMARK_TEST_DATA") {
        return Some(PathBuf::from(dir));
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .map(|dir| dir.join("../shared/data"))
        .find(|dir| dir.is_dir())
}

/// The bytes of a gzip file.
pub fn gunzip(path: &Path) -> String {
    let out = Command::new("gzip").arg("-dc").arg(path).output().unwrap();
    assert!(out.status.success(), "gzip {}", path.display());
    String::from_utf8(out.stdout).unwrap()
}

/// A file of the library.
pub fn library(path: &str) -> String {
    std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../library")
            .join(path),
    )
    .unwrap()
}

/// A population of the library.
pub fn schema(name: &str) -> Schema {
    let file = format!("populations/{name}.yaml");
    Schema::parse(&file, &library(&file)).unwrap()
}
