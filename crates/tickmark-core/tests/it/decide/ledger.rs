//! A ledger in memory, and wishes to try on it.

use std::collections::BTreeMap;
use tickmark_core::model::body::{
    Body, CollectionIntent, ErasedBody, Lane, LibraryBody, ProgramBody, RunBody, RunCounts,
    RunResult,
};
use tickmark_core::model::decide::{
    Actor, Command, Draft, DraftPage, LibraryInUse, Refusal, Stored, decide, pages_list,
};
use tickmark_core::model::document::Documents;
use tickmark_core::model::ids::{ActorId, ControlId};
use tickmark_core::model::manifest::{Count, End, Manifest, Records, Shape, Unit};
use tickmark_core::model::state::{State, fold};
use tickmark_core::model::time::{Span, Time};
use tickmark_log::commitment::{Commitment, Salt, commit};
use tickmark_log::digest::{Digest, sha256};
use tickmark_log::leaf::{BlobRef, Leaf, Side};

pub const SECRET: [u8; 32] = [9; 32];
pub const ACTOR: Actor = Actor {
    id: ActorId([7; 16]),
    side: Side::Management,
};
pub const PROGRAM: &str = "organization: acme\nname: Acme\nzone: America/New_York\ncategories: [security]\nperiods: [2026-01-01..2026-06-30]\n";
pub const ADOPT: &str = "---\nadopt: CHG-01\nowner: Ada\nscope: api\neffective: 2026-01-01\n---\n";

/// A ledger in memory: leaves as bytes, blobs by commitment.
#[derive(Default)]
pub struct Ledger {
    pub leaves: Vec<Vec<u8>>,
    pub blobs: BTreeMap<Digest, Vec<u8>>,
    pub state: State,
}

impl Ledger {
    pub fn put(&mut self, bytes: &[u8]) -> Stored {
        let commitment = commit(&Salt([1; 32]), bytes);
        self.blobs.insert(commitment.0, bytes.to_vec());
        Stored {
            commitment,
            length: bytes.len() as u64,
        }
    }

    pub fn append(&mut self, drafts: Vec<Draft>, now: Time) {
        for draft in drafts {
            let mut blobs: Vec<BlobRef> = Vec::new();
            for blob in &draft.blobs {
                let stored = self.put(&blob.bytes);
                blobs.push(BlobRef {
                    role: blob.role.to_owned(),
                    commitment: stored.commitment,
                    length: stored.length,
                });
            }
            let pages: Vec<Stored> = draft
                .pages
                .iter()
                .map(|p| match p {
                    DraftPage::Stored(stored) => *stored,
                    DraftPage::Bytes(bytes) => self.put(bytes),
                })
                .collect();
            if !pages.is_empty() {
                let stored = self.put(&pages_list(&pages));
                blobs.push(BlobRef {
                    role: "list".to_owned(),
                    commitment: stored.commitment,
                    length: stored.length,
                });
            }
            let leaf = draft.into_leaf(ACTOR, now, &SECRET, blobs);
            let index = self.leaves.len() as u64;
            let bytes = leaf.encode().unwrap();
            self.state = fold(
                std::mem::take(&mut self.state),
                index,
                &Leaf::decode(&bytes, index).unwrap(),
                &self.blobs,
            )
            .unwrap();
            self.leaves.push(bytes);
        }
    }

    pub fn at(&self, size: usize) -> State {
        let mut state = State::default();
        for (index, bytes) in (0..).zip(&self.leaves[..size]) {
            state = fold(
                state,
                index,
                &Leaf::decode(bytes, index).unwrap(),
                &self.blobs,
            )
            .unwrap();
        }
        state
    }

    pub fn run(&mut self, command: Command<'_>, now: &str) -> Result<usize, Refusal> {
        let now = time(now);
        let drafts = decide(&self.state, command, ACTOR, now)?;
        let count = drafts.len();
        self.append(drafts, now);
        Ok(count)
    }

    /// Replaces a blob, as erasing does.
    pub fn erase(&mut self, old: Digest, new: Option<Commitment>) {
        let body = Body::Erased(ErasedBody {
            old: Commitment(old),
            new,
            basis: "art17".to_owned(),
            fields: Vec::new(),
        });
        let index = self.leaves.len() as u64;
        let leaf = Leaf {
            kind: body.kind().to_owned(),
            time_us: 1,
            side: Side::Management,
            actor: ACTOR.id.0,
            key: sha256(&index.to_be_bytes()).0,
            refs: Vec::new(),
            blobs: Vec::new(),
            body: body.encode(),
            signature: None,
        };
        self.state = fold(std::mem::take(&mut self.state), index, &leaf, &self.blobs).unwrap();
        self.leaves.push(leaf.encode().unwrap());
    }

