use std::collections::BTreeMap;

use super::{not_in_force, stretches};
use crate::model::document::{ParamValue, People, Policy};
use crate::model::ids::{ControlId, PersonId, PolicyId};
use crate::model::state::{Approval, State, Version};
use crate::model::time::{Day, Period, Time};

/// A policy on a day.
#[derive(Debug, Clone)]
pub struct PolicyStanding<'a> {
    /// The document as it stands in the program.
    pub version: &'a Version,
    /// What it says.
    pub policy: &'a Policy,
    /// Approvers of that version who have not approved it.
    pub missing: Vec<&'a PersonId>,
    /// The version in force on the day: the newest one that was approved by everybody and holds. It may be an earlier one.
    pub in_force: Option<(&'a Version, &'a Policy)>,
    /// Last day on which the version in force must be approved again.
    pub renew_due: Option<Day>,
    /// Controls it names that are not in force.
    pub without: Vec<ControlId>,
    /// What the policy promises and an adopted control of it does otherwise.
    pub differs: Vec<Difference>,
}

/// A parameter that a policy and a control of it both give, with other values. Values that an adoption leaves to the library are not
/// compared here: the model does not know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The control.
    pub control: ControlId,
    /// The parameter.
    pub parameter: String,
    /// What the policy says.
    pub promised: ParamValue,
    /// What the adopted control does.
    pub done: ParamValue,
}

impl PolicyStanding<'_> {
    /// By how many days the renewal is late; 0 if it is not.
    #[must_use]
    pub fn days_overdue(&self, today: Day) -> i32 {
        self.renew_due.map_or(0, |due| today.days_since(due).max(0))
    }
}

/// All policies of the program on a day, in the order of their names.
#[must_use]
pub fn policy_standings(state: &State, today: Day) -> Vec<PolicyStanding<'_>> {
    let policies = state.policies();
    policies
        .map(|(version, policy)| standing(state, version, policy, today))
        .collect()
}

fn standing<'a>(
    state: &'a State,
    version: &'a Version,
    policy: &'a Policy,
    today: Day,
) -> PolicyStanding<'a> {
    let timeline = Timeline::of(state, version, policy);
    let approvers = policy.approvers.iter().zip(0_u32..);
    let missing = approvers.filter(|(_, place)| !timeline.has(*place));
    let in_force = in_force(state, &policy.policy, today);
    PolicyStanding {
        version,
        policy,
        missing: missing.map(|(a, _)| &a.value).collect(),
        in_force,
        renew_due: in_force.and_then(|(v, p)| Timeline::of(state, v, p).renew_due(today)),
        without: not_in_force(state, &policy.controls, today),
        differs: differences(state, policy),
    }
}

fn differences(state: &State, policy: &Policy) -> Vec<Difference> {
    let mut out = Vec::new();
    for control in policy.controls.iter().map(|c| &c.value) {
        let Some((_, adoption)) = state.adoption(control) else {
            continue;
        };
        for (parameter, promised) in &policy.parameters {
            let done = adoption.params.get(parameter);
            out.extend(
                done.filter(|done| *done != promised)
                    .map(|done| Difference {
                        control: control.clone(),
                        parameter: parameter.clone(),
                        promised: promised.clone(),
                        done: done.clone(),
                    }),
            );
        }
    }
    out
}

/// The days of a period on which no approved version of the policy was in force: not approved, not yet in force, or not approved
/// again in time.
#[must_use]
pub fn unapproved(state: &State, policy: &PolicyId, period: Period) -> Vec<Period> {
    let covered = |day: Day| {
        in_force(state, policy, day)
            .and_then(|(version, policy)| Timeline::of(state, version, policy).renew_due(day))
            .is_some_and(|due| day <= due)
    };
    stretches(period.each_day().filter(|day| !covered(*day)))
}

/// A person who must acknowledge a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledging<'a> {
    /// Who.
    pub person: &'a PersonId,
    /// Last day on which it is in time.
    pub due: Day,
    /// When it was done; none while it is not.
    pub done: Option<Time>,
}

