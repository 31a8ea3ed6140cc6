//! A population of states as the list of an access review: what is there at one moment, whose it is, and which collections say so.

mod reader;

use std::collections::{BTreeMap, BTreeSet};

use tickmark_core::{
    facts::{
        schema::{Schema, Shape},
        source::Covers,
    },
    judge::{literal::identifier, window::Window},
    model::{
        frozen::{FrozenItem, FrozenList},
        ids::{InstanceId, ItemId, PopulationName, StreamName},
        manifest::End,
        state::{Collection, State},
        time::Time,
    },
};

use reader::{Reader, owners};

use crate::{
    asking,
    error::{Error, Result},
    heavy,
    populations::Sources,
    program::Program,
    shelf::Shelf,
};

/// Most versions of items that are read for one list.
const MOST: usize = 500_000;
/// Populations of states that are made of documents: nothing collects them.
const OF_DOCUMENTS: [&str; 2] = ["identity", "person"];

/// A stream of a configured source.
pub(super) type Of = (InstanceId, StreamName);

/// A population as it stands at one moment.
pub(super) struct Standing {
    /// Size of the tree it was read from.
    pub(super) known_at: u64,
    /// What is there.
    pub(super) items: Vec<FrozenItem>,
    /// The items of these that still give access.
    pub(super) present: BTreeSet<ItemId>,
    /// Streams that told of each item, whether it is there or not.
    pub(super) told: BTreeMap<ItemId, BTreeSet<Of>>,
    /// The last complete collection of each stream that told of what is there.
    pub(super) collections: BTreeMap<Of, u64>,
}

impl Standing {
    /// The list to be reviewed.
    pub(super) fn list(&self, population: &str) -> Result<FrozenList> {
        FrozenList::new(self.items.clone())
            .map_err(|e| Error::refused(format!("population `{population}`: {e}")))
    }
}

/// Reads a population as it stands now.
///
/// # Errors
/// It is none that can be reviewed, a system of it was never collected, it is too large; the worker fails.
pub(super) fn standing(program: &Program, population: &str, now: Time) -> Result<Standing> {
    let state = program.state();
    let shelf = program.shelf()?;
    let schema = reviewable(&shelf, population)?;
    check_collected(&state, &shelf, &schema.name)?;
    let people = super::people(program)?;
    let sources = Sources::new(program.ledger(), &state, &shelf, &program.cache());
    let answer = asking::ask(
        &sources,
        &question(schema),
        Window::Instant(now),
        MOST,
        &heavy::populations()?,
    )?;
    if answer.truncated {
        return Err(Error::refused(format!(
            "population `{population}` has more than {MOST} versions of items"
        ))
        .hint("review the systems one by one, each collected into a program of its own"));
    }
    let reader = Reader {
        schema,
        owners: owners(&people, state.zone().day_of(now)),
        streams: streams(&state, &schema.name),
        now,
    };
    let mut out = Standing {
        known_at: state.size,
        items: Vec::new(),
        present: BTreeSet::new(),
        told: BTreeMap::new(),
        collections: BTreeMap::new(),
    };
    for row in &answer.rows {
        reader.read(row, &state, &mut out)?;
    }
    Ok(out)
}

/// The schema of a population that can be reviewed.
fn reviewable<'s>(shelf: &'s Shelf, population: &str) -> Result<&'s Schema> {
    let fit = |s: &&Schema| {
        s.shape == Shape::State && s.derived.is_none() && !OF_DOCUMENTS.contains(&s.name.as_str())
    };
    let found = shelf.library.schema(population);
    if let Some(schema) = found.filter(fit) {
        return Ok(schema);
    }
    let names: Vec<String> = shelf
        .library
        .schemas
        .values()
        .filter(fit)
        .map(|s| s.name.to_string())
        .collect();
    let what = match found {
        Some(schema) if schema.derived.is_some() => "is derived from others",
        Some(schema) if schema.shape == Shape::Event => "holds events, which nobody can take away",
        Some(_) => "is made of documents",
        None => "does not exist",
    };
    Err(Error::user(format!("population `{population}` {what}"))
        .hint(format!("a review is about one of {}", names.join(", "))))
}

/// A system that was never collected is not in the list, and nobody would miss it there.
fn check_collected(state: &State, shelf: &Shelf, population: &PopulationName) -> Result<()> {
    for config in state.sources().iter().flat_map(|s| &s.sources) {
        let Some(source) = shelf.source(config.source.as_str()) else {
            continue;
        };
        for stream in source.streams.iter().filter(|s| {
            s.into == *population
                && s.covers != Covers::Nothing
                && (config.streams.is_empty() || config.streams.contains(&s.name))
        }) {
            let mut all = state.collections.iter();
            // One that broke off lists some of what there is: the rest would never be reviewed.
            let whole = |c: &Collection| {
                c.instance == config.id && c.stream == stream.name && c.end == End::Complete
            };
            if !all.any(whole) {
                return Err(Error::refused(format!(
                    "source `{}` of population `{population}` was never collected",
                    config.id
                ))
                .hint(format!(
                    "collect it first: `tickmark collect {}`; what it lists would never be reviewed",
                    config.id
                )));
            }
        }
    }
    Ok(())
}

/// All versions of all items, each with the entry that told of it.
fn question(schema: &Schema) -> String {
    let columns: Vec<String> = schema
        .columns
        .iter()
        .map(|c| identifier(c.name.as_str()))
        .collect();
    format!(
        "SELECT {}, _unknown, _leaf, valid_from, valid_to FROM {}",
        columns.join(", "),
        schema.name
    )
}

/// The stream of each collection of a population.
fn streams(state: &State, population: &PopulationName) -> BTreeMap<u64, Of> {
    let all = state.collections_of(population);
    all.map(|c| (c.leaf, (c.instance.clone(), c.stream.clone())))
        .collect()
}

/// The last complete collection of a stream.
pub(super) fn last_complete(state: &State, of: &Of) -> Option<u64> {
    let mut all = state.collections.iter().rev();
    let last = all.find(|c| (&c.instance, &c.stream) == (&of.0, &of.1) && c.end == End::Complete);
    last.map(|c| c.leaf)
}
