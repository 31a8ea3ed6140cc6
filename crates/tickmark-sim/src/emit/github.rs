//! The platform's answers, in the shapes of GitHub's REST API, as far as they are read.

use std::collections::BTreeSet;

use serde::Serialize;
use tickmark_core::model::time::Time;

use super::recording::{Recording, json};
use crate::{
    code::{BOT, Check, Commit, Deployment, Pull, Repo, Review},
    traps::limits::CAP,
};

pub(crate) const BASE: &str = "https://api.github.com";

#[derive(Serialize)]
struct User {
    id: u64,
    login: String,
    r#type: &'static str,
}

fn user(id: u64) -> User {
    User {
        id,
        login: format!("user-{id}"),
        r#type: if id == BOT { "Bot" } else { "User" },
    }
}

#[derive(Serialize)]
struct Sha<'a> {
    sha: &'a str,
}

#[derive(Serialize)]
struct Ref {
    r#ref: &'static str,
}

#[derive(Serialize)]
struct PullJson<'a> {
    number: u64,
    state: &'static str,
    user: User,
    created_at: String,
    merged_at: Option<String>,
    merge_commit_sha: Option<&'a str>,
    head: Sha<'a>,
    base: Ref,
}

#[derive(Serialize)]
struct ReviewJson<'a> {
    id: u64,
    user: User,
    state: &'static str,
    submitted_at: String,
    commit_id: &'a str,
}

#[derive(Serialize)]
struct Signature<'a> {
    email: &'a str,
    date: String,
}

#[derive(Serialize)]
struct Inner<'a> {
    author: Signature<'a>,
    committer: Signature<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct CommitJson<'a> {
    sha: &'a str,
    commit: Inner<'a>,
    author: User,
    committer: User,
    parents: Vec<Sha<'a>>,
}

#[derive(Serialize)]
struct DeploymentJson<'a> {
    id: u64,
    sha: &'a str,
    environment: &'static str,
    created_at: String,
    creator: User,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    id: u64,
    head_sha: &'a str,
    name: &'static str,
    status: &'static str,
    conclusion: Option<&'static str>,
    completed_at: Option<String>,
}

fn list(some: &[String], _: Option<&str>) -> String {
    format!("[{}]", some.join(","))
}

const DENIED: &[u8] =
    br#"{"message":"Resource not accessible by personal access token","status":"403"}"#;

/// Everything of a repository as it is at a time.
pub(crate) fn all(recording: &mut Recording, repo: &Repo, at: Time) {
    let base = format!("/repos/{}", repo.full_name());
    let pulls: Vec<&Pull> = repo.pulls.iter().filter(|p| p.opened <= at).collect();
    let bodies: Vec<String> = pulls.iter().map(|p| pull(p, at)).collect();
    let first = format!("{base}/pulls?state=all&sort=created&direction=asc&per_page=100");
    recording.pages(at, &first, &bodies, 100, "page", list);
    let count = format!(
        "{{\"total_count\":{},\"incomplete_results\":false,\"items\":[]}}",
        pulls.len()
    );
    let search = format!(
        "/search/issues?q=repo:{}+is:pr&per_page=1",
        repo.full_name()
    );
    recording.answer(at, &search, 200, None, count.into_bytes());
    for pull in pulls {
        of_pull(recording, &base, pull, at);
    }
    main(recording, repo, &base, at);
    deployments(recording, repo, &base, at);
}

