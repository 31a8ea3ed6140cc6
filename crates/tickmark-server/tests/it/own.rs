//! What is due, own controls and the engagement, over HTTP.

use tickmark_server::{Deed, Role, identity::Place};

use super::{
    browser::File,
    company::{OWNER, PERIOD},
    pages::duty::{CONDUCT, CONDUCT_LEAF},
    site::{Site, engagement, place},
};

#[test]
fn an_employee_reads_and_acknowledges_in_three_requests() {
    let (site, _) = Site::owned();
    let mut browser = site.member(Role::Employee);
    let home = browser.get("/");
    assert_eq!(home.status, 200);
    assert!(
        home.body.contains("Code of conduct") && home.body.contains("done"),
        "{}",
        home.body
    );
    let text = browser.get(&format!("/due/policies/{CONDUCT}"));
    assert!(text.body.contains("Tell security at once"), "{}", text.body);
    assert!(
        text.body
            .contains(&format!("name=\"seen\" value=\"{CONDUCT_LEAF}\""))
    );
    let seen = CONDUCT_LEAF.to_string();
    let done = browser.post("/due/acknowledge", &[("policy", CONDUCT), ("seen", &seen)]);
    assert_eq!((done.status, done.location()), (303, "/due?done=conduct"));
    let deeds = site.company.deeds.lock().unwrap();
    let (who, deed) = &deeds[0];
    assert_eq!(who, "employee@acme.example");
    assert!(
        matches!(deed, Deed::Acknowledge { policy, seen } if policy == CONDUCT && *seen == CONDUCT_LEAF),
        "{deed:?}"
    );
}

#[test]
fn an_approver_approves_and_somebody_else_finds_no_button() {
    let (site, mut owner) = Site::owned();
    let page = owner.get("/due/policies/incidents").body;
    assert!(page.contains("action=\"/due/approve\""), "{page}");
    assert_eq!(
        owner
            .post("/due/approve", &[("policy", "incidents"), ("seen", "62")])
            .status,
        303
    );
    assert_eq!(site.company.deeds.lock().unwrap().len(), 1);
    let mut employee = site.member(Role::Employee);
    let page = employee.get("/due/policies/incidents").body;
    assert!(!page.contains("method=\"post\" action=\"/due/"), "{page}");
    assert!(page.contains("not approved yet"), "{page}");
}

#[test]
fn a_form_without_a_version_is_refused() {
    let (site, mut owner) = Site::owned();
    for form in [
        &[("policy", CONDUCT)][..],
        &[("seen", "61")],
        &[("policy", CONDUCT), ("seen", "latest")],
    ] {
        assert_eq!(owner.post("/due/acknowledge", form).status, 400, "{form:?}");
        assert_eq!(owner.post("/due/approve", form).status, 400, "{form:?}");
    }
    assert!(site.company.deeds.lock().unwrap().is_empty());
}

#[test]
fn somebody_whom_nobody_knows_is_told_what_to_do() {
    let (site, _) = Site::owned();
    let identity = site.server.identity();
    let link = identity
        .invite("new@acme.example", "New", &place(Role::Employee))
        .unwrap();
    let session = identity
        .take_up(link.reveal(), "", "New", super::site::PASSWORD)
        .unwrap();
    let mut browser = site.browser().with_session(session.reveal());
    let page = browser.get("/due").body;
    assert!(
        page.contains("belongs to no person") && page.contains("email:new@acme.example"),
        "{page}"
    );
    // A policy that is not theirs is not there for them.
    assert_eq!(browser.get(&format!("/due/policies/{CONDUCT}")).status, 404);
    assert_eq!(browser.get("/due/policies/nothing").status, 404);
    assert_eq!(
        browser.get("/due/policies/..%2F..%2Fpeople.yaml").status,
        404
    );
}

