//! What management decides, and what strangers may send.

use super::{LAST_DAY, PAT, ask, give, publish, soc2, state, wish};
use crate::browser::File;
use crate::pdf::plain;
use crate::site::Site;
use tickmark_core::model::body::Audience;
use tickmark_core::model::body::Published;
use tickmark_core::model::time::DAY_US;
use tickmark_core::model::time::HOUR_US;
use tickmark_server::Role;

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE trust_requests; --",
    "=HYPERLINK(\"http://evil.example\")",
    "\u{202e}gpj.exe",
    "{{organization}} ${7*7} </textarea><svg/onload=alert(1)>",
];

#[test]
fn what_cannot_be_published_is_said_on_the_page_and_nothing_is_recorded() {
    let (site, mut owner) = Site::owned();
    let pdf = plain(&["x"]);
    let base = [
        ("what", "soc2"),
        ("from", "2026-01-01"),
        ("to", "2026-06-30"),
        ("report", "type2"),
        ("firm", "F"),
        ("opinion", "unqualified"),
    ];
    let mut refused = |more: &[(&str, &str)], bytes: &str, why: &str| {
        let mut fields: Vec<(&str, &str)> = more.to_vec();
        fields.extend(base);
        let reply = owner.upload_here(
            "/trust/manage/publish",
            &File {
                fields: &fields,
                name: "a.pdf",
                bytes,
            },
        );
        assert_eq!(reply.status, 400, "{why}");
        assert!(reply.body.contains(why), "{why}: {}", reply.body);
    };
    let (title, request) = (("title", "SOC 2"), ("audience", "on_request"));
    refused(&[title, ("audience", "public")], &pdf, "restricted");
    refused(&[title, request], "no pdf", "this is no PDF");
    refused(
        &[("title", "We are SOC 2 certified"), request],
        &pdf,
        "no examination gives",
    );
    refused(&[title, request], "", "the file is missing or empty");
    refused(
        &[title, ("audience", "everyone")],
        &pdf,
        "choose who may have it",
    );
    refused(&[title, request, ("to", "2026-06-31")], &pdf, "2026-06-31");
    assert!(state(&site).publications.is_empty());
}

#[test]
fn forms_from_strangers_are_few_and_plain() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let mut pat = site.browser();
    let statuses: Vec<u16> = (0..6)
        .map(|_| ask(&mut pat, &wish(report)).status)
        .collect();
    assert_eq!(statuses, [200, 200, 200, 200, 429, 429]);
    assert_eq!(
        site.server.identity().wishes().unwrap().len(),
        1,
        "one of one address"
    );
    let mut all = Vec::new();
    for n in 0..20 {
        let mut form = wish(report);
        form[3].1 = format!("p{n}@customer.example");
        all.push(ask(&mut pat, &form).status);
    }
    assert_eq!(
        all.iter().filter(|s| **s == 200).count(),
        8,
        "of one address {all:?}"
    );
    // Before the clock is turned: a session that rests for an hour ends.
    assert!(
        owner
            .get("/trust/requests")
            .body
            .contains("p7@customer.example")
    );
    site.clock.turn(HOUR_US);
    for (field, text) in [
        (1, ""),
        (2, "a\nb"),
        (3, "no address"),
        (4, " "),
        (0, "999"),
        (0, ""),
    ] {
        let mut form = wish(report);
        form[field].1 = text.into();
        assert_eq!(ask(&mut pat, &form).status, 400, "{field} {text}");
    }
}

#[test]
fn an_answered_request_is_forgotten_and_a_declined_one_gives_nothing() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    ask(&mut site.browser(), &wish(report));
    let id = site.server.identity().wishes().unwrap()[0].id;
    assert_eq!(
        owner
            .post(&format!("/trust/requests/{id}/decline"), &[])
            .status,
        303
    );
    assert!(state(&site).grants.is_empty());
    site.clock.turn(91 * DAY_US);
    let mut form = wish(report);
    form[3].1 = "new@customer.example".into();
    ask(&mut site.browser(), &form);
    let kept: Vec<String> = site
        .server
        .identity()
        .wishes()
        .unwrap()
        .iter()
        .map(|w| w.wish.mail.to_string())
        .collect();
    assert_eq!(kept, ["new@customer.example"]);
}

