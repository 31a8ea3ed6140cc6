//! Policies, risks, vendors, people, tasks and reviews for an invented company: what a year of its registers looks like.

use tickmark_core::model::body::{TaskAbout, TaskOpened};
use tickmark_core::model::document::{Class, Document, People, class_of, control_of_path, parse};
use tickmark_core::model::ids::{ActorId, ItemId, PersonId, PolicyId, TestId};
use tickmark_core::model::state::{
    Acknowledgement, Approval, Assignment, Closed, Erasable, Task, Version,
};
use tickmark_core::model::time::{DAY_US, Day, Span, Time};
use tickmark_log::digest::sha256;
use tickmark_server::House;

use super::reviewed::reviews;

/// Leaf of an open task about an item.
pub const TASK: u64 = 17_900;
/// Leaf of the review that is being decided, and of the one before it.
pub const REVIEW: u64 = 17_800;
pub const REVIEW_BEFORE: u64 = 8_900;

const PROGRAM: &str = "# who is examined\norganization: ledgerline\nname: Ledgerline  # as printed\nzone: UTC\ncategories: [security]\nperiods: [2026-01-01..2026-06-30]\n";
const SYSTEM: &str = "# The system\n\n## DC1 Services\n\nWages.\n\n## DC3 Components and boundary\n\nTwo regions of a cloud provider.\n\n## DC4 Incidents\n\nNone.\n";

const ACCESS_1: &str = "---\ntitle: Access control\nowner: Head of security\napprovers: [ada, bo]\nversion: 1\neffective: 2025-09-01\nrenew_within_months: 12\nacknowledge: {groups: [everyone], within_days: 14}\n---\nAccess is granted by role.\n";
const ACCESS: &str = "---\ntitle: Access control\nowner: Head of security\napprovers: [ada, bo]\nversion: 2\neffective: 2026-01-01\nrenew_within_months: 12\nacknowledge: {groups: [everyone], within_days: 14, since_version: 1}\nparameters: {approvals_min: 3, deprovision_days: 1}\ncontrols: [IAM-02, CHG-01, IAM-04]\ncriteria: [CC6.1, CC6.2]\n---\n# Access control\n\nAccess is granted by role, to a person, and ends **within one business day** of the last day of work.\n\n- Nobody approves an own request\n- Owners of systems review all accounts each quarter\n- A change to production needs three approvals\n\n## Exceptions\n\nThe Head of security approves an exception in writing, for at most 30 days.\n";
const CHANGE: &str = "---\ntitle: Change management\nowner: Head of engineering\napprovers: [bo]\nversion: 1\neffective: 2025-06-10\nrenew_within_months: 12\ncontrols: [CHG-01]\ncriteria: [CC8.1]\n---\nEach change is reviewed by somebody who did not write it.\n";
const INCIDENT: &str = "---\ntitle: Incident response\nowner: Head of operations\napprovers: [ada, chen]\nversion: 3\neffective: 2026-06-15\nrenew_within_months: 12\nacknowledge: {groups: [engineering], within_days: 30, since_version: 2}\ncontrols: [INC-02]\ncriteria: [CC7.4]\n---\nWhoever sees something says so at once. The one on call decides within the hour how severe it is.\n";
const ACCEPTABLE: &str = "---\ntitle: Acceptable use\nowner: People operations\napprovers: [dana]\nversion: 1\neffective: 2026-02-01\nrenew_within_months: 24\nacknowledge: {groups: [employees], within_days: 14}\n---\nDevices are encrypted and locked when nobody sits in front of them.\n";

