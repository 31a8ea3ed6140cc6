//! Links to hand in by: for one control and one stretch of days, once, under the mail address they were made for.

use tickmark_core::model::time::{DAY_US, Period};
use tickmark_server::{Deed, Role, identity::HandInWish};

use super::{
    browser::{Browser, File, Reply},
    company::PERIOD,
    site::{OWNER_MAIL, Site, place},
};

const GUEST: &str = "board@elsewhere.example";

pub fn wish() -> HandInWish {
    HandInWish {
        mail: GUEST.into(),
        control: "CHG-01".parse().unwrap(),
        covers: Period::parse(PERIOD).unwrap(),
        days: 14,
    }
}

fn link(site: &Site) -> String {
    let owner = site.account(OWNER_MAIL);
    let secret = site.server.identity().ask_for_evidence(&wish(), owner);
    format!("/hand-in/{}", secret.unwrap().reveal())
}

fn hand_in(browser: &mut Browser, link: &str, name: &str) -> Reply {
    browser.upload_here(
        link,
        &File {
            fields: &[],
            name,
            bytes: "%PDF minutes",
        },
    )
}

/// What was handed in: under whom, for which control and days, under which name.
fn handed(site: &Site) -> Vec<(String, String, String, String)> {
    let deeds = site.company.deeds.lock().unwrap();
    let evidence = deeds.iter().map(|(who, deed)| match deed {
        Deed::Evidence {
            control,
            covers,
            name,
            ..
        } => (who.clone(), control.clone(), covers.clone(), name.clone()),
        other => panic!("{other:?}"),
    });
    evidence.collect()
}

#[test]
fn a_manager_makes_a_link_and_a_guest_without_an_account_hands_in() {
    let (site, _) = Site::owned();
    let mut manager = site.member(Role::ComplianceManager);
    let page = manager.get("/hand-in-links?control=CHG-01").body;
    let what = format!("CHG-01 {PERIOD}");
    assert!(page.contains(&format!("value=\"{what}\"")), "{page}");
    let made = manager.post(
        "/hand-in-links",
        &[
            ("what", &what),
            ("mail", "Board@Elsewhere.example"),
            ("days", "14"),
        ],
    );
    assert_eq!(made.status, 200, "{}", made.body);
    let link = made.body.split("/hand-in/").nth(1).unwrap();
    let link = format!("/hand-in/{}", link.split('<').next().unwrap());
    let mut guest = site.browser();
    // Looking does not use it up.
    for _ in 0..3 {
        let page = guest.get(&link);
        assert_eq!(page.status, 200);
        assert!(page.body.contains("CHG-01") && page.body.contains(GUEST));
        assert!(
            !page.body.contains("href=\"/controls"),
            "no way in: {}",
            page.body
        );
    }
    let receipt = hand_in(&mut guest, &link, "minutes.pdf");
    assert_eq!(receipt.status, 200, "{}", receipt.body);
    let digest = tickmark_log::digest::sha256(b"%PDF minutes").to_string();
    for part in ["minutes.pdf", "#100", digest.as_str(), "Recorded"] {
        assert!(receipt.body.contains(part), "{part} in {}", receipt.body);
    }
    let row = (GUEST, "CHG-01", PERIOD, "minutes.pdf");
    let row = (row.0.into(), row.1.into(), row.2.into(), row.3.into());
    assert_eq!(handed(&site), [row]);
    assert!(guest.cookie.is_none(), "nobody is signed in by it");
    let listed = manager.get("/hand-in-links").body;
    assert!(
        listed.contains("handed in") && listed.contains(GUEST),
        "{listed}"
    );
}

#[test]
fn a_link_takes_files_once() {
    let (site, _) = Site::owned();
    let link = link(&site);
    let mut guest = site.browser();
    assert_eq!(hand_in(&mut guest, &link, "a.pdf").status, 200);
    assert_eq!(hand_in(&mut guest, &link, "b.pdf").status, 410);
    assert_eq!(guest.get(&link).status, 410);
    assert_eq!(handed(&site).len(), 1);
}

