//! What was made is there: thirty times in a row, for everything that programs make.

use serde_json::json;

use super::{home::Home, living::risk};

#[test]
fn thirty_pairs_of_making_and_using() {
    let home = Home::start();
    let program = home.owner();
    let (run, item) = home.company.finding();
    for n in 0..30 {
        let (path, what) = match n % 5 {
            0 => {
                let made = program.hand_in("CHG-01", "2026-01-01..2026-03-31", &[]);
                assert_eq!(made.status, 201, "{}", made.body);
                let place = made.header("location").unwrap().to_owned();
                (place, made.json()["evidence"].clone())
            }
            1 => {
                let path = format!("/api/v1/documents/risks/risk-{n}.md");
                let made = program
                    .put(&path, &risk(&format!("Number {n}.")), None)
                    .fine();
                let read = program.get(&path).fine();
                assert_eq!(read["document"], made["document"]);
                let there = format!("/api/v1/risks/risk-{n}");
                assert_eq!(
                    program.get(&there).fine()["statement"],
                    format!("Number {n}.")
                );
                (path, read)
            }
            2 => {
                let body =
                    json!({"run": run, "items": [item], "owner": "ada", "due": "2026-07-31"});
                let made = program.post("/api/v1/tasks", &body);
                assert_eq!(made.status, 201, "{}", made.body);
                let place = made.header("location").unwrap().to_owned();
                (place, made.json()["tasks"][0].clone())
            }
            3 => {
                let tasks = program.all("/api/v1/tasks", 50);
                let task = tasks.last().unwrap()["entry"].as_u64().unwrap();
                let body = json!({"tasks": [task], "owner": "bob", "due": format!("2026-08-{:02}", n % 28 + 1)});
                let made = program.post("/api/v1/assignments", &body).fine();
                (format!("/api/v1/tasks/{task}"), made["tasks"][0].clone())
            }
            _ => {
                let body = json!({"control": "CHG-01", "population": "account", "covers": "2026-04-01..2026-06-30", "due": "2026-07-15"});
                let made = program.post("/api/v1/reviews", &body);
                assert_eq!(made.status, 201, "{}", made.body);
                let place = made.header("location").unwrap().to_owned();
                let mut read = program.get(&place).fine();
                let fields = read.as_object_mut().unwrap();
                let items = fields.remove("items").unwrap();
                fields.remove("next").unwrap();
                assert_eq!(items.as_array().unwrap().len(), 3);
                assert_eq!(read, made.json()["review"]);
                let looked = program
                    .send("POST", &format!("{place}/recheck"), &[], b"")
                    .fine();
                assert_eq!(looked["review"], read);
                continue;
            }
        };
        assert_eq!(program.get(&path).fine(), what, "pair {n}");
    }
}

#[test]
fn a_list_that_grows_is_read_without_repeating_or_skipping() {
    let home = Home::start();
    let program = home.owner();
    for _ in 0..5 {
        program
            .hand_in("CHG-01", "2026-01-01..2026-03-31", &[])
            .fine();
    }
    let before = program.all("/api/v1/evidence", 200);
    let (mut seen, mut path) = (Vec::new(), "/api/v1/evidence?limit=2".to_owned());
    let mut grown = 0;
    loop {
        let page = program.get(&path).fine();
        seen.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/evidence?limit=2&cursor={next}");
        if grown < 3 {
            program
                .hand_in("CHG-01", "2026-01-01..2026-03-31", &[])
                .fine();
            grown += 1;
        }
    }
    assert_eq!(seen[..before.len()], before[..]);
    assert_eq!(
        seen.len(),
        before.len() + grown,
        "what came meanwhile is read too"
    );
}

#[test]
fn rows_of_a_population_are_read_by_item() {
    let home = Home::start();
    let program = home.owner();
    let rows = program.all("/api/v1/populations/account/rows", 50);
    let mut items: Vec<&str> = rows.iter().map(|r| r["item"].as_str().unwrap()).collect();
    assert_eq!(items.len(), super::living::ROWS);
    items.dedup();
    assert_eq!(items.len(), super::living::ROWS);
    assert_eq!(rows[0]["entry"], 200);
    assert_eq!(rows[0]["values"]["name"], serde_json::Value::Null);
    assert_eq!(program.get("/api/v1/populations/nothing/rows").status, 404);
    assert_eq!(
        program.get("/api/v1/vulnerabilities").status,
        404,
        "the library has none"
    );
}

#[test]
fn a_document_is_changed_only_by_who_has_read_it() {
    let home = Home::start();
    let program = home.owner();
    let path = "/api/v1/documents/risks/leaver-access.md";
    let read = program.get(path);
    let tag = read.header("etag").unwrap().to_owned();
    assert_eq!(
        program
            .send("GET", path, &[("if-none-match", &tag)], b"")
            .status,
        304
    );
    let blind = program.put(path, &risk("Blind."), None);
    assert_eq!(blind.status, 428, "{}", blind.body);
    assert_eq!(
        program.put(path, &risk("Wrong."), Some("\"1\"")).status,
        412
    );
    assert_eq!(program.put(path, &risk("Wrong."), Some("1")).status, 400);
    let changed = program.put(path, &risk("Read."), Some(&tag));
    let after = changed.header("etag").unwrap();
    assert_ne!(after, tag);
    assert_eq!(program.get(path).header("etag"), Some(after));
    assert_eq!(program.put(path, &risk("Late."), Some(&tag)).status, 412);
    let text = program.get(path).fine()["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(text, risk("Read."));
    let broken = program.put("/api/v1/documents/risks/broken.md", "no front matter", None);
    assert_eq!(broken.status, 422, "{}", broken.body);
    assert_eq!(program.get("/api/v1/documents/risks/broken.md").status, 404);
    for odd in [
        "README.md",
        "risks/..%2Fsecret.md",
        "..%2F..%2Fetc%2Fpasswd",
        "risks/a/b.md",
    ] {
        let path = format!("/api/v1/documents/{odd}");
        assert_eq!(program.put(&path, &risk("Odd."), None).status, 400, "{odd}");
    }
}

#[test]
fn records_are_handed_over_as_they_were_written() {
    let home = Home::start();
    let program = home.owner();
    let path = "/api/v1/push/account?from=device_manager";
    let record = r#"{"account": "okta:1", "score": 1.10}"#;
    let send = |media: &str, body: &str| {
        program
            .send("POST", path, &[("content-type", media)], body.as_bytes())
            .status
    };
    assert_eq!(send("application/x-ndjson", record), 200);
    assert_eq!(send("application/json", &format!("[{record}]")), 200);
    {
        let deeds = home.company.deeds.lock().unwrap();
        for deed in deeds.iter() {
            let tickmark_server::Deed::Push {
                population,
                from,
                bytes,
            } = deed
            else {
                panic!("{deed:?}");
            };
            assert_eq!(
                (population.as_str(), from.as_str()),
                ("account", "device_manager")
            );
            assert_eq!(String::from_utf8_lossy(bytes).trim(), record);
        }
        assert_eq!(deeds.len(), 2);
    }
    assert_eq!(send("application/json", record), 400);
    assert_eq!(send("application/x-ndjson", "7"), 400);
    assert_eq!(send("text/csv", "account\n1"), 415);
    let elsewhere = |path: &str| program.post(path, &json!([{"a": 1}])).status;
    assert_eq!(elsewhere("/api/v1/push/nothing?from=x"), 404);
    assert_eq!(elsewhere("/api/v1/push/account"), 400);
    assert_eq!(elsewhere("/api/v1/push/account?from=Not%20a%20name"), 400);
}
