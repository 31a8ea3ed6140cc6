//! Sources: what was last fetched, how far behind it is, and what is missing.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tickmark_core::facts::source::Stream;
use tickmark_core::model::body::ErrorCode;
use tickmark_core::model::calendar::Frequency;
use tickmark_core::model::document::{SourceConfig, Transport};
use tickmark_core::model::manifest::End;
use tickmark_core::model::state::{Collection, Failure};
use tickmark_core::model::time::{DAY_US, SECOND_US, Span, Spans, Time, Zone};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, entry, tag};
use super::table::{Asked, Column, Table};
use super::{actions, link, view};
use crate::house::{Download, House};
use crate::rights::{Action, Viewer};

/// Each stream of each configured source.
#[must_use]
pub fn sources(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let (rows, zone) = (rows(house, now), view::zone(house));
    let none = part::empty(
        "No source yet",
        "Say in sources.yaml where evidence is fetched; secrets stay outside.",
        "tickmark apply && tickmark collect",
        &part::button(&link::document("sources.yaml"), "Open sources.yaml"),
    );
    let body = html! {
        (part::head(&html! { "Sources" }, &html! { "Sources forget; the ledger does not. What is not fetched in time cannot be fetched later." }, &actions::collect(viewer, &[], "Collect now")))
        (table(&rows, now, &zone).html(asked, &none))
        (configured(house, viewer))
        (failures(house, now))
    };
    layout(house, viewer, &Frame::new("Sources", Room::Sources), &body)
}

/// The same as a file.
#[must_use]
pub fn sources_csv(house: &House, _viewer: &Viewer, now: Time, asked: &Asked) -> Download {
    table(&rows(house, now), now, &view::zone(house)).csv(asked)
}

struct Row<'a> {
    name: String,
    population: &'a str,
    last: Option<&'a Collection>,
    newest: &'a Collection,
    first: Time,
    failed: Option<&'a Failure>,
    cadence: Option<Frequency>,
    gaps: Spans,
    item_gaps: u64,
    backfilled: usize,
    all: usize,
    declared: Option<&'a Stream>,
    /// Until when it is fetched; the beginning of the period if it never was.
    reached: Option<Time>,
}

/// When a source forgets what was not fetched yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cliff {
    /// The oldest record that the source still has.
    oldest: Time,
    /// From when on something is gone that was never fetched.
    before: Time,
}

impl Cliff {
    /// The cliff of a stream that keeps its records for so many seconds and was fetched until some time.
    fn of(retention_s: u64, reached: Time, now: Time) -> Self {
        let kept = i64::try_from(retention_s)
            .unwrap_or(i64::MAX)
            .saturating_mul(SECOND_US);
        Self {
            oldest: now.plus(kept.saturating_neg()),
            before: reached.plus(kept),
        }
    }

    const fn days_left(self, now: Time) -> i64 {
        self.before.since(now).div_euclid(DAY_US)
    }
}

/// Days before a source forgets from which it is urgent.
const URGENT_DAYS: i64 = 14;

