//! From wishes to entries to state, and back to what was known.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tickmark_core::model::{
    body::{
        Body, CollectionIntent, ErrorCode, Lane, LibraryBody, ProgramBody, RunBody, RunCounts,
        RunResult, TrustBody, TrustRole,
    },
    decide::{
        Actor, ChangeKind, Command, Draft, DraftPage, Evidence, LibraryInUse, Refusal, Stored,
        changes, decide, pages_list, read_pages_list,
    },
    document::Documents,
    ids::{ActorId, ControlId},
    manifest::{Count, End, Manifest, Records, Shape, Unit},
    state::{Corrupt, State, fold},
    time::{Period, Span, Time, Zone},
};
use tickmark_log::{
    commitment::{Salt, commit},
    digest::{Digest, sha256},
    leaf::{BlobRef, Leaf, Side},
};

const SECRET: [u8; 32] = [9; 32];
const ACTOR: Actor = Actor {
    id: ActorId([7; 16]),
    side: Side::Management,
};
const PROGRAM: &str = "organization: acme\nname: Acme\nzone: America/New_York\ncategories: [security]\nperiods: [2026-01-01..2026-06-30]\n";
const ADOPT: &str = "---\nadopt: CHG-01\nowner: Ada\nscope: api\neffective: 2026-01-01\n---\n";

/// A ledger in memory: leaves as bytes, blobs by commitment.
#[derive(Default)]
struct Ledger {
    leaves: Vec<Vec<u8>>,
    blobs: BTreeMap<Digest, Vec<u8>>,
    state: State,
}

impl Ledger {
    fn put(&mut self, bytes: &[u8]) -> Stored {
        let commitment = commit(&Salt([1; 32]), bytes);
        self.blobs.insert(commitment.0, bytes.to_vec());
        Stored {
            commitment,
            length: bytes.len() as u64,
        }
    }

