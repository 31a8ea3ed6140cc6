//! What is due from one person, gathered from the registers and the occurrences; what waits for others is named too.

use std::collections::BTreeMap;

use tickmark_core::judge::freshness::{Evidenced, Freshness};
use tickmark_core::model::document::Policy;
use tickmark_core::model::ids::PersonId;
use tickmark_core::model::registers::{
    acknowledging, policy_standings, review_standings, task_standings,
};
use tickmark_core::model::state::{Approval, Version};
use tickmark_core::model::time::{DAY_US, Day, Time};

use crate::house::House;
use crate::pages::view::{self, ControlView};
use crate::pages::{link, owed};
use crate::rights::{Action, Object, Viewer};

/// Days before an approval has to be renewed from which on it is shown as due.
const RENEWAL_NOTICE_DAYS: i32 = 30;
/// What was done longer ago is not listed.
const DONE_US: i64 = 400 * DAY_US;

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A policy to acknowledge.
    Acknowledge,
    /// A policy to approve.
    Approve,
    /// An access review to decide.
    Review,
    /// A task.
    Task,
    /// Evidence to hand in.
    Evidence,
}

impl Kind {
    /// What stands above its title.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Acknowledge => "Policy to acknowledge",
            Self::Approve => "Policy to approve",
            Self::Review => "Access review",
            Self::Task => "Task",
            Self::Evidence => "Evidence to hand in",
        }
    }
}

/// One thing.
#[derive(Debug, Clone)]
pub struct Item {
    /// What kind of thing.
    pub kind: Kind,
    /// What it is called.
    pub title: String,
    /// What to know about it, in one sentence.
    pub about: String,
    /// Last day; none if there is no day.
    pub due: Option<Day>,
    /// Where it is done, and the words of the button; none if it is done elsewhere.
    pub to: Option<(String, &'static str)>,
    /// When it was done, and the entry that says so.
    pub done: Option<(Time, u64)>,
    /// The policy, for finding it again after it was acknowledged.
    pub policy: Option<String>,
}

impl Item {
    /// Days by which it is late.
    #[must_use]
    pub fn days_late(&self, today: Day) -> i32 {
        self.due.map_or(0, |due| today.days_since(due).max(0))
    }
}

/// Everything about one person.
#[derive(Debug, Clone, Default)]
pub struct Due<'a> {
    /// Who it is in `people.yaml`; none if the mail address belongs to nobody there.
    pub person: Option<&'a PersonId>,
    /// What is to be done, the earliest first.
    pub todo: Vec<Item>,
    /// What is done already, the latest first.
    pub done: Vec<Item>,
    /// What will be due from them once others have done their part.
    pub waits: Vec<String>,
}

impl Due<'_> {
    fn put(&mut self, item: Item) {
        if item.done.is_some() {
            self.done.push(item);
        } else {
            self.todo.push(item);
        }
    }
}

/// What is due from whoever looks.
#[must_use]
pub fn gather<'a>(house: &'a House, viewer: &Viewer, now: Time) -> Due<'a> {
    let today = view::zone(house).day_of(now);
    let mut due = Due {
        person: house.person(&viewer.mail),
        ..Due::default()
    };
    if let Some(person) = due.person {
        if viewer.may(Action::AcknowledgePolicies) {
            acknowledge(house, person, today, &mut due);
        }
        if viewer.may(Action::ApprovePolicies) {
            approve(house, person, today, &mut due);
        }
        // Whoever may decide but not see the list cannot be asked.
        if viewer.may(Action::DecideReviews) && viewer.may(Action::ViewReviews) {
            reviews(house, person, today, &mut due);
        }
        tasks(house, viewer, person, today, &mut due);
    }
    evidence(house, viewer, now, &mut due);
    due.todo.sort_by_key(|i| (i.due.is_none(), i.due));
    due.done
        .retain(|i| i.done.is_some_and(|(at, _)| now.since(at) < DONE_US));
    due.done
        .sort_by_key(|i| std::cmp::Reverse(i.done.map(|(at, _)| at)));
    due
}

