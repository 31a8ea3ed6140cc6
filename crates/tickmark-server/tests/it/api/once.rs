//! A request that is sent twice with one key is done once.

use std::sync::{Arc, Barrier};

use serde_json::json;

use super::home::Home;

#[test]
fn the_same_key_and_body_give_the_same_answer() {
    let home = Home::start();
    let program = home.owner();
    let key = [("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324")];
    let first = program.hand_in("CHG-01", "2026-01-01..2026-03-31", &key);
    // Another boundary is the same form, and quotes are how the draft writes a key.
    let quoted = [(
        "idempotency-key",
        "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"",
    )];
    let again = program.hand_in_as("CHG-01", "2026-01-01..2026-03-31", &quoted, "other");
    assert_eq!((first.status, again.status), (201, 201), "{}", again.body);
    assert_eq!(first.body, again.body);
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(first.header("content-type"), again.header("content-type"));
    assert_eq!(first.header("idempotent-replayed"), None);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(home.company.deeds.lock().unwrap().len(), 1);
}

#[test]
fn a_key_belongs_to_one_request_of_one_account() {
    let home = Home::start();
    let program = home.owner();
    let key = [("idempotency-key", "k1")];
    let runs = json!({"tests": ["CHG-01.approval"]});
    program.post_with("/api/v1/runs", &runs, &key).fine();
    let other = program.post_with("/api/v1/runs", &json!({"tests": []}), &key);
    assert_eq!(other.status, 422, "{}", other.body);
    assert_eq!(
        other.header("content-type"),
        Some("application/problem+json")
    );
    let elsewhere = program.post_with("/api/v1/collections", &json!({}), &key);
    assert_eq!(elsewhere.status, 422);
    let place = crate::site::place(tickmark_server::Role::ComplianceManager);
    home.member("carla@acme.example", &place);
    let account = home.account("carla@acme.example");
    let scopes = tickmark_server::rights::Scope::ALL;
    let token = home.server.identity().make_token(account, "ci", &scopes, 9);
    let mut carla = program.clone();
    carla.token = Some(token.unwrap().reveal().to_owned());
    carla
        .post_with("/api/v1/runs", &json!({"tests": []}), &key)
        .fine();
    assert_eq!(home.company.deeds.lock().unwrap().len(), 2);
    for bad in ["", "a b", &"x".repeat(201), "\"\""] {
        let reply = program.post_with("/api/v1/runs", &runs, &[("idempotency-key", bad)]);
        assert_eq!(reply.status, 400, "{bad:?}");
    }
}

#[test]
fn what_was_refused_may_be_sent_again() {
    let home = Home::start();
    let program = home.owner();
    let key = [("idempotency-key", "k1")];
    let body = json!({"run": 1, "owner": "ada", "due": "2026-07-31"});
    assert_eq!(program.post_with("/api/v1/tasks", &body, &key).status, 422);
    let body = json!({"run": home.company.finding().0, "owner": "ada", "due": "2026-07-31"});
    assert_eq!(program.post_with("/api/v1/tasks", &body, &key).status, 201);
}

/// Many at once: one does it, each other one is told so or gets the same answer.
#[test]
fn at_the_same_time_one_of_them_does_it() {
    let home = Home::start();
    let start = Arc::new(Barrier::new(8));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let (program, start) = (home.owner(), Arc::clone(&start));
            std::thread::spawn(move || {
                start.wait();
                let key = [("idempotency-key", "k1")];
                program.hand_in("CHG-01", "2026-01-01..2026-03-31", &key)
            })
        })
        .collect();
    let replies: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    let made: Vec<&str> = replies
        .iter()
        .filter(|r| r.status == 201)
        .map(|r| r.body.as_str())
        .collect();
    assert!(!made.is_empty() && made.iter().all(|body| *body == made[0]));
    assert!(replies.iter().all(|r| [201, 409].contains(&r.status)));
    assert_eq!(home.company.deeds.lock().unwrap().len(), 1);
}

#[test]
fn a_key_is_forgotten_after_a_day() {
    let (site, mut owner) = crate::site::Site::owned();
    let file = crate::browser::File {
        fields: &[("control", "CHG-01"), ("covers", "2026-01-01..2026-03-31")],
        name: "minutes.pdf",
        bytes: "%PDF",
    };
    let origin = site.origin();
    let headers = [
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("idempotency-key", "k1"),
    ];
    for (hours, deeds) in [(0, 1), (1, 1), (22, 1), (2, 2)] {
        site.clock.turn(hours * tickmark_core::model::time::HOUR_US);
        // The owner's session ends with time: they come in anew.
        let mut again = if hours == 0 {
            owner.clone()
        } else {
            sign_in(&site)
        };
        assert_eq!(
            again.upload("/api/v1/evidence", &file, &headers).status,
            201
        );
        assert_eq!(site.company.deeds.lock().unwrap().len(), deeds, "{hours}");
    }
    assert_eq!(owner.get("/").status, 303);
}

fn sign_in(site: &crate::site::Site) -> crate::browser::Browser {
    let mut browser = site.browser();
    let form = [
        ("mail", crate::site::OWNER_MAIL),
        ("password", crate::site::PASSWORD),
    ];
    assert_eq!(browser.post("/sign-in", &form).status, 303);
    browser
}