    fn append(&mut self, drafts: Vec<Draft>, now: Time) {
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

    fn at(&self, size: usize) -> State {
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

    fn run(&mut self, command: Command<'_>, now: &str) -> Result<usize, Refusal> {
        let now = time(now);
        let drafts = decide(&self.state, command, ACTOR, now)?;
        let count = drafts.len();
        self.append(drafts, now);
        Ok(count)
    }

    fn begun() -> Self {
        let mut ledger = Self::default();
        let documents = documents(&[("tickmark.yaml", PROGRAM)]);
        ledger
            .run(init(&documents), "2026-01-02T00:00:00Z")
            .unwrap();
        ledger
    }

    fn apply(&mut self, files: &[(&str, &str)], now: &str) -> Result<usize, Refusal> {
        self.run(
            Command::Apply {
                documents: &documents(files),
                pins: &pins(),
            },
            now,
        )
    }
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn documents(files: &[(&str, &str)]) -> Documents {
    Documents::read(
        files
            .iter()
            .map(|(p, t)| ((*p).to_owned(), t.as_bytes().to_vec())),
    )
    .unwrap()
}

fn pins() -> BTreeMap<ControlId, Digest> {
    BTreeMap::from([
        ("CHG-01".parse().unwrap(), sha256(b"chg-01")),
        ("CHG-02".parse().unwrap(), sha256(b"chg-02")),
    ])
}

fn init(documents: &Documents) -> Command<'_> {
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

fn says(refused: Result<usize, Refusal>) -> String {
    refused.unwrap_err().to_string()
}

#[test]
fn a_ledger_begins_with_log_library_and_documents() {
    let ledger = Ledger::begun();
    assert_eq!(ledger.state.size, 3);
    assert_eq!(ledger.state.program().unwrap().name, "Acme");
    assert_eq!(ledger.state.library().unwrap().digest, sha256(b"library"));
    assert_eq!(
        ledger.state.log.as_ref().unwrap().origin,
        "acme.example/log"
    );
}

#[test]
fn a_ledger_begins_once_and_nothing_comes_before_it() {
    let mut ledger = Ledger::begun();
    let docs = documents(&[("tickmark.yaml", PROGRAM)]);
    assert_eq!(
        says(ledger.run(init(&docs), "2026-01-03T00:00:00Z")),
        "this ledger has begun already; use `apply` to record changes"
    );
    let mut empty = Ledger::default();
    assert_eq!(
        says(empty.apply(&[("tickmark.yaml", PROGRAM)], "2026-01-03T00:00:00Z")),
        "there is no ledger yet; run `init` first"
    );
}

#[test]
fn documents_are_recorded_when_their_bytes_change() {
    let mut ledger = Ledger::begun();
    assert_eq!(
        ledger.apply(&[("tickmark.yaml", PROGRAM)], "2026-01-03T00:00:00Z"),
        Ok(0)
    );
    let changed = format!("{PROGRAM}# a comment\n");
    assert_eq!(
        ledger.apply(&[("tickmark.yaml", &changed)], "2026-01-03T00:00:00Z"),
        Ok(1)
    );
    assert_eq!(
        ledger.apply(&[("tickmark.yaml", PROGRAM)], "2026-01-04T00:00:00Z"),
        Ok(1),
        "changed back is a change"
    );
    assert_eq!(ledger.state.documents["tickmark.yaml"].len(), 3);
}

#[test]
fn the_same_wish_has_the_same_key_and_another_wish_another() {
    let ledger = Ledger::begun();
    let docs = documents(&[
        ("tickmark.yaml", PROGRAM),
        ("controls/CHG-01.md", ADOPT),
        ("people.yaml", "[]"),
    ]);
    let wish = || {
        decide(
            &ledger.state,
            Command::Apply {
                documents: &docs,
                pins: &pins(),
            },
            ACTOR,
            time("2026-01-03T00:00:00Z"),
        )
        .unwrap()
    };
    let keys =
        |drafts: Vec<Draft>, secret| drafts.iter().map(|d| d.key(secret)).collect::<Vec<_>>();
    assert_eq!(keys(wish(), &SECRET), keys(wish(), &SECRET));
    assert_ne!(keys(wish(), &SECRET), keys(wish(), &[1; 32]));
    assert_ne!(keys(wish(), &SECRET)[0], keys(wish(), &SECRET)[1]);
}

#[test]
fn adoption_pins_the_library_and_shows_back_dating() {
    let mut ledger = Ledger::begun();
    let files = [("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)];
    let found = changes(
        &ledger.state,
        &documents(&files),
        time("2026-01-11T12:00:00Z"),
    );
    assert_eq!(
        (found.len(), found[0].kind, found[0].back_dated_days),
        (1, ChangeKind::New, 10)
    );
    ledger.apply(&files, "2026-01-11T12:00:00Z").unwrap();
    let control: ControlId = "CHG-01".parse().unwrap();
    let in_force = ledger.state.in_force(&control);
    assert_eq!(in_force.len(), 1);
    assert_eq!(in_force[0].version.pinned, Some(sha256(b"chg-01")));
    assert_eq!(in_force[0].back_dated_days(&ledger.state.zone()), 10);
}

#[test]
fn an_adopted_control_stays_pinned_when_the_library_changes() {
    let mut ledger = Ledger::begun();
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)],
            "2026-01-02T00:00:00Z",
        )
        .unwrap();
    let newer = BTreeMap::from([(
        "CHG-01".parse().unwrap(),
        sha256(b"chg-01 of another library"),
    )]);
    let docs = documents(&[
        ("tickmark.yaml", PROGRAM),
        ("controls/CHG-01.md", &ADOPT.replace("Ada", "Bob")),
    ]);
    ledger
        .run(
            Command::Apply {
                documents: &docs,
                pins: &newer,
            },
            "2026-02-01T00:00:00Z",
        )
        .unwrap();
    assert_eq!(
        ledger
            .state
            .adoption(&"CHG-01".parse().unwrap())
            .unwrap()
            .0
            .pinned,
        Some(sha256(b"chg-01"))
    );
}

#[test]
fn unknown_controls_and_digests_are_refused() {
    let mut ledger = Ledger::begun();
    let other = ADOPT.replace("CHG-01", "CHG-10");
    let refused = says(ledger.apply(
        &[("tickmark.yaml", PROGRAM), ("controls/CHG-10.md", &other)],
        "2026-01-02T00:00:00Z",
    ));
    assert_eq!(
        refused,
        "controls/CHG-10.md: the library has no control `CHG-10`; did you mean `CHG-01`?"
    );
    let digest = ADOPT.replace("CHG-01", &format!("CHG-01@sha256:{}", sha256(b"x")));
    let refused = says(ledger.apply(
        &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", &digest)],
        "2026-01-02T00:00:00Z",
    ));
    assert!(
        refused.contains("no version of `CHG-01`") && refused.contains("the library holds sha256:"),
        "{refused}"
    );
    assert_eq!(ledger.state.size, 3, "nothing was recorded");
}

#[test]
fn edge_1_two_versions_in_one_period_have_their_own_days() {
    let mut ledger = Ledger::begun();
    let second = ADOPT
        .replace("2026-01-01", "2026-04-01")
        .replace("api", "all");
    for (text, now) in [
        (ADOPT, "2026-01-02T00:00:00Z"),
        (second.as_str(), "2026-03-20T00:00:00Z"),
    ] {
        ledger
            .apply(
                &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", text)],
                now,
            )
            .unwrap();
    }
    let period: Period = "2026-01-01..2026-06-30".parse().unwrap();
    let control = "CHG-01".parse().unwrap();
    let days: Vec<String> = ledger
        .state
        .in_force(&control)
        .iter()
        .map(|v| v.within(period).unwrap().to_string())
        .collect();
    assert_eq!(days, ["2026-01-01..2026-03-31", "2026-04-01..2026-06-30"]);
}

#[test]
fn a_later_version_with_the_same_day_replaces_the_one_before() {
    let mut ledger = Ledger::begun();
    for text in [ADOPT.to_owned(), ADOPT.replace("Ada", "Bob")] {
        ledger
            .apply(
                &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", &text)],
                "2026-01-02T00:00:00Z",
            )
            .unwrap();
    }
    let control = "CHG-01".parse().unwrap();
    let found = ledger.state.in_force(&control);
    assert_eq!((found.len(), found[0].adoption.owner.as_str()), (1, "Bob"));
}

#[test]
fn a_vanished_control_is_refused_unless_it_was_retired() {
    let mut ledger = Ledger::begun();
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)],
            "2026-01-02T00:00:00Z",
        )
        .unwrap();
    assert!(
        says(ledger.apply(&[("tickmark.yaml", PROGRAM)], "2026-02-01T00:00:00Z"))
            .contains("vanished without being retired")
    );
    let retired = ADOPT.replace(
        "effective: 2026-01-01",
        "effective: 2026-01-01\nretired: 2026-03-31",
    );
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", &retired)],
            "2026-02-01T00:00:00Z",
        )
        .unwrap();
    assert_eq!(
        ledger.apply(&[("tickmark.yaml", PROGRAM)], "2026-04-01T00:00:00Z"),
        Ok(1)
    );
    assert!(ledger.state.current("controls/CHG-01.md").is_none());
    let control = "CHG-01".parse().unwrap();
    assert_eq!(
        ledger.state.in_force(&control)[0].to,
        Some("2026-03-31".parse().unwrap()),
        "its time in force stays known"
    );
    assert!(says(ledger.apply(&[], "2026-04-02T00:00:00Z")).contains("`tickmark.yaml` is missing"));
}

