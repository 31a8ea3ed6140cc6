//! Size and root that a signed note speaks of.

use tickmark_log::checkpoint::Checkpoint;

use crate::{Head, error::StoreError};

/// Reads a note. Its signatures are not checked here: whoever signs or verifies does.
pub(crate) fn of_note(note: &str) -> Result<Head, StoreError> {
    let (checkpoint, _) = Checkpoint::parse_note(note.as_bytes())
        .map_err(|e| StoreError::refused(format!("this is not a signed checkpoint: {e}")))?;
    Ok(Head {
        size: checkpoint.size,
        root: checkpoint.root,
    })
}
