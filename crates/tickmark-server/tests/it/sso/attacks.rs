//! Attacks on single sign-on, each by its name, with a real provider in the middle.

use std::sync::{Arc, Mutex};

use ring::hmac;
use serde_json::{Value, json};
use tickmark_core::model::time::SECOND_US;
use tickmark_server::Role;
use url::Url;

use super::{
    ADA, House,
    provider::{SECRET, Visitor, Way, setup},
};
use crate::site::{Site, place};

/// The address with one parameter changed, or taken away.
fn changed(address: &str, name: &str, value: Option<&str>) -> String {
    let mut url = Url::parse(address).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert!(
        pairs.iter().any(|(n, _)| n == name),
        "{address} has no {name}"
    );
    let mut query = url.query_pairs_mut();
    query.clear();
    for (n, old) in &pairs {
        match value {
            _ if n != name => query.append_pair(n, old),
            Some(value) => query.append_pair(n, value),
            None => &mut query,
        };
    }
    drop(query);
    url.into()
}

fn of(address: &str, name: &str) -> String {
    let url = Url::parse(address).unwrap();
    let mut pairs = url.query_pairs();
    pairs.find(|(n, _)| n == name).unwrap().1.into_owned()
}

/// A house in which Ada is invited.
fn house() -> Option<House> {
    let house = House::usual()?;
    house.invite("ada@acme.example", &place(Role::Owner));
    Some(house)
}

