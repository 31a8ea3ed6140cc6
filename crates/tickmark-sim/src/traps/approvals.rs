//! Reviews of every shape.

use super::{APPROVAL, TRACE, leavers};
use crate::{
    code::{
        BOT, PLATFORM, Repo, SERVICE, STRANGER, account_of,
        change::{Change, email},
        ordinary::pair,
        second_account_of,
    },
    truth::Class,
    world::{Claim, Status, Who, World},
};

/// What a scenario does before the merge; with the author, a colleague and a third engineer.
type Script = fn(&mut Change<'_>, &World, [Who; 3]);

const D: Class = Class::Deviation;
const U: Class = Class::Unknown;
const L: Class = Class::Lookalike;

/// Scenarios that end as usual: squash, checks, production.
const SCRIPTS: &[(&str, Class, &str, Script)] = &[
    (
        "squash_merge",
        L,
        "squash merge: the deployed commit is none of the pull request's own",
        |c, _, [_, b, _]| c.approve(b, 30),
    ),
    (
        "squash_merge",
        D,
        "squash merge that nobody approved",
        |c, _, [_, b, _]| c.review(account_of(b), "COMMENTED", 30),
    ),
    (
        "self_approval",
        D,
        "approved by its author",
        |c, _, [a, ..]| c.approve(a, 30),
    ),
    (
        "self_approval",
        L,
        "approved by its author and by a colleague",
        |c, _, [a, b, _]| {
            c.approve(a, 29);
            c.approve(b, 30);
        },
    ),
    (
        "co_author",
        D,
        "approved by a co-author of a commit",
        |c, w, [_, b, _]| {
            c.commit(6).message = format!("together\n\nCo-authored-by: Somebody <{}>", email(w, b));
            c.approve(b, 30);
        },
    ),
    (
        "co_author",
        L,
        "has a co-author and was approved by somebody else",
        |c, w, [_, b, x]| {
            c.commit(6).message = format!("together\n\nCo-authored-by: Somebody <{}>", email(w, x));
            c.approve(b, 30);
        },
    ),
    (
        "committer",
        D,
        "approved by somebody who committed part of it",
        |c, w, [_, b, _]| {
            let mail = email(w, b);
            let commit = c.commit(6);
            (commit.committer, commit.committer_email) = (account_of(b), mail);
            c.approve(b, 30);
        },
    ),
    (
        "committer",
        L,
        "committed by the platform, because it was edited on its pages",
        |c, _, [_, b, _]| {
            let commit = c.commit(6);
            (commit.committer, commit.committer_email) =
                (PLATFORM, "noreply@github.com".to_owned());
            c.approve(b, 30);
        },
    ),
    (
        "stale_approval",
        D,
        "more was pushed after the approval",
        |c, _, [_, b, _]| {
            c.approve(b, 30);
            c.commit(35);
        },
    ),
    (
        "stale_approval",
        L,
        "more was pushed after the approval, and approved again",
        |c, _, [_, b, _]| {
            c.approve(b, 20);
            c.commit(25);
            c.approve(b, 30);
        },
    ),
    (
        "dismissed_review",
        D,
        "the only approval was dismissed",
        |c, _, [_, b, _]| c.review(account_of(b), "DISMISSED", 30),
    ),
    (
        "dismissed_review",
        L,
        "one approval was dismissed, another stands",
        |c, _, [_, b, x]| {
            c.review(account_of(b), "DISMISSED", 20);
            c.approve(x, 30);
        },
    ),
    (
        "changes_requested_after_approval",
        D,
        "approved, then changes requested",
        |c, _, [_, b, _]| {
            c.approve(b, 20);
            c.review(account_of(b), "CHANGES_REQUESTED", 30);
        },
    ),
    (
        "changes_requested_after_approval",
        L,
        "changes requested, then approved, and changes requested long after",
        |c, _, [_, b, _]| {
            c.review(account_of(b), "CHANGES_REQUESTED", 20);
            c.approve(b, 30);
            c.review(account_of(b), "COMMENTED", 32);
            c.review(account_of(b), "CHANGES_REQUESTED", 75);
        },
    ),
    (
        "bot_approval",
        D,
        "approved by a bot and by a service account",
        |c, _, _| {
            c.review(BOT, "APPROVED", 29);
            c.review(SERVICE, "APPROVED", 30);
        },
    ),
    (
        "bot_approval",
        L,
        "written by a bot, approved by a person",
        |c, _, [_, b, _]| {
            c.by_bot();
            c.approve(b, 30);
        },
    ),
    (
        "unresolved_account",
        U,
        "approved by an account nobody is known to own",
        |c, _, _| c.review(STRANGER, "APPROVED", 30),
    ),
    (
        "unresolved_account",
        L,
        "approved by an unknown account and by a colleague",
        |c, _, [_, b, _]| {
            c.review(STRANGER, "APPROVED", 29);
            c.approve(b, 30);
        },
    ),
    (
        "approval_after_deploy",
        D,
        "approved after the deployment",
        |c, _, [_, b, _]| c.approve(b, 70),
    ),
    (
        "approval_after_deploy",
        L,
        "approved after the merge, before the deployment",
        |c, _, [_, b, _]| c.approve(b, 55),
    ),
    (
        "second_account",
        D,
        "approved with the author's second account",
        |c, _, [a, ..]| {
            c.review(second_account_of(a), "APPROVED", 30);
        },
    ),
    (
        "second_account",
        L,
        "approved with a colleague's second account",
        |c, _, [_, b, _]| {
            c.review(second_account_of(b), "APPROVED", 30);
        },
    ),
    (
        "mixed_approvals",
        D,
        "a colleague approved an earlier commit, the author the last one",
        |c, _, [a, b, _]| {
            c.approve(b, 20);
            c.commit(25);
            c.approve(a, 30);
        },
    ),
    (
        "mixed_approvals",
        L,
        "the author approved an earlier commit, a colleague the last one",
        |c, _, [a, b, _]| {
            c.approve(a, 20);
            c.commit(25);
            c.approve(b, 30);
        },
    ),
    (
        "denied_reviews",
        U,
        "the platform refuses to list the reviews",
        |c, _, [_, b, _]| {
            c.approve(b, 30);
            c.pull.reviews_denied = true;
        },
    ),
];

pub(crate) fn plant(world: &mut World, repo: &mut Repo, team: &[Who]) {
    let mut dice = crate::dice::Dice::new(repo.seed, "approvals");
    for (trap, class, why, script) in SCRIPTS {
        let Some(slot) = repo.slot(&mut dice, 0, 100) else {
            continue;
        };
        let (author, reviewer) = pair(&mut dice, team);
        let third = team
            .iter()
            .copied()
            .find(|w| *w != author && *w != reviewer)
            .unwrap_or(0);
        let mut change = Change::open(repo, world, slot, author);
        script(&mut change, world, [author, reviewer, third]);
        let (item, trace) = change.ship();
        world.note(*class, APPROVAL, item, trap, why);
        if *trap == "squash_merge" {
            let why = "the squash commit of its pull request, approved or not";
            world.note(L, TRACE, trace, trap, why);
        }
    }
    batch(world, repo, &mut dice, team);
    staging_only(world, repo, &mut dice, team);
    left(world, repo, &mut dice, team);
}

/// One deployment carries two changes; the one nobody approved does not hide behind the other.
fn batch(world: &mut World, repo: &mut Repo, dice: &mut crate::dice::Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let (author, reviewer) = pair(dice, team);
    let mut first = Change::open(repo, world, slot, author);
    let hidden = first.squash(35);
    first.close();
    let mut second = Change::open(repo, world, slot, author);
    second.approve(reviewer, 30);
    let sha = second.squash(40);
    second.checked(&sha, 45);
    second.deploy(&sha, "staging", 50);
    let id = second.deploy(&sha, "production", 60);
    let (bad, good) = (
        second.change_item(id, &hidden),
        second.change_item(id, &sha),
    );
    second.close();
    let why = "not approved, and carried by the deployment of another change";
    world.note(D, APPROVAL, bad, "batch_deployment", why);
    world.note(
        L,
        APPROVAL,
        good,
        "batch_deployment",
        "approved, and deployed together with one that was not",
    );
}

/// Reviews are denied for a branch that only ever went to staging.
fn staging_only(world: &mut World, repo: &mut Repo, dice: &mut crate::dice::Dice, team: &[Who]) {
    let Some(slot) = repo.slot(dice, 0, 100) else {
        return;
    };
    let (author, _) = pair(dice, team);
    let mut change = Change::open(repo, world, slot, author);
    change.pull.reviews_denied = true;
    let sha = change.pull.head.clone();
    let id = change.deploy(&sha, "staging", 40);
    let item = change.change_item(id, &sha);
    change.close();
    world.note(
        L,
        APPROVAL,
        item,
        "denied_reviews",
        "reviews are denied, but it only went to staging",
    );
}

/// Approved with the account of somebody who had left, and by somebody who left afterwards.
fn left(world: &mut World, repo: &mut Repo, dice: &mut crate::dice::Dice, team: &[Who]) {
    for gone_before in [true, false] {
        let (low, high) = if gone_before { (2, 8) } else { (66, 76) };
        let case = leavers::case(world, "employee", low, high);
        let evening = case.evening(world);
        world.set(case.directory, evening, Status::Disabled);
        identify(world, case.who);
        let slot = if gone_before {
            repo.slot(dice, 60, 95)
        } else {
            repo.slot(dice, 5, 50)
        };
        let Some(slot) = slot else { return };
        let (author, _) = pair(dice, team);
        let mut change = Change::open(repo, world, slot, author);
        change.approve(case.who, 30);
        let (item, _) = change.ship();
        if gone_before {
            let why = "approved with the account of somebody who had left";
            world.note(D, APPROVAL, item, "deactivated_approver", why);
        } else {
            let why = "approved by somebody who left afterwards";
            world.note(L, APPROVAL, item, "deactivated_approver", why);
        }
    }
}

/// Names a person's accounts at the platform and in commits.
pub(crate) fn identify(world: &mut World, who: Who) {
    let mail = email(world, who);
    if let Some(person) = world.person(who) {
        let accounts = [
            format!("github:{}", account_of(who)),
            format!("github:{}", second_account_of(who)),
            format!("email:{mail}"),
        ];
        person.claims.extend(accounts.map(Claim::always));
    }
}
