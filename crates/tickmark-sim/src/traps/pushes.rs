//! Commits that reached the branch without a pull request and look as if one had brought them, and branches that went live.

use super::{APPROVAL, PUSH, TRACE};
use crate::{
    code::{
        Repo,
        change::{Change, push, push_as},
        ordinary::pair,
    },
    dice::Dice,
    truth::Class,
    world::{Who, World},
};

const D: Class = Class::Deviation;
const L: Class = Class::Lookalike;

pub(crate) fn plant(world: &mut World, repo: &mut Repo, team: &[Who]) {
    let mut dice = Dice::new(repo.seed, "pushes");
    pretended_squash(world, repo, &mut dice, team);
    local_merge(world, repo, &mut dice, team);
    excepted(world, repo, &mut dice, team);
    never_merged(world, repo, &mut dice, team);
}

/// Commits without a pull request, deployed at once: what is noted about each, and about the deployment.
fn shipped(
    world: &mut World,
    mut change: Change<'_>,
    commits: &[String],
    class: Class,
    trap: &str,
    why: &str,
) -> Vec<(&'static str, String)> {
    let Some(head) = commits.last() else {
        return Vec::new();
    };
    change.checked(head, 25);
    let id = change.deploy(head, "production", 30);
    let mut items = vec![(TRACE, change.deployment_item(id))];
    for sha in commits {
        items.push((PUSH, change.main_item(sha)));
        items.push((APPROVAL, change.change_item(id, sha)));
    }
    change.close();
    for (test, item) in &items {
        world.note(class, test, item.clone(), trap, why);
    }
    items
}

/// The message is that of a squash merge; there is no such pull request.
fn pretended_squash(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let (author, _) = pair(dice, team);
    let change = Change::open(repo, world, slot, author);
    let at = change.minute(20);
    let sha = push_as(change.repo, world, author, at, "Fix the search (#90123)");
    let why = "pushed with the message of a squash merge; there is no such pull request";
    shipped(world, change, &[sha], D, "squash_merge", why);
}

/// Merged at home and pushed: two parents, no pull request.
fn local_merge(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let (author, _) = pair(dice, team);
    let change = Change::open(repo, world, slot, author);
    let mut shas = Vec::new();
    for (minute, message) in [
        (12, "try another way"),
        (15, "and finish it"),
        (20, "Merge branch 'another-way'"),
    ] {
        let at = change.minute(minute);
        shas.push(push_as(change.repo, world, author, at, message));
    }
    let brought = shas.get(1).cloned();
    if let Some(merge) = change.repo.main.last_mut() {
        merge.merged = brought;
    }
    let why = "merged on somebody's own machine and pushed, without a pull request";
    shipped(world, change, &shas, D, "true_merge", why);
}

/// An approved exception.
fn excepted(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let (author, _) = pair(dice, team);
    let change = Change::open(repo, world, slot, author);
    let at = change.minute(20);
    let sha = push(change.repo, world, author, at);
    let why = "pushed and deployed during an outage of the platform, an approved exception";
    for (test, item) in shipped(world, change, &[sha], L, "direct_push", why) {
        world.waived.push((test.to_owned(), item, why.to_owned()));
    }
}

/// The head of a pull request that nobody approved or merged.
fn never_merged(world: &mut World, repo: &mut Repo, dice: &mut Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let (author, _) = pair(dice, team);
    let mut change = Change::open(repo, world, slot, author);
    let sha = change.pull.head.clone();
    change.checked(&sha, 25);
    let id = change.deploy(&sha, "production", 40);
    let (approval, trace) = (change.change_item(id, &sha), change.deployment_item(id));
    change.close();
    let why = "the head of an open pull request that nobody approved went to production";
    world.note(D, APPROVAL, approval, "unmerged_branch", why);
    world.note(D, TRACE, trace, "unmerged_branch", why);
}
