//! Access reviews: a list is frozen, somebody decides about each item, and a later collection shows whether what had to go is gone.

use std::collections::{BTreeMap, BTreeSet};

use tickmark_core::model::{
    decide::{Command, Decisions, Look, NewReview},
    diagnostic::nearest,
    frozen::FrozenList,
    ids::{ControlId, ItemId, PersonId},
    state::{Review, State},
    time::{Day, Period},
};
use tickmark_log::commitment::Commitment;

use super::freezing::{self, Standing};
use crate::{
    error::{Error, Result},
    ledger::Recorded,
    program::{Hands, Program},
    records::Records as _,
};

/// A review to be opened.
pub struct Opening<'a> {
    /// The control that asks for it.
    pub control: &'a str,
    /// A population of states; its rows at this moment are the list.
    pub population: &'a str,
    /// Days it stands for, `A..B`.
    pub covers: &'a str,
    /// Last day to decide on.
    pub due: &'a str,
}

/// Freezes a population as the list of a review.
///
/// # Errors
/// The control is not adopted, the population cannot be reviewed or is not whole, the day has passed; the worker or the disk fails.
pub fn open(program: &Program, wish: &Opening<'_>, hands: Hands<'_>) -> Result<Option<Recorded>> {
    let control = ControlId::parse(wish.control).map_err(Error::user)?;
    let covers = Period::parse(wish.covers).map_err(Error::user)?;
    let due = Day::parse(wish.due).map_err(Error::user)?;
    let standing = freezing::standing(program, wish.population, hands.clock.now())?;
    let list = standing.list(wish.population)?;
    let collections: Vec<u64> = standing.collections.values().copied().collect();
    let recorded = program.commit(hands, |_| {
        Ok(Command::OpenReview(NewReview {
            control: control.clone(),
            covers,
            due,
            known_at: standing.known_at,
            collections: collections.clone(),
            list: &list,
        }))
    })?;
    program.sign()?;
    Ok(recorded)
}

/// The frozen list of a review.
///
/// # Errors
/// There is no such review, or its list cannot be read.
pub fn list(program: &Program, review: u64) -> Result<FrozenList> {
    let rows = of(&program.state(), review)?.rows;
    let bytes = program.ledger().blob(&Commitment(rows))?;
    FrozenList::parse(&bytes).map_err(Error::corrupt)
}

fn of(state: &State, review: u64) -> Result<&Review> {
    state.reviews.get(&review).ok_or_else(|| {
        Error::user(format!("leaf {review} is no review")).hint("`tickmark reviews` lists them")
    })
}

/// The places of items of a list, and whether each stays.
///
/// # Errors
/// The list has no such item, or one is named twice with another decision.
pub fn places<'i>(
    list: &FrozenList,
    decided: impl IntoIterator<Item = (&'i str, bool)>,
) -> Result<BTreeMap<u32, bool>> {
    let mut out = BTreeMap::new();
    for (item, keep) in decided {
        if out.insert(place(list, item)?, keep) == Some(!keep) {
            return Err(Error::user(format!("`{item}` is both kept and revoked"))
                .hint("decide for one of them"));
        }
    }
    Ok(out)
}

