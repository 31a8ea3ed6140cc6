//! The API: the nouns of the program as JSON. Lists come in pages with a cursor; every number stands beside the entries it rests on.

mod description;
mod nouns;
mod page;

use serde_json::{Value, json};
use tickmark_core::report::{Citations, inputs::Inputs};

use super::{Answer, Ask, json_answer, subject};
use crate::{
    house::{Deed, Entry, House},
    http::{
        download::{attachment, safe_name},
        fault::Fault,
    },
    rights::{Action, Authorized, Viewer, act},
};
use page::page;

pub(super) fn description(_by: Authorized<act::ReadApiDescription>, _ask: &Ask) -> Answer {
    Ok(json_answer(&description::description()))
}

fn inputs(house: &House) -> Result<&Inputs, Fault> {
    house
        .inputs
        .as_ref()
        .map_err(|why| Fault::Wrong(why.clone()))
}

/// Whether somebody sees what belongs to a control.
fn sees(house: &House, viewer: &Viewer, action: Action, control: &str) -> bool {
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
        "next": next.map(|leaf| page::cursor(&leaf.to_string())),
    })))
}

pub(super) fn entry(_by: Authorized<act::ViewEntries>, ask: &Ask) -> Answer {
    let entry = ask.app.company.entry(ask.number("leaf")?)?;
    Ok(json_answer(&nouns::entry(&entry)))
}

/// Most rows that a query gives.
const ROWS: usize = 1_000;

pub(super) fn query(_by: Authorized<act::RunQuery>, ask: &Ask) -> Answer {
    let sql = ask.query.need("sql", "the query (`sql`)")?;
    let grid = ask.app.company.query(sql, ROWS)?;
    Ok(json_answer(
        &json!({"columns": grid.columns, "rows": grid.rows, "more": grid.more}),
    ))
}

pub(super) fn hand_in(by: Authorized<act::HandInEvidence>, ask: &Ask) -> Answer {
    let (name, bytes) = ask
        .form
        .file("file")
        .filter(|(_, bytes)| !bytes.is_empty())
        .ok_or_else(|| Fault::wrong("the part `file` is missing or empty"))?;
    let deed = Deed::Evidence {
        control: ask.form.need("control", "the part `control`")?.to_owned(),
        covers: ask.form.need("covers", "the part `covers`")?.to_owned(),
        name: safe_name(name),
        bytes: bytes.to_vec(),
    };
    let recorded = ask.app.company.act(&by.viewer()?.mail, deed)?;
    Ok(json_answer(&json!({"recorded": recorded})))
}

/// A number with the entry it rests on.
fn number(count: tickmark_core::report::Count, leaf: u64) -> Value {
    let figure = count.cited(&Citations::one(leaf));
    json!(figure.count())
}
