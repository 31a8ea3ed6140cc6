//! From a request to a marked copy, and how that ends.

use super::{LAST_DAY, PAT, accept, ask, download, give, last_grant, link_of, soc2, state, wish};
use crate::pdf::text_of;
use crate::site::Site;
use tickmark_core::model::body::AccessKind;
use tickmark_core::model::time::DAY_US;
use tickmark_core::model::time::HOUR_US;
use tickmark_core::model::time::Time;
use tickmark_server::Role;

#[test]
fn from_a_request_to_a_marked_copy() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let mut pat = site.browser();
    let form = pat.get(&format!("/trust/request?document={report}")).body;
    assert!(form.contains("SOC 2 report 2026") && form.contains("checked"));
    let thanks = ask(&mut pat, &wish(report));
    assert_eq!(thanks.status, 200, "{}", thanks.body);
    assert!(state(&site).grants.is_empty(), "asking gives nothing");
    let list = owner.get("/trust/requests").body;
    assert!(list.contains("Pat Lee") && list.contains("We assess our vendors each year."));
    let id = site.server.identity().wishes().unwrap()[0].id;
    let form = [
        ("document", report.to_string()),
        ("last-day", LAST_DAY.to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let shown = owner.post(&format!("/trust/requests/{id}/approve"), &form);
    let link = link_of(&shown);
    assert!(
        !owner.get("/trust/requests").body.contains(&link),
        "shown once"
    );
    assert_eq!(
        owner
            .post(&format!("/trust/requests/{id}/approve"), &form)
            .status,
        404,
        "answered once"
    );

    let page = pat.get(&link);
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains("This document is meant for a limited circle")
    );
    assert!(
        !page.body.contains(PAT),
        "a link alone does not tell for whom it is"
    );
    assert_eq!(
        download(&mut pat, &site, &link, PAT).status,
        400,
        "the terms first"
    );
    let accepted = accept(&mut pat, &site, &link, "Pat@Customer.example ");
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    assert!(accepted.body.contains("Download your copy"));
    for _ in 0..2 {
        let copy = download(&mut pat, &site, &link, PAT);
        assert_eq!(copy.status, 200, "{}", copy.body);
        assert_eq!(copy.header("content-type"), Some("application/pdf"));
        assert!(
            copy.header("content-disposition")
                .unwrap()
                .starts_with("attachment; filename=\"report.pdf\"")
        );
        if let Some(pages) = text_of(&copy.bytes) {
            assert!(
                pages.len() == 2
                    && pages
                        .iter()
                        .all(|p| p.contains(PAT) && p.contains("2026-07-02T12:00:00Z"))
            );
        }
    }
    let grant = &state(&site).grants[&last_grant(&site)];
    let done: Vec<AccessKind> = grant.accesses.iter().map(|a| a.what).collect();
    let second_use = AccessKind::Downloaded;
    assert_eq!(
        done,
        [
            AccessKind::Viewed,
            AccessKind::Accepted,
            second_use,
            second_use
        ]
    );
    let log = owner.get("/trust/accesses").body;
    assert!(log.contains(PAT) && log.contains("downloaded") && log.contains("accepted the terms"));
    assert_eq!(owner.get("/trust/accesses?as=csv").body.lines().count(), 5);
    assert!(
        owner
            .get("/trust/grants?as=csv")
            .body
            .contains("pat@customer.example,SOC 2 report 2026,accepted")
    );
    let secret = link.rsplit('/').next().unwrap();
    assert!(
        !site
            .database_bytes()
            .windows(64)
            .any(|w| w == secret.as_bytes()),
        "only its hash is kept"
    );
    assert!(!site.written.text().contains(PAT) && !site.written.text().contains(secret));
}

