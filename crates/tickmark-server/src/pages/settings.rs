//! Settings: what the program says about itself, who acts, which keys are trusted.

use maud::{Markup, html};
use tickmark_core::model::body::TrustRole;

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, entry, facts, tag};
use super::{link, view};
use crate::house::House;
use crate::rights::{Action, Viewer};

/// The settings; they are changed in the program's documents, so that every change is recorded.
#[must_use]
pub fn settings(house: &House, viewer: &Viewer) -> Markup {
    let body = html! {
        (part::head(&html! { "Settings" }, &html! { "Kept as documents of the program: every change is a new version with its author and time." }, &html! { @if viewer.may(Action::EditDocuments) { (part::button(link::SCOPE, "Scope")) } (part::button(&link::document("tickmark.yaml"), "tickmark.yaml")) @if viewer.may(Action::ManageUsers) { (part::button(link::MEMBERS, "Members")) } }))
        @if viewer.may(Action::ViewHome) {
            (card("Program", &program(house)))
            (card("Keys held outside", &keys(house)))
            (card("Versions", &versions(house)))
        }
    };
    layout(
        house,
        viewer,
        &Frame::new("Settings", Room::Settings),
        &body,
    )
}

fn program(house: &House) -> Markup {
    let Some(program) = house.state.program() else {
        return part::empty(
            "No program yet",
            "tickmark.yaml names the organization, its zone, categories and periods.",
            "tickmark init",
            &html! {},
        );
    };
    facts(&[
        ("Organization", html! { (program.name) }),
        ("Reporting zone", html! { (program.zone) }),
        (
            "Categories",
            html! { @for category in &program.categories { (part::spaced(category.as_str())) " " } },
        ),
        (
            "Periods",
            html! { @for period in &program.periods { (period) " " } @if program.periods.is_empty() { "none" } },
        ),
        (
            "Calendars",
            html! { @for name in program.calendars.keys() { (name) @if *name == program.calendar { " (default)" } " " } @if program.calendars.is_empty() { "none" } },
        ),
        (
            "Trust policy",
            html! { @match &program.trust { Some(path) => { (path) }, None => { (tag(Tone::Unknown, "none: nobody outside vouches for the ledger")) } } },
        ),
    ])
}

fn keys(house: &House) -> Markup {
    html! {
        @if house.state.trusted.is_empty() {
            (part::empty("Nobody outside holds a key", "A witness cosigns the ledger, so that nobody inside can rewrite it unseen.", "tickmark-verify witness keygen", &html! {}))
        }
        ul.points { @for key in &house.state.trusted {
            li { (role_words(key.body.role)) " " strong { (key.body.operator) } " " (entry(key.leaf)) }
        } }
    }
}

const fn role_words(role: TrustRole) -> &'static str {
    match role {
        TrustRole::Witness => "witness",
        TrustRole::Auditor => "auditor",
    }
}

fn versions(house: &House) -> Markup {
    let library = house.state.library();
    facts(&[
        (
            "Library",
            html! { (part::digest(&house.library.digest)) @if let Some(version) = library { " came with " (version.version) " " (entry(version.leaf)) } },
        ),
        (
            "Controls",
            html! { a.number href=(link::CONTROLS) { (house.library.controls.len()) } " in the library" },
        ),
        (
            "Populations",
            html! { a.number href=(link::POPULATIONS) { (house.library.schemas.len()) } },
        ),
        (
            "Reports with",
            html! { @if let Ok(inputs) = &house.inputs { (inputs.versions.engine) ", facts " (inputs.versions.facts) ", zones " (inputs.versions.tzdb) } @else { "nothing yet" } },
        ),
        ("Zone", html! { (view::zone(house)) }),
    ])
}
