//! Single sign-on against a real provider: who comes in, as whom, and who does not.

mod attacks;
mod provider;

use std::sync::Arc;

use provider::{Kind, Provider, USUAL, Visitor, Way, back, same_time, setup};
use tickmark_server::{Role, Settings, identity::Place};

use super::{
    browser::{Browser, Reply},
    site::{OWNER_MAIL, PASSWORD, Site, place},
};

const ADA: &str = "ada-1,ada@acme.example,verified";

/// A site with an owner, and its provider.
struct House {
    provider: Provider,
    site: Site,
    way: Arc<Way>,
}

impl House {
    fn open(domain: Option<&str>, kind: Kind, change: impl FnOnce(&mut Settings)) -> Option<Self> {
        let mut provider = Provider::start()?;
        let way = Arc::new(Way::new());
        let set = setup(&provider.issuer, domain);
        let out = Arc::clone(&way);
        let site = Site::start_as(change, |server| server.single_sign_on(set, out));
        site.owner();
        same_time(&site);
        provider.serve(&site, kind);
        Some(Self {
            provider,
            site,
            way,
        })
    }

    fn usual() -> Option<Self> {
        Self::open(None, USUAL, |_| {})
    }

    fn invite(&self, mail: &str, place: &Place) {
        let identity = self.site.server.identity();
        identity.invite(mail, "Ada", place).unwrap();
    }

    /// Begins a sign-in; the browser's cookie remembers it. Gives the address at the provider.
    fn begin(&self, browser: &mut Browser) -> String {
        same_time(&self.site);
        let reply = browser.get("/sign-in/sso?next=%2Faccount");
        assert_eq!(reply.status, 303, "{}", reply.body);
        reply.location().to_owned()
    }

    /// Follows the way back from the provider.
    fn finish(&self, browser: &mut Browser, address: &str) -> Reply {
        same_time(&self.site);
        let path = address.strip_prefix(&self.site.origin());
        browser.get(path.unwrap_or_else(|| panic!("sent elsewhere: {address}")))
    }

    /// All of it, as somebody who types this at the provider.
    fn come(&self, browser: &mut Browser, typed: &str) -> Reply {
        let there = self.begin(browser);
        let address = Visitor::default().visit(&there, typed);
        self.finish(browser, &address)
    }

    /// Somebody who must not come in: one line says why, and there is no session.
    fn refused(&self, browser: &mut Browser, reply: &Reply, why: &str) {
        assert_eq!(reply.status, 403, "{}", reply.body);
        let line = reply.body.split("role=\"alert\">").nth(1).unwrap();
        let line = line.split("</p>").next().unwrap();
        assert!(line.contains(why), "{line}");
        assert!(!line.contains('\n'), "one line: {line}");
        assert_eq!(browser.get("/account").status, 303, "nobody is signed in");
    }
}

#[test]
fn somebody_invited_comes_in_with_each_signature_and_each_way_of_asking() {
    for (alg, auth, mail_in_token) in [
        ("RS256", "client_secret_basic", false),
        ("PS256", "client_secret_post", true),
        ("ES256", "client_secret_basic", true),
        ("EdDSA", "client_secret_post", false),
    ] {
        let kind = Kind {
            alg,
            auth,
            mail_in_token,
        };
        let Some(house) = House::open(None, kind, |_| {}) else {
            return;
        };
        house.invite("ada@acme.example", &place(Role::ComplianceManager));
        let mut browser = house.site.browser();
        let reply = house.come(&mut browser, ADA);
        assert_eq!(
            (reply.status, reply.location()),
            (303, "/account"),
            "{alg}: {}",
            reply.body
        );
        let cookie = reply.header("set-cookie").unwrap();
        assert!(
            cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
            "{cookie}"
        );
        let page = browser.get("/account").body;
        assert!(
            page.contains("ada@acme.example, compliance manager."),
            "{alg}: {page}"
        );
        assert!(page.contains("You come in by single sign-on"), "{page}");
        assert_eq!(browser.get("/controls").status, 200);
    }
}

#[test]
fn what_the_browser_is_sent_with() {
    let Some(house) = House::usual() else { return };
    let mut browser = house.site.browser();
    let reply = browser.get("/sign-in/sso?next=https://evil.example");
    let cookie = reply.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("tickmark-begun=")
            && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600"),
        "{cookie}"
    );
    let url = url::Url::parse(reply.location()).unwrap();
    assert!(reply.location().starts_with(&house.provider.issuer));
    let asked: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    let secret = browser.session().to_owned();
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "tickmark"),
        ("redirect_uri", back(&house.site).as_str()),
        ("scope", "openid email profile"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked[name], value);
    }
    for name in ["state", "nonce", "code_challenge"] {
        assert!(asked[name].len() >= 43 && asked[name] != secret, "{name}");
    }
    let again = browser.get("/sign-in/sso");
    assert_ne!(
        again.location(),
        reply.location(),
        "each sign-in has values of its own"
    );
    // Without a wish that stays here, the way goes on to the start.
    let address = Visitor::default().visit(again.location(), ADA);
    house.invite("ada@acme.example", &place(Role::Employee));
    assert_eq!(house.finish(&mut browser, &address).location(), "/");
}