const RISKS: [(&str, u64, &str); 6] = [
    (
        "risks/leaver-access.md",
        60,
        "---\nstatement: Somebody who left keeps access to wage data and takes it along\nowner: Head of security\ncategory: access\nidentified: 2025-09-15\ninherent: {likelihood: 4, impact: 5}\nresidual: {likelihood: 2, impact: 4}\ntreatment: mitigate\ncontrols: [IAM-02, IAM-04]\ncommitments: [access]\nreview_due: 2026-09-15\n---\nTwo leavers of the first half kept an account for days; see the exceptions.\n",
    ),
    (
        "risks/unreviewed-change.md",
        61,
        "---\nstatement: A change nobody looked at pays out wrong wages\nowner: Head of engineering\ncategory: change\nidentified: 2025-09-15\ninherent: {likelihood: 3, impact: 5}\nresidual: {likelihood: 2, impact: 3}\ntreatment: mitigate\ncontrols: [CHG-01]\nreview_due: 2026-06-01\n---\n",
    ),
    (
        "risks/region-lost.md",
        62,
        "---\nstatement: One region of the cloud provider is lost for more than a day\nowner: Head of operations\ncategory: continuity\nidentified: 2025-10-02\ninherent: {likelihood: 2, impact: 5}\nresidual: {likelihood: 2, impact: 3}\ntreatment: transfer\nreview_due: 2026-10-02\n---\n",
    ),
    (
        "risks/phished-admin.md",
        63,
        "---\nstatement: An administrator is phished\nowner: Head of security\ncategory: access\nidentified: 2025-09-15\ninherent: {likelihood: 4, impact: 5}\nresidual: {likelihood: 2, impact: 5}\ntreatment: mitigate\ncontrols: [IAM-05]\nreview_due: 2026-09-15\n---\n",
    ),
    (
        "risks/office-fire.md",
        64,
        "---\nstatement: A fire in the office\nowner: People operations\ncategory: continuity\nidentified: 2025-10-02\ninherent: {likelihood: 1, impact: 2}\nresidual: {likelihood: 1, impact: 2}\ntreatment: accept\nreason: nothing of the system is in the office\nreview_due: 2026-10-02\n---\n",
    ),
    (
        "risks/single-dba.md",
        65,
        "---\nstatement: One person alone can change the production database\nowner: Head of engineering\ncategory: change\nidentified: 2026-03-20\ninherent: {likelihood: 3, impact: 4}\nresidual: {likelihood: 3, impact: 4}\ntreatment: accept\nreason: a second administrator starts in August\nreview_due: 2026-08-31\n---\n",
    ),
];

const VENDORS: [(&str, u64, &str); 3] = [
    (
        "vendors/cloud-host.md",
        70,
        "---\nname: Cloud Host, Inc.\nservice: machines and storage in two regions\nowner: Head of operations\nsince: 2024-03-01\nrole: carve_out\nreason: its physical safeguards are necessary for our commitments\ncriticality: critical\ndata: [wage data, bank details]\nassumed:\n  - {says: doors of its data centres are guarded, criteria: [CC6.4]}\n  - {says: failed disks are destroyed, criteria: [CC6.5]}\nreports:\n  - kind: soc2_type2\n    auditor: Example CPA LLP\n    covers: 2025-01-01..2025-12-31\n    opinion: unqualified\n    received: 2026-02-20\n    reviewed: 2026-03-02\n    exceptions:\n      - {says: two late removals of access, effect: none of them reached our machines}\n      - {says: one backup was not tested}\n    subservice: [power-company]\n    cuecs:\n      - {says: customers remove their own users, controls: [IAM-02]}\n      - {says: customers review who has access, controls: [IAM-03]}\n      - {says: customers guard their offices, not_applicable: no device there reaches the machines}\n      - {says: customers encrypt what they store}\n  - kind: bridge_letter\n    covers: 2026-01-01..2026-03-31\n    received: 2026-04-10\n    reviewed: 2026-04-12\nreview_due: 2026-11-30\n---\nContract 17, renewed each March.\n",
    ),
    (
        "vendors/pay-rail.md",
        71,
        "---\nname: Pay Rail AG\nservice: carries out the payments\nowner: Head of finance\nsince: 2024-09-01\nrole: inclusive\nreason: its controls stand in our description\ncriticality: high\ndata: [bank details]\nreports:\n  - kind: soc1_type2\n    auditor: Beispiel WP GmbH\n    covers: 2025-07-01..2026-06-30\n    opinion: qualified\n    received: 2026-07-01\n    exceptions:\n      - {says: the four-eyes rule was switched off for a week}\nreview_due: 2026-12-31\n---\n",
    ),
    (
        "vendors/mail-relay.md",
        72,
        "---\nname: Mail Relay Ltd\nservice: sends pay slips\nowner: Head of operations\nsince: 2025-02-01\nrole: vendor\nreason: we check what it delivers ourselves\ncriticality: medium\ndata: [mail addresses]\nreview_due: 2026-05-31\n---\n",
    ),
];

