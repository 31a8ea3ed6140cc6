//! Evidence: every collection and every file handed in, with the time it covers and its ledger entry.

use maud::{Markup, html};
use tickmark_core::model::manifest::End;
use tickmark_core::model::state::Collection;
use tickmark_core::model::time::{Span, Time, Zone};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, digest, entry, facts, grouped, tag};
use super::table::{Asked, Column, Table};
use super::{actions, link, view};
use crate::house::{Download, House, Trouble};
use crate::pictures::{Caption, strip};
use crate::rights::{Action, Viewer};

/// All evidence that somebody may see, newest first.
#[must_use]
pub fn evidence(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let rows = all(house, viewer);
    let zone = view::zone(house);
    let none = part::empty(
        "No evidence yet",
        "Collect from a source, or hand in a file with the time it covers.",
        "tickmark collect",
        &actions::collect(viewer, &[], "Collect now"),
    );
    let body = html! {
        (part::head(&html! { "Evidence" }, &html! { "What was recorded, when, and which time it covers. Late evidence says so." }, &html! {}))
        @if viewer.may(Action::HandInEvidence) { details.form { summary { "Hand in a file" } (actions::hand_in(viewer, None, &zone.day_of(now).to_string())) } }
        (table(&rows, &zone).html(asked, &none))
    };
    layout(
        house,
        viewer,
        &Frame::new("Evidence", Room::Evidence),
        &body,
    )
}

/// The same as a file.
#[must_use]
pub fn evidence_csv(house: &House, viewer: &Viewer, asked: &Asked) -> Download {
    table(&all(house, viewer), &view::zone(house)).csv(asked)
}

fn all<'a>(house: &'a House, viewer: &Viewer) -> Vec<&'a Collection> {
    house
        .state
        .collections
        .iter()
        .rev()
        .filter(|c| visible(house, viewer, c))
        .collect()
}

/// Files handed in that somebody may see, in the order of the ledger.
pub(super) fn handed_in<'a>(house: &'a House, viewer: &Viewer) -> Vec<&'a Collection> {
    house
        .state
        .collections
        .iter()
        .filter(|c| c.evidence.is_some() && visible(house, viewer, c))
        .collect()
}

fn visible(house: &House, viewer: &Viewer, item: &Collection) -> bool {
    match &item.evidence {
        Some(body) => view::sees(house, viewer, Action::ViewEvidence, body.control.as_str()),
        None => viewer.sees_all(Action::ViewEvidence),
    }
}

fn how(item: &Collection) -> &'static str {
    if item.evidence.is_some() {
        "handed in"
    } else {
        "collected"
    }
}

pub(super) fn ended(item: &Collection) -> (Tone, &'static str) {
    match item.end {
        End::Complete if item.gaps > 0 => (Tone::Warn, "complete, with gaps"),
        End::Complete => (Tone::Good, "complete"),
        End::Partial => (Tone::Unknown, "partial"),
        End::Failed => (Tone::Bad, "failed"),
    }
}

fn covers(item: &Collection, zone: &Zone) -> String {
    if let Some(body) = &item.evidence {
        return body.covers.to_string();
    }
    let spans = item.covered.as_slice();
    match (spans.first(), spans.last()) {
        (Some(first), Some(last)) => format!(
            "{} to {}",
            part::minute(zone, first.from),
            part::minute(zone, last.until)
        ),
        _ => "no time".into(),
    }
}

fn table<'a>(rows: &'a [&'a Collection], zone: &'a Zone) -> Table<'a, &'a Collection> {
    Table {
        caption: "Evidence",
        path: link::EVIDENCE.into(),
        columns: vec![
            Column::new("what", "What", |c: &&Collection| format!("{}.{}", c.instance, c.stream)).shown(|c| html! { a href=(link::evidence(c.leaf)) { (c.instance) "." (c.stream) } }),
            Column::new("how", "How", |c: &&Collection| how(c).to_owned()).filter(),
            Column::new("population", "Population", |c: &&Collection| c.population.to_string()).shown(|c| html! { a href=(link::population(&c.population)) { (part::spaced(c.population.as_str())) } }).filter(),
            Column::new("control", "Control", |c: &&Collection| c.evidence.as_ref().map(|e| e.control.to_string()).unwrap_or_default())
                .shown(|c| html! { @if let Some(body) = &c.evidence { a href=(link::control(&body.control)) { (body.control) } } })
                .filter(),
            Column::new("covers", "Covers", move |c: &&Collection| covers(c, zone)),
            Column::new("ended", "Ended", |c: &&Collection| ended(c).1.to_owned()).shown(|c| { let (tone, words) = ended(c); html! { (tag(tone, words)) @if c.backfilled { " " span.note { "after the fact" } } } }).filter(),
            Column::new("records", "Records", |c: &&Collection| c.records.0.to_string()).ordered(|c| c.records.0).shown(|c| html! { a.number href=(link::evidence(c.leaf)) { (grouped(c.records.0)) } }),
            Column::new("observed", "Recorded", move |c: &&Collection| part::minute(zone, c.observed.1)).shown(move |c| part::instant(zone, c.observed.1)),
            Column::new("leaf", "Entry", |c: &&Collection| c.leaf.to_string()).ordered(|c| c.leaf).shown(|c| entry(c.leaf)),
        ],
        rows,
        file: "evidence",
    }
}

/// One piece of evidence.
///
/// # Errors
/// [`Trouble::Missing`]: no evidence at that entry, or not theirs.
pub fn evidence_item(
    house: &House,
    viewer: &Viewer,
    now: Time,
    leaf: u64,
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
    let title = format!("{}.{}", item.instance, item.stream);
    let body = html! {
        (part::head(&html! { (title) }, &html! { (how(item)) ", " (part::spaced(item.population.as_str())) }, &html! {
            (tag(tone, words))
            @if item.evidence.is_some() && viewer.may(Action::DownloadEvidence) { a.button href=(link::evidence_file(leaf)) download="" { "Download" } }
        }))
        div.two {
            (card("What it is", &what(item, &zone)))
            (card("Completeness", &completeness(item)))
        }
        (card("Time it covers", &time(item, &zone, now)))
        (card("Proof", &facts(&[
            ("Ledger entry", html! { (entry(leaf)) " with its inclusion proof" }),
            ("Begun as", html! { @match item.intent { Some(intent) => { (entry(intent)) " before the source was called" }, None => { "handed in by a person; no call" } } }),
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

fn what(item: &Collection, zone: &Zone) -> Markup {
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
