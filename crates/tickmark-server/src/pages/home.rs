//! Home: where the period stands, and what an auditor would see today.

use maud::{Markup, html};
use tickmark_core::model::time::Time;
use tickmark_core::report::inputs::{Inputs, TestResult};
use tickmark_core::report::{Citations, Figure, ItemState, ResultState};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card_with, entry, facts, number, tag};
use super::view::{self, Finding};
use super::{actions, due, link, sources};
use crate::house::House;
use crate::pictures::{Bucket, Caption, Mark, columns, strip};
use crate::rights::Viewer;

/// Where the period stands today.
#[must_use]
pub fn home(house: &House, viewer: &Viewer, now: Time) -> Markup {
    let body = match &house.inputs {
        Ok(inputs) => body(house, viewer, inputs, now),
        Err(why) => html! {
            (part::head(&html! { "Home" }, &html! { "The observation has not begun." }, &html! {}))
            (part::empty("No period is under observation yet", why, "tickmark init && tickmark apply", &part::button(link::DOCUMENTS, "Open the documents")))
        },
    };
    layout(house, viewer, &Frame::new("Home", Room::Home), &body)
}

fn body(house: &House, viewer: &Viewer, inputs: &Inputs, now: Time) -> Markup {
    let tests = view::tests(house, viewer);
    let findings: Vec<Finding<'_>> = tests.iter().flat_map(|t| view::of_test(t)).collect();
    html! {
        (part::head(&html! { (day_of_period(inputs, now)) }, &html! { (inputs.system) ", " (view::period(inputs)) " in " (inputs.zone) }, &actions::run_all(viewer)))
        (tiles(house, inputs, &tests))
        div.two {
            (card_with("What an auditor would see today", &html! { a href=(link::BUNDLE) { "Bundle" } }, &auditor(house, inputs, &tests, now)))
            (card_with("Open points", &html! { a href=(link::CRITERIA) { "All criteria" } }, &open(house)))
        }
        (card_with("What is due", &html! { a href=(link::TASKS) { "All tasks" } }, &due::brief(house, viewer, now)))
        (card_with("Evidence of the period", &html! { a href=(link::POPULATIONS) { "All populations" } }, &coverage(inputs, &findings, now)))
        div.two {
            (card_with("Exceptions over time", &html! { a href=(link::EXCEPTIONS) { "All exceptions" } }, &over_time(inputs, &findings)))
            (card_with("Sources", &html! { a href=(link::SOURCES) { "All sources" } }, &sources::brief(house, now)))
        }
    }
}

/// `Observation day 87 of 181`, or how far away the period is.
fn day_of_period(inputs: &Inputs, now: Time) -> String {
    let period = view::period(inputs);
    let today = inputs.zone.day_of(now);
    let (all, day) = (period.days(), today.days_since(period.from) + 1);
    if period.from == period.to {
        format!("As of {}", period.from)
    } else if day < 1 {
        format!("Observation begins in {} days", 1 - day)
    } else if day > all {
        format!("Observation complete: {all} of {all} days")
    } else {
        format!("Observation day {day} of {all}")
    }
}

fn tiles(house: &House, inputs: &Inputs, tests: &[&TestResult]) -> Markup {
    let covered = part::share(tests.iter().map(|t| (t.covered_s, t.asked_s, t.leaf)));
    let deviations = part::sum(tests.iter().map(|t| (t.counts.deviations, t.leaf)));
    let unknown = part::sum(tests.iter().map(|t| (t.counts.unknown, t.leaf)));
    let open = house
        .standings
        .iter()
        .filter(|s| !s.open.is_empty())
        .count();
    let tone = |figure: &Option<Figure>, good: bool, other: Tone| match figure {
        None => Tone::Unknown,
        Some(_) if good => Tone::Good,
        Some(_) => other,
    };
    let none = |figure: &Option<Figure>| figure.as_ref().and_then(Figure::count) == Some(0);
    let whole = covered.as_ref().is_some_and(|f| f.to_string() == "100%");
    html! {
        ul.tiles {
            (tile("Time covered by evidence", &shown(covered.as_ref(), link::TESTS), tone(&covered, whole, Tone::Unknown), "of the time that the tests ask for"))
            (tile("Exceptions so far", &shown(deviations.as_ref(), &link::filtered(link::EXCEPTIONS, "state", ItemState::Deviation.words())), tone(&deviations, none(&deviations), Tone::Bad), "items that deviate, each listed"))
            (tile("Could not be judged", &shown(unknown.as_ref(), &link::filtered(link::EXCEPTIONS, "state", ItemState::Unknown.words())), tone(&unknown, none(&unknown), Tone::Unknown), "items; they never count as passed"))
            (tile("Criteria with open points", &html! { a.number href=(link::CRITERIA) { (open) } span.of { " of " (inputs.criteria.len()) } }, if open == 0 { Tone::Good } else { Tone::Warn }, "by the ledger; no score"))
        }
    }
}

