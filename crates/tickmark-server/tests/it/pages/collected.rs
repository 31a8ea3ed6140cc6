//! What the sources of the invented engagement brought.

use tickmark_core::model::body::{EvidenceBody, Tally};
use tickmark_core::model::ids::{ControlId, InstanceId, PopulationName, SourceId, StreamName};
use tickmark_core::model::manifest::{End, Shape, Unit};
use tickmark_core::model::state::Collection;
use tickmark_core::model::time::{DAY_US, Period, Span, Spans, Time};
use tickmark_log::digest::sha256;

struct Made<'a> {
    leaf: u64,
    intent: Option<u64>,
    name: (&'a str, &'a str),
    population: &'a str,
    shape: Shape,
    asked: (Time, Time),
    records: u64,
    gaps: u64,
}

fn collection(made: &Made<'_>) -> Collection {
    let covered = Span::new(made.asked.0, made.asked.1)
        .into_iter()
        .collect::<Spans>();
    Collection {
        leaf: made.leaf,
        intent: made.intent,
        source: SourceId::parse(if made.intent.is_some() {
            made.name.0
        } else {
            "manual"
        })
        .unwrap(),
        instance: InstanceId::parse(made.name.0).unwrap(),
        stream: StreamName::parse(made.name.1).unwrap(),
        population: PopulationName::parse(made.population).unwrap(),
        shape: made.shape,
        asked: made.asked,
        covered,
        observed: (made.asked.1, made.asked.1.plus(95_000_000)),
        end: End::Complete,
        count: Tally {
            of: Unit::Records,
            at_source: made.intent.map(|_| made.records + made.gaps),
            stored: made.records,
            rejected: 0,
            unknown: made.gaps,
            mismatch: 0,
        },
        records: (made.records, 0),
        gaps: made.gaps,
        pages: made.records.div_ceil(100),
        backfilled: made.leaf == 8_817 || made.leaf == 8_818,
        mapping: sha256(b"mapping"),
        evidence: None,
        manifest: sha256(&made.leaf.to_be_bytes()),
    }
}

/// Daily accounts with the hole of the sample, three pulls and reviews, minutes of the board for one of two quarters.
pub fn collections() -> Vec<Collection> {
    let time = |t: &str| Time::parse(t).unwrap();
    let mut all = Vec::new();
    let first = time("2026-01-01T05:00:00Z");
    for leaf in (200..381_u64).filter(|leaf| !(264..273).contains(leaf)) {
        let from = first.plus(i64::try_from(leaf - 200).unwrap() * DAY_US);
        let records = 198 + (leaf - 200) / 8 + leaf % 3;
        all.push(collection(&Made {
            leaf,
            intent: Some(leaf - 181),
            name: ("directory", "users"),
            population: "account",
            shape: Shape::State,
            asked: (from, from.plus(DAY_US)),
            records,
            gaps: 0,
        }));
    }
    let months = [
        "2026-01-01T05:00:00Z",
        "2026-03-01T05:00:00Z",
        "2026-05-01T04:00:00Z",
        "2026-07-01T04:00:00Z",
    ];
    for (n, (from, until)) in months.iter().zip(months.iter().skip(1)).enumerate() {
        let leaf = [8_817, 9_100, 9_400][n];
        let asked = (time(from), time(until));
        for (offset, stream, population, records) in [
            (0, "pulls", "pull_request", 130 + 7 * n as u64),
            (1, "reviews", "review", 262 + 11 * n as u64),
        ] {
            all.push(collection(&Made {
                leaf: leaf + offset,
                intent: Some(leaf + offset - 10),
                name: ("github", stream),
                population,
                shape: Shape::Event,
                asked,
                records,
                gaps: u64::from(n == 2),
            }));
        }
    }
    // The log of sign-ins is kept for 90 days at the source.
    let asked = (time("2026-01-01T05:00:00Z"), time("2026-04-12T05:00:00Z"));
    all.push(collection(&Made {
        leaf: 9_390,
        intent: Some(9_389),
        name: ("directory", "logins"),
        population: "login",
        shape: Shape::Event,
        asked,
        records: 41_206,
        gaps: 0,
    }));
    let asked = (time("2026-04-02T13:00:00Z"), time("2026-04-02T13:00:01Z"));
    let mut minutes = collection(&Made {
        leaf: 12_040,
        intent: None,
        name: ("manual", "evidence"),
        population: "account",
        shape: Shape::Event,
        asked,
        records: 0,
        gaps: 0,
    });
    minutes.evidence = Some(EvidenceBody {
        control: ControlId::parse("GOV-03").unwrap(),
        covers: Period::parse("2026-02-01..2026-03-31").unwrap(),
    });
    all.push(minutes);
    all.sort_by_key(|c| c.leaf);
    all
}
