//! A house around the invented engagement of `tickmark_core::report::sample`: the same leaves, with documents, collections and runs.

use std::collections::BTreeMap;
use std::path::Path;

use tickmark_core::judge::library::Library;
use tickmark_core::model::body::{
    ErrorCode, EvidenceBody, Lane, ProgramBody, RunBody, RunCounts, RunResult, Tally, TrustBody,
    TrustRole,
};
use tickmark_core::model::document::{class_of, control_of_path, parse};
use tickmark_core::model::ids::{
    ActorId, ControlId, InstanceId, PopulationName, SourceId, StreamName, TestId,
};
use tickmark_core::model::manifest::{End, Shape, Unit};
use tickmark_core::model::state::{
    Collection, Failure, Intent, LibraryVersion, Run, State, Trusted, Version,
};
use tickmark_core::model::time::{DAY_US, HOUR_US, Period, Span, Spans, Time};
use tickmark_core::report::build::standings;
use tickmark_core::report::inputs::{Inputs, TestResult, Window};
use tickmark_core::report::sample::sample;
use tickmark_core::report::{Citations, Count, ResultState};
use tickmark_log::digest::{Digest, sha256};
use tickmark_server::house::{Entry, House, LogCard};
use tickmark_server::{Engagement, Grid, Role, Viewer};

pub const PERIOD: &str = "2026-01-01..2026-06-30";

/// The moment at which somebody looks.
pub fn now() -> Time {
    Time::parse("2026-07-02T12:00:00Z").unwrap()
}

pub fn viewer(role: Role) -> Viewer {
    Viewer {
        account: 1,
        name: "Ada Marsh".into(),
        mail: "ada@ledgerline.example".into(),
        role,
        stands_for: (role == Role::ControlOwner).then(|| "Head of engineering".into()),
        engagement: (role == Role::Auditor).then(|| Engagement {
            id: 1,
            name: "SOC 2 Type 2, first half of 2026".into(),
            period: Period::parse(PERIOD).ok(),
            until: Time::parse("2026-10-01T00:00:00Z").unwrap(),
        }),
        scopes: None,
    }
}

/// The library of this checkout.
pub fn library() -> Library {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../library");
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for folder in ["controls", "criteria", "populations"] {
        for file in std::fs::read_dir(root.join(folder)).unwrap() {
            let file = file.unwrap();
            let name = format!("{folder}/{}", file.file_name().to_string_lossy());
            files.push((name, std::fs::read(file.path()).unwrap()));
        }
    }
    Library::parse(
        files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
    )
    .unwrap()
}

/// Nothing but a library: the first minute of a program.
pub fn bare() -> House {
    House {
        state: State::default(),
        library: library(),
        inputs: Err("tickmark.yaml names no period; add one under `periods:`".into()),
        standings: Vec::new(),
        log: LogCard::default(),
        documents: Vec::new(),
    }
}

/// The invented engagement, whole.
pub fn house() -> House {
    let inputs = inputs();
    let documents = documents(&inputs);
    let state = state(&inputs, &documents);
    House {
        standings: standings(&inputs),
        log: LogCard {
            size: inputs.checkpoint.size,
            root: inputs.checkpoint.root.clone(),
            note: Some(format!(
                "{}\n{}\n{}\n\n\u{2014} demo.tickmark.invalid/7 AAAA\n",
                inputs.checkpoint.origin, inputs.checkpoint.size, inputs.checkpoint.root
            )),
            verdict: inputs.checkpoint.verdict.clone(),
            unwitnessed: (12, Some(Time::parse("2026-07-02T06:10:00Z").unwrap())),
        },
        documents: documents
            .into_iter()
            .map(|(path, _, bytes)| (path, bytes))
            .collect(),
        library: library(),
        state,
        inputs: Ok(inputs),
    }
}

/// The engagement with titles and digests as the library has them.
fn inputs() -> Inputs {
    let library = library();
    let mut inputs = sample(Window::Throughout(Period::parse(PERIOD).unwrap())).unwrap();
    for criterion in &mut inputs.criteria {
        if let Some(text) = library.criteria.iter().find(|c| c.id == criterion.id) {
            criterion.title.clone_from(&text.title);
        }
    }
    inputs
}

type Document = (String, u64, Vec<u8>);

