//! Laws of the truth.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tickmark_core::model::{ids::ItemId, time::Day};
use tickmark_sim::{Config, SimError, Truth, simulate};

use crate::{library, lived, small};

/// Traps that are declared by the controls, by test; each has something planted (a deviation or an unknown item) and a lookalike.
const TRAPS: &[(&str, &[&str])] = &[
    (
        "IAM-02.leaver",
        &[
            "disabled_late",
            "still_active",
            "login_after_end",
            "outside_sso",
            "api_key_survives",
            "missing_account",
            "rehire",
            "contractor_end",
            "at_due",
            "due_after_period",
            "business_days",
            "look_back",
            "disabled_then_enabled",
            "snapshot_gap",
            "withdrawn_end",
            "other_owner",
            "colleague_signs_in",
            "end_not_stated",
            "taken_off_the_list",
        ],
    ),
    (
        "IAM-02.orphan",
        &[
            "owner_left",
            "no_owner",
            "grace",
            "made_ready",
            "taken_off_the_list",
        ],
    ),
    (
        "IAM-05.mfa",
        &[
            "switched_off_for_a_day",
            "service_used_by_person",
            "shared_account",
            "unreadable_factor",
            "outside_sso",
            "disabled_without_factor",
        ],
    ),
    (
        "IAM-05.login",
        &[
            "single_factor_login",
            "unreadable_factor",
            "service_used_by_person",
        ],
    ),
    (
        "CHG-01.approval",
        &[
            "co_author",
            "stale_approval",
            "dismissed_review",
            "bot_approval",
            "squash_merge",
            "unresolved_account",
            "approval_after_deploy",
            "changes_requested_after_approval",
            "self_approval",
            "committer",
            "denied_reviews",
            "commit_cap",
            "deactivated_approver",
            "second_account",
            "batch_deployment",
            "mixed_approvals",
            "direct_push",
            "unmerged_branch",
        ],
    ),
    (
        "CHG-02.checks",
        &[
            "failed",
            "skipped_check",
            "late_check",
            "failed_then_passed",
            "passed_then_failed",
            "nothing_required",
            "rule_changed",
            "denied_checks",
            "other_commit",
        ],
    ),
    (
        "CHG-03.trace",
        &[
            "direct_push",
            "squash_merge",
            "true_merge",
            "unmerged_branch",
            "commit_cap",
            "deployed_before_merge",
            "rewritten_branch",
        ],
    ),
    (
        "CHG-03.direct_push",
        &["direct_push", "squash_merge", "true_merge", "commit_cap"],
    ),
    (
        "CHG-03.reference",
        &["no_reference", "squash_merge", "true_merge"],
    ),
];

/// Controls whose tests run over the company.
const CONTROLS: [&str; 5] = ["IAM-02", "IAM-05", "CHG-01", "CHG-02", "CHG-03"];

/// A list of a control's front matter.
fn front(control: &str, key: &str) -> Vec<String> {
    let path = library(&format!("controls/{control}.md"));
    let text = std::fs::read_to_string(path).unwrap();
    let start = format!("{key}: [");
    let line = text.lines().find_map(|l| l.strip_prefix(&start)).unwrap();
    let list = line.trim_end_matches(']').split(',');
    list.map(|word| word.trim().to_owned()).collect()
}

/// The front matter decides which traps there are, not the list above.
#[test]
fn every_trap_of_the_library_is_planted_and_has_a_lookalike() {
    for seed in 1..=5 {
        let company = lived(&small(seed));
        let truth = company.truth();
        let planted: Vec<_> = truth.planted.iter().chain(&truth.planted_unknown).collect();
        for control in CONTROLS {
            let tests = front(control, "tests");
            for test in &tests {
                let here = |f: &tickmark_sim::Found| f.test == *test;
                assert!(planted.iter().any(|f| here(f)), "seed {seed}: {test}");
                assert!(truth.lookalikes.iter().any(here), "seed {seed}: {test}");
            }
            for trap in front(control, "traps") {
                let here = |f: &tickmark_sim::Found| f.trap == trap && tests.contains(&f.test);
                assert!(
                    planted.iter().any(|f| here(f)),
                    "seed {seed}: nothing planted for {control} {trap}"
                );
                assert!(
                    truth.lookalikes.iter().any(here),
                    "seed {seed}: no lookalike for {control} {trap}"
                );
            }
        }
    }
}

fn every_trap(truth: &Truth) {
    let of = |list: &[tickmark_sim::Found]| -> BTreeSet<(String, String)> {
        list.iter()
            .map(|f| (f.test.clone(), f.trap.clone()))
            .collect()
    };
    let (planted, unknown, lookalikes) = (
        of(&truth.planted),
        of(&truth.planted_unknown),
        of(&truth.lookalikes),
    );
    for (test, traps) in TRAPS {
        for trap in *traps {
            let key = ((*test).to_owned(), (*trap).to_owned());
            assert!(
                planted.contains(&key) || unknown.contains(&key),
                "nothing planted: {test} {trap}"
            );
            assert!(lookalikes.contains(&key), "no lookalike: {test} {trap}");
        }
    }
}

/// One item has one truth; nothing follows that no scenario meant; items are items.
fn consistent(truth: &Truth, seed: u64) {
    let mut seen = BTreeMap::new();
    for (class, list) in [
        ("planted", &truth.planted),
        ("unknown", &truth.planted_unknown),
        ("lookalike", &truth.lookalikes),
    ] {
        for found in list {
            assert!(ItemId::parse(&found.item).is_ok(), "{found:?}");
            assert_ne!(found.trap, "side_effect", "seed {seed}: {class} {found:?}");
            let other = seen.insert((found.test.clone(), found.item.clone()), class);
            assert_eq!(other, None, "seed {seed}: {found:?}");
        }
    }
}

#[test]
fn many_small_companies() {
    for seed in 0..60 {
        let company = lived(&small(seed));
        every_trap(company.truth());
        consistent(company.truth(), seed);
    }
}

#[test]
fn the_default_company() {
    let company = lived(&Config::with_seed(7).unwrap());
    every_trap(company.truth());
    consistent(company.truth(), 7);
    assert!(company.truth_json().contains("\"people\": 200"));
}

#[test]
fn impossible_companies_are_refused() {
    for (people, months) in [(29, 3), (30, 2), (20_001, 12), (30, 37)] {
        assert_eq!(
            simulate(&Config {
                people,
                months,
                ..small(1)
            })
            .map(drop),
            Err(SimError::Size)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_company(seed in any::<u64>(), people in 30u32..90, months in 3u8..8, year in 2020i16..2030, month in 1i8..=12, day in 1i8..=28) {
        let from = Day::new(year, month, day).unwrap();
        let company = lived(&Config { seed, people, months, from });
        every_trap(company.truth());
        consistent(company.truth(), seed);
        let period = company.period();
        prop_assert_eq!(period.from, from);
        prop_assert_eq!(period.to.plus_days(1), from.plus_months(i32::from(months)));
        let moments = company.moments();
        prop_assert!(moments.windows(2).all(|w| w[0].at < w[1].at));
        let zone = tickmark_core::model::time::Zone::parse("America/New_York").unwrap();
        prop_assert!(moments.first().unwrap().at < zone.start_of(period.from) && company.begins() < moments[0].at);
        prop_assert!(moments.last().unwrap().at > zone.end_of(period.to));
        prop_assert!(moments.iter().flat_map(|m| m.asks.iter().map(move |a| (a, m.at))).all(|(a, at)| a.from < at));
    }
}
