//! The auditor's small verifier, witness and key maker.
//!
//! Its tree holds no network, database or async code; the clock is read in [`witness`] only, randomness in [`keys`]
//! only. What it says is computed by `tickmark-log`.

mod args;
mod check;
mod files;
mod json;
pub mod keys;
mod usage;
pub mod witness;

use std::io::Write;
use std::process::ExitCode;

/// How a run failed; each kind has its exit code.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// 1: a witness or a check says no.
    #[error("{0}")]
    Refused(String),
    /// 2: usage, or a file that is not what it should be.
    #[error("{0}")]
    Usage(String),
    /// 3: a file cannot be read or written.
    #[error("{0}")]
    Io(String),
}

/// Runs the command line; JSON, keys and cosignatures go to `out`, everything else to `err`.
pub fn run(arguments: &[String], out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    let result = match arguments.first().map(String::as_str) {
        None | Some("-h" | "--help" | "help") => print(out, usage::TEXT),
        Some("-V" | "--version") => print(
            out,
            &format!("tickmark-verify {}\n", env!("CARGO_PKG_VERSION")),
        ),
        Some("witness") => witness::run(arguments.get(1..).unwrap_or_default(), out),
        Some("auditor") => keys::run(arguments.get(1..).unwrap_or_default(), out),
        Some(_) => check::run(arguments, out),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            // Nothing is left to do when even the error cannot be written.
            let _ = writeln!(err, "tickmark-verify: {failure}");
            ExitCode::from(match failure {
                Failure::Refused(_) => 1,
                Failure::Usage(_) => 2,
                Failure::Io(_) => 3,
            })
        }
    }
}

fn print(out: &mut dyn Write, text: &str) -> Result<u8, Failure> {
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Failure::Io(format!("standard output: {error}")))?;
    Ok(0)
}
