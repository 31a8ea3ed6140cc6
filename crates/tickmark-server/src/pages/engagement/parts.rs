//! The long parts of the engagement's page.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tickmark_core::model::time::Zone;
use tickmark_core::report::inputs::{Inputs, Population, SourceCard, TestResult};
use tickmark_core::report::{Citations, ItemState};

use crate::house::House;
use crate::pages::evidence::handed_in;
use crate::pages::link;
use crate::pages::part::{self, Tone, amount, digest, entry, grouped, number, tag, tone_of_item};
use crate::pages::view::{self, Finding};
use crate::rights::{Action, Viewer};

/// Items of one test that stand on this page; the page of the test and its export have all of them.
const ITEMS: usize = 50;
/// Pieces of evidence that stand on this page.
const PIECES: usize = 100;

/// Controls with owners and versions.
pub(super) fn controls(house: &House, viewer: &Viewer, inputs: &Inputs) -> Markup {
    let shown: Vec<_> = view::controls(house, viewer)
        .into_iter()
        .filter(|c| !c.versions.is_empty())
        .collect();
    html! {
        @if shown.is_empty() { p { (tag(Tone::Unknown, "None")) " No control was in force in the period." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Controls" {
                table.grid {
                    caption.quiet { "Controls in force in the period" }
                    thead { tr { th scope="col" { "Control" } th scope="col" { "Owner" } th scope="col" { "Versions" } th scope="col" { "Criteria" } th scope="col" { "Frequency" } th scope="col" { "Result of its tests" } } }
                    tbody { @for control in &shown {
                        @let (tone, words) = control.standing();
                        tr {
                            th scope="row" data-label="Control" { a href=(link::control(&control.id)) { (control.id) } " " (control.title) }
                            td data-label="Owner" { @for (n, owner) in owners(control).iter().enumerate() { @if n > 0 { ", then " } (owner) } }
                            td data-label="Versions" { @for version in &control.versions {
                                div { (version.effective) @match version.retired { Some(last) => { " to " (last) }, None => { " on" } } " " (entry(version.leaf))
                                    @if let Some(days) = version.back_dated_days.filter(|d| !d.is_zero()) { " " (tag(Tone::Warn, &format!("{} days back-dated", amount(days, version.leaf)))) } }
                            } }
                            td data-label="Criteria" { @for id in &control.criteria { a href=(link::criterion(id)) { (id) } " " } }
                            td data-label="Frequency" { (control.frequency()) }
                            td data-label="Result" { (tag(tone, words)) }
                        }
                    } }
                }
            }
            p.muted { (shown.len()) " controls for " (inputs.criteria.len()) " criteria. " a href=(link::MATRIX) { "Criteria by controls" } }
        }
    }
}

/// Owners of the versions, each once in a row.
fn owners<'a>(control: &'a view::ControlView<'_>) -> Vec<&'a str> {
    let mut all: Vec<&str> = control.versions.iter().map(|v| v.owner.as_str()).collect();
    all.dedup();
    all
}

/// Populations with their cards.
pub(super) fn populations(inputs: &Inputs) -> Markup {
    html! {
        @if inputs.populations.is_empty() { p { (tag(Tone::Unknown, "None")) " No test has read a population yet." } }
        @for population in &inputs.populations { (population_card(inputs, population)) }
    }
}

fn population_card(inputs: &Inputs, one: &Population) -> Markup {
    let by = Citations::one(one.leaf);
    let to = link::population(&one.name);
    html! {
        section.source {
            h3 { a href=(to) { (part::spaced(&one.name)) } " " span.muted { (one.says) } }
            dl.counts {
                div { dt { "Rows" } dd { (number(&one.rows.cited(&by), &to)) } }
                div { dt { "Time covered" } dd { (number(&one.covered_s.of(one.asked_s, &by), &to)) } }
                @for source in &one.sources { (source_counts(source)) }
            }
            @if !one.uncovered.is_empty() { p { (tag(Tone::Unknown, "No evidence")) " for " (part::stretches(&inputs.zone, &one.uncovered, 4)) } }
            @for source in &one.sources { p { (source.source) " " code.query { (source.query) } @if source.backfilled { " " span.note { "seen for the first time after the fact" } } } }
            @for gap in one.sources.iter().flat_map(|s| &s.item_gaps).take(10) { p { (tag(Tone::Unknown, "Gap")) " " (gap) } }
            @for (name, says, leaf) in &one.reconciliations { p { (tag(Tone::Plain, "Reconciled")) " " (part::spaced(name)) ": " (says) " " (entry(*leaf)) } }
        }
    }
}

