//! Standing texts (folder `library/reports`), in our own words, with the names of the engagement filled in.

use super::document::{Block, Span};
use super::inputs::{Inputs, Window};
use super::prose;

/// Printed on every page (edge case 74).
pub const NOTICE: &str = "Draft, management copy, not a service auditor's report";

/// The standing texts.
#[derive(Debug, Clone, Copy)]
pub enum Text {
    /// The page kept free for the service auditor.
    Section1,
    /// Draft assertion, two subjects.
    AssertionType1,
    /// Draft assertion, three subjects.
    AssertionType2,
    /// What section 4 shows as of a date.
    Section4Type1,
    /// What section 4 shows for a period.
    Section4Type2,
    /// Status of other information.
    Section5,
    /// What Annex M is and is not.
    AnnexM,
    /// What a completeness and accuracy card shows.
    AnnexP,
    /// How the ledger anchors the report.
    AnnexE,
    /// How to read the readiness list.
    Readiness,
}

impl Text {
    const fn source(self) -> &'static str {
        match self {
            Self::Section1 => include_str!("../../../../library/reports/section-1.md"),
            Self::AssertionType1 => include_str!("../../../../library/reports/assertion-type1.md"),
            Self::AssertionType2 => include_str!("../../../../library/reports/assertion-type2.md"),
            Self::Section4Type1 => include_str!("../../../../library/reports/section-4-type1.md"),
            Self::Section4Type2 => include_str!("../../../../library/reports/section-4-type2.md"),
            Self::Section5 => include_str!("../../../../library/reports/section-5.md"),
            Self::AnnexM => include_str!("../../../../library/reports/annex-m.md"),
            Self::AnnexP => include_str!("../../../../library/reports/annex-p.md"),
            Self::AnnexE => include_str!("../../../../library/reports/annex-e.md"),
            Self::Readiness => include_str!("../../../../library/reports/readiness.md"),
        }
    }

    /// The text as blocks. Names are filled in after the Markdown was read, so a name cannot become markup.
    pub fn blocks(self, inputs: &Inputs) -> Vec<Block> {
        let mut blocks = prose::blocks(self.source(), 2);
        for block in &mut blocks {
            fill(block, inputs);
        }
        blocks
    }
}

fn fill(block: &mut Block, inputs: &Inputs) {
    let lines: Vec<&mut Vec<Span>> = match block {
        Block::Heading { text, .. } => {
            *text = filled(text, inputs);
            return;
        }
        Block::Paragraph { spans } => vec![spans],
        Block::List { items, .. } | Block::Notice { items, .. } => items.iter_mut().collect(),
        _ => Vec::new(),
    };
    for span in lines.into_iter().flatten() {
        if let Span::Text { text } | Span::Strong { text } | Span::Code { text } = span {
            *text = filled(text, inputs);
        }
    }
}

fn filled(text: &str, inputs: &Inputs) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            break;
        };
        out.push_str(before);
        match value(name, inputs) {
            Some(value) => out.push_str(&value),
            None => out.push_str(name),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The names that a standing text may use.
fn value(name: &str, inputs: &Inputs) -> Option<String> {
    Some(match name {
        "organization" => inputs.organization.clone(),
        "system" => inputs.system.clone(),
        "window" => window(inputs),
        "categories" => categories(inputs),
        "size" => inputs.checkpoint.size.to_string(),
        _ => return None,
    })
}

/// "throughout the period 2026-01-01 to 2026-06-30 (America/New_York)" or "as of 2026-06-30 (…)".
pub fn window(inputs: &Inputs) -> String {
    let zone = inputs.zone.name();
    match inputs.window {
        Window::Throughout(period) => format!(
            "throughout the period {} to {} ({zone})",
            period.from, period.to
        ),
        Window::AsOf(day) => format!("as of {day} ({zone})"),
    }
}

/// "security, availability and confidentiality".
pub fn categories(inputs: &Inputs) -> String {
    let names: Vec<String> = inputs
        .categories
        .iter()
        .map(|category| category.as_str().replace('_', " "))
        .collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "no category".into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use crate::model::time::Period;
    use crate::report::sample::sample;

    const ALL: [Text; 10] = [
        Text::Section1,
        Text::AssertionType1,
        Text::AssertionType2,
        Text::Section4Type1,
        Text::Section4Type2,
        Text::Section5,
        Text::AnnexM,
        Text::AnnexP,
        Text::AnnexE,
        Text::Readiness,
    ];

    #[test]
    fn standing_texts_name_only_what_is_filled_in() {
        let inputs = sample(Window::Throughout(
            Period::parse("2026-01-01..2026-06-30").unwrap(),
        ))
        .unwrap();
        for text in ALL {
            for name in text
                .source()
                .split("{{")
                .skip(1)
                .filter_map(|rest| rest.split("}}").next())
            {
                assert!(value(name, &inputs).is_some(), "{text:?}: {name}");
            }
            assert!(!text.blocks(&inputs).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn assertions_have_two_and_three_subjects() {
        let inputs = sample(Window::Throughout(
            Period::parse("2026-01-01..2026-06-30").unwrap(),
        ))
        .unwrap();
        for (text, subjects) in [(Text::AssertionType1, 2), (Text::AssertionType2, 3)] {
            let found: Vec<usize> = text
                .blocks(&inputs)
                .iter()
                .filter_map(|block| {
                    if let Block::List {
                        numbered: true,
                        items,
                    } = block
                    {
                        Some(items.len())
                    } else {
                        None
                    }
                })
                .collect();
            assert_eq!(found, [subjects]);
        }
    }

    #[test]
    fn a_name_cannot_become_markup() {
        let mut inputs = sample(Window::Throughout(
            Period::parse("2026-01-01..2026-06-30").unwrap(),
        ))
        .unwrap();
        inputs.organization = "**Acme** {{system}}".into();
        let blocks = Text::AssertionType2.blocks(&inputs);
        let Some(Block::Paragraph { spans }) = blocks.first() else {
            panic!("no paragraph")
        };
        assert!(
            matches!(spans.first(), Some(Span::Text { text }) if text.contains("**Acme** {{system}}"))
        );
    }
}