impl Row<'_> {
    fn cliff(&self, now: Time) -> Option<Cliff> {
        let kept = self.declared?.retention_s?;
        Some(Cliff::of(kept, self.reached?, now))
    }

    /// How long the source keeps what it has, and what follows from it.
    fn forgets(&self, zone: &Zone, now: Time) -> (Tone, String) {
        let Some(stream) = self.declared else {
            return (Tone::Unknown, "not declared".into());
        };
        let Some(kept) = stream.retention_s else {
            return (Tone::Plain, "keeps everything".into());
        };
        let keeps = format!("keeps {} d", kept / 86_400);
        let Some(cliff) = self.cliff(now) else {
            return (Tone::Unknown, keeps);
        };
        let oldest = format!(
            "{keeps}; oldest data still at the source: {}",
            zone.day_of(cliff.oldest)
        );
        match cliff.days_left(now) {
            left if left < 0 => (
                Tone::Bad,
                format!("{oldest}; what came before it and was not fetched is gone"),
            ),
            left => (
                if left < URGENT_DAYS {
                    Tone::Warn
                } else {
                    Tone::Plain
                },
                format!("{oldest}; collect before {}", zone.day_of(cliff.before)),
            ),
        }
    }

    fn permission(&self) -> &str {
        self.declared
            .and_then(|s| s.permission.as_deref())
            .unwrap_or("not declared")
    }

    fn lag_us(&self, now: Time) -> u64 {
        self.last.map_or(u64::MAX, |c| {
            u64::try_from(now.since(c.observed.1)).unwrap_or(0)
        })
    }

    /// Ill since the last success, late by its cadence, or well.
    fn health(&self, now: Time) -> (Tone, &'static str) {
        if self.last.is_none() {
            return (Tone::Bad, "never complete");
        }
        if self.failed.is_some() {
            return (Tone::Bad, "failing");
        }
        if self.newest.end != End::Complete {
            return (Tone::Warn, "last one partial");
        }
        match self.cadence.and_then(days_of) {
            Some(days) if self.lag_us(now) > u64::try_from(days * DAY_US).unwrap_or(0) => {
                (Tone::Warn, "late")
            }
            Some(_) => (Tone::Good, "in time"),
            None => (Tone::Plain, "no cadence set"),
        }
    }

    /// What the source refused to show.
    fn refused(&self) -> String {
        match (self.failed.map(|f| f.code), self.item_gaps) {
            (Some(ErrorCode::Denied), _) => "refused".into(),
            (_, 0) => "nothing refused".into(),
            (_, 1) => "1 item not readable".into(),
            (_, n) => format!("{n} items not readable"),
        }
    }
}

/// The longest time between two collections that a cadence allows, in days.
fn days_of(cadence: Frequency) -> Option<i64> {
    Some(match cadence {
        Frequency::Event | Frequency::Continuous => return None,
        Frequency::Daily => 1,
        Frequency::Weekly => 7,
        Frequency::Monthly => 31,
        Frequency::Quarterly => 92,
        Frequency::Semiannual => 184,
        Frequency::Annual => 366,
    })
}

fn rows(house: &House, now: Time) -> Vec<Row<'_>> {
    let mut streams: BTreeMap<(&str, &str), Vec<&Collection>> = BTreeMap::new();
    for item in house
        .state
        .collections
        .iter()
        .filter(|c| c.evidence.is_none())
    {
        streams
            .entry((item.instance.as_str(), item.stream.as_str()))
            .or_default()
            .push(item);
    }
    let window = house
        .inputs
        .as_ref()
        .ok()
        .map(view::span)
        .and_then(|s| Span::new(s.from, s.until.min(now)));
    let mut out = Vec::new();
    for ((instance, stream), items) in streams {
        let (Some(first), Some(newest)) = (items.first(), items.last()) else {
            continue;
        };
        let last = items.iter().rev().find(|c| c.end == End::Complete).copied();
        let failure = house
            .state
            .failures
            .iter()
            .rev()
            .find(|f| f.instance.as_str() == instance && f.stream.as_str() == stream);
        let covered: Spans = items
            .iter()
            .flat_map(|c| c.covered.iter().copied())
            .collect();
        out.push(Row {
            name: format!("{instance}.{stream}"),
            population: newest.population.as_str(),
            last,
            newest,
            first: first.observed.0,
            failed: failure.filter(|f| f.leaf > newest.leaf),
            cadence: config(house, instance).and_then(|c| c.cadence),
            gaps: window
                .filter(|_| !covered.is_empty())
                .map_or_else(Spans::empty, |w| covered.gaps_in(w)),
            item_gaps: newest.gaps,
            backfilled: items.iter().filter(|c| c.backfilled).count(),
            all: items.len(),
            declared: house
                .declaration(instance)
                .and_then(|source| source.stream(stream)),
            reached: covered
                .as_slice()
                .last()
                .map(|s| s.until.min(now))
                .or(window.map(|w| w.from)),
        });
    }
    out
}

fn config<'a>(house: &'a House, instance: &str) -> Option<&'a SourceConfig> {
    house
        .state
        .sources()?
        .sources
        .iter()
        .find(|s| s.id.as_str() == instance)
}

