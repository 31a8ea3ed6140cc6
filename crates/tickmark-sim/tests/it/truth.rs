//! Laws of the truth.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tickmark_core::model::{ids::ItemId, time::Day};
use tickmark_sim::{Config, SimError, Truth, simulate};

use crate::{lived, small};

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
        ],
    ),
    (
        "CHG-02.checks",
        &[
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
            "unmerged_branch",
            "commit_cap",
            "deployed_before_merge",
            "rewritten_branch",
        ],
    ),
];

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
    for test in ["IAM-02.orphan", "CHG-03.direct_push"] {
        assert!(
            planted.iter().any(|(t, _)| t == test) && lookalikes.iter().any(|(t, _)| t == test),
            "{test}"
        );
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
