//! `vendors`: who they are, how far their reports reach, what is open.

use serde_json::{Value, json};
use tickmark::error::{Error, Result};
use tickmark_core::model::{
    diagnostic::nearest,
    document::{About, VendorReport},
    registers::{VendorPoint, VendorStanding, vendor_standings},
};

use super::{controls, today};
use crate::cli::{
    Context, Done,
    args::{Format, Vendors},
};

pub fn run(context: &Context, action: Option<&Vendors>) -> Result<Done> {
    match action {
        None => list(context),
        Some(Vendors::Show { id }) => show(context, id),
    }
}

fn list(context: &Context) -> Result<Done> {
    let program = context.program()?;
    let today = today(context, &program);
    let state = program.state();
    let standings = vendor_standings(&state, today);
    if context.out.format() == Format::Json {
        let list: Vec<Value> = standings.iter().map(as_json).collect();
        context.out.json(&json!({ "vendors": list }));
        return Ok(Done::Clean);
    }
    let row = |s: &VendorStanding<'_>| {
        vec![
            s.vendor.vendor.to_string(),
            s.vendor.role.as_str().to_owned(),
            s.vendor.criticality.as_str().to_owned(),
            s.gap.map(|g| g.report_end.to_string()).unwrap_or_default(),
            s.gap.map(|g| g.open_days.to_string()).unwrap_or_default(),
            s.vendor.review_due.to_string(),
            s.points.len().to_string(),
            s.vendor.name.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = standings.iter().map(row).collect();
    let head = [
        "vendor",
        "role",
        "criticality",
        "report until",
        "days open",
        "review by",
        "open",
        "name",
    ];
    context.out.table(&head, &rows);
    Ok(Done::Clean)
}

/// What is open about a vendor, in words. Reports are counted from 1, as people count.
fn why(standing: &VendorStanding<'_>, point: &VendorPoint) -> String {
    let report = |n: usize| {
        let kind = standing.vendor.reports.get(n).map(|r| r.kind.as_str());
        format!("report {} ({})", n + 1, kind.unwrap_or_default())
    };
    match point {
        VendorPoint::ReviewOverdue(days) => format!("review late by {days} days"),
        VendorPoint::NoReport => "no examined report over a period".to_owned(),
        VendorPoint::Gap(gap) => format!(
            "{} days after the last report, {} of them in no letter",
            gap.days, gap.open_days
        ),
        VendorPoint::NotReviewed(n) => format!("{}: nobody has reviewed it", report(*n)),
        VendorPoint::Reserved(n, opinion) => {
            format!("{}: the opinion is {}", report(*n), opinion.as_str())
        }
        VendorPoint::ExceptionNotJudged(n, e) => {
            format!("{}: exception {} is not judged", report(*n), e + 1)
        }
        VendorPoint::CuecWithoutControl(n, c) => {
            format!("{}: expectation {} has no control", report(*n), c + 1)
        }
        VendorPoint::CuecNotInForce(n, c, control) => format!(
            "{}: expectation {}: {control} is not in force",
            report(*n),
            c + 1
        ),
        VendorPoint::NothingAssumed => "carved out, and nothing is assumed of it".to_owned(),
    }
}

fn points(standing: &VendorStanding<'_>) -> Vec<String> {
    standing.points.iter().map(|p| why(standing, p)).collect()
}

fn as_json(standing: &VendorStanding<'_>) -> Value {
    let vendor = standing.vendor;
    let reports: Vec<Value> = vendor.reports.iter().map(report_json).collect();
    let assumed: Vec<Value> = vendor
        .assumed
        .iter()
        .map(|a| json!({"says": a.says, "criteria": a.criteria.iter().map(ToString::to_string).collect::<Vec<_>>()}))
        .collect();
    json!({
        "id": vendor.vendor.to_string(), "name": vendor.name, "service": vendor.service, "owner": vendor.owner,
        "leaf": standing.version.leaf, "since": vendor.lifetime.from.to_string(), "role": vendor.role.as_str(),
        "reason": vendor.reason, "criticality": vendor.criticality.as_str(), "data": vendor.data, "assumed": assumed,
        "reports": reports, "review_due": vendor.review_due.to_string(),
        "gap": standing.gap.map(|g| json!({"report_end": g.report_end.to_string(), "days": g.days, "open_days": g.open_days})),
        "open": points(standing),
    })
}

fn about(report: &VendorReport) -> String {
    match report.about {
        About::Covers(period) => period.to_string(),
        About::AsOf(day) => day.to_string(),
    }
}

fn report_json(report: &VendorReport) -> Value {
    let exceptions: Vec<Value> = report
        .exceptions
        .iter()
        .map(|e| json!({"says": e.says, "effect": e.effect}))
        .collect();
    let cuecs: Vec<Value> = report
        .cuecs
        .iter()
        .map(|c| json!({"says": c.says, "controls": controls(&c.controls), "not_applicable": c.not_applicable}))
        .collect();
    json!({
        "kind": report.kind.as_str(), "auditor": report.auditor, "about": about(report),
        "opinion": report.opinion.map(|o| o.as_str()), "received": report.received.to_string(),
        "reviewed": report.reviewed.map(|d| d.to_string()), "exceptions": exceptions, "cuecs": cuecs,
        "subservice": report.subservice.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn show(context: &Context, id: &str) -> Result<Done> {
    let program = context.program()?;
    let today = today(context, &program);
    let state = program.state();
    let standings = vendor_standings(&state, today);
    let found = standings.iter().find(|s| s.vendor.vendor.as_str() == id);
    let Some(standing) = found else {
        let ids = standings.iter().map(|s| s.vendor.vendor.as_str());
        let hint = nearest(id, ids).map_or_else(
            || "`tickmark vendors` lists them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Error::user(format!("no vendor `{id}` serves today")).hint(hint));
    };
    if context.out.format() == Format::Json {
        let list = [as_json(standing)];
        context.out.json(&json!({ "vendors": list }));
        return Ok(Done::Clean);
    }
    let vendor = standing.vendor;
    let line = |name: &str, text: &str| context.out.line(&format!("{name:<14}{text}"));
    line("vendor", &format!("{}: {}", vendor.vendor, vendor.name));
    line("service", &vendor.service);
    line("owner", &vendor.owner);
    line(
        "role",
        &format!("{} ({})", vendor.role.as_str(), vendor.reason),
    );
    line("criticality", vendor.criticality.as_str());
    line("data", &vendor.data.join(", "));
    line("review by", &vendor.review_due.to_string());
    for point in points(standing) {
        line("open", &point);
    }
    context.out.line("");
    let rows: Vec<Vec<String>> = vendor.reports.iter().map(report_row).collect();
    let head = [
        "report", "about", "opinion", "received", "reviewed", "auditor",
    ];
    context.out.table(&head, &rows);
    Ok(Done::Clean)
}

fn report_row(report: &VendorReport) -> Vec<String> {
    vec![
        report.kind.as_str().to_owned(),
        about(report),
        report.opinion.map_or("", |o| o.as_str()).to_owned(),
        report.received.to_string(),
        report.reviewed.map(|d| d.to_string()).unwrap_or_default(),
        report.auditor.clone().unwrap_or_default(),
    ]
}
