//! Program documents: every bad one is refused with its place and what was probably meant.

use std::{fs, path::Path};

use tickmark_core::model::document::{Class, Document, Documents, class_of, parse};

/// Files below a folder by path relative to it.
fn files(dir: &Path, below: &str) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            out.extend(files(&entry.path(), &format!("{name}/")));
        } else {
            out.push((name, fs::read(entry.path()).unwrap()));
        }
    }
    out.sort();
    out
}

#[test]
fn bad_documents_say_where_what_and_what_was_meant() {
    let bad = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/bad");
    let mut cases: Vec<_> = fs::read_dir(&bad)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    cases.sort();
    assert!(cases.len() >= 40, "only {} bad documents", cases.len());
    let mut all = String::new();
    for case in cases {
        let found = Documents::read(files(&case, "")).expect_err(&case.display().to_string());
        all.push_str(&format!(
            "{}\n",
            case.file_name().unwrap().to_str().unwrap()
        ));
        found
            .iter()
            .for_each(|d| all.push_str(&format!("    {d}\n")));
        for d in &found {
            assert!(d.hint.is_some(), "{d}: no hint");
            let placed = d.line > 0 || class_of(&d.file).is_err();
            assert!(placed, "{d}: no place");
        }
    }
    insta::assert_snapshot!("bad_documents", all);
}

const PROGRAM: &str = "organization: acme
name: Acme Payments, Inc.
zone: America/New_York
calendar: new_york
calendars:
  new_york: {base: us_federal, version: '2026', add: [2026-11-27]}
  berlin: {add: [2026-05-01]}
categories: [availability, security]
periods:
  - 2026-01-01..2026-06-30
origin: acme.example/log
trust: |
  log acme.example/log+1234abcd+AQ==
demo: false
actors: {root: ada}
";

#[test]
fn a_program_reads_back_what_was_written() {
    let Document::Program(program) = parse("tickmark.yaml", PROGRAM.as_bytes()).unwrap() else {
        panic!("not a program")
    };
    assert_eq!(program.zone.name(), "America/New_York");
    assert_eq!(program.periods[0].to_string(), "2026-01-01..2026-06-30");
    assert_eq!(program.default_calendar().version, "2026");
    assert!(
        program
            .default_calendar()
            .is_holiday("2026-11-27".parse().unwrap())
    );
    assert_eq!(program.actors["root"].as_str(), "ada");
    assert_eq!(
        program.trust.as_deref(),
        Some("log acme.example/log+1234abcd+AQ==\n")
    );
}

#[test]
fn on_off_yes_no_and_numbers_are_text_where_text_is_asked() {
    let text = PROGRAM.replace("name: Acme Payments, Inc.", "name: no");
    let Document::Program(program) = parse("tickmark.yaml", text.as_bytes()).unwrap() else {
        panic!("not a program")
    };
    assert_eq!(program.name, "no");
}

#[test]
fn an_adopted_control_keeps_its_parameters_as_written() {
    let text = "---\nadopt: CHG-01\nowner: Ada\nscope: api\neffective: 2026-01-01\nparams:\n  approvals_min: 2\n  environments: [production, staging]\ninterval: days\n---\nWhy we do it.\n";
    let Document::Adoption(adoption) = parse("controls/CHG-01.md", text.as_bytes()).unwrap() else {
        panic!("not adopted")
    };
    assert_eq!(
        serde_json::to_string(&adoption.params).unwrap(),
        r#"{"approvals_min":"2","environments":["production","staging"]}"#
    );
    assert_eq!(adoption.param_lines["environments"], 8);
    assert!(adoption.interval.rolling().is_some());
}

#[test]
fn an_account_may_pass_from_one_person_to_another_without_overlap() {
    let text = "- person: ada\n  accounts: [{account: 'github:1', how: asked, until: 2026-01-31}]\n- person: bob\n  accounts: [{account: 'github:1', how: asked, from: 2026-02-01}]\n";
    assert!(parse("people.yaml", text.as_bytes()).is_ok());
}

#[test]
fn the_system_description_names_what_is_missing() {
    let text = "# Our system\n\n## DC1: Services\n\nWe pay.\n\n```text\n## DC2 not a heading\n```\n\n## DC3\n";
    let Document::System(system) = parse("system.md", text.as_bytes()).unwrap() else {
        panic!("not a system")
    };
    assert_eq!(system.sections.len(), 2);
    assert!(system.sections[0].text.contains("DC2 not a heading"));
    assert_eq!(
        system.missing().collect::<Vec<_>>(),
        ["DC2", "DC3", "DC4", "DC5", "DC6", "DC7", "DC8", "DC9"]
    );
}

#[test]
fn empty_lists_say_that_there_are_none() {
    for (path, class) in [
        ("people.yaml", Class::People),
        ("waivers.yaml", Class::Waivers),
        ("sources.yaml", Class::Sources),
    ] {
        assert_eq!(parse(path, b"# none\n").unwrap().class(), class);
        assert_eq!(parse(path, b"[]\n").unwrap().class(), class);
    }
}

#[test]
fn files_that_are_no_documents_are_told_apart_by_name() {
    for path in [
        "README.md",
        ".git/config",
        "policies/sub/a.md",
        "controls/.md",
        "../people.yaml",
        "a b.md",
    ] {
        assert!(class_of(path).is_err(), "{path}");
    }
    assert_eq!(class_of("policies/access.md"), Ok(Class::Policy));
}

#[test]
fn the_blocks_of_the_page_about_documents_are_a_program() {
    let page = include_str!("../../../../docs/program.md");
    let mut files = Vec::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        let (head, text) = block.split_once('\n').unwrap();
        let path = head.split_once("path=").unwrap().1;
        files.push((path.to_owned(), format!("{text}\n").into_bytes()));
    }
    assert_eq!(files.len(), 11);
    Documents::read(files).unwrap();
}
