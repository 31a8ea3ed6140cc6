use super::{in_force_on, stretches};
use crate::model::document::{About, Cuec, Opinion, ReportKind, Vendor, VendorReport, VendorRole};
use crate::model::ids::ControlId;
use crate::model::state::{State, Version};
use crate::model::time::{Day, Period};

/// A vendor on a day.
#[derive(Debug, Clone)]
pub struct VendorStanding<'a> {
    /// Its document.
    pub version: &'a Version,
    /// What it says.
    pub vendor: &'a Vendor,
    /// How far its reports reach.
    pub gap: Option<Gap>,
    /// What is open about it.
    pub points: Vec<VendorPoint>,
}

/// How far a vendor's reports reach on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Last day of the newest examined period that had ended before the day, or reaches it.
    pub report_end: Day,
    /// Days after it, up to and with the day: what a bridge letter would have to speak of. 0 if the report holds the day.
    pub days: i32,
    /// Of these, days that no letter speaks of either.
    pub open_days: i32,
}

/// A letter bridges about three months; more is asked about (a convention, no standard).
pub const MAX_BRIDGE_DAYS: i32 = 92;

/// Something open about a vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VendorPoint {
    /// Its review is late by so many days.
    ReviewOverdue(i32),
    /// A subservice organization without an examined report over a period.
    NoReport,
    /// Days after the last report, more than a letter bridges, or not bridged by one.
    Gap(Gap),
    /// A report nobody has reviewed; place in the document's list, from 0.
    NotReviewed(usize),
    /// A report whose opinion is not unqualified.
    Reserved(usize, Opinion),
    /// An exception that nobody has judged: report, exception.
    ExceptionNotJudged(usize, usize),
    /// An expectation that no control of ours meets, and nobody has said why: report, expectation.
    CuecWithoutControl(usize, usize),
    /// An expectation whose control is not in force: report, expectation, control.
    CuecNotInForce(usize, usize, ControlId),
    /// A carved-out organization of which no control is assumed: a description without them misses a part (edge case 54 of page 4).
    NothingAssumed,
}

/// The vendors that serve on a day, the most critical first, then by name.
#[must_use]
pub fn vendor_standings(state: &State, today: Day) -> Vec<VendorStanding<'_>> {
    let vendors = state.vendors();
    let serving = vendors.filter(|(_, vendor)| vendor.lifetime.holds_on(today));
    let mut out: Vec<VendorStanding<'_>> = serving
        .map(|(version, vendor)| VendorStanding {
            version,
            vendor,
            gap: gap(vendor, today),
            points: points(state, vendor, today),
        })
        .collect();
    out.sort_by_key(|s| std::cmp::Reverse(s.vendor.criticality));
    out
}

/// How far the reports received by a day reach; none if there is no examined report over a period. A report as of one day says nothing
/// about the day after, and what nobody examined (a certificate, a letter) is no report.
#[must_use]
pub fn gap(vendor: &Vendor, day: Day) -> Option<Gap> {
    let examined = periods(vendor, day, ReportKind::is_type2);
    let newest = examined
        .iter()
        .filter(|p| p.from <= day)
        .max_by_key(|p| p.to)?;
    let after = Period::new(newest.to.plus_days(1), day).ok();
    let covered = |d: &Day| examined.iter().any(|p| p.contains(*d));
    let letters = periods(vendor, day, |kind| kind == ReportKind::BridgeLetter);
    let bridged = |d: &Day| letters.iter().any(|p| p.contains(*d));
    let missing: Vec<Day> = after
        .iter()
        .flat_map(Period::each_day)
        .filter(|d| !covered(d))
        .collect();
    let count = |days: usize| i32::try_from(days).unwrap_or(i32::MAX);
    Some(Gap {
        report_end: newest.to,
        days: count(missing.len()),
        open_days: count(missing.iter().filter(|d| !bridged(d)).count()),
    })
}

/// The days of a period on which the vendor served and of which neither a report nor a letter received by `known` speaks.
#[must_use]
pub fn unassured(vendor: &Vendor, period: Period, known: Day) -> Vec<Period> {
    let said = periods(vendor, known, |kind| {
        kind.is_type2() || kind == ReportKind::BridgeLetter
    });
    let days = period.each_day().filter(|d| vendor.lifetime.holds_on(*d));
    stretches(days.filter(|d| !said.iter().any(|p| p.contains(*d))))
}

fn periods(vendor: &Vendor, known: Day, wanted: impl Fn(ReportKind) -> bool) -> Vec<Period> {
    let reports = vendor.reports.iter();
    let known = reports.filter(|r| wanted(r.kind) && r.received <= known);
    known
        .filter_map(|r| match r.about {
            About::Covers(period) => Some(period),
            About::AsOf(_) => None,
        })
        .collect()
}

fn points(state: &State, vendor: &Vendor, today: Day) -> Vec<VendorPoint> {
    let mut out = Vec::new();
    let late = today.days_since(vendor.review_due);
    if late > 0 {
        out.push(VendorPoint::ReviewOverdue(late));
    }
    if vendor.role == VendorRole::CarveOut && vendor.assumed.is_empty() {
        out.push(VendorPoint::NothingAssumed);
    }
    match gap(vendor, today) {
        None if vendor.role.is_subservice() => out.push(VendorPoint::NoReport),
        Some(gap) if gap.open_days > 0 || gap.days > MAX_BRIDGE_DAYS => {
            out.push(VendorPoint::Gap(gap));
        }
        _ => {}
    }
    for (n, report) in vendor.reports.iter().enumerate() {
        report_points(state, n, report, today, &mut out);
    }
    out
}

fn report_points(
    state: &State,
    n: usize,
    report: &VendorReport,
    today: Day,
    out: &mut Vec<VendorPoint>,
) {
    if report.reviewed.is_none() {
        out.push(VendorPoint::NotReviewed(n));
    }
    let reserved = report.opinion.filter(|o| *o != Opinion::Unqualified);
    out.extend(reserved.map(|opinion| VendorPoint::Reserved(n, opinion)));
    let exceptions = report.exceptions.iter().enumerate();
    let open = exceptions.filter(|(_, e)| e.effect.is_none());
    out.extend(open.map(|(e, _)| VendorPoint::ExceptionNotJudged(n, e)));
    for (c, cuec) in report.cuecs.iter().enumerate() {
        cuec_points(state, (n, c), cuec, today, out);
    }
}

fn cuec_points(
    state: &State,
    (report, place): (usize, usize),
    cuec: &Cuec,
    today: Day,
    out: &mut Vec<VendorPoint>,
) {
    if cuec.controls.is_empty() && cuec.not_applicable.is_none() {
        out.push(VendorPoint::CuecWithoutControl(report, place));
    }
    for control in cuec.controls.iter().map(|c| &c.value) {
        if !in_force_on(state, control, today) {
            let control = control.clone();
            out.push(VendorPoint::CuecNotInForce(report, place, control));
        }
    }
}
