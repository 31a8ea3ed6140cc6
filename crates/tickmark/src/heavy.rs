//! The heavy leaves: the worker processes this binary starts of itself, and what they run.

use std::path::PathBuf;

use tickmark_query::ProcessPopulations;

use crate::error::{Error, Result};

/// The worker that asks populations: this program again, confined (decision D26).
///
/// # Errors
/// The path of this program is not known.
pub fn populations() -> Result<ProcessPopulations> {
    Ok(ProcessPopulations::new(
        this_program()?,
        ["worker", "query"],
    ))
}

/// The path of this program.
///
/// # Errors
/// The system does not tell.
pub fn this_program() -> Result<PathBuf> {
    std::env::current_exe()
        .map_err(|e| Error::environment(format!("the path of this program is unknown: {e}")))
}
