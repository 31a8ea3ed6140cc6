//! Coming in: the first link, signing in, second factor, sessions and their ends.

use tickmark_core::model::{
    clock::Clock as _,
    time::{DAY_US, HOUR_US, SECOND_US},
};
use tickmark_server::{Role, identity::Credentials};

use super::site::{OWNER_MAIL, PASSWORD, Site, place};

/// What an authenticator shows for a secret now (RFC 6238, written again for the test with other means).
pub fn code(secret: &str, site: &Site) -> String {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut bits = String::new();
    for letter in secret.chars() {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
        bits += &format!("{value:05b}");
    }
    let key: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    let step = site.clock.now().micros() / SECOND_US / 30;
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let tag = mac.finalize().into_bytes();
    let at = usize::from(tag[19] & 15);
    let word = u32::from_be_bytes([tag[at], tag[at + 1], tag[at + 2], tag[at + 3]]);
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

#[test]
fn the_first_to_come_chooses_mail_name_and_password_and_owns_the_program() {
    let site = Site::start();
    let path = site.server.first_link().unwrap().unwrap();
    let mut browser = site.browser();
    assert!(browser.get(&path).body.contains("You are the first"));
    let form = [
        ("mail", " Olga@Acme.example "),
        ("name", "Olga"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    let reply = browser.post(&path, &form);
    assert_eq!(
        (reply.status, reply.location()),
        (303, "/account"),
        "{}",
        reply.body
    );
    let cookie = reply.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("tickmark=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    assert!(browser.get("/account").body.contains("olga@acme.example"));
    assert_eq!(browser.get("/users").status, 200);
    assert_eq!(
        site.server.first_link().unwrap(),
        None,
        "there is an owner now"
    );
}

#[test]
fn a_new_first_link_voids_the_one_before_and_each_runs_out() {
    let site = Site::start();
    let one = site.server.first_link().unwrap().unwrap();
    let two = site.server.first_link().unwrap().unwrap();
    let mut browser = site.browser();
    assert_eq!(browser.get(&one).status, 410);
    assert_eq!(browser.get(&two).status, 200);
    site.clock.turn(DAY_US);
    assert_eq!(browser.get(&two).status, 410);
}

#[test]
fn a_password_that_will_not_do_does_not_use_up_the_link() {
    let site = Site::start();
    let path = site.server.first_link().unwrap().unwrap();
    let mut browser = site.browser();
    for (password, again) in [("short", "short"), (PASSWORD, "another one entirely")] {
        let form = [
            ("mail", OWNER_MAIL),
            ("name", "Olga"),
            ("password", password),
            ("again", again),
        ];
        assert_eq!(browser.post(&path, &form).status, 400);
    }
    let form = [
        ("mail", OWNER_MAIL),
        ("name", "Olga"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    assert_eq!(browser.post(&path, &form).status, 303);
}

#[test]
fn behind_tls_the_cookie_is_bound_to_the_host() {
    let site = Site::start_with(|settings| settings.tls = true);
    let path = site.server.first_link().unwrap().unwrap();
    let mut browser = site.browser();
    let form = [
        ("mail", OWNER_MAIL),
        ("name", "Olga"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    let reply = browser.post_with(&path, &form, &[("sec-fetch-site", "same-origin")]);
    let cookie = reply.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-tickmark=")
            && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert_eq!(browser.get("/account").status, 200);
}

#[test]
fn somebody_signs_in_goes_where_they_wanted_and_out_again() {
    let (site, _) = Site::owned();
    let mut browser = site.browser();
    let door = browser.get("/tests/CHG-01.approval?page=2");
    assert_eq!(
        door.location(),
        "/sign-in?next=%2Ftests%2FCHG-01.approval%3Fpage%3D2"
    );
    let page = browser.get(door.location());
    assert!(
        page.body
            .contains("value=\"/tests/CHG-01.approval?page=2\""),
        "{}",
        page.body
    );
    let form = [
        ("next", "/tests/CHG-01.approval?page=2"),
        ("mail", OWNER_MAIL),
        ("password", PASSWORD),
    ];
    let reply = browser.post("/sign-in", &form);
    assert_eq!(
        (reply.status, reply.location()),
        (303, "/tests/CHG-01.approval?page=2")
    );
    assert_eq!(browser.get("/users").status, 200);
    let before = browser.clone();
    assert_eq!(browser.post("/sign-out", &[]).location(), "/sign-in");
    assert_eq!(browser.cookie, None);
    assert_eq!(
        before.clone().get("/users").status,
        303,
        "the session is gone, not only the cookie"
    );
}

#[test]
fn with_a_second_factor_a_code_is_asked_for_and_works_once() {
    let (site, mut owner) = Site::owned();
    let page = owner.post("/account/second-factor", &[]);
    let secret = page
        .body
        .split("code class=\"secret\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        owner
            .post("/account/second-factor/confirm", &[("code", "000000")])
            .status,
        400
    );
    let now = code(&secret, &site);
    assert_eq!(
        owner
            .post("/account/second-factor/confirm", &[("code", &now)])
            .status,
        303
    );

    let mut other = site.browser();
    let enter = |browser: &mut super::browser::Browser, code: &str| {
        browser
            .post(
                "/sign-in",
                &[("mail", OWNER_MAIL), ("password", PASSWORD), ("code", code)],
            )
            .status
    };
    assert_eq!(enter(&mut other, ""), 403, "no code");
    assert_eq!(
        enter(&mut other, &now),
        403,
        "used already, when it was confirmed"
    );
    site.clock.turn(30 * SECOND_US);
    let now = code(&secret, &site);
    assert_eq!(enter(&mut other, &now), 303);
    assert_eq!(enter(&mut site.browser(), &now), 403, "used already");
    site.clock.turn(60 * SECOND_US);
    let form = [("present", PASSWORD)];
    assert_eq!(other.post("/account/second-factor/end", &form).status, 303);
    assert_eq!(
        enter(&mut site.browser(), ""),
        303,
        "not asked for any more"
    );
}

#[test]
fn a_session_ends_when_idle_and_however_busy_after_half_a_day() {
    let (site, mut owner) = Site::owned();
    for _ in 0..23 {
        site.clock.turn(HOUR_US / 2 - SECOND_US);
        assert_eq!(owner.get("/users").status, 200);
    }
    site.clock.turn(HOUR_US / 2 - SECOND_US);
    assert_eq!(owner.get("/users").status, 200, "11:59:36");
    site.clock.turn(HOUR_US / 2 - SECOND_US);
    assert_eq!(owner.get("/users").status, 303, "longer than 12 hours");

    let mut again = site.browser();
    again.post("/sign-in", &[("mail", OWNER_MAIL), ("password", PASSWORD)]);
    assert_eq!(again.get("/users").status, 200);
    site.clock.turn(HOUR_US / 2);
    assert_eq!(again.get("/users").status, 303, "idle for half an hour");
}

#[test]
fn a_clock_set_back_ends_sessions_instead_of_prolonging_them() {
    let (site, mut owner) = Site::owned();
    assert_eq!(owner.get("/users").status, 200);
    site.clock.turn(-DAY_US);
    assert_eq!(owner.get("/users").status, 303);
}

#[test]
fn a_new_password_ends_all_other_sessions_and_tokens() {
    let (site, mut owner) = Site::owned();
    let mut other = site.browser();
    other.post("/sign-in", &[("mail", OWNER_MAIL), ("password", PASSWORD)]);
    let page = owner.post(
        "/account/tokens",
        &[("name", "ci"), ("scope", "read"), ("days", "30")],
    );
    let token = super::api::token_of(&page);
    let before = owner.session().to_owned();
    let form = [
        ("present", PASSWORD),
        ("password", "four words are enough"),
        ("again", "four words are enough"),
    ];
    assert_eq!(owner.post("/account/password", &form).status, 303);
    assert_ne!(owner.session(), before, "rotated");
    assert_eq!(owner.get("/users").status, 200);
    assert_eq!(other.get("/users").status, 303);
    assert_eq!(
        site.browser().with_session(&before).get("/users").status,
        303
    );
    let bearer = format!("Bearer {token}");
    assert_eq!(
        site.browser()
            .get_with("/api/v1/program", &[("authorization", &bearer)])
            .status,
        401
    );
    assert_eq!(
        site.browser()
            .post("/sign-in", &[("mail", OWNER_MAIL), ("password", PASSWORD)])
            .status,
        403
    );
}

#[test]
fn guessing_is_slowed_down_and_does_not_lock_out_others() {
    let (site, _) = Site::owned();
    let mut guesser = site.browser();
    for _ in 0..10 {
        let reply = guesser.post(
            "/sign-in",
            &[("mail", OWNER_MAIL), ("password", "wrong and wrong")],
        );
        assert_eq!(reply.status, 403);
    }
    let reply = guesser.post("/sign-in", &[("mail", OWNER_MAIL), ("password", PASSWORD)]);
    assert_eq!(reply.status, 429, "even with the right one");
    assert_eq!(reply.header("retry-after"), Some("900"));
    let given = Credentials {
        mail: OWNER_MAIL,
        password: PASSWORD,
        code: "",
    };
    let elsewhere = "192.0.2.9".parse().unwrap();
    assert!(
        site.server
            .identity()
            .sign_in(given, elsewhere, None)
            .is_ok(),
        "from another address"
    );
    site.clock.turn(900 * SECOND_US);
    assert_eq!(
        guesser
            .post("/sign-in", &[("mail", OWNER_MAIL), ("password", PASSWORD)])
            .status,
        303
    );
}

#[test]
fn a_client_cannot_choose_the_address_it_is_counted_under() {
    let (site, _) = Site::owned();
    let mut guesser = site.browser();
    let origin = site.origin();
    let mut last = 0;
    for n in 0..11 {
        let forged = format!("203.0.113.{n}");
        let form = [("mail", OWNER_MAIL), ("password", "wrong and wrong")];
        last = guesser
            .post_with(
                "/sign-in",
                &form,
                &[("origin", &origin), ("x-forwarded-for", &forged)],
            )
            .status;
    }
    assert_eq!(last, 429);
}

#[test]
fn an_owner_helps_somebody_who_lost_everything() {
    let (site, mut owner) = Site::owned();
    let mut lost = site.member(Role::Employee);
    let account = site.account("employee@acme.example");
    let page = owner.post(&format!("/users/{account}/link"), &[]);
    let link = page
        .body
        .split("/welcome/")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        lost.get("/account").status,
        200,
        "nothing changes before the link is taken up"
    );
    let mut browser = site.browser();
    let form = [
        ("name", "Emma"),
        ("password", "four words are enough"),
        ("again", "four words are enough"),
    ];
    assert_eq!(browser.post(&format!("/welcome/{link}"), &form).status, 303);
    assert!(
        browser
            .get("/account")
            .body
            .contains("Emma, employee@acme.example, employee.")
    );
    assert_eq!(lost.get("/account").status, 303, "older sessions are over");
}

#[test]
fn no_secret_stands_in_the_database_or_in_the_log() {
    let (site, mut owner) = Site::owned();
    let page = owner.post(
        "/account/tokens",
        &[("name", "ci"), ("scope", "read"), ("days", "30")],
    );
    let token = super::api::token_of(&page);
    let link = site
        .server
        .identity()
        .invite("guest@acme.example", "Guest", &place(Role::Employee))
        .unwrap();
    site.browser().get(&format!("/welcome/{}", link.reveal()));
    site.browser().post(
        "/sign-in",
        &[("mail", OWNER_MAIL), ("password", "wrong and wrong")],
    );
    let (database, log) = (site.database_bytes(), site.written.text());
    for secret in [
        token.as_str(),
        owner.session(),
        link.reveal(),
        PASSWORD,
        "wrong and wrong",
    ] {
        assert!(
            !database
                .windows(secret.len())
                .any(|w| w == secret.as_bytes()),
            "{secret}"
        );
        assert!(!log.contains(secret), "{log}");
    }
    assert!(
        !log.contains("acme") && !log.contains("Olga") && !log.contains("127.0.0.1"),
        "{log}"
    );
    assert!(log.contains(r#""event":"sign-in refused""#), "{log}");
    assert!(log.contains(r#""route":"/welcome/{link}""#), "{log}");
}
