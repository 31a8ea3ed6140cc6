//! The program as programs read it: criteria, controls, tests, populations, evidence, entries.

use serde_json::{Value, json};
use tickmark_core::report::inputs::Inputs;

use super::{nouns, page, page::page};
use crate::{
    house::{Entry, House},
    http::{download::attachment, fault::Fault},
    rights::{Action, Authorized, Viewer, act},
    routes::{Answer, Ask, json_answer, subject},
};

pub(super) fn inputs(house: &House) -> Result<&Inputs, Fault> {
    house
        .inputs
        .as_ref()
        .map_err(|why| Fault::Wrong(why.clone()))
}

/// Whether somebody sees what belongs to a control.
pub(super) fn sees(house: &House, viewer: &Viewer, action: Action, control: &str) -> bool {
    viewer.sees_all(action)
        || viewer.may_to(
            action,
            viewer.control(subject::owner_of(house, control).as_deref()),
        )
}

pub(super) fn program(_by: Authorized<act::ViewHome>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let (organization, system) = house.inputs.as_ref().map_or((None, None), |i| {
        (Some(i.organization.clone()), Some(i.system.clone()))
    });
    Ok(json_answer(&json!({
        "organization": organization,
        "system": system,
        "period": subject::period(&house).map(|p| p.to_string()),
        "waits_for": house.inputs.as_ref().err(),
        "ledger": {
            "size": house.log.size,
            "root": house.log.root,
            "verdict": house.log.verdict,
            "unwitnessed": house.log.unwitnessed.0,
        },
    })))
}

pub(super) fn criteria(_by: Authorized<act::ViewCriteria>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    page(
        ask,
        house.standings.iter().map(|s| (s.criterion.to_string(), s)),
        |s| nouns::criterion(s),
    )
}

pub(super) fn controls(by: Authorized<act::ViewControls>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let viewer = by.viewer()?;
    let seen = inputs(&house)?
        .controls
        .iter()
        .filter(|c| sees(&house, viewer, Action::ViewControls, &c.id));
    // One control may have several versions in the period: the leaf tells them apart.
    page(
        ask,
        seen.map(|c| (format!("{} {:020}", c.id, c.leaf), c)),
        |c| nouns::control(c),
    )
}

pub(super) fn control(_by: Authorized<act::ViewControls>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let id = ask.part("id");
    let versions: Vec<Value> = inputs(&house)?
        .controls
        .iter()
        .filter(|c| c.id == id)
        .map(nouns::control)
        .collect();
    if versions.is_empty() {
        return Err(Fault::Missing);
    }
    Ok(json_answer(&json!({"id": id, "versions": versions})))
}

pub(super) fn tests(by: Authorized<act::ViewTests>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let viewer = by.viewer()?;
    let seen = inputs(&house)?
        .tests
        .iter()
        .filter(|t| sees(&house, viewer, Action::ViewTests, &t.control));
    page(
        ask,
        seen.map(|t| (format!("{} {:020}", t.id, t.leaf), t)),
        |t| nouns::test(t),
    )
}

pub(super) fn test(_by: Authorized<act::ViewTests>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let id = ask.part("id");
    let runs: Vec<Value> = inputs(&house)?
        .tests
        .iter()
        .filter(|t| t.id == id)
        .map(nouns::test)
        .collect();
    if runs.is_empty() {
        return Err(Fault::Missing);
    }
    Ok(json_answer(&json!({"id": id, "runs": runs})))
}

pub(super) fn items(_by: Authorized<act::ViewTests>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let id = ask.part("id");
    let mut runs = inputs(&house)?
        .tests
        .iter()
        .filter(|t| t.id == id)
        .peekable();
    if runs.peek().is_none() {
        return Err(Fault::Missing);
    }
    let all = runs.flat_map(|t| {
        t.items
            .iter()
            .map(move |i| (format!("{:020} {}", t.leaf, i.item), (t.leaf, i)))
    });
    page(ask, all, |(run, item)| nouns::item(*run, item))
}

pub(super) fn populations(_by: Authorized<act::ViewPopulations>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    page(
        ask,
        inputs(&house)?
            .populations
            .iter()
            .map(|p| (p.name.clone(), p)),
        |p| nouns::population(p),
    )
}

pub(super) fn population(_by: Authorized<act::ViewPopulations>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let name = ask.part("name");
    let found = inputs(&house)?.populations.iter().find(|p| p.name == name);
    Ok(json_answer(&nouns::population(
        found.ok_or(Fault::Missing)?,
    )))
}

pub(super) fn evidence(by: Authorized<act::ViewEvidence>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let viewer = by.viewer()?;
    let seen = house.state.collections.iter().filter(|c| {
        c.evidence
            .as_ref()
            .is_some_and(|e| sees(&house, viewer, Action::ViewEvidence, e.control.as_ref()))
    });
    page(ask, seen.map(|c| (format!("{:020}", c.leaf), c)), |c| {
        nouns::evidence(c)
    })
}

pub(super) fn evidence_item(_by: Authorized<act::ViewEvidence>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let leaf: u64 = ask.number("leaf")?;
    let found = house
        .state
        .collections
        .iter()
        .find(|c| c.leaf == leaf && c.evidence.is_some());
    Ok(json_answer(&nouns::evidence(found.ok_or(Fault::Missing)?)))
}

pub(super) fn evidence_file(_by: Authorized<act::DownloadEvidence>, ask: &Ask) -> Answer {
    Ok(attachment(ask.app.company.evidence(ask.number("leaf")?)?))
}

pub(super) fn entries(_by: Authorized<act::ViewEntries>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let (after, most) = page::asked(ask)?;
    let before = match after {
        None => None,
        Some(leaf) => Some(leaf.parse().map_err(|_| page::wrong_cursor())?),
    };
    let end = before.unwrap_or(house.log.size).min(house.log.size);
    let first = end.saturating_sub(most.try_into().unwrap_or(1));
    let found: Vec<Entry> = (first..end)
        .rev()
        .map(|leaf| ask.app.company.entry(leaf))
        .collect::<Result<_, _>>()?;
    let next = found.last().map(|e| e.leaf).filter(|leaf| *leaf > 0);
    Ok(json_answer(&json!({
        "items": found.iter().map(nouns::entry).collect::<Vec<_>>(),
        "next": next.map(|leaf| page::cursor(ask, &leaf.to_string())),
    })))
}

pub(super) fn entry(_by: Authorized<act::ViewEntries>, ask: &Ask) -> Answer {
    let entry = ask.app.company.entry(ask.number("leaf")?)?;
    Ok(json_answer(&nouns::entry(&entry)))
}
