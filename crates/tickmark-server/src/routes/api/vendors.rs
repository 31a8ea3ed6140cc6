//! Vendors with their reports, and what is open about them.

use serde_json::{Value, json};
use tickmark_core::model::{
    document::{About, VendorReport},
    registers::{Gap, VendorPoint, VendorStanding, vendor_standings},
};

use super::{
    page::page,
    registers::{texts, today},
};
use crate::{
    http::fault::Fault,
    rights::{Authorized, act},
    routes::{Answer, Ask, json_answer},
};

pub(super) fn list(_by: Authorized<act::ViewRegisters>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let all = vendor_standings(&house.state, today(&house, ask));
    page(
        ask,
        all.iter().map(|s| (s.vendor.vendor.to_string(), s)),
        |s| noun(s),
    )
}

pub(super) fn one(_by: Authorized<act::ViewRegisters>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let all = vendor_standings(&house.state, today(&house, ask));
    let mut all = all.iter();
    let found = all.find(|s| s.vendor.vendor.as_str() == ask.part("id"));
    Ok(json_answer(&noun(found.ok_or(Fault::Missing)?)))
}

fn noun(standing: &VendorStanding<'_>) -> Value {
    let vendor = standing.vendor;
    let assumed = vendor.assumed.iter();
    json!({
        "id": vendor.vendor.as_str(),
        "name": vendor.name,
        "service": vendor.service,
        "owner": vendor.owner,
        "role": vendor.role.as_str(),
        "reason": vendor.reason,
        "criticality": vendor.criticality.as_str(),
        "data": vendor.data,
        "since": vendor.lifetime.from.to_string(),
        "retired": vendor.lifetime.retired.map(|d| d.to_string()),
        "review_due": vendor.review_due.to_string(),
        "assumed": assumed.map(|a| json!({"says": a.says, "criteria": texts(a.criteria.iter())})).collect::<Vec<_>>(),
        "gap": standing.gap.as_ref().map(gap),
        "reports": vendor.reports.iter().map(report).collect::<Vec<_>>(),
        "points": standing.points.iter().map(|p| point(vendor.reports.as_slice(), p)).collect::<Vec<_>>(),
        "entry": standing.version.leaf,
    })
}

fn gap(gap: &Gap) -> Value {
    json!({"report_end": gap.report_end.to_string(), "days": gap.days, "open_days": gap.open_days})
}

fn report(report: &VendorReport) -> Value {
    let (from, to) = match report.about {
        About::Covers(period) => (period.from, period.to),
        About::AsOf(day) => (day, day),
    };
    let exceptions = report.exceptions.iter();
    let cuecs = report.cuecs.iter().map(|c| {
        json!({"says": c.says, "controls": texts(c.controls.iter().map(|c| &c.value)), "not_applicable": c.not_applicable})
    });
    json!({
        "kind": report.kind.as_str(),
        "auditor": report.auditor,
        "from": from.to_string(),
        "to": to.to_string(),
        "opinion": report.opinion.map(|o| o.as_str()),
        "received": report.received.to_string(),
        "reviewed": report.reviewed.map(|d| d.to_string()),
        "exceptions": exceptions.map(|e| json!({"says": e.says, "effect": e.effect})).collect::<Vec<_>>(),
        "subservice": texts(report.subservice.iter()),
        "cuecs": cuecs.collect::<Vec<_>>(),
    })
}

/// What is open, in words; a report is named by what it is and when it came.
fn point(reports: &[VendorReport], point: &VendorPoint) -> Value {
    let name = |n: &usize| {
        reports.get(*n).map_or_else(String::new, |r| {
            format!("{} received {}", r.kind.as_str(), r.received)
        })
    };
    let (kind, says) = match point {
        VendorPoint::ReviewOverdue(days) => (
            "review_overdue",
            format!("the review is late by {days} days"),
        ),
        VendorPoint::NoReport => ("no_report", "no examined report over a period".to_owned()),
        VendorPoint::Gap(gap) => (
            "gap",
            format!(
                "{} days after {}, {} of them without a letter",
                gap.days, gap.report_end, gap.open_days
            ),
        ),
        VendorPoint::NotReviewed(n) => ("not_reviewed", format!("{}: nobody has read it", name(n))),
        VendorPoint::Reserved(n, opinion) => {
            ("opinion", format!("{}: {}", name(n), opinion.as_str()))
        }
        VendorPoint::ExceptionNotJudged(n, e) => (
            "exception_not_judged",
            format!("{}: exception {}", name(n), e + 1),
        ),
        VendorPoint::CuecWithoutControl(n, c) => (
            "cuec_without_control",
            format!("{}: expectation {}", name(n), c + 1),
        ),
        VendorPoint::CuecNotInForce(n, c, control) => (
            "cuec_not_in_force",
            format!(
                "{}: expectation {}, {control} is not in force",
                name(n),
                c + 1
            ),
        ),
        VendorPoint::NothingAssumed => (
            "nothing_assumed",
            "carved out, and no control of it is assumed".to_owned(),
        ),
    };
    json!({"kind": kind, "says": says})
}
