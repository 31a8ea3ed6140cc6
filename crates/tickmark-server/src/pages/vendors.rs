//! Vendors: what depends on them, how far their reports reach, and what is open about them.

use maud::{Markup, html};
use tickmark_core::model::document::{Vendor, VendorRole};
use tickmark_core::model::registers::{
    Gap, MAX_BRIDGE_DAYS, VendorPoint, VendorStanding, vendor_standings,
};
use tickmark_core::model::time::{Day, Time};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, tag};
use super::policies::{add, days, due};
use super::table::{Asked, Column, Table};
use super::{link, who};
use crate::house::{Download, House};
use crate::rights::Viewer;

/// The vendors that serve today.
#[must_use]
pub fn vendors(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let today = who::today(house, now);
    let rows = vendor_standings(&house.state, today);
    let none = part::empty(
        "No vendor yet",
        "A vendor says what it does for the company, which data it sees, and which reports it gave.",
        "tickmark vendors",
        &add(viewer, "vendor", "Write a vendor"),
    );
    let body = html! {
        (part::head(&html! { "Vendors" }, &html! { "Whose reports reach how far, what they expect of their users, and what nobody has looked at yet." }, &add(viewer, "vendor", "New vendor")))
        (table(&rows, today).html(asked, &none))
    };
    layout(house, viewer, &Frame::new("Vendors", Room::Vendors), &body)
}

/// The same as a file.
#[must_use]
pub fn vendors_csv(house: &House, _viewer: &Viewer, now: Time, asked: &Asked) -> Download {
    let today = who::today(house, now);
    table(&vendor_standings(&house.state, today), today).csv(asked)
}

/// What a vendor is to the description.
pub(super) const fn role(role: VendorRole) -> &'static str {
    match role {
        VendorRole::Vendor => "vendor",
        VendorRole::CarveOut => "subservice, carved out",
        VendorRole::Inclusive => "subservice, inclusive",
    }
}

type Row<'a> = VendorStanding<'a>;

