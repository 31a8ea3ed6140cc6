//! Documents by forms over HTTP: saved over the version that was edited, shown before they are saved, kept as typed when refused.

use tickmark_core::model::document::{Document, parse};
use tickmark_server::Deed;

use super::{
    browser::Browser,
    registers::{hidden, only, went},
    site::Site,
};

#[test]
fn a_document_is_saved_over_the_version_that_was_edited() {
    let (site, mut owner) = Site::owned();
    let path = "/edit/policies/access-control.md";
    let page = owner.get(path);
    assert!(page.body.contains("deprovision_days: 1") && page.body.contains("since_version: 1"));
    let seen = hidden(&page.body, "seen");
    let text = "---\r\ntitle: x\r\n---\r\ny";
    went(
        &owner.post(path, &[("seen", &seen), ("text", text)]),
        "/policies/access-control",
    );
    let Deed::Save {
        path: saved,
        bytes,
        seen,
    } = only(&site)
    else {
        panic!("not saved")
    };
    assert_eq!(
        (saved.as_str(), seen),
        ("policies/access-control.md", Some(43))
    );
    assert_eq!(bytes, b"---\ntitle: x\n---\ny\n");
}

#[test]
fn a_document_that_is_refused_comes_back_as_it_was_typed() {
    let (site, mut owner) = Site::owned();
    *site.company.refuses.lock().unwrap() = Some("risks/leaver-access.md:3:1: wrong <b>".into());
    let reply = owner.post(
        "/edit/risks/leaver-access.md",
        &[("seen", "60"), ("text", "what </textarea> I typed")],
    );
    assert_eq!(reply.status, 400);
    for part in [
        "what &lt;/textarea&gt; I typed",
        ":3:1: wrong &lt;b&gt;",
        "name=\"seen\" value=\"60\"",
    ] {
        assert!(reply.body.contains(part), "{part} in {}", reply.body);
    }
}

#[test]
fn only_what_management_writes_is_edited_as_text() {
    let (site, mut owner) = Site::owned();
    for path in [
        "people.yaml",
        "sources.yaml",
        "controls/CHG-01.md",
        "tests/x.yaml",
        "../server.db",
        "policies/../../x.md",
        "policies/nothing.md",
        "system.md.bak",
    ] {
        let address = format!("/edit/{path}");
        assert_eq!(owner.get(&address).status, 404, "{path}");
        let known = path == "policies/nothing.md";
        let saved = owner.post(&address, &[("text", "x")]);
        // A policy that is not there yet is the engine's to refuse.
        assert!(saved.status == 404 || known, "{path}: {}", saved.status);
    }
    let deeds = site.company.deeds.lock().unwrap();
    assert!(
        deeds.iter().all(
            |(_, deed)| matches!(deed, Deed::Save { path, .. } if path == "policies/nothing.md")
        )
    );
}

fn risk<'a>(id: &'a str, statement: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("id", id),
        ("statement", statement),
        ("owner", "Head of security"),
        ("category", "access"),
        ("identified", "2026-07-01"),
        ("inherent_likelihood", "4"),
        ("inherent_impact", "4"),
        ("residual_likelihood", "2"),
        ("residual_impact", "2"),
        ("treatment", "mitigate"),
        ("controls", "IAM-02"),
        ("review_due", "2027-01-01"),
    ]
}

#[test]
fn a_short_form_writes_the_strict_document() {
    let (site, mut owner) = Site::owned();
    let reply = owner.post("/new/risk", &risk("lost-phone", "a: \"lost\" # phone"));
    went(&reply, "/risks/lost-phone");
    let Deed::Save {
        path,
        bytes,
        seen: None,
    } = only(&site)
    else {
        panic!("not saved as new")
    };
    assert_eq!(path, "risks/lost-phone.md");
    let Document::Risk(read) = parse(&path, &bytes).unwrap() else {
        panic!("no risk")
    };
    assert_eq!(
        (read.statement.as_str(), read.inherent.score()),
        ("a: \"lost\" # phone", 16)
    );
}

