//! Who may have what, and what became of it.

use maud::{Markup, html};
use tickmark_core::model::{
    body::{AccessKind, RevokedWhy},
    registers::{self, GrantStanding, GrantState},
    time::{DAY_US, Time, Zone},
};

use super::{requests::link_card, requests::stands, title};
use crate::{
    house::{Download, House},
    pages::{
        layout::{Frame, Room, layout},
        link,
        part::{self, Tone, card, entry, tag},
        table::{Asked, Column, Table},
    },
    rights::Viewer,
};

/// Days that a grant lasts unless somebody says otherwise.
const USUAL_DAYS: i64 = 30;

/// All grants; `new_link` is shown once, with whom it is for.
#[must_use]
pub fn grants(
    house: &House,
    viewer: &Viewer,
    now: Time,
    asked: &Asked,
    new_link: Option<(&str, &str)>,
) -> Markup {
    let rows = registers::trust(&house.state, now).grants;
    let zone = crate::pages::view::zone(house);
    let none = html! { p.muted { "Nothing was given to anybody yet." } };
    let actions = html! { a.button href=(link::TRUST_ACCESSES) { "What recipients did" } a.button href=(link::TRUST_REQUESTS) { "Requests" } };
    let body = html! {
        (part::head(&html! { "Grants" }, &html! { "Who may have which document, until when, under which terms. Revoking works at once." }, &actions))
        @if let Some((mail, address)) = new_link { (link_card(mail, address)) }
        (table(&rows, &zone).html(asked, &none))
        (card("Give a document to somebody who did not ask", &give(house, now, &zone)))
    };
    let frame = Frame::new("Grants", Room::Trust).under("Trust page", link::TRUST_MANAGE);
    layout(house, viewer, &frame, &body)
}

/// The same as a file.
#[must_use]
pub fn grants_csv(house: &House, now: Time, asked: &Asked) -> Download {
    let rows = registers::trust(&house.state, now).grants;
    table(&rows, &crate::pages::view::zone(house)).csv(asked)
}

/// The recipient's address; a word once it is erased.
pub(super) fn recipient(grant: &GrantStanding<'_>) -> String {
    let mail = grant.grant.recipient.value.as_ref();
    mail.map_or_else(|| "erased".to_owned(), ToString::to_string)
}

const fn tone(state: GrantState) -> Tone {
    match state {
        GrantState::Offered => Tone::Warn,
        GrantState::Accepted(_) => Tone::Good,
        GrantState::Expired | GrantState::Revoked(_) | GrantState::Withdrawn(_) => Tone::Plain,
    }
}

fn table<'a>(rows: &'a [GrantStanding<'a>], zone: &'a Zone) -> Table<'a, GrantStanding<'a>> {
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let columns = vec![
        Column::new("recipient", "Recipient", |g: &GrantStanding<'_>| {
            recipient(g)
        }),
        Column::new("document", "Document", |g: &GrantStanding<'_>| {
            title(g.publication).to_owned()
        })
        .filter(),
        Column::new("state", "State", |g: &GrantStanding<'_>| {
            g.state.as_str().to_owned()
        })
        .shown(|g| tag(tone(g.state), g.state.as_str()))
        .filter(),
        Column::new("given", "Given", |g: &GrantStanding<'_>| {
            part::minute(zone, g.grant.recorded)
        }),
        Column::new("until", "Until", |g: &GrantStanding<'_>| {
            part::minute(zone, g.grant.until)
        }),
        Column::new("accepted", "Terms accepted", |g: &GrantStanding<'_>| {
            g.grant
                .accepted()
                .map(|t| part::minute(zone, t))
                .unwrap_or_default()
        }),
        Column::number("downloads", "Downloads", move |g: &GrantStanding<'_>| {
            number(g.count(AccessKind::Downloaded))
        }),
        Column::new("terms", "Terms", |g: &GrantStanding<'_>| {
            g.grant.terms.to_string()
        })
        .hidden(),
        Column::new("entry", "Entry", |g: &GrantStanding<'_>| {
            g.grant.leaf.to_string()
        })
        .ordered(|g| g.grant.leaf)
        .shown(|g| entry(g.grant.leaf)),
        Column::new("deed", "Action", |_: &GrantStanding<'_>| String::new())
            .shown(|g| html! { @if g.state.holds() { (end(g)) } }),
    ];
    Table {
        caption: "Grants",
        path: link::TRUST_GRANTS.to_owned(),
        columns,
        rows,
        file: "grants",
    }
}

fn end(grant: &GrantStanding<'_>) -> Markup {
    let who = recipient(grant);
    html! {
        form.outside-inline method="post" action=(link::trust_revoke(grant.grant.leaf)) {
            label { span.quiet { "Why" } select name="why" { @for why in RevokedWhy::ALL { option value=(why.as_str()) { (why_words(*why)) } } } }
            button.danger type="submit" { "Revoke" span.quiet { " what was given to " (who) } }
        }
        form.deed method="post" action=(link::trust_relink(grant.grant.leaf)) { button type="submit" { "New link" span.quiet { " for " (who) } } }
    }
}

const fn why_words(why: RevokedWhy) -> &'static str {
    match why {
        RevokedWhy::NoNeed => "no need any more",
        RevokedWhy::WrongRecipient => "wrong recipient",
        RevokedWhy::Misuse => "terms not kept",
    }
}

fn give(house: &House, now: Time, zone: &Zone) -> Markup {
    let offered: Vec<_> = house
        .state
        .publications
        .values()
        .filter(|p| stands(p))
        .collect();
    html! {
        @if offered.is_empty() { p.muted { "Nothing is published on request." } }
        @else {
            form.hand-in method="post" action=(link::TRUST_GRANTS) {
                @for publication in &offered {
                    label.choice { input type="checkbox" name="document" value=(publication.leaf); span { (title(publication)) } }
                }
                label { span { "Mail address of the recipient" } input type="email" name="mail" required maxlength="254"; }
                label { span { "Last day" } input type="date" name="last-day" value=(zone.day_of(now.plus(USUAL_DAYS * DAY_US))) required; }
                button.main type="submit" { "Give it, and make the link" }
            }
        }
    }
}