fn pull(pull: &Pull, at: Time) -> String {
    let merged = pull.merged.filter(|m| *m <= at);
    json(&PullJson {
        number: pull.number,
        state: if merged.is_some() { "closed" } else { "open" },
        user: user(pull.author),
        created_at: pull.opened.to_string(),
        merged_at: merged.map(|m| m.to_string()),
        merge_commit_sha: merged.and(pull.merge_sha.as_deref()),
        head: Sha { sha: &pull.head },
        base: Ref { r#ref: "main" },
    })
}

fn of_pull(recording: &mut Recording, base: &str, pull: &Pull, at: Time) {
    let address = |what: &str| format!("{base}/pulls/{}/{what}?per_page=100", pull.number);
    if pull.reviews_denied {
        recording.answer(at, &address("reviews"), 403, None, DENIED.to_vec());
    } else {
        let review = |r: &Review| {
            json(&ReviewJson {
                id: r.id,
                user: user(r.reviewer),
                state: r.state,
                submitted_at: r.at.to_string(),
                commit_id: &r.sha,
            })
        };
        let reviews: Vec<String> = pull
            .reviews
            .iter()
            .filter(|r| r.at <= at)
            .map(review)
            .collect();
        recording.pages(at, &address("reviews"), &reviews, 100, "page", list);
    }
    let commits = pull.commits.iter().filter(|c| c.at <= at).take(CAP);
    let commits: Vec<String> = commits.map(|c| commit(c, None)).collect();
    recording.pages(at, &address("commits"), &commits, 100, "page", list);
}

fn commit(commit: &Commit, parent: Option<&str>) -> String {
    let signature = |email| Signature {
        email,
        date: commit.at.to_string(),
    };
    let parents = parent.into_iter().chain(commit.merged.as_deref());
    json(&CommitJson {
        sha: &commit.sha,
        commit: Inner {
            author: signature(commit.author_email.as_str()),
            committer: signature(commit.committer_email.as_str()),
            message: &commit.message,
        },
        author: user(commit.author),
        committer: user(commit.committer),
        parents: parents.map(|sha| Sha { sha }).collect(),
    })
}

/// The branch, newest first.
fn main(recording: &mut Recording, repo: &Repo, base: &str, at: Time) {
    let mut commits: Vec<&Commit> = repo.main.iter().filter(|c| c.at <= at).collect();
    commits.sort_by(|a, b| (a.at, &a.sha).cmp(&(b.at, &b.sha)));
    let parents = std::iter::once(None).chain(commits.iter().map(|c| Some(c.sha.as_str())));
    let mut bodies: Vec<String> = commits
        .iter()
        .zip(parents)
        .map(|(c, p)| commit(c, p))
        .collect();
    bodies.reverse();
    recording.pages(
        at,
        &format!("{base}/commits?sha=main&per_page=100"),
        &bodies,
        100,
        "page",
        list,
    );
}

fn deployments(recording: &mut Recording, repo: &Repo, base: &str, at: Time) {
    let mut shown: Vec<&Deployment> = repo.deployments.iter().filter(|d| d.at <= at).collect();
    shown.sort_by_key(|d| std::cmp::Reverse((d.at, d.id)));
    let body = |d: &&Deployment| {
        json(&DeploymentJson {
            id: d.id,
            sha: &d.sha,
            environment: d.environment,
            created_at: d.at.to_string(),
            creator: user(d.actor),
        })
    };
    let bodies: Vec<String> = shown.iter().map(body).collect();
    recording.pages(
        at,
        &format!("{base}/deployments?per_page=100"),
        &bodies,
        100,
        "page",
        list,
    );
    for sha in shown
        .iter()
        .map(|d| d.sha.as_str())
        .collect::<BTreeSet<_>>()
    {
        let address = format!("{base}/commits/{sha}/check-runs?filter=all&per_page=100");
        if repo.checks_denied.contains(sha) {
            recording.answer(at, &address, 403, None, DENIED.to_vec());
            continue;
        }
        let runs: Vec<String> = repo
            .checks
            .iter()
            .filter(|c| c.sha == sha)
            .map(|c| check(c, at))
            .collect();
        recording.pages(at, &address, &runs, 100, "page", |some, _| {
            format!(
                "{{\"total_count\":{},\"check_runs\":[{}]}}",
                runs.len(),
                some.join(",")
            )
        });
    }
}

fn check(check: &Check, at: Time) -> String {
    let done = check.at <= at && check.conclusion.is_some();
    json(&CheckJson {
        id: check.id,
        head_sha: &check.sha,
        name: check.name,
        status: if done { "completed" } else { "in_progress" },
        conclusion: check.conclusion.filter(|_| done),
        completed_at: done.then(|| check.at.to_string()),
    })
}

#[derive(Serialize)]
struct Checks<'a> {
    enforcement_level: &'static str,
    contexts: &'a [&'static str],
}

#[derive(Serialize)]
struct Protection<'a> {
    required_status_checks: Checks<'a>,
}

#[derive(Serialize)]
struct Branch<'a> {
    name: &'static str,
    protected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    protection: Option<Protection<'a>>,
}

/// The rule of the branch at a time.
pub(crate) fn rule(recording: &mut Recording, repo: &Repo, at: Time) {
    let now = repo
        .rules
        .iter()
        .rev()
        .find(|(from, _)| *from <= at)
        .and_then(|(_, rule)| rule.as_ref());
    let protection = now.map(|contexts| Protection {
        required_status_checks: Checks {
            enforcement_level: "everyone",
            contexts,
        },
    });
    let branch = Branch {
        name: "main",
        protected: protection.is_some(),
        protection,
    };
    let address = format!("/repos/{}/branches/main", repo.full_name());
    recording.answer(at, &address, 200, None, json(&branch).into_bytes());
}
