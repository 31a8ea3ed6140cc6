//! Attacks, each by its name.

use tickmark_server::Role;

use super::{
    browser::File,
    company::EVIDENCE,
    site::{OWNER_MAIL, PASSWORD, Site},
};

#[test]
fn session_fixation() {
    let (site, _) = Site::owned();
    let mut victim = site.browser();
    // The attacker has planted a session of their own choice, and one of their own account.
    for planted in ["planted", site.member(Role::Employee).session()] {
        victim.cookie = Some(format!("tickmark={planted}"));
        victim.post("/sign-in", &[("mail", OWNER_MAIL), ("password", PASSWORD)]);
        assert_ne!(victim.session(), planted);
        assert_eq!(
            site.browser().with_session(planted).get("/account").status,
            303
        );
    }
}

#[test]
fn a_second_cookie_of_the_same_name() {
    let (site, owner) = Site::owned();
    let mut browser = site.browser();
    browser.cookie = Some(format!("tickmark=planted; tickmark={}", owner.session()));
    assert_eq!(browser.get("/account").status, 303);
}

#[test]
fn replayed_one_time_link() {
    let site = Site::start();
    let path = site.server.first_link().unwrap().unwrap();
    let form = [
        ("mail", OWNER_MAIL),
        ("name", "Olga"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    assert_eq!(site.browser().post(&path, &form).status, 303);
    let mallory = [
        ("mail", "mallory@evil.example"),
        ("name", "M"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    assert_eq!(site.browser().post(&path, &mallory).status, 410);
    assert_eq!(site.server.identity().members().unwrap().len(), 1);
}

#[test]
fn one_time_link_taken_up_by_two_at_once() {
    let site = Site::start();
    let path = site.server.first_link().unwrap().unwrap();
    let outcomes: Vec<u16> = std::thread::scope(|scope| {
        let takers: Vec<_> = (0..8)
            .map(|n| {
                let (path, mut browser) = (path.clone(), site.browser());
                scope.spawn(move || {
                    let mail = format!("taker{n}@acme.example");
                    let form = [
                        ("mail", mail.as_str()),
                        ("name", "T"),
                        ("password", PASSWORD),
                        ("again", PASSWORD),
                    ];
                    browser.post(&path, &form).status
                })
            })
            .collect();
        takers.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(
        outcomes.iter().filter(|s| **s == 303).count(),
        1,
        "{outcomes:?}"
    );
    assert_eq!(site.server.identity().members().unwrap().len(), 1);
}

#[test]
fn forged_forms() {
    let (site, mut owner) = Site::owned();
    let own = site.origin();
    let forged: [(&str, Vec<(&str, &str)>); 8] = [
        ("foreign origin", vec![("origin", "https://evil.example")]),
        (
            "foreign origin that claims to be ours",
            vec![
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "same-origin"),
            ],
        ),
        ("no origin", vec![]),
        ("null origin", vec![("origin", "null")]),
        (
            "cross-site",
            vec![("origin", &own), ("sec-fetch-site", "cross-site")],
        ),
        (
            "same-site",
            vec![("origin", &own), ("sec-fetch-site", "same-site")],
        ),
        ("typed", vec![("origin", &own), ("sec-fetch-site", "none")]),
        ("another port", vec![("origin", "http://127.0.0.1:1")]),
    ];
    for (what, headers) in forged {
        for path in [
            "/users",
            "/do/test",
            "/sign-out",
            "/account/tokens",
            "/api/v1/evidence",
        ] {
            let form = [
                ("mail", "m@evil.example"),
                ("name", "M"),
                ("role", "owner"),
                ("scope", "read"),
                ("days", "1"),
            ];
            assert_eq!(
                owner.post_with(path, &form, &headers).status,
                403,
                "{what} {path}"
            );
        }
    }
    assert_eq!(site.server.identity().members().unwrap().len(), 1);
    assert!(site.company.deeds.lock().unwrap().is_empty());
    assert_eq!(owner.get("/users").status, 200, "still signed in");
}

#[test]
fn host_header() {
    let (site, owner) = Site::owned();
    let cookie = owner.cookie.clone().unwrap();
    for host in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example@localhost",
        "",
    ] {
        let answer = site.raw(&format!(
            "GET /users HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
        ));
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["421", "400"].contains(&status), "{host}: {answer}");
        assert!(
            !answer.contains("Olga") && !answer.contains("evil"),
            "{answer}"
        );
    }
    let twice =
        "GET /users HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    assert!(!site.raw(twice).starts_with("HTTP/1.1 200"));
    let absolute = format!(
        "GET http://evil.example/users HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
    );
    assert!(
        site.raw(&absolute).starts_with("HTTP/1.1 421"),
        "{}",
        site.raw(&absolute)
    );
}

#[test]
fn open_redirect() {
    let (site, _) = Site::owned();
    for next in [
        "/\\evil.example",
        "//evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "/\r\nlocation: https://evil.example",
        "javascript:alert(1)",
        "/%09/evil.example%0d%0a",
        "///evil.example",
    ] {
        let reply = site.browser().post(
            "/sign-in",
            &[("next", next), ("mail", OWNER_MAIL), ("password", PASSWORD)],
        );
        assert_eq!(reply.status, 303, "{next:?}");
        let place = reply.location();
        assert!(
            place == "/" || (place.starts_with("/%09") && !place.contains('\\')),
            "{next:?}: {place}"
        );
    }
}

#[test]
fn sign_in_tells_nothing_about_who_is_known() {
    let (site, _) = Site::owned();
    let identity = site.server.identity();
    let revoked = site.member(Role::Employee);
    drop(revoked);
    identity
        .revoke(site.account("employee@acme.example"))
        .unwrap();
    identity
        .invite(
            "invited@acme.example",
            "Invited",
            &super::site::place(Role::Employee),
        )
        .unwrap();
    let mut bodies = Vec::new();
    for mail in [
        OWNER_MAIL,
        "nobody@acme.example",
        "employee@acme.example",
        "invited@acme.example",
        "no address",
    ] {
        let before = identity.passwords_hashed();
        let reply = site.browser().post(
            "/sign-in",
            &[("mail", mail), ("password", "wrong and wrong")],
        );
        // The same work (one password hashed), the same status, the same page.
        assert_eq!(identity.passwords_hashed() - before, 1, "{mail}");
        assert_eq!(reply.status, 403, "{mail}");
        bodies.push(reply.body.replace(mail, "MAIL"));
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
}

#[test]
fn a_revoked_member_keeps_nothing() {
    let (site, mut owner) = Site::owned();
    let mut member = site.member(Role::ComplianceManager);
    let mut second = site.browser();
    let mail = "compliance-manager@acme.example";
    second.post("/sign-in", &[("mail", mail), ("password", PASSWORD)]);
    let token = super::api::token_of(&member.post(
        "/account/tokens",
        &[("name", "ci"), ("scope", "read"), ("days", "9")],
    ));
    let account = site.account(mail);
    let recovery = site.server.identity().recovery_link(account).unwrap();
    assert_eq!(
        owner.post(&format!("/users/{account}/revoke"), &[]).status,
        303
    );
    assert_eq!(member.get("/account").status, 303, "session");
    assert_eq!(second.get("/account").status, 303, "other session");
    let bearer = format!("Bearer {token}");
    assert_eq!(
        site.browser()
            .get_with("/api/v1/program", &[("authorization", &bearer)])
            .status,
        401,
        "token"
    );
    assert_eq!(
        site.browser()
            .get(&format!("/welcome/{}", recovery.reveal()))
            .status,
        410,
        "link"
    );
    assert_eq!(
        second
            .post("/sign-in", &[("mail", mail), ("password", PASSWORD)])
            .status,
        403,
        "password"
    );
    assert_eq!(
        owner.post(&format!("/users/{account}/link"), &[]).status,
        404,
        "no new link either"
    );
}

#[test]
fn path_traversal() {
    let (site, owner) = Site::owned();
    let cookie = owner.cookie.clone().unwrap();
    for path in [
        "/documents/../../server.db",
        "/documents/%2e%2e/%2e%2e/server.db",
        "/documents/..%2f..%2fserver.db",
        "/documents//etc/passwd",
        "/documents/%00",
        "/documents/%ff",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/x",
        "/controls/..%2f..%2fx",
        "/populations/%2e%2e",
        "/reports/..%2f..%2fetc/passwd",
        "/evidence/..%2f1/file",
        "/evidence/99999999999999999999/file",
        "/evidence/-1",
        "/ledger/0x1",
        "/ledger/%31%00",
    ] {
        let answer = site.raw(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"));
        assert!(
            answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"),
            "{path}: {answer}"
        );
        assert!(
            !answer.contains("SQLite") && !answer.contains("root:"),
            "{path}"
        );
    }
}

#[test]
fn header_injection_in_file_names() {
    let (site, mut owner) = Site::owned();
    for name in [
        "a\"\r\nset-cookie: x=1\r\n\r\n<script>.html",
        "x\nlocation: //evil.example",
        "\u{202e}fdp.exe",
        "../../../etc/passwd",
        "a\u{0}b.html",
        "; filename=evil.html",
        "\u{1F600}.pdf",
        "",
    ] {
        *site.company.file_name.lock().unwrap() = name.to_owned();
        let reply = owner.get(&format!("/evidence/{EVIDENCE}/file"));
        assert_eq!(reply.status, 200, "{name:?}");
        let shown = reply.header("content-disposition").unwrap();
        assert!(shown.starts_with("attachment; filename=\""), "{shown}");
        assert_eq!(shown.matches('"').count(), 2, "{shown}");
        assert_eq!(shown.matches(';').count(), 2, "{shown}");
        assert!(!shown.contains("..") && !shown.contains('/'), "{shown}");
        assert_eq!(reply.header("set-cookie"), None);
        assert_eq!(reply.header("location"), None);
    }
}

#[test]
fn script_in_what_people_type() {
    let (site, mut owner) = Site::owned();
    let script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let form = [
        ("mail", "x@acme.example"),
        ("name", script),
        ("role", "control-owner"),
        ("stands-for", script),
    ];
    assert_eq!(owner.post("/users", &form).status, 200);
    owner.post(
        "/account/tokens",
        &[("name", script), ("scope", "read"), ("days", "9")],
    );
    let refused = site.browser().post(
        "/sign-in",
        &[
            ("mail", script),
            ("password", "wrong and wrong"),
            ("next", script),
        ],
    );
    for page in [
        owner.get("/users").body,
        owner.get("/account").body,
        refused.body,
    ] {
        assert!(
            !page.contains("<script>") && !page.contains("<img"),
            "{page}"
        );
    }
}

#[test]
fn a_get_changes_nothing() {
    let (site, mut owner) = Site::owned();
    for path in [
        "/do/test",
        "/do/collect",
        "/do/adopt",
        "/do/evidence",
        "/sign-out",
        "/users/1/revoke",
        "/account/tokens",
    ] {
        assert_eq!(owner.get(path).status, 405, "{path}");
    }
    assert!(site.company.deeds.lock().unwrap().is_empty());
    assert_eq!(owner.get("/users").status, 200);
}

#[test]
fn evidence_for_the_control_of_somebody_else() {
    let (site, _) = Site::owned();
    let mut member = site.member(Role::ControlOwner);
    for control in ["XYZ-99", "", "CHG-01/../IAM-02", "chg-01"] {
        let file = File {
            fields: &[("control", control), ("covers", "2026-01-01..2026-03-31")],
            name: "a.txt",
            bytes: "x",
        };
        let status = member.upload_here("/do/evidence", &file).status;
        assert_eq!(status, 404, "{control}");
    }
    assert!(site.company.deeds.lock().unwrap().is_empty());
}

#[test]
fn a_token_is_no_session_and_a_session_no_token() {
    let (site, mut owner) = Site::owned();
    let token = super::api::token_of(&owner.post(
        "/account/tokens",
        &[("name", "ci"), ("scope", "read"), ("days", "9")],
    ));
    assert_eq!(
        site.browser().with_session(&token).get("/account").status,
        303
    );
    let bearer = format!("Bearer {token}");
    assert_eq!(
        site.browser()
            .get_with("/users", &[("authorization", &bearer)])
            .status,
        303,
        "pages take no tokens"
    );
    for wrong in [owner.session(), "tmk_", "tmk_0000", "", "tmk_' OR 1=1 --"] {
        let bearer = format!("Bearer {wrong}");
        // Even with the owner's cookie: who shows a token is who the token says.
        assert_eq!(
            owner
                .clone()
                .get_with("/api/v1/program", &[("authorization", &bearer)])
                .status,
            401,
            "{wrong}"
        );
    }
}
