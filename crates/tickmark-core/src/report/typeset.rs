//! The door to the typesetter, which lives in its own heavy room.

use super::document::Report;

/// Turns a report into a PDF.
pub trait Typeset {
    /// Sets the report; equal reports give equal bytes.
    ///
    /// # Errors
    /// [`TypesetError`].
    fn pdf(&self, report: &Report) -> Result<Vec<u8>, TypesetError>;
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// The typesetter refused the document: a bug in the template.
    #[error(
        "the typesetter refused the report: {0}; this is a bug, write the report as Markdown or workbook meanwhile"
    )]
    Refused(String),
    /// The worker process could not be started, died, or hit its limits.
    #[error(
        "the typesetter's process failed: {0}; free memory or write the report as Markdown or workbook"
    )]
    Process(String),
    /// The worker did not finish in time and was ended.
    #[error(
        "the typesetter did not finish within {seconds} s and was ended; write the long lists as workbook"
    )]
    TooSlow {
        /// The limit, seconds.
        seconds: u64,
    },
}
