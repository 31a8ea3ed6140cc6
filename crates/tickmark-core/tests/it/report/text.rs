//! What people read, as a whole: one snapshot a kind of report.

use tickmark_core::report::{build, render};

use super::{as_of, throughout};

#[test]
fn type2_reads_well() {
    insta::assert_snapshot!(render::markdown(&build::type2(&throughout()).unwrap()));
}

#[test]
fn type1_reads_well() {
    insta::assert_snapshot!(render::markdown(&build::type1(&as_of()).unwrap()));
}

#[test]
fn readiness_reads_well() {
    insta::assert_snapshot!(render::markdown(&build::readiness(&throughout()).unwrap()));
}

#[test]
fn hostile_text_stays_text() {
    let mut inputs = throughout();
    inputs.organization = "<script>alert(1)</script> *x* [a](http://b) | c".into();
    inputs.tests[0].items[0].item = "a`b|c\n| forged | row |<img src=x>".into();
    let report = build::type2(&inputs).unwrap();
    let html = render::html(&report);
    assert!(!html.contains("<script") && !html.contains("<img"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    let markdown = render::markdown(&report);
    assert!(!markdown.contains("<script") && markdown.contains("\\[a\\](http://b)"));
    assert!(!markdown.lines().any(|line| line.starts_with("| forged")));
}