fn base64url(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn wrong_nonce() {
    let Some(house) = house() else { return };
    let guessed = "0".repeat(64);
    for nonce in [Some(guessed.as_str()), None] {
        let mut browser = house.site.browser();
        let there = changed(&house.begin(&mut browser), "nonce", nonce);
        let address = Visitor::default().visit(&there, ADA);
        let reply = house.finish(&mut browser, &address);
        house.refused(&mut browser, &reply, "belongs to another sign-in");
    }
}

#[test]
fn wrong_state() {
    let Some(house) = house() else { return };
    let guessed = "0".repeat(64);
    for state in [Some(guessed.as_str()), Some(""), None] {
        let mut browser = house.site.browser();
        let there = house.begin(&mut browser);
        let address = Visitor::default().visit(&there, ADA);
        let reply = house.finish(&mut browser, &changed(&address, "state", state));
        house.refused(&mut browser, &reply, "not begun in this browser");
        // Guessing uses the sign-in up: the right one comes too late.
        let reply = house.finish(&mut browser, &address);
        house.refused(&mut browser, &reply, "not begun in this browser");
    }
    let asked = house.way.errands.lock().unwrap().len();
    assert_eq!(asked, 1, "nothing but the description was asked for");
}

#[test]
fn the_answer_in_another_browser() {
    let Some(house) = house() else { return };
    let mut victim = house.site.browser();
    let there = house.begin(&mut victim);
    let address = Visitor::default().visit(&there, ADA);
    // Without a begun sign-in, and with one of one's own.
    let mut attacker = house.site.browser();
    let reply = house.finish(&mut attacker, &address);
    house.refused(&mut attacker, &reply, "not begun in this browser");
    house.begin(&mut attacker);
    let reply = house.finish(&mut attacker, &address);
    house.refused(&mut attacker, &reply, "not begun in this browser");
    assert_eq!(
        house.finish(&mut victim, &address).status,
        303,
        "the victim still comes in"
    );
}

#[test]
fn a_stolen_code_with_a_state_of_ones_own() {
    let Some(house) = house() else { return };
    let mut victim = house.site.browser();
    let address = Visitor::default().visit(&house.begin(&mut victim), ADA);
    let mut attacker = house.site.browser();
    let own = house.begin(&mut attacker);
    let forged = changed(&address, "state", Some(&of(&own, "state")));
    // The provider compares the verifier (PKCE): the attacker's browser has another one.
    let reply = house.finish(&mut attacker, &forged);
    house.refused(&mut attacker, &reply, "does not take the code");
}

#[test]
fn replayed_code() {
    let Some(house) = house() else { return };
    let mut browser = house.site.browser();
    let there = house.begin(&mut browser);
    let begun = browser.cookie.clone();
    let address = Visitor::default().visit(&there, ADA);
    assert_eq!(house.finish(&mut browser, &address).status, 303);
    // The same address again, with the cookie of before: the sign-in is used up here.
    let mut thief = house.site.browser();
    thief.cookie = begun;
    let reply = house.finish(&mut thief, &address);
    house.refused(&mut thief, &reply, "not begun in this browser");
    // The same code in a sign-in of its own: it is used up at the provider.
    let own = house.begin(&mut thief);
    let forged = changed(&address, "state", Some(&of(&own, "state")));
    let reply = house.finish(&mut thief, &forged);
    house.refused(&mut thief, &reply, "does not take the code");
}

#[test]
fn other_issuer_in_the_answer() {
    let Some(house) = house() else { return };
    for issuer in [Some("https://evil.example"), Some(""), None] {
        let mut browser = house.site.browser();
        let address = Visitor::default().visit(&house.begin(&mut browser), ADA);
        let reply = house.finish(&mut browser, &changed(&address, "iss", issuer));
        house.refused(&mut browser, &reply, "of another provider");
    }
    let errands = house.way.errands.lock().unwrap().clone();
    assert!(
        !errands.iter().any(|url| url.ends_with("/token")),
        "no code was handed out: {errands:?}"
    );
}

#[test]
fn a_parameter_twice() {
    let Some(house) = house() else { return };
    for name in ["state", "code", "iss"] {
        let mut browser = house.site.browser();
        let address = Visitor::default().visit(&house.begin(&mut browser), ADA);
        let value = of(&address, name);
        let reply = house.finish(&mut browser, &format!("{address}&{name}={value}"));
        assert_eq!(reply.status, 403, "{name}");
    }
}

#[test]
fn the_description_of_another_issuer() {
    let Some(house) = house() else { return };
    let other = house.provider.issuer.replace("127.0.0.1", "localhost");
    let site = Site::start_as(
        |_| {},
        |server| server.single_sign_on(setup(&other, None), Arc::new(Way::new())),
    );
    let reply = site.browser().get("/sign-in/sso");
    assert_eq!(reply.status, 503);
    assert!(
        reply.body.contains("its description names another issuer"),
        "{}",
        reply.body
    );
    assert_eq!(reply.header("set-cookie"), None);
}

#[test]
fn alg_none_and_a_public_key_as_a_secret() {
    let Some(house) = house() else { return };
    let keys = ureq::get(format!("{}/jwks", house.provider.issuer))
        .call()
        .unwrap()
        .body_mut()
        .read_to_vec()
        .unwrap();
    let keys: Value = serde_json::from_slice(&keys).unwrap();
    let modulus = keys["keys"][0]["n"].as_str().unwrap().to_owned();
    let with_header = |header: Value, secret: Option<Vec<u8>>| {
        move |token: &str| {
            let claims = token.split('.').nth(1).unwrap();
            let signed = format!("{}.{claims}", base64url(header.to_string().as_bytes()));
            let signature = secret.as_ref().map_or_else(String::new, |secret| {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
                base64url(hmac::sign(&key, signed.as_bytes()).as_ref())
            });
            format!("{signed}.{signature}")
        }
    };
    for (header, secret) in [
        (json!({"alg": "none"}), None),
        (json!({"alg": "None", "kid": "RS256"}), None),
        (json!({"alg": "HS256"}), Some(SECRET.as_bytes().to_vec())),
        (
            json!({"alg": "HS256", "kid": "RS256"}),
            Some(modulus.into_bytes()),
        ),
        (json!({"alg": "RS256", "kid": "RS256"}), None),
    ] {
        let said = header.to_string();
        house.way.forge(with_header(header, secret));
        let mut browser = house.site.browser();
        let reply = house.come(&mut browser, ADA);
        assert_eq!(reply.status, 403, "{said}: {}", reply.body);
        assert_eq!(browser.get("/account").status, 303, "{said}");
    }
}

#[test]
fn changed_claims_under_the_old_signature() {
    let Some(house) = house() else { return };
    house.way.forge(|token| {
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        parts[1] = base64url(json!({"sub": "admin"}).to_string().as_bytes());
        parts.join(".")
    });
    let mut browser = house.site.browser();
    let reply = house.come(&mut browser, ADA);
    house.refused(&mut browser, &reply, "signature");
}

#[test]
fn the_token_of_another_provider() {
    let (Some(house), Some(other)) = (house(), house()) else {
        return;
    };
    // A second provider of the same kind, with the same client and the same names of keys, vouches for the same person.
    let stolen = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&stolen);
    other.way.forge(move |token| {
        token.clone_into(&mut seen.lock().unwrap());
        token.to_owned()
    });
    assert_eq!(other.come(&mut other.site.browser(), ADA).status, 303);
    house.way.forge(move |_| stolen.lock().unwrap().clone());
    let mut browser = house.site.browser();
    let reply = house.come(&mut browser, ADA);
    house.refused(&mut browser, &reply, "signature");
}