fn acknowledge<'a>(house: &'a House, person: &PersonId, today: Day, due: &mut Due<'a>) {
    let state = &house.state;
    for (version, policy) in state.policies() {
        let approved = state.is_approved(&policy.policy, version.leaf);
        if !approved && !is_retired(policy, today) && must_acknowledge(house, policy, person) {
            due.waits.push(format!(
                "Version {} of \u{201c}{}\u{201d} waits for its approvers; then it is yours to acknowledge.",
                policy.version, policy.title
            ));
        }
        // First days of persons are facts of a population, which pages do not read: whoever joined later has longer than shown here.
        let all = acknowledging(
            state,
            &policy.policy,
            &house.people,
            &BTreeMap::new(),
            today,
        );
        let Some(mine) = all.into_iter().find(|a| a.person == person) else {
            continue;
        };
        let known = state
            .acknowledgements
            .get(&policy.policy)
            .into_iter()
            .flatten();
        let known = known
            .filter(|a| a.person.value.as_ref() == Some(person))
            .find(|a| Some(a.recorded) == mine.done);
        // What is in force and what would be recorded now may be two versions: of those, only an approved one can be acknowledged.
        if mine.done.is_none() && !approved {
            continue;
        }
        due.put(Item {
            kind: Kind::Acknowledge,
            title: policy.title.clone(),
            about: format!(
                "Version {}. Read it, then say that you have.",
                policy.version
            ),
            due: Some(mine.due),
            to: Some((link::due_policy(&policy.policy), "Read and acknowledge")),
            done: mine.done.zip(known.map(|a| a.leaf)),
            policy: Some(policy.policy.to_string()),
        });
    }
}

fn approve<'a>(house: &'a House, person: &PersonId, today: Day, due: &mut Due<'a>) {
    let state = &house.state;
    for standing in policy_standings(state, today) {
        let (version, policy) = (standing.version, standing.policy);
        if is_retired(policy, today) || !approves(policy, person) {
            continue;
        }
        let last = last_approval(house, version, policy, person);
        let zone = state.zone();
        let months = i32::try_from(policy.renew_within_months).unwrap_or(i32::MAX);
        let again = last.map(|a| zone.day_of(a.recorded).plus_months(months));
        let renew = again.filter(|day| *day <= today.plus_days(RENEWAL_NOTICE_DAYS));
        let about = match (last, renew) {
            (Some(_), Some(_)) => format!(
                "Version {} was approved {} months ago; it has to be approved again, changed or not.",
                policy.version, policy.renew_within_months
            ),
            (Some(_), None) => format!("Version {}.", policy.version),
            (None, _) => format!(
                "Version {} holds only once each of its approvers has approved it.",
                policy.version
            ),
        };
        due.put(Item {
            kind: Kind::Approve,
            title: policy.title.clone(),
            about,
            due: renew,
            to: Some((link::due_policy(&policy.policy), "Read and approve")),
            done: match (last, renew) {
                (Some(approval), None) => Some((approval.recorded, approval.leaf)),
                _ => None,
            },
            policy: Some(policy.policy.to_string()),
        });
    }
}

fn is_retired(policy: &Policy, today: Day) -> bool {
    policy.lifetime.retired.is_some_and(|last| last < today)
}

/// Whether somebody belongs to the groups that must acknowledge a policy.
pub(super) fn must_acknowledge(house: &House, policy: &Policy, person: &PersonId) -> bool {
    let groups = policy.acknowledge.iter().flat_map(|a| &a.groups);
    let mut members = house.people.members(groups.map(|g| &g.value));
    members.any(|p| p.person == *person)
}

/// Whether somebody is one of a policy's approvers.
pub(super) fn approves(policy: &Policy, person: &PersonId) -> bool {
    policy.approvers.iter().any(|a| a.value == *person)
}

/// The last approval of a version by one person.
pub(super) fn last_approval<'a>(
    house: &'a House,
    version: &Version,
    policy: &Policy,
    person: &PersonId,
) -> Option<&'a Approval> {
    let place = policy.approvers.iter().position(|a| a.value == *person);
    let place = place.and_then(|n| u32::try_from(n).ok())?;
    let all = house
        .state
        .approvals
        .get(&policy.policy)
        .into_iter()
        .flatten();
    all.filter(|a| a.document == version.leaf && a.approver == place)
        .max_by_key(|a| a.recorded)
}

