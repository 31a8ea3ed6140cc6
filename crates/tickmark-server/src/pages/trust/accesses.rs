//! What recipients did, from the ledger.

use maud::{Markup, html};
use tickmark_core::model::{
    body::AccessKind,
    registers::{self, GrantStanding, TrustListing},
    state::Access,
    time::{Time, Zone},
};

use super::{grants::recipient, title};
use crate::{
    house::{Download, House},
    pages::{
        layout::{Frame, Room, layout},
        link,
        part::{self, entry},
        table::{Asked, Column, Table},
    },
    rights::Viewer,
};

/// Every acceptance, opening and download, the last one first.
#[must_use]
pub fn accesses(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let listing = registers::trust(&house.state, now);
    let (rows, zone) = (rows(&listing), crate::pages::view::zone(house));
    let none = html! { p.muted { "No recipient has opened anything yet." } };
    let body = html! {
        (part::head(&html! { "What recipients did" }, &html! { "Each is an entry of the ledger, made before the file is handed out. A page opened again within a day is one entry." }, &html! { a.button href=(link::TRUST_GRANTS) { "Grants" } }))
        (table(&rows, &zone).html(asked, &none))
    };
    let frame =
        Frame::new("What recipients did", Room::Trust).under("Trust page", link::TRUST_MANAGE);
    layout(house, viewer, &frame, &body)
}

/// The same as a file.
#[must_use]
pub fn accesses_csv(house: &House, now: Time, asked: &Asked) -> Download {
    let listing = registers::trust(&house.state, now);
    table(&rows(&listing), &crate::pages::view::zone(house)).csv(asked)
}

type Row<'a> = (&'a Access, GrantStanding<'a>);

fn rows<'a>(listing: &TrustListing<'a>) -> Vec<Row<'a>> {
    let each = |g: &GrantStanding<'a>| {
        let grant = *g;
        grant.grant.accesses.iter().map(move |a| (a, grant))
    };
    let mut rows: Vec<Row<'a>> = listing.grants.iter().flat_map(each).collect();
    rows.sort_by_key(|(access, _)| std::cmp::Reverse(access.leaf));
    rows
}

fn table<'a>(rows: &'a [Row<'a>], zone: &'a Zone) -> Table<'a, Row<'a>> {
    let columns = vec![
        Column::new("when", "When", |(a, _): &Row<'_>| {
            part::minute(zone, a.recorded)
        }),
        Column::new("recipient", "Recipient", |(_, g): &Row<'_>| recipient(g)).filter(),
        Column::new("document", "Document", |(_, g): &Row<'_>| {
            title(g.publication).to_owned()
        })
        .filter(),
        Column::new("what", "What", |(a, _): &Row<'_>| words(a.what).to_owned()).filter(),
        Column::new("entry", "Entry", |(a, _): &Row<'_>| a.leaf.to_string())
            .ordered(|(a, _)| a.leaf)
            .shown(|(a, _)| entry(a.leaf)),
    ];
    Table {
        caption: "What recipients did",
        path: link::TRUST_ACCESSES.to_owned(),
        columns,
        rows,
        file: "accesses",
    }
}

const fn words(what: AccessKind) -> &'static str {
    match what {
        AccessKind::Accepted => "accepted the terms",
        AccessKind::Viewed => "opened the page",
        AccessKind::Downloaded => "downloaded",
    }
}
