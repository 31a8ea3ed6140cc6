//! Required checks that failed, came late, or did not run; and commits that came by no pull request.

use super::{APPROVAL, CHECKS, PUSH, TRACE};
use crate::{
    code::{
        Repo,
        change::{Change, push},
        ordinary::pair,
    },
    dice::Dice,
    truth::Class,
    world::{Who, World},
};

const D: Class = Class::Deviation;
const U: Class = Class::Unknown;
const L: Class = Class::Lookalike;

/// What the checks of a merged commit do.
type Script = fn(&mut Change<'_>, &str);

const SCRIPTS: &[(&str, Class, &str, Script)] = &[
    (
        "skipped_check",
        D,
        "a required check was skipped",
        |c, sha| {
            c.check(sha, "build", Some("success"), 45);
            c.check(sha, "test", Some("skipped"), 46);
        },
    ),
    (
        "skipped_check",
        L,
        "a check that is not required was skipped",
        |c, sha| {
            c.checked(sha, 45);
            c.check(sha, "style", Some("skipped"), 46);
        },
    ),
    ("failed", D, "a required check failed", |c, sha| {
        c.check(sha, "build", Some("success"), 45);
        c.check(sha, "test", Some("failure"), 46);
    }),
    (
        "failed",
        L,
        "a check that is not required failed",
        |c, sha| {
            c.checked(sha, 45);
            c.check(sha, "style", Some("failure"), 46);
        },
    ),
    (
        "failed_then_passed",
        L,
        "failed, run again and passed before the deployment",
        |c, sha| {
            c.check(sha, "test", Some("failure"), 44);
            c.checked(sha, 46);
        },
    ),
    (
        "failed_then_passed",
        D,
        "failed, and passed only for another check",
        |c, sha| {
            c.check(sha, "test", Some("timed_out"), 44);
            c.check(sha, "build", Some("success"), 46);
        },
    ),
    (
        "late_check",
        D,
        "a required check succeeded only after the deployment",
        |c, sha| {
            c.check(sha, "build", Some("success"), 45);
            c.check(sha, "test", Some("success"), 61);
        },
    ),
    (
        "late_check",
        L,
        "a required check finished in the moment of the deployment",
        |c, sha| {
            c.check(sha, "build", Some("success"), 45);
            c.check(sha, "test", Some("success"), 60);
        },
    ),
    (
        "passed_then_failed",
        D,
        "passed, run again and failed before the deployment",
        |c, sha| {
            c.checked(sha, 45);
            c.check(sha, "test", Some("failure"), 55);
        },
    ),
    (
        "passed_then_failed",
        L,
        "passed, and failed when run again after the deployment",
        |c, sha| {
            c.checked(sha, 45);
            c.check(sha, "test", Some("failure"), 70);
        },
    ),
    (
        "other_commit",
        D,
        "the checks ran on the head of the pull request, not on what was deployed",
        |c, _| {
            let head = c.pull.head.clone();
            c.checked(&head, 30);
        },
    ),
    (
        "other_commit",
        L,
        "failed on the head of the pull request, passed on what was deployed",
        |c, sha| {
            let head = c.pull.head.clone();
            c.check(&head, "test", Some("failure"), 30);
            c.checked(sha, 45);
        },
    ),
    (
        "denied_checks",
        U,
        "the platform refuses to list the checks",
        |c, sha| {
            c.checked(sha, 45);
            c.repo.checks_denied.insert(sha.to_owned());
        },
    ),
];

pub(crate) fn plant(world: &mut World, repo: &mut Repo, team: &[Who]) {
    let mut dice = Dice::new(repo.seed, "checks");
    for (trap, class, why, script) in SCRIPTS {
        let Some(slot) = repo.slot(&mut dice, 0, 100) else {
            continue;
        };
        let (author, reviewer) = pair(&mut dice, team);
        let mut change = Change::open(repo, world, slot, author);
        change.approve(reviewer, 30);
        let sha = change.squash(40);
        script(&mut change, &sha);
        let (_, item) = change.go_live(&sha);
        world.note(*class, CHECKS, item, trap, why);
    }
    denied_on_staging(world, repo, &mut dice, team);
    direct_pushes(world, repo, &mut dice, team);
    branches(world, repo, &mut dice, team);
    before_merge(world, repo, &mut dice, team);
    again(world, repo, &mut dice, team);
}

fn denied_on_staging(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let mut change = Change::open(repo, world, slot, pair(dice, team).0);
    let sha = change.pull.head.clone();
    change.repo.checks_denied.insert(sha.clone());
    let id = change.deploy(&sha, "staging", 40);
    let (deployment, trace) = (change.deployment_item(id), change.deployment_item(id));
    change.close();
    world.note(
        L,
        CHECKS,
        deployment,
        "denied_checks",
        "checks are denied, but it only went to staging",
    );
    world.note(
        L,
        TRACE,
        trace,
        "unmerged_branch",
        "a branch that was not merged, on staging only",
    );
}

/// A commit without a pull request: deployed itself, or carried by the next deployment.
fn direct_pushes(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    for rides in [false, true] {
        let Some(slot) = repo.slot(dice, 0, 100) else {
            return;
        };
        let (author, reviewer) = pair(dice, team);
        let mut change = Change::open(repo, world, slot, author);
        let at = change.minute(20);
        let pushed = push(change.repo, world, author, at);
        let main = change.main_item(&pushed);
        let why = "pushed to the branch past the pull request";
        let carried = if rides {
            change.approve(reviewer, 30);
            let sha = change.squash(40);
            change.checked(&sha, 45);
            change.deploy(&sha, "staging", 50);
            let id = change.deploy(&sha, "production", 60);
            let trace = change.deployment_item(id);
            world.note(
                L,
                TRACE,
                trace,
                "direct_push",
                "carries a direct push, but its own commit came by a pull request",
            );
            change.change_item(id, &pushed)
        } else {
            change.checked(&pushed, 25);
            let id = change.deploy(&pushed, "production", 30);
            world.note(D, TRACE, change.deployment_item(id), "direct_push", why);
            change.change_item(id, &pushed)
        };
        change.close();
        world.note(D, PUSH, main, "direct_push", why);
        world.note(D, APPROVAL, carried, "direct_push", why);
    }
}

/// Deployed from a branch that was never merged; deployed and then lost when the branch was rewritten.
fn branches(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let (author, reviewer) = pair(dice, team);
    let mut change = Change::open(repo, world, slot, author);
    change.approve(reviewer, 20);
    let sha = change.pull.head.clone();
    change.checked(&sha, 25);
    let id = change.deploy(&sha, "production", 40);
    let (approved, trace) = (change.change_item(id, &sha), change.deployment_item(id));
    change.close();
    world.note(
        D,
        TRACE,
        trace,
        "unmerged_branch",
        "the head of an open pull request went to production",
    );
    world.note(
        L,
        APPROVAL,
        approved,
        "unmerged_branch",
        "not merged, but approved before the deployment",
    );
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let mut change = Change::open(repo, world, slot, author);
    let lost = change.repo.sha();
    change.checked(&lost, 25);
    let id = change.deploy(&lost, "production", 30);
    let (approval, trace) = (change.change_item(id, &lost), change.deployment_item(id));
    change.close();
    let why = "what was deployed is on the branch no longer: it was rewritten";
    world.note(D, TRACE, trace, "rewritten_branch", why);
    world.note(D, APPROVAL, approval, "rewritten_branch", why);
}

/// Deployed first and merged later; and merged in the very moment.
fn before_merge(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let (author, reviewer) = pair(dice, team);
    let mut change = Change::open(repo, world, slot, author);
    change.approve(reviewer, 15);
    let head = change.pull.head.clone();
    change.checked(&head, 16);
    let early = change.deploy(&head, "production", 20);
    let trace = change.deployment_item(early);
    let sha = change.merge(40);
    change.checked(&sha, 45);
    let brought: Vec<String> = change
        .pull
        .commits
        .iter()
        .map(|c| change.main_item(&c.sha))
        .collect();
    let (_, later) = change.go_live(&sha);
    world.note(
        D,
        TRACE,
        trace,
        "deployed_before_merge",
        "deployed from the branch, merged twenty minutes later",
    );
    world.note(
        L,
        TRACE,
        later,
        "true_merge",
        "the merge commit itself, deployed after the merge",
    );
    for item in brought {
        world.note(
            L,
            PUSH,
            item,
            "true_merge",
            "brought to the branch by a true merge",
        );
    }
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let mut change = Change::open(repo, world, slot, author);
    change.approve(reviewer, 30);
    let sha = change.squash(60);
    change.checked(&sha, 60);
    let (_, item) = change.go_live_at(&sha, 60);
    world.note(
        L,
        TRACE,
        item,
        "deployed_before_merge",
        "merged in the moment of the deployment",
    );
    let item = crate::truth::item(&[&repo.full_name(), &sha]);
    world.note(
        L,
        PUSH,
        item,
        "squash_merge",
        "a squash merge is no direct push",
    );
}

/// An earlier state is deployed again.
fn again(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 40, 95) else {
        return;
    };
    let (author, reviewer) = pair(dice, team);
    let mut change = Change::open(repo, world, slot, author);
    change.approve(reviewer, 15);
    let old = change.squash(20);
    change.checked(&old, 22);
    change.deploy(&old, "production", 25);
    change.close();
    let mut change = Change::open(repo, world, slot, author);
    change.approve(reviewer, 30);
    let sha = change.squash(40);
    change.checked(&sha, 45);
    change.deploy(&sha, "production", 50);
    let back = change.deploy(&old, "production", 70);
    let (approval, trace) = (change.change_item(back, &old), change.deployment_item(back));
    change.close();
    let why = "rolled back to an earlier commit of the branch";
    world.note(L, TRACE, trace, "rewritten_branch", why);
    world.note(L, APPROVAL, approval, "rewritten_branch", why);
}