#[test]
fn only_management_decides() {
    for role in Role::ALL {
        let (site, _) = Site::owned();
        let report = soc2(&site);
        if matches!(role, Role::Owner | Role::ComplianceManager) {
            continue;
        }
        let mut browser = site.member(role);
        for path in [
            "/trust/manage",
            "/trust/requests",
            "/trust/grants",
            "/trust/accesses",
        ] {
            assert_eq!(browser.get(path).status, 403, "{path} as {role:?}");
        }
        let leaf = report.to_string();
        let form = [
            ("document", leaf.as_str()),
            ("mail", PAT),
            ("last-day", LAST_DAY),
        ];
        assert_eq!(browser.post("/trust/grants", &form).status, 403);
        assert!(state(&site).grants.is_empty());
    }
}

#[test]
fn hostile_names_stay_text_wherever_they_are_shown() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    for (n, hostile) in HOSTILE.iter().enumerate() {
        let (site_title, mut form) = (hostile.to_string(), wish(report));
        publish(&site, Published::Other, Audience::OnRequest, &site_title);
        form[1].1 = hostile.to_string();
        form[2].1 = hostile.to_string();
        form[3].1 = format!("p{n}@customer.example");
        form[4].1 = hostile.to_string();
        assert_eq!(ask(&mut site.browser(), &form).status, 200, "{hostile}");
        let text = [
            ("lead", *hostile),
            ("contact", *hostile),
            ("terms", *hostile),
        ];
        assert_eq!(
            owner.post("/trust/manage/text", &text).status,
            303,
            "{hostile}"
        );
        let link = give(&mut owner, report, &format!("q{n}@customer.example"));
        let pages = [
            site.browser().get("/trust"),
            site.browser().get("/trust/request"),
            site.browser().get(&link),
            owner.get("/trust/requests"),
            owner.get("/trust/manage"),
            owner.get("/trust/grants"),
        ];
        for page in pages {
            assert_eq!(page.status, 200);
            for element in crate::pages::elements_of(&page.body) {
                assert!(
                    element.name != "img"
                        && element
                            .attributes
                            .iter()
                            .all(|(name, _)| !name.starts_with("on")),
                    "{element:?}"
                );
                let script =
                    element.name == "script" && element.get("src") != Some("/assets/page.js");
                assert!(!script, "{element:?}");
            }
        }
    }
    let csv = owner.get("/trust/grants?as=csv").body;
    assert!(!csv.contains("\n=") && !csv.contains(",="), "{csv}");
    assert_eq!(
        site.server.identity().wishes().unwrap().len(),
        HOSTILE.len()
    );
}

#[test]
fn a_file_is_only_ever_saved_under_a_name_that_can_do_no_harm() {
    let (site, mut owner) = Site::owned();
    let fields = [
        ("what", "policy"),
        ("audience", "public"),
        ("title", "Policy"),
    ];
    let name = "..\\..\\evil\u{202e}fdp.html";
    let file = File {
        fields: &fields,
        name,
        bytes: "<script>alert(1)</script>",
    };
    assert_eq!(
        owner.upload_here("/trust/manage/publish", &file).status,
        303
    );
    let leaf = *state(&site).publications.keys().last().unwrap();
    let got = site.browser().get(&format!("/trust/file/{leaf}"));
    assert_eq!(got.header("content-type"), Some("application/octet-stream"));
    assert_eq!(
        got.header("content-security-policy"),
        Some("sandbox; default-src 'none'; frame-ancestors 'none'")
    );
    assert!(
        got.header("content-disposition")
            .unwrap()
            .starts_with("attachment; filename=\"evilfdp.html\"")
    );
}
