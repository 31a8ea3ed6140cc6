//! A company whose house is the sample engagement: what the engine would fill, without an engine.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use tickmark_core::{
    judge::library::Library,
    model::{
        body::{EvidenceBody, Tally},
        document::People,
        frozen::FrozenList,
        manifest::{End, Shape, Unit},
        state::{Collection, State},
        time::{Period, Spans, Time},
    },
    report::{build::standings, inputs::Window, sample::sample},
};
use tickmark_log::digest::sha256;
use tickmark_server::{
    ClockCard, Company, Deed, Download, Entry, Grid, House, Pulse, Trouble, house::LogCard,
};

use super::recorded::Recorded;

/// Leaf of a piece of evidence for `CHG-01`.
pub const EVIDENCE: u64 = 41;
/// Who owns all controls of the sample.
pub const OWNER: &str = "Head of engineering";
/// The period of the sample.
pub const PERIOD: &str = "2026-01-01..2026-06-30";

/// Who is a person of `people.yaml`: everybody of the site who works here.
const PERSONS: [(&str, &str); 5] = [
    ("olga", "olga@acme.example"),
    ("manager", "compliance-manager@acme.example"),
    ("owner", "control-owner@acme.example"),
    ("employee", "employee@acme.example"),
    ("reader", "read-only@acme.example"),
];

pub struct Fake {
    house: Mutex<Arc<House>>,
    recorded: Mutex<Recorded>,
    pub broken: AtomicBool,
    /// Every deed is refused.
    pub refuse: AtomicBool,
    pub deeds: Mutex<Vec<(String, Deed)>>,
    /// Why every deed is refused, if it is.
    pub refuses: Mutex<Option<String>>,
    /// Name of the file that evidence is handed out under.
    pub file_name: Mutex<String>,
    pub pulse: Mutex<Pulse>,
}

impl Fake {
    pub fn new() -> Self {
        let house = begun();
        Self {
            recorded: Mutex::new(Recorded::new(house.state.clone())),
            house: Mutex::new(Arc::new(house)),
            broken: AtomicBool::new(false),
            refuse: AtomicBool::new(false),
            deeds: Mutex::default(),
            refuses: Mutex::default(),
            file_name: Mutex::new("minutes.pdf".into()),
            pulse: Mutex::default(),
        }
    }

    /// Changes what the ledger means, as if it had been recorded.
    pub fn change(&self, change: impl FnOnce(&mut State)) {
        let mut recorded = self.recorded.lock().unwrap();
        change(&mut recorded.state);
        *self.house.lock().unwrap() = Arc::new(grown(recorded.state.clone()));
    }
}

/// The house at the beginning.
fn begun() -> House {
    let period = Period::parse(PERIOD).unwrap();
    let inputs = sample(Window::Throughout(period)).unwrap();
    let mut house = House {
        state: State {
            size: 100,
            collections: vec![evidence(period)],
            ..State::default()
        },
        standings: standings(&inputs),
        library: Library {
            criteria: Vec::new(),
            controls: BTreeMap::new(),
            schemas: BTreeMap::new(),
            sql: BTreeMap::new(),
            digest: String::new(),
        },
        inputs: Ok(inputs),
        log: LogCard {
            size: 100,
            root: "ab".repeat(32),
            verdict: "witnessed".into(),
            ..LogCard::default()
        },
        documents: vec![("tickmark.yaml".into(), b"name: Ledgerline\n".to_vec())],
        people: People::default(),
        sources: Vec::new(),
        files: BTreeMap::new(),
    };
    super::pages::registers::fill(&mut house);
    super::pages::duty::add(&mut house, &PERSONS);
    house
        .people
        .persons
        .extend(super::pages::registers::people().persons);
    house
}

/// The same with another state of the ledger.
fn grown(state: State) -> House {
    let mut house = begun();
    house.log.size = state.size;
    house.state = state;
    house
}

