use std::collections::{BTreeMap, BTreeSet};

use super::policy::check_person;
use super::{Draft, Refusal, refuse};
use crate::model::body::{Body, ReviewDecided, ReviewOpened, ReviewRechecked};
use crate::model::document::People;
use crate::model::frozen::FrozenList;
use crate::model::ids::{ControlId, ItemId, PersonId};
use crate::model::manifest::End;
use crate::model::state::{Collection, Review, State};
use crate::model::time::{Day, Period, Time};

/// Most places in one entry: three bytes each stay far below the limit of a leaf.
const MAX_PLACES: usize = 8_000;

/// A list to be reviewed.
#[derive(Debug, Clone)]
pub struct NewReview<'a> {
    /// The control that asks for it.
    pub control: ControlId,
    /// The days it stands for.
    pub covers: Period,
    /// Last day on which every item should be decided.
    pub due: Day,
    /// Size of the tree whose entries were known.
    pub known_at: u64,
    /// Leaves of the collections the list was read from.
    pub collections: Vec<u64>,
    /// The list.
    pub list: &'a FrozenList,
}

/// Decisions of one reviewer.
#[derive(Debug, Clone)]
pub struct Decisions<'a> {
    /// Leaf of the review.
    pub review: u64,
    /// Who decides.
    pub person: PersonId,
    /// What is decided about each place: whether it stays.
    pub keep: &'a BTreeMap<u32, bool>,
    /// The frozen list.
    pub list: &'a FrozenList,
    /// Who there is.
    pub people: &'a People,
}

/// A later look at what had to go.
#[derive(Debug, Clone)]
pub struct Look<'a> {
    /// Leaf of the review.
    pub review: u64,
    /// Leaf of the later collection.
    pub collection: u64,
    /// The items that are there after it.
    pub present: &'a BTreeSet<ItemId>,
    /// The frozen list.
    pub list: &'a FrozenList,
    /// Where the list was read from several sources: the items that come from the source of this collection. None: all of them.
    pub of: Option<&'a BTreeSet<ItemId>>,
}

pub(super) fn open(state: &State, new: &NewReview<'_>, now: Time) -> Result<Vec<Draft>, Refusal> {
    if state.in_force(&new.control).is_empty() {
        return refuse(
            format!("control `{}` is not adopted", new.control),
            "adopt it with `controls adopt`, or name another",
        );
    }
    if new.list.items().is_empty() {
        return refuse(
            "the list is empty",
            "a review of nothing shows nothing; collect the list first",
        );
    }
    check_sources(state, new)?;
    let population_hash = new.list.population_hash();
    let mut known = state.reviews.values().map(|r| &r.opened);
    if known.any(|r| {
        (&r.control, r.covers, r.population_hash) == (&new.control, new.covers, population_hash)
    }) {
        return Ok(Vec::new());
    }
    if new.due < state.zone().day_of(now) {
        return refuse(
            format!("`{}` has passed", new.due),
            "give a day on which it can still be done",
        );
    }
    let rows = match new.list.to_bytes() {
        Ok(rows) => rows,
        Err(error) => return refuse(error.to_string(), "report this as a bug"),
    };
    let body = ReviewOpened {
        control: new.control.clone(),
        covers: new.covers,
        due: new.due,
        population_hash,
        items: u32::try_from(new.list.items().len()).unwrap_or(u32::MAX),
        known_at: new.known_at,
    };
    let covers = new.covers.to_string();
    let parts: [&[u8]; 4] = [
        b"review",
        new.control.as_str().as_bytes(),
        covers.as_bytes(),
        population_hash.as_bytes(),
    ];
    let draft = Draft::new(Body::ReviewOpened(body), &parts);
    let collections = new.collections.iter().copied();
    Ok(vec![draft.refs(collections).blob("rows", rows)])
}

/// A list is frozen out of collections that held everything there was.
fn check_sources(state: &State, new: &NewReview<'_>) -> Result<(), Refusal> {
    if new.known_at > state.size {
        return refuse(
            format!(
                "the list knows {} leaves, the ledger has {}",
                new.known_at, state.size
            ),
            "read the list again",
        );
    }
    if new.collections.is_empty() {
        return refuse(
            "the list comes from nowhere",
            "name the collections it was read from",
        );
    }
    for leaf in &new.collections {
        let found = collection(state, *leaf)?;
        if *leaf >= new.known_at {
            return refuse(
                format!("the collection at leaf {leaf} was not known to the list"),
                "read the list again",
            );
        }
        check_whole(found)?;
    }
    Ok(())
}

/// Whoever is not in the list is not reviewed: a part of a list shows nothing about the rest.
fn check_whole(collection: &Collection) -> Result<(), Refusal> {
    let count = &collection.count;
    let missing = count.rejected + count.unknown + count.mismatch + collection.records.1;
    let missing = missing.saturating_add(collection.gaps);
    if collection.end != End::Complete || missing > 0 {
        return refuse(
            format!("the collection at leaf {} is not complete", collection.leaf),
            "what it lacks would never be reviewed; collect again",
        );
    }
    Ok(())
}

