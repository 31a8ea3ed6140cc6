//! Vendors on a day: reports, gaps, expectations.

use super::company::{apply, begun, day};
use tickmark_core::model::document::{Document, Vendor, parse};
use tickmark_core::model::registers::{Gap, VendorPoint, gap, unassured, vendor_standings};

pub const VENDOR: &str = "---
name: Cloud Host, Inc.
service: machines and storage
owner: Head of infrastructure
since: 2024-03-01
role: carve_out
reason: its physical safeguards are necessary for our commitments
criticality: critical
data: [customer content]
assumed:
  - {says: doors of its data centres are guarded, criteria: [CC6.4]}
reports:
  - kind: soc2_type2
    auditor: Example CPA LLP
    covers: 2024-10-01..2025-09-30
    opinion: unqualified
    received: 2025-11-20
    reviewed: 2025-12-01
    exceptions:
      - {says: two late removals of access, effect: none of them reached our machines}
    subservice: [power-company]
    cuecs:
      - {says: customers remove their own users, controls: [CHG-01]}
      - {says: customers guard their offices, not_applicable: we have none}
review_due: 2026-11-30
---
";

fn vendor(text: &str) -> Vendor {
    match parse("vendors/cloud-host.md", text.as_bytes()) {
        Ok(Document::Vendor(vendor)) => *vendor,
        other => panic!("{other:?}"),
    }
}

fn reach(text: &str, on: &str) -> Option<(i32, i32)> {
    gap(&vendor(text), day(on)).map(
        |Gap {
             days, open_days, ..
         }| (days, open_days),
    )
}

#[test]
fn the_gap_counts_from_the_report_to_the_day() {
    assert_eq!(
        reach(VENDOR, "2025-09-30"),
        None,
        "it had not been received"
    );
    assert_eq!(reach(VENDOR, "2025-11-20"), Some((51, 51)));
    assert_eq!(reach(VENDOR, "2026-01-31"), Some((123, 123)));
    let letter = VENDOR.replace(
        "review_due:",
        "  - {kind: bridge_letter, covers: 2025-10-01..2025-12-31, received: 2026-01-10}\nreview_due:",
    );
    assert_eq!(reach(&letter, "2026-01-31"), Some((123, 31)));
    assert_eq!(
        reach(&letter, "2026-01-09"),
        Some((101, 101)),
        "the letter came a day later"
    );
    let next = VENDOR.replace(
        "review_due:",
        "  - {kind: soc2_type2, auditor: X, covers: 2025-10-01..2026-09-30, opinion: qualified, received: 2026-11-01}\nreview_due:",
    );
    assert_eq!(reach(&next, "2026-12-01"), Some((62, 62)));
    let days: Vec<String> = unassured(
        &vendor(&next),
        "2024-09-01..2026-10-31".parse().unwrap(),
        day("2026-12-01"),
    )
    .iter()
    .map(ToString::to_string)
    .collect();
    assert_eq!(days, ["2024-09-01..2024-09-30", "2026-10-01..2026-10-31"]);
}

#[test]
fn a_report_as_of_one_day_covers_none_after_it() {
    let one = VENDOR
        .replace("kind: soc2_type2", "kind: soc2_type1")
        .replace("covers: 2024-10-01..2025-09-30", "as_of: 2025-09-30");
    assert_eq!(reach(&one, "2025-12-31"), None);
}

#[test]
fn what_is_open_about_a_vendor_is_named() {
    let points = |text: &str, on: &str| {
        let mut ledger = begun();
        apply(
            &mut ledger,
            &[("vendors/cloud-host.md", text)],
            "2026-01-03T00:00:00Z",
        )
        .unwrap();
        vendor_standings(&ledger.state, day(on)).remove(0).points
    };
    let gap = |days| Gap {
        report_end: day("2025-09-30"),
        days,
        open_days: days,
    };
    assert_eq!(points(VENDOR, "2026-01-31"), [VendorPoint::Gap(gap(123))]);
    let poor = VENDOR
        .replace(", effect: none of them reached our machines", "")
        .replace("controls: [CHG-01]", "controls: [CHG-02]")
        .replace(", not_applicable: we have none", "")
        .replace("    reviewed: 2025-12-01\n", "")
        .replace("opinion: unqualified", "opinion: qualified")
        .replace(
            "assumed:\n  - {says: doors of its data centres are guarded, criteria: [CC6.4]}\n",
            "",
        );
    let expected = [
        VendorPoint::ReviewOverdue(1),
        VendorPoint::NothingAssumed,
        VendorPoint::Gap(gap(427)),
        VendorPoint::NotReviewed(0),
        VendorPoint::Reserved(0, tickmark_core::model::document::Opinion::Qualified),
        VendorPoint::ExceptionNotJudged(0, 0),
        VendorPoint::CuecNotInForce(0, 0, "CHG-02".parse().unwrap()),
        VendorPoint::CuecWithoutControl(0, 1),
    ];
    assert_eq!(points(&poor, "2026-12-01"), expected);
    let (head, _) = VENDOR.split_once("reports:").unwrap();
    let bare = format!("{head}review_due: 2026-11-30\n---\n");
    assert_eq!(points(&bare, "2026-01-31"), [VendorPoint::NoReport]);
}
