use std::collections::BTreeMap;

use tickmark_log::digest::sha256;

use super::{Draft, DraftPage, Evidence, Refusal, Stored, refuse};
use crate::model::body::{
    Body, CollectionError, CollectionIntent, CollectionResult, ErrorCode, EvidenceBody,
};
use crate::model::canonical;
use crate::model::ids::{IdError, InstanceId, PopulationName, SourceId, StreamName};
use crate::model::manifest::{Count, End, MANIFEST_VERSION, Manifest, Page, Records, Shape, Unit};
use crate::model::state::{Intent, State};
use crate::model::time::{Span, Time};

/// Mapping of evidence that a person hands in; its digest stands in the entry.
const EVIDENCE_MAPPING: &str = "evidence@1";

pub(super) fn intend(intent: CollectionIntent, now: Time) -> Draft {
    let asked = [
        intent.asked.0.micros_u64().to_be_bytes(),
        intent.asked.1.micros_u64().to_be_bytes(),
    ]
    .concat();
    let parts: [&[u8]; 6] = [
        b"intent",
        intent.instance.as_str().as_bytes(),
        intent.stream.as_str().as_bytes(),
        &asked,
        intent.mapping.as_bytes(),
        &now.micros_u64().to_be_bytes(),
    ];
    Draft::new(Body::CollectionIntent(intent.clone()), &parts)
}

pub(super) fn collected(
    state: &State,
    intent: u64,
    manifest: &Manifest,
    population: PopulationName,
    pages: Vec<Stored>,
) -> Result<Vec<Draft>, Refusal> {
    let open = open_intent(state, intent)?;
    if manifest.instance != open.instance
        || manifest.stream != open.stream
        || manifest.source_name() != open.source.as_str()
    {
        return refuse(
            format!("the result is not of the collection begun at leaf {intent}"),
            "collect again",
        );
    }
    if pages.len() < manifest.pages.len() {
        return refuse(
            "the manifest names more pages than were stored",
            "collect again",
        );
    }
    let bytes = match manifest.to_bytes() {
        Ok(bytes) => bytes,
        Err(error) => return refuse(error.to_string(), "report this as a bug of the collector"),
    };
    let mapping = open.mapping;
    let body = CollectionResult::of_manifest(
        manifest,
        open.source.clone(),
        open.version,
        mapping,
        population,
    );
    let mut draft = Draft::new(
        Body::CollectionResult(Box::new(body)),
        &[b"answer", &intent.to_be_bytes()],
    )
    .refs([intent]);
    draft = draft.blob("manifest", bytes);
    draft.pages = pages.into_iter().map(DraftPage::Stored).collect();
    Ok(vec![draft])
}

pub(super) fn failed(
    state: &State,
    intent: u64,
    code: ErrorCode,
    status: u32,
) -> Result<Vec<Draft>, Refusal> {
    let open = open_intent(state, intent)?;
    let body = CollectionError {
        instance: open.instance.clone(),
        stream: open.stream.clone(),
        code,
        status,
    };
    Ok(vec![
        Draft::new(
            Body::CollectionError(body),
            &[b"answer", &intent.to_be_bytes()],
        )
        .refs([intent]),
    ])
}

fn open_intent(state: &State, intent: u64) -> Result<&Intent, Refusal> {
    match state.open_intents.get(&intent) {
        Some(open) => Ok(open),
        None => refuse(
            format!("no collection begun at leaf {intent} is open"),
            "its answer was recorded already; collect again",
        ),
    }
}

