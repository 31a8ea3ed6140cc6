//! The ledger: every entry, and one entry with what proves it.

mod rows;

use maud::{Markup, html};
use tickmark_core::model::time::{Time, Zone};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, digest, facts, grouped, tag};
use super::table::{self, Asked, Column, Table};
use super::{link, view};
use crate::house::{Download, Entry, House};
use crate::rights::{Action, Viewer};
use rows::Row;

/// All entries, newest first, as far as the state still tells them apart.
#[must_use]
pub fn ledger(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let zone = view::zone(house);
    let (rows, count) = page(house, &zone, asked);
    let none = part::empty(
        "The ledger is empty",
        "The first entry is made when the program is set up.",
        "tickmark init",
        &html! {},
    );
    let log = &house.log;
    let body = html! {
        (part::head(&html! { "Ledger" }, &html! { "Append-only. What was known at any time can be shown again; nothing is ever taken out." }, &html! { @if viewer.may(Action::DownloadBundle) { a.button href=(link::BUNDLE) download="" { "Download the bundle" } } }))
        (card("Anchor", &html! {
            (facts(&[
                ("Entries", html! { (grouped(log.size)) }),
                ("Root", digest(&log.root)),
                ("Verdict", super::home::verdict(&log.verdict)),
                ("Not witnessed", html! { (grouped(log.unwitnessed.0)) " entries" @if let Some(oldest) = log.unwitnessed.1 { ", the oldest recorded " (part::ago(now, oldest)) } }),
            ]))
            @match &log.note { Some(note) => { details { summary { "The signed checkpoint" } pre.code { (note) } } }, None => { p { "No checkpoint is signed yet. " (part::command("tickmark log checkpoint")) } } }
        }))
        @if log.size == 0 { (none) } @else { (entries(&rows, &zone).slice(asked, count, &table::filters(asked, link::LEDGER, "kind", "Kind", &rows::KINDS))) }
    };
    layout(house, viewer, &Frame::new("Ledger", Room::Ledger), &body)
}

/// The same as a file.
#[must_use]
pub fn ledger_csv(house: &House, _viewer: &Viewer, asked: &Asked) -> Download {
    entries(&rows::newest_first(house), &view::zone(house)).csv(asked)
}

/// The rows of the page asked for, and how many rows there are. Without filter or search only the entries of the page are looked up, by
/// their place; otherwise all are, once.
fn page<'a>(house: &'a House, zone: &Zone, asked: &Asked) -> (Vec<Row<'a>>, usize) {
    let oldest_first = match &asked.sort {
        None => Some(false),
        Some((column, down)) => (column == "leaf").then_some(!down),
    };
    if let Some(oldest_first) = oldest_first.filter(|_| !asked.is_narrowed()) {
        let size = usize::try_from(house.log.size).unwrap_or(0);
        let places = table::cut(asked, size);
        let rows = match oldest_first {
            true => rows::of(house, places.start as u64..places.end as u64),
            false => {
                let (first, last) = (size - places.end, size - places.start);
                let mut rows = rows::of(house, first as u64..last as u64);
                rows.reverse();
                rows
            }
        };
        return (rows, size);
    }
    let all = rows::newest_first(house);
    let whole = entries(&all, zone);
    let found = whole.found(asked);
    let places = table::cut(asked, found.len());
    let page = found.iter().skip(places.start).take(places.len());
    // The first of all is the newest.
    let place = |leaf: u64| all.len().checked_sub(1 + usize::try_from(leaf).ok()?);
    let rows = page.filter_map(|row| all.get(place(row.leaf)?).copied());
    (rows.collect(), found.len())
}

