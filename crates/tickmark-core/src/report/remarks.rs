//! What a description still lacks and which words a report must not use. Remarks are reasons, never a score.

use super::inputs::{Inputs, Prose, Window};
use super::prose;

/// Description criteria DC1 to DC9 with the titles of `library/criteria/description-criteria.yaml`.
pub const DESCRIPTION: [(&str, &str); 9] = [
    ("DC1", "Services"),
    ("DC2", "Commitments and requirements"),
    ("DC3", "Components and boundary"),
    ("DC4", "Incidents"),
    ("DC5", "Criteria and controls"),
    ("DC6", "User entity controls"),
    ("DC7", "Subservice organizations"),
    ("DC8", "Criteria that do not apply"),
    ("DC9", "Significant changes"),
];

/// Management's text for one description criterion, or for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `DC1` to `DC9`; `None` for text under other headings.
    pub criterion: Option<&'static str>,
    /// Markdown below the heading (with the heading if it belongs to none).
    pub markdown: String,
}

/// Cuts `system.md` at the headings that name a description criterion, by identifier (`## DC4 Incidents`) or by title.
pub fn parts(description: &Prose) -> Vec<Part> {
    let mut parts = vec![Part {
        criterion: None,
        markdown: String::new(),
    }];
    let mut depth = 0;
    for line in description.markdown.lines() {
        let head = prose::heading(line);
        let named = head.and_then(|(_, text)| criterion_of(text));
        if let (Some(criterion), Some((level, _))) = (named, head) {
            depth = level;
            parts.push(Part {
                criterion: Some(criterion),
                markdown: String::new(),
            });
            continue;
        }
        let inside = parts.last().is_some_and(|part| part.criterion.is_some());
        if inside && head.is_some_and(|(level, _)| level <= depth) {
            parts.push(Part {
                criterion: None,
                markdown: String::new(),
            });
        }
        if let Some(part) = parts.last_mut() {
            part.markdown.push_str(line);
            part.markdown.push('\n');
        }
    }
    parts.retain(|part| {
        part.criterion.is_some()
            || part
                .markdown
                .lines()
                .any(|l| !l.trim().is_empty() && !l.starts_with("# "))
    });
    parts
}

fn criterion_of(heading: &str) -> Option<&'static str> {
    let lower = heading.to_lowercase();
    DESCRIPTION
        .iter()
        .find(|(id, title)| {
            let id = id.to_lowercase();
            let follows = lower
                .strip_prefix(&id)
                .map(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
            follows == Some(true) || lower == title.to_lowercase()
        })
        .map(|(id, _)| *id)
}

/// What the description lacks, one reason an entry: `(DC4, "…")`.
pub fn description(inputs: &Inputs) -> Vec<(String, String)> {
    let parts = inputs.description.as_ref().map(parts).unwrap_or_default();
    let file = inputs
        .description
        .as_ref()
        .map_or("system.md", |prose| prose.file.as_str());
    let mut out = Vec::new();
    for (id, title) in DESCRIPTION {
        let written = parts
            .iter()
            .any(|part| part.criterion == Some(id) && !blank(&part.markdown));
        if !written && !otherwise(id, inputs) {
            out.push((id.to_owned(), missing(id, title, file)));
        }
    }
    for category in &inputs.categories {
        if !inputs
            .commitments
            .iter()
            .any(|commitment| commitment.categories.contains(category))
        {
            let name = category.as_str().replace('_', " ");
            out.push(("DC2".to_owned(), format!("no service commitment or system requirement speaks of {name}; add one to commitments.yaml")));
        }
    }
    let bare = unmapped(inputs);
    if !bare.is_empty() {
        let why = format!("no adopted control is mapped to {}", bare.join(", "));
        out.push(("DC5".to_owned(), why));
    }
    out
}

/// Criteria in scope that no adopted control is mapped to.
pub fn unmapped(inputs: &Inputs) -> Vec<String> {
    let mapped = |id| {
        inputs
            .controls
            .iter()
            .any(|control| control.criteria.contains(id))
    };
    let bare = inputs
        .criteria
        .iter()
        .filter(|criterion| !mapped(&criterion.id));
    bare.map(|criterion| criterion.id.to_string()).collect()
}

/// Whether the program itself tells what the criterion asks for, so that no text is needed.
fn otherwise(id: &str, inputs: &Inputs) -> bool {
    match id {
        "DC2" => !inputs.commitments.is_empty(),
        "DC5" => !inputs.controls.is_empty(),
        "DC8" => !inputs.not_relevant.is_empty(),
        "DC9" => matches!(inputs.window, Window::AsOf(_)) || !inputs.changes.is_empty(),
        _ => false,
    }
}

