//! The ledger: every entry, and one entry with what proves it.

use maud::{Markup, html};
use tickmark_core::model::state::State;
use tickmark_core::model::time::{Time, Zone};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, digest, facts, grouped, tag};
use super::table::{Asked, Column, Table};
use super::{link, view};
use crate::house::{Download, Entry, House};
use crate::rights::{Action, Viewer};

/// All entries, newest first, as far as the state still tells them apart.
#[must_use]
pub fn ledger(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let rows = rows(house);
    let zone = view::zone(house);
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
        (table(&rows, &zone).html(asked, &none))
    };
    layout(house, viewer, &Frame::new("Ledger", Room::Ledger), &body)
}

/// The same as a file.
#[must_use]
pub fn ledger_csv(house: &House, _viewer: &Viewer, asked: &Asked) -> Download {
    table(&rows(house), &view::zone(house)).csv(asked)
}

/// What the state knows of an entry; kept small, for there are many.
#[derive(Clone, Copy)]
enum What<'a> {
    /// Superseded or of a kind that the state keeps nothing of.
    Other,
    Program,
    Actor,
    Document(&'a str),
    Retirement(&'a str),
    Library(&'a str),
    Intent(&'a str, &'a str),
    Collection(&'a str, &'a str),
    Failure(&'a str, &'a str),
    Run(&'a str),
    Trust,
    Erased,
}

struct Row<'a> {
    leaf: u64,
    what: What<'a>,
    time: Option<Time>,
}

impl Row<'_> {
    const fn kind(&self) -> &'static str {
        match self.what {
            What::Other => "other",
            What::Program => "program",
            What::Actor => "actor",
            What::Document(_) => "document",
            What::Retirement(_) => "retirement",
            What::Library(_) => "library",
            What::Intent(..) => "collection.intent",
            What::Collection(..) => "collection.result",
            What::Failure(..) => "collection.error",
            What::Run(_) => "test.run",
            What::Trust => "trust",
            What::Erased => "erased",
        }
    }

    fn says(&self) -> String {
        match self.what {
            What::Document(path) => path.to_owned(),
            What::Retirement(path) => format!("{path} taken out of the program"),
            What::Library(version) => format!("library of version {version}"),
            What::Intent(instance, stream)
            | What::Collection(instance, stream)
            | What::Failure(instance, stream) => format!("{instance}.{stream}"),
            What::Run(test) => test.to_owned(),
            What::Program => "the log's name and key".into(),
            What::Actor => "somebody who acts".into(),
            What::Trust => "a key held outside".into(),
            What::Erased => "a blob was replaced by a redacted one".into(),
            What::Other => String::new(),
        }
    }

    fn shown(&self) -> Markup {
        match self.what {
            What::Document(path) => html! { a href=(link::document(path)) { (path) } },
            What::Run(test) => html! { a href=(link::test(test)) { (test) } },
            What::Collection(..) => html! { a href=(link::evidence(self.leaf)) { (self.says()) } },
            _ => html! { (self.says()) },
        }
    }
}

fn rows(house: &House) -> Vec<Row<'_>> {
    let state = &house.state;
    let size = usize::try_from(house.log.size).unwrap_or(0);
    let mut all: Vec<Row<'_>> = (0..size as u64)
        .map(|leaf| Row {
            leaf,
            what: What::Other,
            time: None,
        })
        .collect();
    known(state, &mut |leaf, what, time| {
        if let Some(row) = usize::try_from(leaf).ok().and_then(|at| all.get_mut(at)) {
            (row.what, row.time) = (what, time);
        }
    });
    all.reverse();
    all
}

fn known<'a>(state: &'a State, tell: &mut dyn FnMut(u64, What<'a>, Option<Time>)) {
    if state.log.is_some() {
        tell(0, What::Program, None);
    }
    for named in &state.actors {
        tell(named.leaf, What::Actor, None);
    }
    for (path, versions) in &state.documents {
        for version in versions {
            tell(version.leaf, What::Document(path), Some(version.recorded));
            if let Some(leaf) = version.removed {
                tell(leaf, What::Retirement(path), None);
            }
        }
    }
    for library in &state.libraries {
        tell(library.leaf, What::Library(&library.version), None);
    }
    for (leaf, intent) in &state.open_intents {
        tell(
            *leaf,
            What::Intent(intent.instance.as_str(), intent.stream.as_str()),
            Some(intent.recorded),
        );
    }
    for item in &state.collections {
        let name = (item.instance.as_str(), item.stream.as_str());
        if let Some(intent) = item.intent {
            tell(intent, What::Intent(name.0, name.1), None);
        }
        tell(
            item.leaf,
            What::Collection(name.0, name.1),
            Some(item.observed.1),
        );
    }
    for failure in &state.failures {
        let name = (failure.instance.as_str(), failure.stream.as_str());
        tell(failure.intent, What::Intent(name.0, name.1), None);
        tell(
            failure.leaf,
            What::Failure(name.0, name.1),
            Some(failure.recorded),
        );
    }
    for run in state.runs.values().flatten() {
        tell(
            run.leaf,
            What::Run(run.body.test.as_str()),
            Some(run.recorded),
        );
    }
    for trusted in &state.trusted {
        tell(trusted.leaf, What::Trust, None);
    }
    for erased in &state.erased {
        tell(erased.leaf, What::Erased, None);
    }
}

fn table<'a>(rows: &'a [Row<'a>], zone: &'a Zone) -> Table<'a, Row<'a>> {
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