fn shown(figure: Option<&Figure>, to: &str) -> Markup {
    match figure {
        Some(figure) => number(figure, to),
        None => html! { span.number.muted { "\u{2013}" } },
    }
}

fn tile(title: &str, value: &Markup, tone: Tone, says: &str) -> Markup {
    html! {
        li class={ "tile " (tone.class()) } {
            p.tile-title { span.sign aria-hidden="true" { (tone.sign()) } (title) }
            p.tile-value { (value) }
            p.tile-says { (says) }
        }
    }
}

/// The facts that an auditor would read first, good or bad.
fn auditor(house: &House, inputs: &Inputs, tests: &[&TestResult], now: Time) -> Markup {
    let provisional = tests.iter().filter(|t| t.provisional).count();
    let back_dated = inputs
        .controls
        .iter()
        .filter(|c| c.back_dated_days.is_some_and(|d| !d.is_zero()))
        .count();
    let backfilled = house
        .state
        .collections
        .iter()
        .filter(|c| c.backfilled)
        .count();
    let newest = tests.iter().map(|t| t.known_at).max();
    let (unwitnessed, oldest) = house.log.unwitnessed;
    let log = &house.log;
    html! {
        (facts(&[
            ("Runs", html! {
                @if tests.is_empty() { "none; " (part::command("tickmark test")) } @else {
                    @for state in ResultState::ALL {
                        @let many = tests.iter().filter(|t| t.result == state).count();
                        @if many > 0 { a.plainly href=(link::filtered(link::TESTS, "result", state.words())) { (tag(part::tone_of(state), &format!("{many} {}", state.words()))) } " " }
                    }
                }
            }),
            ("Known up to", html! { @match newest { Some(size) => { "ledger size " a href=(link::LEDGER) { (part::grouped(size)) } " of " (part::grouped(log.size)) }, None => { "no run yet" } } }),
            ("Ledger", html! { (verdict(&log.verdict)) }),
            ("Not witnessed", html! {
                @if unwitnessed == 0 { "no entry" } @else {
                    (part::grouped(unwitnessed)) @if unwitnessed == 1 { " entry" } @else { " entries" }
                    @if let Some(oldest) = oldest { ", the oldest recorded " (part::ago(now, oldest)) }
                }
            }),
            ("Provisional", html! { @if provisional == 0 { "no run" } @else { a href=(link::TESTS) { (part::many(provisional, "run")) } " speak of a period that is still open" } }),
            ("Late or back-dated", html! {
                a href=(link::CONTROLS) { (part::many(back_dated, "control")) } " back-dated, " a href=(link::SOURCES) { (part::many(backfilled, "collection")) } " fetched after the fact"
            }),
            ("Unexplained", html! { @if house.state.open_intents.is_empty() { "no collection without an end" } @else { a href=(link::SOURCES) { (part::many(house.state.open_intents.len(), "collection")) } " begun and never ended" } }),
        ]))
    }
}

/// The ledger's verdict in words and colour.
pub(super) fn verdict(verdict: &str) -> Markup {
    let tone = match verdict {
        "witnessed" => Tone::Good,
        "anchored" => Tone::Plain,
        "invalid" | "diverged" => Tone::Bad,
        _ => Tone::Unknown,
    };
    tag(
        tone,
        if verdict.is_empty() {
            "no checkpoint yet"
        } else {
            verdict
        },
    )
}

/// The first open points, worst first.
fn open(house: &House) -> Markup {
    const MOST: usize = 8;
    let order = [
        "deviation",
        "unable_to_test",
        "no_control",
        "not_in_force",
        "not_tested",
        "did_not_operate",
        "back_dated",
        "provisional",
    ];
    let mut points: Vec<_> = house
        .standings
        .iter()
        .flat_map(|s| s.open.iter().map(move |p| (s, p)))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    let all = points.len();
    points.sort_by_key(|(_, point)| {
        order
            .iter()
            .position(|k| *k == point.kind)
            .unwrap_or(order.len())
    });
    points.retain(|(standing, point)| {
        point.subject.is_empty() && seen.insert((point.kind, standing.criterion.to_string()))
            || !point.subject.is_empty() && seen.insert((point.kind, point.subject.clone()))
    });
    html! {
        @if points.is_empty() {
            p { (tag(Tone::Good, "Nothing is open in the ledger")) " What nobody recorded is not known here." }
        } @else {
            ul.points {
                @for (standing, point) in points.iter().take(MOST) {
                    @let (tone, words) = view::kind_words(point.kind);
                    li {
                        (tag(tone, words)) " "
                        @if point.subject.is_empty() { a href=(link::criterion(standing.criterion)) { (standing.criterion) } }
                        @else { (subject(&point.subject)) }
                        " " span.why { @for span in &point.why { (super::words(span)) } }
                    }
                }
            }
            p.more { a href=(link::CRITERIA) { (all) " open points" } " over all criteria" }
        }
    }
}