fn missing(id: &str, title: &str, file: &str) -> String {
    let what = match id {
        "DC1" => "name the kinds of services provided",
        "DC2" => "list commitments and requirements in commitments.yaml",
        "DC3" => {
            "describe infrastructure, software, people, procedures and data, and what lies outside the boundary"
        }
        "DC4" => {
            "list the incidents to disclose, or state that there were none and how this was established"
        }
        "DC5" => "adopt controls for the criteria in scope",
        "DC6" => "list the controls that user entities must run, or state that none are necessary",
        "DC7" => {
            "list subservice organizations with the method used for each, or state that there are none"
        }
        "DC8" => {
            "list criteria that are not relevant with the reason, or state that all are relevant"
        }
        _ => "list the significant changes of the period, or state that there were none",
    };
    format!("{file} has no text for \"{title}\": {what}")
}

fn blank(markdown: &str) -> bool {
    prose::blocks(markdown, 3).is_empty()
}

/// Words that must not stand in a report, each with the reason: `(place, reason)`.
pub fn words(inputs: &Inputs) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for prose in inputs.description.iter().chain(&inputs.other) {
        for (number, line) in prose.markdown.lines().enumerate() {
            out.extend(in_line(line).map(|why| (format!("{}:{}", prose.file, number + 1), why)));
        }
    }
    for commitment in &inputs.commitments {
        out.extend(
            in_line(&commitment.statement)
                .map(|why| (format!("commitment {}", commitment.id), why)),
        );
    }
    for control in &inputs.controls {
        out.extend(in_line(&control.statement).map(|why| (format!("control {}", control.id), why)));
    }
    out
}

const PLACEHOLDERS: [&str; 10] = [
    "lorem ipsum",
    "tbd",
    "todo",
    "fixme",
    "xxx",
    "sdf",
    "asdf",
    "qwerty",
    "placeholder",
    "[management to complete",
];
const ADVERTISING: [&str; 9] = [
    "best-in-class",
    "world-class",
    "industry-leading",
    "state-of-the-art",
    "bank-grade",
    "military-grade",
    "100% secure",
    "unbreakable",
    "fully compliant",
];

/// The first thing wrong with the words of a line.
fn in_line(line: &str) -> Option<String> {
    let lower = line.to_lowercase();
    let whole = |needle: &str| has(&lower, needle);
    if ["soc 2", "soc2", "soc-2"]
        .iter()
        .any(|name| lower.contains(name))
        && lower.contains("certif")
    {
        return Some("an examination ends in a report, nobody is certified; write \"SOC 2 report\" or \"SOC 2 examination\"".into());
    }
    if let Some(wrong) = ["soc-2", "soc2", "soc ii", "soc-ii"]
        .into_iter()
        .find(|wrong| whole(wrong))
    {
        return Some(format!("write \"SOC 2\" instead of \"{wrong}\""));
    }
    if let Some(wrong) = ["type i", "type ii"].into_iter().find(|wrong| whole(wrong)) {
        return Some(format!(
            "write \"Type 1\" or \"Type 2\" instead of \"{wrong}\""
        ));
    }
    if let Some(wrong) = PLACEHOLDERS.into_iter().find(|wrong| whole(wrong)) {
        return Some(format!(
            "\"{wrong}\" reads as a placeholder; write what is true or take it out"
        ));
    }
    let wrong = ADVERTISING
        .into_iter()
        .find(|wrong| lower.contains(wrong))?;
    Some(format!(
        "\"{wrong}\" is advertising or cannot be verified; describe what is done"
    ))
}

/// Whether a text in lower case has the needle as words of its own.
pub fn has(lower: &str, needle: &str) -> bool {
    lower.match_indices(needle).any(|(at, _)| {
        let before = lower.get(..at).and_then(|s| s.chars().next_back());
        let after = lower
            .get(at + needle.len()..)
            .and_then(|s| s.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(markdown: &str) -> Prose {
        Prose {
            markdown: markdown.into(),
            file: "system.md".into(),
            leaf: 3,
        }
    }

    #[test]
    fn headings_name_their_criterion() {
        let read = parts(&prose(
            "# System\nintro\n## DC1 Services\nhosting\n### more\nx\n## Incidents\nnone\n## History\nold\n## DC10 no\n",
        ));
        let ids: Vec<Option<&str>> = read.iter().map(|part| part.criterion).collect();
        assert_eq!(ids, [None, Some("DC1"), Some("DC4"), None]);
        assert!(read.iter().any(|part| part.markdown.contains("### more")));
    }

    #[test]
    fn titles_are_those_of_the_library() {
        let library = include_str!("../../../../library/criteria/description-criteria.yaml");
        for (id, title) in DESCRIPTION {
            assert!(
                library.contains(&format!("- id: {id}\n    title: \"{title}\"")),
                "{id} {title}"
            );
        }
    }

    #[test]
    fn wording() {
        for wrong in [
            "We are SOC 2 certified",
            "our SOC2 report",
            "a Type II report",
            "Lorem ipsum",
            "TBD",
            "bank-grade keys",
            "sdf",
        ] {
            assert!(in_line(wrong).is_some(), "{wrong}");
        }
        for right in [
            "ISO/IEC 27001 certified data centres",
            "SOC 2 Type 2 report",
            "types in use",
            "association certificate",
            "todos",
        ] {
            assert_eq!(in_line(right), None, "{right}");
        }
    }
}