fn intent() -> CollectionIntent {
    CollectionIntent {
        source: "github".parse().unwrap(),
        version: 1,
        instance: "gh-acme".parse().unwrap(),
        stream: "pulls".parse().unwrap(),
        asked: (time("2026-01-01T05:00:00Z"), time("2026-01-02T05:00:00Z")),
        mapping: sha256(b"mapping"),
    }
}

fn manifest() -> Manifest {
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

fn collected(intent: u64, manifest: &Manifest) -> Command<'_> {
    Command::Collected {
        intent,
        manifest,
        population: "pull_request".parse().unwrap(),
        pages: Vec::new(),
    }
}

#[test]
fn an_intent_without_an_answer_stays_open_and_is_answered_once() {
    let mut ledger = Ledger::begun();
    ledger
        .run(Command::Intend(intent()), "2026-01-03T00:00:00Z")
        .unwrap();
    assert_eq!(
        ledger
            .state
            .open_intents
            .keys()
            .copied()
            .collect::<Vec<_>>(),
        [3]
    );
    ledger
        .run(collected(3, &manifest()), "2026-01-03T00:01:00Z")
        .unwrap();
    assert!(ledger.state.open_intents.is_empty());
    let collection = &ledger.state.collections[0];
    assert_eq!(
        (collection.leaf, collection.intent, collection.count.unknown),
        (4, Some(3), 1)
    );
    assert_eq!(
        ledger
            .state
            .covered(&collection.instance, &collection.stream)
            .total_us(),
        86_400_000_000
    );
    assert!(
        says(ledger.run(collected(3, &manifest()), "2026-01-03T00:02:00Z"))
            .contains("no collection begun at leaf 3 is open")
    );
}

