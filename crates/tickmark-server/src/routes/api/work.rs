//! What has to be done: items that did not pass, tasks, access reviews.

use serde_json::{Value, json};
use tickmark_core::model::{
    body::TaskAbout,
    frozen::FrozenItem,
    registers::{ReviewStanding, TaskStanding, review_standings, task_standings},
    state::Standing,
};

use super::{
    nouns,
    page::{page, part},
    program::{inputs, sees},
    registers::today,
};
use crate::{
    house::House,
    http::fault::Fault,
    rights::{Action, Authorized, act},
    routes::{Answer, Ask, json_answer},
};

pub(super) fn exceptions(by: Authorized<act::ViewTests>, ask: &Ask) -> Answer {
    let (house, viewer) = (ask.house()?, by.viewer()?);
    let seen = inputs(&house)?
        .tests
        .iter()
        .filter(|t| sees(&house, viewer, Action::ViewTests, &t.control));
    let all = seen.flat_map(|t| {
        let items = t.items.iter().zip(0_u64..);
        items.map(move |(i, n)| {
            (
                format!("{} {:020} {} {n:020}", t.id, t.leaf, i.item),
                (t, i),
            )
        })
    });
    page(ask, all, |(test, item)| {
        let mut noun = nouns::item(test.leaf, item);
        if let Some(fields) = noun.as_object_mut() {
            fields.insert("test".to_owned(), json!(test.id));
            fields.insert("control".to_owned(), json!(test.control));
        }
        noun
    })
}

pub(super) fn task_noun(standing: &TaskStanding<'_>) -> Value {
    let task = standing.task;
    let about = match task.opened.about {
        TaskAbout::Deviation => "deviation",
        TaskAbout::Unknown => "unknown",
        TaskAbout::Test => "test",
    };
    let closed = task.closed.map(|c| {
        json!({"entry": c.leaf, "run": c.run, "at": c.recorded.to_string(), "same_time": c.same_time})
    });
    let assignments = task.assignments.iter().map(|a| {
        let owner = a.owner.value.as_ref().map(ToString::to_string);
        json!({"entry": a.leaf, "at": a.recorded.to_string(), "owner": owner, "due": a.due.to_string()})
    });
    let span = task.opened.span;
    json!({
        "entry": task.leaf,
        "test": task.opened.test.as_str(),
        "control": task.opened.test.control().as_str(),
        "about": about,
        "item": task.item().map(ToString::to_string),
        "run": task.run,
        "span": {"from": span.from.to_string(), "until": span.until.to_string()},
        "opened": task.recorded.to_string(),
        "owner": task.owner().map(ToString::to_string),
        "due": task.due().to_string(),
        "first_due": task.opened.due.to_string(),
        "days_late": standing.days_late,
        "closed": closed,
        "assignments": assignments.collect::<Vec<_>>(),
    })
}

pub(super) fn tasks(by: Authorized<act::ViewTasks>, ask: &Ask) -> Answer {
    let (house, viewer) = (ask.house()?, by.viewer()?);
    let all = task_standings(&house.state, today(&house, ask));
    let seen = all.iter().filter(|s| {
        let control = s.task.opened.test.control();
        sees(&house, viewer, Action::ViewTasks, control.as_str())
    });
    page(
        ask,
        seen.map(|s| (format!("{:020}", s.task.leaf), s)),
        |s| task_noun(s),
    )
}

pub(super) fn task(_by: Authorized<act::ViewTasks>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let leaf: u64 = ask.number("leaf")?;
    let all = task_standings(&house.state, today(&house, ask));
    let found = all.iter().find(|s| s.task.leaf == leaf);
    Ok(json_answer(&task_noun(found.ok_or(Fault::Missing)?)))
}

pub(super) fn review_noun(standing: &ReviewStanding<'_>) -> Value {
    let review = standing.review;
    let opened = &review.opened;
    json!({
        "entry": review.leaf,
        "control": opened.control.as_str(),
        "covers": opened.covers.to_string(),
        "due": opened.due.to_string(),
        "opened": review.recorded.to_string(),
        "population_hash": opened.population_hash.to_string(),
        "size": opened.items,
        "keep": standing.keep,
        "revoke": standing.revoke,
        "undecided": standing.undecided,
        "gone": standing.gone,
        "still": standing.still,
        "not_looked": standing.not_looked(),
        "decided_at": standing.decided_at.map(|t| t.to_string()),
        "days_late": standing.days_late,
        "done": standing.is_done(),
        "collections": review.collections,
    })
}

pub(super) fn reviews(_by: Authorized<act::ViewReviews>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let all = review_standings(&house.state, today(&house, ask));
    page(
        ask,
        all.iter().map(|s| (format!("{:020}", s.review.leaf), s)),
        |s| review_noun(s),
    )
}

/// One review as it stands today.
pub(super) fn review_at(house: &House, ask: &Ask, leaf: u64) -> Option<Value> {
    let all = review_standings(&house.state, today(house, ask));
    let found = all.iter().find(|s| s.review.leaf == leaf)?;
    Some(review_noun(found))
}

fn item_noun(place: u32, item: &FrozenItem, standing: Option<&Standing>) -> Value {
    let decision = standing.map(|s| if s.keep { "keep" } else { "revoke" });
    json!({
        "place": place,
        "item": item.item.as_str(),
        "person": item.person.as_ref().map(ToString::to_string),
        "values": item.values,
        "decision": decision,
        "decided": standing.map(|s| json!({"entry": s.leaf, "at": s.recorded.to_string()})),
        "gone": standing.and_then(|s| s.gone).map(|(gone, _)| gone),
    })
}

pub(super) fn review(_by: Authorized<act::ViewReviews>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let leaf: u64 = ask.number("leaf")?;
    let mut noun = review_at(&house, ask, leaf).ok_or(Fault::Missing)?;
    let review = house.state.reviews.get(&leaf).ok_or(Fault::Missing)?;
    let list = ask.app.company.review(leaf)?;
    let decided = review.standing();
    let places = (0_u32..).zip(list.items());
    let (items, next) = part(
        ask,
        places.map(|(place, item)| (format!("{place:010}"), (place, item))),
        |(place, item)| item_noun(*place, item, decided.get(place)),
    )?;
    if let Some(fields) = noun.as_object_mut() {
        fields.insert("items".to_owned(), json!(items));
        fields.insert("next".to_owned(), json!(next));
    }
    Ok(json_answer(&noun))
}