#[test]
fn a_short_form_refuses_a_bad_name_and_one_that_is_taken() {
    let (site, mut owner) = Site::owned();
    for id in ["../x", "", "Two Words", "leaver-access"] {
        let reply = owner.post("/new/risk", &risk(id, "kept & shown"));
        assert_eq!(reply.status, 400, "{id}");
        assert!(reply.body.contains("kept &amp; shown"), "{}", reply.body);
    }
    assert_eq!(owner.get("/new/person").status, 404);
    assert!(site.company.deeds.lock().unwrap().is_empty());
}

fn scope<'a>(name: &'a str, boundary: &'a str, step: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", name),
        ("zone", "UTC"),
        ("category", "security"),
        ("category", "availability"),
        ("from", "2026-01-01"),
        ("to", "2026-12-31"),
        ("boundary", boundary),
        ("step", step),
    ]
}

#[test]
fn another_scope_is_shown_before_it_is_saved() {
    let (site, mut owner) = Site::owned();
    let page = owner.get("/scope");
    assert!(
        page.body.contains("Two regions of a cloud provider."),
        "{}",
        page.body
    );
    let shown = owner.post("/scope", &scope("Ledgerline", "Three regions.", "show"));
    assert_eq!(shown.status, 200);
    for part in [
        "- categories: [security]",
        "+ categories: [security, availability]",
        "+ Three regions.",
    ] {
        assert!(shown.body.contains(part), "{part} in {}", shown.body);
    }
    assert!(!shown.body.contains("+ name:"), "{}", shown.body);
    assert!(site.company.deeds.lock().unwrap().is_empty());
    let mut form = scope("Ledgerline", "Three regions.", "save");
    let (program, system) = (
        hidden(&shown.body, "seen-tickmark.yaml"),
        hidden(&shown.body, "seen-system.md"),
    );
    form.extend([
        ("seen-tickmark.yaml", program.as_str()),
        ("seen-system.md", system.as_str()),
    ]);
    went(&owner.post("/scope", &form), "/scope");
    let deeds = site.company.deeds.lock().unwrap();
    let [
        (
            _,
            Deed::Save {
                path: first,
                bytes,
                seen: Some(1),
            },
        ),
        (
            _,
            Deed::Save {
                path: second,
                bytes: words,
                seen: Some(3),
            },
        ),
    ] = deeds.as_slice()
    else {
        panic!("{deeds:?}");
    };
    assert_eq!(
        (first.as_str(), second.as_str()),
        ("tickmark.yaml", "system.md")
    );
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert_eq!(
        text,
        "# who is examined\norganization: ledgerline\nname: Ledgerline  # as printed\nzone: UTC\ncategories: [security, availability]\nperiods: [2026-01-01..2026-12-31]\n"
    );
    assert!(parse("tickmark.yaml", bytes).is_ok());
    let words = String::from_utf8(words.clone()).unwrap();
    assert_eq!(
        words,
        "# The system\n\n## DC1 Services\n\nWages.\n\n## DC3 Components and boundary\n\nThree regions.\n\n## DC4 Incidents\n\nNone.\n"
    );
}

#[test]
fn a_scope_that_cannot_be_keeps_what_was_typed() {
    let (site, mut owner) = Site::owned();
    let wrong = |owner: &mut Browser, name: &str, value: &'static str| {
        let mut form = scope("Ledgerline", "Kept words.", "show");
        form.retain(|(n, _)| *n != name);
        form.push((Box::leak(name.to_owned().into_boxed_str()), value));
        owner.post("/scope", &form)
    };
    for (name, value) in [
        ("zone", "Mars/Olympus"),
        ("to", "2025-01-01"),
        ("name", " "),
        ("category", "speed"),
        ("boundary", " "),
    ] {
        let reply = wrong(&mut owner, name, value);
        assert_eq!(reply.status, 400, "{name}: {}", reply.body);
        assert!(name == "boundary" || reply.body.contains("Kept words."));
    }
    let same = owner.post(
        "/scope",
        &[
            ("name", "Ledgerline"),
            ("zone", "UTC"),
            ("category", "security"),
            ("from", "2026-01-01"),
            ("to", "2026-06-30"),
            ("boundary", "Two regions of a cloud provider.\r\n"),
        ],
    );
    assert!(same.body.contains("Nothing would change"), "{}", same.body);
    assert!(site.company.deeds.lock().unwrap().is_empty());
}