fn documents(inputs: &Inputs) -> Vec<Document> {
    let mut all = vec![
        ("tickmark.yaml".to_owned(), 1, "organization: ledgerline\nname: Ledgerline S\u{f8}ftware, Inc.\nzone: America/New_York\ncategories: [security, availability]\nperiods: [2026-01-01..2026-06-30]\norigin: demo.tickmark.invalid/7\ndemo: true\n".to_owned()),
        ("commitments.yaml".to_owned(), 2, "commitments:\n  - id: access\n    says: Wage data is accessible only to people whom the customer or their role authorizes.\n    categories: [security]\n    criteria: [CC6.1]\n".to_owned()),
        ("system.md".to_owned(), 3, inputs.description.as_ref().unwrap().markdown.clone()),
        ("sources.yaml".to_owned(), 4, "- id: directory\n  use: directory\n  params: {base: \"https://directory.example\"}\n  transport: recorded:recordings/directory\n  streams: [accounts]\n  cadence: daily\n- id: github\n  use: github\n  params: {org: acme, repo: api, branch: main}\n  transport: recorded:recordings/github\n  streams: [pulls, reviews]\n  cadence: monthly\n".to_owned()),
        ("policies/access.md".to_owned(), 5, "---\ntitle: Access\nowner: Head of security\napprovers: [ada]\nversion: 1\neffective: 2026-01-01\nrenew_within_months: 12\ncriteria: [CC6.1]\n---\n# Access policy\n\nAccess ends **within one business day** of the last day of work.\n\n- Accounts of leavers are disabled\n- The manager confirms it\n".to_owned()),
    ];
    for control in &inputs.controls {
        let text = format!(
            "---\nadopt: {}\nowner: {}\nscope: {}\neffective: {}\n---\n\n{}\n",
            control.id, control.owner, control.scope, control.effective, control.statement
        );
        all.push((format!("controls/{}.md", control.id), control.leaf, text));
    }
    all.into_iter()
        .map(|(path, leaf, text)| (path, leaf, text.into_bytes()))
        .collect()
}

fn version(path: &str, leaf: u64, recorded: Time, bytes: &[u8]) -> Version {
    let document = parse(path, bytes).unwrap();
    let mut version = Version {
        leaf,
        recorded,
        actor: ActorId([7; 16]),
        class: class_of(path).unwrap(),
        commitment: sha256(path.as_bytes()),
        length: bytes.len() as u64,
        digest: Some(sha256(bytes)),
        effective: None,
        retired: None,
        control: control_of_path(path),
        pinned: None,
        document: Some(document),
        removed: None,
    };
    version.effective = version.adoption().map(|a| a.effective);
    version.retired = version.adoption().and_then(|a| a.retired);
    version
}

fn state(inputs: &Inputs, documents: &[Document]) -> State {
    let begin = Time::parse("2025-08-28T14:00:00Z").unwrap();
    let mut versions: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for (path, leaf, bytes) in documents {
        let at = begin.plus(i64::try_from(*leaf).unwrap() * HOUR_US);
        versions
            .entry(path.clone())
            .or_default()
            .push(version(path, *leaf, at, bytes));
    }
    let second = "---\nadopt: CHG-01\nowner: Head of engineering\nscope: all production repositories\neffective: 2026-04-01\nparams:\n  approvals_min: 2\n---\n\nTwo approvals.\n";
    let at = Time::parse("2026-03-30T15:20:00Z").unwrap();
    versions
        .entry("controls/CHG-01.md".into())
        .or_default()
        .push(version("controls/CHG-01.md", 9_021, at, second.as_bytes()));
    let mut runs: BTreeMap<TestId, Vec<Run>> = BTreeMap::new();
    for test in &inputs.tests {
        runs.entry(TestId::parse(&test.id).unwrap())
            .or_default()
            .push(run(test));
    }
    let key = |name: &str| format!("{name}+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    State {
        size: inputs.checkpoint.size,
        last_time: Some(inputs.checkpoint.signed_at),
        log: Some(ProgramBody {
            origin: inputs.checkpoint.origin.clone(),
            vkey: key("demo"),
        }),
        documents: versions,
        libraries: vec![LibraryVersion {
            leaf: 9,
            digest: sha256(b"library"),
            version: "0.1.0".into(),
            commitment: sha256(b"blob"),
        }],
        collections: collections(),
        open_intents: BTreeMap::from([(9_410, intent("github", "pulls", "2026-07-02T02:00:00Z"))]),
        failures: vec![Failure {
            leaf: 9_405,
            intent: 9_404,
            recorded: Time::parse("2026-07-01T02:00:00Z").unwrap(),
            instance: InstanceId::parse("github").unwrap(),
            stream: StreamName::parse("reviews").unwrap(),
            code: ErrorCode::Denied,
            status: 403,
        }],
        runs,
        trusted: vec![Trusted {
            leaf: 10,
            body: TrustBody {
                vkey: key("w1"),
                role: TrustRole::Witness,
                operator: "Example & Partners CPAs".into(),
            },
        }],
        ..State::default()
    }
}

