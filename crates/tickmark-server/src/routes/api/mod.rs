//! The API: the nouns of the program as JSON, and everything that a page does. Lists come in pages with a cursor; every number stands
//! beside the entries it rests on.

mod audits;
mod changes;
mod components;
mod description;
mod files;
mod gate;
mod kept;
mod nouns;
mod once;
mod page;
mod program;
mod readable;
mod registers;
mod requests;
mod rows;
mod schema;
mod sources;
mod tagged;
mod told;
mod vendors;
mod work;

use serde_json::{Value, json};
use tickmark_core::report::{Citations, Count};

use super::{
    Subject::{Control, ControlInForm, Evidence, Nothing, Program, Task, Test},
    route::{Route, get, post, put},
};
use told::{
    Takes::{Json, Nothing as NoBody, Parts, Records, Text},
    does, file, list, makes, one, one_with_page,
};

pub(crate) use gate::{around, expected, not_too_often};
pub(crate) use tagged::Houses;
pub(crate) use told::Told;

/// A number with the entry it rests on.
fn number(count: Count, leaf: u64) -> Value {
    let figure = count.cited(&Citations::one(leaf));
    json!(figure.count())
}

/// Every route of the API, and the page that describes it.
pub(super) fn routes() -> Vec<Route> {
    let mut all = vec![
        get("/api", "the API for reading", Nothing, readable::page),
        get(
            "/api/v1/openapi.json",
            "this description",
            Nothing,
            description::answer,
        )
        .told(one("program", "Anything").untagged()),
    ];
    all.extend(of_program());
    all.extend(of_audits());
    all.extend(of_registers());
    all.extend(of_work());
    all.extend(of_files());
    all
}

