//! Risks on a day.

use super::company::{apply, begun, day};
use crate::decide::ledger::PROGRAM;
use tickmark_core::model::registers::{RiskPoint, risk_standings};

pub const RISK: &str = "---
statement: somebody who left keeps access to production
owner: Head of security
category: access
identified: 2026-01-05
inherent: {likelihood: 4, impact: 5}
residual: {likelihood: 2, impact: 5}
treatment: mitigate
controls: [CHG-01]
review_due: 2026-06-30
---
";

#[test]
fn risks_are_listed_by_what_remains_with_what_is_open() {
    let mut ledger = begun();
    let program = format!("{PROGRAM}risk_scale: {{likelihood: 5, impact: 5, carry_up_to: 4}}\n");
    let carried = RISK
        .replace("treatment: mitigate", "treatment: accept\nreason: insured")
        .replace(
            "residual: {likelihood: 2, impact: 5}",
            "residual: {likelihood: 3, impact: 5}",
        )
        .replace("controls: [CHG-01]", "controls: [CHG-02]");
    let bare = RISK.replace("controls: [CHG-01]\n", "");
    let ended = RISK.replace(
        "identified: 2026-01-05",
        "identified: 2026-01-05\nretired: 2026-02-01",
    );
    let files = [
        ("tickmark.yaml", program.as_str()),
        ("risks/bare.md", bare.as_str()),
        ("risks/carried.md", carried.as_str()),
        ("risks/ended.md", ended.as_str()),
        ("risks/leavers.md", RISK),
    ];
    assert_eq!(apply(&mut ledger, &files, "2026-01-06T00:00:00Z"), Ok(5));
    let found: Vec<(String, Vec<RiskPoint>)> = risk_standings(&ledger.state, day("2026-07-02"))
        .into_iter()
        .map(|s| (s.risk.risk.to_string(), s.points))
        .collect();
    let overdue = RiskPoint::ReviewOverdue(2);
    let carried = vec![
        overdue.clone(),
        RiskPoint::NotInForce("CHG-02".parse().unwrap()),
        RiskPoint::CarriedTooHigh {
            score: 15,
            carry_up_to: 4,
        },
    ];
    let expected = [
        ("carried".to_owned(), carried),
        (
            "bare".to_owned(),
            vec![overdue.clone(), RiskPoint::NoControl],
        ),
        ("leavers".to_owned(), vec![overdue]),
    ];
    assert_eq!(found, expected);
    let version = ledger.state.current("risks/ended.md").unwrap();
    assert_eq!(
        (version.effective, version.retired),
        (Some(day("2026-01-05")), Some(day("2026-02-01")))
    );
}
