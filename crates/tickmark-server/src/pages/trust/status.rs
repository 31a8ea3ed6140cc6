//! The same for programs: small, and each line with the entry it rests on.

use serde_json::{Value, json};
use tickmark_core::model::registers;

use super::{Visit, title, watched::watched};
use crate::{house::Entry, pages::link, trust::headline};

/// What the trust page says, as JSON.
#[must_use]
pub fn status(visit: &Visit<'_>) -> Value {
    let (house, log) = (visit.house, &visit.house.log);
    let listing = registers::trust(&house.state, visit.now);
    let documents: Vec<Value> = listing
        .publications
        .iter()
        .map(|standing| {
            let publication = standing.publication;
            let body = &publication.body;
            json!({
                "entry": publication.leaf,
                "what": body.what.as_str(),
                "title": title(publication),
                "says": headline(publication),
                "opinion": body.opinion.map(|o| o.as_str()),
                "covers": body.covers.map(|c| c.to_string()),
                "audience": body.audience.as_str(),
                "recorded": publication.recorded.to_string(),
                "file": (body.audience == tickmark_core::model::body::Audience::Public).then(|| link::trust_file(publication.leaf)),
                "proof": link::trust_proof(publication.leaf),
            })
        })
        .collect();
    let mut out = json!({
        "organization": visit.organization(),
        "as_of": visit.now.to_string(),
        "demo": super::is_demo(house),
        "documents": documents,
    });
    if visit.page.shows.monitoring {
        let seen = watched(house);
        let runs: Vec<Value> = seen
            .iter()
            .map(|one| {
                json!({
                    "control": one.title, "criteria": one.criteria, "tests": one.tests,
                    "last_run": one.last.to_string(), "entry": one.leaf, "proof": link::trust_proof(one.leaf),
                })
            })
            .collect();
        if let (Some(whole), false) = (out.as_object_mut(), seen.is_empty()) {
            let last = seen.iter().map(|w| w.last).max();
            let said = json!({"as_of": last.map(|t| t.to_string()), "controls": runs});
            whole.insert("watched".to_owned(), said);
            let ledger = json!({
                "size": log.size, "root": log.root, "verdict": log.verdict, "checkpoint": log.note,
            });
            whole.insert("ledger".to_owned(), ledger);
        }
    }
    out
}

/// The proof that an entry is in the ledger, to the last signed checkpoint: what is in the entry is not told.
#[must_use]
pub fn proof(visit: &Visit<'_>, entry: &Entry) -> Value {
    json!({
        "entry": entry.leaf,
        "kind": entry.kind,
        "recorded": entry.time.to_string(),
        "leaf_hash": entry.hash,
        "inclusion": entry.proof,
        "checkpoint": visit.house.log.note,
    })
}
