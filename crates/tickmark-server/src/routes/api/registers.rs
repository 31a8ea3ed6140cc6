//! The registers: people, policies, risks. What is late is counted to today in the reporting zone.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tickmark_core::model::{
    document::{ParamValue, Person, PersonKind, Rating},
    registers::{
        PolicyStanding, RiskPoint, RiskStanding, acknowledging, policy_standings, risk_standings,
    },
    time::Day,
};

use super::page::page;
use crate::{
    house::House,
    http::fault::Fault,
    rights::{Authorized, Role, Viewer, act},
    routes::{Answer, Ask, json_answer},
};

/// Today, where the program is reported.
pub(super) fn today(house: &House, ask: &Ask) -> Day {
    house.state.zone().day_of(ask.now)
}

pub(super) fn texts<T: ToString>(all: impl IntoIterator<Item = T>) -> Vec<String> {
    all.into_iter().map(|one| one.to_string()).collect()
}

fn person_noun(person: &Person, viewer: &Viewer) -> Value {
    // The auditor sees handles: names and addresses are management's.
    let shown = viewer.role != Role::Auditor;
    let kind = match person.kind {
        PersonKind::Employee => "employee",
        PersonKind::Contractor => "contractor",
        PersonKind::Service => "service",
        PersonKind::Shared => "shared",
    };
    let accounts = person.accounts.iter().map(|a| {
        json!({
            "account": a.account.as_str(),
            "how": a.how,
            "from": a.from.map(|d| d.to_string()),
            "until": a.until.map(|d| d.to_string()),
        })
    });
    json!({
        "id": person.person.as_str(),
        "name": person.name.as_ref().filter(|_| shown),
        "kind": kind,
        "groups": texts(&person.groups),
        "accounts": shown.then(|| accounts.collect::<Vec<_>>()),
        "withheld": !shown,
    })
}

pub(super) fn people(by: Authorized<act::ViewPeople>, ask: &Ask) -> Answer {
    let (house, viewer) = (ask.house()?, by.viewer()?);
    let all = house.people.persons.iter();
    page(ask, all.map(|p| (p.person.to_string(), p)), |p| {
        person_noun(p, viewer)
    })
}

pub(super) fn person(by: Authorized<act::ViewPeople>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let mut all = house.people.persons.iter();
    let found = all.find(|p| p.person.as_str() == ask.part("id"));
    let found = found.ok_or(Fault::Missing)?;
    Ok(json_answer(&person_noun(found, by.viewer()?)))
}

fn value(param: &ParamValue) -> String {
    match param {
        ParamValue::One(one) => one.clone(),
        ParamValue::Many(many) => many.join(", "),
    }
}

pub(super) fn policy_noun(house: &House, standing: &PolicyStanding<'_>, today: Day) -> Value {
    let policy = standing.policy;
    let id = &policy.policy;
    let asked = acknowledging(&house.state, id, &house.people, &BTreeMap::new(), today);
    let done = asked.iter().filter(|a| a.done.is_some()).count();
    let late = asked.iter().filter(|a| a.done.is_none() && a.due < today);
    let differs = standing.differs.iter().map(|d| {
        json!({"control": d.control.as_str(), "parameter": d.parameter, "promised": value(&d.promised), "done": value(&d.done)})
    });
    json!({
        "id": id.as_str(),
        "title": policy.title,
        "owner": policy.owner,
        "version": policy.version,
        "effective": policy.lifetime.from.to_string(),
        "retired": policy.lifetime.retired.map(|d| d.to_string()),
        "renew_within_months": policy.renew_within_months,
        "approvers": texts(policy.approvers.iter().map(|a| &a.value)),
        "missing": texts(standing.missing.iter()),
        "in_force": standing.in_force.map(|(v, p)| json!({"version": p.version, "entry": v.leaf})),
        "renew_due": standing.renew_due.map(|d| d.to_string()),
        "days_overdue": standing.days_overdue(today),
        "controls": texts(policy.controls.iter().map(|c| &c.value)),
        "without": texts(standing.without.iter()),
        "differs": differs.collect::<Vec<_>>(),
        "criteria": texts(policy.criteria.iter()),
        "acknowledge": policy.acknowledge.as_ref().map(|a| json!({
            "groups": texts(a.groups.iter().map(|g| &g.value)),
            "within_days": a.within_days,
            "since_version": a.since_version,
        })),
        "acknowledged": {"asked": asked.len(), "done": done, "late": late.count()},
        "entry": standing.version.leaf,
    })
}

pub(super) fn policies(_by: Authorized<act::ViewRegisters>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let day = today(&house, ask);
    let all = policy_standings(&house.state, day);
    page(
        ask,
        all.iter().map(|s| (s.policy.policy.to_string(), s)),
        |s| policy_noun(&house, s, day),
    )
}

pub(super) fn policy(_by: Authorized<act::ViewRegisters>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let found = policy_named(&house, ask.part("id"), today(&house, ask));
    Ok(json_answer(&found.ok_or(Fault::Missing)?))
}

/// One policy as it stands on a day.
pub(super) fn policy_named(house: &House, id: &str, day: Day) -> Option<Value> {
    let all = policy_standings(&house.state, day);
    let found = all.iter().find(|s| s.policy.policy.as_str() == id)?;
    Some(policy_noun(house, found, day))
}

fn rating(rating: Rating) -> Value {
    json!({"likelihood": rating.likelihood, "impact": rating.impact, "score": rating.score()})
}

fn risk_point(point: &RiskPoint) -> Value {
    let (kind, says) = match point {
        RiskPoint::ReviewOverdue(days) => (
            "review_overdue",
            format!("the review is late by {days} days"),
        ),
        RiskPoint::NoControl => ("no_control", "mitigated, and names no control".to_owned()),
        RiskPoint::NotInForce(control) => {
            ("control_not_in_force", format!("{control} is not in force"))
        }
        RiskPoint::CarriedTooHigh { score, carry_up_to } => (
            "carried_too_high",
            format!("accepted at {score}, carried up to {carry_up_to}"),
        ),
    };
    json!({"kind": kind, "says": says})
}

fn risk_noun(standing: &RiskStanding<'_>) -> Value {
    let risk = standing.risk;
    json!({
        "id": risk.risk.as_str(),
        "statement": risk.statement,
        "owner": risk.owner,
        "category": risk.category.as_str(),
        "identified": risk.lifetime.from.to_string(),
        "retired": risk.lifetime.retired.map(|d| d.to_string()),
        "inherent": rating(risk.inherent),
        "residual": rating(risk.residual),
        "treatment": risk.treatment.as_str(),
        "reason": risk.reason,
        "controls": texts(risk.controls.iter().map(|c| &c.value)),
        "commitments": texts(risk.commitments.iter().map(|c| &c.value)),
        "review_due": risk.review_due.to_string(),
        "points": standing.points.iter().map(risk_point).collect::<Vec<_>>(),
        "entry": standing.version.leaf,
    })
}

pub(super) fn risks(_by: Authorized<act::ViewRegisters>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let all = risk_standings(&house.state, today(&house, ask));
    page(ask, all.iter().map(|s| (s.risk.risk.to_string(), s)), |s| {
        risk_noun(s)
    })
}

pub(super) fn risk(_by: Authorized<act::ViewRegisters>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let all = risk_standings(&house.state, today(&house, ask));
    let found = all.iter().find(|s| s.risk.risk.as_str() == ask.part("id"));
    Ok(json_answer(&risk_noun(found.ok_or(Fault::Missing)?)))
}
