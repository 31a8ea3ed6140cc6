//! What somebody who reads management's words would stumble over. Reasons, never a score; nothing here stops a report.
//!
//! Numbers are not looked for: a number of ours comes onto a page only as a [`Figure`](super::Figure), which carries its entry.

use super::inputs::Inputs;
use super::remarks;

/// What kind of remark it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A part that has no text.
    Lacking,
    /// Text that stands there as the product wrote it.
    Template,
    /// A placeholder, advertising, a wrong name.
    Wording,
    /// Words that nobody can test.
    Vague,
}

impl Kind {
    /// For people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Lacking => "lacking",
            Self::Template => "unchanged template",
            Self::Wording => "wording",
            Self::Vague => "vague",
        }
    }
}

/// One remark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// Its kind.
    pub kind: Kind,
    /// Where: `DC4`, `system.md:17`, `control CHG-01`.
    pub place: String,
    /// Why, and what to do.
    pub why: String,
}

/// Everything to remark, by kind, then in the order of the texts.
#[must_use]
pub fn lint(inputs: &Inputs) -> Vec<Remark> {
    let made = |kind: Kind| move |(place, why): (String, String)| Remark { kind, place, why };
    let mut out: Vec<Remark> = remarks::description(inputs)
        .into_iter()
        .map(made(Kind::Lacking))
        .collect();
    let texts = texts(inputs);
    let in_texts = |kind: Kind, find: fn(&str) -> Option<String>| {
        let found = texts
            .iter()
            .filter_map(move |(place, line)| Some((place.clone(), find(&line.to_lowercase())?)));
        found.map(made(kind)).collect::<Vec<_>>()
    };
    out.extend(in_texts(Kind::Template, template));
    out.extend(remarks::words(inputs).into_iter().map(made(Kind::Wording)));
    out.extend(in_texts(Kind::Vague, vague));
    out.dedup();
    out
}

/// Each line that management answers for, with its place.
fn texts(inputs: &Inputs) -> Vec<(String, &str)> {
    let mut out = Vec::new();
    for prose in inputs.description.iter().chain(&inputs.other) {
        let lines = (1_usize..).zip(prose.markdown.lines());
        out.extend(lines.map(|(n, line)| (format!("{}:{n}", prose.file), line)));
    }
    for commitment in &inputs.commitments {
        out.push((
            format!("commitment {}", commitment.id),
            commitment.statement.as_str(),
        ));
    }
    for control in &inputs.controls {
        out.push((
            format!("control {}", control.id),
            control.statement.as_str(),
        ));
    }
    out
}

/// Sentences of the documents that `tickmark init` writes.
const TEMPLATE: [&str; 2] = [
    "write under each heading what is so at your organization",
    "leave a heading empty rather than guess",
];

fn template(lower: &str) -> Option<String> {
    let found = TEMPLATE.iter().find(|t| lower.contains(**t))?;
    Some(format!(
        "\"{found}\" is the text of the template; write what is so, or take it out"
    ))
}

/// A word, and what to write instead.
const VAGUE: [(&str, &str); 22] = [
    ("appropriate", "say what is required"),
    ("appropriately", "say how"),
    ("adequate", "say what is required"),
    ("adequately", "say how"),
    ("sufficient", "say how much"),
    ("reasonable", "say which"),
    ("suitable", "say which"),
    ("robust", "say what it withstands"),
    ("regularly", "say how often"),
    ("regular", "say how often"),
    ("periodically", "say how often"),
    ("periodic", "say how often"),
    ("frequently", "say how often"),
    ("from time to time", "say how often"),
    ("as needed", "say when"),
    ("as necessary", "say when"),
    ("as required", "say when and by what"),
    ("where possible", "say where, and what holds elsewhere"),
    ("timely", "say within which time"),
    ("promptly", "say within which time"),
    ("generally", "say when not"),
    ("typically", "say when not"),
];

fn vague(lower: &str) -> Option<String> {
    let found: Vec<&(&str, &str)> = VAGUE
        .iter()
        .filter(|(word, _)| remarks::has(lower, word))
        .collect();
    let (first, rest) = found.split_first()?;
    let more: String = rest
        .iter()
        .map(|(word, _)| format!(", \"{word}\""))
        .collect();
    Some(format!(
        "\"{}\"{more} cannot be tested; {}",
        first.0, first.1
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails may panic")]
    use super::*;
    use crate::model::time::Period;
    use crate::report::inputs::{Prose, Window};
    use crate::report::sample::sample;

    fn remarks_of(markdown: &str) -> Vec<(Kind, String)> {
        let period = Period::parse("2026-01-01..2026-06-30").unwrap();
        let mut inputs = sample(Window::Throughout(period)).unwrap();
        inputs.controls.clear();
        inputs.commitments.clear();
        inputs.other = None;
        inputs.description = Some(Prose {
            markdown: markdown.into(),
            file: "system.md".into(),
            leaf: 3,
        });
        let found = lint(&inputs).into_iter();
        found
            .filter(|r| r.kind != Kind::Lacking)
            .map(|r| (r.kind, r.place))
            .collect()
    }

    #[test]
    fn each_kind_is_found_at_its_place() {
        assert_eq!(
            remarks_of(
                "# System\n## DC1 Services\nWrite under each heading what is so at your organization.\nTBD\nKeys are rotated regularly.\n"
            ),
            [
                (Kind::Template, "system.md:3".to_owned()),
                (Kind::Wording, "system.md:4".to_owned()),
                (Kind::Vague, "system.md:5".to_owned()),
            ]
        );
        assert_eq!(
            remarks_of(
                "## DC1 Services\nKeys are rotated every 90 days, irregularly used ones too.\n"
            ),
            []
        );
    }

    #[test]
    fn a_vague_line_names_all_its_words() {
        let why = vague("appropriate and timely action").unwrap();
        assert_eq!(
            why,
            "\"appropriate\", \"timely\" cannot be tested; say what is required"
        );
        assert_eq!(vague("inappropriate use"), None);
    }
}
