//! How a publication is named in public. An examination ends in an opinion about a time: nothing here says more than that.

use tickmark_core::model::body::{Published, ReportType};
use tickmark_core::model::document::Opinion;
use tickmark_core::model::state::Publication;

/// Words that a public page never uses of ourselves, and that a company's own text is refused for: nobody is made so by an examination.
const FORBIDDEN: [&str; 5] = ["certified", "certification", "compliant", "seal", "seals"];

/// The first word in a text that claims what no examination gives.
#[must_use]
pub fn forbidden(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| FORBIDDEN.iter().find(|bad| **bad == word).copied())
}

/// What a kind is called.
#[must_use]
pub const fn what_words(what: Published) -> &'static str {
    match what {
        Published::Soc3 => "SOC 3 report",
        Published::Soc2 => "SOC 2 report",
        Published::BridgeLetter => "Bridge letter",
        Published::Policy => "Policy",
        Published::Subprocessors => "Subprocessors",
        Published::Other => "Document",
    }
}

/// What a report or letter is, in a line: `SOC 2 Type 2 examination by FIRM covering 2026-01-01 to 2026-06-30`. None for other kinds, and
/// for a report whose firm was erased: without it nothing is claimed.
#[must_use]
pub fn headline(publication: &Publication) -> Option<String> {
    let body = &publication.body;
    let covers = body.covers?;
    match body.what {
        Published::Soc2 | Published::Soc3 => {
            let (firm, report) = (publication.firm()?, body.report?);
            let name = match (body.what, report) {
                (Published::Soc3, _) => "SOC 3 examination",
                (_, ReportType::Type1) => "SOC 2 Type 1 examination",
                (_, ReportType::Type2) => "SOC 2 Type 2 examination",
            };
            Some(match report {
                ReportType::Type1 => format!("{name} by {firm} as of {}", covers.to),
                ReportType::Type2 => {
                    format!("{name} by {firm} covering {} to {}", covers.from, covers.to)
                }
            })
        }
        Published::BridgeLetter => Some(format!(
            "Letter of management about {} to {}, examined by nobody",
            covers.from, covers.to
        )),
        Published::Policy | Published::Subprocessors | Published::Other => None,
    }
}

/// What the auditor concluded, in words; a reservation is never left out.
#[must_use]
pub(crate) const fn opinion_words(opinion: Opinion) -> &'static str {
    match opinion {
        Opinion::Unqualified => "unqualified opinion",
        Opinion::Qualified => {
            "qualified opinion: the report says which criteria or commitments it reserves"
        }
        Opinion::Adverse => "adverse opinion: read the report for what was not achieved",
        Opinion::Disclaimer => "no opinion could be given: the report says why",
    }
}

#[cfg(test)]
mod tests {
    use super::forbidden;

    #[test]
    fn words_are_found_as_words() {
        assert_eq!(forbidden("We are SOC 2 Certified!"), Some("certified"));
        assert_eq!(forbidden("fully gdpr-compliant"), Some("compliant"));
        assert_eq!(forbidden("Non-compliance is reported; sealed pipes"), None);
    }
}
