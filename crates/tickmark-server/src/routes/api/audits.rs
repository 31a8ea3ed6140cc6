//! Audits: the periods of the program, and the engagements that auditors were let in for.

use serde_json::{Value, json};
use tickmark_core::model::time::{Period, Time};

use super::{nouns, page::page, program};
use crate::{
    house::House,
    http::fault::Fault,
    rights::{Authorized, Role, Viewer, act},
    routes::{Answer, Ask, json_answer, subject},
};

type By = Authorized<act::ViewEngagement>;

struct Audit {
    id: String,
    kind: &'static str,
    name: String,
    period: Option<Period>,
    until: Option<Time>,
    shown: bool,
}

/// What somebody may see: management everything, an auditor the own engagement and its period.
fn seen(house: &House, viewer: &Viewer, ask: &Ask) -> Result<Vec<Audit>, Fault> {
    let shown = subject::period(house);
    let own = (viewer.role == Role::Auditor).then_some(viewer.engagement.as_ref());
    let mut periods: Vec<Period> = house
        .state
        .program()
        .map_or_else(Vec::new, |p| p.periods.clone());
    periods.extend(shown);
    periods.sort_unstable();
    periods.dedup();
    let of_viewer = |period: &Period| {
        own.is_none_or(|e| e.is_some_and(|e| e.period.is_none_or(|own| own == *period)))
    };
    let mut all: Vec<Audit> = periods
        .into_iter()
        .filter(of_viewer)
        .map(|period| Audit {
            id: period.to_string(),
            kind: "period",
            name: period.to_string(),
            period: Some(period),
            until: None,
            shown: shown == Some(period),
        })
        .collect();
    let members = ask.app.identity.members()?;
    let engagements = members
        .into_iter()
        .filter(|m| m.revoked.is_none())
        .filter_map(|m| m.viewer.engagement)
        .filter(|e| own.is_none_or(|own| own.is_some_and(|own| own.id == e.id)));
    all.extend(engagements.map(|e| Audit {
        id: format!("engagement-{}", e.id),
        kind: "engagement",
        name: e.name,
        period: e.period,
        until: Some(e.until),
        shown: shown.is_some() && e.period.is_none_or(|p| shown == Some(p)),
    }));
    Ok(all)
}

fn noun(audit: &Audit) -> Value {
    json!({
        "id": audit.id,
        "kind": audit.kind,
        "name": audit.name,
        "framework": "SOC 2",
        "from": audit.period.map(|p| p.from.to_string()),
        "to": audit.period.map(|p| p.to.to_string()),
        "access_until": audit.until.map(|t| t.to_string()),
        "shown": audit.shown,
    })
}

pub(super) fn list(by: By, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let all = seen(&house, by.viewer()?, ask)?;
    page(ask, all.iter().map(|a| (a.id.clone(), a)), |a| noun(a))
}

pub(super) fn one(by: By, ask: &Ask) -> Answer {
    let house = ask.house()?;
    Ok(json_answer(&noun(&named(&house, by.viewer()?, ask)?)))
}

/// The audit in the path; what is not one's own does not exist.
fn named(house: &House, viewer: &Viewer, ask: &Ask) -> Result<Audit, Fault> {
    let all = seen(house, viewer, ask)?;
    let found = all.into_iter().find(|a| a.id == ask.part("id"));
    found.ok_or(Fault::Missing)
}

pub(super) fn evidence(by: By, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let audit = named(&house, by.viewer()?, ask)?;
    let within = |days: &Period| {
        audit
            .period
            .is_none_or(|period| days.from <= period.to && period.from <= days.to)
    };
    let all = house.state.collections.iter();
    let seen = all.filter(|c| c.evidence.as_ref().is_some_and(|e| within(&e.covers)));
    page(ask, seen.map(|c| (format!("{:020}", c.leaf), c)), |c| {
        nouns::evidence(c)
    })
}

/// Controls and tests are made for the period that the program shows; of another one nothing is claimed.
fn shown(house: &House, viewer: &Viewer, ask: &Ask) -> Result<(), Fault> {
    let audit = named(house, viewer, ask)?;
    if audit.shown {
        return Ok(());
    }
    let now = subject::period(house).map_or_else(|| "no period".to_owned(), |p| p.to_string());
    Err(Fault::Conflict(format!(
        "the program shows {now}; put the period of this audit first under `periods:` of tickmark.yaml to read its controls and tests"
    )))
}

pub(super) fn controls(by: By, ask: &Ask) -> Answer {
    let house = ask.house()?;
    shown(&house, by.viewer()?, ask)?;
    let all = program::inputs(&house)?.controls.iter();
    page(
        ask,
        all.map(|c| (format!("{} {:020}", c.id, c.leaf), c)),
        |c| nouns::control(c),
    )
}

pub(super) fn tests(by: By, ask: &Ask) -> Answer {
    let house = ask.house()?;
    shown(&house, by.viewer()?, ask)?;
    let all = program::inputs(&house)?.tests.iter();
    page(
        ask,
        all.map(|t| (format!("{} {:020}", t.id, t.leaf), t)),
        |t| nouns::test(t),
    )
}
