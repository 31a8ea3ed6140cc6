//! What somebody who handed in files gets back: plain words, and what proves them.

use maud::{Markup, html};
use tickmark_core::model::time::{Time, Zone};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, facts, tag};
use super::{link, view};
use crate::house::House;
use crate::rights::Viewer;

/// One file, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its name as recorded.
    pub name: String,
    /// Its length.
    pub bytes: usize,
    /// SHA-256 of its bytes, hex.
    pub digest: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It stands in the ledger.
    Recorded {
        /// The entry.
        leaf: u64,
        /// Hash of the entry, hex, and its claimed time; none if it could not be read just now.
        entry: Option<(String, Time)>,
        /// The very same file had been handed in for the same days before.
        before: bool,
    },
    /// It was refused, and why.
    Refused(String),
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The control.
    pub control: String,
    /// The days that the evidence covers, as given.
    pub covers: String,
    /// The mail address that it is recorded under.
    pub by: String,
    /// The files, in the order they were handed in.
    pub files: Vec<Received>,
}

impl Receipt {
    /// How many files stand in the ledger.
    #[must_use]
    pub fn recorded(&self) -> usize {
        let there = |f: &&Received| matches!(f.outcome, Outcome::Recorded { .. });
        self.files.iter().filter(there).count()
    }
}

/// The receipt of somebody who is signed in.
#[must_use]
pub fn receipt(house: &House, viewer: &Viewer, receipt: &Receipt) -> Markup {
    let body = html! {
        (part::head(&html! { "Receipt" }, &html! { "Print or save this page if you want to keep it; everything on it can be looked up in the ledger too." }, &html! {}))
        (text(receipt, &view::zone(house), Some(viewer)))
        p { a.button.main.big href=(link::MINE) { "Back to my controls" } }
    };
    let frame = Frame::new("Receipt", Room::Mine).under("My controls", link::MINE);
    layout(house, viewer, &frame, &body)
}

/// What a receipt says; links only for who may follow them.
#[must_use]
pub fn text(receipt: &Receipt, zone: &Zone, viewer: Option<&Viewer>) -> Markup {
    let (recorded, all) = (receipt.recorded(), receipt.files.len());
    html! {
        p.sentence {
            @if recorded == all { (tag(Tone::Good, "Recorded")) } @else { (tag(Tone::Warn, "In part")) }
            " " (recorded) " of " (part::many(all, "file")) " for " strong { (receipt.control) } ", days " (receipt.covers) ", under " (receipt.by) "."
        }
        @for file in &receipt.files { (card(&file.name, &one(file, zone, viewer))) }
        p.muted { "The SHA-256 is a fingerprint of the file: " code { "sha256sum FILE" } " prints the same as long as nobody changed a byte. The entry holds it for good; nobody can replace it unseen." }
    }
}

fn one(file: &Received, zone: &Zone, viewer: Option<&Viewer>) -> Markup {
    let size = part::grouped(u64::try_from(file.bytes).unwrap_or(u64::MAX));
    let mut pairs = vec![(
        "Size and SHA-256",
        html! { (size) " bytes, " code.long { (file.digest) } },
    )];
    match &file.outcome {
        Outcome::Refused(why) => {
            pairs.insert(
                0,
                (
                    "What became of it",
                    html! { (tag(Tone::Bad, "Not recorded")) " " (why) },
                ),
            );
        }
        Outcome::Recorded {
            leaf,
            entry,
            before,
        } => {
            pairs.insert(0, ("What became of it", html! {
                @if *before { (tag(Tone::Good, "There already")) " This very file had been handed in for these days; nothing was recorded twice." }
                @else { (tag(Tone::Good, "Recorded")) }
            }));
            pairs.push(("Ledger entry", html! {
                @match viewer { Some(_) => { a.leaf href=(link::evidence(*leaf)) { "#" (leaf) } }, None => { strong { "#" (leaf) } } }
            }));
            if let Some((hash, time)) = entry {
                pairs.push(("When", html! { (part::instant(zone, *time)) " in " (zone) }));
                pairs.push(("Hash of the entry", html! { code.long { (hash) } }));
            }
        }
    }
    facts(&pairs)
}
