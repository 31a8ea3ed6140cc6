//! One change on its way: commits, reviews, merge, checks, deployment. All within one slot of eighty minutes.

use tickmark_core::model::time::{HOUR_US, Time};

use super::{BOT, Check, Commit, Deployment, PLATFORM, Pull, REQUIRED, Repo, Review, account_of};
use crate::{
    truth::item,
    world::{Who, World},
};

const MINUTE: i64 = HOUR_US / 60;

/// Who wrote a commit.
pub(crate) fn email(world: &World, who: Who) -> String {
    let handle = world
        .people
        .get(who)
        .map(|p| p.handle.clone())
        .unwrap_or_default();
    format!("{handle}@acme.example")
}

/// A change being made in a repository.
pub(crate) struct Change<'a> {
    pub(crate) repo: &'a mut Repo,
    pub(crate) slot: Time,
    pub(crate) pull: Pull,
    author_email: String,
}

impl<'a> Change<'a> {
    /// A pull request with two commits of its author, opened ten minutes into the slot.
    pub(crate) fn open(repo: &'a mut Repo, world: &World, slot: Time, author: Who) -> Self {
        let number = repo.pulls.iter().map(|p| p.number).max().unwrap_or(0) + 1;
        let mut change = Change {
            slot,
            author_email: email(world, author),
            pull: Pull {
                number,
                author: account_of(author),
                opened: slot.plus(10 * MINUTE),
                merged: None,
                head: String::new(),
                merge_sha: None,
                commits: Vec::new(),
                reviews: Vec::new(),
                reviews_denied: false,
            },
            repo,
        };
        change.commit(0);
        change.commit(5);
        // Taken at once, so that a second change of the same slot gets the next number.
        change.repo.pulls.push(change.pull.clone());
        change
    }

    pub(crate) fn minute(&self, minute: i64) -> Time {
        self.slot.plus(minute * MINUTE)
    }

    /// One more commit of the author, `minute` into the slot; it is the head then.
    pub(crate) fn commit(&mut self, minute: i64) -> &mut Commit {
        let sha = self.repo.sha();
        let at = self.minute(minute);
        self.pull.head.clone_from(&sha);
        let commit = Commit {
            sha,
            author: self.pull.author,
            author_email: self.author_email.clone(),
            committer: self.pull.author,
            committer_email: self.author_email.clone(),
            message: format!(
                "step {} of {}",
                self.pull.commits.len() + 1,
                self.pull.number
            ),
            at,
            merged: None,
        };
        self.pull.commits.push(commit);
        let last = self.pull.commits.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "a commit was pushed just now")]
        &mut self.pull.commits[last]
    }

    /// The pull request was opened by a bot.
    pub(crate) fn by_bot(&mut self) {
        self.pull.author = BOT;
        for commit in &mut self.pull.commits {
            commit.author = BOT;
            commit.author_email = "bot@acme.example".to_owned();
            commit.committer = PLATFORM;
            commit.committer_email = "noreply@github.com".to_owned();
        }
    }

    /// A review of the head as it is now.
    pub(crate) fn review(&mut self, reviewer: u64, state: &'static str, minute: i64) {
        let sha = self.pull.head.clone();
        let (id, at) = (self.repo.next_id(), self.minute(minute));
        self.pull.reviews.push(Review {
            id,
            reviewer,
            state,
            at,
            sha,
        });
    }

    pub(crate) fn approve(&mut self, reviewer: Who, minute: i64) {
        self.review(account_of(reviewer), "APPROVED", minute);
    }

    /// Merged as one new commit; gives it.
    pub(crate) fn squash(&mut self, minute: i64) -> String {
        self.land(minute, None)
    }

    /// Merged with its commits; gives the merge commit.
    pub(crate) fn merge(&mut self, minute: i64) -> String {
        self.repo.main.extend(self.pull.commits.iter().cloned());
        let head = self.pull.head.clone();
        self.land(minute, Some(head))
    }

    fn land(&mut self, minute: i64, merged: Option<String>) -> String {
        let sha = self.repo.sha();
        let at = self.minute(minute);
        self.pull.merged = Some(at);
        self.pull.merge_sha = Some(sha.clone());
        self.repo.main.push(Commit {
            sha: sha.clone(),
            author: self.pull.author,
            author_email: self.author_email.clone(),
            committer: PLATFORM,
            committer_email: "noreply@github.com".to_owned(),
            message: format!("change {} (#{})", self.pull.number, self.pull.number),
            at,
            merged,
        });
        sha
    }

    /// Required checks succeed on a commit.
    pub(crate) fn checked(&mut self, sha: &str, minute: i64) {
        for name in REQUIRED {
            self.check(sha, name, Some("success"), minute);
        }
    }

    pub(crate) fn check(
        &mut self,
        sha: &str,
        name: &'static str,
        conclusion: Option<&'static str>,
        minute: i64,
    ) {
        let (id, at) = (self.repo.next_id(), self.minute(minute));
        self.repo.checks.push(Check {
            id,
            sha: sha.to_owned(),
            name,
            conclusion,
            at,
        });
    }

    /// Brings a commit into an environment; gives the deployment.
    pub(crate) fn deploy(&mut self, sha: &str, environment: &'static str, minute: i64) -> u64 {
        let (id, at) = (self.repo.next_id(), self.minute(minute));
        let actor = self.pull.author;
        self.repo.deployments.push(Deployment {
            id,
            sha: sha.to_owned(),
            environment,
            at,
            actor,
        });
        id
    }

    /// Squash, checks, staging, production: the usual end. Gives the item of the change and of the deployment.
    pub(crate) fn ship(mut self) -> (String, String) {
        let sha = self.squash(40);
        self.checked(&sha, 45);
        self.go_live(&sha)
    }

    /// Staging, production and the end of the story.
    pub(crate) fn go_live(mut self, sha: &str) -> (String, String) {
        self.deploy(sha, "staging", 50);
        self.go_live_at(sha, 60)
    }

    /// Production at a minute of the slot.
    pub(crate) fn go_live_at(mut self, sha: &str, minute: i64) -> (String, String) {
        let id = self.deploy(sha, "production", minute);
        let items = (self.change_item(id, sha), self.deployment_item(id));
        self.close();
        items
    }

    /// Keeps the pull request as it is now.
    pub(crate) fn close(self) {
        let pull = self.pull;
        if let Some(kept) = self.repo.pulls.iter_mut().find(|p| p.number == pull.number) {
            *kept = pull;
        }
    }

    /// The item of one commit that a deployment carried.
    pub(crate) fn change_item(&self, deployment: u64, sha: &str) -> String {
        item(&[&self.repo.full_name(), &deployment.to_string(), sha])
    }

    pub(crate) fn deployment_item(&self, deployment: u64) -> String {
        item(&[&self.repo.full_name(), &deployment.to_string()])
    }

    pub(crate) fn main_item(&self, sha: &str) -> String {
        item(&[&self.repo.full_name(), sha])
    }
}

/// Somebody pushes to the branch without a pull request; gives the commit.
pub(crate) fn push(repo: &mut Repo, world: &World, who: Who, at: Time) -> String {
    push_as(repo, world, who, at, "hot fix")
}

/// The same, with a message of one's own.
pub(crate) fn push_as(repo: &mut Repo, world: &World, who: Who, at: Time, message: &str) -> String {
    let sha = repo.sha();
    repo.main.push(Commit {
        sha: sha.clone(),
        author: account_of(who),
        author_email: email(world, who),
        committer: account_of(who),
        committer_email: email(world, who),
        message: message.to_owned(),
        at,
        merged: None,
    });
    sha
}
