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
    assert!(pages::evidence_item(&house, &viewer, sample::now(), 12_040, None).is_err());
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
    assert!(pages::evidence_item(&house, &viewer, now, 5, None).is_err());
    assert!(pages::document(&house, &viewer, "nothing.md").is_err());
}

#[test]
fn the_clock_says_when_sources_are_due_and_whether_somebody_looks() {
    let (house, now) = (sample::house(), sample::now());
    let shown = |card: &tickmark_server::ClockCard, at: Time| {
        text(&pages::clock(&house, &owner(), at, card, &Asked::default()).into_string())
    };
    let page = shown(&sample::clock(), now);
    for part in [
        "waits for what is due",
        "9 tests run",
        "again after 1 failure",
        "by mail and Slack and a webhook",
        "Unsure 1",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let later = now.plus(400 * 1_000_000);
    assert!(shown(&sample::clock(), later).contains("nobody looks any more"));
    let none = tickmark_server::ClockCard::default();
    assert!(shown(&none, now).contains("none has looked yet"));
    let auditor = sample::viewer(Role::Auditor);
    let page = pages::clock(&house, &auditor, now, &sample::clock(), &Asked::default());
    let page = text(&page.into_string());
    assert!(
        !page.contains("9 tests run") && !page.contains("All messages"),
        "{page}"
    );
}

#[test]
fn the_page_of_messages_shows_where_secrets_are_kept_and_no_more() {
    let (house, now) = (sample::house(), sample::now());
    let page = pages::notices(&house, &owner(), now, &sample::clock(), &Asked::default());
    let page = text(&page.into_string());
    for part in [
        "kept in the variable SMTP_PASSWORD",
        "kept in the file secrets/slack",
        "https://hooks.ledgerline.example, key",
        "permanent error (550)",
        "unsure",
        "being sent",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(
        !page.contains("/t/0123"),
        "the address of a webhook may be a secret"
    );
}

#[test]
fn a_policy_says_who_is_missing_and_what_differs() {
    let house = sample::house();
    let shown = |id: &str| {
        text(
            &pages::policy(&house, &owner(), sample::now(), id)
                .unwrap()
                .into_string(),
        )
    };
    let access = shown("access-control");
    for part in [
        "In force Version 2",
        "75 % : 6 of 8 have acknowledged it",
        "Eli Romano",
        "2026-05-18",
        "45 days",
        "\u{d7} 2, not 3",
        "within one business day",
    ] {
        assert!(access.contains(part), "{part} in {access}");
    }
    let incident = shown("incident-response");
    assert!(
        incident.contains("stays in force until everybody has approved version 3"),
        "{incident}"
    );
    assert!(incident.contains("Missing Chen Wei"), "{incident}");
    assert!(shown("change-management").contains("22 days late"));
}

#[test]
fn a_vendors_report_is_read() {
    let page = pages::vendor(&sample::house(), &owner(), sample::now(), "cloud-host").unwrap();
    let page = text(&page.into_string());
    for part in [
        "SOC 2 Type 2, 2025-01-01..2025-12-31",
        "nobody has judged it",
        "does not concern us no device there reaches the machines",
        "power-company",
        "nothing speaks of 93 days after 2025-12-31",
        "2026-04-01..2026-06-30",
        "no control of ours meets expectation 4",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn a_review_shows_what_is_new_first_and_keeps_the_own_account_from_its_owner() {
    let house = sample::house();
    let leaf = super::registers::REVIEW;
    let lists = super::reviewed::lists(&house, leaf);
    let page = pages::review(
        &house,
        &owner(),
        sample::now(),
        leaf,
        &lists,
        &Asked::default(),
    )
    .unwrap();
    let page = page.into_string();
    // Ada is signed in: no choice about her account.
    assert!(
        !page.contains("name=\"keep-0\"") && page.contains("name=\"keep-1\""),
        "{page}"
    );
    let words = text(&page);
    for part in [
        "3 new, 2 changed, 1 gone",
        "your own",
        "Still there",
        "role: member",
        "8 of 13",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
}

#[test]
fn a_finding_with_an_open_task_cannot_be_chosen_again() {
    let page = pages::exceptions(&sample::house(), &owner(), &Asked::default()).into_string();
    assert!(page.contains("value=\"18101 P-0113\""), "{page}");
    assert!(
        !page.contains("value=\"18101 P-0171\"") && page.contains("href=\"/tasks/15200\""),
        "{page}"
    );
    assert!(
        !page.contains("value=\"18101 P-0188\""),
        "pending items are no gaps"
    );
    let reader = pages::exceptions(
        &sample::house(),
        &sample::viewer(Role::ReadOnly),
        &Asked::default(),
    );
    assert!(!reader.into_string().contains("checkbox"));
}

#[test]
fn a_control_owner_sees_tasks_of_own_controls_only() {
    let house = sample::house();
    let mut viewer = sample::viewer(Role::ControlOwner);
    let leaf = super::registers::TASK;
    assert!(pages::task(&house, &viewer, sample::now(), leaf).is_ok());
    viewer.stands_for = Some("somebody else".into());
    assert!(pages::task(&house, &viewer, sample::now(), leaf).is_err());
    let list = pages::tasks(&house, &viewer, sample::now(), &Asked::default()).into_string();
    assert!(
        !list.contains("CHG-01") && !list.contains("IAM-02"),
        "{list}"
    );
}