fn of_program() -> Vec<Route> {
    vec![
        get("/api/v1/program", "the program, its period and its ledger", Program, program::program)
            .told(one("program", "Program")),
        get("/api/v1/criteria", "criteria with open points", Program, program::criteria)
            .told(list("criteria", "Criterion")),
        get("/api/v1/controls", "adopted controls", Program, program::controls)
            .told(list("controls", "Control")),
        get("/api/v1/controls/{id}", "one control, each version of the period", Control, program::control)
            .told(one("controls", "ControlVersions")),
        post("/api/v1/controls/{id}/adoption", "adopt a control of the library", Program, changes::adopt)
            .told(does("controls", Json("Adoption", r#"{"owner": "Head of engineering", "scope": "all production repositories", "effective": "2026-01-01"}"#), "RecordedControl")),
        get("/api/v1/tests", "tests with their counts", Program, program::tests)
            .told(list("tests", "Test")),
        get("/api/v1/tests/{id}", "one test", Test, program::test)
            .told(one("tests", "TestRuns")),
        get("/api/v1/tests/{id}/items", "items of a test that did not pass", Test, program::items)
            .told(list("tests", "Item")),
        post("/api/v1/runs", "run tests again", Program, changes::run)
            .told(does("tests", Json("Runs", r#"{"tests": ["CHG-01.approval"]}"#), "Recorded").costly()),
        get("/api/v1/exceptions", "items that did not pass, of all tests", Program, work::exceptions)
            .told(list("tests", "Exception")),
        get("/api/v1/populations", "populations with completeness", Program, program::populations)
            .told(list("populations", "Population")),
        get("/api/v1/populations/{name}", "one population", Program, program::population)
            .told(one("populations", "Population")),
        get("/api/v1/populations/{name}/rows", "rows of one population, by item", Program, rows::rows)
            .told(list("populations", "Row").untagged().costly()),
        get("/api/v1/vulnerabilities", "rows of the population `vulnerability`, if there is one", Program, rows::vulnerabilities)
            .told(list("populations", "Row").untagged().costly()),
        get("/api/v1/query", "rows of one SELECT over the populations", Program, rows::query)
            .told(one("populations", "Grid").untagged().costly().asks(rows::SQL).refuses(&[422])),
        post("/api/v1/push/{population}", "hand over records, all of them or none", Program, changes::push)
            .told(does("populations", Records, "Recorded").asks(changes::FROM)),
    ]
}

fn of_audits() -> Vec<Route> {
    vec![
        get(
            "/api/v1/audits",
            "periods of the program and engagements of auditors",
            Program,
            audits::list,
        )
        .told(list("audits", "Audit").untagged()),
        get("/api/v1/audits/{id}", "one of them", Program, audits::one)
            .told(one("audits", "Audit").untagged()),
        get(
            "/api/v1/audits/{id}/evidence",
            "evidence that speaks of its days",
            Program,
            audits::evidence,
        )
        .told(list("audits", "Evidence").untagged()),
        get(
            "/api/v1/audits/{id}/controls",
            "its controls",
            Program,
            audits::controls,
        )
        .told(list("audits", "Control").untagged().refuses(&[409, 422])),
        get(
            "/api/v1/audits/{id}/tests",
            "its tests",
            Program,
            audits::tests,
        )
        .told(list("audits", "Test").untagged().refuses(&[409, 422])),
        get(
            "/api/v1/evidence",
            "evidence handed in",
            Program,
            program::evidence,
        )
        .told(list("evidence", "Evidence")),
        get(
            "/api/v1/evidence/{leaf}",
            "one piece of evidence",
            Evidence,
            program::evidence_item,
        )
        .told(one("evidence", "Evidence")),
        get(
            "/api/v1/evidence/{leaf}/file",
            "its file",
            Evidence,
            program::evidence_file,
        )
        .told(file("evidence", &["*/*"])),
        post(
            "/api/v1/evidence",
            "hand in evidence",
            ControlInForm,
            changes::hand_in,
        )
        .told(makes("evidence", Parts("NewEvidence"), "RecordedEvidence")),
    ]
}

fn of_registers() -> Vec<Route> {
    vec![
        get(
            "/api/v1/people",
            "persons and their accounts",
            Program,
            registers::people,
        )
        .told(list("people", "Person")),
        get(
            "/api/v1/people/{id}",
            "one person",
            Program,
            registers::person,
        )
        .told(one("people", "Person")),
        get(
            "/api/v1/vendors",
            "vendors that serve today",
            Program,
            vendors::list,
        )
        .told(list("vendors", "Vendor")),
        get("/api/v1/vendors/{id}", "one vendor", Program, vendors::one)
            .told(one("vendors", "Vendor")),
        get(
            "/api/v1/risks",
            "risks that stand today",
            Program,
            registers::risks,
        )
        .told(list("risks", "Risk")),
        get("/api/v1/risks/{id}", "one risk", Program, registers::risk).told(one("risks", "Risk")),
        get(
            "/api/v1/policies",
            "policies with approvals and acknowledgements",
            Program,
            registers::policies,
        )
        .told(list("policies", "Policy")),
        get(
            "/api/v1/policies/{id}",
            "one policy",
            Program,
            registers::policy,
        )
        .told(one("policies", "Policy")),
        post(
            "/api/v1/policies/{id}/approve",
            "approve a version of a policy; a person at a browser, never a token",
            Program,
            changes::approve,
        )
        .told(does(
            "policies",
            Json("Seen", r#"{"seen": 17}"#),
            "RecordedPolicy",
        )),
        post(
            "/api/v1/policies/{id}/acknowledge",
            "acknowledge a version of a policy; a person at a browser, never a token",
            Program,
            changes::acknowledge,
        )
        .told(does(
            "policies",
            Json("Seen", r#"{"seen": 17}"#),
            "Recorded",
        )),
    ]
}

fn of_work() -> Vec<Route> {
    vec![
        get("/api/v1/tasks", "tasks", Program, work::tasks).told(list("tasks", "Task")),
        get("/api/v1/tasks/{leaf}", "one task", Task, work::task).told(one("tasks", "Task")),
        post("/api/v1/tasks", "open tasks about items that did not pass", Program, changes::open_tasks)
            .told(makes("tasks", Json("NewTasks", r#"{"run": 18103, "items": ["acme%2Fapi/d17/9f2c"], "owner": "ada", "due": "2026-07-31"}"#), "RecordedTasks")),
        post("/api/v1/assignments", "give tasks another owner or day", Program, changes::reassign)
            .told(does("tasks", Json("Assignments", r#"{"tasks": [18110], "owner": "bob"}"#), "RecordedTasks")),
        get("/api/v1/reviews", "access reviews", Program, work::reviews).told(list("reviews", "Review")),
        get("/api/v1/reviews/{leaf}", "one access review with its items", Program, work::review)
            .told(one_with_page("reviews", "ReviewItems")),
        post("/api/v1/reviews", "freeze a population as the list of an access review", Program, changes::open_review)
            .told(makes("reviews", Json("NewReview", r#"{"control": "IAM-04", "population": "account", "covers": "2026-01-01..2026-03-31", "due": "2026-04-15"}"#), "RecordedReview")),
        post("/api/v1/reviews/{leaf}/decisions", "decide about items of an access review; a person at a browser, never a token", Program, changes::decide)
            .told(does("reviews", Json("Decisions", r#"{"keep": [0, 1], "revoke": [2]}"#), "RecordedReview")),
        post("/api/v1/reviews/{leaf}/recheck", "look whether what had to go is gone", Program, changes::recheck)
            .told(does("reviews", NoBody, "RecordedReview")),
        get("/api/v1/sources", "streams of the sources with what is missing", Program, sources::sources)
            .told(list("sources", "Source")),
        post("/api/v1/collections", "collect from sources", Program, changes::collect)
            .told(does("sources", Json("Collections", r#"{"sources": ["gh-acme"]}"#), "Recorded").costly()),
    ]
}

fn of_files() -> Vec<Route> {
    vec![
        get(
            "/api/v1/entries",
            "entries of the ledger, youngest first",
            Program,
            program::entries,
        )
        .told(list("ledger", "Entry").untagged()),
        get(
            "/api/v1/entries/{leaf}",
            "one entry with its proof",
            Program,
            program::entry,
        )
        .told(one("ledger", "Entry").untagged()),
        get(
            "/api/v1/checkpoint",
            "what the ledger is signed with and how far",
            Program,
            sources::checkpoint,
        )
        .told(one("ledger", "Checkpoint")),
        get(
            "/api/v1/bundle",
            "the bundle for a verifier",
            Program,
            files::bundle,
        )
        .told(file("ledger", &["application/octet-stream"]).costly()),
        get(
            "/api/v1/reports",
            "reports and their forms",
            Program,
            files::reports,
        )
        .told(list("reports", "Report")),
        get(
            "/api/v1/reports/{kind}/{format}",
            "a report as a file",
            Program,
            files::report,
        )
        .told(file("reports", files::FORMS).costly().refuses(&[422])),
        get(
            "/api/v1/documents",
            "documents of the program",
            Program,
            files::documents,
        )
        .told(list("documents", "Document")),
        get(
            "/api/v1/documents/{*path}",
            "one document as it stands, with its versions",
            Program,
            files::document,
        )
        .told(one("documents", "DocumentText").untagged().versioned()),
        put(
            "/api/v1/documents/{*path}",
            "write a document and record it",
            Program,
            changes::save,
        )
        .told(
            does("documents", Text, "RecordedDocument")
                .refuses(&[412, 422, 428])
                .versioned(),
        ),
    ]
}
