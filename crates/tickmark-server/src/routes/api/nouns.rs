//! The nouns of the API as JSON.

use serde_json::{Value, json};
use tickmark_core::{
    model::{state::Collection, time::Spans},
    report::{
        build::Standing,
        inputs::{Control, Item, Population, SourceCard, TestResult},
    },
};

use super::number;
use crate::house::Entry;

pub(super) fn criterion(standing: &Standing) -> Value {
    let open: Vec<Value> = standing
        .open
        .iter()
        .map(|point| json!({"kind": point.kind, "subject": point.subject, "entries": point.leaves.leaves()}))
        .collect();
    json!({
        "id": standing.criterion.to_string(),
        "title": standing.title,
        "controls": standing.controls,
        "open": open,
    })
}

pub(super) fn control(control: &Control) -> Value {
    json!({
        "id": control.id,
        "title": control.title,
        "statement": control.statement,
        "criteria": control.criteria.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "owner": control.owner,
        "scope": control.scope,
        "effective": control.effective.to_string(),
        "retired": control.retired.map(|day| day.to_string()),
        "nature": control.nature,
        "frequency": control.frequency,
        "automation": control.automation,
        "digest": control.digest,
        "entry": control.leaf,
    })
}

pub(super) fn test(test: &TestResult) -> Value {
    let leaf = test.leaf;
    let counts = &test.counts;
    json!({
        "id": test.id,
        "control": test.control,
        "says": test.says,
        "attributes": test.attributes.iter().map(|(letter, says)| json!({"letter": letter.to_string(), "says": says})).collect::<Vec<_>>(),
        "populations": test.populations,
        "result": test.result.name(),
        "sampled": test.sampled,
        "provisional": test.provisional,
        "period": test.period.to_string(),
        "known_at": test.known_at,
        "counts": {
            "population": number(counts.population, leaf),
            "passed": number(counts.passed, leaf),
            "deviations": number(counts.deviations, leaf),
            "unknown": number(counts.unknown, leaf),
            "not_applicable": number(counts.not_applicable, leaf),
            "pending": number(counts.pending, leaf),
        },
        "coverage": {
            "covered_s": number(test.covered_s, leaf),
            "asked_s": number(test.asked_s, leaf),
            "uncovered": spans(&test.uncovered),
        },
        "population_hash": test.population_hash,
        "rows_digest": test.rows_digest,
        "entry": leaf,
    })
}

pub(super) fn item(run: u64, item: &Item) -> Value {
    json!({
        "item": item.item,
        "state": item.state,
        "attributes": item.attributes,
        "from": item.from.map(|t| t.to_string()),
        "until": item.until.map(|t| t.to_string()),
        "reasons": item.reasons.iter().map(|(code, says)| json!({"code": code, "says": says})).collect::<Vec<_>>(),
        "citations": item.citations,
        "entry": run,
    })
}

pub(super) fn population(population: &Population) -> Value {
    let leaf = population.leaf;
    json!({
        "name": population.name,
        "says": population.says,
        "rows": number(population.rows, leaf),
        "coverage": {
            "covered_s": number(population.covered_s, leaf),
            "asked_s": number(population.asked_s, leaf),
            "uncovered": spans(&population.uncovered),
        },
        "sources": population.sources.iter().map(source).collect::<Vec<_>>(),
        "reconciliations": population.reconciliations.iter().map(|(what, came, leaf)| json!({"compared": what, "outcome": came, "entry": leaf})).collect::<Vec<_>>(),
        "entry": leaf,
    })
}

fn source(card: &SourceCard) -> Value {
    let leaf = card.leaves.first().copied().unwrap_or_default();
    json!({
        "source": card.source,
        "query": card.query,
        "pages": number(card.pages, leaf),
        "at_source": card.at_source.map(|count| number(count, leaf)),
        "how": card.how,
        "stored": number(card.stored, leaf),
        "rejected": number(card.rejected, leaf),
        "unknown": number(card.unknown, leaf),
        "gaps": spans(&card.gaps),
        "item_gaps": card.item_gaps,
        "backfilled": card.backfilled,
        "entries": card.leaves,
    })
}

pub(super) fn evidence(collection: &Collection) -> Value {
    let control = collection.evidence.as_ref().map(|e| e.control.to_string());
    json!({
        "entry": collection.leaf,
        "control": control,
        "covers": {"from": collection.asked.0.to_string(), "until": collection.asked.1.to_string()},
        "days": collection.evidence.as_ref().map(|e| e.covers.to_string()),
        "handed_in": collection.observed.1.to_string(),
        "backfilled": collection.backfilled,
    })
}

pub(super) fn entry(entry: &Entry) -> Value {
    let blobs: Vec<Value> = entry
        .blobs
        .iter()
        .map(|(role, commitment, length, here)| json!({"role": role, "commitment": commitment, "length": length, "here": here}))
        .collect();
    // The body is JSON already; as text if it should not be.
    let body = serde_json::from_str(&entry.body).unwrap_or_else(|_| json!(entry.body));
    json!({
        "entry": entry.leaf,
        "kind": entry.kind,
        "time": entry.time.to_string(),
        "actor": entry.actor,
        "body": body,
        "hash": entry.hash,
        "proof": entry.proof,
        "blobs": blobs,
    })
}

pub(super) fn spans(spans: &Spans) -> Vec<Value> {
    spans
        .iter()
        .map(|span| json!({"from": span.from.to_string(), "until": span.until.to_string()}))
        .collect()
}