#[test]
fn the_wrong_recipient_gets_nothing() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let link = give(&mut owner, report, PAT);
    let mut other = site.browser();
    for mail in [
        "mallory@evil.example",
        "",
        "pat@customer.example.evil.example",
        "%",
        "pat",
    ] {
        let reply = accept(&mut other, &site, &link, mail);
        assert_eq!(reply.status, 400, "{mail}");
        assert!(!reply.body.contains(PAT), "{mail}");
    }
    let grant = &state(&site).grants[&last_grant(&site)];
    assert!(grant.accepted().is_none());
    // The one it was sent to accepts; whoever finds the link later still cannot use it.
    assert_eq!(accept(&mut site.browser(), &site, &link, PAT).status, 200);
    assert_eq!(
        download(&mut other, &site, &link, "mallory@evil.example").status,
        400
    );
    let guessed = format!("/trust/shared/{}", "0".repeat(64));
    assert_eq!(other.get(&guessed).status, 410);
    assert_eq!(accept(&mut other, &site, &guessed, PAT).status, 410);
}

#[test]
fn guessing_the_recipient_of_a_link_is_slow() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let link = give(&mut owner, report, PAT);
    let mut guesser = site.browser();
    let tried: Vec<u16> = (0..12)
        .map(|n| {
            accept(
                &mut guesser,
                &site,
                &link,
                &format!("p{n}@customer.example"),
            )
            .status
        })
        .collect();
    assert_eq!(tried[9..], [400, 429, 429]);
    assert_eq!(accept(&mut guesser, &site, &link, PAT).status, 429);
    site.clock.turn(HOUR_US);
    assert_eq!(accept(&mut guesser, &site, &link, PAT).status, 200);
}

#[test]
fn other_terms_than_those_shown_are_not_accepted() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let link = give(&mut owner, report, PAT);
    let grant = last_grant(&site).to_string();
    let terms = state(&site).grants[&last_grant(&site)].terms.to_string();
    let (mut pat, zeros) = (site.browser(), "0".repeat(64));
    let tries: [&[(&str, &str)]; 4] = [
        &[
            ("grant", &grant),
            ("mail", PAT),
            ("accept", "yes"),
            ("terms", ""),
        ],
        &[
            ("grant", &grant),
            ("mail", PAT),
            ("accept", "yes"),
            ("terms", &zeros),
        ],
        &[("grant", &grant), ("mail", PAT), ("terms", &terms)],
        &[
            ("grant", "99"),
            ("mail", PAT),
            ("accept", "yes"),
            ("terms", &terms),
        ],
    ];
    for form in tries {
        assert_eq!(
            pat.post(&format!("{link}/accept"), form).status,
            400,
            "{form:?}"
        );
    }
    assert!(state(&site).grants[&last_grant(&site)].accepted().is_none());
}

#[test]
fn revoking_works_at_once_and_a_grant_runs_out() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let link = give(&mut owner, report, PAT);
    let mut pat = site.browser();
    accept(&mut pat, &site, &link, PAT);
    assert_eq!(download(&mut pat, &site, &link, PAT).status, 200);
    let grant = last_grant(&site);
    assert_eq!(
        owner
            .post(
                &format!("/trust/grants/{grant}/revoke"),
                &[("why", "misuse")]
            )
            .status,
        303
    );
    assert_eq!(download(&mut pat, &site, &link, PAT).status, 410);
    assert_eq!(pat.get(&link).status, 410);
    assert_eq!(
        owner
            .post(&format!("/trust/grants/{grant}/link"), &[])
            .status,
        404,
        "no new link to what ended"
    );
    let again = give(&mut owner, report, PAT);
    accept(&mut pat, &site, &again, PAT);
    assert_eq!(download(&mut pat, &site, &again, PAT).status, 200);
    // The last day ends at its end, here in UTC.
    site.clock.turn(30 * DAY_US + 12 * HOUR_US - 1);
    assert_eq!(download(&mut pat, &site, &again, PAT).status, 200);
    site.clock.turn(1);
    assert_eq!(download(&mut pat, &site, &again, PAT).status, 410);
    assert_eq!(pat.get(&again).status, 410);
}

