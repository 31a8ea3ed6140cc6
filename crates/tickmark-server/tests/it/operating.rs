//! Operating the server: health that tells the truth, measurements, the log, and databases of other versions.

use std::sync::atomic::Ordering;

use tickmark_core::model::{
    clock::Clock as _,
    time::{HOUR_US, SECOND_US},
};
use tickmark_server::{Identity, IdentityError, Policy, Pulse, Role, Turns};

use super::site::{OWNER_MAIL, Site};

#[test]
fn health_tells_the_truth_and_nothing_else() {
    let (site, mut owner) = Site::owned();
    let mut nobody = site.browser();
    let mut asks = |status: u16, body: &str| {
        let reply = nobody.get("/healthz");
        assert_eq!((reply.status, reply.body.as_str()), (status, body));
    };
    asks(
        200,
        r#"{"accounts":"ok","disk":"ok","ledger":"ok","runner":"off","status":"ok"}"#,
    );
    let set = |pulse: Pulse| *site.company.pulse.lock().unwrap() = pulse;
    set(Pulse {
        disk: false,
        ..Pulse::default()
    });
    asks(
        503,
        r#"{"accounts":"ok","disk":"failing","ledger":"ok","runner":"off","status":"failing"}"#,
    );
    set(Pulse {
        ledger: false,
        ..Pulse::default()
    });
    asks(
        503,
        r#"{"accounts":"ok","disk":"ok","ledger":"failing","runner":"off","status":"failing"}"#,
    );
    let turns = Turns::from(site.clock.now());
    set(Pulse {
        runner: Some(turns),
        ..Pulse::default()
    });
    asks(
        200,
        r#"{"accounts":"ok","disk":"ok","ledger":"ok","runner":"ok","status":"ok"}"#,
    );
    site.clock.turn(HOUR_US);
    asks(
        503,
        r#"{"accounts":"ok","disk":"ok","ledger":"ok","runner":"stuck","status":"failing"}"#,
    );
    set(Pulse::default());
    site.company.broken.store(true, Ordering::Relaxed);
    asks(
        503,
        r#"{"accounts":"ok","disk":"ok","ledger":"failing","runner":"off","status":"failing"}"#,
    );
    assert_eq!(
        owner.get("/controls").status,
        303,
        "an hour later the session is over"
    );
    let log = site.written.text();
    assert!(!log.contains("/var/lib"), "{log}");
}

#[test]
fn measurements_are_the_owners_and_a_programs_with_a_token() {
    let (site, mut owner) = Site::owned();
    owner.get("/controls");
    owner.get("/controls/XYZ-99");
    let mut guess = site.browser();
    guess.post(
        "/sign-in",
        &[("mail", OWNER_MAIL), ("password", "wrong and wrong")],
    );
    site.browser().get("/welcome/guessed");
    let page = owner.get("/metrics");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    for line in [
        r#"tickmark_http_requests_total{route="/controls",method="GET",status="200"} 1"#,
        r#"tickmark_http_requests_total{route="/controls/{id}",method="GET",status="404"} 1"#,
        r#"tickmark_http_request_duration_seconds_bucket{route="/controls",le="+Inf"} 1"#,
        r#"tickmark_security_events_total{event="sign-in refused"} 1"#,
        "tickmark_sign_in_failures_total 1",
        "tickmark_ledger_entries 100",
        "tickmark_ledger_unwitnessed_entries 0",
        r#"tickmark_up{part="ledger"} 1"#,
        r#"tickmark_up{part="disk"} 1"#,
    ] {
        assert!(
            page.body.lines().any(|l| l == line),
            "{line}\n{}",
            page.body
        );
    }
    assert!(
        !page.body.contains("acme") && !page.body.contains("Olga"),
        "{}",
        page.body
    );
    // As Prometheus comes: a token that reads, or nothing.
    let token = super::api::token_of(&owner.post(
        "/account/tokens",
        &[("name", "prometheus"), ("scope", "read"), ("days", "90")],
    ));
    let bearer = format!("Bearer {token}");
    let reply = site
        .browser()
        .get_with("/metrics", &[("authorization", &bearer)]);
    assert_eq!(reply.status, 200);
    assert_eq!(site.browser().get("/metrics").status, 401);
    assert_eq!(
        site.member(Role::ComplianceManager).get("/metrics").status,
        403
    );
}

