//! Members: invited, moved, revoked; and always somebody who owns.

use tickmark_core::model::time::DAY_US;
use tickmark_server::Role;

use super::site::{OWNER_MAIL, Site};

#[test]
fn an_auditor_is_invited_for_the_period_shown_and_until_a_day() {
    let (site, mut owner) = Site::owned();
    let form = [
        ("mail", "ada@firm.example"),
        ("name", "Ada"),
        ("role", "auditor"),
        ("engagement", "SOC 2 Type 2"),
        ("last-day", "2026-07-31"),
    ];
    let page = owner.post("/users", &form);
    assert_eq!(page.status, 200, "{}", page.body);
    let link = page
        .body
        .split("/welcome/")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let mut auditor = site.browser();
    let form = [
        ("name", "Ada"),
        ("password", "four words are enough"),
        ("again", "four words are enough"),
    ];
    assert_eq!(auditor.post(&format!("/welcome/{link}"), &form).status, 303);
    assert_eq!(auditor.get("/controls").status, 200);
    assert_eq!(auditor.get("/bundle").status, 200);
    assert_eq!(auditor.post("/do/test", &[]).status, 403, "changes nothing");
    let members = site.server.identity().members().unwrap();
    let ada = members.iter().find(|m| m.viewer.name == "Ada").unwrap();
    let engagement = ada.viewer.engagement.clone().unwrap();
    assert_eq!(
        engagement.period.unwrap().to_string(),
        super::company::PERIOD
    );
    assert_eq!(engagement.until.to_string(), "2026-08-01T00:00:00Z");
    site.clock.turn(31 * DAY_US);
    let given = [
        ("mail", "ada@firm.example"),
        ("password", "four words are enough"),
    ];
    auditor.post("/sign-in", &given);
    assert_eq!(
        auditor.get("/controls").status,
        303,
        "the engagement is over"
    );
}

#[test]
fn what_cannot_be_is_refused_alike_when_inviting_and_when_moving() {
    let (site, mut owner) = Site::owned();
    site.member(Role::Employee);
    let account = site.account("employee@acme.example");
    let impossible: [&[(&str, &str)]; 5] = [
        &[("role", "god")],
        &[],
        &[("role", "auditor")],
        &[
            ("role", "auditor"),
            ("engagement", "x"),
            ("last-day", "2026-01-31"),
        ],
        &[
            ("role", "auditor"),
            ("engagement", "x"),
            ("last-day", "tomorrow"),
        ],
    ];
    for place in impossible {
        let invited = [&[("mail", "new@acme.example"), ("name", "New")], place].concat();
        assert_eq!(owner.post("/users", &invited).status, 400, "{place:?}");
        assert_eq!(
            owner.post(&format!("/users/{account}/place"), place).status,
            400,
            "{place:?}"
        );
    }
    for mail in [
        "",
        "nobody",
        "a@b@c",
        "a b@c",
        "x@y>\r\nbcc: z@w",
        OWNER_MAIL,
    ] {
        let form = [("mail", mail), ("name", "New"), ("role", "employee")];
        assert_eq!(owner.post("/users", &form).status, 400, "{mail:?}");
    }
    assert_eq!(site.server.identity().members().unwrap().len(), 2);
}

#[test]
fn the_last_owner_stays() {
    let (site, mut owner) = Site::owned();
    let me = site.account(OWNER_MAIL);
    assert_eq!(owner.post(&format!("/users/{me}/revoke"), &[]).status, 400);
    assert_eq!(
        owner
            .post(&format!("/users/{me}/place"), &[("role", "employee")])
            .status,
        400
    );
    assert_eq!(owner.get("/users").status, 200);
    // An owner who has not come in yet does not count.
    let form = [
        ("mail", "second@acme.example"),
        ("name", "Second"),
        ("role", "owner"),
    ];
    assert_eq!(owner.post("/users", &form).status, 200);
    assert_eq!(owner.post(&format!("/users/{me}/revoke"), &[]).status, 400);
}

#[test]
fn a_role_that_changes_ends_what_was_given_for_the_old_one_at_once() {
    let (site, mut owner) = Site::owned();
    let mut manager = site.member(Role::ComplianceManager);
    let account = site.account("compliance-manager@acme.example");
    let token = super::api::token_of(&manager.post(
        "/account/tokens",
        &[("name", "ci"), ("scope", "run"), ("days", "9")],
    ));
    assert_eq!(manager.get("/ledger").status, 200);
    assert_eq!(
        owner
            .post(&format!("/users/{account}/place"), &[("role", "employee")])
            .status,
        303
    );
    assert_eq!(manager.get("/ledger").status, 303, "signed out");
    let bearer = format!("Bearer {token}");
    assert_eq!(
        site.browser()
            .get_with("/api/v1/openapi.json", &[("authorization", &bearer)])
            .status,
        401
    );
    manager.post(
        "/sign-in",
        &[
            ("mail", "compliance-manager@acme.example"),
            ("password", super::site::PASSWORD),
        ],
    );
    assert_eq!(manager.get("/ledger").status, 403, "an employee now");
}

#[test]
fn somebody_revoked_can_be_invited_again_and_has_nothing_of_before() {
    let (site, mut owner) = Site::owned();
    site.member(Role::ComplianceManager);
    let account = site.account("compliance-manager@acme.example");
    owner.post(&format!("/users/{account}/revoke"), &[]);
    let form = [
        ("mail", "compliance-manager@acme.example"),
        ("name", "Back"),
        ("role", "employee"),
    ];
    assert_eq!(owner.post("/users", &form).status, 200);
    let members = site.server.identity().members().unwrap();
    let back = members
        .iter()
        .find(|m| m.viewer.account == account)
        .unwrap();
    assert_eq!(
        (back.viewer.role, back.joined, back.revoked),
        (Role::Employee, false, None)
    );
    let mut old = site.browser();
    let given = [
        ("mail", "compliance-manager@acme.example"),
        ("password", super::site::PASSWORD),
    ];
    assert_eq!(old.post("/sign-in", &given).status, 403);
}

#[test]
fn an_engagement_is_bound_to_the_period_that_the_form_shows() {
    let (site, mut owner) = Site::owned();
    let page = owner.get("/users").body;
    assert!(
        page.contains(&format!("value=\"{}\" readonly", super::company::PERIOD)),
        "{page}"
    );
    let form = |period: &'static str| {
        [
            ("mail", "ada@firm.example"),
            ("name", "Ada"),
            ("role", "auditor"),
            ("engagement", "SOC 2 Type 2"),
            ("last-day", "2026-07-31"),
            ("period", period),
        ]
    };
    for wrong in ["2025-01-01..2025-12-31", "2026-01-01..2026-06-29", "soon"] {
        let refused = owner.post("/users", &form(wrong));
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(refused.body.contains(super::company::PERIOD));
    }
    assert_eq!(site.server.identity().members().unwrap().len(), 1);
    assert_eq!(
        owner.post("/users", &form(super::company::PERIOD)).status,
        200
    );
    let listed = owner.get("/users").body;
    assert!(
        listed.contains(&format!("period {}", super::company::PERIOD)),
        "{listed}"
    );
}
