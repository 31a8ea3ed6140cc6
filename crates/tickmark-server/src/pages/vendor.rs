//! One vendor, with its reports read: period, opinion, exceptions, what they expect of their users, and the days nothing speaks of.

use maud::{Markup, html};
use tickmark_core::model::document::{About, Cuec, Opinion, Vendor, VendorReport};
use tickmark_core::model::registers::{VendorStanding, in_force_on, unassured, vendor_standings};
use tickmark_core::model::time::{Day, Period, Spans, Time};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, entry, facts, tag};
use super::policies::due;
use super::vendors::{bridge, kind, point, role};
use super::{link, policy, risk, view, who};
use crate::house::{House, Trouble};
use crate::pictures::{Caption, strip};
use crate::rights::{Action, Viewer};

/// One vendor that serves today.
///
/// # Errors
/// [`Trouble::Missing`]: no such vendor, or it serves no more.
pub fn vendor(house: &House, viewer: &Viewer, now: Time, id: &str) -> Result<Markup, Trouble> {
    let today = who::today(house, now);
    let found = vendor_standings(&house.state, today)
        .into_iter()
        .find(|s| s.vendor.vendor.as_str() == id);
    let standing = found
        .ok_or_else(|| Trouble::Missing(format!("no vendor {id}; see the list of vendors")))?;
    let vendor = standing.vendor;
    let path = format!("vendors/{}.md", vendor.vendor);
    let edit = html! { @if viewer.may(Action::EditDocuments) { (part::button(&link::edit(&path), "Edit")) } };
    let lead = html! { (vendor.service) ". Owner " (vendor.owner) ", " (role(vendor.role)) };
    let body = html! {
        (part::head(&html! { (vendor.name) }, &lead, &edit))
        div.two {
            (card("Relation", &relation(vendor, today, &path, standing.version.leaf)))
            section.card #open { h2 { "Open points" } (open(&standing)) }
        }
        (reach(house, vendor, now, today, &standing))
        @if !vendor.assumed.is_empty() { (card("Controls that we assume there", &assumed(vendor))) }
        @for (n, report) in vendor.reports.iter().enumerate() { (read(house, n, report, today)) }
        @if vendor.reports.is_empty() { (part::empty("No report received", "What nobody examined is not known.", "tickmark vendors", &edit)) }
        @if risk::has_notes(house, &path) { (card("Notes", &policy::text(house, &path))) }
    };
    let frame = Frame::new(&vendor.name, Room::Vendors).under("Vendors", link::VENDORS);
    Ok(layout(house, viewer, &frame, &body))
}

fn relation(vendor: &Vendor, today: Day, path: &str, leaf: u64) -> Markup {
    facts(&[
        (
            "Serves",
            html! { "from " (vendor.lifetime.from) @if let Some(last) = vendor.lifetime.retired { " to " (last) } },
        ),
        ("Criticality", html! { (vendor.criticality.as_str()) }),
        ("Role", html! { (role(vendor.role)) ": " (vendor.reason) }),
        (
            "Data of ours",
            html! { @if vendor.data.is_empty() { "none" } @else { (vendor.data.join(", ")) } },
        ),
        ("Review by", due(Some(vendor.review_due), today)),
        (
            "Recorded",
            html! { (entry(leaf)) ", " a href=(link::document(path)) { (path) } },
        ),
    ])
}

fn open(standing: &VendorStanding<'_>) -> Markup {
    html! {
        @if standing.points.is_empty() { p { (tag(Tone::Good, "Nothing is open")) } }
        ul.points { @for one in &standing.points { @let (tone, words) = point(standing.vendor, one); li { (tag(tone, if tone == Tone::Bad { "Gap" } else { "To do" })) " " (words) } } }
    }
}

/// The days of the period of which a report or a letter speaks.
fn reach(
    house: &House,
    vendor: &Vendor,
    now: Time,
    today: Day,
    standing: &VendorStanding<'_>,
) -> Markup {
    let Ok(inputs) = &house.inputs else {
        return html! {};
    };
    let period = view::period(inputs);
    let missing = unassured(vendor, period, today);
    let holes: Spans = missing.iter().map(|p| p.span(&inputs.zone)).collect();
    let days: i32 = missing.iter().map(Period::days).sum();
    let caption = Caption {
        id: "reach",
        title: "Days of the period that reports and letters speak of",
        says: format!(
            "{days} of {} days are spoken of by neither a report nor a letter.",
            period.days()
        ),
    };
    html! {
        section.card {
            div.card-head { h2 { "Reach of its reports over " (period) } div.aside { @if let Some(gap) = standing.gap { "last report to " (gap.report_end) ", then " (bridge(gap)) } } }
            (strip(&caption, view::span(inputs), now, &inputs.zone, &holes, &[]))
            @if missing.is_empty() { p.muted { "Every day is spoken of." } }
            @else { p { "Neither a report nor a letter speaks of " @for hole in missing.iter().take(6) { span.stretch { (hole) " " span.muted { "(" (super::policies::days(hole.days())) ")" } } } } }
        }
    }
}

