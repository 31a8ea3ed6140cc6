use super::not_in_force;
use crate::model::document::{Risk, Treatment};
use crate::model::ids::ControlId;
use crate::model::state::{State, Version};
use crate::model::time::Day;

/// A risk on a day.
#[derive(Debug, Clone)]
pub struct RiskStanding<'a> {
    /// Its document.
    pub version: &'a Version,
    /// What it says.
    pub risk: &'a Risk,
    /// What is open about it.
    pub points: Vec<RiskPoint>,
}

/// Something open about a risk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RiskPoint {
    /// Its review is late by so many days.
    ReviewOverdue(i32),
    /// It is mitigated, and names no control.
    NoControl,
    /// A control it names is not in force.
    NotInForce(ControlId),
    /// What remains is higher than what the program carries, and nothing is done about it.
    CarriedTooHigh {
        /// The residual score.
        score: u32,
        /// The highest score that is carried.
        carry_up_to: u32,
    },
}

/// The risks that stand on a day, the highest residual score first, then by name.
#[must_use]
pub fn risk_standings(state: &State, today: Day) -> Vec<RiskStanding<'_>> {
    let risks = state.risks();
    let holding = risks.filter(|(_, risk)| risk.lifetime.holds_on(today));
    let mut out: Vec<RiskStanding<'_>> = holding
        .map(|(version, risk)| RiskStanding {
            version,
            risk,
            points: points(state, risk, today),
        })
        .collect();
    out.sort_by_key(|s| std::cmp::Reverse(s.risk.residual.score()));
    out
}

fn points(state: &State, risk: &Risk, today: Day) -> Vec<RiskPoint> {
    let mut out = Vec::new();
    let late = today.days_since(risk.review_due);
    if late > 0 {
        out.push(RiskPoint::ReviewOverdue(late));
    }
    if risk.treatment == Treatment::Mitigate && risk.controls.is_empty() {
        out.push(RiskPoint::NoControl);
    }
    let missing = not_in_force(state, &risk.controls, today);
    out.extend(missing.into_iter().map(RiskPoint::NotInForce));
    let carried = risk.treatment == Treatment::Accept;
    let limit = state.program().and_then(|p| p.risk_scale.carry_up_to);
    if let Some(carry_up_to) = limit.filter(|l| carried && risk.residual.score() > *l) {
        out.push(RiskPoint::CarriedTooHigh {
            score: risk.residual.score(),
            carry_up_to,
        });
    }
    out
}
