//! Signing keys on this machine: outside every program directory, readable by their owner only.
#![allow(
    clippy::disallowed_methods,
    reason = "keys are files in the person's own data folder"
)]

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use tickmark_log::keys::{KeyType, SigningKey};

use crate::{
    entropy::Entropy,
    error::{Error, Result, io},
};

/// The folder keys live in: `$XDG_DATA_HOME/tickmark/keys`, or `~/.local/share/tickmark/keys`.
///
/// # Errors
/// Neither `XDG_DATA_HOME` nor `HOME` is set.
pub fn folder() -> Result<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    set("XDG_DATA_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".local/share")))
        .map(|data| data.join("tickmark/keys"))
        .ok_or_else(|| Error::environment("no folder for keys").hint("set HOME or XDG_DATA_HOME"))
}

/// Makes and stores the signing key of a new log.
///
/// # Errors
/// The folder lies inside the program directory, or cannot be written, or the log has a key already.
pub fn create(origin: &str, program: &Path, entropy: &dyn Entropy) -> Result<SigningKey> {
    let folder = folder()?;
    fs::create_dir_all(&folder).map_err(io(&folder))?;
    refuse_inside(&folder, program)?;
    let key =
        SigningKey::from_seed(origin, KeyType::Ed25519, entropy.bytes32()?).map_err(Error::user)?;
    let path = path(&folder, origin);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(io(&path))?;
    writeln!(file, "{}", key.to_private()).map_err(io(&path))?;
    file.sync_all().map_err(io(&path))?;
    Ok(key)
}

/// Loads the signing key of a log.
///
/// # Errors
/// There is none on this machine, or others may read it.
pub fn load(origin: &str) -> Result<SigningKey> {
    let path = path(&folder()?, origin);
    let meta = fs::metadata(&path).map_err(|_| {
        Error::refused(format!("{}: the signing key of `{origin}` is not on this machine", path.display()))
            .hint("copy it from where `tickmark init` ran; reading, verifying and bundling work without it")
    })?;
    if meta.permissions().mode() & 0o077 != 0 {
        return Err(Error::refused(format!(
            "{}: others may read the signing key",
            path.display()
        ))
        .hint(format!("chmod 600 {}", path.display())));
    }
    let text = fs::read_to_string(&path).map_err(io(&path))?;
    let key = SigningKey::parse_private(text.trim())
        .map_err(|e| Error::corrupt(format!("{}: {e}", path.display())))?;
    if key.verifier().name() != origin {
        return Err(Error::corrupt(format!(
            "{}: the key of another log",
            path.display()
        )));
    }
    Ok(key)
}

/// The file in which the key of a log lies, or has to lie.
///
/// # Errors
/// There is no folder for keys.
pub fn place(origin: &str) -> Result<PathBuf> {
    Ok(path(&folder()?, origin))
}

/// Removes the key of a log, for a sample company that is created again.
pub fn forget(origin: &str) {
    if let Ok(folder) = folder() {
        let _ = fs::remove_file(path(&folder, origin));
    }
}

fn path(folder: &Path, origin: &str) -> PathBuf {
    let name: String = origin
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || ".-".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    folder.join(format!("{name}.key"))
}

fn refuse_inside(folder: &Path, program: &Path) -> Result<()> {
    let (folder, program) = (
        folder.canonicalize().map_err(io(folder))?,
        program.canonicalize().map_err(io(program))?,
    );
    if folder.starts_with(&program) {
        return Err(Error::refused(format!(
            "{}: keys must not lie inside the program directory",
            folder.display()
        ))
        .hint("set XDG_DATA_HOME to a folder elsewhere"));
    }
    Ok(())
}
