//! The world's own judgement of what reached the deployed branch, and how.
//!
//! Written against the text of CHG-03, not with the product's code.

use std::collections::BTreeSet;

use tickmark_core::model::time::Span;

use super::{
    Pull, Repo,
    history::{Entry, History},
};
use crate::{
    traps::{PUSH, REFERENCE, TRACE, limits::CAP},
    truth::{Class, Verdict, item},
    world::World,
};

fn period(world: &World) -> Span {
    world.almanac.period.span(&world.almanac.zone)
}

fn excepted(world: &World, test: &str, item: &str) -> bool {
    world.waived.iter().any(|(t, i, _)| t == test && i == item)
}

/// The merged pull requests that brought a commit, as far as the platform lists their commits.
fn brought<'a>(repo: &'a Repo, sha: &'a str) -> impl Iterator<Item = &'a Pull> {
    let merged = repo.pulls.iter().filter(|p| p.merged.is_some());
    merged.filter(move |p| {
        let mut listed = p.commits.iter().take(CAP);
        p.merge_sha.as_deref() == Some(sha) || listed.any(|c| c.sha == sha)
    })
}

/// Whether the commits of a merged pull request are cut off.
fn cut_off(repo: &Repo) -> bool {
    repo.pulls
        .iter()
        .any(|p| p.merged.is_some() && p.commits.len() >= CAP)
}

/// What CHG-03.direct_push and CHG-03.trace have to find in a repository.
pub(crate) fn platform(world: &World, repo: &Repo) -> Vec<Verdict> {
    let (period, name) = (period(world), repo.full_name());
    let inside = |at| period.from <= at && at < period.until;
    let doubt = if cut_off(repo) {
        Class::Unknown
    } else {
        Class::Deviation
    };
    let mut found = Vec::new();
    for commit in repo.main.iter().filter(|c| inside(c.at)) {
        if brought(repo, &commit.sha).next().is_none() {
            found.push((doubt, PUSH, item(&[&name, &commit.sha])));
        }
    }
    let live = |e: &str| e == "production";
    let deployments = repo.deployments.iter();
    for deployment in deployments.filter(|d| inside(d.at) && live(d.environment)) {
        let on_main = repo.main.iter().any(|c| c.sha == deployment.sha);
        let pull = brought(repo, &deployment.sha).min_by_key(|p| p.number);
        let class = match pull.filter(|_| on_main).and_then(|p| p.merged) {
            Some(merged) if merged <= deployment.at => continue,
            None if on_main => doubt,
            _ => Class::Deviation,
        };
        let item = item(&[&name, &deployment.id.to_string()]);
        found.push((class, TRACE, item));
    }
    found.retain(|(_, test, item)| !excepted(world, test, item));
    found
}

/// What CHG-03.reference has to find in a history.
pub(crate) fn history(world: &World, history: &History) -> Vec<Verdict> {
    let period = period(world);
    let entry = |id: &str| history.entries.iter().find(|e| e.id == id);
    let mut line = BTreeSet::new();
    let mut next = entry(&history.head);
    while let Some(commit) = next.filter(|c| line.insert(c.id.clone())) {
        next = commit.parents.first().and_then(|id| entry(id));
    }
    let bare = |e: &&Entry| {
        let inside = period.from <= e.at && e.at < period.until;
        inside && line.contains(&e.id) && e.parents.len() < 2 && !names_pull_request(&e.message)
    };
    history
        .entries
        .iter()
        .filter(bare)
        .map(|e| (Class::Deviation, REFERENCE, history.item(&e.id)))
        .filter(|(_, test, item)| !excepted(world, test, item))
        .collect()
}

/// A merge tool's subject, a number in brackets at the end of the subject, or a line below that closes a number.
fn names_pull_request(message: &str) -> bool {
    let starts_with_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let mut lines = message.lines();
    let subject = lines.next().unwrap_or_default();
    let merge = subject.strip_prefix("Merge pull request #");
    let bracket = subject
        .strip_suffix(')')
        .and_then(|s| s.rsplit_once("(#"))
        .map(|(_, number)| number)
        .filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
    let mut closed = lines.filter_map(|line| line.strip_prefix("Closes #"));
    merge.is_some_and(starts_with_number)
        || bracket.is_some_and(starts_with_number)
        || closed.any(starts_with_number)
}