#[test]
fn withdrawing_ends_what_was_given() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let link = give(&mut owner, report, PAT);
    accept(&mut site.browser(), &site, &link, PAT);
    owner.post(
        &format!("/trust/manage/{report}/withdraw"),
        &[("why", "outdated")],
    );
    assert_eq!(download(&mut site.browser(), &site, &link, PAT).status, 410);
    assert!(owner.get("/trust/grants").body.contains("withdrawn"));
}

#[test]
fn a_new_link_voids_the_one_before() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let old = give(&mut owner, report, PAT);
    let new = link_of(&owner.post(&format!("/trust/grants/{}/link", last_grant(&site)), &[]));
    assert_ne!(old, new);
    assert_eq!(
        (
            site.browser().get(&old).status,
            site.browser().get(&new).status
        ),
        (410, 200)
    );
}

#[test]
fn a_prospect_who_signs_in_has_the_same_without_a_link() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let mut prospect = site.member(Role::Prospect);
    let mail = "prospect@acme.example";
    assert!(
        prospect
            .get("/trust/mine")
            .body
            .contains("Nothing is shared with you")
    );
    give(&mut owner, report, mail);
    assert!(prospect.get("/trust").body.contains("Shared with you"));
    let grant = last_grant(&site);
    let (leaf, terms) = (
        grant.to_string(),
        state(&site).grants[&grant].terms.to_string(),
    );
    let form = [
        ("grant", leaf.as_str()),
        ("terms", terms.as_str()),
        ("accept", "yes"),
    ];
    assert_eq!(
        prospect.post("/trust/mine/download", &form).status,
        400,
        "the terms first"
    );
    assert_eq!(prospect.post("/trust/mine/accept", &form).status, 200);
    let copy = prospect.post("/trust/mine/download", &form);
    assert_eq!(copy.status, 200);
    assert!(text_of(&copy.bytes).is_none_or(|pages| pages.iter().all(|p| p.contains(mail))));
    // Somebody else who is signed in has nothing of it.
    let mut other = site.member(Role::Employee);
    assert!(
        other
            .get("/trust/mine")
            .body
            .contains("Nothing is shared with you")
    );
    assert_eq!(other.post("/trust/mine/accept", &form).status, 400);
    assert_eq!(other.post("/trust/mine/download", &form).status, 404);
    assert_eq!(
        site.browser().post("/trust/mine/download", &form).status,
        303,
        "to the door"
    );
}

#[test]
fn nothing_is_handed_out_that_could_not_be_noted() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    let link = give(&mut owner, report, PAT);
    accept(&mut site.browser(), &site, &link, PAT);
    let grant = last_grant(&site);
    // Behind the server's back: the engine knows of the end, the page that was asked for does not yet.
    let before = state(&site).grants[&grant].accesses.len();
    site.company.change(|state| {
        let terms = state.grants.get_mut(&grant).unwrap();
        terms.until = Time::parse("2026-07-02T12:00:01Z").unwrap();
    });
    assert_ne!(download(&mut site.browser(), &site, &link, PAT).status, 200);
    assert_eq!(state(&site).grants[&grant].accesses.len(), before);
}

#[test]
fn the_company_s_own_agreement_is_another_version_and_old_grants_keep_theirs() {
    let (site, mut owner) = Site::owned();
    let report = soc2(&site);
    give(&mut owner, report, PAT);
    let first = state(&site).grants[&last_grant(&site)].terms;
    let form = [
        ("lead", ""),
        ("contact", ""),
        ("terms", "Mutual NDA, version 3: keep it quiet."),
    ];
    assert_eq!(owner.post("/trust/manage/text", &form).status, 303);
    let link = give(&mut owner, report, "quinn@customer.example");
    let second = state(&site).grants[&last_grant(&site)].terms;
    assert_ne!(first, second);
    let page = site.browser().get(&link).body;
    assert!(page.contains("Mutual NDA, version 3") && page.contains("limited circle"));
    assert_eq!(state(&site).trust_terms.len(), 2);
}
