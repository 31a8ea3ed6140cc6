//! Test data beside the checkout.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// Unpacks one archive of the test data; `None`, said aloud, if there is none on this machine.
pub fn unpack(name: &str) -> Option<TempDir> {
    let archive = folder().map(|dir| dir.join(format!("{name}.tar.gz")));
    let Some(archive) = archive.filter(|path| path.exists()) else {
        // Past the test runner, which shows the output of failing tests only.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: no test data `{name}` (set TICKMARK_TEST_DATA to its folder)"
        );
        return None;
    };
    let dir = tempfile::tempdir().unwrap();
    let mut tar = Command::new("tar");
    tar.arg("xzf").arg(&archive).arg("-C").arg(dir.path());
    assert!(tar.status().unwrap().success(), "tar {}", archive.display());
    Some(dir)
}

fn folder() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("TICKMARK_TEST_DATA") {
        return Some(PathBuf::from(dir));
    }
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|dir| dir.join("../shared/data"))
        .find(|dir| dir.is_dir())
}

/// The text of a gzip file.
pub fn gunzip(path: &Path) -> String {
    let out = Command::new("gzip").arg("-dc").arg(path).output().unwrap();
    assert!(out.status.success(), "gzip {}", path.display());
    String::from_utf8(out.stdout).unwrap()
}
