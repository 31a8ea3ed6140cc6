//! What strangers asked for, and the answers.

use maud::{Markup, html};
use tickmark_core::model::{
    body::Audience,
    state::Publication,
    time::{DAY_US, Time},
};

use super::title;
use crate::{
    house::House,
    identity::Asked,
    pages::{
        layout::{Frame, Room, layout},
        link,
        part::{self, Tone, card, tag},
    },
    rights::Viewer,
};

/// Days that a grant lasts unless somebody says otherwise.
const USUAL_DAYS: i64 = 30;

/// Requests that wait, then those that were answered; `new_link` is shown once, with whom it is for.
#[must_use]
pub fn requests(
    house: &House,
    viewer: &Viewer,
    now: Time,
    asked: &[Asked],
    new_link: Option<(&str, &str)>,
) -> Markup {
    let (waiting, answered): (Vec<&Asked>, Vec<&Asked>) =
        asked.iter().partition(|a| a.decided.is_none());
    let zone = crate::pages::view::zone(house);
    let body = html! {
        (part::head(&html! { "Requests" }, &html! { "Who asked for documents of the trust page. Requests are no evidence: they are deleted 90 days after the answer." }, &html! { a.button href=(link::TRUST_GRANTS) { "Grants" } }))
        @if let Some((mail, address)) = new_link { (link_card(mail, address)) }
        @if waiting.is_empty() { (card("Waiting for an answer", &html! { p.muted { "Nobody waits." } })) }
        @for one in &waiting { (wish(house, now, one)) }
        @if !answered.is_empty() {
            (card("Answered", &html! {
                ul.points { @for one in &answered {
                    li {
                        (one.wish.name) ", " (one.wish.company) " " span.muted { (one.wish.mail) } " "
                        @if let Some((at, approved)) = one.decided { (tag(Tone::Plain, if approved { "granted" } else { "declined" })) " " span.muted { (part::minute(&zone, at)) } }
                    }
                } }
            }))
        }
    };
    layout(
        house,
        viewer,
        &Frame::new("Requests", Room::Trust).under("Trust page", link::TRUST_MANAGE),
        &body,
    )
}

/// A link that is shown once.
pub(super) fn link_card(mail: &str, address: &str) -> Markup {
    html! {
        section.card role="status" {
            h2 { "The link for " (mail) }
            p { "Send it to " strong { (mail) } ", and to nobody else. It cannot be shown again; a new one voids it." }
            p { code.secret { (address) } }
        }
    }
}

fn wish(house: &House, now: Time, asked: &Asked) -> Markup {
    let zone = crate::pages::view::zone(house);
    let wish = &asked.wish;
    let offered = house.state.publications.values().filter(|p| stands(p));
    let last = zone.day_of(now.plus(USUAL_DAYS * DAY_US));
    html! {
        section.card {
            div.card-head { h2 { (wish.name) ", " (wish.company) } div.aside { (part::ago(now, asked.at)) } }
            (part::facts(&[
                ("Mail address", html! { (wish.mail) }),
                ("What for", html! { span.outside-reason { (wish.reason) } }),
            ]))
            form.hand-in method="post" action=(link::trust_answer(asked.id, "approve")) {
                @for publication in offered {
                    label.choice { input type="checkbox" name="document" value=(publication.leaf) checked[wish.wanted.contains(&publication.leaf)]; span { (title(publication)) } }
                }
                label { span { "Last day" } input type="date" name="last-day" value=(last) required; }
                button.main type="submit" { "Give it, and make the link" span.quiet { " for " (wish.name) } }
            }
            form.deed method="post" action=(link::trust_answer(asked.id, "decline")) { button type="submit" { "Decline" span.quiet { " the request of " (wish.name) } } }
        }
    }
}

/// Given on request, and not withdrawn.
pub(super) fn stands(publication: &Publication) -> bool {
    publication.withdrawn.is_none() && publication.body.audience == Audience::OnRequest
}