fn table<'a>(rows: &'a [Row<'a>], now: Time, zone: &'a Zone) -> Table<'a, Row<'a>> {
    Table {
        caption: "Streams of the configured sources",
        path: link::SOURCES.into(),
        columns: vec![
            Column::new("stream", "Stream", |r: &Row<'_>| r.name.clone()),
            Column::new("health", "Health", move |r: &Row<'_>| r.health(now).1.to_owned()).shown(move |r| { let (tone, words) = r.health(now); tag(tone, words) }).filter(),
            Column::new("last", "Last success", |r: &Row<'_>| r.last.map(|c| c.observed.1.to_string()).unwrap_or_else(|| "never".into()))
                .shown(move |r| html! { @match r.last { Some(c) => { a href=(link::evidence(c.leaf)) title=(c.observed.1) { (part::ago(now, c.observed.1)) } }, None => { "never" } } }),
            Column::new("lag", "Lag", move |r: &Row<'_>| r.last.map(|c| part::lasted(c.observed.1, now)).unwrap_or_default()).ordered(move |r| r.lag_us(now)).shown(move |r| html! { @if let Some(c) = r.last { (part::lasted(c.observed.1, now)) } }),
            Column::new("cadence", "Cadence", |r: &Row<'_>| r.cadence.map_or("", Frequency::as_str).to_owned()),
            Column::new("population", "Population", |r: &Row<'_>| r.population.to_owned()).shown(|r| html! { a href=(link::population(r.population)) { (part::spaced(r.population)) } }),
            Column::new("gaps", "Time without evidence", |r: &Row<'_>| days_without(&r.gaps)).ordered(|r| r.gaps.total_seconds()).shown(|r| html! { @if r.gaps.is_empty() { span.muted { "none" } } @else { a href=(link::population(r.population)) { (tag(Tone::Unknown, &days_without(&r.gaps))) } } }),
            Column::new("forgets", "Forgets", move |r: &Row<'_>| r.forgets(zone, now).1)
                .ordered(move |r| r.cliff(now).map_or(u64::MAX, |c| u64::try_from(c.days_left(now)).unwrap_or(0)))
                .shown(move |r| { let (tone, words) = r.forgets(zone, now); html! { @if tone == Tone::Plain { span.muted { (words) } } @else { span class={ "alert " (tone.class()) } { span.sign aria-hidden="true" { (tone.sign()) } " " (words) } } } }),
            Column::new("needs", "Needs", |r: &Row<'_>| r.permission().to_owned()),
            Column::new("permissions", "Refused", Row::refused).shown(|r| html! { @if r.item_gaps > 0 || r.failed.is_some_and(|f| f.code == ErrorCode::Denied) { a href=(link::evidence(r.newest.leaf)) { (tag(Tone::Unknown, &r.refused())) } } @else { span.muted { (r.refused()) } } }),
            Column::new("backfilled", "After the fact", |r: &Row<'_>| r.backfilled.to_string()).ordered(|r| r.backfilled as u64).shown(|r| html! { @if r.backfilled > 0 { (r.backfilled) " of " (r.all) } @else { span.muted { "0 of " (r.all) } } }),
            Column::new("first", "First seen", |r: &Row<'_>| r.first.to_string()).hidden(),
        ],
        rows,
        file: "sources",
    }
}

fn days_without(gaps: &Spans) -> String {
    match gaps.as_slice() {
        [] => "none".into(),
        [one] => format!(
            "{} from {}",
            part::lasted(one.from, one.until),
            one.from.to_string().chars().take(10).collect::<String>()
        ),
        many => format!(
            "{} stretches, {} d",
            many.len(),
            gaps.total_seconds().div_ceil(86_400)
        ),
    }
}

fn configured(house: &House, viewer: &Viewer) -> Markup {
    let sources = house.state.sources().map_or(&[][..], |s| &s.sources);
    html! {
        @if !sources.is_empty() {
            (card("Configured", &html! {
                ul.points { @for source in sources {
                    li {
                        strong { (source.id) } " " span.muted { "declaration " (source.source) @if matches!(source.transport, Transport::Recorded(_)) { ", reads a recording" } @if source.auth.is_some() { ", with a secret kept outside" } @if let Some(cadence) = source.cadence { ", " (cadence.as_str()) } }
                        " " @if viewer.may(Action::RunCollection) { (actions::collect(viewer, &[source.id.as_str()], "Collect")) }
                        (needs(house, source))
                    }
                } }
                p.muted { "Only reading is asked for. What a source refused is listed above and counted as unknown in every test." }
            }))
        }
    }
}

/// What the account that reads must be allowed, for the streams that are fetched, and what is asked with it.
fn needs(house: &House, source: &SourceConfig) -> Markup {
    let fetched =
        |stream: &&Stream| source.streams.is_empty() || source.streams.contains(&stream.name);
    html! {
        @if let Some(declared) = house.declaration(source.id.as_str()) {
            details.behind {
                summary { "What its account must be allowed to read" }
                div.scroll tabindex="0" role="region" aria-label={ "Permissions of " (source.id) } {
                    table.grid {
                        thead { tr { th scope="col" { "Stream" } th scope="col" { "Needs" } th scope="col" { "Is asked" } th scope="col" { "Kept at the source" } } }
                        tbody { @for stream in declared.streams.iter().filter(fetched) {
                            tr {
                                th scope="row" data-label="Stream" { (stream.name) }
                                td data-label="Needs" { (stream.permission.as_deref().unwrap_or("not declared")) }
                                td data-label="Is asked" { code { "GET " (stream.get) } }
                                td data-label="Kept at the source" { @match stream.retention_s { Some(kept) => { (kept / 86_400) " days" }, None => { "as long as it exists" } } }
                            }
                        } }
                    }
                }
            }
        }
    }
}

fn failures(house: &House, now: Time) -> Markup {
    let state = &house.state;
    html! {
        @if !state.failures.is_empty() || !state.open_intents.is_empty() {
            (card("Failures and unfinished collections", &html! {
                ul.points {
                    @for (leaf, intent) in &state.open_intents { li { (tag(Tone::Unknown, "not finished")) " " (intent.instance) "." (intent.stream) " begun " (part::ago(now, intent.recorded)) " " (entry(*leaf)) } }
                    @for failure in state.failures.iter().rev().take(20) { li { (tag(Tone::Bad, code_words(failure.code))) " " (failure.instance) "." (failure.stream) " " (part::ago(now, failure.recorded)) @if failure.status > 0 { ", status " (failure.status) } " " (entry(failure.leaf)) } }
                }
                @if state.failures.len() > 20 { p.muted { "and " (state.failures.len() - 20) " earlier ones in the ledger" } }
            }))
        }
    }
}

pub(super) const fn code_words(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Unavailable => "did not answer",
        ErrorCode::Denied => "refused",
        ErrorCode::Malformed => "answer not readable",
        ErrorCode::Interrupted => "stopped",
        ErrorCode::OtherAccount => "another account answered",
        ErrorCode::Mismatch => "numbers do not agree",
    }
}

/// The streams that need somebody, then the latest, for home.
pub(super) fn brief(house: &House, now: Time) -> Markup {
    let (mut rows, zone) = (rows(house, now), view::zone(house));
    let well =
        |r: &Row<'_>| matches!(r.health(now).0, Tone::Good | Tone::Plain) && r.gaps.is_empty();
    rows.sort_by_key(|r| (well(r), std::cmp::Reverse(r.lag_us(now))));
    html! {
        @if rows.is_empty() { (part::empty("No source was collected yet", "Say in sources.yaml where evidence is fetched.", "tickmark collect", &html! {})) }
        @else {
            ul.points { @for row in rows.iter().take(6) {
                @let (tone, words) = row.health(now);
                li { (tag(tone, words)) " " (row.name) span.muted { @if let Some(last) = row.last { " \u{00b7} " (part::ago(now, last.observed.1)) } @if !row.gaps.is_empty() { " \u{00b7} without evidence: " (days_without(&row.gaps)) } }
                    @if let Some(cliff) = row.cliff(now) { " " @if cliff.days_left(now) < URGENT_DAYS { span.note { "collect before " (zone.day_of(cliff.before)) } } @else { span.muted { "\u{00b7} collect before " (zone.day_of(cliff.before)) } } }
                }
            } }
            @if rows.len() > 6 { p.more { a href=(link::SOURCES) { (rows.len()) " streams" } } }
        }
    }
}
