//! Reports that are not built.

use tickmark_core::model::time::Day;
use tickmark_core::report::{Count, ReportError, ResultState, build};

use super::{as_of, throughout};

#[test]
fn windows_fit_the_kind() {
    assert!(matches!(
        build::type1(&throughout()),
        Err(ReportError::Window {
            report: "Type 1",
            ..
        })
    ));
    assert!(matches!(
        build::type2(&as_of()),
        Err(ReportError::Window {
            report: "Type 2",
            ..
        })
    ));
}

#[test]
fn counts_that_do_not_add_up() {
    let mut inputs = throughout();
    inputs.tests[0].counts.passed = inputs.tests[0].counts.passed.plus(Count::new(1));
    assert!(matches!(
        build::type2(&inputs),
        Err(ReportError::Counts { leaf: 18_101, .. })
    ));
    let mut inputs = throughout();
    inputs.tests[0].items.remove(0);
    assert!(
        matches!(build::readiness(&inputs), Err(ReportError::Counts { .. })),
        "a deviation without its item"
    );
}

#[test]
fn a_result_that_the_counts_do_not_give() {
    for wrong in [
        ResultState::NoDeviation,
        ResultState::DidNotOperate,
        ResultState::UnableToTest,
    ] {
        let mut inputs = throughout();
        inputs.tests[0].result = wrong;
        let refused = build::type2(&inputs).unwrap_err();
        assert!(
            matches!(
                refused,
                ReportError::Result {
                    computed: "deviation",
                    ..
                }
            ),
            "{refused}"
        );
    }
    // Uncovered time is never a pass (INV-J2).
    let mut inputs = throughout();
    inputs.tests[1].result = ResultState::NoDeviation;
    assert!(matches!(
        build::type2(&inputs),
        Err(ReportError::Result {
            computed: "unable_to_test",
            ..
        })
    ));
}

#[test]
fn a_run_of_an_unknown_control() {
    let mut inputs = throughout();
    inputs.controls.retain(|control| control.id != "CHG-01");
    assert!(matches!(
        build::type2(&inputs),
        Err(ReportError::Orphan { .. })
    ));
}

#[test]
fn a_provisional_run_once_the_period_has_closed() {
    let mut inputs = throughout();
    inputs.tests[3].provisional = true;
    assert!(matches!(
        build::type2(&inputs),
        Err(ReportError::Provisional { leaf: 18_104, .. })
    ));
    // While it is open the draft may be looked at, and says so.
    inputs.checkpoint.signed_at = "2026-06-15T00:00:00Z".parse().unwrap();
    let text = tickmark_core::report::render::markdown(&build::type2(&inputs).unwrap());
    assert!(text.contains("provisional, until"));
}

#[test]
fn a_type_1_before_the_control_existed() {
    let mut inputs = as_of();
    inputs.controls[2].effective = Day::parse("2026-07-01").unwrap();
    let refused = build::type1(&inputs).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "control CHG-01 is in force from 2026-07-01, after the date 2026-06-30; choose a later date or leave the control out"
    );
}