#[test]
fn a_failed_collection_leaves_its_trace_and_covers_nothing() {
    let mut ledger = Ledger::begun();
    ledger
        .run(Command::Intend(intent()), "2026-01-03T00:00:00Z")
        .unwrap();
    let failed = Command::CollectionFailed {
        intent: 3,
        code: ErrorCode::Denied,
        status: 403,
    };
    ledger.run(failed, "2026-01-03T00:01:00Z").unwrap();
    assert_eq!(
        (
            ledger.state.failures[0].status,
            ledger.state.collections.len()
        ),
        (403, 0)
    );
}

#[test]
fn results_of_another_collection_or_that_contradict_themselves_are_refused() {
    let mut ledger = Ledger::begun();
    ledger
        .run(Command::Intend(intent()), "2026-01-03T00:00:00Z")
        .unwrap();
    let mut other = manifest();
    other.stream = "reviews".parse().unwrap();
    assert!(
        says(ledger.run(collected(3, &other), "2026-01-03T00:01:00Z"))
            .contains("not of the collection begun at leaf 3")
    );
    let mut partial = manifest();
    partial.end = End::Partial;
    assert!(
        says(ledger.run(collected(3, &partial), "2026-01-03T00:01:00Z"))
            .contains("only a complete collection covers time")
    );
    let mut sum = manifest();
    sum.count.at_source = Some(3);
    assert!(says(ledger.run(collected(3, &sum), "2026-01-03T00:01:00Z")).contains("do not add up"));
}

fn run_body(known_at: u64) -> RunBody {
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

fn run(body: RunBody, inputs: &[u64]) -> Command<'_> {
    Command::Run {
        body: Box::new(body),
        refs: vec![1, 3],
        inputs,
        rows: Vec::new(),
    }
}

#[test]
fn runs_are_recorded_for_adopted_controls_and_what_was_known() {
    let mut ledger = Ledger::begun();
    assert!(
        says(ledger.run(run(run_body(3), &[]), "2026-07-02T00:00:00Z"))
            .contains("which is not there")
    );
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)],
            "2026-01-02T00:00:00Z",
        )
        .unwrap();
    let when = "2026-07-02T00:00:00Z";
    assert!(
        says(ledger.run(run(run_body(9), &[]), when)).contains("ran on 9 leaves, the ledger has 4")
    );
    assert!(
        says(ledger.run(run(run_body(4), &[4]), when))
            .contains("read leaf 4, which was not known to it")
    );
    assert!(says(ledger.run(run(run_body(4), &[]), "2026-06-01T00:00:00Z")).contains("still open"));
    let mut wrong = run_body(4);
    wrong.counts.passed = 2;
    assert!(says(ledger.run(run(wrong, &[]), when)).contains("do not add up"));
    ledger.run(run(run_body(4), &[3, 0, 3]), when).unwrap();
    let test = "CHG-01.approval".parse().unwrap();
    let span = run_body(4).span;
    assert_eq!(
        ledger.state.run(&test, span.from, span.until).unwrap().leaf,
        4
    );
    ledger.run(run(run_body(5), &[]), when).unwrap();
    assert_eq!(
        ledger.state.runs[&test].len(),
        1,
        "the last run of a span stands"
    );
    assert_eq!(
        ledger.at(5).run(&test, span.from, span.until).unwrap().leaf,
        4,
        "the ledger knows the one before"
    );
}

