//! Every route of the API for every role, and what is somebody else's.

use serde_json::json;
use tickmark_server::{
    Role,
    identity::Place,
    routes::{Cell, Row, matrix},
};

use super::home::{Home, Program};
use crate::{
    browser::Browser,
    site::{OWNER_MAIL, PASSWORD, engagement, place},
};

fn rows() -> Vec<Row> {
    matrix()
        .into_iter()
        .filter(|row| row.path.starts_with("/api/v1/"))
        .collect()
}

/// The path with things that are there; of the control, the test and the leaves of `CHG-01`.
fn filled(home: &Home, path: &str) -> String {
    let [evidence, task, review] = home.company.things();
    let leaf = if path.contains("evidence") {
        evidence
    } else if path.contains("tasks") {
        task
    } else if path.contains("reviews") {
        review
    } else {
        7
    };
    let id = [
        "criteria", "tests", "people", "policies", "risks", "vendors", "audits",
    ]
    .into_iter()
    .find(|noun| path.contains(&format!("/{noun}/")));
    let id = match id {
        Some("tests") => "CHG-01.approval",
        Some("people") => "ada",
        Some("policies") => "access-control",
        Some("risks") => "leaver-access",
        Some("vendors") => "cloud-host",
        Some("audits") => "2026-01-01..2026-06-30",
        _ => "CHG-01",
    };
    let path = path
        .replace("{id}", id)
        .replace("{leaf}", &leaf.to_string())
        .replace("{name}/rows", "account/rows")
        .replace("{name}", "change")
        .replace("{population}", "account")
        .replace("{kind}", "type2")
        .replace("{format}", "pdf")
        .replace("{*path}", "tickmark.yaml");
    match path.as_str() {
        "/api/v1/query" => format!("{path}?sql=select+1"),
        "/api/v1/push/account" => format!("{path}?from=ci"),
        _ => path,
    }
}