fn intent(instance: &str, stream: &str, at: &str) -> Intent {
    let at = Time::parse(at).unwrap();
    Intent {
        recorded: at,
        source: SourceId::parse("github").unwrap(),
        version: 1,
        instance: InstanceId::parse(instance).unwrap(),
        stream: StreamName::parse(stream).unwrap(),
        asked: (at.plus(-DAY_US), at),
        mapping: sha256(b"mapping"),
    }
}

fn run(test: &TestResult) -> Run {
    let by = Citations::one(test.leaf);
    let count = |c: Count| c.cited(&by).count().unwrap();
    let result = match test.result {
        ResultState::NoDeviation => RunResult::NoDeviation,
        ResultState::Deviation => RunResult::Deviation,
        ResultState::DidNotOperate => RunResult::DidNotOperate,
        ResultState::UnableToTest => RunResult::UnableToTest,
    };
    let digest: Digest = sha256(test.id.as_bytes());
    Run {
        leaf: test.leaf,
        recorded: Time::parse("2026-07-02T03:50:00Z").unwrap(),
        refs: vec![9],
        rows: digest,
        inputs: digest,
        body: RunBody {
            test: TestId::parse(&test.id).unwrap(),
            spec: digest,
            params: digest,
            library: digest,
            span: test.span,
            known_at: test.known_at,
            population_hash: digest,
            rows_digest: digest,
            counts: RunCounts {
                population: count(test.counts.population),
                passed: count(test.counts.passed),
                deviations: count(test.counts.deviations),
                unknown: count(test.counts.unknown),
                not_applicable: count(test.counts.not_applicable),
                pending: count(test.counts.pending),
            },
            result,
            covered_s: count(test.covered_s),
            asked_s: count(test.asked_s),
            lane: Lane::Census,
            provisional: test.provisional,
            engine: "tickmark 0.1.0".into(),
            facts: 3,
            tzdb: "2026b".into(),
            calendar: digest,
        },
    }
}

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
fn collections() -> Vec<Collection> {
    let time = |t: &str| Time::parse(t).unwrap();
    let mut all = Vec::new();
    let first = time("2026-01-01T05:00:00Z");
    for leaf in (200..381_u64).filter(|leaf| !(264..273).contains(leaf)) {
        let from = first.plus(i64::try_from(leaf - 200).unwrap() * DAY_US);
        let records = 198 + (leaf - 200) / 8 + leaf % 3;
        all.push(collection(&Made {
            leaf,
            intent: Some(leaf - 181),
            name: ("directory", "accounts"),
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

/// An entry as the ledger would show it.
pub fn entry() -> Entry {
    Entry {
        leaf: 18_103,
        kind: "test.run".into(),
        time: Time::parse("2026-07-02T03:50:00Z").unwrap(),
        actor: "Ada Marsh (07070707)".into(),
        body: "{\n  \"test\": \"CHG-01.approval\",\n  \"result\": \"deviation\",\n  \"known_at\": 18000\n}".into(),
        hash: sha256(b"leaf").to_string(),
        proof: (0..15_u8).map(|n| sha256(&[n]).to_string()).collect(),
        blobs: vec![("rows".into(), sha256(b"rows").to_string(), 1_214, true), ("inputs".into(), sha256(b"inputs").to_string(), 402, true)],
    }
}

/// What a query gave.
pub fn grid() -> Grid {
    let cell = |text: &str| Some(text.to_owned());
    Grid {
        columns: ["repository", "number", "author", "merged_at", "_leaf"]
            .map(str::to_owned)
            .to_vec(),
        rows: vec![
            vec![
                cell("acme/api"),
                cell("4417"),
                cell("github:17"),
                cell("2026-03-02T10:00:00Z"),
                cell("8817"),
            ],
            vec![
                cell("acme/api"),
                cell("4518"),
                cell("github:21"),
                None,
                cell("9100"),
            ],
        ],
        more: true,
    }
}