#[test]
fn evidence_needs_an_adopted_control_and_time_that_has_passed() {
    let mut ledger = Ledger::begun();
    let evidence = |covers: &str, bytes: &'static [u8]| {
        Command::Evidence(Evidence {
            control: "CHG-01".parse().unwrap(),
            covers: covers.parse().unwrap(),
            performed_at: None,
            name: "minutes.pdf",
            bytes,
        })
    };
    let now = "2026-04-01T00:00:00Z";
    assert!(
        says(ledger.run(evidence("2026-01-01..2026-03-31", b"x"), now)).contains("is not adopted")
    );
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("controls/CHG-01.md", ADOPT)],
            "2026-01-02T00:00:00Z",
        )
        .unwrap();
    assert!(says(ledger.run(evidence("2026-05-01..2026-05-31", b"x"), now)).contains("future"));
    assert!(says(ledger.run(evidence("2026-01-01..2026-03-31", b""), now)).contains("empty"));
    assert_eq!(
        ledger.run(evidence("2026-01-01..2026-03-31", b"x"), now),
        Ok(1)
    );
    let collection = &ledger.state.collections[0];
    assert_eq!(
        (
            collection.population.as_str(),
            collection.intent,
            collection.pages
        ),
        ("evidence", None, 2)
    );
    assert_eq!(
        collection.evidence.as_ref().unwrap().control.as_str(),
        "CHG-01"
    );
}

#[test]
fn an_auditor_needs_a_signature_and_a_key_its_operator() {
    let ledger = Ledger::begun();
    let trust = |operator: &str| {
        Command::Trust(TrustBody {
            vkey: "x".to_owned(),
            role: TrustRole::Witness,
            operator: operator.to_owned(),
        })
    };
    let now = time("2026-01-03T00:00:00Z");
    let auditor = Actor {
        side: Side::Auditor,
        ..ACTOR
    };
    assert!(
        decide(&ledger.state, trust("Firm"), auditor, now)
            .unwrap_err()
            .to_string()
            .contains("signature")
    );
    assert!(
        decide(&ledger.state, trust(" "), ACTOR, now)
            .unwrap_err()
            .to_string()
            .contains("operator")
    );
    assert!(
        decide(&ledger.state, trust("Firm"), ACTOR, now)
            .unwrap_err()
            .to_string()
            .contains("not a verifier key")
    );
}

#[test]
fn people_are_kept_by_reference_alone() {
    let mut ledger = Ledger::begun();
    let people =
        "- person: ada\n  name: Ada Byron\n  accounts: [{account: 'github:101', how: hr-record}]\n";
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("people.yaml", people)],
            "2026-01-03T00:00:00Z",
        )
        .unwrap();
    assert_eq!(ledger.state.identity().unwrap().leaf, 3);
    let snapshot = serde_json::to_string(&ledger.state).unwrap();
    assert!(!snapshot.contains("Byron") && !snapshot.contains("github:101"));
    assert!(
        !ledger
            .leaves
            .iter()
            .any(|l| String::from_utf8_lossy(l).contains("Byron"))
    );
    let digest = sha256(people.as_bytes()).0;
    assert!(
        !ledger
            .leaves
            .iter()
            .any(|l| l.windows(32).any(|w| w == digest)),
        "no plain digest of a personal document in a leaf"
    );
}

#[test]
fn a_snapshot_reads_back_and_continues_like_the_fold() {
    let mut ledger = Ledger::begun();
    ledger
        .apply(
            &[
                ("tickmark.yaml", PROGRAM),
                ("controls/CHG-01.md", ADOPT),
                ("waivers.yaml", "[]"),
            ],
            "2026-01-03T00:00:00Z",
        )
        .unwrap();
    ledger
        .run(Command::Intend(intent()), "2026-01-03T00:00:00Z")
        .unwrap();
    let snapshot = serde_json::to_vec(&ledger.state).unwrap();
    let restored: State = serde_json::from_slice(&snapshot).unwrap();
    assert_eq!(restored, ledger.state);
    assert_eq!(ledger.at(ledger.leaves.len()), ledger.state);
}

#[test]
fn a_fold_refuses_leaves_out_of_order_and_foreign_ones() {
    let ledger = Ledger::begun();
    let leaf = Leaf::decode(&ledger.leaves[1], 1).unwrap();
    assert!(matches!(
        fold(State::default(), 1, &leaf, &ledger.blobs),
        Err(Corrupt::Order {
            wanted: 0,
            found: 1
        })
    ));
    let mut foreign = leaf.clone();
    foreign.kind = "opinion".to_owned();
    assert!(
        fold(State::default(), 0, &foreign, &ledger.blobs)
            .unwrap_err()
            .to_string()
            .contains("unknown to this version")
    );
    let mut extra = leaf;
    extra.body.insert(99, tickmark_log::cbor::Value::Uint(1));
    assert!(fold(State::default(), 0, &extra, &ledger.blobs).is_err());
}

