//! Risks, vendors and people as the command line tells them.

use crate::registers::{accounts, company, done, line, told};
use crate::typed::write;

const VENDOR: &str = "---
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
    opinion: qualified
    received: 2025-11-20
review_due: 2025-12-31
---
";
pub const RISK: &str = "---
statement: somebody who left keeps access to production
owner: Head of security
category: access
identified: 2025-01-15
inherent: {likelihood: 4, impact: 5}
residual: {likelihood: 2, impact: 3}
treatment: mitigate
controls: [CHG-01]
review_due: 2025-12-31
---
";

#[test]
fn risks_vendors_and_people_are_told_with_what_is_open() {
    let desk = company(&[
        ("vendors/cloud-host.md", VENDOR),
        ("risks/leaver-access.md", RISK),
    ]);
    let vendor = told(&desk, &["vendors", "show", "cloud-host"])["vendors"][0].clone();
    let open = vendor["open"].to_string();
    for point in [
        "review late by",
        "report 1 (soc2_type2): nobody has reviewed it",
        "report 1 (soc2_type2): the opinion is qualified",
        "days after the last report",
    ] {
        assert!(open.contains(point), "{point}: {open}");
    }
    let risk = told(&desk, &["risks"])["risks"][0].clone();
    assert_eq!(
        (&risk["id"], &risk["residual"]["score"]),
        (&"leaver-access".into(), &6.into())
    );
    assert!(
        risk["open"].to_string().contains("CHG-01 is not in force"),
        "{risk}"
    );
    let due = told(&desk, &["status"])["due"].clone();
    let due: Vec<&str> = due
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["register"].as_str().unwrap())
        .collect();
    assert_eq!(due, ["risk", "vendor"]);
    assert_eq!(
        line(&desk, &["vendors", "show", "cloud-hots"]),
        "no vendor `cloud-hots` serves today; did you mean `cloud-host`?"
    );

    accounts(&desk, &[("okta:1", "active"), ("okta:2", "active")]);
    write(
        &desk.path().join("hr.csv"),
        "person,started_on\nada,2025-03-01\n",
    );
    done(
        &desk,
        &["collect", "file", "--population", "hire", "hr.csv"],
    );
    let ada = told(&desk, &["people", "show", "ada"])["people"][0].clone();
    assert_eq!(ada["started"], "2025-03-01", "{ada}");
    let accounts = ada["accounts"].as_array().unwrap();
    let seen = |account: &str| accounts.iter().find(|a| a["account"] == account).unwrap();
    assert!(
        seen("okta:1")["first_seen"].is_string() && seen("okta:1")["gone"].is_null(),
        "{ada}"
    );
    assert!(
        seen("email:ada@acme.example")["first_seen"].is_null(),
        "{ada}"
    );
    assert_eq!(
        accounts.len(),
        2,
        "somebody else's account is not ada's: {ada}"
    );
    assert_eq!(
        line(&desk, &["people", "show", "adda"]),
        "`adda` is not in `people.yaml`; did you mean `ada`?"
    );
}
