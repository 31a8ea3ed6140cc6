//! The rows of a run: one line for each item that did not pass (schema c of the decisions). Who asks for one item need not know the
//! judge that wrote them.

use serde::Deserialize;

use super::ids::ItemId;

/// What a run says about an item that did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowStatus {
    /// It passed; such lines are not kept, but may be read.
    Pass,
    /// It deviates.
    Deviation,
    /// It could not be judged.
    Unknown,
    /// The test does not ask for it.
    NotApplicable,
    /// It is not due yet.
    Pending,
}

impl RowStatus {
    /// The word for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "passes",
            Self::Deviation => "deviates",
            Self::Unknown => "could not be judged",
            Self::NotApplicable => "is not applicable",
            Self::Pending => "is not due yet",
        }
    }
}

/// Why the rows of a run cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of a run's rows cannot be read: {why}")]
pub struct RowsError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: serde_json::Error,
}

#[derive(Deserialize)]
struct Line {
    i: ItemId,
    s: RowStatus,
}

/// Item and status of each line, in the order of items.
///
/// # Errors
/// A line that is no row.
pub fn statuses(rows: &[u8]) -> Result<Vec<(ItemId, RowStatus)>, RowsError> {
    let lines = rows.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let read = |(n, line): (usize, &[u8])| {
        serde_json::from_slice::<Line>(line)
            .map(|line| (line.i, line.s))
            .map_err(|why| RowsError { line: n + 1, why })
    };
    lines.enumerate().map(read).collect()
}