#[test]
fn several_files_become_several_pieces_of_evidence_with_one_receipt() {
    let (site, _) = Site::owned();
    let mut browser = site.member(Role::ControlOwner);
    let mine = browser.get("/mine").body;
    assert!(
        mine.contains("CHG-01") && mine.contains("multiple"),
        "{mine}"
    );
    // The field `file` twice, the second by hand.
    let file = File {
        fields: &[("control", "CHG-01"), ("covers", "2026-04-01..2026-06-30")],
        name: "one.pdf\"\r\n\r\nfirst\r\n--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"two.pdf",
        bytes: "second",
    };
    let receipt = browser.upload_here("/mine/evidence", &file);
    assert_eq!(receipt.status, 200, "{}", receipt.body);
    for part in [
        "one.pdf",
        "two.pdf",
        "2 of 2 files",
        "#100",
        "control-owner@acme.example",
    ] {
        assert!(receipt.body.contains(part), "{part} in {}", receipt.body);
    }
    let deeds = site.company.deeds.lock().unwrap();
    let names: Vec<_> = deeds
        .iter()
        .map(|(_, d)| match d {
            Deed::Evidence { name, bytes, .. } => (name.as_str(), bytes.as_slice()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        names,
        [("one.pdf", &b"first"[..]), ("two.pdf", &b"second"[..])]
    );
}

#[test]
fn a_control_owner_hands_in_for_own_controls_only() {
    let (site, _) = Site::owned();
    let stranger = Place {
        stands_for: Some("Head of nothing".into()),
        ..place(Role::ControlOwner)
    };
    let mut browser = site.member_at(&stranger);
    let mine = browser.get("/mine").body;
    assert!(
        !mine.contains("CHG-01") && mine.contains("No control names you"),
        "{mine}"
    );
    let file = File {
        fields: &[("control", "CHG-01"), ("covers", PERIOD)],
        name: "a.pdf",
        bytes: "x",
    };
    assert_eq!(browser.upload_here("/mine/evidence", &file).status, 404);
    assert!(site.company.deeds.lock().unwrap().is_empty());
    assert!(!OWNER.is_empty());
}

#[test]
fn nothing_handed_in_is_a_plain_refusal() {
    let (site, mut owner) = Site::owned();
    let form = [("control", "CHG-01"), ("covers", PERIOD)];
    let refused = owner.post("/mine/evidence", &form);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("choose one"), "{}", refused.body);
    assert!(site.company.deeds.lock().unwrap().is_empty());
}

#[test]
fn the_engagement_is_the_auditors_and_managements_and_nobody_elses() {
    let (site, mut owner) = Site::owned();
    let mut auditor = site.member(Role::Auditor);
    let (theirs, ours) = (auditor.get("/engagement"), owner.get("/engagement"));
    assert_eq!((theirs.status, ours.status), (200, 200));
    for part in [
        "CHG-01",
        "CHG-01.approval",
        "What management sees and the auditor does not",
        "/users",
        "people.yaml",
    ] {
        assert!(
            theirs.body.contains(part) && ours.body.contains(part),
            "{part}"
        );
    }
    assert!(theirs.body.contains("href=\"/bundle\"") && ours.body.contains("Preview"));
    for role in [Role::ControlOwner, Role::Employee, Role::Prospect] {
        assert_eq!(site.member(role).get("/engagement").status, 403, "{role:?}");
    }
    assert_eq!(site.browser().get("/engagement").status, 303);
}

/// An auditor of another period is told nothing of this one; `/due` says where to turn.
#[test]
fn an_auditor_of_another_period_sees_no_engagement() {
    let (site, _) = Site::owned();
    let foreign = Place {
        engagement: Some(engagement("2025-01-01..2025-12-31")),
        ..place(Role::Auditor)
    };
    let mut auditor = site.member_at(&foreign);
    assert_eq!(auditor.get("/engagement").status, 404);
    let home = auditor.get("/").body;
    assert!(
        home.contains("2025-01-01..2025-12-31") && !home.contains("CHG-01"),
        "{home}"
    );
}

/// Whatever the auditor's page calls withheld is refused, and whatever it links to opens.
#[test]
fn the_list_of_what_is_withheld_is_true() {
    let (site, _) = Site::owned();
    let mut auditor = site.member(Role::Auditor);
    for page in tickmark_server::routes::withheld() {
        let path = page.path.replace("{id}", CONDUCT).replace("{leaf}", "1");
        assert_eq!(auditor.get(&path).status, 403, "{path}");
    }
    let body = auditor.get("/engagement").body;
    let links: std::collections::BTreeSet<&str> = body
        .split("href=\"/")
        .skip(1)
        .filter_map(|rest| rest.split(['"', '?', '#']).next())
        .collect();
    assert!(links.len() > 20, "{links:?}");
    for path in links {
        // The company of these tests keeps 100 entries; leaves of the sample beyond are not there.
        if path.starts_with("ledger/") || path.starts_with("assets/") {
            continue;
        }
        let status = auditor.get(&format!("/{path}")).status;
        assert!(status == 200, "/{path}: {status}");
    }
}