#[test]
fn every_line_of_the_measurements_is_one() {
    let (site, mut owner) = Site::owned();
    let began = site.clock.now();
    *site.company.pulse.lock().unwrap() = Pulse {
        runner: Some(Turns {
            began: Some(began),
            ended: Some(began.plus(-SECOND_US)),
            failed: true,
            ..Turns::from(began)
        }),
        ..Pulse::default()
    };
    owner.get("/");
    let body = owner.get("/metrics").body;
    assert!(body.contains("\ntickmark_runner_busy 1\n"), "{body}");
    assert!(
        body.contains("\ntickmark_runner_last_turn_failed 1\n"),
        "{body}"
    );
    assert!(
        body.contains("\ntickmark_runner_last_turn_timestamp_seconds 1"),
        "{body}"
    );
    let (mut declared, mut last) = (std::collections::BTreeSet::new(), String::new());
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            last = rest.split(' ').next().unwrap().to_owned();
            assert!(declared.insert(last.clone()), "{last} twice");
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        value.parse::<f64>().unwrap_or_else(|_| panic!("{line}"));
        let bare = name.split('{').next().unwrap();
        let of = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|end| bare.strip_suffix(end));
        assert!(
            bare == last || of == Some(last.as_str()),
            "{line} stands under {last}"
        );
    }
    assert!(body.ends_with('\n'));
}

#[test]
fn a_ledger_that_cannot_be_read_leaves_its_figures_out() {
    let (site, mut owner) = Site::owned();
    site.company.broken.store(true, Ordering::Relaxed);
    let reply = owner.get("/metrics");
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(
        reply.body.contains(r#"tickmark_up{part="ledger"} 0"#),
        "{}",
        reply.body
    );
    assert!(
        !reply.body.contains("tickmark_ledger_entries"),
        "{}",
        reply.body
    );
}

#[test]
fn accounts_of_a_newer_program_are_refused_in_one_line_and_left_alone() {
    let site = Site::start();
    let path = site.folder.path().join("other.db");
    let open = || {
        let random = std::sync::Arc::new(super::site::Counted::default());
        Identity::open(&path, Policy::default(), site.clock.clone(), random)
    };
    drop(open().unwrap());
    let version = |set: Option<i64>| {
        let db = rusqlite::Connection::open(&path).unwrap();
        if let Some(set) = set {
            db.pragma_update(None, "user_version", set).unwrap();
        }
        db.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    let own = version(None);
    for other in [own + 1, 99, -1] {
        version(Some(other));
        let Err(IdentityError::Newer(line)) = open() else {
            panic!("version {other} was opened");
        };
        assert!(
            line.contains(&format!("is of version {other}, this program knows {own}")),
            "{line}"
        );
        assert!(!line.contains('\n'), "{line}");
        assert_eq!(version(None), other, "nothing was changed");
    }
    version(Some(own));
    assert!(open().is_ok());
}

/// The first released layout, as it was: what somebody has on the disk who upgrades.
const FIRST: &str = "
CREATE TABLE engagements (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, period TEXT, until_us INTEGER NOT NULL) STRICT;
CREATE TABLE accounts (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL,
  stands_for TEXT, engagement INTEGER REFERENCES engagements(id), password TEXT, totp BLOB, totp_next BLOB,
  totp_step INTEGER NOT NULL DEFAULT 0, revoked_us INTEGER, created_us INTEGER NOT NULL) STRICT;
CREATE TABLE links (hash BLOB PRIMARY KEY, account INTEGER REFERENCES accounts(id), expires_us INTEGER NOT NULL) STRICT;
CREATE TABLE sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, account INTEGER NOT NULL REFERENCES accounts(id),
  created_us INTEGER NOT NULL, seen_us INTEGER NOT NULL) STRICT;
CREATE INDEX sessions_of ON sessions(account);
CREATE TABLE tokens (id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, account INTEGER NOT NULL REFERENCES accounts(id),
  name TEXT NOT NULL, scopes TEXT NOT NULL, created_us INTEGER NOT NULL, expires_us INTEGER NOT NULL) STRICT;
CREATE INDEX tokens_of ON tokens(account);
INSERT INTO accounts (mail, name, role, password, created_us) VALUES ('olga@acme.example', 'Olga', 'owner', 'x', 1);
PRAGMA user_version = 1;
";

#[test]
fn accounts_of_an_older_program_are_taken_over_whole_or_not_at_all() {
    let site = Site::start();
    let path = site.folder.path().join("old.db");
    let open = || {
        let random = std::sync::Arc::new(super::site::Counted::default());
        Identity::open(&path, Policy::default(), site.clock.clone(), random)
    };
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(FIRST).unwrap();
    // A table of that name stands in the way of the upgrade: it fails, and the old program can go on.
    db.execute_batch("CREATE TABLE begun (x)").unwrap();
    assert!(open().is_err());
    let left: i64 = db
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'elsewhere'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    let version: i64 = db
        .query_row("PRAGMA user_version", [], |r| r.get(0))
        .unwrap();
    assert_eq!((left, version), (0, 1), "half an upgrade");
    db.execute_batch("DROP TABLE begun").unwrap();
    drop(db);
    let members = open().unwrap().members().unwrap();
    assert_eq!(members.len(), 1);
    assert!(members[0].joined && !members[0].elsewhere);
}
