//! What is handed out whole: documents, reports, the bundle.

use serde_json::{Value, json};
use tickmark_core::model::{document::Class, state::Version};

use super::{page::page, rows::refused, tagged};
use crate::{
    house::House,
    http::{download::attachment, fault::Fault},
    rights::{Authorized, act},
    routes::{Answer, Ask, json_answer},
};

/// Kind, title, forms.
const REPORTS: [(&str, &str, &[&str]); 4] = [
    ("readiness", "Readiness", &["pdf", "html", "md", "json"]),
    ("type1", "Type 1 package", &["pdf", "html", "md", "json"]),
    ("type2", "Type 2 package", &["pdf", "html", "md", "json"]),
    ("workbook", "Workbook", &["xlsx"]),
];

/// Types of reports.
pub(super) const FORMS: &[&str] = &[
    "application/pdf",
    "text/html",
    "text/markdown",
    "application/json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

pub(super) fn reports(_by: Authorized<act::ViewReports>, ask: &Ask) -> Answer {
    let all = REPORTS
        .iter()
        .flat_map(|(kind, title, forms)| forms.iter().map(move |form| (*kind, *title, *form)));
    page(
        ask,
        all.map(|(kind, title, form)| (format!("{kind} {form}"), (kind, title, form))),
        |(kind, title, form)| json!({"kind": kind, "format": form, "title": title, "href": format!("/api/v1/reports/{kind}/{form}")}),
    )
}

pub(super) fn report(_by: Authorized<act::DownloadReports>, ask: &Ask) -> Answer {
    let (kind, format) = (ask.part("kind"), ask.part("format"));
    let known = REPORTS
        .iter()
        .any(|(k, _, forms)| *k == kind && forms.contains(&format));
    if !known {
        return Err(Fault::Missing);
    }
    let file = ask.app.company.report(kind, format).map_err(refused)?;
    Ok(attachment(file))
}

pub(super) fn bundle(_by: Authorized<act::DownloadBundle>, ask: &Ask) -> Answer {
    Ok(attachment(ask.app.company.bundle()?))
}

const fn word(class: Class) -> &'static str {
    match class {
        Class::Program => "program",
        Class::System => "system",
        Class::Commitments => "commitments",
        Class::Adoption => "adoption",
        Class::People => "people",
        Class::Waivers => "waivers",
        Class::Sources => "sources",
        Class::Text => "text",
        Class::Test => "test",
        Class::Policy => "policy",
        Class::Risk => "risk",
        Class::Vendor => "vendor",
        Class::Notices => "notices",
    }
}

fn noun(path: &str, version: &Version, versions: usize) -> Value {
    json!({
        "path": path,
        "kind": word(version.class),
        "entry": version.leaf,
        "recorded": version.recorded.to_string(),
        "length": version.length,
        "digest": version.digest.map(|d| d.to_string()),
        "versions": versions,
        "effective": version.effective.map(|d| d.to_string()),
        "retired": version.retired.map(|d| d.to_string()),
        "removed": version.removed,
    })
}

/// A document by its path, as its last version says.
pub(super) fn last(house: &House, path: &str) -> Option<Value> {
    let versions = house.state.documents.get(path)?;
    Some(noun(path, versions.last()?, versions.len()))
}

pub(super) fn documents(_by: Authorized<act::ViewDocuments>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let paths = house.state.documents.keys();
    let all = paths.filter_map(|path| Some((path.clone(), last(&house, path)?)));
    page(ask, all, Value::clone)
}

/// The tag of a document: the entry of its last version, or the one that took it out.
pub(super) fn version_tag(house: &House, path: &str) -> Option<String> {
    let last = house.state.documents.get(path)?.last()?;
    Some(format!("\"{}\"", last.removed.unwrap_or(last.leaf)))
}

pub(super) fn document(_by: Authorized<act::ViewDocuments>, ask: &Ask) -> Answer {
    let (house, path) = (ask.house()?, ask.part("path"));
    let versions = house.state.documents.get(path).ok_or(Fault::Missing)?;
    let tag = version_tag(&house, path).ok_or(Fault::Missing)?;
    if tagged::known(ask, &tag) {
        return Ok(tagged::same(&tag));
    }
    let mut shown = house.documents.iter();
    let text = shown
        .find(|(p, _)| p == path)
        .map(|(_, bytes)| String::from_utf8_lossy(bytes));
    let all = (1..).zip(versions).map(|(n, v)| noun(path, v, n));
    let mut answer = json_answer(&json!({
        "document": last(&house, path),
        "text": text,
        "versions": all.collect::<Vec<_>>(),
    }));
    tagged::put(&mut answer, &tag);
    Ok(answer)
}