#[test]
fn of_many_who_use_a_link_at_once_one_does() {
    let (site, _) = Site::owned();
    let link = link(&site);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..6)
            .map(|n| {
                let (mut guest, link) = (site.browser(), &link);
                scope.spawn(move || hand_in(&mut guest, link, &format!("{n}.pdf")).status)
            })
            .collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(
        statuses.iter().filter(|s| **s == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(handed(&site).len(), 1);
}

#[test]
fn a_link_runs_out() {
    let (site, _) = Site::owned();
    let link = link(&site);
    let mut guest = site.browser();
    site.clock.turn(14 * DAY_US - 1);
    assert_eq!(guest.get(&link).status, 200);
    site.clock.turn(1);
    assert_eq!(guest.get(&link).status, 410);
    assert_eq!(hand_in(&mut guest, &link, "a.pdf").status, 410);
    assert!(handed(&site).is_empty());
}

#[test]
fn a_link_ends_when_its_maker_ends_it_or_may_not_make_it_any_more() {
    let (site, mut owner) = Site::owned();
    let mut guest = site.browser();
    let ended = link(&site);
    let id = site.server.identity().hand_in_links().unwrap()[0].id;
    assert_eq!(
        owner.post(&format!("/hand-in-links/{id}/end"), &[]).status,
        303
    );
    assert_eq!(guest.get(&ended).status, 410);
    for (n, end) in ["place", "revoke"].into_iter().enumerate() {
        let identity = site.server.identity();
        let mail = format!("m{n}@acme.example");
        let link = identity.invite(&mail, "M", &place(Role::ComplianceManager));
        identity
            .take_up(link.unwrap().reveal(), "", "M", super::site::PASSWORD)
            .unwrap();
        let maker = site.account(&mail);
        let secret = identity.ask_for_evidence(&wish(), maker).unwrap();
        let path = format!("/hand-in/{}", secret.reveal());
        assert_eq!(guest.get(&path).status, 200);
        let form: &[(&str, &str)] = &[("role", "employee")];
        assert_eq!(
            owner.post(&format!("/users/{maker}/{end}"), form).status,
            303
        );
        assert_eq!(guest.get(&path).status, 410, "{end}");
        assert_eq!(hand_in(&mut guest, &path, "a.pdf").status, 410, "{end}");
    }
    assert!(handed(&site).is_empty());
}

#[test]
fn whatever_the_form_says_it_is_for_the_links_control_and_days() {
    let (site, _) = Site::owned();
    let link = link(&site);
    let mut guest = site.browser();
    let file = File {
        fields: &[
            ("control", "IAM-02"),
            ("covers", "2020-01-01..2020-12-31"),
            ("mail", OWNER_MAIL),
        ],
        name: "a.pdf",
        bytes: "x",
    };
    assert_eq!(guest.upload_here(&link, &file).status, 200);
    let all = handed(&site);
    assert_eq!(
        (all[0].0.as_str(), all[0].1.as_str(), all[0].2.as_str()),
        (GUEST, "CHG-01", PERIOD)
    );
}

#[test]
fn only_what_a_control_owes_can_be_asked_for() {
    let (site, mut owner) = Site::owned();
    let ask = |owner: &mut Browser, what: &str, mail: &str, days: &str| {
        let form = [("what", what), ("mail", mail), ("days", days)];
        owner.post("/hand-in-links", &form).status
    };
    let right = format!("CHG-01 {PERIOD}");
    for what in [
        "CHG-01 2026-01-01..2026-03-31",
        "CHG-01 2025-01-01..2025-06-30",
        "XYZ-99 2026-01-01..2026-06-30",
        "chg-01 2026-01-01..2026-06-30",
        "CHG-01",
        "../../x 2026-01-01..2026-06-30",
        "<script>",
    ] {
        assert_eq!(ask(&mut owner, what, GUEST, "14"), 400, "{what}");
    }
    for (mail, days) in [
        ("nobody", "14"),
        ("a@b\r\nbcc: c@d", "14"),
        (GUEST, "0"),
        (GUEST, "61"),
        (GUEST, "-1"),
        (GUEST, "many"),
    ] {
        assert_eq!(ask(&mut owner, &right, mail, days), 400, "{mail} {days}");
    }
    assert!(site.server.identity().hand_in_links().unwrap().is_empty());
    assert_eq!(ask(&mut owner, &right, GUEST, "60"), 200);
}

#[test]
fn hostile_names_of_files_become_safe_ones() {
    let (site, _) = Site::owned();
    let mut guest = site.browser();
    for name in [
        "../../etc/passwd",
        "..\\\\..\\\\boot.ini",
        "<img src=x onerror=alert(1)>.png",
        "report\u{202e}fdp.exe",
        ".bashrc",
    ] {
        let link = link(&site);
        let receipt = hand_in(&mut guest, &link, name);
        assert_eq!(receipt.status, 200, "{name:?}: {}", receipt.body);
        assert!(!receipt.body.contains("<img"), "{}", receipt.body);
    }
    for (_, _, _, name) in handed(&site) {
        assert!(
            !name.contains(['/', '\\', '<', '>', '\u{202e}']) && !name.starts_with('.'),
            "{name:?}"
        );
    }
}

#[test]
fn who_tries_links_is_slowed_down_and_a_link_that_works_goes_on_working() {
    let (site, _) = Site::owned();
    let link = link(&site);
    let mut guest = site.browser();
    let wrong = format!("/hand-in/{}", "a".repeat(64));
    let statuses: Vec<u16> = (0..12).map(|_| guest.get(&wrong).status).collect();
    assert_eq!(statuses[..10], [410; 10]);
    assert_eq!(statuses[10..], [429; 2]);
    assert_eq!(guest.get(&link).status, 200);
    assert_eq!(hand_in(&mut guest, &link, "a.pdf").status, 200);
}

#[test]
fn a_mistake_does_not_use_a_link_up() {
    let (site, _) = Site::owned();
    let link = link(&site);
    let mut guest = site.browser();
    assert_eq!(guest.post(&link, &[]).status, 400, "no file");
    let elsewhere = guest.upload(
        &link,
        &File {
            fields: &[],
            name: "a.pdf",
            bytes: "x",
        },
        &[
            ("origin", "http://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
    );
    assert_eq!(elsewhere.status, 403);
    site.company
        .refuse
        .store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(
        hand_in(&mut guest, &link, "a.pdf").status,
        400,
        "the engine refuses"
    );
    site.company
        .refuse
        .store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(hand_in(&mut guest, &link, "a.pdf").status, 200);
}

#[test]
fn the_body_of_somebody_without_a_link_is_not_read() {
    let (site, _) = Site::owned();
    let host = site.address;
    // A length is promised and nothing sent: who would read the body would wait for it.
    let answer = site.raw(&format!(
        "POST /hand-in/{} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\nsec-fetch-site: same-origin\r\ncontent-type: multipart/form-data; boundary=XX\r\ncontent-length: 30000000\r\nconnection: close\r\n\r\n",
        "a".repeat(64)
    ));
    assert!(answer.starts_with("HTTP/1.1 410"), "{answer}");
}

#[test]
fn secrets_of_links_are_not_kept_and_not_written_about() {
    let (site, _) = Site::owned();
    let link = link(&site);
    let mut guest = site.browser();
    guest.get(&link);
    hand_in(&mut guest, &link, "a.pdf");
    let secret = link.trim_start_matches("/hand-in/");
    let database = site.database_bytes();
    assert!(!database.windows(64).any(|w| w == secret.as_bytes()));
    let written = site.written.text();
    assert!(!written.contains(secret) && !written.contains(GUEST));
    assert!(written.contains("hand-in link used"), "{written}");
}

/// Those who may not make links learn nothing of them; auditors and control owners neither.
#[test]
fn links_are_managements_alone() {
    let (site, _) = Site::owned();
    link(&site);
    let id = site.server.identity().hand_in_links().unwrap()[0].id;
    for role in [
        Role::ControlOwner,
        Role::Employee,
        Role::ReadOnly,
        Role::Auditor,
        Role::Prospect,
    ] {
        let mut browser = site.member(role);
        assert_eq!(browser.get("/hand-in-links").status, 403, "{role:?}");
        assert_eq!(browser.post("/hand-in-links", &[]).status, 403, "{role:?}");
        let end = browser.post(&format!("/hand-in-links/{id}/end"), &[]);
        assert_eq!(end.status, 403, "{role:?}");
    }
    assert_eq!(site.server.identity().hand_in_links().unwrap().len(), 1);
}
