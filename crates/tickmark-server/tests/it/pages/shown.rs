//! What pages say about the invented engagement.

use tickmark_core::model::time::Time;
use tickmark_server::pages::{self, table::Asked};
use tickmark_server::{Role, Trouble};

use super::sample;

fn text(page: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in page.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn owner() -> tickmark_server::Viewer {
    sample::viewer(Role::Owner)
}

#[test]
fn home_counts_days_from_the_first_to_the_last() {
    let house = sample::house();
    let at = |moment: &str| {
        text(&pages::home(&house, &owner(), Time::parse(moment).unwrap()).into_string())
    };
    assert!(at("2026-01-01T05:00:00Z").contains("Observation day 1 of 181"));
    assert!(at("2026-01-01T04:59:59Z").contains("Observation begins in 1 days"));
    assert!(at("2026-07-01T03:59:59Z").contains("Observation day 181 of 181"));
    assert!(at("2026-07-01T04:00:00Z").contains("Observation complete: 181 of 181 days"));
}

#[test]
fn home_tells_what_an_auditor_would_see() {
    let shown = text(&pages::home(&sample::house(), &owner(), sample::now()).into_string());
    for part in [
        "Exceptions so far",
        "2 Deviation noted",
        "1 Unable to test",
        "witnessed",
        "12 entries",
        "1 collection begun and never ended",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn a_program_without_a_period_says_the_next_step_everywhere() {
    let house = sample::bare();
    let (viewer, asked, now) = (owner(), Asked::default(), sample::now());
    for page in [
        pages::home(&house, &viewer, now),
        pages::criteria(&house, &viewer, &asked),
        pages::matrix(&house, &viewer),
        pages::tests(&house, &viewer, &asked),
        pages::exceptions(&house, &viewer, &asked),
        pages::evidence(&house, &viewer, now, &asked),
        pages::sources(&house, &viewer, now, &asked),
        pages::ledger(&house, &viewer, now, &asked),
        pages::documents(&house, &viewer, &asked),
        pages::reports(&house, &viewer),
    ] {
        let page = page.into_string();
        assert!(
            page.contains("class=\"empty\"") && page.contains("class=\"command\""),
            "{page}"
        );
    }
}

#[test]
fn every_count_of_a_test_leads_to_its_items() {
    let house = sample::house();
    let page = pages::test(
        &house,
        &owner(),
        sample::now(),
        "IAM-02.leaver",
        &Asked::default(),
    )
    .unwrap()
    .into_string();
    for state in ["deviation", "unknown", "pending", "not%20applicable"] {
        assert!(
            page.contains(&format!(
                "href=\"/tests/IAM-02.leaver?state={state}#items\""
            )),
            "{state}"
        );
    }
    let filtered = pages::test(
        &house,
        &owner(),
        sample::now(),
        "IAM-02.leaver",
        &Asked::read("state=unknown"),
    )
    .unwrap()
    .into_string();
    assert!(
        filtered.contains("P-0171") && !filtered.contains("P-0113</code>"),
        "{filtered}"
    );
}

#[test]
fn a_test_is_shown_in_the_words_of_the_library() {
    let page = text(
        &pages::test(
            &sample::house(),
            &owner(),
            sample::now(),
            "CHG-01.approval",
            &Asked::default(),
        )
        .unwrap()
        .into_string(),
    );
    for part in [
        "approved_at &lt;= deployed_at",
        "environment = 'production'",
        "approvals_min",
        "2 (adopted)",
        "the approval is of an earlier commit",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn a_control_owner_sees_own_controls_only() {
    let house = sample::house();
    let mut viewer = sample::viewer(Role::ControlOwner);
    assert!(pages::control(&house, &viewer, sample::now(), "CHG-01", &Asked::default()).is_ok());
    viewer.stands_for = Some("somebody else".into());
    let refused =
        pages::control(&house, &viewer, sample::now(), "CHG-01", &Asked::default()).unwrap_err();
    assert!(matches!(refused, Trouble::Missing(_)));
    assert!(
        pages::test(
            &house,
            &viewer,
            sample::now(),
            "CHG-01.approval",
            &Asked::default()
        )
        .is_err()
    );
    assert!(pages::evidence_item(&house, &viewer, sample::now(), 12_040).is_err());
    for list in [
        pages::controls(&house, &viewer, &Asked::default()),
        pages::tests(&house, &viewer, &Asked::default()),
        pages::exceptions(&house, &viewer, &Asked::default()),
        pages::evidence(&house, &viewer, sample::now(), &Asked::default()),
    ] {
        let list = list.into_string();
        assert!(
            !list.contains("CHG-01") && !list.contains("IAM-02"),
            "{list}"
        );
    }
    let csv =
        String::from_utf8(pages::exceptions_csv(&house, &viewer, &Asked::default()).bytes).unwrap();
    assert_eq!(csv.lines().count(), 1);
}

#[test]
fn a_periodic_control_shows_what_it_owes() {
    let page = text(
        &pages::control(
            &sample::house(),
            &owner(),
            sample::now(),
            "GOV-03",
            &Asked::default(),
        )
        .unwrap()
        .into_string(),
    );
    assert!(
        page.contains("Evidence 2026-01-01 to 2026-03-31 #12040"),
        "{page}"
    );
    assert!(
        page.contains("No evidence 2026-04-01 to 2026-06-30"),
        "{page}"
    );
}

#[test]
fn what_is_not_there_is_missing() {
    let house = sample::house();
    let (viewer, now) = (owner(), sample::now());
    assert!(pages::control(&house, &viewer, now, "XYZ-99", &Asked::default()).is_err());
    assert!(pages::test(&house, &viewer, now, "CHG-01.nothing", &Asked::default()).is_err());
    assert!(pages::criterion(&house, &viewer, "CC2.4").is_err());
    assert!(pages::population(&house, &viewer, now, "nothing").is_err());
    assert!(pages::evidence_item(&house, &viewer, now, 5).is_err());
    assert!(pages::document(&house, &viewer, "nothing.md").is_err());
}
