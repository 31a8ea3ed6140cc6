//! A report as text: Markdown, one web page, JSON.

mod html;
mod markdown;

pub use html::html;
pub use markdown::markdown;

use super::document::{Report, Span};
use super::state::ResultState;

/// The report with all figures and their citations as JSON; also what the typesetter's worker reads.
///
/// # Errors
/// None of the types of a report can fail to serialize; the error is serde's.
pub fn json(report: &Report) -> serde_json::Result<String> {
    serde_json::to_string(report)
}

/// Reads a report back; a figure without citations is refused.
///
/// # Errors
/// Not a report, or an uncited figure.
pub fn from_json(text: &str) -> serde_json::Result<Report> {
    serde_json::from_str(text)
}

/// Text of a result: mark and words.
pub fn result(state: ResultState) -> String {
    format!("{} {}", state.mark(), state.words())
}

/// Words of a span without markup; a figure outside a table shows where it comes from.
pub fn plain(span: &Span, in_table: bool) -> String {
    match span {
        Span::Text { text } | Span::Strong { text } | Span::Code { text } => text.clone(),
        Span::Figure(figure) if in_table => figure.to_string(),
        Span::Figure(figure) => format!("{figure} [{}]", figure.citations().short(4)),
        Span::Result { state } => result(*state),
        Span::Entries { leaves } => leaves.short(6),
    }
}
