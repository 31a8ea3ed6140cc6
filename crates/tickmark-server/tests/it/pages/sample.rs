//! A house around the invented engagement of `tickmark_core::report::sample`: the same leaves, with documents, collections and runs.

use std::collections::BTreeMap;
use std::path::Path;

use tickmark_core::facts::source::Source;
use tickmark_core::judge::library::Library;
use tickmark_core::model::body::{
    ErrorCode, Lane, ProgramBody, RunBody, RunCounts, RunResult, TrustBody, TrustRole,
};
use tickmark_core::model::document::{People, class_of, control_of_path, parse};
use tickmark_core::model::ids::{ActorId, InstanceId, SourceId, StreamName, TestId};

use tickmark_core::model::state::{Failure, Intent, LibraryVersion, Run, State, Trusted, Version};
use tickmark_core::model::time::{DAY_US, HOUR_US, Period, Time};
use tickmark_core::report::build::standings;
use tickmark_core::report::inputs::{Inputs, TestResult, Window};
use tickmark_core::report::sample::sample;
use tickmark_core::report::{Citations, Count, ResultState};
use tickmark_log::digest::{Digest, sha256};
use tickmark_server::house::{Entry, HandedIn, House, LogCard};
use tickmark_server::{ClockCard, Engagement, Grid, NoticeLine, NoticeState, Role, Viewer};

use super::{collected::collections, registers};

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

/// The sources of this checkout.
pub fn sources() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../library/sources");
    let names = ["directory", "github", "hris", "saas"];
    let read = |name: &str| {
        let file = format!("{name}.yaml");
        let text = std::fs::read_to_string(folder.join(&file)).unwrap();
        Source::parse(&file, &text).unwrap()
    };
    names.map(read).to_vec()
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
        people: People::default(),
        sources: Vec::new(),
        files: BTreeMap::new(),
    }
}

/// The invented engagement, whole.
pub fn house() -> House {
    let mut house = plain();
    registers::fill(&mut house);
    registers::adopt_review(&mut house);
    house
}

/// The same without registers.
pub fn plain() -> House {
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
        people: People::default(),
        sources: sources(),
        files: BTreeMap::from([(
            12_040,
            HandedIn {
                name: "Board minutes, first quarter.pdf".into(),
                performed_at: Time::parse("2026-03-18T17:00:00Z").ok(),
                commitment: sha256(b"minutes").to_string(),
                length: 184_220,
            },
        )]),
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

const NOTICES: &str = "base_url: https://tickmark.ledgerline.example
manager: compliance@ledgerline.example
owners:
  Head of engineering: {mail: engineering@ledgerline.example}
  Head of security: {person: ada}
mail: {smtp: 'smtps://mail.ledgerline.example:465', from: tickmark@ledgerline.example, user: tickmark, password: env:SMTP_PASSWORD}
slack: {webhook: file:secrets/slack}
webhook: {url: 'https://hooks.ledgerline.example/t/0123', secret: env:TICKMARK_HOOK}
quiet: 20:00..07:00
";

/// A runner that looked a moment ago, and messages in every state.
pub fn clock() -> ClockCard {
    let at = |text: &str| Time::parse(text).unwrap();
    let line = |n: u8, kind: &str, owner: &str, subject: &str, channel: &str, state| NoticeLine {
        id: format!("{n:02x}").repeat(32),
        kind: kind.into(),
        owner: owner.into(),
        subject: format!("[ledgerline DEMO] {subject}"),
        decided: at("2026-06-29T12:00:00Z").plus(i64::from(n) * HOUR_US),
        channel: channel.into(),
        state,
        attempts: 1,
        due: (state == NoticeState::Waiting).then(|| at("2026-07-02T12:04:00Z")),
        changed: at("2026-06-29T12:00:08Z"),
        why: String::new(),
    };
    let digest = "Digest of 2026-06-29: 3 exceptions, 1 overdue, 2 due soon";
    let mut notices = vec![
        line(
            0x30,
            "alert",
            "Head of engineering",
            "2 new exceptions",
            "webhook",
            NoticeState::Waiting,
        ),
        line(
            0x30,
            "alert",
            "Head of engineering",
            "2 new exceptions",
            "mail",
            NoticeState::Sent,
        ),
        line(
            0x21,
            "alert",
            "compliance manager",
            "1 item overdue",
            "mail",
            NoticeState::Failed,
        ),
        line(
            0x02,
            "digest",
            "Head of security, ada",
            digest,
            "slack",
            NoticeState::Unsure,
        ),
        line(
            0x01,
            "digest",
            "Head of engineering",
            digest,
            "mail",
            NoticeState::Sent,
        ),
        line(
            0x00,
            "digest",
            "Head of people",
            digest,
            "mail",
            NoticeState::Sending,
        ),
    ];
    notices[0].why = "the webhook answered 503".into();
    notices[2].why =
        "smtps://mail.ledgerline.example:465: permanent error (550): no such mailbox".into();
    notices[3].why = "the program stopped while it was sent; it is not sent again".into();
    ClockCard {
        at_work: false,
        looked: Some(at("2026-07-02T11:59:48Z")),
        did: Some((
            at("2026-07-02T04:00:11Z"),
            vec![
                "directory: 1 streams, 0 broken".into(),
                "9 tests run".into(),
            ],
        )),
        waiting: 2,
        sent: 41,
        unsure: 1,
        failed: 1,
        notices,
        trouble: None,
    }
}

fn documents(inputs: &Inputs) -> Vec<Document> {
    let mut all = vec![
        ("tickmark.yaml".to_owned(), 1, "organization: ledgerline\nname: Ledgerline S\u{f8}ftware, Inc.\nzone: America/New_York\ncategories: [security, availability]\nperiods: [2026-01-01..2026-06-30]\norigin: demo.tickmark.invalid/7\ndemo: true\nrisk_scale: {likelihood: 5, impact: 5, carry_up_to: 6}\n".to_owned()),
        ("commitments.yaml".to_owned(), 2, "commitments:\n  - id: access\n    says: Wage data is accessible only to people whom the customer or their role authorizes.\n    categories: [security]\n    criteria: [CC6.1]\n".to_owned()),
        ("system.md".to_owned(), 3, inputs.description.as_ref().unwrap().markdown.clone()),
        ("sources.yaml".to_owned(), 4, "- id: directory\n  use: directory\n  params: {base: \"https://directory.example\"}\n  transport: recorded:recordings/directory\n  streams: [users, logins]\n  cadence: daily\n- id: github\n  use: github\n  params: {org: acme, repo: api, branch: main}\n  transport: recorded:recordings/github\n  streams: [pulls, reviews]\n  cadence: monthly\n".to_owned()),
        ("notices.yaml".to_owned(), 6, NOTICES.to_owned()),
        ("policies/access.md".to_owned(), 5, "---\ntitle: Access\nowner: Head of security\napprovers: [ada]\nversion: 1\neffective: 2026-01-01\nrenew_within_months: 12\ncriteria: [CC6.1]\n---\n# Access policy\n\nAccess ends **within one business day** of the last day of work.\n\n- Accounts of leavers are disabled\n- The manager confirms it\n".to_owned()),
        ("waivers.yaml".to_owned(), 6, "- test: IAM-02.leaver\n  pattern: \"P-01*\"\n  from: 2026-02-01\n  until: 2026-04-30\n  reason: Transfers to the subsidiary keep their account by contract.\n  approved_by: Head of security\n  approved_on: 2026-01-28\n".to_owned()),
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

pub fn run(test: &TestResult) -> Run {
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