fn source_counts(source: &SourceCard) -> Markup {
    let Some((first, rest)) = source.leaves.split_first() else {
        return html! {};
    };
    let by = Citations::new(*first, rest.iter().copied());
    let to = link::entry(by.leaves().last().copied().unwrap_or(*first));
    html! {
        div { dt { "At " (source.source) } dd { @match source.at_source { Some(n) => { (number(&n.cited(&by), &to)) }, None => { (tag(Tone::Unknown, "cannot say")) } } } }
        div { dt { "Stored" } dd { (number(&source.stored.cited(&by), &to)) } }
        div { dt { "Not readable, not fetched" } dd { (number(&source.rejected.plus(source.unknown).cited(&by), &to)) } }
        div { dt { "Collections" } dd { (part::entries(by.leaves(), 3)) } }
    }
}

/// Every run of the period with every item that did not pass.
pub(super) fn tests(house: &House, viewer: &Viewer) -> Markup {
    let runs = view::tests(house, viewer);
    let zone = view::zone(house);
    let adopted = view::controls(house, viewer);
    let waiting: Vec<&str> = adopted
        .iter()
        .filter(|c| !c.versions.is_empty())
        .filter_map(|c| c.library)
        .flat_map(|c| &c.tests)
        .map(|t| t.id.as_str())
        .filter(|id| !runs.iter().any(|r| r.id == *id))
        .collect();
    html! {
        @if runs.is_empty() { p { (tag(Tone::Unknown, "No run")) " Nothing was tested in the period, so nothing is known." } }
        @for run in runs { (test(&zone, run)) }
        @if !waiting.is_empty() {
            p { (tag(Tone::Unknown, "Not run")) " " @for (n, id) in waiting.iter().enumerate() { @if n > 0 { ", " } a href=(link::test(id)) { (id) } } }
        }
    }
}

fn test(zone: &Zone, run: &TestResult) -> Markup {
    let by = Citations::one(run.leaf);
    let count = |count: tickmark_core::report::Count, state: ItemState| {
        number(&count.cited(&by), &link::items(&run.id, state.words()))
    };
    let c = &run.counts;
    let findings: Vec<Finding<'_>> = view::of_test(run).collect();
    html! {
        section.source {
            h3 { (part::result(run.result)) " " a href=(link::filtered(&link::test(&run.id), "run", &run.leaf.to_string())) { (run.id) } " " span.muted { (run.period) @if run.provisional { ", provisional" } } }
            p { (run.says) }
            dl.counts {
                div { dt { "Population" } dd { (number(&c.population.cited(&by), &link::entry(run.leaf))) } }
                div { dt { "Passed" } dd { (number(&c.passed.cited(&by), &link::entry(run.leaf))) } }
                div { dt { "Deviations" } dd { (count(c.deviations, ItemState::Deviation)) } }
                div { dt { "Unknown" } dd { (count(c.unknown, ItemState::Unknown)) } }
                div { dt { "Not applicable" } dd { (count(c.not_applicable, ItemState::NotApplicable)) } }
                div { dt { "Pending" } dd { (count(c.pending, ItemState::Pending)) } }
                div { dt { "Time covered" } dd { (number(&run.covered_s.of(run.asked_s, &by), &link::entry(run.leaf))) } }
                div { dt { "Run" } dd { (entry(run.leaf)) } }
            }
            p.muted { "Population hash " (digest(&run.population_hash)) ", all rows " (digest(&run.rows_digest)) ", control as of " (digest(&run.control_digest)) ", knew the first " (grouped(run.known_at)) " entries." }
            @if !findings.is_empty() { (items(zone, run, &findings)) }
        }
    }
}

