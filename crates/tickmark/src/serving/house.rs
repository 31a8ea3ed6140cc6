//! Everything that pages show, read once.

use std::collections::BTreeMap;

use tickmark_core::{
    model::{document::Class, state::State, time::Time},
    report::build::standings,
};
use tickmark_log::commitment::Commitment;
use tickmark_server::{
    House,
    house::{HandedIn, LogCard},
};

use crate::{
    error::Result,
    program::Program,
    records::{self, Records as _},
    registering,
    reporting::{self, Kind, Wanted},
    witnessing,
};

/// `last` is the house of an earlier head, if there is one: what was read for it once and cannot change is taken from it.
pub(super) fn build(program: &Program, now: Time, last: Option<&House>) -> Result<House> {
    let wanted = Wanted {
        kind: Kind::Readiness,
        period: None,
        as_of: None,
        known_at: None,
    };
    // Nothing to speak of yet, such as no period, is no failure: the pages say so.
    let inputs = reporting::inputs(program, &wanted, now).map_err(|e| e.to_string());
    let standings = inputs.as_ref().map_or_else(|_| Vec::new(), standings);
    let shelf = program.shelf()?;
    Ok(House {
        standings,
        log: log(program)?,
        documents: documents(program),
        people: registering::people(program)?,
        files: files(program, last),
        library: shelf.library,
        sources: shelf.sources,
        state: program.state().clone(),
        inputs,
    })
}

fn log(program: &Program) -> Result<LogCard> {
    let head = program.ledger().head()?;
    let standing = witnessing::standing(program)?;
    Ok(LogCard {
        size: head.size,
        root: head.root.to_string(),
        note: program.ledger().checkpoint()?,
        verdict: standing.level.to_string(),
        unwitnessed: (standing.unwitnessed, standing.oldest),
    })
}

/// The documents that people read; the identity table stays where it is, and so do the addresses of who is told what.
fn documents(program: &Program) -> Vec<(String, Vec<u8>)> {
    let state = program.state();
    let shown = state
        .current_documents()
        .filter(|(_, v)| !matches!(v.class, Class::People | Class::Notices));
    let read = |commitment| program.ledger().blob(&Commitment(commitment)).ok();
    shown
        .filter_map(|(path, v)| Some((path.to_owned(), read(v.commitment)?)))
        .collect()
}

/// Names of files handed in. Those of entries that the last house knew are not read again, unless something was erased since.
fn files(program: &Program, last: Option<&House>) -> BTreeMap<u64, HandedIn> {
    let state: &State = &program.state();
    let mut files = last
        .filter(|house| house.state.erased.len() == state.erased.len())
        .map(|house| house.files.clone())
        .unwrap_or_default();
    // Below this, whatever has a name is known already.
    let known = match files.is_empty() {
        true => 0,
        false => last.map_or(0, |house| house.log.size),
    };
    let handed_in = state
        .collections
        .iter()
        .filter(|c| c.evidence.is_some())
        .map(|c| c.leaf);
    for leaf in handed_in.filter(|leaf| *leaf >= known) {
        // What was erased or lost has no name any more; the evidence itself stays in the list.
        if let Some(file) = file(program, leaf) {
            files.insert(leaf, file);
        }
    }
    files
}

/// The description that was handed in with a file is page 0, the file page 1.
fn file(program: &Program, index: u64) -> Option<HandedIn> {
    let ledger = program.ledger();
    let leaf = ledger.leaf(index).ok()?;
    let pages = records::pages(ledger, index, &leaf).ok()?;
    let (described, stored) = (pages.first()?, pages.get(1)?);
    let described = ledger.blob(&described.commitment).ok()?;
    let described: serde_json::Value = serde_json::from_slice(&described).ok()?;
    let text = |key: &str| described.get(key).and_then(serde_json::Value::as_str);
    Some(HandedIn {
        name: text("name")?.to_owned(),
        performed_at: text("performed_at").and_then(|t| Time::parse(t).ok()),
        commitment: stored.commitment.0.to_string(),
        length: stored.length,
    })
}
