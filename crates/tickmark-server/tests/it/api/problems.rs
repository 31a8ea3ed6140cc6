//! What is refused, and how it is said.

use serde_json::json;
use tickmark_server::{PerMinute, rights::Scope};

use super::home::{Home, Said};

/// It is a problem (RFC 9457) of that status, and its type is explained.
fn problem(home: &Home, reply: &Said, status: u16, slug: &str) {
    assert_eq!(reply.status, status, "{}", reply.body);
    assert_eq!(
        reply.header("content-type"),
        Some("application/problem+json")
    );
    let said = reply.json();
    assert_eq!(said["status"], status);
    assert_eq!(said["type"], format!("/api#{slug}"));
    assert!(said["title"].is_string() && !said["detail"].as_str().unwrap().is_empty());
    let mut browser = crate::browser::Browser::new(&home.origin());
    browser.post(
        "/sign-in",
        &[
            ("mail", crate::site::OWNER_MAIL),
            ("password", crate::site::PASSWORD),
        ],
    );
    let page = browser.get("/api");
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&format!("id=\"{slug}\"")), "{slug}");
}

#[test]
fn every_refusal_is_a_problem() {
    let home = Home::start_with(|settings| settings.limits.form_bytes = 1_000);
    let program = home.owner();
    let post = |media: &str, body: &str| {
        program.send(
            "POST",
            "/api/v1/runs",
            &[("content-type", media)],
            body.as_bytes(),
        )
    };
    let accept = |wanted: &str| program.send("GET", "/api/v1/controls", &[("accept", wanted)], b"");
    problem(&home, &program.get("/api/v1/nothing"), 404, "not-found");
    problem(&home, &program.get("/api/v2"), 404, "not-found");
    problem(
        &home,
        &program.get("/api/v1/controls/XYZ-99"),
        404,
        "not-found",
    );
    problem(
        &home,
        &post("application/json", "{\"tests\": ["),
        400,
        "not-understood",
    );
    problem(
        &home,
        &post("application/json", "{\"test\": []}"),
        400,
        "not-understood",
    );
    problem(
        &home,
        &post("application/json", "{\"tests\": [\"x\"]}"),
        400,
        "not-understood",
    );
    problem(
        &home,
        &post("application/json", "{\"tests\": [], \"tests\": []}"),
        400,
        "not-understood",
    );
    problem(
        &home,
        &post("application/json", &"[".repeat(900)),
        400,
        "not-understood",
    );
    problem(&home, &post("text/plain", "{}"), 415, "media");
    problem(
        &home,
        &post("application/json", &" ".repeat(2_000)),
        413,
        "too-large",
    );
    problem(&home, &accept("text/html"), 406, "not-in-that-form");
    assert_eq!(accept("text/html, */*;q=0.1").status, 200);
    for query in [
        "limit=0",
        "limit=",
        "limit=1&limit=2",
        "limt=1",
        "cursor=zz",
        "cursor=",
    ] {
        let reply = program.get(&format!("/api/v1/controls?{query}"));
        problem(&home, &reply, 400, "not-understood");
    }
    problem(
        &home,
        &program.get("/api/v1/controls?cursor=00112233ff"),
        422,
        "refused",
    );
    problem(
        &home,
        &program.get("/api/v1/query?sql=drop+table"),
        422,
        "refused",
    );
    let mut nobody = program.clone();
    nobody.token = None;
    for (method, path) in [
        ("GET", "/api/v1/controls"),
        ("POST", "/api/v1/runs"),
        ("PUT", "/api/v1/documents/system.md"),
    ] {
        let reply = nobody.send(method, path, &[], b"");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        problem(&home, &reply, 401, "sign-in-first");
    }
    nobody.token = Some(format!("tmk_{}", "0".repeat(64)));
    problem(&home, &nobody.get("/api/v1/controls"), 401, "sign-in-first");
    let reader = home.program(&[Scope::Read]);
    problem(
        &home,
        &reader.post("/api/v1/runs", &json!({})),
        403,
        "not-you",
    );
}

#[test]
fn another_method_is_told_which_ones_there_are() {
    let home = Home::start();
    let program = home.owner();
    for (method, path, allowed) in [
        ("POST", "/api/v1/controls", "GET,HEAD"),
        ("DELETE", "/api/v1/tasks", "GET,HEAD,POST"),
        ("GET", "/api/v1/runs", "POST"),
        ("POST", "/api/v1/documents/system.md", "GET,HEAD,PUT"),
    ] {
        let reply = program.send(method, path, &[], b"");
        problem(&home, &reply, 405, "method");
        assert_eq!(reply.header("allow"), Some(allowed), "{method} {path}");
    }
}

#[test]
fn who_asks_too_often_waits() {
    let home = Home::start_with(|settings| {
        settings.limits.api = PerMinute {
            reads: 5,
            changes: 2,
            costly: 1,
        };
    });
    let program = home.owner();
    for _ in 0..5 {
        assert_eq!(program.get("/api/v1/controls").status, 200);
    }
    let refused = program.get("/api/v1/controls");
    assert_eq!(refused.header("retry-after"), Some("60"));
    problem(&home, &refused, 429, "too-often");
    assert_eq!(
        home.owner().get("/api/v1/program").status,
        429,
        "another token of the account"
    );
    let bundle = || program.get("/api/v1/bundle").status;
    assert_eq!((bundle(), bundle()), (200, 429));
    let hand_in = || {
        program
            .hand_in("CHG-01", "2026-01-01..2026-03-31", &[])
            .status
    };
    assert_eq!((hand_in(), hand_in(), hand_in()), (201, 201, 429));
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let home = Home::start();
    let program = home.owner();
    let read = |path: &str, tag: &str| program.send("GET", path, &[("if-none-match", tag)], b"");
    let first = program.get("/api/v1/evidence");
    let tag = first.header("etag").unwrap().to_owned();
    for same in [
        tag.clone(),
        format!("\"other\", {tag}"),
        tag.trim_start_matches("W/").to_owned(),
    ] {
        let reply = read("/api/v1/evidence", &same);
        assert_eq!((reply.status, reply.body.as_str()), (304, ""));
        assert_eq!(reply.header("etag"), Some(tag.as_str()));
    }
    for (path, other) in [
        ("/api/v1/evidence?limit=1", tag.as_str()),
        ("/api/v1/controls", &tag),
        ("/api/v1/evidence", "\"17\""),
        ("/api/v1/evidence", "*"),
    ] {
        assert_eq!(read(path, other).status, 200, "{path} {other}");
    }
    assert_eq!(read("/api/v1/controls/XYZ-99", &tag).status, 404);
    let mut reader = program.clone();
    reader.token = home.program(&[Scope::Read]).token;
    assert_eq!(
        reader
            .send("GET", "/api/v1/evidence", &[("if-none-match", &tag)], b"")
            .status,
        200,
        "another viewer"
    );
    program
        .hand_in("CHG-01", "2026-01-01..2026-03-31", &[])
        .fine();
    let after = read("/api/v1/evidence", &tag);
    assert_eq!(after.status, 200);
    assert_ne!(after.header("etag"), Some(tag.as_str()));
}
