//! Buttons that do something. Each is a form, so that it works without a script; the routes decide whether it may.

use maud::{Markup, html};

use super::link;
use crate::rights::{Action, Viewer};

/// Runs every test of the period and every source.
pub(super) fn run_all(viewer: &Viewer) -> Markup {
    html! {
        @if viewer.may(Action::RunCollection) { (post(link::DO_COLLECT, &[], "Collect now", false)) }
        @if viewer.may(Action::RunTests) { (post(link::DO_TEST, &[], "Run all tests", true)) }
    }
}

/// Runs tests again.
pub(super) fn run_tests(viewer: &Viewer, tests: &[&str], words: &str) -> Markup {
    let fields: Vec<(&str, &str)> = tests.iter().map(|t| ("test", *t)).collect();
    html! { @if viewer.may(Action::RunTests) { (post(link::DO_TEST, &fields, words, true)) } }
}

/// Runs sources.
pub(super) fn collect(viewer: &Viewer, sources: &[&str], words: &str) -> Markup {
    let fields: Vec<(&str, &str)> = sources.iter().map(|s| ("source", *s)).collect();
    html! { @if viewer.may(Action::RunCollection) { (post(link::DO_COLLECT, &fields, words, true)) } }
}

fn post(to: &str, fields: &[(&str, &str)], words: &str, main: bool) -> Markup {
    html! {
        form.deed method="post" action=(to) {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button type="submit" class=[main.then_some("main")] { (words) }
        }
    }
}

/// Hands in a file for a control, with the time it covers.
pub(super) fn hand_in(viewer: &Viewer, control: Option<&str>, covers: &str) -> Markup {
    html! {
        @if viewer.may(Action::HandInEvidence) {
            form.hand-in method="post" action=(link::DO_EVIDENCE) enctype="multipart/form-data" {
                @match control {
                    Some(control) => { input type="hidden" name="control" value=(control); },
                    None => { label { span { "Control" } input type="text" name="control" required placeholder="GOV-03" pattern="[A-Z]{3}-[0-9]{2}"; } },
                }
                label { span { "Days it covers" } input type="text" name="covers" required value=(covers) placeholder="2026-01-01..2026-03-31" pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2}"; }
                label.drop { span { "File" } input type="file" name="file" required; }
                button.main type="submit" { "Hand in" }
                p.muted { "The time it covers counts, not the day of the upload; both are recorded." }
            }
        }
    }
}

/// Adopts a control of the library.
pub(super) fn adopt(viewer: &Viewer, control: &str, owner: &str, effective: &str) -> Markup {
    html! {
        @if viewer.may(Action::EditDocuments) {
            form.hand-in method="post" action=(link::DO_ADOPT) {
                input type="hidden" name="control" value=(control);
                label { span { "Owner" } input type="text" name="owner" required value=(owner); }
                label { span { "What it covers" } input type="text" name="scope" required placeholder="all production systems"; }
                label { span { "First day in force" } input type="date" name="effective" required value=(effective); }
                button.main type="submit" { "Adopt " (control) }
                p.muted { "A day before today is recorded as back-dated, and shown so." }
            }
        }
    }
}
