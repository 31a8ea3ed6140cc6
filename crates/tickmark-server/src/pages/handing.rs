//! Asking somebody without an account for evidence, and the one page that they see.

use maud::{Markup, html};
use tickmark_core::judge::freshness::Freshness;
use tickmark_core::model::time::{Period, Time};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, tag};
use super::view::{self, ControlView};
use super::{link, mine, owed};
use crate::house::House;
use crate::identity::{HandInLink, LONGEST_DAYS};
use crate::rights::Viewer;

/// Most occurrences that are offered at once; the rest by naming the control.
const MOST_OFFERED: usize = 200;

/// What the page of links shows beside the links.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown<'a> {
    /// The control that somebody wants to ask for.
    pub control: Option<&'a str>,
    /// The address of a link that was made a moment ago: it can be seen this once.
    pub address: Option<&'a str>,
}

/// Links that were made, and the form that makes one.
#[must_use]
pub fn hand_in_links(
    house: &House,
    viewer: &Viewer,
    now: Time,
    links: &[HandInLink],
    shown: Shown<'_>,
) -> Markup {
    let body = html! {
        (part::head(&html! { "Hand-in links" }, &html! { "Somebody without an account hands in evidence for one control and one stretch of days. It is recorded under the mail address you name." }, &html! {}))
        @if let Some(address) = shown.address {
            section.card role="status" {
                h2 { "The link" }
                p { "Send it to whom it is for. It takes files once, and cannot be shown again." }
                p { code.secret { (address) } }
            }
        }
        (card("Ask somebody", &form(house, viewer, now, shown.control)))
        (card("Links", &list(house, now, links)))
    };
    let frame = Frame::new("Hand-in links", Room::HandInLinks).under("My controls", link::MINE);
    layout(house, viewer, &frame, &body)
}

type Offer<'a> = (ControlView<'a>, Vec<(Period, Option<Freshness>)>);

/// What can be asked for: for one control everything that has begun, otherwise what is missing of all.
fn offers<'a>(
    house: &'a House,
    viewer: &Viewer,
    now: Time,
    control: Option<&str>,
) -> Vec<Offer<'a>> {
    if let Some(id) = control {
        let one = view::control(house, viewer, id).filter(ControlView::is_adopted);
        let one = one.map(|c| {
            let choices = owed::choices(house, &c, now);
            (c, choices)
        });
        return one.into_iter().collect();
    }
    let today = view::zone(house).day_of(now);
    let mut left = MOST_OFFERED;
    let mut out = Vec::new();
    for control in view::controls(house, viewer) {
        if left == 0 {
            break;
        }
        let owed = owed::occurrences(house, &control, now);
        let missing = owed
            .iter()
            .filter(|o| o.leaves.is_empty() && o.days.from <= today);
        let missing: Vec<_> = missing.map(|o| (o.days, o.freshness)).take(left).collect();
        left -= missing.len();
        if !missing.is_empty() {
            out.push((control, missing));
        }
    }
    out
}

/// Whether somebody may be asked for evidence of these days of a control.
#[must_use]
pub fn may_ask(house: &House, viewer: &Viewer, now: Time, control: &str, covers: Period) -> bool {
    let offers = offers(house, viewer, now, Some(control));
    offers
        .iter()
        .any(|(_, days)| days.iter().any(|(d, _)| *d == covers))
}

fn form(house: &House, viewer: &Viewer, now: Time, control: Option<&str>) -> Markup {
    let offers = offers(house, viewer, now, control);
    if offers.is_empty() {
        return html! {
            @match control {
                Some(id) => { p { "Nothing can be asked for " strong { (id) } ": it is not adopted, or nothing of its period has begun." } },
                None => { p { "Nothing that is owed by hand is missing. To ask for something else, open the control and choose " strong { "Let somebody without an account hand it in" } "." } },
            }
            p { a href=(link::CONTROLS) { "All controls" } }
        };
    }
    html! {
        form.hand-in method="post" action=(link::HAND_IN_LINKS) {
            label { span { "For which control and days" } select name="what" required {
                @for (control, days) in &offers {
                    optgroup label={ (control.id) " " (control.title) } {
                        @for (days, freshness) in days {
                            option value={ (control.id) " " (days) } { (control.id) ", " (days.from) " to " (days.to) @if freshness.is_some() { ", " (owed::words(*freshness).1.to_lowercase()) } }
                        }
                    }
                }
            } }
            @if control.is_some() { p { a href=(link::HAND_IN_LINKS) { "What is missing of all controls" } } }
            label { span { "Mail address of whom you ask" } input type="email" name="mail" required autocomplete="off"; }
            label { span { "Days that the link works, at most " (LONGEST_DAYS) } input type="number" name="days" min="1" max=(LONGEST_DAYS) value="14" required; }
            button.main.big type="submit" { "Make the link" }
            p.muted { "Whoever has the link can hand in, for these days of this control and nothing else, and sees nothing of the program but its name and the control's." }
        }
    }
}

fn list(house: &House, now: Time, links: &[HandInLink]) -> Markup {
    let zone = view::zone(house);
    html! {
        @if links.is_empty() { p.muted { "No link was made yet." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Hand-in links" {
                table.grid {
                    thead { tr { th scope="col" { "For" } th scope="col" { "Whom" } th scope="col" { "State" } th scope="col" { "Asked by" } th scope="col" { "Works until" } th scope="col" { "End it" } } }
                    tbody { @for one in links {
                        tr {
                            th scope="row" data-label="For" { a href=(link::control(&one.control)) { (one.control) } " " (one.covers) }
                            td data-label="Whom" { (one.mail) }
                            td data-label="State" { (state(one, now)) @if let Some(used) = one.used { " " (part::instant(&zone, used)) } }
                            td data-label="Asked by" { (one.asked_by) }
                            td data-label="Works until" { (part::instant(&zone, one.expires)) }
                            td data-label="End it" { @if one.used.is_none() && now < one.expires { form.deed method="post" action=(link::end_hand_in_link(one.id)) { button type="submit" { "End" } } } }
                        }
                    } }
                }
            }
        }
    }
}

fn state(one: &HandInLink, now: Time) -> Markup {
    match one.used {
        Some(_) => tag(Tone::Good, "handed in"),
        None if now >= one.expires => tag(Tone::Unknown, "ran out unused"),
        None => tag(Tone::Plain, "waiting"),
    }
}

/// What somebody with a link sees: who asks for what, and the place for files.
#[must_use]
pub fn hand_in_by_link(house: &House, found: &HandInLink) -> Markup {
    let zone = view::zone(house);
    let organization = match &house.inputs {
        Ok(inputs) => inputs.organization.as_str(),
        Err(_) => house.state.program().map_or("", |p| p.name.as_str()),
    };
    let title = house
        .library
        .controls
        .get(&found.control)
        .map_or("", |c| c.front.title.as_str());
    html! {
        p { strong { (found.asked_by) } @if !organization.is_empty() { " of " (organization) } " asks you for evidence of" }
        section.card {
            h2 { (found.control) " " (title) }
            p { "for the days " strong { (found.covers.from) " to " (found.covers.to) } }
            form.hand-in method="post" enctype="multipart/form-data" {
                (mine::drop_zone())
                button.main.big type="submit" { "Hand in" }
            }
        }
        p { "What you hand in is recorded for good under " strong { (found.mail) } ", for this control and these days only. You get a receipt." }
        p.muted { "The link works once, until " (part::instant(&zone, found.expires)) " in " (zone) ". Choose all files at once." }
    }
}
