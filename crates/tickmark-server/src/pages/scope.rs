//! The scope of the program as one form, and the lines that it would change before they are saved.

use maud::{Markup, html};
use tickmark_core::model::ids::Category;

use super::layout::{Frame, Room, layout};
use super::part::{self, card, entry};
use super::{forms, link};
use crate::house::House;
use crate::rights::Viewer;
use crate::writing::{BOUNDARY, Changed, Line, Scope, difference};

/// The form; `refused` says why what it holds was not taken.
#[must_use]
pub fn scope(
    house: &House,
    viewer: &Viewer,
    scope: Option<&Scope>,
    refused: Option<&str>,
) -> Markup {
    let body = html! {
        (head())
        @match scope {
            None => { (part::empty("No program yet", "tickmark.yaml names the organization, its zone, categories and periods.", "tickmark init", &html! {})) },
            Some(scope) => {
                (forms::refused(refused))
                form.hand-in.wide method="post" action=(link::SCOPE) { (fields(scope)) }
            },
        }
        (also(house))
    };
    layout(house, viewer, &Frame::new("Scope", Room::Scope), &body)
}

fn head() -> Markup {
    part::head(
        &html! { "Scope" },
        &html! { "Who is examined, under which categories, over which time, and where the system ends. It is kept in tickmark.yaml and system.md; every number on other pages rests on the version that was recorded then." },
        &html! {},
    )
}

fn fields(scope: &Scope) -> Markup {
    html! {
        (forms::line("Name of the organization, as reports print it", "name", &scope.name, "Acme Payments, Inc.", true))
        (forms::line("Reporting time zone", "zone", &scope.zone, "America/New_York", true))
        fieldset {
            legend { "Categories" }
            @for category in Category::ALL {
                @let word = category.as_str();
                label.whole { input type="checkbox" name="category" value=(word) checked[scope.categories.iter().any(|c| c == word)]; " " (part::spaced(word)) }
            }
            p.muted { "The common criteria always count." }
        }
        (forms::day("First day of the period", "from", &scope.from, false))
        (forms::day("Last day of the period", "to", &scope.to, false))
        (forms::area("What belongs to the system, and what does not", "boundary", &scope.boundary, "12", false))
        p.actions { button.main type="submit" name="step" value="show" { "Show what changes" } }
        p.muted { "The last of several periods is the one shown; a further one is added in tickmark.yaml. The boundary is section " (BOUNDARY) " of system.md." }
    }
}

/// What would be saved, line by line.
#[must_use]
pub fn scope_changes(house: &House, viewer: &Viewer, scope: &Scope, changes: &[Changed]) -> Markup {
    let body = html! {
        (head())
        @if changes.is_empty() { p.notice role="status" { "Nothing would change: this is the scope that there is." } }
        @for change in changes {
            section.card {
                div.card-head { h2 { (change.path) } div.aside { @if let Some(seen) = change.seen { "after version " (entry(seen)) } @else { "new" } } }
                (lines(change))
            }
        }
        form.deed method="post" action=(link::SCOPE) {
            (hidden(scope))
            @for change in changes { input type="hidden" name={ "seen-" (change.path) } value=[change.seen.map(|s| s.to_string())]; }
            p.actions {
                @if !changes.is_empty() { button.main type="submit" name="step" value="save" { "Save" } }
                button type="submit" name="step" value="again" { "Change it again" }
                a.button href=(link::SCOPE) { "Cancel" }
            }
        }
    };
    let frame = Frame::new("What changes", Room::Scope).under("Scope", link::SCOPE);
    layout(house, viewer, &frame, &body)
}

/// What was typed, carried along.
fn hidden(scope: &Scope) -> Markup {
    let one = [
        ("name", &scope.name),
        ("zone", &scope.zone),
        ("from", &scope.from),
        ("to", &scope.to),
        ("boundary", &scope.boundary),
    ];
    html! {
        @for (name, value) in one { input type="hidden" name=(name) value=(value); }
        @for category in &scope.categories { input type="hidden" name="category" value=(category); }
    }
}

/// Lines that go and lines that come, with three lines around them.
fn lines(change: &Changed) -> Markup {
    const AROUND: usize = 3;
    let all = difference(&change.before, &change.after);
    let touched: Vec<usize> = all
        .iter()
        .enumerate()
        .filter(|(_, line)| !matches!(line, Line::Same(_)))
        .map(|(n, _)| n)
        .collect();
    let near = |n: usize| touched.iter().any(|t| t.abs_diff(n) <= AROUND);
    html! {
        pre.code.changes { @for (n, line) in all.iter().enumerate() {
            @if near(n) {
                @match line {
                    Line::Same(text) => { span { "  " (text) "\n" } },
                    Line::Gone(text) => { del { "- " (text) "\n" } },
                    Line::New(text) => { ins { "+ " (text) "\n" } },
                }
            } @else if n > 0 && near(n - 1) { span.muted { "  \u{2026}\n" } }
        } }
    }
}

/// The other documents of the program that say what is examined.
fn also(house: &House) -> Markup {
    let documents = ["tickmark.yaml", "system.md", "commitments.yaml"];
    let recorded = |path: &str| house.state.current(path).map(|v| v.leaf);
    card(
        "The documents themselves",
        &html! {
            ul.points { @for path in documents { li {
                a href=(link::document(path)) { (path) } " " @if let Some(leaf) = recorded(path) { (entry(leaf)) } @else { span.muted { "not recorded" } }
                " " a href=(link::edit(path)) { "Edit " (path) }
            } } }
        },
    )
}