const PEOPLE: &str = "- person: ada\n  name: Ada Marsh\n  groups: [leadership]\n  accounts:\n    - {account: \"email:ada@ledgerline.example\", how: hr-record}\n    - {account: \"github:101\", how: asked}\n- person: bo\n  name: Bo Lindqvist\n  groups: [engineering, leadership]\n  accounts:\n    - {account: \"email:bo@ledgerline.example\", how: hr-record}\n    - {account: \"github:102\", how: idp-record}\n- person: chen\n  name: Chen Wei\n  groups: [engineering]\n  accounts:\n    - {account: \"email:chen@ledgerline.example\", how: hr-record}\n    - {account: \"github:103\", how: idp-record}\n- person: dana\n  name: Dana Oyelaran\n  accounts: [{account: \"email:dana@ledgerline.example\", how: hr-record}]\n- person: eli\n  name: Eli Romano\n  groups: [engineering]\n  accounts:\n    - {account: \"email:eli@ledgerline.example\", how: hr-record, from: 2026-05-04}\n    - {account: \"github:105\", how: idp-record, from: 2026-05-06}\n- person: fay\n  name: Fay Novak\n  accounts: [{account: \"email:fay@ledgerline.example\", how: hr-record, from: 2026-06-25}]\n- person: gus\n  name: Gus Haddad\n  kind: contractor\n  groups: [engineering]\n  accounts: [{account: \"github:107\", how: asked, from: 2026-02-01, until: 2026-04-30}]\n- person: hana\n  name: Hana S\u{f8}rensen\n  accounts: [{account: \"email:hana@ledgerline.example\", how: hr-record}]\n- person: deploy-bot\n  kind: service\n  accounts: [{account: \"github:900\", how: declared}]\n- person: support-inbox\n  kind: shared\n  accounts: [{account: \"email:support@ledgerline.example\", how: declared}]\n";

/// Writes the registers into a house. A program and a description are added where there are none.
pub fn fill(house: &mut House) {
    house.people = people();
    put(house, "people.yaml", 40, "2025-09-01T08:00:00Z", PEOPLE);
    if house.state.program().is_none() {
        put(house, "tickmark.yaml", 1, "2025-08-28T15:00:00Z", PROGRAM);
        put(house, "system.md", 3, "2025-08-28T17:00:00Z", SYSTEM);
    }
    house.state.documents.remove("policies/access.md");
    house
        .documents
        .retain(|(path, _)| path != "policies/access.md");
    put(
        house,
        "policies/access-control.md",
        42,
        "2025-09-01T09:00:00Z",
        ACCESS_1,
    );
    put(
        house,
        "policies/access-control.md",
        43,
        "2025-12-15T09:00:00Z",
        ACCESS,
    );
    put(
        house,
        "policies/change-management.md",
        44,
        "2025-06-10T09:00:00Z",
        CHANGE,
    );
    put(
        house,
        "policies/incident-response.md",
        45,
        "2025-08-01T09:00:00Z",
        &INCIDENT
            .replace("version: 3", "version: 2")
            .replace("2026-06-15", "2025-08-01"),
    );
    put(
        house,
        "policies/incident-response.md",
        9_300,
        "2026-06-12T09:00:00Z",
        INCIDENT,
    );
    put(
        house,
        "policies/acceptable-use.md",
        46,
        "2026-01-28T09:00:00Z",
        ACCEPTABLE,
    );
    for (path, leaf, text) in RISKS.iter().chain(&VENDORS) {
        put(house, path, *leaf, "2025-10-02T09:00:00Z", text);
    }
    approvals(house);
    acknowledgements(house);
    house.state.tasks = tasks().into_iter().map(|t| (t.leaf, t)).collect();
    house.state.reviews = reviews().into_iter().map(|r| (r.leaf, r)).collect();
}

