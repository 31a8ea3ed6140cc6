//! Times, digests and durations as people read them.

use crate::model::citation::Citation;
use crate::model::ids::CriterionId;
use crate::model::time::{SECOND_US, Spans, Time};

use crate::report::document::Span;
use crate::report::inputs::{Control, Inputs, TestResult};

/// `2026-03-02 10:00:00Z`: ISO 8601 with a space, whole seconds (the workbook keeps every digit).
pub fn instant(time: Time) -> String {
    let whole = Time::from_micros(
        time.micros()
            .div_euclid(SECOND_US)
            .saturating_mul(SECOND_US),
    );
    whole.to_string().replace('T', " ")
}

/// First characters of a digest.
pub fn short(digest: &str) -> String {
    match digest.get(..12) {
        Some(start) if digest.len() > 12 => format!("{start}\u{2026}"),
        _ => digest.to_owned(),
    }
}

/// How long something lasted: the two largest units.
pub fn lasted(from: Time, until: Time) -> String {
    let seconds = until.since(from).max(0) / SECOND_US;
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, name) in units {
        if rest / size > 0 {
            parts.push(format!("{} {name}", rest / size));
        }
        rest %= size;
    }
    parts.truncate(2);
    if parts.is_empty() {
        "0 s".into()
    } else {
        parts.join(" ")
    }
}

/// Stretches of time, at most `most` of them.
pub fn stretches(spans: &Spans, most: usize) -> String {
    let mut parts: Vec<String> = spans
        .iter()
        .take(most)
        .map(|span| format!("{} to {}", instant(span.from), instant(span.until)))
        .collect();
    if spans.iter().count() > most {
        parts.push("others (see workbook)".into());
    }
    if parts.is_empty() {
        "none".into()
    } else {
        parts.join("; ")
    }
}

/// Records as citations `leaf.blob.record`, at most `most`.
pub fn records(citations: &[Citation], most: usize) -> String {
    let mut parts: Vec<String> = citations
        .iter()
        .take(most)
        .map(ToString::to_string)
        .collect();
    if citations.len() > most {
        parts.push("\u{2026}".into());
    }
    parts.join(", ")
}

/// Criteria joined by commas.
pub fn criteria(ids: &[CriterionId]) -> String {
    ids.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The versions of the controls mapped to a criterion, in order of the inputs.
pub fn mapped(inputs: &Inputs, criterion: CriterionId) -> impl Iterator<Item = &Control> {
    inputs
        .controls
        .iter()
        .filter(move |control| control.criteria.contains(&criterion))
}

/// The runs that judged this version of a control.
pub fn runs<'a>(inputs: &'a Inputs, control: &'a Control) -> impl Iterator<Item = &'a TestResult> {
    inputs
        .tests
        .iter()
        .filter(move |test| test.control == control.id && test.control_digest == control.digest)
}

/// When a version of a control was in force: `2026-01-01 to 2026-03-31` or `from 2026-01-01`.
pub fn in_force(control: &Control) -> String {
    match control.retired {
        Some(last) => format!("{} to {last}", control.effective),
        None => format!("from {}", control.effective),
    }
}

/// A sentence about the counts of a run, with every number cited: always tested, deviating and population (edge case 52).
pub fn counted(test: &TestResult) -> Vec<Span> {
    let by = crate::report::Citations::one(test.leaf);
    let counts = &test.counts;
    let mut spans = if counts.tested().is_zero() {
        vec![Span::text("Nothing could be tested (population ")]
    } else {
        vec![
            Span::text("Deviating: "),
            Span::Figure(counts.deviations.cited(&by)),
            Span::text(" of "),
            Span::Figure(counts.tested().cited(&by)),
            Span::text(" items tested (population "),
        ]
    };
    spans.push(Span::Figure(counts.population.cited(&by)));
    for (count, name) in [
        (counts.unknown, "unknown"),
        (counts.not_applicable, "not applicable"),
        (counts.pending, "pending"),
    ] {
        if !count.is_zero() {
            spans.push(Span::text(format!(", {name} ")));
            spans.push(Span::Figure(count.cited(&by)));
        }
    }
    spans.push(Span::text(")"));
    spans
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn durations_keep_the_two_largest_units() {
        let from = Time::parse("2026-03-02T10:00:00Z").unwrap();
        assert_eq!(
            lasted(from, from.plus(SECOND_US * (86_400 + 7_200 + 60))),
            "1 d 2 h"
        );
        assert_eq!(lasted(from, from.plus(SECOND_US * 90)), "1 min 30 s");
        assert_eq!(lasted(from, from), "0 s");
        assert_eq!(instant(from.plus(1)), "2026-03-02 10:00:00Z");
    }
}
