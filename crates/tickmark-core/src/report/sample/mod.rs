//! An invented engagement with every shape a report can meet: all four results, gaps, awkward names. Templates are tried on it.

use crate::model::ids::{Category, CriterionId, criteria_in};
use crate::model::time::{Day, Period, Time, TimeError, Zone};
use crate::report::figure::Count;
use crate::report::inputs::{
    Change, Checkpoint, Commitment, Control, Criterion, Demo, Inputs, NotRelevant, Prose, Versions,
    Window, Witness,
};

mod results;

use results::{populations, tests};

const DESCRIPTION: &str = "# Ledgerline Payroll

Text before the first criterion: how this description is organized.

## DC1 Services

Ledgerline Payroll calculates wages for **small companies** and pays them out on the agreed day.

## DC3 Components and boundary

- Infrastructure: two regions of a cloud provider, reached through `edge-gw`
- Software: the payroll application and its job runner
- People: engineering, support and finance in Zürich, Łódź and Tel Aviv (תל אביב)
- Procedures: those of Section 4
- Data: wage data and bank details of employees

| Outside the boundary | Why |
|---|---|
| Corporate website | holds no customer data |
| The customers' own time clocks | run by user entities |

## DC4 Incidents

Management found no incident of the period that has to be disclosed. It looked through the register of incidents on 2026-07-01.

## DC7 Subservice organizations

The cloud provider is presented by the carve-out method. TBD: types of controls assumed of it.

## Roadmap

Nothing here belongs to a description criterion.
";

/// The invented engagement.
///
/// # Errors
/// None of its dates can fail to parse; the error is the parser's.
pub fn sample(window: Window) -> Result<Inputs, TimeError> {
    let zone = Zone::parse("America/New_York")?;
    let period = Period::parse("2026-01-01..2026-06-30")?;
    let span = period.span(&zone);
    Ok(Inputs {
        organization: "Ledgerline Søftware, Inc.".into(),
        system: "the Ledgerline Payroll system".into(),
        program_leaf: 1,
        zone,
        window,
        categories: vec![Category::Security, Category::Availability],
        demo: Some(Demo { seed: 7 }),
        commitments: commitments(),
        description: Some(Prose {
            markdown: DESCRIPTION.into(),
            file: "system.md".into(),
            leaf: 3,
        }),
        other: None,
        criteria: criteria(),
        not_relevant: Vec::<NotRelevant>::new(),
        controls: controls()?,
        tests: tests(span, period)?,
        populations: populations(span)?,
        changes: vec![Change {
            day: Day::parse("2026-04-01")?,
            says: "CHG-01 version 2: two approvals instead of one for the payment module".into(),
            leaf: 9_021,
        }],
        checkpoint: checkpoint()?,
        versions: Versions {
            engine: "tickmark 0.1.0".into(),
            facts: "3".into(),
            library: format!("sha256:{}", digest(8)),
            tzdb: "2026b".into(),
        },
    })
}

/// 64 hex digits that depend on a small number.
fn digest(seed: u64) -> String {
    (0..4_u64)
        .map(|part| {
            format!(
                "{:016x}",
                (seed * 31 + part + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            )
        })
        .collect()
}

fn criteria() -> Vec<Criterion> {
    let title = |id: &CriterionId| match id.to_string().as_str() {
        "CC6.1" => "Logical access architecture",
        "CC6.2" => "User registration and removal",
        "CC6.3" => "Role-based rights",
        "CC8.1" => "Change management",
        "CC7.4" => "Incident response",
        "A1.2" => "Environment, backup, recovery infrastructure",
        _ => "Title in our own words",
    };
    criteria_in(&[Category::Security, Category::Availability])
        .into_iter()
        .map(|id| Criterion {
            id,
            title: title(&id).to_owned(),
        })
        .collect()
}

fn commitments() -> Vec<Commitment> {
    vec![
        Commitment {
            id: "SC-1".into(),
            kind: "service commitment".into(),
            statement: "Wage data is accessible only to people whom the customer or their role authorizes.".into(),
            categories: vec![Category::Security],
            leaf: 2,
        },
        Commitment {
            id: "SC-2".into(),
            kind: "service commitment".into(),
            statement: "The payment service is available 99.9 % of each month; payments are recovered to a point at most 15 minutes back.".into(),
            categories: vec![Category::Availability],
            leaf: 2,
        },
    ]
}

fn control(
    id: &str,
    title: &str,
    statement: &str,
    criteria: &[&str],
    leaf: u64,
) -> Result<Control, TimeError> {
    Ok(Control {
        id: id.into(),
        title: title.into(),
        statement: statement.into(),
        criteria: criteria.iter().filter_map(|id| id.parse().ok()).collect(),
        owner: "Head of engineering".into(),
        scope: "all production repositories".into(),
        effective: Day::parse("2025-09-01")?,
        retired: None,
        back_dated_days: None,
        nature: "preventive, IT-dependent manual, key".into(),
        frequency: "at each event".into(),
        automation: "automated".into(),
        digest: digest(leaf),
        leaf,
    })
}

fn controls() -> Result<Vec<Control>, TimeError> {
    let mut incident = control(
        "INC-02",
        "Severe incidents are reviewed",
        "Each severe incident is followed by a written review within five business days.",
        &["CC7.4"],
        14,
    )?;
    incident.back_dated_days = Some(Count::new(12));
    let mut board = control(
        "GOV-03",
        "Independent oversight meets",
        "The oversight body meets each quarter, receives the results of controls, and minutes its questions.",
        &["CC1.2", "CC2.2", "CC4.2"],
        15,
    )?;
    board.automation = "manual".into();
    board.frequency = "quarterly".into();
    board.effective = Day::parse("2026-02-01")?;
    Ok(vec![
        control(
            "IAM-02",
            "Access ends with the employment",
            "Accounts of leavers are disabled in every system within one business day of their last day.",
            &["CC6.2", "CC6.3"],
            11,
        )?,
        control(
            "IAM-05",
            "Multi-factor authentication",
            "Every person signs in to production systems with a second factor.",
            &["CC6.1"],
            12,
        )?,
        control(
            "CHG-01",
            "Independent approval of changes",
            "Each change to production is approved, before it is deployed and in the form in which it is deployed, by a person who is not its author.",
            &["CC8.1", "CC5.2", "CC6.8"],
            13,
        )?,
        incident,
        board,
    ])
}

fn checkpoint() -> Result<Checkpoint, TimeError> {
    Ok(Checkpoint {
        origin: "demo.tickmark.invalid/7".into(),
        size: 18_234,
        root: digest(99),
        signed_at: Time::parse("2026-07-02T04:02:31Z")?,
        verdict: "witnessed".into(),
        witnesses: vec![Witness {
            name: "auditor.example/w1".into(),
            operator: "Example & Partners CPAs".into(),
            at: Some(Time::parse("2026-07-02T05:00:00Z")?),
        }],
        quorum: Some((Count::new(1), Count::new(1))),
        unwitnessed: Count::new(0),
        oldest_unwitnessed: None,
    })
}