/// Who works there.
pub fn people() -> People {
    match parse("people.yaml", PEOPLE.as_bytes()) {
        Ok(Document::People(people)) => people,
        other => panic!("{other:?}"),
    }
}

/// Adopts the control that asks for access reviews.
pub fn adopt_review(house: &mut House) {
    let text = "---\nadopt: IAM-04\nowner: Head of security\nscope: every system with wage data\neffective: 2025-10-01\n---\nEach quarter.\n";
    put(
        house,
        "controls/IAM-04.md",
        47,
        "2025-09-20T09:00:00Z",
        text,
    );
}

pub fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Another version of a document, and its bytes.
fn put(house: &mut House, path: &str, leaf: u64, recorded: &str, text: &str) {
    let document = parse(path, text.as_bytes()).unwrap_or_else(|why| panic!("{path}: {why:?}"));
    let (effective, retired) = document.days();
    let class = class_of(path).unwrap();
    let version = Version {
        leaf,
        recorded: time(recorded),
        actor: ActorId([7; 16]),
        class,
        commitment: sha256(format!("{path}{leaf}").as_bytes()),
        length: text.len() as u64,
        digest: Some(sha256(text.as_bytes())),
        effective,
        retired,
        control: control_of_path(path),
        pinned: None,
        document: Some(document).filter(|_| class != Class::People),
        removed: None,
    };
    house
        .state
        .documents
        .entry(path.to_owned())
        .or_default()
        .push(version);
    house.documents.retain(|(known, _)| known != path);
    house
        .documents
        .push((path.to_owned(), text.as_bytes().to_vec()));
    house.documents.sort();
}

pub fn named(handle: &str) -> Erasable<PersonId> {
    Erasable {
        commitment: sha256(handle.as_bytes()),
        value: Some(PersonId::parse(handle).unwrap()),
    }
}

fn approvals(house: &mut House) {
    let all = [
        ("access-control", 42, 1, 0, 48, "2025-09-01T10:00:00Z"),
        ("access-control", 42, 1, 1, 49, "2025-09-02T10:00:00Z"),
        ("access-control", 43, 2, 0, 50, "2025-12-16T10:00:00Z"),
        ("access-control", 43, 2, 1, 51, "2025-12-18T10:00:00Z"),
        ("change-management", 44, 1, 0, 52, "2025-06-10T10:00:00Z"),
        ("incident-response", 45, 2, 0, 53, "2025-08-01T10:00:00Z"),
        ("incident-response", 45, 2, 1, 54, "2025-08-04T10:00:00Z"),
        (
            "incident-response",
            9_300,
            3,
            0,
            9_301,
            "2026-06-13T10:00:00Z",
        ),
        ("acceptable-use", 46, 1, 0, 55, "2026-01-29T10:00:00Z"),
    ];
    for (policy, document, version, approver, leaf, recorded) in all {
        let of = house
            .state
            .approvals
            .entry(PolicyId::parse(policy).unwrap())
            .or_default();
        of.push(Approval {
            leaf,
            recorded: time(recorded),
            actor: ActorId([7; 16]),
            document,
            version,
            approver,
        });
    }
}

fn acknowledgements(house: &mut House) {
    let mut leaf = 100;
    let mut add = |policy: &str, document: u64, version: u32, who: &[&str], recorded: &str| {
        let of = house
            .state
            .acknowledgements
            .entry(PolicyId::parse(policy).unwrap())
            .or_default();
        for (n, handle) in (0..).zip(who) {
            leaf += 1;
            of.push(Acknowledgement {
                leaf,
                recorded: time(recorded).plus(n * DAY_US),
                actor: ActorId([7; 16]),
                document,
                version,
                person: named(handle),
            });
        }
    };
    add(
        "access-control",
        42,
        1,
        &["ada", "bo", "chen", "dana", "gus", "hana"],
        "2025-09-03T09:00:00Z",
    );
    add(
        "acceptable-use",
        46,
        1,
        &["bo", "dana"],
        "2026-02-03T09:00:00Z",
    );
    add(
        "incident-response",
        45,
        2,
        &["bo", "chen"],
        "2025-08-10T09:00:00Z",
    );
}