fn evidence(period: Period) -> Collection {
    let time = Time::parse("2026-04-02T10:00:00Z").unwrap();
    Collection {
        leaf: EVIDENCE,
        intent: None,
        source: "manual".parse().unwrap(),
        instance: "manual".parse().unwrap(),
        stream: "evidence".parse().unwrap(),
        population: "evidence".parse().unwrap(),
        shape: Shape::Event,
        asked: (time, time),
        covered: Spans::empty(),
        observed: (time, time),
        end: End::Complete,
        count: Tally {
            of: Unit::Records,
            at_source: Some(1),
            stored: 1,
            rejected: 0,
            unknown: 0,
            mismatch: 0,
        },
        records: (1, 0),
        gaps: 0,
        pages: 1,
        backfilled: false,
        mapping: sha256(b"mapping"),
        evidence: Some(EvidenceBody {
            control: "CHG-01".parse().unwrap(),
            covers: period,
        }),
        manifest: sha256(b"manifest"),
    }
}

impl Company for Fake {
    fn house(&self) -> Result<Arc<House>, Trouble> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(Trouble::Environment(
                "/var/lib/secret/ledger.db: disk I/O error".into(),
            ));
        }
        Ok(Arc::clone(&self.house.lock().unwrap()))
    }

    fn entry(&self, leaf: u64) -> Result<Entry, Trouble> {
        if leaf >= self.house.lock().unwrap().log.size {
            return Err(Trouble::Missing(format!("there is no entry {leaf}")));
        }
        Ok(Entry {
            leaf,
            kind: "document".into(),
            time: Time::parse("2026-04-02T10:00:00Z").unwrap(),
            actor: "grace".into(),
            body: "{\"1\": 2}".into(),
            hash: "cd".repeat(32),
            proof: Vec::new(),
            blobs: vec![("document".into(), "ef".repeat(32), 12, true)],
        })
    }

    fn query(&self, sql: &str, _limit: usize) -> Result<Grid, Trouble> {
        if !sql.to_lowercase().starts_with("select") {
            return Err(Trouble::Refused("only one SELECT".into()));
        }
        Ok(Grid {
            columns: vec!["one".into()],
            rows: vec![vec![Some("1".into())], vec![None]],
            more: false,
        })
    }

    fn evidence(&self, leaf: u64) -> Result<Download, Trouble> {
        if leaf != EVIDENCE {
            return Err(Trouble::Missing("there is no such evidence".into()));
        }
        Ok(Download {
            name: self.file_name.lock().unwrap().clone(),
            media: "text/html; charset=utf-8",
            bytes: b"<script>alert(1)</script>".to_vec(),
        })
    }

    fn report(&self, kind: &str, format: &str) -> Result<Download, Trouble> {
        Ok(Download {
            name: format!("{kind}.{format}"),
            media: "application/pdf",
            bytes: b"%PDF".to_vec(),
        })
    }

    fn bundle(&self) -> Result<Download, Trouble> {
        Ok(Download {
            name: "ledger.bundle".into(),
            media: "application/octet-stream",
            bytes: b"TICKMARK-BUNDLE 1\n".to_vec(),
        })
    }

    fn pulse(&self) -> Pulse {
        *self.pulse.lock().unwrap()
    }

    fn review(&self, leaf: u64) -> Result<FrozenList, Trouble> {
        super::pages::reviewed::list(leaf)
            .ok_or_else(|| Trouble::Missing(format!("entry {leaf} is no review")))
    }

    fn clock(&self) -> Result<ClockCard, Trouble> {
        Ok(crate::pages::sample::clock())
    }

    fn published(&self, leaf: u64) -> Result<Download, Trouble> {
        let recorded = self.recorded.lock().unwrap();
        let published = recorded.published(leaf);
        published.ok_or_else(|| Trouble::Missing(format!("entry {leaf} published nothing")))
    }

    fn act(&self, who: &str, deed: Deed) -> Result<String, Trouble> {
        if let Some(why) = self.refuses.lock().unwrap().clone() {
            return Err(Trouble::Refused(why));
        }
        if self.refuse.load(Ordering::Relaxed) {
            return Err(Trouble::Refused("not now".into()));
        }
        let mut recorded = self.recorded.lock().unwrap();
        if let Some(said) = recorded.act(&deed) {
            *self.house.lock().unwrap() = Arc::new(grown(recorded.state.clone()));
            self.deeds.lock().unwrap().push((who.to_owned(), deed));
            return said;
        }
        self.deeds.lock().unwrap().push((who.to_owned(), deed));
        Ok("recorded 100..100".into())
    }
}
