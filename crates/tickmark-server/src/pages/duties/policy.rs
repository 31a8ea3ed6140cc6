//! One policy with its text, and the button that acknowledges or approves it.

use maud::{Markup, html};
use tickmark_core::model::document::{Policy, split_front_matter};
use tickmark_core::model::ids::{PersonId, PolicyId};
use tickmark_core::model::state::Version;
use tickmark_core::model::time::{Day, Time};

use super::list::{self, Kind};
use crate::house::{House, Trouble};
use crate::pages::layout::{Frame, Room, layout};
use crate::pages::part::{self, Tone, tag};
use crate::pages::prose::prose;
use crate::pages::{link, view};
use crate::rights::{Action, Viewer};

/// A policy as somebody reads it before saying so.
///
/// # Errors
/// [`Trouble::Missing`]: no such policy, or not theirs.
pub fn policy(house: &House, viewer: &Viewer, now: Time, id: &str) -> Result<Markup, Trouble> {
    let zone = view::zone(house);
    let today = zone.day_of(now);
    let known = PolicyId::parse(id)
        .ok()
        .and_then(|id| house.state.policy(&id));
    let Some((version, policy)) = known.filter(|(_, p)| list::reads(house, viewer, p, today))
    else {
        return Err(Trouble::Missing(format!("no policy {id} for you to read")));
    };
    let approved = house.state.is_approved(&policy.policy, version.leaf);
    let from = policy.lifetime.from;
    let body = html! {
        (part::head(&html! { (policy.title) }, &html! { "Version " (policy.version) ", kept by " (policy.owner) ", in force from " (from) "." }, &html! {
            @if approved { (tag(Tone::Good, "Approved")) } @else { (tag(Tone::Warn, "Not approved yet")) }
        }))
        article.card.reading { (text(house, policy)) }
        (act(house, viewer, now, (version, policy), approved))
    };
    let frame = Frame::new(policy.title.clone(), Room::Due).under("Due from you", link::DUE);
    Ok(layout(house, viewer, &frame, &body))
}

fn text(house: &House, policy: &Policy) -> Markup {
    let path = format!("policies/{}.md", policy.policy);
    let bytes = house.documents.iter().find(|(p, _)| *p == path);
    let whole = bytes.map(|(_, bytes)| String::from_utf8_lossy(bytes));
    html! {
        @match whole.as_deref() {
            Some(whole) => { (prose(split_front_matter(&path, whole).map_or(whole, |front| front.prose))) },
            None => { p { "Its text is not here any more." } },
        }
    }
}

/// What can be done about it, or why nothing can.
fn act(
    house: &House,
    viewer: &Viewer,
    now: Time,
    (version, policy): (&Version, &Policy),
    approved: bool,
) -> Markup {
    let id = policy.policy.as_str();
    let due = list::gather(house, viewer, now);
    let todo = |kind: Kind| {
        let mut all = due.todo.iter();
        all.any(|i| i.kind == kind && i.policy.as_deref() == Some(id))
    };
    let zone = view::zone(house);
    let today = zone.day_of(now);
    let done = due.done.iter().filter(|i| i.policy.as_deref() == Some(id));
    html! {
        section.card.signing {
            h2 { "Your part" }
            @for item in done {
                @if let Some((at, leaf)) = item.done {
                    p { (tag(Tone::Good, if item.kind == Kind::Approve { "Approved by you" } else { "Acknowledged by you" })) " " (part::instant(&zone, at)) ", entry " (super::entry_for(viewer, leaf)) }
                }
            }
            @if todo(Kind::Approve) {
                p { "By approving you say, in your own name, that this version shall hold." }
                (form(link::DO_APPROVE, id, version.leaf, &format!("Approve version {}", policy.version)))
            }
            @if todo(Kind::Acknowledge) {
                p { "Your name, the time and this very version are recorded." }
                (form(link::DO_ACKNOWLEDGE, id, version.leaf, "I have read it and will keep to it"))
            }
            @if let Some(why) = nothing(house, viewer, due.person, (policy, approved, today)) { p { (why) } }
            p { a href=(link::DUE) { "Back to what is due from you" } }
        }
    }
}

fn form(to: &str, policy: &str, seen: u64, words: &str) -> Markup {
    html! {
        form.deed method="post" action=(to) {
            input type="hidden" name="policy" value=(policy);
            input type="hidden" name="seen" value=(seen);
            button.main.big type="submit" { (words) }
        }
    }
}

/// Why there is no button, if there is something to explain.
fn nothing(
    house: &House,
    viewer: &Viewer,
    person: Option<&PersonId>,
    (policy, approved, today): (&Policy, bool, Day),
) -> Option<&'static str> {
    let Some(person) = person else {
        return Some(
            "Your mail address belongs to no person in people.yaml, so nothing can be recorded in your name.",
        );
    };
    if !viewer.may(Action::AcknowledgePolicies) {
        return Some("Your role reads it only.");
    }
    let must = list::must_acknowledge(house, policy, person);
    match () {
        () if !must && !list::approves(policy, person) => {
            Some("Nobody asks you to acknowledge or approve it.")
        }
        () if must && !approved && !list::approves(policy, person) => {
            Some("It is not approved yet; acknowledging it is possible afterwards.")
        }
        () if must && approved && policy.lifetime.from > today => {
            Some("It is not in force yet; you will find it here from its first day on.")
        }
        () => None,
    }
}
