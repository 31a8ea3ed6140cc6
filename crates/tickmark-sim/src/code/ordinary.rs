//! Ordinary changes: reviewed by a colleague, checked, deployed.

use tickmark_core::model::time::DAY_US;

use super::{
    Deployment, Repo, account_of,
    change::{Change, push},
};
use crate::{
    dice::Dice,
    traps::{APPROVAL, PUSH, TRACE},
    truth::{Class, item},
    world::{Who, World},
};

/// What was there before the period: a first commit without a pull request, and the deployment that carried it.
pub(crate) fn history(repo: &mut Repo, world: &mut World, who: Who) {
    let day = world.almanac.period.from.plus_days(-20);
    let at = world.almanac.at(day, 10, 0);
    let sha = push(repo, world, who, at);
    let id = repo.next_id();
    let deployment = Deployment {
        id,
        sha: sha.clone(),
        environment: "production",
        at: at.plus(DAY_US / 24),
        actor: account_of(who),
    };
    repo.deployments.push(deployment);
    let (name, number) = (repo.full_name(), id.to_string());
    let why = "pushed past the pull request, and deployed, before the period";
    for (test, item) in [
        (PUSH, item(&[&name, &sha])),
        (TRACE, item(&[&name, &number])),
        (APPROVAL, item(&[&name, &number, &sha])),
    ] {
        world.note(Class::Lookalike, test, item, "direct_push", why);
    }
}

/// Ordinary changes by engineers, approved by another.
pub(crate) fn changes(repo: &mut Repo, world: &World, dice: &mut Dice, team: &[Who], count: usize) {
    for _ in 0..count {
        let Some(slot) = repo.slot(dice, 0, 100) else {
            return;
        };
        let (author, reviewer) = pair(dice, team);
        let mut change = Change::open(repo, world, slot, author);
        if dice.chance(4) {
            // Closed without a merge.
            change.review(account_of(reviewer), "COMMENTED", 30);
            change.close();
            continue;
        }
        if dice.chance(25) {
            change.review(account_of(reviewer), "COMMENTED", 20);
        }
        change.approve(reviewer, 30);
        if dice.chance(20) {
            let sha = change.merge(40);
            change.checked(&sha, 45);
            change.go_live(&sha);
        } else {
            change.ship();
        }
    }
}

/// Two different people of a team.
pub(crate) fn pair(dice: &mut Dice, team: &[Who]) -> (Who, Who) {
    let mut order: Vec<Who> = team.to_vec();
    dice.shuffle(&mut order);
    let mut order = order.into_iter();
    (order.next().unwrap_or(0), order.next().unwrap_or(1))
}