#[test]
fn a_key_that_is_not_published_is_asked_for_once_a_minute() {
    let Some(house) = house() else { return };
    house.way.forge(|token| {
        let (_, rest) = token.split_once('.').unwrap();
        format!("{}.{rest}", base64url(br#"{"alg":"RS256","kid":"new"}"#))
    });
    let asked = || {
        let errands = house.way.errands.lock().unwrap();
        errands.iter().filter(|url| url.ends_with("/jwks")).count()
    };
    for _ in 0..3 {
        let mut browser = house.site.browser();
        let reply = house.come(&mut browser, ADA);
        house.refused(&mut browser, &reply, "a key that it does not publish");
    }
    assert_eq!(asked(), 1, "fetched a moment ago");
    house.site.clock.turn(60 * SECOND_US);
    house.come(&mut house.site.browser(), ADA);
    assert_eq!(asked(), 2);
}

#[test]
fn userinfo_about_somebody_else() {
    let Some(house) = house() else { return };
    *house.way.tamper.lock().unwrap() = Some(Box::new(|errand, delivery| {
        if errand.url.ends_with("/me") {
            delivery.body =
                json!({"sub": "olga-1", "email": "ada@acme.example", "email_verified": true})
                    .to_string()
                    .into_bytes();
        }
    }));
    let mut browser = house.site.browser();
    let reply = house.come(&mut browser, "mallory-1,mallory@acme.example,verified");
    house.refused(&mut browser, &reply, "different people");
}

#[test]
fn an_answer_that_comes_late() {
    let Some(house) = house() else { return };
    let mut browser = house.site.browser();
    let address = Visitor::default().visit(&house.begin(&mut browser), ADA);
    house.site.clock.turn(600 * SECOND_US);
    let reply = house.finish(&mut browser, &address);
    house.refused(&mut browser, &reply, "longer than ten minutes");
    // A clock far ahead of the provider's: the token has run out.
    house.site.clock.turn(86_400 * SECOND_US);
    let reply = house.come(&mut browser, ADA);
    house.refused(&mut browser, &reply, "has run out");
}

#[test]
fn a_provider_that_says_no_or_nothing() {
    let Some(house) = house() else { return };
    let mut browser = house.site.browser();
    let state = of(&house.begin(&mut browser), "state");
    let issuer = &house.provider.issuer;
    let script = "%3Cscript%3Ealert(1)%3C/script%3E";
    for (error, why) in [
        ("access_denied", "did not let you through"),
        (script, "tell who runs this server"),
    ] {
        let mut own = house.site.browser();
        let state = of(&house.begin(&mut own), "state");
        let path = format!(
            "/sign-in/sso/back?error={error}&error_description={script}&state={state}&iss={issuer}"
        );
        let reply = own.get(&path);
        assert!(!reply.body.contains("alert(1)"), "{}", reply.body);
        house.refused(&mut own, &reply, why);
    }
    drop(house.provider);
    let reply = browser.get(&format!("/sign-in/sso/back?code=x&state={state}&iss="));
    assert_eq!(reply.status, 403, "no issuer, no question asked");
    let mut later = house.site.browser();
    house.site.clock.turn(3_600 * SECOND_US);
    let reply = later.get("/sign-in/sso");
    assert_eq!(reply.status, 503);
    assert!(
        reply.body.contains("cannot be fetched") && reply.body.contains("name=\"password\""),
        "{}",
        reply.body
    );
    assert_eq!(reply.header("set-cookie"), None);
}

#[test]
fn nothing_of_it_stands_in_the_log_or_the_database() {
    let Some(house) = house() else { return };
    let mut browser = house.site.browser();
    let there = house.begin(&mut browser);
    let begun = browser.session().to_owned();
    let address = Visitor::default().visit(&there, ADA);
    let mut strangers = house.site.browser();
    assert_eq!(house.finish(&mut browser, &address).status, 303);
    house.come(&mut strangers, "s-1,stranger@evil.example,verified");
    let (log, database) = (house.site.written.text(), house.site.database_bytes());
    let secrets = [
        begun,
        browser.session().to_owned(),
        of(&there, "state"),
        of(&there, "nonce"),
        of(&address, "code"),
        SECRET.to_owned(),
    ];
    for secret in &secrets {
        assert!(!log.contains(secret), "{log}");
        assert!(
            !database
                .windows(secret.len())
                .any(|w| w == secret.as_bytes()),
            "{secret}"
        );
    }
    for person in ["ada", "acme", "evil", "s-1", "127.0.0.1"] {
        assert!(!log.contains(person), "{person}: {log}");
    }
    assert!(
        log.contains(r#""event":"signed in by single sign-on""#),
        "{log}"
    );
    assert!(log.contains(r#""event":"single sign-on refused""#), "{log}");
}