    pub fn begun() -> Self {
        let mut ledger = Self::default();
        let documents = documents(&[("tickmark.yaml", PROGRAM)]);
        ledger
            .run(init(&documents), "2026-01-02T00:00:00Z")
            .unwrap();
        ledger
    }

    pub fn apply(&mut self, files: &[(&str, &str)], now: &str) -> Result<usize, Refusal> {
        self.run(
            Command::Apply {
                documents: &documents(files),
                pins: &pins(),
            },
            now,
        )
    }
}

pub fn time(text: &str) -> Time {
    text.parse().unwrap()
}

pub fn documents(files: &[(&str, &str)]) -> Documents {
    Documents::read(
        files
            .iter()
            .map(|(p, t)| ((*p).to_owned(), t.as_bytes().to_vec())),
    )
    .unwrap()
}

pub fn pins() -> BTreeMap<ControlId, Digest> {
    BTreeMap::from([
        ("CHG-01".parse().unwrap(), sha256(b"chg-01")),
        ("CHG-02".parse().unwrap(), sha256(b"chg-02")),
    ])
}

pub fn init(documents: &Documents) -> Command<'_> {
    Command::Init {
        log: ProgramBody {
            origin: "acme.example/log".to_owned(),
            vkey: "acme.example/log+00000000+AQ".to_owned(),
        },
        library: LibraryInUse {
            body: LibraryBody {
                digest: sha256(b"library"),
                files: 2,
                version: "0.1.0".to_owned(),
            },
            bytes: b"library",
        },
        documents,
    }
}

pub fn says(refused: Result<usize, Refusal>) -> String {
    refused.unwrap_err().to_string()
}

pub fn intent() -> CollectionIntent {
    CollectionIntent {
        source: "github".parse().unwrap(),
        version: 1,
        instance: "gh-acme".parse().unwrap(),
        stream: "pulls".parse().unwrap(),
        asked: (time("2026-01-01T05:00:00Z"), time("2026-01-02T05:00:00Z")),
        mapping: sha256(b"mapping"),
    }
}

pub fn manifest() -> Manifest {
    Manifest {
        v: 1,
        source: "github@1".to_owned(),
        instance: "gh-acme".parse().unwrap(),
        account: "4711".to_owned(),
        stream: "pulls".parse().unwrap(),
        shape: Shape::Event,
        query: "/repos".to_owned(),
        params: BTreeMap::new(),
        asked: intent().asked,
        covered: vec![intent().asked],
        retention_s: None,
        backfilled: false,
        observed: (time("2026-01-03T00:00:00Z"), time("2026-01-03T00:00:01Z")),
        pages: Vec::new(),
        count: Count {
            of: Unit::Records,
            at_source: Some(2),
            how: "count".to_owned(),
            stored: 1,
            rejected: 0,
            unknown: 1,
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
        mapping: format!("sha256:{}", sha256(b"mapping")),
        facts: 1,
        collector: "test".to_owned(),
        end: End::Complete,
    }
}

pub fn collected(intent: u64, manifest: &Manifest) -> Command<'_> {
    Command::Collected {
        intent,
        manifest,
        population: "pull_request".parse().unwrap(),
        pages: Vec::new(),
    }
}

pub fn run_body(known_at: u64) -> RunBody {
    RunBody {
        test: "CHG-01.approval".parse().unwrap(),
        spec: sha256(b"chg-01"),
        params: sha256(b"{}"),
        library: sha256(b"library"),
        span: Span {
            from: time("2026-01-01T05:00:00Z"),
            until: time("2026-07-01T04:00:00Z"),
        },
        known_at,
        population_hash: sha256(b""),
        rows_digest: sha256(b""),
        counts: RunCounts {
            population: 3,
            passed: 1,
            deviations: 1,
            unknown: 1,
            ..RunCounts::default()
        },
        result: RunResult::Deviation,
        covered_s: 10,
        asked_s: 20,
        lane: Lane::Census,
        provisional: false,
        engine: "0.1.0".to_owned(),
        facts: 1,
        tzdb: "2026a".to_owned(),
        calendar: sha256(b"calendar"),
    }
}

pub fn run(body: RunBody, inputs: &[u64]) -> Command<'_> {
    Command::Run {
        body: Box::new(body),
        refs: vec![1, 3],
        inputs,
        rows: Vec::new(),
    }
}
