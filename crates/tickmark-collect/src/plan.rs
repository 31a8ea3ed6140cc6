//! A Terraform plan: read from disk, redacted before anything is kept (decision D27).

use std::path::Path;

use tickmark_core::facts::plan::{PlanError, Redacted, redact};

use crate::file::{FileError, each_page};
use tickmark_core::facts::mapping::Format;

/// A plan as it may be kept, and the bytes it was made from: of those only a salted commitment is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What is stored.
    pub redacted: Redacted,
    /// The file as it was; never stored.
    pub original: Vec<u8>,
}

/// Why a plan cannot be collected.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no plan.
    #[error("`{path}`: {error}")]
    Plan {
        /// As given.
        path: String,
        /// What is wrong.
        error: PlanError,
    },
}

/// Reads and redacts a plan.
///
/// # Errors
/// The file cannot be read, or is no plan.
pub fn collect(path: &Path, key: &[u8; 32]) -> Result<Plan, PlanFileError> {
    let mut original = Vec::new();
    each_page(
        path,
        Format::TerraformPlan,
        |bytes| -> Result<(), PlanFileError> {
            original.extend_from_slice(bytes);
            Ok(())
        },
    )?;
    let redacted = redact(&original, key).map_err(|error| PlanFileError::Plan {
        path: path.display().to_string(),
        error,
    })?;
    Ok(Plan { redacted, original })
}