fn place(list: &FrozenList, item: &str) -> Result<u32> {
    let at = list.items().iter().position(|i| i.item.as_str() == item);
    at.and_then(|n| u32::try_from(n).ok()).ok_or_else(|| {
        let items = list.items().iter().map(|i| i.item.as_str());
        let hint = nearest(item, items).map_or_else(
            || "`tickmark reviews show` lists its items".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Error::user(format!("the frozen list has no item `{item}`")).hint(hint)
    })
}

/// Records what somebody decided about items of a review.
///
/// # Errors
/// There is no such review or place, it is the reviewer's own, the reviewer is not in `people.yaml`; the disk fails.
pub fn decide(
    program: &Program,
    review: u64,
    keep: &BTreeMap<u32, bool>,
    person: &PersonId,
    hands: Hands<'_>,
) -> Result<Option<Recorded>> {
    if keep.is_empty() {
        return Err(Error::user("nothing was decided").hint("name items that stay or that must go"));
    }
    let list = list(program, review)?;
    let people = super::people(program)?;
    let recorded = program.commit(hands, |_| {
        Ok(Command::Decide(Decisions {
            review,
            person: person.clone(),
            keep,
            list: &list,
            people: &people,
        }))
    })?;
    program.sign()?;
    Ok(recorded)
}

/// Looks in the last complete collections of each source of the list whether what had to go is gone. What is still listed without access
/// (`status` is `disabled` or `ended`) is gone.
///
/// # Errors
/// Nothing had to go before they were made, one is not whole; the worker or the disk fails.
pub fn recheck(program: &Program, review: u64, hands: Hands<'_>) -> Result<Option<Recorded>> {
    let list = list(program, review)?;
    let population = population(&program.state(), review)?;
    let standing = freezing::standing(program, &population, hands.clock.now())?;
    let looks = looks(&program.state(), review, &list, &standing)?;
    let recorded = program.commit_all(hands, |_| {
        let all = looks.iter().map(|(collection, of)| {
            Command::Recheck(Look {
                review,
                collection: *collection,
                present: &standing.present,
                list: &list,
                of: of.as_ref(),
            })
        });
        Ok(all.collect())
    })?;
    program.sign()?;
    Ok(recorded)
}

/// The population that the list was read from.
fn population(state: &State, review: u64) -> Result<String> {
    let of = of(state, review)?;
    let mut all = state.collections.iter();
    let first = all.find(|c| of.collections.contains(&c.leaf));
    first.map(|c| c.population.to_string()).ok_or_else(|| {
        Error::corrupt(format!(
            "the review at leaf {review} refers to no collection"
        ))
    })
}

/// The collections to look in, and of which items each can speak: those that came from its own source. Where the list has one source, that
/// speaks of all; a source of which nothing had to go is not asked.
fn looks(
    state: &State,
    review: u64,
    list: &FrozenList,
    standing: &Standing,
) -> Result<Vec<(u64, Option<BTreeSet<ItemId>>)>> {
    let review = of(state, review)?;
    let sources: BTreeSet<freezing::Of> = state
        .collections
        .iter()
        .filter(|c| review.collections.contains(&c.leaf))
        .map(|c| (c.instance.clone(), c.stream.clone()))
        .collect();
    let mut last = Vec::new();
    for source in &sources {
        last.extend(freezing::last_complete(state, source).map(|leaf| (leaf, source)));
    }
    if let [(leaf, _)] = last.as_slice() {
        return Ok(vec![(*leaf, None)]);
    }
    let mut looks = Vec::new();
    for (leaf, source) in &last {
        let items = list.items().iter().map(|i| &i.item);
        let mine = items.filter(|i| standing.told.get(*i).is_none_or(|of| of.contains(*source)));
        let mine: BTreeSet<ItemId> = mine.cloned().collect();
        if had_to_go(state, review, *leaf, list, &mine) {
            looks.push((*leaf, Some(mine)));
        }
    }
    if looks.is_empty() {
        // The decision says why there is nothing to look for.
        looks.extend(
            last.iter()
                .map(|(leaf, _)| *leaf)
                .max()
                .map(|leaf| (leaf, None)),
        );
    }
    Ok(looks)
}

/// Whether one of the items had to go before a collection was made.
fn had_to_go(
    state: &State,
    review: &Review,
    collection: u64,
    list: &FrozenList,
    items: &BTreeSet<ItemId>,
) -> bool {
    let mut all = state.collections.iter();
    let Some(made) = all.find(|c| c.leaf == collection) else {
        return false;
    };
    let standings = review.standing();
    let mut gone = standings
        .iter()
        .filter(|(_, s)| !s.keep && s.leaf < made.leaf && s.recorded <= made.observed.0);
    gone.any(|(place, _)| list.at(*place).is_some_and(|i| items.contains(&i.item)))
}