/// Asks as somebody in a browser, with everything that is needed to succeed.
fn knock(home: &Home, browser: &Browser, row: &Row) -> u16 {
    let path = filled(home, row.path);
    let program = home.nobody();
    let origin = home.origin();
    let mut headers = vec![
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    headers.extend(browser.cookie.as_deref().map(|c| ("cookie", c)));
    send(home, &program, row, &path, &headers)
}

fn send(home: &Home, program: &Program, row: &Row, path: &str, headers: &[(&str, &str)]) -> u16 {
    let (run, item) = home.company.finding();
    let policy = home
        .company
        .now()
        .state
        .current("policies/access-control.md")
        .unwrap()
        .leaf;
    let body = match row.path {
        _ if row.method == "GET" => return program.send("GET", path, headers, b"").status,
        "/api/v1/evidence" => {
            return program
                .hand_in("CHG-01", "2026-01-01..2026-03-31", headers)
                .status;
        }
        "/api/v1/documents/{*path}" => {
            let house = home.company.now();
            let version = house.state.current("tickmark.yaml").unwrap().leaf;
            let (_, text) = house
                .documents
                .iter()
                .find(|(p, _)| p == "tickmark.yaml")
                .unwrap();
            let tag = format!("\"{version}\"");
            let mut all = vec![
                ("content-type", "application/yaml"),
                ("if-match", tag.as_str()),
            ];
            all.extend_from_slice(headers);
            return program.send("PUT", path, &all, text).status;
        }
        "/api/v1/controls/{id}/adoption" => {
            json!({"owner": "Head of engineering", "scope": "all", "effective": "2026-01-01"})
        }
        "/api/v1/runs" | "/api/v1/collections" => json!({}),
        "/api/v1/push/{population}" => json!([{"account": "okta:1"}]),
        "/api/v1/policies/{id}/approve" | "/api/v1/policies/{id}/acknowledge" => {
            json!({"seen": policy})
        }
        "/api/v1/tasks" => {
            json!({"run": run, "items": [item], "owner": "ada", "due": "2026-07-31"})
        }
        "/api/v1/assignments" => json!({"tasks": [home.company.things()[1]], "owner": "bob"}),
        "/api/v1/reviews" => {
            json!({"control": "CHG-01", "population": "account", "covers": "2026-01-01..2026-03-31", "due": "2026-04-15"})
        }
        "/api/v1/reviews/{leaf}/decisions" => json!({"keep": [0], "revoke": [1]}),
        _ => {
            return program.send(&row.method, path, headers, b"").status;
        }
    };
    program.post_with(path, &body, headers).status
}

/// Whether a status is one of those that a cell promises. Approving needs a person who is named as approver: to others the program
/// says no (422), which is not the same as not being let in.
fn fits(cell: Cell, row: &Row, status: u16) -> bool {
    let named = row.path.ends_with("/approve") && status == 422;
    let missing = row.path == "/api/v1/vulnerabilities" && status == 404;
    match cell {
        Cell::Yes | Cell::Own => [200, 201].contains(&status) || named || missing,
        Cell::No => status == 403,
        Cell::SignIn => status == 401,
    }
}

#[test]
fn every_route_for_every_role() {
    let home = Home::start();
    let browsers: Vec<(Option<Role>, Browser)> =
        std::iter::once((None, Browser::new(&home.origin())))
            .chain(Role::ALL.map(|role| {
                let browser = if role == Role::Owner {
                    let mut owner = Browser::new(&home.origin());
                    owner.post("/sign-in", &[("mail", OWNER_MAIL), ("password", PASSWORD)]);
                    owner
                } else {
                    home.member(&format!("{}@acme.example", role.name()), &place(role))
                };
                (Some(role), browser)
            }))
            .collect();
    let mut wrong = Vec::new();
    for row in rows() {
        for (role, browser) in &browsers {
            let (_, cell) = row.cells.iter().find(|(r, _)| r == role).unwrap();
            let status = knock(&home, browser, &row);
            if !fits(*cell, &row, status) {
                wrong.push(format!(
                    "{} {} as {role:?}: {cell:?}, got {status}",
                    row.method, row.path
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_token_never_acts_in_a_persons_name() {
    let home = Home::start();
    let program = home.owner();
    let mut refused = Vec::new();
    for row in rows().iter().filter(|row| row.method != "GET") {
        let path = filled(&home, row.path);
        let status = send(&home, &program, row, &path, &[]);
        if status == 403 {
            refused.push(row.path);
        } else {
            assert!([200, 201].contains(&status), "{} {status}", row.path);
        }
    }
    refused.sort_unstable();
    assert_eq!(
        refused,
        [
            "/api/v1/policies/{id}/acknowledge",
            "/api/v1/policies/{id}/approve",
            "/api/v1/reviews/{leaf}/decisions",
        ]
    );
}

/// Control owners of other controls and auditors of another period: what is not theirs is not there, and nothing is done.
#[test]
fn what_is_not_ones_own_does_not_exist() {
    let home = Home::start();
    let strangers = [
        (
            "stranger@acme.example",
            Place {
                stands_for: Some("Head of nothing".into()),
                ..place(Role::ControlOwner)
            },
        ),
        (
            "other@auditors.example",
            Place {
                engagement: Some(engagement("2025-01-01..2025-12-31")),
                ..place(Role::Auditor)
            },
        ),
    ];
    let mut wrong = Vec::new();
    for (mail, stranger) in strangers {
        let browser = home.member(mail, &stranger);
        for row in rows() {
            if !row.cells.contains(&(Some(stranger.role), Cell::Own)) {
                continue;
            }
            let status = knock(&home, &browser, &row);
            // Lists of a control owner are there and empty; everything else is not there.
            let list = stranger.role == Role::ControlOwner && row.subject == "program";
            if status != if list { 200 } else { 404 } {
                wrong.push(format!(
                    "{} {} as {:?}: {status}",
                    row.method, row.path, stranger.role
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(home.company.deeds.lock().unwrap().is_empty());
}

/// A number that names something of another kind, or of another control, is no way round.
#[test]
fn an_id_of_another_kind_is_nothing() {
    let home = Home::start();
    let browser = home.member("head@acme.example", &place(Role::ControlOwner));
    let [evidence, task, review] = home.company.things();
    let ask = |path: &str| browser.clone().get(path).status;
    assert_eq!(ask(&format!("/api/v1/evidence/{evidence}")), 200);
    assert_eq!(ask(&format!("/api/v1/tasks/{task}")), 200);
    // Evidence of `GOV-03`, which another owner answers for.
    for other in [
        "12040",
        &task.to_string(),
        &review.to_string(),
        "7",
        "99999999999999999999",
        "-1",
        "x",
    ] {
        assert_eq!(ask(&format!("/api/v1/evidence/{other}")), 404, "{other}");
        assert_eq!(
            ask(&format!("/api/v1/evidence/{other}/file")),
            404,
            "{other}"
        );
    }
    for other in [evidence, review, 7] {
        assert_eq!(ask(&format!("/api/v1/tasks/{other}")), 404, "{other}");
    }
    let owners: Vec<serde_json::Value> = {
        let reply = browser.clone().get("/api/v1/controls?limit=200").json();
        reply["items"].as_array().unwrap().clone()
    };
    assert!(!owners.is_empty() && owners.iter().all(|c| c["owner"] == "Head of engineering"));
    for list in ["exceptions", "tests", "tasks", "evidence"] {
        let items = browser
            .clone()
            .get(&format!("/api/v1/{list}?limit=200"))
            .json();
        let items = items["items"].as_array().unwrap().clone();
        let own: Vec<&str> = owners.iter().map(|c| c["id"].as_str().unwrap()).collect();
        assert!(!items.is_empty(), "{list}");
        assert!(
            items
                .iter()
                .all(|i| own.contains(&i["control"].as_str().unwrap())),
            "{list}"
        );
    }
    // Evidence for a control of somebody else.
    let program = home.nobody();
    let (origin, cookie) = (home.origin(), browser.cookie.clone().unwrap());
    let headers = [("origin", origin.as_str()), ("cookie", cookie.as_str())];
    assert_eq!(
        program
            .hand_in("GOV-03", "2026-01-01..2026-03-31", &headers)
            .status,
        404
    );
    assert_eq!(
        program
            .hand_in("CHG-01", "2026-01-01..2026-03-31", &headers)
            .status,
        201
    );
}

/// Ids in the bodies of those who may do everything still name what is there.
#[test]
fn ids_in_bodies_name_what_is_there() {
    let home = Home::start();
    let program = home.owner();
    let [evidence, task, review] = home.company.things();
    let (run, item) = home.company.finding();
    let owner = json!("ada");
    let cases = [
        (
            "/api/v1/tasks",
            json!({"run": evidence, "owner": owner, "due": "2026-07-31"}),
        ),
        (
            "/api/v1/tasks",
            json!({"run": run, "items": ["okta/nobody"], "owner": owner, "due": "2026-07-31"}),
        ),
        (
            "/api/v1/assignments",
            json!({"tasks": [review], "owner": owner}),
        ),
        (
            "/api/v1/assignments",
            json!({"tasks": [task, evidence], "owner": owner}),
        ),
        (
            "/api/v1/reviews",
            json!({"control": "CHG-01", "population": "change", "covers": "2026-01-01..2026-03-31", "due": "2026-04-15"}),
        ),
        (
            "/api/v1/controls/XYZ-99/adoption",
            json!({"owner": "x", "scope": "x", "effective": "2026-01-01"}),
        ),
    ];
    for (path, body) in cases {
        let reply = program.post(path, &body);
        assert_eq!(reply.status, 422, "{path} {body}: {}", reply.body);
    }
    for other in [task, evidence] {
        let reply = program.send(
            "POST",
            &format!("/api/v1/reviews/{other}/recheck"),
            &[],
            b"",
        );
        assert_eq!(reply.status, 404);
    }
    program
        .post(
            "/api/v1/tasks",
            &json!({"run": run, "items": [item], "owner": owner, "due": "2026-07-31"}),
        )
        .fine();
}

#[test]
fn an_auditor_sees_the_own_engagement_only() {
    let home = Home::start();
    let own = home.member("own@auditors.example", &place(Role::Auditor));
    let other = Place {
        engagement: Some(engagement("2025-01-01..2025-12-31")),
        ..place(Role::Auditor)
    };
    home.member("other@auditors.example", &other);
    let ids = |items: Vec<serde_json::Value>| -> Vec<String> {
        items
            .iter()
            .map(|a| a["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = ids(home.owner().all("/api/v1/audits", 50));
    assert_eq!(
        all,
        ["2026-01-01..2026-06-30", "engagement-1", "engagement-2"]
    );
    let seen = own.clone().get("/api/v1/audits").json();
    assert_eq!(
        ids(seen["items"].as_array().unwrap().clone()),
        ["2026-01-01..2026-06-30", "engagement-1"]
    );
    for (path, status) in [
        ("engagement-1", 200),
        ("engagement-1/evidence", 200),
        ("engagement-1/controls", 200),
        ("engagement-1/tests", 200),
        ("engagement-2", 404),
        ("engagement-2/evidence", 404),
        ("engagement-2/controls", 404),
        ("engagement-2/tests", 404),
    ] {
        assert_eq!(
            own.clone().get(&format!("/api/v1/audits/{path}")).status,
            status,
            "{path}"
        );
    }
    let mine = home.owner();
    assert_eq!(mine.get("/api/v1/audits/engagement-2").status, 200);
    assert_eq!(
        mine.get("/api/v1/audits/engagement-2/controls").status,
        409,
        "of another period nothing is claimed"
    );
    assert_eq!(
        mine.all("/api/v1/audits/engagement-2/evidence", 50).len(),
        0
    );
    let person = own.clone().get("/api/v1/people/bob").json();
    assert_eq!(
        (&person["name"], &person["accounts"], &person["withheld"]),
        (&json!(null), &json!(null), &json!(true))
    );
    assert_eq!(mine.get("/api/v1/people/bob").fine()["name"], "Bob Birch");
}
