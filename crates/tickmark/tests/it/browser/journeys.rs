//! What people come for, from the first link to a prospect's copy of a report.

use super::{
    axe,
    driver::{self, Browser},
    site::{Site, link_in},
    source::Source,
};
use crate::typed::{Desk, write};

const PEOPLE: &str = "- person: ada
  name: Ada Byron
  accounts:
    - {account: \"email:ada@acme.example\", how: idp-record}
    - {account: \"warehouse:ada\", how: idp-record}
- person: bob
  name: Bob Kahn
  accounts:
    - {account: \"email:bob@acme.example\", how: idp-record}
    - {account: \"warehouse:bob\", how: idp-record}
";
const POLICY: &str = "---
title: Access control
owner: Head of security
approvers: [ada]
version: 1
effective: 2026-01-01
renew_within_months: 12
acknowledge: {groups: [everyone], within_days: 14}
controls: [IAM-02]
---
Access is granted by role and removed within a day.
";

/// A program with people, one adopted control and further documents.
fn company(more: &[(&str, &str)]) -> Desk {
    let desk = Desk::new();
    desk.program();
    for (path, text) in [("people.yaml", PEOPLE)].iter().chain(more) {
        write(&desk.path().join("p").join(path), text);
    }
    desk.ends(0, &["-C", "p", "apply"]);
    desk
}

/// A page as it should be: axe finds nothing, the console is silent.
fn seen(browser: &Browser, name: &str) {
    axe::clean(browser, name);
    assert_eq!(browser.complaints(), Vec::<String>::new(), "{name}");
    browser.picture(name);
}

#[test]
fn set_up_scope_and_adopt_a_control() {
    if !driver::there() {
        return;
    }
    let desk = Desk::new();
    desk.ends(0, &["init", "p", "--zone", "UTC"]);
    let site = Site::serve(&desk, "p");
    let browser = Browser::open(1280, 900);
    browser.go(&site.link);
    seen(&browser, "first-link");
    site.owner(&browser);
    seen(&browser, "first-home");

    site.page(&browser, "/scope");
    browser.fill("input[name=name]", "Acme Payments, Inc.");
    browser.fill("input[name=from]", "2026-01-01");
    browser.fill("input[name=to]", "2026-06-30");
    browser.click("input[name=category][value=availability]");
    browser.fill(
        "textarea[name=boundary]",
        "The payment service and what it runs on.",
    );
    seen(&browser, "scope");
    browser.press("Show what changes");
    browser.says("Acme Payments, Inc.");
    seen(&browser, "scope-changes");
    browser.press("Save");
    site.page(&browser, "/settings");
    browser.says("Acme Payments, Inc.");
    browser.says("2026-01-01");

    site.page(&browser, "/controls/GOV-03");
    browser.fill("input[name=owner]", "Head of security");
    browser.fill("input[name=scope]", "all of it");
    browser.fill("input[name=effective]", "2026-01-01");
    browser.press("Adopt GOV-03");
    browser.says("Head of security");
    seen(&browser, "control-adopted");
}

#[test]
fn collect_review_access_and_see_what_was_revoked_gone() {
    if !driver::there() {
        return;
    }
    let source = Source::of(&["ada", "bob", "mallory"]);
    let sources = format!(
        "- id: warehouse\n  use: saas\n  params: {{base: \"http://127.0.0.1:{}\", system: warehouse}}\n  transport: live\n  streams: [accounts]\n",
        source.port
    );
    let desk = company(&[("sources.yaml", &sources)]);
    let site = Site::serve(&desk, "p");
    let browser = Browser::open(1280, 900);
    site.owner(&browser);

    site.page(&browser, "/sources");
    browser.press("Collect");
    browser.says("warehouse");
    seen(&browser, "sources");

    site.page(&browser, "/reviews");
    browser.choose("select[name=control]", "IAM-02");
    browser.choose("select[name=population]", "account");
    browser.fill("input[name=due]", "2099-12-31");
    browser.press("Freeze the list");
    browser.says("being decided");
    browser.click("main table a[href^='/reviews/']");
    browser.says("mallory");
    seen(&browser, "review");
    let review = browser.address();
    // The own account is not offered; the two others are decided.
    let decide = "for (const [who, what] of [['bob', 'yes'], ['mallory', 'no']]) {
        const row = [...document.querySelectorAll('tr')].find(r => r.innerText.includes(who));
        const all = [...row.querySelectorAll('input[type=radio]')];
        const hit = all.find(i => i.value === what); if (!hit) { return who + ': ' + row.innerHTML; } hit.click();
    } return 'done';";
    let done = browser.run(decide, &serde_json::json!([]));
    assert_eq!(done.as_str(), Some("done"), "{done}");
    browser.press("Record the decisions");
    browser.says("bob");

    source.remove("mallory");
    site.page(&browser, "/sources");
    browser.press("Collect");
    browser.go(&review);
    browser.press("Look");
    browser.says("gone");
    seen(&browser, "review-rechecked");
}

#[test]
fn a_policy_is_acknowledged_on_a_phone() {
    if !driver::there() {
        return;
    }
    let desk = company(&[("policies/access-control.md", POLICY)]);
    let site = Site::serve(&desk, "p");
    let browser = Browser::open(1280, 900);
    site.owner(&browser);
    site.page(&browser, "/policies/access-control");
    seen(&browser, "policy");
    browser.press("Approve");
    browser.says("Ada Byron");
    let link = site.invite(&browser, "bob@acme.example", "Bob Kahn", "employee");

    let phone = Browser::open(390, 844);
    site.come_in(&phone, &link, None);
    site.page(&phone, "/");
    phone.says("Access control");
    seen(&phone, "phone-due");
    phone.press("Read");
    phone.says("removed within a day");
    seen(&phone, "phone-policy");
    let wide = phone.run(
        "return document.documentElement.scrollWidth <= window.innerWidth",
        &serde_json::json!([]),
    );
    assert_eq!(wide.as_bool(), Some(true), "nothing is cut off on a phone");
    phone.click("form[action='/due/acknowledge'] button[type=submit]");
    phone.says("1 of 1");
    seen(&phone, "phone-done");

    site.page(&browser, "/policies/access-control");
    browser.says("1 of 2 have acknowledged it");
}

#[test]
fn evidence_is_handed_in_by_an_owner_and_by_a_link() {
    if !driver::there() {
        return;
    }
    let desk = company(&[]);
    let site = Site::serve(&desk, "p");
    let browser = Browser::open(1280, 900);
    site.owner(&browser);
    let file = desk.path().join("minutes \u{201c}March\u{201d} <b>.txt");
    std::fs::write(&file, "reviewed on the third of March").unwrap();
    site.page(&browser, "/controls/IAM-02");
    browser.press("Hand in a file");
    browser.fill(
        "form[action='/do/evidence'] input[name=covers]",
        "2026-01-01..2026-01-31",
    );
    browser.fill(
        "form[action='/do/evidence'] input[type=file]",
        &file.display().to_string(),
    );
    browser.click("form[action='/do/evidence'] button[type=submit]");
    site.page(&browser, "/evidence");
    browser.says("IAM-02");
    seen(&browser, "evidence");
    let bold = browser.run(
        "return document.querySelectorAll('main b').length",
        &serde_json::json!([]),
    );
    assert_eq!(bold.as_u64(), Some(0), "a file's name is text");
}

#[test]
fn the_auditor_reads_and_downloads_and_changes_nothing() {
    if !driver::there() {
        return;
    }
    let desk = sample();
    let site = Site::serve(&desk, "d");
    let owner = Browser::open(1280, 900);
    site.owner(&owner);
    let link = site.invite(&owner, "carol@cpa.example", "Carol Reyes", "auditor");
    let auditor = Browser::open(1280, 900);
    site.come_in(&auditor, &link, None);
    site.page(&auditor, "/engagement");
    auditor.says("SOC 2 Type 2");
    seen(&auditor, "engagement");
    for path in [
        "/users",
        "/trust/manage",
        "/edit/tickmark.yaml",
        "/hand-in-links",
        "/clock/notices",
    ] {
        site.page(&auditor, path);
        let status = auditor.run(
            "return performance.getEntriesByType('navigation')[0].responseStatus",
            &serde_json::json!([]),
        );
        assert!(
            matches!(status.as_u64(), Some(403 | 404)),
            "{path}: {status}"
        );
    }
    // Their complaints are the refusals above.
    auditor.complaints();
    site.page(&auditor, "/engagement");
    let offered = auditor.run(
        "return [...document.querySelectorAll('main form[method=post]')].map(f => f.getAttribute('action'))",
        &serde_json::json!([]),
    );
    assert_eq!(offered.as_array().map(Vec::len), Some(0), "{offered}");
    auditor.click("a[href='/bundle']");
    let size = size(&desk);
    let bundle = auditor.downloaded(&format!("audit-{size}.tickmark"));
    assert!(bundle.starts_with(b"TICKMARK-BUNDLE 1\n"));
}

#[test]
fn a_gap_becomes_a_task_that_a_run_does_not_close_while_it_is_there() {
    if !driver::there() {
        return;
    }
    let desk = sample();
    let site = Site::serve(&desk, "d");
    let browser = Browser::open(1280, 900);
    site.owner(&browser);
    site.page(&browser, "/exceptions?state=deviation");
    seen(&browser, "exceptions");
    browser.click("main input[name=pick]");
    let owners = "const s = document.querySelector('form[action=\"/tasks\"] select[name=owner], [form] select[name=owner], select[name=owner]');
        if (s) { const o = [...s.options].find(o => o.value); s.value = o.value; return o.value; } return '';";
    let owner = browser.run(owners, &serde_json::json!([]));
    assert!(
        owner.as_str().is_some_and(|o| !o.is_empty()),
        "an owner can be chosen"
    );
    browser.fill("input[name=due]", "2099-12-31");
    browser.click("form#open-tasks button[type=submit]");
    browser.says("2099-12-31");
    seen(&browser, "tasks");
    browser.click("main table a[href^='/tasks/']");
    seen(&browser, "task");
    browser.says("2099-12-31");
}

#[test]
fn a_prospect_asks_accepts_and_downloads_a_copy_of_their_own() {
    if !driver::there() {
        return;
    }
    let desk = sample();
    let site = Site::serve(&desk, "d");
    let owner = Browser::open(1280, 900);
    site.owner(&owner);
    site.page(&owner, "/trust/manage");
    seen(&owner, "trust-manage");
    owner.choose("select[name=what]", "soc2");
    owner.fill("input[name=title]", "SOC 2 Type 2 report");
    owner.choose("select[name=audience]", "on_request");
    owner.fill("input[name=from]", "2025-01-01");
    owner.fill("input[name=to]", "2025-03-31");
    owner.choose("select[name=report]", "type2");
    owner.fill("input[name=firm]", "Example CPA LLP");
    owner.choose("select[name=opinion]", "unqualified");
    owner.fill(
        "input[type=file]",
        &desk.path().join("d/type2.pdf").display().to_string(),
    );
    owner.press("Publish");
    owner.says("SOC 2 Type 2 report");

    let prospect = Browser::open(1280, 900);
    site.page(&prospect, "/trust");
    prospect.says("SOC 2 Type 2 report");
    let said = prospect.text().to_lowercase();
    assert!(
        !said.contains("certified") && !said.contains("compliant"),
        "{said}"
    );
    seen(&prospect, "trust");
    prospect.press("Ask for documents");
    prospect.fill("input[name=name]", "Dana Fox");
    prospect.fill("input[name=company]", "Fox & Sons");
    prospect.fill("input[name=mail]", "dana@fox.example");
    prospect.fill("textarea[name=reason]", "We buy from you.");
    seen(&prospect, "trust-request");
    prospect.press("Send the request");

    site.page(&owner, "/trust/requests");
    owner.says("Dana Fox");
    seen(&owner, "trust-requests");
    owner.press("Give it, and make the link");
    owner.says("/trust/shared/");
    let link = link_in(&owner.text(), "/trust/shared/", &site.address);

    prospect.go(&link);
    if prospect.run(
        "return !!document.querySelector('input[name=mail][type=email]')",
        &serde_json::json!([]),
    ) == true
    {
        prospect.fill("input[name=mail]", "dana@fox.example");
    }
    seen(&prospect, "trust-shared");
    prospect.click("input[name=accept]");
    prospect.press("Accept");
    prospect.press("Download your copy");
    let begun = std::time::Instant::now();
    let copy = loop {
        let there = std::fs::read_dir(prospect.downloads.path()).unwrap();
        let pdf = there
            .map(|e| e.unwrap().path())
            .find(|p| p.extension().is_some_and(|e| e == "pdf"));
        if let Some(pdf) = pdf {
            break pdf;
        }
        assert!(begun.elapsed().as_secs() < 30, "no copy arrives");
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    let text = std::process::Command::new("pdftotext")
        .arg(&copy)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    let pages = text.matches('\u{c}').count();
    let marks = text.matches("dana@fox.example").count();
    assert!(
        marks >= pages && pages > 5,
        "{marks} marks on {pages} pages"
    );

    site.page(&owner, "/trust/grants");
    owner.press("Revoke");
    prospect.go(&link);
    assert!(!prospect.text().contains("Download your copy"));
    site.page(&owner, "/trust/accesses");
    owner.says("dana@fox.example");
    seen(&owner, "trust-accesses");
}

/// The sample company, small.
pub fn sample() -> Desk {
    let desk = Desk::new();
    desk.ends(
        0,
        &[
            "demo", "--dir", "d", "--people", "30", "--months", "3", "--seed", "5",
        ],
    );
    desk
}

fn size(desk: &Desk) -> String {
    let note = desk.ends(0, &["-C", "d", "log", "checkpoint"]);
    note.lines().nth(1).unwrap().to_owned()
}