fn table<'a>(rows: &'a [Row<'a>], today: Day) -> Table<'a, Row<'a>> {
    let gap_days = |r: &Row<'_>| r.gap.map_or(0, |g| u64::try_from(g.open_days).unwrap_or(0));
    Table {
        caption: "Vendors",
        path: link::VENDORS.into(),
        columns: vec![
            Column::new("name", "Vendor", |r: &Row<'_>| r.vendor.name.clone()).shown(|r| html! { a href=(link::vendor(&r.vendor.vendor)) { (r.vendor.name) } }),
            Column::new("id", "Short name", |r: &Row<'_>| r.vendor.vendor.to_string()).hidden(),
            Column::new("service", "Service", |r: &Row<'_>| r.vendor.service.clone()),
            Column::new("role", "Role", |r: &Row<'_>| role(r.vendor.role).to_owned()).filter(),
            Column::new("criticality", "Criticality", |r: &Row<'_>| r.vendor.criticality.as_str().to_owned()).ordered(|r| r.vendor.criticality as u64).shown(|r| html! { (r.vendor.criticality.as_str()) }).filter(),
            Column::new("owner", "Owner", |r: &Row<'_>| r.vendor.owner.clone()),
            Column::new("data", "Data", |r: &Row<'_>| r.vendor.data.join(", ")),
            Column::new("until", "Report reaches", |r: &Row<'_>| r.gap.map(|g| g.report_end.to_string()).unwrap_or_default()).shown(|r| html! { @match r.gap { Some(gap) => { (gap.report_end) }, None => { (no_report(r.vendor)) } } }),
            Column::new("gap", "Days without", move |r: &Row<'_>| r.gap.map(|g| g.open_days.to_string()).unwrap_or_default()).ordered(gap_days).shown(|r| html! { @if let Some(gap) = r.gap { (bridge(gap)) } }),
            Column::new("due", "Review by", |r: &Row<'_>| r.vendor.review_due.to_string()).shown(move |r| due(Some(r.vendor.review_due), today)),
            Column::new("open", "Open points", |r: &Row<'_>| r.points.iter().map(|p| point(r.vendor, p).1).collect::<Vec<_>>().join("; ")).ordered(|r| r.points.len() as u64).shown(|r| html! { @if r.points.is_empty() { span.muted { "none" } } @else { a.plainly href={ (link::vendor(&r.vendor.vendor)) "#open" } { (tag(Tone::Warn, &part::many(r.points.len(), "point"))) } } }),
        ],
        rows,
        file: "vendors",
    }
}

fn no_report(vendor: &Vendor) -> Markup {
    html! { @if vendor.role.is_subservice() { (tag(Tone::Bad, "no report")) } @else { span.muted { "no report" } } }
}

/// The days after the last report: bridged by a letter, open, or too many for a letter.
pub(super) fn bridge(gap: Gap) -> Markup {
    html! {
        @match (gap.days, gap.open_days) {
            (0, _) => { (tag(Tone::Good, "0")) },
            (all, 0) if all <= MAX_BRIDGE_DAYS => { (tag(Tone::Good, "0")) " " span.muted { (days(all)) " bridged by a letter" } },
            (all, 0) => { (tag(Tone::Warn, &format!("{} by letter alone", days(all)))) },
            (_, open) => { (tag(Tone::Bad, &days(open))) },
        }
    }
}

/// Something open about a vendor, in words and colour.
pub(super) fn point(vendor: &Vendor, point: &VendorPoint) -> (Tone, String) {
    let said = |report: &usize| {
        let kind = vendor.reports.get(*report).map(|r| kind(r.kind));
        format!("report {} ({})", report + 1, kind.unwrap_or("gone"))
    };
    match point {
        VendorPoint::ReviewOverdue(late) => (Tone::Bad, format!("review {} late", days(*late))),
        VendorPoint::NoReport => (
            Tone::Bad,
            "a subservice organization without a report over a period".into(),
        ),
        VendorPoint::Gap(gap) if gap.open_days > 0 => (
            Tone::Bad,
            format!(
                "nothing speaks of {} after {}",
                days(gap.open_days),
                gap.report_end
            ),
        ),
        VendorPoint::Gap(gap) => (
            Tone::Warn,
            format!(
                "a letter alone speaks of {} after {}; about {MAX_BRIDGE_DAYS} are usual",
                days(gap.days),
                gap.report_end
            ),
        ),
        VendorPoint::NotReviewed(report) => {
            (Tone::Warn, format!("nobody has read {}", said(report)))
        }
        VendorPoint::Reserved(report, opinion) => (
            Tone::Bad,
            format!("{}: the opinion is {}", said(report), opinion.as_str()),
        ),
        VendorPoint::ExceptionNotJudged(report, n) => (
            Tone::Warn,
            format!("{}: nobody has judged exception {}", said(report), n + 1),
        ),
        VendorPoint::CuecWithoutControl(report, n) => (
            Tone::Bad,
            format!(
                "{}: no control of ours meets expectation {}",
                said(report),
                n + 1
            ),
        ),
        VendorPoint::CuecNotInForce(report, n, control) => (
            Tone::Warn,
            format!(
                "{}: {control} for expectation {} is not in force",
                said(report),
                n + 1
            ),
        ),
        VendorPoint::NothingAssumed => (
            Tone::Warn,
            "carved out, and no control of it is assumed: the description lacks a part".into(),
        ),
    }
}

/// What a report is called.
pub(super) const fn kind(kind: tickmark_core::model::document::ReportKind) -> &'static str {
    use tickmark_core::model::document::ReportKind as K;
    match kind {
        K::Soc1Type1 => "SOC 1 Type 1",
        K::Soc1Type2 => "SOC 1 Type 2",
        K::Soc2Type1 => "SOC 2 Type 1",
        K::Soc2Type2 => "SOC 2 Type 2",
        K::Soc3 => "SOC 3",
        K::Certificate => "certificate",
        K::BridgeLetter => "bridge letter",
    }
}