pub(super) fn evidence(
    state: &State,
    evidence: &Evidence<'_>,
    now: Time,
) -> Result<Vec<Draft>, Refusal> {
    let zone = state.zone();
    let covers = evidence.covers;
    if state.in_force(&evidence.control).is_empty() {
        return refuse(
            format!("control `{}` is not adopted", evidence.control),
            "adopt it with `controls adopt`, or name another",
        );
    }
    if covers.from > zone.day_of(now) {
        return refuse(
            format!("`{covers}` lies in the future"),
            "evidence covers time that has passed; correct `--covers`",
        );
    }
    if evidence.performed_at.is_some_and(|at| at > now) {
        return refuse(
            "the act lies in the future",
            "correct the time it was performed",
        );
    }
    if evidence.bytes.is_empty() {
        return refuse(
            format!("`{}` is empty", evidence.name),
            "an empty file shows nothing; hand in what was seen",
        );
    }
    let manifest = evidence_manifest(evidence, evidence.covers.span(&zone), now)?;
    let bytes = match manifest.to_bytes() {
        Ok(bytes) => bytes,
        Err(error) => return refuse(error.to_string(), "report this as a bug"),
    };
    let mut body = CollectionResult::of_manifest(
        &manifest,
        name(SourceId::parse("manual"))?,
        1,
        sha256(EVIDENCE_MAPPING.as_bytes()),
        name(PopulationName::parse("evidence"))?,
    );
    body.evidence = Some(EvidenceBody {
        control: evidence.control.clone(),
        covers,
    });
    let (digest, covers) = (sha256(evidence.bytes), covers.to_string());
    let parts: [&[u8]; 4] = [
        b"evidence",
        evidence.control.as_str().as_bytes(),
        covers.as_bytes(),
        digest.as_bytes(),
    ];
    let mut draft =
        Draft::new(Body::CollectionResult(Box::new(body)), &parts).blob("manifest", bytes);
    draft.pages = vec![
        DraftPage::Bytes(descriptor(evidence, now)?),
        DraftPage::Bytes(evidence.bytes.to_vec()),
    ];
    Ok(vec![draft])
}

/// Page 0: the one record of the population `evidence`; page 1 is the file.
fn descriptor(evidence: &Evidence<'_>, now: Time) -> Result<Vec<u8>, Refusal> {
    let record = serde_json::json!({
        "blob": 1,
        "control": evidence.control,
        "covers_from": evidence.covers.from,
        "covers_until": evidence.covers.to,
        "handed_in_at": now,
        "name": evidence.name,
        "performed_at": evidence.performed_at,
    });
    match canonical::to_string(&record) {
        Ok(text) => Ok(text.into_bytes()),
        Err(error) => refuse(error.to_string(), "report this as a bug"),
    }
}

fn evidence_manifest(evidence: &Evidence<'_>, span: Span, now: Time) -> Result<Manifest, Refusal> {
    let page = |blob, items| Page {
        blob,
        status: 0,
        cursor: String::new(),
        next: String::new(),
        items,
        parent: String::new(),
        source_clock: None,
        with: BTreeMap::new(),
    };
    let covered_until = span.until.min(now);
    Ok(Manifest {
        v: MANIFEST_VERSION,
        source: "manual@1".to_owned(),
        instance: name(InstanceId::parse("manual"))?,
        account: String::new(),
        stream: name(StreamName::parse("evidence"))?,
        shape: Shape::Event,
        query: "handed in".to_owned(),
        params: BTreeMap::from([("control".to_owned(), evidence.control.to_string())]),
        asked: (span.from, span.until),
        covered: if span.from < covered_until {
            vec![(span.from, covered_until)]
        } else {
            Vec::new()
        },
        retention_s: None,
        backfilled: span.until <= now,
        observed: (now, now),
        pages: vec![page(0, 1), page(1, 0)],
        count: Count {
            of: Unit::Records,
            at_source: None,
            how: "handed in".to_owned(),
            stored: 1,
            rejected: 0,
            unknown: 0,
            mismatch: 0,
        },
        records: Records {
            stored: 1,
            rejected: 0,
        },
        gaps: Vec::new(),
        rejections: Vec::new(),
        redactions: Vec::new(),
        headers: BTreeMap::new(),
        tls_peer: None,
        mapping: format!("sha256:{}", sha256(EVIDENCE_MAPPING.as_bytes())),
        facts: 1,
        collector: "evidence add".to_owned(),
        end: End::Complete,
    })
}

/// A name that is written in this file.
fn name<T>(parsed: Result<T, IdError>) -> Result<T, Refusal> {
    parsed.or_else(|error| refuse(error.to_string(), "report this as a bug"))
}