/// A control or a test as a link.
pub(super) fn subject(name: &str) -> Markup {
    html! { @if name.contains('.') { a href=(link::test(name)) { (name) } } @else { a href=(link::control(name)) { (name) } } }
}

/// One strip for each population.
fn coverage(inputs: &Inputs, findings: &[Finding<'_>], now: Time) -> Markup {
    let window = view::span(inputs);
    if inputs.populations.is_empty() {
        return part::empty(
            "No population has been read yet",
            "Evidence appears here once a source was collected and a test was run.",
            "tickmark collect && tickmark test",
            &part::button(link::SOURCES, "Open the sources"),
        );
    }
    html! {
        div.strips {
            @for (index, population) in inputs.populations.iter().enumerate() {
                @let by = Citations::one(population.leaf);
                @let share = population.covered_s.of(population.asked_s, &by);
                @let marks = marks(inputs, findings, &population.name);
                div.strip-row {
                    p.strip-name { a href=(link::population(&population.name)) { (part::spaced(&population.name)) } span.muted { " " (number(&share, &link::population(&population.name))) } }
                    (strip(&Caption { id: &format!("cov{index}"), title: &format!("Evidence of {}", part::spaced(&population.name)), says: format!("{share} of the time asked for is covered by evidence.") }, window, now, &inputs.zone, &population.uncovered, &marks))
                }
            }
        }
    }
}

/// Where exceptions of tests over this population begin.
fn marks(inputs: &Inputs, findings: &[Finding<'_>], population: &str) -> Vec<Mark> {
    let driven = |f: &&Finding<'_>| {
        f.item.state == ItemState::Deviation
            && f.test.populations.first().is_some_and(|p| p == population)
    };
    let mark = |f: &Finding<'_>| {
        let at = f.item.from?;
        Some(Mark {
            at,
            says: format!(
                "{} {}: {}",
                f.test.id,
                part::minute(&inputs.zone, at),
                f.item.item
            ),
        })
    };
    findings.iter().filter(driven).filter_map(mark).collect()
}

/// Exceptions by the week or month they began in.
fn over_time(inputs: &Inputs, findings: &[Finding<'_>]) -> Markup {
    let period = view::period(inputs);
    let by_month = period.days() > 120;
    let mut buckets: Vec<Bucket> = Vec::new();
    let mut starts = Vec::new();
    for day in period.each_day() {
        let begins = starts.is_empty()
            || if by_month {
                day.day() == 1
            } else {
                day.epoch_days().rem_euclid(7) == 4
            };
        if begins {
            let name = if by_month {
                day.to_string().chars().take(7).collect()
            } else {
                format!("week from {day}")
            };
            let short = if by_month || buckets.len().is_multiple_of(4) {
                day.to_string()
                    .chars()
                    .skip(2)
                    .take(if by_month { 5 } else { 8 })
                    .collect()
            } else {
                String::new()
            };
            starts.push(day);
            buckets.push(Bucket {
                name,
                short,
                bad: 0,
                unknown: 0,
            });
        }
    }
    let mut undated = 0_usize;
    for finding in findings {
        let Some(from) = finding.item.from else {
            undated += usize::from(
                finding.item.state == ItemState::Unknown
                    || finding.item.state == ItemState::Deviation,
            );
            continue;
        };
        let day = inputs.zone.day_of(from);
        let index = starts
            .partition_point(|start| *start <= day)
            .saturating_sub(1);
        if let Some(bucket) = buckets.get_mut(index) {
            match finding.item.state {
                ItemState::Deviation => bucket.bad += 1,
                ItemState::Unknown => bucket.unknown += 1,
                ItemState::NotApplicable | ItemState::Pending => {}
            }
        }
    }
    let all: u64 = buckets.iter().map(|b| b.bad).sum();
    let most = buckets.iter().max_by_key(|b| b.bad).filter(|b| b.bad > 0);
    let most = most.map_or_else(String::new, |b| {
        format!(" The most, {}, in {}.", b.bad, b.name)
    });
    let says = format!(
        "{all} deviations began in {} stretches of the period.{most}",
        buckets.len()
    );
    html! {
        (columns(&Caption { id: "exc", title: "Exceptions by the time they began", says }, &buckets))
        @if undated > 0 { p.muted { (undated) " without a beginning are not drawn." } }
    }
}

/// The entry that a figure of a test rests on.
pub(super) fn run_entry(test: &TestResult) -> Markup {
    html! { "run " (entry(test.leaf)) }
}
