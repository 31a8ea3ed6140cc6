//! The registers as people ask for them: what a state says about policies, risks, vendors, tasks, reviews and
//! the trust page on a day.
//!
//! Nothing here is recorded; everything follows from documents and entries, and the day is an argument. What is missing is named, never
//! taken for done.

mod policies;
mod reviews;
mod risks;
mod tasks;
mod trust;
mod vendors;

use super::ids::ControlId;
use super::state::State;
use super::time::{Day, Period};
use super::yaml::Placed;

pub use policies::{
    Acknowledging, Difference, PolicyStanding, acknowledging, policy_standings, unapproved,
};
pub use reviews::{ReviewStanding, review_standings};
pub use risks::{RiskPoint, RiskStanding, risk_standings};
pub use tasks::{TaskFigures, TaskStanding, task_figures, task_standings};
pub use trust::{
    GrantStanding, GrantState, PublicationStanding, TrustListing, grant_standing, granted_to,
    latest_examination, on_request, trust,
};
pub use vendors::{
    Gap, MAX_BRIDGE_DAYS, VendorPoint, VendorStanding, gap, unassured, vendor_standings,
};

/// Whether a control is in force on a day.
#[must_use]
pub fn in_force_on(state: &State, control: &ControlId, day: Day) -> bool {
    let versions = state.in_force(control);
    versions
        .iter()
        .any(|v| v.from <= day && v.to.is_none_or(|to| day <= to))
}

/// Controls that a document names and that are not in force on the day.
fn not_in_force(state: &State, named: &[Placed<ControlId>], day: Day) -> Vec<ControlId> {
    let named = named.iter().map(|c| &c.value);
    named
        .filter(|c| !in_force_on(state, c, day))
        .cloned()
        .collect()
}

/// Days in order as stretches.
fn stretches(days: impl Iterator<Item = Day>) -> Vec<Period> {
    let mut out: Vec<Period> = Vec::new();
    for day in days {
        match out.last_mut() {
            Some(last) if last.to.plus_days(1) == day => last.to = day,
            _ => out.push(Period { from: day, to: day }),
        }
    }
    out
}
