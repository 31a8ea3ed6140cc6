//! Remarks on management's words, as a list. None stops a report.

use maud::{Markup, html};
use tickmark_core::report::lint::{Kind, Remark};

use super::super::link;
use super::super::part::{self, Tone, tag};

/// Most remarks of one kind that are shown; the readiness report has all of those it knows.
const MOST: usize = 40;

/// The remarks by kind.
pub(super) fn list(remarks: &[Remark]) -> Markup {
    let kinds = [Kind::Lacking, Kind::Template, Kind::Wording, Kind::Vague];
    html! {
        @if remarks.is_empty() { p { (tag(Tone::Good, "Nothing to remark")) " A person should read it all the same." } }
        @for kind in kinds { (of_kind(kind, remarks)) }
        p.muted { "Numbers are not checked here, for there is nothing to check: each stands in the report with the ledger entry it was counted from, and one without cannot be printed." }
    }
}

fn of_kind(kind: Kind, remarks: &[Remark]) -> Markup {
    let found: Vec<&Remark> = remarks.iter().filter(|r| r.kind == kind).collect();
    html! {
        @if !found.is_empty() {
            h3 { (part::many(found.len(), "remark")) ": " (kind.words()) }
            ul.points { @for remark in found.iter().take(MOST) { li { (place(&remark.place)) " " (remark.why) } } }
            @if found.len() > MOST { p.muted { "and " (found.len() - MOST) " more" } }
        }
    }
}

/// Where it is, as a link where there is a page for it.
fn place(place: &str) -> Markup {
    let file = place.split(':').next().unwrap_or_default();
    html! {
        @if let Some(control) = place.strip_prefix("control ") { a href=(link::control(control)) { (place) } }
        @else if place.starts_with("commitment ") { a href=(link::document("commitments.yaml")) { (place) } }
        @else if file.ends_with(".md") { a href=(link::document(file)) { (place) } }
        @else { a href=(link::document("system.md")) { (place) } }
    }
}