pub(super) fn decided(state: &State, by: &Decisions<'_>) -> Result<Vec<Draft>, Refusal> {
    let review = review(state, by.review, by.list)?;
    check_person(&by.person, by.people)?;
    let standing = review.standing();
    let mut new: Vec<(u32, bool)> = Vec::new();
    for (place, keep) in by.keep {
        let Some(item) = by.list.at(*place) else {
            return refuse(
                format!("the list has no place {place}"),
                format!(
                    "its places run from 0 to {}",
                    by.list.items().len().saturating_sub(1)
                ),
            );
        };
        if item.person.as_ref() == Some(&by.person) {
            return refuse(
                format!("`{}` is the reviewer's own", item.item),
                "somebody else decides about it",
            );
        }
        let decided = standing.get(place).map(|s| s.keep);
        if decided != Some(*keep) {
            new.push((*place, *keep));
        }
    }
    let before = review.decisions.last().map_or(review.leaf, |d| d.leaf);
    let drafts = new.chunks(MAX_PLACES).map(|part| {
        let (keep, revoke) = split(part);
        let first = keep.iter().chain(&revoke).min().copied().unwrap_or(0);
        let parts: [&[u8]; 4] = [
            b"decided",
            &before.to_be_bytes(),
            by.person.as_str().as_bytes(),
            &material(first, part),
        ];
        Draft::new(Body::ReviewDecided(ReviewDecided { keep, revoke }), &parts)
            .refs([review.leaf])
            .blob("person", by.person.as_str().as_bytes().to_vec())
    });
    Ok(drafts.collect())
}

pub(super) fn rechecked(state: &State, look: &Look<'_>) -> Result<Vec<Draft>, Refusal> {
    let review = review(state, look.review, look.list)?;
    let later = collection(state, look.collection)?;
    check_whole(later)?;
    let same = |leaf: &u64| {
        let first = state.collections.iter().find(|c| c.leaf == *leaf);
        first.is_some_and(|c| (&c.instance, &c.stream) == (&later.instance, &later.stream))
    };
    if !review.collections.iter().any(same) {
        return refuse(
            format!(
                "the collection at leaf {} is of another source than the list",
                later.leaf
            ),
            "collect the source of the list again",
        );
    }
    let known = review
        .rechecks
        .iter()
        .filter(|r| r.collection == later.leaf);
    let known: BTreeSet<u32> = known
        .flat_map(|r| r.gone.iter().chain(&r.still))
        .copied()
        .collect();
    let mut seen = 0_usize;
    let mut new: Vec<(u32, bool)> = Vec::new();
    for (place, standing) in review.standing() {
        // Only what was fetched after the decision says whether it was carried out.
        if standing.keep || later.leaf < standing.leaf || later.observed.0 < standing.recorded {
            continue;
        }
        let item = look.list.at(place).map(|i| &i.item);
        let Some(item) = item.filter(|i| look.of.is_none_or(|of| of.contains(*i))) else {
            continue;
        };
        seen += 1;
        if !known.contains(&place) {
            new.push((place, !look.present.contains(item)));
        }
    }
    if seen == 0 {
        return refuse(
            "nothing had to go before this collection was made",
            "decide first, collect the source again, and look then",
        );
    }
    let drafts = new.chunks(MAX_PLACES).map(|part| {
        let (gone, still) = split(part);
        let first = part.first().map_or(0, |p| p.0);
        let parts: [&[u8]; 4] = [
            b"rechecked",
            &review.leaf.to_be_bytes(),
            &later.leaf.to_be_bytes(),
            &first.to_be_bytes(),
        ];
        Draft::new(
            Body::ReviewRechecked(ReviewRechecked { gone, still }),
            &parts,
        )
        .refs([review.leaf, later.leaf])
    });
    Ok(drafts.collect())
}

/// Places for which it is so, and places for which it is not, both ascending.
fn split(part: &[(u32, bool)]) -> (Vec<u32>, Vec<u32>) {
    let places = |wanted: bool| {
        let mine = part.iter().filter(|(_, is)| *is == wanted);
        mine.map(|(place, _)| *place).collect()
    };
    (places(true), places(false))
}

/// What makes a submission what it is.
fn material(first: u32, part: &[(u32, bool)]) -> Vec<u8> {
    let mut out = first.to_be_bytes().to_vec();
    for (place, keep) in part {
        out.extend(place.to_be_bytes());
        out.push(u8::from(*keep));
    }
    out
}

/// The review, if the list is the one that was frozen for it.
fn review<'s>(state: &'s State, leaf: u64, list: &FrozenList) -> Result<&'s Review, Refusal> {
    let Some(review) = state.reviews.get(&leaf) else {
        return refuse(format!("leaf {leaf} is no review"), "`reviews` lists them");
    };
    if list.population_hash() != review.opened.population_hash {
        return refuse(
            format!("the list is not the one frozen for the review at leaf {leaf}"),
            "decide about the frozen list; what came later belongs to the next review",
        );
    }
    Ok(review)
}

fn collection(state: &State, leaf: u64) -> Result<&Collection, Refusal> {
    match state.collections.iter().find(|c| c.leaf == leaf) {
        Some(collection) => Ok(collection),
        None => refuse(
            format!("leaf {leaf} is no collection"),
            "name a collection with a result",
        ),
    }
}
