//! What is due from whoever looks: one page, for a phone first.

mod list;
mod policy;

use maud::{Markup, html};
use tickmark_core::model::time::{Day, Time, Zone};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, entry, tag};
use super::{link, view};
use crate::house::House;
use crate::rights::{Action, Role, Viewer};

use list::{Due, Item, gather};

pub use list::own_controls;
pub use policy::policy;

/// The page. `just` is the policy that was acknowledged or approved a moment ago, if that is where somebody comes from.
#[must_use]
pub fn due(house: &House, viewer: &Viewer, now: Time, just: Option<&str>) -> Markup {
    let body = match viewer.role {
        Role::Auditor => auditor(viewer),
        Role::Prospect => html! {
            (part::head(&html! { "Hello, " (viewer.name) }, &html! { "Nothing is ever due from you here." }, &html! {}))
            p { "What was given to you comes by a link of its own. What everybody may read stands on the " a href="/trust" { "trust page" } "." }
        },
        _ => person(house, viewer, now, just),
    };
    let room = if viewer.may(Action::ViewHome) {
        Room::Due
    } else {
        Room::Home
    };
    layout(house, viewer, &Frame::new("Due from you", room), &body)
}

/// An auditor who comes here examines another period than the one shown, or has lost the way.
fn auditor(viewer: &Viewer) -> Markup {
    html! {
        (part::head(&html! { "Hello, " (viewer.name) }, &html! { "Nothing is ever due from an auditor here." }, &html! {}))
        @match viewer.engagement.as_ref().and_then(|e| e.period) {
            Some(period) => {
                p { "Your engagement speaks of " strong { (period) } ". While this program shows that period, everything about it stands on " a href=(link::ENGAGEMENT) { "the page of your engagement" } "." }
                p.muted { "If that page is not there for you, the program shows another period now; an owner can invite you for that one." }
            },
            None => { p { "Everything stands on " a href=(link::ENGAGEMENT) { "the page of your engagement" } "." } },
        }
    }
}

fn person(house: &House, viewer: &Viewer, now: Time, just: Option<&str>) -> Markup {
    let due = gather(house, viewer, now);
    let zone = view::zone(house);
    let today = zone.day_of(now);
    let (done, all) = (due.done.len(), due.done.len() + due.todo.len());
    let late = due.todo.iter().filter(|i| i.days_late(today) > 0).count();
    html! {
        (part::head(&html! { "Due from you" }, &html! { (summary(&due, late)) }, &html! {}))
        @if let Some(item) = just.and_then(|id| recorded(&due, id)) { (thanks(&zone, item)) }
        @if due.person.is_none() { (stranger(viewer)) }
        @if all > 0 {
            div.progress-line {
                p #progress { strong { (done) " of " (all) " done" } @if late > 0 { " " (tag(Tone::Bad, &format!("{late} late"))) } }
                progress max=(all) value=(done) aria-labelledby="progress" {}
            }
        }
        @if !due.todo.is_empty() {
            section { h2.quiet { "To do" } ul.duties { @for item in &due.todo { (todo(item, today)) } } }
        }
        @if !due.waits.is_empty() {
            section.card { h2 { "Not yet" } ul.points { @for says in &due.waits { li { (says) } } } }
        }
        @if !due.done.is_empty() {
            section.card { h2 { "Done" } ul.points.dones { @for item in &due.done { (finished(item, &zone)) } } }
        }
        @if viewer.may(Action::HandInEvidence) { p { a.button.big href=(link::MINE) { "My controls" } } }
    }
}

fn summary(due: &Due<'_>, late: usize) -> String {
    match (due.todo.len(), late) {
        (0, _) if due.person.is_none() => "Nothing can be looked up for you yet.".to_owned(),
        (0, _) => "Nothing is due from you now.".to_owned(),
        (1, 0) => "One thing. It takes minutes.".to_owned(),
        (n, 0) => format!("{n} things, the earliest first. They take minutes."),
        (n, late) => {
            format!("{n} things, {late} of them late. What has waited longest comes first.")
        }
    }
}

/// What was done a moment ago, if the ledger says so.
fn recorded<'a>(due: &'a Due<'_>, policy: &str) -> Option<&'a Item> {
    let of = |i: &&Item| i.policy.as_deref() == Some(policy);
    due.done.iter().find(of)
}

fn thanks(zone: &Zone, item: &Item) -> Markup {
    html! {
        p.notice.good role="status" {
            "Recorded: \u{201c}" (item.title) "\u{201d}"
            @if let Some((at, leaf)) = item.done { ", " (part::instant(zone, at)) ", as entry " (entry_words(leaf)) }
            ". Thank you."
        }
    }
}

/// The mail address belongs to nobody: what that means, and what to do.
fn stranger(viewer: &Viewer) -> Markup {
    html! {
        section.card.stranger {
            h2 { (tag(Tone::Warn, "Not known yet")) " Your mail address belongs to no person" }
            p { "You are signed in as " strong { (viewer.mail) } ". The list of persons (" code { "people.yaml" } ") has nobody with that address, so nothing can be due from you, and nothing can be recorded in your name." }
            p { strong { "What to do: " } "send the two lines below to whoever leads compliance. Under your name in the list they belong to " code { "accounts" } ":" }
            pre.code { code { "accounts:\n  - {account: \"email:" (viewer.mail) "\", how: asked}" } }
        }
    }
}

fn todo(item: &Item, today: Day) -> Markup {
    let late = item.days_late(today);
    html! {
        li.duty.is-late[late > 0] {
            p.duty-kind { (item.kind.words()) }
            h3 { (item.title) }
            p.duty-due { (when(item, today)) }
            p.muted { (item.about) }
            @if let Some((to, words)) = &item.to { a.button.main.big href=(to) { (words) } }
        }
    }
}

fn when(item: &Item, today: Day) -> Markup {
    let Some(due) = item.due else {
        return tag(Tone::Plain, "As soon as you can");
    };
    match due.days_since(today) {
        days if days < 0 => {
            let late = usize::try_from(-days).unwrap_or(usize::MAX);
            html! { (tag(Tone::Bad, &format!("{} late", part::many(late, "day")))) " due " (due) }
        }
        0 => tag(Tone::Warn, "Due today"),
        days if days <= 14 => {
            let left = usize::try_from(days).unwrap_or(usize::MAX);
            html! { (tag(Tone::Warn, &format!("Due in {}", part::many(left, "day")))) " " (due) }
        }
        _ => html! { (tag(Tone::Plain, "Due")) " " (due) },
    }
}

fn finished(item: &Item, zone: &Zone) -> Markup {
    html! {
        li {
            (tag(Tone::Good, "Done")) " " strong { (item.title) }
            span.muted {
                " " (item.kind.words())
                @if let Some((at, leaf)) = item.done { ", " (part::instant(zone, at)) ", entry " (entry_words(leaf)) }
            }
        }
    }
}

/// The number of an entry as text: whoever looks here mostly may not open the ledger.
fn entry_words(leaf: u64) -> Markup {
    html! { span.leaf { "#" (leaf) } }
}

/// The number of an entry, as a link for who may open it.
pub(super) fn entry_for(viewer: &Viewer, leaf: u64) -> Markup {
    if viewer.may(Action::ViewEntries) {
        entry(leaf)
    } else {
        entry_words(leaf)
    }
}
