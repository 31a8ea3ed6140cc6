//! Secrets where `notices.yaml` says they are found.

use std::path::Path;

use tickmark_core::model::document::AuthReference;

use crate::message::Failure;

/// Reads a secret: one line. A missing one may be there later.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this room where a secret is read"
)]
pub(crate) fn read(reference: &AuthReference, home: &Path) -> Result<String, Failure> {
    let text = match reference {
        AuthReference::Env(name) => std::env::var(name).map_err(|_| {
            Failure::Later(format!(
                "the variable `{name}` with the secret is not set; export it where the program is served"
            ))
        })?,
        AuthReference::File(path) => std::fs::read_to_string(home.join(path)).map_err(|e| {
            Failure::Later(format!(
                "the file `{path}` with the secret cannot be read: {e}"
            ))
        })?,
    };
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() || text.contains(['\n', '\r', '\0']) {
        return Err(Failure::Later(
            "the secret is empty or has several lines; write it on one".to_owned(),
        ));
    }
    Ok(text.to_owned())
}

/// Reads a file that is no secret.
#[expect(
    clippy::disallowed_methods,
    reason = "certificates of one's own authority lie beside the program"
)]
pub(crate) fn file(path: &str, home: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(home.join(path))
        .map_err(|e| Failure::Later(format!("the file `{path}` cannot be read: {e}")))
}
