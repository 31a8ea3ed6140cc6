//! Everything that pages show, read once.

use tickmark_core::{
    model::{document::Class, time::Time},
    report::build::standings,
};
use tickmark_log::commitment::Commitment;
use tickmark_server::{House, house::LogCard};

use crate::{
    error::Result,
    program::Program,
    records::Records as _,
    reporting::{self, Kind, Wanted},
    witnessing,
};

pub(super) fn build(program: &Program, now: Time) -> Result<House> {
    let wanted = Wanted {
        kind: Kind::Readiness,
        period: None,
        as_of: None,
        known_at: None,
    };
    // Nothing to speak of yet, such as no period, is no failure: the pages say so.
    let inputs = reporting::inputs(program, &wanted, now).map_err(|e| e.to_string());
    let standings = inputs.as_ref().map_or_else(|_| Vec::new(), standings);
    Ok(House {
        standings,
        log: log(program)?,
        documents: documents(program),
        library: program.shelf()?.library,
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

/// The documents that people read; the identity table stays where it is.
fn documents(program: &Program) -> Vec<(String, Vec<u8>)> {
    let state = program.state();
    let shown = state
        .current_documents()
        .filter(|(_, v)| v.class != Class::People);
    let read = |commitment| program.ledger().blob(&Commitment(commitment)).ok();
    shown
        .filter_map(|(path, v)| Some((path.to_owned(), read(v.commitment)?)))
        .collect()
}