fn items(zone: &Zone, run: &TestResult, findings: &[Finding<'_>]) -> Markup {
    html! {
        details open[findings.len() <= 10] {
            summary { (part::many(findings.len(), "item")) " that did not pass" }
            div.scroll tabindex="0" role="region" aria-label={ "Items of " (run.id) } {
                table.grid {
                    thead { tr { th scope="col" { "Item" } th scope="col" { "State" } th scope="col" { "Reason" } th scope="col" { "From" } th scope="col" { "Until" } th scope="col" { "Records" } } }
                    tbody { @for one in findings.iter().take(ITEMS) {
                        tr {
                            th scope="row" data-label="Item" { code.item { (one.item.item) } }
                            td data-label="State" { (tag(tone_of_item(one.item.state), one.item.state.words())) }
                            td data-label="Reason" { (one.reasons()) }
                            td data-label="From" { @if let Some(from) = one.item.from { (part::instant(zone, from)) } }
                            td data-label="Until" { @if let Some(until) = one.item.until { (part::instant(zone, until)) } }
                            td data-label="Records" { span.leaves { @for citation in one.item.citations.iter().take(3) { a.leaf href=(link::entry(citation.leaf)) { (citation) } " " } @if one.item.citations.len() > 3 { span.muted { "and " (one.item.citations.len() - 3) " more" } } } }
                        }
                    } }
                }
            }
            @if findings.len() > ITEMS { p.more { "The first " (ITEMS) " of " (findings.len()) ". " a href=(link::test(&run.id)) { "All of them" } } }
        }
    }
}

/// What people handed in, and what was collected.
pub(super) fn evidence(house: &House, viewer: &Viewer) -> Markup {
    let all = handed_in(house, viewer);
    let zone = view::zone(house);
    let mut streams: BTreeMap<String, (usize, usize, u64)> = BTreeMap::new();
    for one in house
        .state
        .collections
        .iter()
        .filter(|c| c.evidence.is_none())
    {
        let stream = streams
            .entry(format!("{}.{}", one.instance, one.stream))
            .or_default();
        stream.0 += 1;
        stream.1 += usize::from(one.backfilled);
        stream.2 = one.leaf;
    }
    let may = viewer.may(Action::DownloadEvidence);
    html! {
        h3 { "Handed in by people" }
        @if all.is_empty() { p.muted { "No file was handed in." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Evidence handed in" {
                table.grid {
                    thead { tr { th scope="col" { "Evidence" } th scope="col" { "Control" } th scope="col" { "Covers" } th scope="col" { "Handed in" } th scope="col" { "Manifest" } th scope="col" { "Proof" } th scope="col" { "File" } } }
                    tbody { @for one in all.iter().rev().take(PIECES) {
                        @if let Some(body) = &one.evidence {
                            tr {
                                th scope="row" data-label="Evidence" { a href=(link::evidence(one.leaf)) { "entry " (one.leaf) } }
                                td data-label="Control" { a href=(link::control(&body.control)) { (body.control) } }
                                td data-label="Covers" { (body.covers) }
                                td data-label="Handed in" { (part::instant(&zone, one.observed.1)) @if one.backfilled { " " span.note { "after the fact" } } }
                                td data-label="Manifest" { (digest(&one.manifest.to_string())) }
                                td data-label="Proof" { (entry(one.leaf)) }
                                td data-label="File" { @if may { a href=(link::evidence_file(one.leaf)) download="" { "Download" } } }
                            }
                        }
                    } }
                }
            }
            @if all.len() > PIECES { p.more { "The youngest " (PIECES) " of " (all.len()) ". " a href=(link::filtered(link::EVIDENCE, "how", "handed in")) { "All of them" } } }
        }
        h3 { "Collected from sources" }
        @if streams.is_empty() { p.muted { "Nothing was collected." } }
        ul.points { @for (name, (many, late, last)) in &streams {
            li { a href=(link::EVIDENCE) { (name) } " " (part::many(*many, "collection")) ", the last as " (entry(*last)) @if *late > 0 { " " span.note { (late) " after the fact" } } }
        } }
        (failures(house))
        p.muted { "Each entry is opened with its inclusion proof. A download is refused if a byte of it has changed since it was recorded." }
    }
}

/// Collections that brought nothing: a hole that must be explained.
fn failures(house: &House) -> Markup {
    let state = &house.state;
    let (failed, open) = (state.failures.len(), state.open_intents.len());
    html! {
        @if failed > 0 || open > 0 {
            p { (tag(Tone::Unknown, "Broken off")) " " (failed) " collections failed, " (open) " were begun and never ended. " a href=(link::SOURCES) { "Sources" } }
        }
    }
}