struct Made<'a> {
    leaf: u64,
    at: &'a str,
    test: &'a str,
    about: TaskAbout,
    item: &'a str,
    owners: &'a [(&'a str, &'a str)],
    closed: Option<(u64, &'a str)>,
}

fn task(made: &Made<'_>) -> Task {
    let span = Span {
        from: time("2026-01-01T05:00:00Z"),
        until: time("2026-07-01T04:00:00Z"),
    };
    let at = time(made.at);
    let assignments = (0..).zip(made.owners).map(|(n, (owner, due))| Assignment {
        leaf: made.leaf + n,
        recorded: at.plus(i64::try_from(n).unwrap() * 9 * DAY_US),
        owner: named(owner),
        due: day(due),
    });
    let item = Some(made.item)
        .filter(|i| !i.is_empty())
        .map(|item| Erasable {
            commitment: sha256(item.as_bytes()),
            value: Some(ItemId::parse(item).unwrap()),
        });
    Task {
        leaf: made.leaf,
        recorded: at,
        actor: ActorId([7; 16]),
        run: made.leaf - 3,
        opened: TaskOpened {
            test: TestId::parse(made.test).unwrap(),
            about: made.about,
            due: day(made.owners[0].1),
            span,
            known_at: made.leaf - 4,
        },
        item,
        assignments: assignments.collect(),
        closed: made.closed.map(|(leaf, at)| Closed {
            leaf,
            recorded: time(at),
            run: leaf - 1,
            span,
            same_time: leaf % 2 == 0,
        }),
    }
}

fn tasks() -> Vec<Task> {
    let change = |n: u32| format!("acme/api/production/{n}");
    let made = |leaf, at, test, about, item, owners, closed| {
        task(&Made {
            leaf,
            at,
            test,
            about,
            item,
            owners,
            closed,
        })
    };
    let (late, wrong) = (TaskAbout::Deviation, "CHG-01.approval");
    vec![
        made(
            9_500,
            "2026-02-20T10:00:00Z",
            "IAM-02.leaver",
            late,
            "P-0113",
            &[("chen", "2026-03-06")],
            Some((9_700, "2026-02-27T10:00:00Z")),
        ),
        made(
            9_520,
            "2026-03-01T10:00:00Z",
            wrong,
            late,
            &change(4_417),
            &[("bo", "2026-03-15")],
            Some((9_901, "2026-03-19T10:00:00Z")),
        ),
        made(
            9_540,
            "2026-03-16T10:00:00Z",
            "IAM-05.enrolled",
            TaskAbout::Test,
            "",
            &[("dana", "2026-04-15"), ("bo", "2026-05-30")],
            None,
        ),
        made(
            9_560,
            "2026-04-03T10:00:00Z",
            wrong,
            late,
            &change(4_518),
            &[("eli", "2026-04-20")],
            Some((12_000, "2026-04-14T10:00:00Z")),
        ),
        made(
            9_580,
            "2026-04-22T10:00:00Z",
            wrong,
            late,
            &change(4_601),
            &[("eli", "2026-05-10")],
            Some((12_500, "2026-05-02T10:00:00Z")),
        ),
        made(
            15_200,
            "2026-05-06T10:00:00Z",
            "IAM-02.leaver",
            TaskAbout::Unknown,
            "P-0171",
            &[("chen", "2026-05-20"), ("hana", "2026-06-20")],
            None,
        ),
        made(
            15_300,
            "2026-05-19T10:00:00Z",
            "INC-02.review",
            TaskAbout::Test,
            "",
            &[("hana", "2026-07-31")],
            None,
        ),
        made(
            TASK,
            "2026-06-24T10:00:00Z",
            wrong,
            late,
            "acme/api/production/4417/9f2c0d8b7a6e5f4c3b2a19080706050403020100",
            &[("bo", "2026-07-10")],
            None,
        ),
        made(
            17_950,
            "2026-06-28T10:00:00Z",
            wrong,
            late,
            &change(4_733),
            &[("eli", "2026-07-12")],
            None,
        ),
    ]
}
