//! Evidence by hand, joined to the occurrences it was asked for.

use super::company::{begun, day};
use tickmark_core::judge::freshness::{
    Evidenced, Freshness, Handed, Owed, handed_in, occurrences, worst,
};
use tickmark_core::model::calendar::{Frequency, Rolling};
use tickmark_core::model::decide::{Command, Evidence};

fn owed(frequency: Frequency, rolling: Option<Rolling>) -> Owed {
    Owed {
        frequency,
        rolling,
        effective: "2026-01-01..2027-12-31".parse().unwrap(),
        notice_days: 14,
        tolerance_days: 10,
    }
}

fn handed(leaf: u64, covers: &str, on: &str) -> Handed {
    Handed {
        leaf,
        covers: covers.parse().unwrap(),
        on: day(on),
    }
}

fn year(owed: &Owed, handed: &[Handed], today: &str) -> Vec<Evidenced> {
    occurrences(
        owed,
        "2026-01-01..2026-12-31".parse().unwrap(),
        handed,
        day(today),
    )
}

fn words(found: &[Evidenced]) -> Vec<&str> {
    let word = |o: &Evidenced| o.freshness.map_or("-", Freshness::as_str);
    found.iter().map(word).collect()
}

#[test]
fn windows_decide_how_fresh_an_occurrence_is() {
    let quarterly = owed(Frequency::Quarterly, None);
    let first = [handed(9, "2026-01-01..2026-03-31", "2026-03-30")];
    let on = |today| words(&year(&quarterly, &first, today)).join(" ");
    assert_eq!(on("2026-06-15"), "fresh - - -");
    assert_eq!(on("2026-06-16"), "fresh due_soon - -");
    assert_eq!(on("2026-06-30"), "fresh due_soon - -");
    assert_eq!(on("2026-07-01"), "fresh at_risk - -");
    assert_eq!(on("2026-07-10"), "fresh at_risk - -");
    assert_eq!(on("2026-07-11"), "fresh expired - -");
    assert_eq!(on("2026-03-29"), "due_soon - - -", "handed in a day later");
    assert_eq!(
        worst(&year(&quarterly, &first, "2026-07-11")),
        Some(Freshness::Expired)
    );
    assert_eq!(
        worst(&year(&quarterly, &[], "2026-01-05")),
        None,
        "nothing is due, nothing is green"
    );
}

#[test]
fn the_covered_day_decides_and_lateness_stays_visible() {
    let quarterly = owed(Frequency::Quarterly, None);
    let late = [
        handed(9, "2026-02-03..2026-02-03", "2026-05-31"),
        handed(12, "2026-03-01..2026-03-02", "2026-06-02"),
    ];
    let found = year(&quarterly, &late, "2026-06-02");
    assert_eq!(
        (found[0].leaves.as_slice(), found[0].days_late),
        (&[9, 12][..], Some(61))
    );
    assert_eq!(words(&found), ["fresh", "-", "-", "-"]);
    let long = [handed(9, "2026-01-01..2026-12-31", "2026-12-31")];
    assert_eq!(
        words(&year(&quarterly, &long, "2027-02-01")),
        ["expired", "expired", "expired", "fresh"]
    );
}

#[test]
fn a_rolling_interval_begins_anew_with_each_act() {
    let rolling = owed(Frequency::Quarterly, Some(Rolling::SameDate));
    let acts = [
        handed(5, "2026-02-10..2026-02-10", "2026-02-10"),
        handed(7, "2026-05-10..2026-05-10", "2026-05-11"),
    ];
    let found = year(&rolling, &acts, "2026-08-25");
    let days: Vec<String> = found.iter().map(|o| o.days.to_string()).collect();
    assert_eq!(
        days,
        [
            "2026-01-01..2026-02-10",
            "2026-02-11..2026-05-10",
            "2026-05-11..2026-08-10",
            "2026-08-11..2026-11-10"
        ]
    );
    assert_eq!(words(&found), ["fresh", "fresh", "expired", "-"]);
    assert!(year(&owed(Frequency::Event, None), &acts, "2026-08-25").is_empty());
    assert!(
        year(
            &owed(Frequency::Continuous, Some(Rolling::Days)),
            &acts,
            "2026-08-25"
        )
        .is_empty()
    );
}

#[test]
fn evidence_of_a_ledger_is_found_by_its_control() {
    let mut ledger = begun();
    let evidence = Evidence {
        control: "CHG-01".parse().unwrap(),
        covers: "2026-01-01..2026-01-31".parse().unwrap(),
        performed_at: None,
        name: "minutes.pdf",
        bytes: b"minutes",
    };
    ledger
        .run(Command::Evidence(evidence), "2026-02-01T12:00:00Z")
        .unwrap();
    let found = handed_in(&ledger.state, &"CHG-01".parse().unwrap());
    assert_eq!(found, [handed(5, "2026-01-01..2026-01-31", "2026-02-01")]);
    assert!(handed_in(&ledger.state, &"CHG-02".parse().unwrap()).is_empty());
}
