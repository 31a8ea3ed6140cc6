//! Every route for every role, over HTTP, as the matrix says; and the matrix as people read it.

use tickmark_server::{
    Role,
    identity::Place,
    routes::{Cell, Row, matrix, print},
};

use super::{
    browser::{Browser, File, Reply},
    company::EVIDENCE,
    handing::wish,
    pages::duty::CONDUCT,
    site::{OWNER_MAIL, PASSWORD, Site, engagement, place},
};

#[test]
fn the_matrix_as_people_read_it() {
    insta::assert_snapshot!("matrix", print());
}

#[test]
fn the_documentation_has_the_same_matrix() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rights.md");
    let text = std::fs::read_to_string(file).unwrap();
    assert!(
        text.contains(&print()),
        "copy the matrix of tests/it/snapshots into docs/rights.md"
    );
}

/// Those of pages; the API has a company that lives (`api/rights.rs`).
fn pages() -> Vec<Row> {
    let api = |row: &Row| row.path.starts_with("/api/v1/");
    matrix().into_iter().filter(|row| !api(row)).collect()
}

#[test]
fn every_route_for_every_role() {
    let mut wrong = Vec::new();
    for row in pages() {
        for (role, cell) in &row.cells {
            let (site, mut browser) = somebody(*role);
            let reply = knock(&site, &mut browser, &row);
            if !fits(*cell, &row, &reply) {
                wrong.push(format!(
                    "{} {} as {role:?}: {cell:?}, got {} {}",
                    row.method,
                    row.path,
                    reply.status,
                    reply.location()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// For what is somebody else's: control owners of other controls, auditors of another period.
#[test]
fn what_is_not_ones_own_does_not_exist() {
    let strangers = [
        Place {
            stands_for: Some("Head of nothing".into()),
            ..place(Role::ControlOwner)
        },
        Place {
            engagement: Some(engagement("2025-01-01..2025-12-31")),
            ..place(Role::Auditor)
        },
    ];
    let mut wrong = Vec::new();
    for stranger in strangers {
        let (site, _) = Site::owned();
        let mut browser = site.member_at(&stranger);
        for row in pages() {
            let own = row.cells.contains(&(Some(stranger.role), Cell::Own));
            if !own {
                continue;
            }
            let reply = knock(&site, &mut browser, &row);
            // Lists of a control owner are there and empty; everything else is not there.
            let list = stranger.role == Role::ControlOwner && row.subject == "program";
            let expected = if list { 200 } else { 404 };
            if reply.status != expected {
                wrong.push(format!(
                    "{} {} as {:?}: {}",
                    row.method, row.path, stranger.role, reply.status
                ));
            }
        }
        assert!(site.company.deeds.lock().unwrap().is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_list_shows_a_control_owner_their_own_only() {
    let (site, mut owner) = Site::owned();
    let stranger = Place {
        stands_for: Some("Head of nothing".into()),
        ..place(Role::ControlOwner)
    };
    let mut browser = site.member_at(&stranger);
    for path in ["/api/v1/controls", "/api/v1/tests", "/api/v1/evidence"] {
        assert_eq!(
            browser.get(path).json()["items"].as_array().unwrap().len(),
            0,
            "{path}"
        );
        assert_ne!(
            owner.get(path).json()["items"].as_array().unwrap().len(),
            0,
            "{path}"
        );
    }
}

#[test]
fn an_address_that_is_not_in_the_table_does_not_exist() {
    let (_site, mut owner) = Site::owned();
    for path in [
        "/admin",
        "/.env",
        "/api/v2/controls",
        "/controls/",
        "/assets/../server.db",
    ] {
        assert_eq!(owner.get(path).status, 404, "{path}");
    }
    assert_eq!(owner.post("/controls", &[]).status, 405);
}

/// A site with somebody of that role in it; nobody is a browser without a session.
fn somebody(role: Option<Role>) -> (Site, Browser) {
    let (site, owner) = Site::owned();
    let browser = match role {
        None => site.browser(),
        Some(Role::Owner) => owner,
        Some(role) => site.member(role),
    };
    (site, browser)
}

/// Asks for a route with everything it needs to succeed.
fn knock(site: &Site, browser: &mut Browser, row: &Row) -> Reply {
    if row.path.starts_with("/trust") {
        return super::trust::knock(site, browser, row);
    }
    let path = filled(site, browser, row.path);
    if row.method == "GET" {
        return browser.get(&path);
    }
    let file = File {
        fields: &[("control", "CHG-01"), ("covers", "2026-01-01..2026-03-31")],
        name: "minutes.pdf",
        bytes: "%PDF",
    };
    match row.path {
        "/do/evidence" | "/mine/evidence" | "/hand-in/{link}" => browser.upload_here(&path, &file),
        other => {
            let code = second_factor(site, browser, other);
            let form = form(other, &code);
            browser.post(&path, &form)
        }
    }
}

fn form<'a>(path: &str, code: &'a str) -> Vec<(&'a str, &'a str)> {
    if let Some(form) = super::registers::form(path) {
        return form;
    }
    match path {
        "/sign-in" => vec![("mail", OWNER_MAIL), ("password", PASSWORD)],
        "/welcome/{link}" => vec![
            ("name", "New"),
            ("password", "four words are enough"),
            ("again", "four words are enough"),
        ],
        "/account/password" => vec![
            ("present", PASSWORD),
            ("password", "four words are enough"),
            ("again", "four words are enough"),
        ],
        "/account/second-factor/confirm" => vec![("code", code)],
        "/account/second-factor/end" => vec![("present", PASSWORD)],
        "/account/tokens" => vec![("name", "ci"), ("scope", "read"), ("days", "30")],
        "/users" => vec![
            ("mail", "new@acme.example"),
            ("name", "New"),
            ("role", "employee"),
        ],
        "/users/{id}/place" => vec![("role", "read-only")],
        "/due/acknowledge" | "/due/approve" => vec![("policy", CONDUCT), ("seen", "61")],
        "/hand-in-links" => vec![
            ("what", "CHG-01 2026-01-01..2026-06-30"),
            ("mail", "board@elsewhere.example"),
            ("days", "14"),
        ],
        "/do/adopt" => vec![
            ("control", "CHG-01"),
            ("owner", "x"),
            ("scope", "all"),
            ("effective", "2026-01-01"),
        ],
        _ => Vec::new(),
    }
}

/// The path with things that are there.
fn filled(site: &Site, browser: &Browser, path: &str) -> String {
    if let Some(path) = super::registers::filled(path) {
        return path;
    }
    let identity = site.server.identity();
    let me = browser
        .cookie
        .as_ref()
        .and_then(|_| identity.present(browser.session()).unwrap());
    let mine = me.as_ref().map_or(0, |p| p.viewer.account);
    if path.starts_with("/welcome") {
        let link = identity
            .invite("guest@acme.example", "Guest", &place(Role::Employee))
            .unwrap();
        return path.replace("{link}", link.reveal());
    }
    if path.starts_with("/users/") {
        identity
            .invite("victim@acme.example", "Victim", &place(Role::Employee))
            .unwrap();
        return path.replace("{id}", &site.account("victim@acme.example").to_string());
    }
    if path.starts_with("/account/tokens/") && mine > 0 {
        identity
            .make_token(mine, "ci", &[tickmark_server::rights::Scope::Read], 1)
            .unwrap();
        let id = identity.tokens(mine).unwrap()[0].id;
        return path.replace("{id}", &id.to_string());
    }
    if path.starts_with("/account/sessions/") {
        return path.replace("{id}", &me.map_or(0, |p| p.session).to_string());
    }
    if path.contains("{link}") || path.starts_with("/hand-in-links/") {
        let owner = site.account(OWNER_MAIL);
        let link = identity.ask_for_evidence(&wish(), owner).unwrap();
        let id = identity.hand_in_links().unwrap()[0].id.to_string();
        return path.replace("{link}", link.reveal()).replace("{id}", &id);
    }
    let id = if path.contains("/due/") {
        CONDUCT
    } else if path.contains("criteria") {
        "CC8.1"
    } else if path.contains("tests") {
        "CHG-01.approval"
    } else {
        "CHG-01"
    };
    let name = if path.contains("assets") {
        "style.css"
    } else {
        "change"
    };
    let path = path
        .replace("{id}", id)
        .replace("{leaf}", &EVIDENCE.to_string())
        .replace("{name}", name)
        .replace("{kind}", "type2")
        .replace("{format}", "pdf")
        .replace("{*path}", "tickmark.yaml");
    if path.ends_with("/query") {
        format!("{path}?sql=select+1")
    } else {
        path
    }
}

/// A code that confirms a second factor, where the route asks for one.
fn second_factor(site: &Site, browser: &Browser, path: &str) -> String {
    if path != "/account/second-factor/confirm" || browser.cookie.is_none() {
        return "000000".into();
    }
    let identity = site.server.identity();
    let me = identity.present(browser.session()).unwrap().unwrap();
    let (secret, _) = identity.begin_second_factor(me.viewer.account).unwrap();
    super::door::code(&secret, site)
}

fn fits(cell: Cell, row: &Row, reply: &Reply) -> bool {
    let api = row.path.starts_with("/api/") || row.path == "/metrics";
    // No provider is set up here; with one, see `sso`.
    if row.path.starts_with("/sign-in/sso") {
        return reply.status == 404;
    }
    let to_door = reply.status == 303 && reply.location().starts_with("/sign-in");
    match cell {
        Cell::Yes | Cell::Own => {
            reply.status == 200 || (reply.status == 303 && (!to_door || row.path == "/sign-out"))
        }
        Cell::No => reply.status == 403,
        Cell::SignIn if api => reply.status == 401,
        Cell::SignIn => to_door,
    }
}
