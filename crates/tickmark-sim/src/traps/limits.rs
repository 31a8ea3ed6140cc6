//! The second repository: what the platform cuts off, and a branch rule that changes.

use tickmark_core::model::time::Day;

use super::{APPROVAL, CHECKS, PUSH, TRACE};
use crate::{
    code::{
        REQUIRED, Repo,
        change::{Change, push},
        ordinary::pair,
    },
    dice::Dice,
    truth::Class,
    when::Almanac,
    world::{Who, World},
};

const D: Class = Class::Deviation;
const U: Class = Class::Unknown;
const L: Class = Class::Lookalike;

/// GitHub lists at most this many commits of a pull request.
pub(crate) const CAP: usize = 250;

/// Days of the branch rule's changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuleDays {
    /// The rule asks for one check before this day's noon, for two after it.
    stricter: Day,
    /// No rule from this day's noon on, for three days.
    open: Day,
}

impl RuleDays {
    pub(crate) fn new(almanac: &Almanac) -> Self {
        let day = |percent: i32| {
            almanac
                .period
                .from
                .plus_days(almanac.period.days() * percent / 100)
        };
        let work = |from: Day| {
            (0..12)
                .map(|n| from.plus_days(n))
                .find(|d| almanac.is_work_day(*d) && almanac.is_work_day(d.plus_days(2)))
                .unwrap_or(from)
        };
        RuleDays {
            stricter: work(day(30)),
            open: work(day(70)),
        }
    }

    /// Ordinary changes keep away from these days.
    pub(crate) fn closed(self, day: Day) -> bool {
        let near = |from: Day, days: i32| (-4..=days).contains(&day.days_since(from));
        near(self.stricter, 1) || near(self.open, 5)
    }

    pub(crate) fn rules(self, repo: &mut Repo, almanac: &Almanac) {
        let begin = repo.rules.first().map(|(at, _)| *at);
        repo.rules = begin
            .map(|at| (at, Some(vec!["build"])))
            .into_iter()
            .collect();
        repo.rules
            .push((almanac.at(self.stricter, 12, 0), Some(REQUIRED.to_vec())));
        repo.rules.push((almanac.at(self.open, 12, 0), None));
        repo.rules.push((
            almanac.at(self.open.plus_days(3), 12, 0),
            Some(REQUIRED.to_vec()),
        ));
    }
}

pub(crate) fn plant(world: &mut World, repo: &mut Repo, team: &[Who], days: RuleDays) {
    let mut dice = Dice::new(repo.seed, "limits");
    capped(world, repo, &mut dice, team);
    direct_push(world, repo, &mut dice, team);
    rules(world, repo, &mut dice, team, days);
}

/// Many commits: exactly one below the limit can be read, more cannot.
fn capped(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    for (count, approved) in [(CAP - 1, true), (CAP + 10, true), (CAP + 10, false)] {
        let Some(slot) = repo.slot(dice, 0, 100) else {
            return;
        };
        let (author, reviewer) = pair(dice, team);
        let mut change = Change::open(repo, world, slot, author);
        while change.pull.commits.len() < count {
            change.commit(6);
        }
        if approved {
            change.approve(reviewer, 30);
        }
        let sha = change.squash(40);
        change.checked(&sha, 45);
        let main = change.main_item(&sha);
        let (item, trace) = change.go_live(&sha);
        let (class, why) = match (count < CAP, approved) {
            (true, _) => (L, "has as many commits as can just be listed"),
            (false, true) => (
                U,
                "has more commits than the platform lists: its authors are not all known",
            ),
            (false, false) => (
                D,
                "has more commits than the platform lists, and nobody approved it",
            ),
        };
        world.note(class, APPROVAL, item, "commit_cap", why);
        let why = if count < CAP {
            "all its commits are listed"
        } else {
            "its commits are cut off, its merge is not"
        };
        world.note(L, TRACE, trace, "commit_cap", why);
        world.note(L, PUSH, main, "commit_cap", why);
    }
}

/// Where commits are cut off, a commit without a pull request may be one of those.
fn direct_push(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let (author, _) = pair(dice, team);
    let mut change = Change::open(repo, world, slot, author);
    let at = change.minute(20);
    let pushed = push(change.repo, world, author, at);
    change.checked(&pushed, 25);
    let id = change.deploy(&pushed, "production", 30);
    let (main, trace) = (change.main_item(&pushed), change.deployment_item(id));
    let approval = change.change_item(id, &pushed);
    change.close();
    let why = "no pull request is known for it, but one in this repository has commits that cannot be read";
    world.note(U, PUSH, main, "commit_cap", why);
    world.note(U, TRACE, trace, "commit_cap", why);
    world.note(
        D,
        APPROVAL,
        approval,
        "direct_push",
        "deployed, and nobody approved it",
    );
}

/// Day, checks that pass, environment, and what that is.
type Deployed = (
    Day,
    &'static [&'static str],
    &'static str,
    Class,
    &'static str,
    &'static str,
);

fn rules(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who], days: RuleDays) {
    let almanac = world.almanac.clone();
    let plan: [Deployed; 4] = [
        (
            days.stricter.plus_days(-3),
            &["build"],
            "production",
            L,
            "rule_changed",
            "one check was required, and passed",
        ),
        (
            days.stricter,
            &REQUIRED,
            "production",
            U,
            "rule_changed",
            "the rule changed between the two looks around the deployment",
        ),
        (
            days.open.plus_days(2),
            &REQUIRED,
            "production",
            D,
            "nothing_required",
            "no check was required on that day",
        ),
        (
            days.open.plus_days(2),
            &REQUIRED,
            "staging",
            L,
            "nothing_required",
            "no check was required, but it only went to staging",
        ),
    ];
    for (n, (day, checks, environment, class, trap, why)) in (0..).zip(plan) {
        let slot = repo.slot_on(&almanac, day).plus(n * 600 * 1_000_000);
        let (author, reviewer) = pair(dice, team);
        let mut change = Change::open(repo, world, slot, author);
        change.approve(reviewer, 12);
        let sha = if environment == "staging" {
            change.pull.head.clone()
        } else {
            change.squash(15)
        };
        for name in checks {
            change.check(&sha, name, Some("success"), 17);
        }
        let id = change.deploy(&sha, environment, 18);
        let item = change.deployment_item(id);
        change.close();
        world.note(class, CHECKS, item, trap, why);
    }
}