/// Reviews that wait for a decision: anybody who may decide can.
fn reviews<'a>(house: &'a House, person: &PersonId, today: Day, due: &mut Due<'a>) {
    for standing in review_standings(&house.state, today) {
        let review = standing.review;
        let decisions = review.decisions.iter();
        let mine = decisions
            .rev()
            .find(|d| d.person.value.as_ref() == Some(person));
        if standing.undecided == 0 && mine.is_none() {
            continue;
        }
        let opened = &review.opened;
        due.put(Item {
            kind: Kind::Review,
            title: format!("{}, {} to {}", opened.control, opened.covers.from, opened.covers.to),
            about: if standing.undecided == 0 {
                "Everything on the list is decided.".to_owned()
            } else {
                format!(
                    "{} of {} on the list are not decided. Whoever may decide can do it, but not about their own accounts.",
                    standing.undecided, opened.items
                )
            },
            due: Some(opened.due),
            to: Some((link::due_review(review.leaf), "Decide")),
            done: mine
                .filter(|_| standing.undecided == 0)
                .map(|d| (d.recorded, d.leaf)),
            policy: None,
        });
    }
}

fn tasks<'a>(house: &'a House, viewer: &Viewer, person: &PersonId, today: Day, due: &mut Due<'a>) {
    for standing in task_standings(&house.state, today) {
        let task = standing.task;
        if task.owner() != Some(person) {
            continue;
        }
        let test = task.opened.test.as_str();
        let control = test.split('.').next().unwrap_or_default();
        let sees = view::sees(house, viewer, Action::ViewTests, control);
        due.put(Item {
            kind: Kind::Task,
            title: match task.item() {
                Some(item) => format!("{test}: {}", item.key().join(" \u{b7} ")),
                None => test.to_owned(),
            },
            about: if task.closed.is_some() {
                "Closed by a later run of the test.".to_owned()
            } else {
                "It closes by itself when the test runs again and finds nothing wrong here any more.".to_owned()
            },
            due: Some(task.due()),
            to: sees.then(|| (link::test(test), "Open the test")),
            done: task.closed.map(|c| (c.recorded, c.leaf)),
            policy: None,
        });
    }
}

/// The controls that somebody answers for and may hand in evidence for.
#[must_use]
pub fn own_controls<'a>(house: &'a House, viewer: &Viewer) -> Vec<ControlView<'a>> {
    if !viewer.may(Action::HandInEvidence) {
        return Vec::new();
    }
    let mut all = view::controls(house, viewer);
    all.retain(|c| {
        let may = viewer.may_to(Action::HandInEvidence, viewer.control(c.owner));
        may && c.owner.is_some_and(|owner| viewer.owns(owner))
    });
    all
}

fn evidence(house: &House, viewer: &Viewer, now: Time, due: &mut Due<'_>) {
    for control in own_controls(house, viewer) {
        for one in owed::occurrences(house, &control, now) {
            if one.freshness.is_some() {
                due.put(occurrence(house, &control, &one));
            }
        }
    }
}

fn occurrence(house: &House, control: &ControlView<'_>, one: &Evidenced) -> Item {
    let first = one.leaves.first().and_then(|leaf| {
        let all = &house.state.collections;
        let at = all.binary_search_by_key(leaf, |c| c.leaf).ok()?;
        Some((all.get(at)?.observed.0, *leaf))
    });
    let about = match one.freshness {
        Some(Freshness::Fresh) => format!("For {} to {}.", one.days.from, one.days.to),
        other => format!(
            "For {} to {}: {}.",
            one.days.from,
            one.days.to,
            owed::means(other)
        ),
    };
    Item {
        kind: Kind::Evidence,
        title: format!("{} {}", control.id, control.title),
        about,
        due: Some(one.days.to),
        to: Some((link::mine(&control.id), "Hand in")),
        done: first,
        policy: None,
    }
}

/// Whether a policy is somebody's to read here: they have to acknowledge or approve it, or may read all documents anyway.
#[must_use]
pub fn reads(house: &House, viewer: &Viewer, policy: &Policy, today: Day) -> bool {
    if viewer.may_to(Action::ViewDocuments, Object::Foreign) {
        return true;
    }
    let Some(person) = house.person(&viewer.mail) else {
        return false;
    };
    !is_retired(policy, today)
        && (must_acknowledge(house, policy, person) || approves(policy, person))
}