/// Who must acknowledge the version of a policy that is in force, and who has. Nobody, if none is in force or nobody must.
///
/// `starts` holds the first days of persons where they are known: nobody is late for what was there before. Acknowledgements count
/// from `since_version` on.
#[must_use]
pub fn acknowledging<'a>(
    state: &'a State,
    policy: &PolicyId,
    people: &'a People,
    starts: &BTreeMap<PersonId, Day>,
    today: Day,
) -> Vec<Acknowledging<'a>> {
    let wanted = in_force(state, policy, today)
        .and_then(|(_, policy)| Some((policy, policy.acknowledge.as_ref()?)));
    let Some((policy, acknowledge)) = wanted else {
        return Vec::new();
    };
    let since = acknowledge.since_version;
    let Some(begun) = first_in_force(state, policy, since) else {
        return Vec::new();
    };
    let known = state.acknowledgements.get(&policy.policy);
    let known: Vec<_> = known
        .into_iter()
        .flatten()
        .filter(|a| a.version >= since)
        .collect();
    let days = i32::try_from(acknowledge.within_days).unwrap_or(i32::MAX);
    let groups = acknowledge.groups.iter().map(|g| &g.value);
    let one = |person: &'a PersonId| {
        let start = starts.get(person).map_or(begun, |first| begun.max(*first));
        let done = known
            .iter()
            .find(|a| a.person.value.as_ref() == Some(person));
        Acknowledging {
            person,
            due: start.plus_days(days),
            done: done.map(|a| a.recorded),
        }
    };
    people.members(groups).map(|p| one(&p.person)).collect()
}

/// The first day on which a version as new as `since` was approved and in force.
fn first_in_force(state: &State, policy: &Policy, since: u32) -> Option<Day> {
    let versions = state.policy_versions(&policy.policy).iter();
    let days = versions.filter_map(|version| {
        let policy = version.policy().filter(|p| p.version >= since)?;
        let approved = Timeline::of(state, version, policy).approved()?;
        Some(approved.max(policy.lifetime.from))
    });
    days.min()
}

/// The newest version that was approved by everybody on or before the day and holds on it.
fn in_force<'a>(
    state: &'a State,
    policy: &PolicyId,
    day: Day,
) -> Option<(&'a Version, &'a Policy)> {
    let zone = state.zone();
    let versions = state.policy_versions(policy).iter().rev();
    let known = versions.filter_map(|v| Some((v, v.policy()?)));
    let mut holding = known.filter(|(version, policy)| {
        let approved = Timeline::of(state, version, policy).approved();
        let removed = version.removed.is_some() && policy.lifetime.retired.is_none();
        let recorded = zone.day_of(version.recorded) <= day;
        recorded
            && !removed
            && policy.lifetime.holds_on(day)
            && approved.is_some_and(|on| on <= day)
    });
    holding.next()
}

/// The days on which a version was approved, by place in its list of approvers.
struct Timeline<'a> {
    policy: &'a Policy,
    days: Vec<(u32, Day)>,
}

impl<'a> Timeline<'a> {
    fn of(state: &State, version: &Version, policy: &'a Policy) -> Self {
        let zone = state.zone();
        let all = state.approvals.get(&policy.policy).into_iter().flatten();
        let mine = all.filter(|a: &&Approval| a.document == version.leaf);
        Self {
            policy,
            days: mine
                .map(|a| (a.approver, zone.day_of(a.recorded)))
                .collect(),
        }
    }

    fn has(&self, place: u32) -> bool {
        self.days.iter().any(|(p, _)| *p == place)
    }

    fn places(&self) -> impl Iterator<Item = u32> + use<> {
        0..u32::try_from(self.policy.approvers.len()).unwrap_or(0)
    }

    /// The day on which the last of them approved for the first time.
    fn approved(&self) -> Option<Day> {
        let first = |place: u32| {
            let days = self.days.iter().filter(|(p, _)| *p == place);
            days.map(|(_, day)| *day).min()
        };
        let firsts: Option<Vec<Day>> = self.places().map(first).collect();
        firsts?.into_iter().max()
    }

    /// The last day on which it must be approved again, as it stood on a day: counted from the approver who approved longest ago.
    fn renew_due(&self, on: Day) -> Option<Day> {
        let last = |place: u32| {
            let days = self
                .days
                .iter()
                .filter(|(p, day)| *p == place && *day <= on);
            days.map(|(_, day)| *day).max()
        };
        let lasts: Option<Vec<Day>> = self.places().map(last).collect();
        let oldest = lasts?.into_iter().min()?;
        let months = i32::try_from(self.policy.renew_within_months).unwrap_or(i32::MAX);
        Some(oldest.plus_months(months))
    }
}
