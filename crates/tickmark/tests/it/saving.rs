//! What pages and programs hand over for the registers: saved or pushed whole, or nothing of it.

use crate::{
    listing::RISK,
    registers::{company, size, told},
    serving::Site,
    typed::write,
};

/// A text as a field of a form.
fn field(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

#[test]
fn a_page_saves_a_document_or_leaves_everything_as_it_was() {
    let desk = company(&[("risks/leaver-access.md", RISK)]);
    let file = desk.path().join("p/risks/leaver-access.md");
    let seen = told(&desk, &["risks"])["risks"][0]["leaf"].to_string();
    let site = Site::signed_in(&desk, "p");
    let save = |text: &str, seen: &str| {
        let form = format!("text={}&seen={seen}", field(text));
        site.send("POST", "/edit/risks/leaver-access.md", &form)
    };
    let before = size(&desk);
    let wrong = save(
        &RISK.replace("treatment: mitigate", "treatment: hope"),
        &seen,
    );
    assert_eq!(wrong.status, 400, "{}", wrong.head);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), RISK, "put back");
    assert_eq!(before, size(&desk), "a refusal records nothing");

    write(&desk.path().join("p/risks/other.md"), RISK);
    let better = RISK.replace("production", "the production system");
    let other = save(&better, &seen);
    assert!(
        other
            .body
            .contains("differs from what is recorded: risks/other.md"),
        "{}",
        other.body
    );
    std::fs::remove_file(desk.path().join("p/risks/other.md")).unwrap();

    let saved = save(&better, &seen);
    assert_eq!(saved.status, 303, "{}\n{}", saved.head, saved.body);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), better);
    assert_eq!(
        told(&desk, &["risks"])["risks"][0]["statement"],
        "somebody who left keeps access to the production system"
    );
    let stale = save(RISK, &seen);
    assert_eq!(stale.status, 400, "{}", stale.head);
    assert!(
        stale
            .body
            .contains("somebody else recorded a newer version"),
        "{}",
        stale.body
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), better);
}

#[test]
fn a_push_is_recorded_once_and_whole() {
    let desk = company(&[]);
    let site = Site::signed_in(&desk, "p");
    let push = |text: &str| {
        let path = "/api/v1/push/account?from=device_manager";
        site.send_as("POST", path, "application/x-ndjson", text)
    };
    let account = |n: u32| {
        format!(
            "{{\"account\":\"mdm:{n}\",\"system\":\"mdm\",\"kind\":\"service\",\"status\":\"active\"}}\n"
        )
    };
    let before = size(&desk);
    let bad = push(&format!(
        "{}{{\"account\":\"mdm:2\",\"kind\":\"service\",\"status\":\"active\"}}\n",
        account(1)
    ));
    assert_eq!(bad.status, 422, "{}\n{}", bad.head, bad.body);
    assert_eq!(before, size(&desk), "all or nothing");
    let both = format!("{}{}", account(1), account(2));
    let got = push(&both);
    assert!(
        (200..300).contains(&got.status),
        "{}\n{}",
        got.head,
        got.body
    );
    let after = size(&desk);
    assert_ne!(before, after);
    push(&both);
    assert_eq!(after, size(&desk), "the same bytes are one push");
    let rows = told(
        &desk,
        &["query", "SELECT account FROM account ORDER BY account"],
    );
    assert_eq!(rows["rows"].as_array().unwrap().len(), 2, "{rows}");
}