#[test]
fn a_lost_document_is_named() {
    let mut ledger = Ledger::begun();
    ledger
        .apply(
            &[("tickmark.yaml", PROGRAM), ("people.yaml", "[]")],
            "2026-01-03T00:00:00Z",
        )
        .unwrap();
    let lost = ledger.state.identity().unwrap().commitment;
    ledger.blobs.remove(&lost);
    let state = ledger.at(ledger.leaves.len());
    assert_eq!(state.unreadable, [3]);
}

#[test]
fn zones_of_a_program_cut_its_periods() {
    let ledger = Ledger::begun();
    let program = ledger.state.program().unwrap();
    assert_eq!(
        program.periods[0].span(&program.zone).from,
        time("2026-01-01T05:00:00Z")
    );
    assert_ne!(program.zone, Zone::utc());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bodies_read_back(stored in any::<u32>(), rejected in any::<u32>(), unknown in any::<u32>(), from in 0_i64..4_000_000_000_000_000, length in 0_i64..1_000_000_000_000, known in any::<u32>(), at_source in any::<bool>()) {
        let mut manifest = manifest();
        let span = (Time::from_micros(from), Time::from_micros(from + length + 1));
        (manifest.asked, manifest.covered, manifest.observed) = (span, vec![span], span);
        manifest.count.stored = u64::from(stored);
        manifest.count.rejected = u64::from(rejected);
        manifest.count.unknown = u64::from(unknown);
        manifest.count.at_source = at_source.then_some(u64::from(stored) + u64::from(rejected) + u64::from(unknown));
        prop_assert_eq!(Manifest::parse(&manifest.to_bytes().unwrap()).unwrap(), manifest.clone());
        let result = tickmark_core::model::body::CollectionResult::of_manifest(&manifest, "github".parse().unwrap(), 1, sha256(b"m"), "pull_request".parse().unwrap());
        let mut run = run_body(u64::from(known));
        run.span = Span { from: span.0, until: span.1 };
        for body in [Body::CollectionResult(Box::new(result)), Body::TestRun(Box::new(run)), Body::CollectionIntent(intent())] {
            prop_assert_eq!(Body::decode(body.kind(), &body.encode()).unwrap(), body);
        }
    }

    #[test]
    fn folding_is_deterministic_and_prefixes_agree(steps in prop::collection::vec(0_u8..4, 1..12)) {
        let mut ledger = Ledger::begun();
        let mut seen = vec![ledger.state.clone()];
        for (n, step) in steps.into_iter().enumerate() {
            let now = format!("2026-01-{:02}T00:00:00Z", n + 3);
            let open = ledger.state.open_intents.keys().next().copied();
            let done = match (step, open) {
                (0, _) => ledger.run(Command::Intend(intent()), &now),
                (1, Some(leaf)) => ledger.run(collected(leaf, &manifest()), &now),
                (2, Some(leaf)) => ledger.run(Command::CollectionFailed { intent: leaf, code: ErrorCode::Unavailable, status: 0 }, &now),
                _ => ledger.apply(&[("tickmark.yaml", &format!("{PROGRAM}# {n}\n"))], &now),
            };
            prop_assert_eq!(done, Ok(1));
            seen.push(ledger.state.clone());
        }
        for state in seen {
            prop_assert_eq!(&ledger.at(state.size as usize), &state);
        }
    }

    #[test]
    fn lists_of_pages_read_back(lengths in prop::collection::vec(any::<u64>(), 0..20), cut in 1_usize..40) {
        let pages: Vec<Stored> = lengths.iter().map(|n| Stored { commitment: commit(&Salt([0; 32]), &n.to_be_bytes()), length: *n }).collect();
        let bytes = pages_list(&pages);
        prop_assert_eq!(read_pages_list(&bytes), Some(pages.clone()));
        if !pages.is_empty() {
            prop_assert_eq!(read_pages_list(&bytes[..bytes.len() - cut]), None);
        }
    }
}
