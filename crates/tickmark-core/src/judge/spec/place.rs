//! Places of defects inside expressions and queries that stand in a block of text.

use crate::{
    facts::yaml::Node as YamlNode,
    judge::expr::ExprError,
    model::{diagnostic::Diagnostic, yaml::Place},
};

/// The text of a line from a place on.
pub(super) fn rest_of_line(source: &str, at: Place) -> &str {
    let line = at
        .line
        .checked_sub(1)
        .and_then(|n| source.lines().nth(usize::try_from(n).ok()?))
        .unwrap_or("");
    let start = line
        .char_indices()
        .nth(usize::try_from(at.column.saturating_sub(1)).unwrap_or(0));
    start.and_then(|(index, _)| line.get(index..)).unwrap_or("")
}

/// The place in the file of a defect inside an expression.
///
/// Exact where the line of the expression stands in the file as it was read; otherwise the place where it begins.
pub(super) fn place(
    file: &str,
    source: &str,
    node: &YamlNode,
    text: &str,
    error: ExprError,
) -> Diagnostic {
    let first = rest_of_line(source, node.at);
    let quote = u32::from(error.line == 1 && first.starts_with(['"', '\'']));
    let line = text
        .lines()
        .nth(usize::try_from(error.line - 1).unwrap_or(0))
        .unwrap_or("");
    let begins = Place {
        line: node.at.line + error.line - 1,
        column: node.at.column + quote,
    };
    let at = if !line.is_empty() && rest_of_line(source, begins).starts_with(line) {
        Place {
            line: begins.line,
            column: begins.column + error.column - 1,
        }
    } else {
        node.at
    };
    let diagnostic = Diagnostic::new(file, at.line, at.column, error.what);
    match error.hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}