fn entries<'a>(rows: &'a [Row<'a>], zone: &'a Zone) -> Table<'a, Row<'a>> {
    Table {
        caption: "Entries of the ledger",
        path: link::LEDGER.into(),
        columns: vec![
            Column::new("leaf", "Entry", |r: &Row<'_>| r.leaf.to_string())
                .ordered(|r| r.leaf)
                .shown(|r| part::entry(r.leaf)),
            Column::new("kind", "Kind", |r: &Row<'_>| r.kind().to_owned())
                .shown(|r| html! { code { (r.kind()) } })
                .filter(),
            Column::new("says", "What", Row::says).shown(Row::shown),
            Column::new("time", "Claimed time", |r: &Row<'_>| {
                r.time.map(|t| part::minute(zone, t)).unwrap_or_default()
            })
            .shown(|r| html! { @if let Some(time) = r.time { (part::instant(zone, time)) } }),
        ],
        rows,
        file: "ledger",
    }
}

/// One entry with what proves it.
#[must_use]
pub fn entry(house: &House, viewer: &Viewer, shown: &Entry) -> Markup {
    let zone = view::zone(house);
    let title = format!("Entry {}", grouped(shown.leaf));
    let witnessed = shown.leaf < house.log.size.saturating_sub(house.log.unwitnessed.0);
    let body = html! {
        (part::head(&html! { (title) }, &html! { code { (shown.kind) } }, &html! {
            @if shown.leaf > 0 { a.button rel="prev" href=(link::entry(shown.leaf - 1)) { "\u{2190} #" (shown.leaf - 1) } }
            @if shown.leaf + 1 < house.log.size { a.button rel="next" href=(link::entry(shown.leaf + 1)) { "#" (shown.leaf + 1) " \u{2192}" } }
        }))
        (card("What it is", &facts(&[
            ("Claimed time", html! { (part::instant(&zone, shown.time)) " in " (zone) }),
            ("Actor", html! { (shown.actor) }),
            ("Anchored", html! { @if witnessed && house.log.verdict == "witnessed" { (tag(Tone::Good, "before the last cosignature")) } @else { (tag(Tone::Unknown, "not witnessed yet")) } }),
            ("Seen on", related(house, shown)),
        ])))
        (card("Body", &html! { pre.code { code { (shown.body) } } p.muted { "A view for people; what is hashed is the entry as stored." } }))
        (card("Blobs", &blobs(shown)))
        (card("Inclusion proof", &html! {
            p { "Leaf hash " code.long { (shown.hash) } }
            p { "Together with these " (shown.proof.len()) " hashes it gives the root of the tree of size " (grouped(house.log.size)) ":" }
            @if shown.proof.is_empty() { p { "none: it is the only entry" } }
            ol.proof { @for hash in &shown.proof { li { code.long { (hash) } } } }
            p { "Root " code.long { (house.log.root) } }
            p { "Check it without this server: " (part::command(&format!("tickmark log prove {}", shown.leaf))) }
        }))
    };
    layout(
        house,
        viewer,
        &Frame::new(title.clone(), Room::Ledger).under("Ledger", link::LEDGER),
        &body,
    )
}

fn blobs(shown: &Entry) -> Markup {
    html! {
        @if shown.blobs.is_empty() { p { "It has none." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Blobs" {
                table.grid {
                    thead { tr { th scope="col" { "Role" } th scope="col" { "Commitment" } th.right scope="col" { "Bytes" } th scope="col" { "Here" } } }
                    tbody { @for (role, commitment, length, here) in &shown.blobs {
                        tr { th scope="row" data-label="Role" { (role) } td data-label="Commitment" { (digest(commitment)) } td.right data-label="Bytes" { (grouped(*length)) } td data-label="Here" { @if *here { (tag(Tone::Good, "stored")) } @else { (tag(Tone::Unknown, "erased or lost")) } } }
                    } }
                }
            }
        }
    }
}

fn related(house: &House, shown: &Entry) -> Markup {
    let state = &house.state;
    let path = state
        .documents
        .iter()
        .find(|(_, versions)| versions.iter().any(|v| v.leaf == shown.leaf))
        .map(|(path, _)| path);
    let run = state.runs.values().flatten().find(|r| r.leaf == shown.leaf);
    let collected = state
        .collections
        .binary_search_by_key(&shown.leaf, |c| c.leaf)
        .is_ok();
    html! {
        @if let Some(path) = path { a href=(link::document(path)) { (path) } }
        @else if let Some(run) = run { a href=(link::filtered(&link::test(&run.body.test), "run", &shown.leaf.to_string())) { (run.body.test) } }
        @else if collected { a href=(link::evidence(shown.leaf)) { "its evidence" } }
        @else { span.muted { "no other page" } }
    }
}
