//! One piece of evidence: what it is, what it covers, what proves it.

use maud::{Markup, html};
use tickmark_core::model::state::Collection;
use tickmark_core::model::time::{Period, Span, Time, Zone};

use super::super::layout::{Frame, Room, layout};
use super::super::part::{self, Tone, card, digest, entry, facts, grouped, tag};
use super::super::{link, view};
use super::{LATE_DAYS, covers, ended, how, name, visible};
use crate::house::{House, Trouble};
use crate::pictures::{Caption, strip};
use crate::rights::{Action, Viewer};

/// One piece of evidence; `sha256` is that of its file, if somebody has taken it.
///
/// # Errors
/// [`Trouble::Missing`]: no evidence at that entry, or not theirs.
pub fn evidence_item(
    house: &House,
    viewer: &Viewer,
    now: Time,
    leaf: u64,
    sha256: Option<&str>,
) -> Result<Markup, Trouble> {
    let found = house
        .state
        .collections
        .binary_search_by_key(&leaf, |c| c.leaf)
        .ok()
        .and_then(|at| house.state.collections.get(at));
    let Some(item) = found.filter(|c| visible(house, viewer, c)) else {
        return Err(Trouble::Missing(format!(
            "no evidence at ledger entry {leaf}; see the list of evidence"
        )));
    };
    let zone = view::zone(house);
    let (tone, words) = ended(item);
    let title = name(house, item);
    let body = html! {
        (part::head(&html! { (title) }, &html! { (how(item)) ", " (part::spaced(item.population.as_str())) }, &html! {
            (tag(tone, words))
            @if item.evidence.is_some() && viewer.may(Action::DownloadEvidence) { a.button href=(link::evidence_file(leaf)) download="" { "Download" } }
        }))
        div.two {
            (card("What it is", &what(house, item, &zone)))
            (card("Completeness", &completeness(item)))
        }
        (card("Time it covers", &time(item, &zone, now)))
        (card("Proof", &facts(&[
            ("Ledger entry", html! { (entry(leaf)) " with its inclusion proof" }),
            ("Begun as", html! { @match item.intent { Some(intent) => { (entry(intent)) " before the source was called" }, None => { "handed in by a person; no call" } } }),
            ("File", file(house, item, sha256)),
            ("Manifest", digest(&item.manifest.to_string())),
            ("Mapping", digest(&item.mapping.to_string())),
            ("Check it offline", part::command(&format!("tickmark log prove {leaf}"))),
        ])))
    };
    Ok(layout(
        house,
        viewer,
        &Frame::new(title.clone(), Room::Evidence).under("Evidence", link::EVIDENCE),
        &body,
    ))
}

/// What tells one file from another: its commitment in the ledger, its length, its SHA-256.
fn file(house: &House, item: &Collection, sha256: Option<&str>) -> Markup {
    if item.evidence.is_none() {
        return html! { "pages of the source, each committed to by the entry" };
    }
    let Some(file) = house.files.get(&item.leaf) else {
        return html! { (tag(Tone::Unknown, "erased or lost")) " Its commitment stays in the entry." };
    };
    html! {
        (grouped(file.length)) " bytes, commitment " code.long { (file.commitment) }
        @if let Some(sha256) = sha256 { ", SHA-256 " code.long { (sha256) } }
    }
}

/// When it was handed in against the time it covers.
fn handed_in(item: &Collection, covers: Period, zone: &Zone) -> Markup {
    let days = zone.day_of(item.observed.1).days_since(covers.to);
    html! {
        (part::instant(zone, item.observed.1)) " "
        @if days <= 0 { span.muted { "within the time it covers" } }
        @else if days > LATE_DAYS { (tag(Tone::Warn, &format!("late: {days} days after the time it covers"))) }
        @else { span.muted { "after the time it covers: " (days) @if days == 1 { " day" } @else { " days" } } }
    }
}

fn what(house: &House, item: &Collection, zone: &Zone) -> Markup {
    let mut pairs = vec![
        (
            "Source",
            html! { (item.instance) " (" (item.source) "), stream " (item.stream) },
        ),
        (
            "Population",
            html! { a href=(link::population(&item.population)) { (part::spaced(item.population.as_str())) } },
        ),
    ];
    if let Some(body) = &item.evidence {
        pairs.push((
            "Control",
            html! { a href=(link::control(&body.control)) { (body.control) } },
        ));
        pairs.push(("Covers", html! { (body.covers) }));
        pairs.push(("Handed in", handed_in(item, body.covers, zone)));
        if let Some(done) = house.files.get(&item.leaf).and_then(|f| f.performed_at) {
            pairs.push(("Done, as stated", part::instant(zone, done)));
        }
        return facts(&pairs);
    }
    pairs.push((
        "Asked for",
        html! { (part::instant(zone, item.asked.0)) " to " (part::instant(zone, item.asked.1)) },
    ));
    pairs.push(("Fetched", html! { (part::instant(zone, item.observed.0)) " to " (part::instant(zone, item.observed.1)) ", " (item.pages) " pages" }));
    pairs.push(("When", html! { @if item.backfilled { (tag(Tone::Warn, "after the fact")) } @else { "while it happened" } }));
    facts(&pairs)
}

fn completeness(item: &Collection) -> Markup {
    let count = &item.count;
    let to = link::entry(item.leaf);
    let number = |n: u64| html! { a.number href=(to) { (grouped(n)) } };
    html! {
        (facts(&[
            ("At the source", html! { @match count.at_source { Some(n) => { (number(n)) }, None => { (tag(Tone::Unknown, "the source cannot say")) } } }),
            ("Stored", number(count.stored)),
            ("Stored, not readable", number(count.rejected)),
            ("Known, not fetched", number(count.unknown)),
            ("Unexplained difference", html! { (number(count.mismatch)) @if count.mismatch > 0 { " " (tag(Tone::Bad, "does not add up")) } }),
            ("Items with gaps", number(item.gaps)),
        ]))
    }
}

fn time(item: &Collection, zone: &Zone, now: Time) -> Markup {
    let asked = item
        .evidence
        .as_ref()
        .map(|e| e.covers.span(zone))
        .or_else(|| Span::new(item.asked.0, item.asked.1));
    let Some(window) = asked.filter(|w| w.length_us() < i64::MAX / 2 && w.from > Time::MIN) else {
        return html! { p { "Covers " (covers(item, zone)) "." } };
    };
    let uncovered = if item.evidence.is_some() {
        tickmark_core::model::time::Spans::empty()
    } else {
        item.covered.gaps_in(window)
    };
    let says = format!("Covers {}.", covers(item, zone));
    html! { p.sentence { (says) } (strip(&Caption { id: "covers", title: "Time covered of the time asked for", says: says.clone() }, window, now, zone, &uncovered, &[])) }
}