#[test]
fn once_known_somebody_is_known_by_the_subject_alone() {
    let Some(house) = House::usual() else { return };
    house.invite("ada@acme.example", &place(Role::Employee));
    let mut browser = house.site.browser();
    assert_eq!(house.come(&mut browser, ADA).status, 303);
    let members = house.site.server.identity().members().unwrap();
    let ada = members
        .iter()
        .find(|m| m.viewer.mail == "ada@acme.example")
        .unwrap();
    assert!(ada.joined && ada.elsewhere);
    // A new name, another mail address, none, one that is not verified: the same person.
    for typed in [
        "ada-1,lovelace@acme.example,verified",
        "ada-1",
        "ada-1,olga@acme.example,unverified",
    ] {
        let mut browser = house.site.browser();
        assert_eq!(house.come(&mut browser, typed).status, 303, "{typed}");
        assert!(
            browser.get("/account").body.contains("ada@acme.example"),
            "{typed}"
        );
    }
    // The mail address is given to somebody else: it is not their account.
    let mut other = house.site.browser();
    let reply = house.come(&mut other, "bob-2,ada@acme.example,verified");
    house.refused(&mut other, &reply, "belongs to somebody else");
    // And an owner's address at the provider does not make its holder the owner, once the owner is known by a subject.
    let mut owner = house.site.browser();
    assert_eq!(
        house
            .come(&mut owner, &format!("olga-1,{OWNER_MAIL},verified"))
            .status,
        303
    );
    let mut mallory = house.site.browser();
    let reply = house.come(&mut mallory, &format!("mallory-1,{OWNER_MAIL},verified"));
    house.refused(&mut mallory, &reply, "belongs to somebody else");
}

#[test]
fn nobody_comes_in_uninvited_or_unverified() {
    let Some(house) = House::usual() else { return };
    house.invite("ada@acme.example", &place(Role::Employee));
    for (typed, why) in [
        ("x,stranger@acme.example,verified", "no account here"),
        (
            "x,ada@acme.example,unverified",
            "not say that your mail address is verified",
        ),
        ("x", "not say that your mail address is verified"),
        ("x,no address,verified", "no account here"),
    ] {
        let mut browser = house.site.browser();
        let reply = house.come(&mut browser, typed);
        house.refused(&mut browser, &reply, why);
    }
    // Revoked: neither by mail nor by subject, and not told apart from never invited.
    let mut browser = house.site.browser();
    assert_eq!(house.come(&mut browser, ADA).status, 303);
    let account = house.site.account("ada@acme.example");
    house.site.server.identity().revoke(account).unwrap();
    assert_eq!(browser.get("/account").status, 303, "the session is over");
    let reply = house.come(&mut browser, ADA);
    house.refused(&mut browser, &reply, "no account here");
    // Invited again, it is the same account, and the link to the provider is made anew.
    house.invite("ada@acme.example", &place(Role::Employee));
    assert_eq!(
        house
            .come(&mut browser, "ada-9,ada@acme.example,verified")
            .status,
        303
    );
    assert_eq!(house.site.server.identity().members().unwrap().len(), 2);
}

#[test]
fn people_of_the_domain_come_in_as_employees_and_nobody_else() {
    let Some(house) = House::open(Some("acme.example"), USUAL, |_| {}) else {
        return;
    };
    let mut browser = house.site.browser();
    assert_eq!(
        house
            .come(&mut browser, "new-1,New@Acme.Example,verified")
            .status,
        303
    );
    let page = browser.get("/account").body;
    assert!(
        page.contains("The new-1, new@acme.example, employee."),
        "{page}"
    );
    assert_eq!(browser.get("/controls").status, 403);
    for typed in [
        "x,x@sub.acme.example,verified",
        "x,x@notacme.example,verified",
        "x,x@acme.example.evil.example,verified",
        "x,x@acme.example,unverified",
        "x,x@evil.example@acme.example,verified",
    ] {
        let mut browser = house.site.browser();
        let reply = house.come(&mut browser, typed);
        assert_eq!(reply.status, 403, "{typed}");
    }
    let account = house.site.account("new@acme.example");
    house.site.server.identity().revoke(account).unwrap();
    let mut browser = house.site.browser();
    let reply = house.come(&mut browser, "new-1,new@acme.example,verified");
    house.refused(&mut browser, &reply, "no account here");
}

