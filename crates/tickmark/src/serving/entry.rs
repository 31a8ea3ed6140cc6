//! Looking at one thing: an entry with its proof, a piece of evidence, an answer to a question.

use tickmark_core::{
    judge::{job::Value, window::Window},
    model::time::Time,
};
use tickmark_log::{commitment::Commitment, tree};
use tickmark_server::{Download, Grid, house::Entry};

use crate::{
    asking,
    error::{Error, Result},
    heavy,
    populations::Sources,
    program::Program,
    records::{self, Records as _},
    witnessing,
};

/// An entry; its proof goes to the last signed checkpoint, and is empty beyond it.
pub(super) fn read(program: &Program, index: u64) -> Result<Entry> {
    let ledger = program.ledger();
    let (leaf, body) = ledger.entry(index)?;
    let hash = tree::leaf_hash(&ledger.leaf_bytes(index)?).to_string();
    let proof = witnessing::inclusion(program, index)
        .map(|(_, _, proof)| proof)
        .unwrap_or_default();
    let state = program.state();
    let named = state.actors.iter().find(|a| a.actor.0 == leaf.actor);
    let name = named.and_then(|a| ledger.blob(&Commitment(a.name)).ok());
    let hex = || leaf.actor.iter().map(|b| format!("{b:02x}")).collect();
    Ok(Entry {
        leaf: index,
        kind: leaf.kind.clone(),
        time: Time::from_micros_u64(leaf.time_us),
        actor: name.map_or_else(hex, |n| String::from_utf8_lossy(&n).into_owned()),
        body: serde_json::to_string_pretty(&body).map_err(Error::bug)?,
        hash,
        proof: proof.iter().map(ToString::to_string).collect(),
        blobs: leaf
            .blobs
            .iter()
            .map(|b| {
                (
                    b.role.clone(),
                    b.commitment.0.to_string(),
                    b.length,
                    ledger.blob(&b.commitment).is_ok(),
                )
            })
            .collect(),
    })
}

/// The file of a piece of evidence: the page after its description.
pub(super) fn evidence(program: &Program, index: u64) -> Result<Download> {
    let ledger = program.ledger();
    let leaf = ledger.leaf(index)?;
    let pages = records::pages(ledger, index, &leaf)?;
    let page = |n: usize| {
        let page = pages
            .get(n)
            .ok_or_else(|| Error::corrupt(format!("entry {index}: page {n} is missing")))?;
        ledger.blob(&page.commitment)
    };
    let described: serde_json::Value = serde_json::from_slice(&page(0)?).map_err(Error::corrupt)?;
    let name = described
        .get("name")
        .and_then(|n| n.as_str())
        .unwrap_or("evidence");
    Ok(Download {
        name: name.to_owned(),
        media: "application/octet-stream",
        bytes: page(1)?,
    })
}

/// One SELECT over the populations.
pub(super) fn query(program: &Program, sql: &str, limit: usize, now: Time) -> Result<Grid> {
    let state = program.state();
    let shelf = program.shelf()?;
    let sources = Sources::new(program.ledger(), &state, &shelf, &program.cache());
    let span = asking::window(&state, now);
    let answer = asking::ask(
        &sources,
        sql,
        Window::Period(span),
        limit,
        &heavy::populations()?,
    )?;
    let cell = |value: &Value| match value {
        Value::Null => None,
        other => Some(asking::show(other)),
    };
    Ok(Grid {
        columns: answer.columns.iter().map(|c| c.name.clone()).collect(),
        rows: answer
            .rows
            .iter()
            .map(|row| row.iter().map(cell).collect())
            .collect(),
        more: answer.truncated,
    })
}
