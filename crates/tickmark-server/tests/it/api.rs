//! The API: tokens and scopes, lists and cursors, its description.

mod home;
mod living;
mod once;
mod pairs;
mod problems;
mod reading;
mod rights;
mod schemathesis;

use super::{
    browser::{Browser, Reply},
    company::EVIDENCE,
    site::Site,
};

/// The token that a page shows once.
pub fn token_of(page: &Reply) -> String {
    let from = page
        .body
        .find("tmk_")
        .unwrap_or_else(|| panic!("{}", page.body));
    page.body[from..].chars().take(68).collect()
}

fn ask(browser: &mut Browser, token: &str, path: &str) -> Reply {
    browser.get_with(path, &[("authorization", &format!("Bearer {token}"))])
}

#[test]
fn a_token_does_what_its_scopes_say_and_no_more() {
    let (site, mut owner) = Site::owned();
    let mut make = |scope: &str| {
        token_of(&owner.post(
            "/account/tokens",
            &[("name", scope), ("scope", scope), ("days", "9")],
        ))
    };
    let (read, query) = (make("read"), make("query"));
    let mut program = site.browser();
    assert_eq!(ask(&mut program, &read, "/api/v1/controls").status, 200);
    assert_eq!(
        ask(&mut program, &read, "/api/v1/query?sql=select+1").status,
        403
    );
    assert_eq!(
        ask(&mut program, &query, "/api/v1/query?sql=select+1").status,
        200
    );
    assert_eq!(ask(&mut program, &query, "/api/v1/controls").status, 403);
    let form = [("name", "x"), ("scope", "everything"), ("days", "9")];
    assert_eq!(owner.post("/account/tokens", &form).status, 400);
    assert_eq!(
        owner
            .post(
                "/account/tokens",
                &[("name", "x"), ("scope", "read"), ("days", "3650")]
            )
            .status,
        400
    );
}

#[test]
fn a_token_runs_out_and_can_be_ended() {
    let (site, mut owner) = Site::owned();
    let form = [("name", "ci"), ("scope", "read"), ("days", "1")];
    let (one, two) = (
        token_of(&owner.post("/account/tokens", &form)),
        token_of(&owner.post("/account/tokens", &form)),
    );
    let mut program = site.browser();
    assert_eq!(owner.post("/account/tokens/2/end", &[]).status, 303);
    assert_eq!(ask(&mut program, &two, "/api/v1/program").status, 401);
    assert_eq!(ask(&mut program, &one, "/api/v1/program").status, 200);
    site.clock.turn(tickmark_core::model::time::DAY_US);
    assert_eq!(ask(&mut program, &one, "/api/v1/program").status, 401);
}

#[test]
fn a_list_is_read_in_pages_without_repeating_or_skipping() {
    let (_site, mut owner) = Site::owned();
    for list in [
        "criteria",
        "controls",
        "tests",
        "populations",
        "evidence",
        "entries",
        "tests/CHG-01.approval/items",
    ] {
        let all: Vec<String> = items(&owner.get(&format!("/api/v1/{list}?limit=200")));
        assert!(!all.is_empty(), "{list}");
        let mut paged = Vec::new();
        let mut path = format!("/api/v1/{list}?limit=2");
        loop {
            let reply = owner.get(&path);
            paged.extend(items(&reply));
            match reply.json()["next"].as_str() {
                Some(next) => path = format!("/api/v1/{list}?limit=2&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged, all, "{list}");
        for (bad, status) in [
            ("limit=0", 400),
            ("limit=201", 400),
            ("limit=x", 400),
            ("cursor=zz", 400),
            ("cursor=ff", 400),
            ("cursor=%00", 400),
            ("cursor=00112233ff", 422),
        ] {
            assert_eq!(
                owner.get(&format!("/api/v1/{list}?{bad}")).status,
                status,
                "{list} {bad}"
            );
        }
    }
}

fn items(reply: &Reply) -> Vec<String> {
    let json = reply.json();
    json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_nouns_as_programs_see_them() {
    let (_site, mut owner) = Site::owned();
    let test = owner.get("/api/v1/tests/CHG-01.approval").json();
    let run = &test["runs"][0];
    assert_eq!(run["control"], "CHG-01");
    assert_eq!(run["result"], "deviation");
    let count = |name: &str| run["counts"][name].as_u64().unwrap();
    let parts = [
        "passed",
        "deviations",
        "unknown",
        "not_applicable",
        "pending",
    ];
    assert_eq!(
        parts.iter().map(|p| count(p)).sum::<u64>(),
        count("population")
    );
    assert!(
        run["entry"].as_u64().unwrap() > 0,
        "every number beside what it rests on"
    );
    let evidence = owner.get(&format!("/api/v1/evidence/{EVIDENCE}")).json();
    assert_eq!(evidence["control"], "CHG-01");
    let entry = owner.get("/api/v1/entries/7").json();
    assert_eq!(
        (&entry["entry"], &entry["body"]["1"]),
        (&7.into(), &2.into())
    );
    assert_eq!(owner.get("/api/v1/entries/100").status, 404);
    let grid = owner.get("/api/v1/query?sql=select+1").json();
    assert_eq!(grid["rows"][1][0], serde_json::Value::Null);
    assert_eq!(owner.get("/api/v1/query?sql=drop+table").status, 422);
    assert_eq!(owner.get("/api/v1/query").status, 400);
}

#[test]
fn the_description_names_every_route_of_the_api_and_no_other() {
    let (_site, mut owner) = Site::owned();
    let described = owner.get("/api/v1/openapi.json").json();
    let paths: Vec<String> = described["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let mut declared: Vec<String> = tickmark_server::routes::matrix()
        .iter()
        .filter(|row| row.path.starts_with("/api/"))
        .map(|row| row.path.replace("{*", "{"))
        .collect();
    declared.sort();
    declared.dedup();
    assert_eq!(paths, declared);
    let mut ids: Vec<String> = Vec::new();
    for path in described["paths"].as_object().unwrap().values() {
        for operation in path.as_object().unwrap().values() {
            ids.push(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "each operation has its own id");
    // Whatever is referred to is there.
    let text = described.to_string();
    for name in text.split("\"$ref\":\"#").skip(1) {
        let pointer = name.split('"').next().unwrap();
        assert!(described.pointer(pointer).is_some(), "{pointer}");
    }
}
