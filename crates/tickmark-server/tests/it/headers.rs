//! What stands on every answer, whatever it is.

use super::{company::EVIDENCE, site::Site};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

#[test]
fn every_answer_carries_the_security_headers_errors_too() {
    let (site, mut owner) = Site::owned();
    let mut nobody = site.browser();
    let replies = [
        ("page", owner.get("/users")),
        ("list", owner.get("/controls")),
        ("door", nobody.get("/users")),
        ("sign-in", nobody.get("/sign-in")),
        ("not there", owner.get("/nowhere")),
        ("not this method", owner.post("/controls", &[])),
        ("refused", nobody.post_with("/sign-in", &[], &[])),
        ("api", owner.get("/api/v1/controls")),
        ("api refused", nobody.get("/api/v1/controls")),
        ("api not there", nobody.get("/api/v9")),
        ("health", nobody.get("/healthz")),
    ];
    for (what, reply) in &replies {
        assert_eq!(
            reply.header("content-security-policy"),
            Some(POLICY),
            "{what}"
        );
        assert_eq!(
            reply.header("x-content-type-options"),
            Some("nosniff"),
            "{what}"
        );
        assert_eq!(
            reply.header("referrer-policy"),
            Some("same-origin"),
            "{what}"
        );
        assert_eq!(
            reply.header("cross-origin-opener-policy"),
            Some("same-origin"),
            "{what}"
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{what}");
        assert_eq!(reply.header("access-control-allow-origin"), None, "{what}");
        assert_eq!(reply.header("strict-transport-security"), None, "{what}");
    }
    let asset = nobody.get("/assets/style.css");
    assert_eq!(asset.header("cache-control"), Some("public, max-age=3600"));
    assert_eq!(asset.header("vary"), Some("cookie"));
    assert_eq!(asset.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn a_download_is_saved_never_shown() {
    let (_site, mut owner) = Site::owned();
    for path in [
        format!("/evidence/{EVIDENCE}/file"),
        format!("/api/v1/evidence/{EVIDENCE}/file"),
    ] {
        let reply = owner.get(&path);
        assert_eq!(
            reply.header("content-disposition"),
            Some("attachment; filename=\"minutes.pdf\"; filename*=UTF-8''minutes.pdf")
        );
        assert_eq!(
            reply.header("content-security-policy"),
            Some("sandbox; default-src 'none'; frame-ancestors 'none'")
        );
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    }
}

#[test]
fn errors_are_a_page_for_people_and_a_problem_for_programs() {
    let (site, mut owner) = Site::owned();
    let page = owner.get("/controls/XYZ-99");
    assert_eq!(page.status, 404);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let problem = owner.get("/api/v1/controls/XYZ-99");
    assert_eq!(
        problem.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(problem.json()["status"], 404);
    let refused = site.browser().get("/api/v1/controls");
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    assert_eq!(refused.json()["status"], 401);
}

#[test]
fn a_body_that_is_too_large_is_not_taken() {
    let site = Site::start_with(|settings| {
        settings.limits.form_bytes = 1_000;
        settings.limits.file_bytes = 5_000;
    });
    let mut owner = site.owner();
    let long = "x".repeat(2_000);
    assert_eq!(
        owner.post("/account/tokens", &[("name", &long)]).status,
        413
    );
    let file = |bytes: &str| {
        let file = super::browser::File {
            fields: &[("control", "CHG-01"), ("covers", "2026-01-01..2026-03-31")],
            name: "a.txt",
            bytes,
        };
        owner.clone().upload_here("/do/evidence", &file).status
    };
    assert_eq!(file(&"x".repeat(6_000)), 413);
    assert_eq!(file(&"x".repeat(4_000)), 303);
}

#[test]
fn a_file_of_several_megabytes_is_taken_whole() {
    let (site, mut owner) = Site::owned();
    let bytes = "0123456789abcdef".repeat(300_000);
    let file = super::browser::File {
        fields: &[("control", "CHG-01"), ("covers", "2026-01-01..2026-03-31")],
        name: "../../export.csv",
        bytes: &bytes,
    };
    let reply = owner.upload_here("/do/evidence", &file);
    assert_eq!(
        (reply.status, reply.location()),
        (303, "/controls/CHG-01"),
        "{}",
        reply.body
    );
    let deeds = site.company.deeds.lock().unwrap();
    let (who, deed) = &deeds[0];
    assert_eq!(who, super::site::OWNER_MAIL);
    let tickmark_server::Deed::Evidence {
        control,
        name,
        bytes: got,
        ..
    } = deed
    else {
        panic!("{deed:?}");
    };
    assert_eq!(
        (control.as_str(), name.as_str(), got.len()),
        ("CHG-01", "export.csv", bytes.len())
    );
}