fn assumed(vendor: &Vendor) -> Markup {
    html! {
        ul.points { @for one in &vendor.assumed { li { (one.says) " " @for criterion in &one.criteria { a href=(link::criterion(criterion)) { (criterion) } " " } } } }
    }
}

/// One report or letter, read.
fn read(house: &House, n: usize, report: &VendorReport, today: Day) -> Markup {
    let about = match report.about {
        About::Covers(period) => period.to_string(),
        About::AsOf(day) => format!("as of {day}"),
    };
    let facts = facts(&[
        (
            "Speaks of",
            html! { (about) @if report.kind.is_type1() { ", and of no day after" } },
        ),
        ("Opinion", opinion(report)),
        (
            "Examined by",
            html! { @match &report.auditor { Some(auditor) => { (auditor) }, None => { "nobody: management's own words" } } },
        ),
        ("Received", html! { (report.received) }),
        (
            "Read",
            html! { @match report.reviewed { Some(day) => { (day) }, None => { (tag(Tone::Warn, "by nobody yet")) } } },
        ),
        (
            "Carves out in turn",
            html! { @for vendor in &report.subservice { (other(house, vendor)) " " } @if report.subservice.is_empty() { span.muted { "nobody named" } } },
        ),
    ]);
    html! {
        section.card {
            div.card-head { h2 { (n + 1) ". " (kind(report.kind)) ", " (about) } div.aside { (opinion(report)) } }
            (facts)
            @if report.kind.has_opinion() { (exceptions(report)) (cuecs(house, report, today)) }
        }
    }
}

fn opinion(report: &VendorReport) -> Markup {
    html! {
        @match report.opinion {
            Some(Opinion::Unqualified) => { (tag(Tone::Good, "unqualified")) },
            Some(other) => { (tag(Tone::Bad, other.as_str())) },
            None => { (tag(Tone::Unknown, "no opinion")) },
        }
    }
}

/// Another vendor, as a link where it is one of ours.
fn other(house: &House, vendor: &tickmark_core::model::ids::VendorId) -> Markup {
    let ours = house.state.vendors().any(|(_, v)| v.vendor == *vendor);
    html! { @if ours { a href=(link::vendor(vendor)) { (vendor) } } @else { code { (vendor) } } }
}

fn exceptions(report: &VendorReport) -> Markup {
    html! {
        h3 { "Exceptions it names" }
        @if report.exceptions.is_empty() { p.muted { "none" } } @else {
            div.scroll tabindex="0" role="region" aria-label="Exceptions of the report" {
                table.grid {
                    thead { tr { th scope="col" { "No." } th scope="col" { "What it found" } th scope="col" { "What it means for us" } } }
                    tbody { @for (n, one) in (1..).zip(&report.exceptions) { tr {
                        th scope="row" data-label="No." { (n) }
                        td data-label="Found" { (one.says) }
                        td data-label="Effect" { @match &one.effect { Some(effect) => { (effect) }, None => { (tag(Tone::Warn, "nobody has judged it")) } } }
                    } } }
                }
            }
        }
    }
}

/// What the report expects of its users, and which control of ours does it.
fn cuecs(house: &House, report: &VendorReport, today: Day) -> Markup {
    html! {
        h3 { "What it expects of its users" }
        @if report.cuecs.is_empty() { p.muted { "nothing named" } } @else {
            div.scroll tabindex="0" role="region" aria-label="What the report expects of its users" {
                table.grid {
                    thead { tr { th scope="col" { "No." } th scope="col" { "Expected" } th scope="col" { "Our control" } } }
                    tbody { @for (n, cuec) in (1..).zip(&report.cuecs) { tr {
                        th scope="row" data-label="No." { (n) }
                        td data-label="Expected" { (cuec.says) }
                        td data-label="Our control" { (met(house, cuec, today)) }
                    } } }
                }
            }
        }
    }
}

fn met(house: &House, cuec: &Cuec, today: Day) -> Markup {
    html! {
        @for control in &cuec.controls {
            @if in_force_on(&house.state, &control.value, today) { (tag(Tone::Good, "in force")) } @else { (tag(Tone::Warn, "not in force")) }
            " " a href=(link::control(&control.value)) { (control.value) } " "
        }
        @if let Some(why) = &cuec.not_applicable { (tag(Tone::Plain, "does not concern us")) " " (why) }
        @else if cuec.controls.is_empty() { (tag(Tone::Bad, "no control")) }
    }
}