#[test]
fn before_there_is_an_owner_nobody_of_the_domain_comes_in() {
    let Some(mut provider) = Provider::start() else {
        return;
    };
    let set = setup(&provider.issuer, Some("acme.example"));
    let site = Site::start_as(
        |_| {},
        |server| server.single_sign_on(set, Arc::new(Way::new())),
    );
    same_time(&site);
    provider.serve(&site, USUAL);
    let house = House {
        provider,
        site,
        way: Arc::new(Way::new()),
    };
    let mut browser = house.site.browser();
    let reply = house.come(&mut browser, ADA);
    house.refused(&mut browser, &reply, "no account here");
    assert!(
        house.site.server.first_link().unwrap().is_some(),
        "the first link still works"
    );
}

#[test]
fn signing_out_ends_the_session_here_and_signing_in_ends_the_one_before() {
    let Some(house) = House::usual() else { return };
    house.invite("ada@acme.example", &place(Role::Employee));
    let mut browser = house.site.browser();
    house.come(&mut browser, ADA);
    let first = browser.session().to_owned();
    let there = house.begin(&mut house.site.browser());
    assert!(there.contains("/auth?"));
    // Somebody who is signed in already goes on without the provider.
    assert_eq!(
        browser.get("/sign-in/sso?next=%2Faccount").location(),
        "/account"
    );
    let out = browser.post("/sign-out", &[]);
    assert_eq!((out.status, out.location()), (303, "/sign-in"));
    let page = browser.get("/sign-in").body;
    assert!(
        page.contains("href=\"/sign-in/sso\"") && page.contains("name=\"password\""),
        "{page}"
    );
    let mut old = house.site.browser().with_session(&first);
    assert_eq!(
        old.get("/account").status,
        303,
        "the cookie of before is worth nothing"
    );
    // The invitation's link went with the first sign-in.
    assert_eq!(house.come(&mut browser, ADA).status, 303);
    assert_ne!(browser.session(), first);
}

#[test]
fn the_link_of_an_invitation_is_void_once_its_owner_came_in() {
    let Some(house) = House::usual() else { return };
    let identity = house.site.server.identity();
    let link = identity
        .invite("ada@acme.example", "Ada", &place(Role::Employee))
        .unwrap();
    assert_eq!(house.come(&mut house.site.browser(), ADA).status, 303);
    let path = format!("/welcome/{}", link.reveal());
    assert_eq!(house.site.browser().get(&path).status, 410);
}

#[test]
fn without_passwords_single_sign_on_is_the_only_way() {
    let without = |settings: &mut Settings| settings.policy.passwords = false;
    let Some(house) = House::open(None, USUAL, without) else {
        return;
    };
    let identity = house.site.server.identity();
    let hashed = identity.passwords_hashed();
    let given = [("mail", OWNER_MAIL), ("password", PASSWORD)];
    let mut browser = house.site.browser();
    let reply = browser.post("/sign-in", &given);
    house.refused(&mut browser, &reply, "passwords are switched off here");
    assert_eq!(
        identity.passwords_hashed(),
        hashed,
        "nothing is even looked at"
    );
    assert!(!reply.body.contains("name=\"password\""), "{}", reply.body);
    let link = identity
        .invite("ada@acme.example", "Ada", &place(Role::Employee))
        .unwrap();
    let form = [("name", "Ada"), ("password", PASSWORD), ("again", PASSWORD)];
    let reply = browser.post(&format!("/welcome/{}", link.reveal()), &form);
    assert_eq!(reply.status, 400, "{}", reply.body);
    assert_eq!(
        house
            .come(&mut browser, &format!("olga-1,{OWNER_MAIL},verified"))
            .status,
        303
    );
    let invited = browser.post(
        "/users",
        &[
            ("mail", "bob@acme.example"),
            ("name", "Bob"),
            ("role", "employee"),
        ],
    );
    assert_eq!(invited.status, 200);
    assert!(
        !invited.body.contains("/welcome/"),
        "a link that lets nobody in is not shown"
    );
}

#[test]
fn without_single_sign_on_there_is_no_such_address() {
    let (site, _) = Site::owned();
    for path in ["/sign-in/sso", "/sign-in/sso/back?code=x&state=y"] {
        assert_eq!(site.browser().get(path).status, 404, "{path}");
    }
    assert!(!site.browser().get("/sign-in").body.contains("/sign-in/sso"));
}
