//! The company's software: pull requests, reviews, the branch that is deployed, deployments and checks.

pub(crate) mod change;
pub(crate) mod history;
pub(crate) mod judge;
pub(crate) mod ordinary;

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use tickmark_core::model::time::{Day, HOUR_US, Time};

use crate::{dice::Dice, when::Almanac, world::Who};

/// The platform's own account, which commits what is merged or edited on its pages.
pub(crate) const PLATFORM: u64 = 19_864_447;
/// A bot that opens pull requests.
pub(crate) const BOT: u64 = 9001;
/// A service account under a person's kind of login.
pub(crate) const SERVICE: u64 = 9002;
/// An account nobody is known to own.
pub(crate) const STRANGER: u64 = 9003;

/// Checks that the branch's rule requires.
pub(crate) const REQUIRED: [&str; 2] = ["build", "test"];

/// The account of a person at the platform.
pub(crate) fn account_of(who: Who) -> u64 {
    1000 + who as u64
}

/// The second account of a person.
pub(crate) fn second_account_of(who: Who) -> u64 {
    700_000 + who as u64
}

/// A commit.
#[derive(Debug, Clone)]
pub(crate) struct Commit {
    pub(crate) sha: String,
    pub(crate) author: u64,
    pub(crate) author_email: String,
    pub(crate) committer: u64,
    pub(crate) committer_email: String,
    pub(crate) message: String,
    pub(crate) at: Time,
    /// Second parent of a merge.
    pub(crate) merged: Option<String>,
}

/// A review as it stands in the end.
#[derive(Debug, Clone)]
pub(crate) struct Review {
    pub(crate) id: u64,
    pub(crate) reviewer: u64,
    pub(crate) state: &'static str,
    pub(crate) at: Time,
    pub(crate) sha: String,
}

/// A pull request.
#[derive(Debug, Clone)]
pub(crate) struct Pull {
    pub(crate) number: u64,
    pub(crate) author: u64,
    pub(crate) opened: Time,
    pub(crate) merged: Option<Time>,
    pub(crate) head: String,
    pub(crate) merge_sha: Option<String>,
    pub(crate) commits: Vec<Commit>,
    pub(crate) reviews: Vec<Review>,
    /// The platform refuses to list the reviews.
    pub(crate) reviews_denied: bool,
}

/// A deployment.
#[derive(Debug, Clone)]
pub(crate) struct Deployment {
    pub(crate) id: u64,
    pub(crate) sha: String,
    pub(crate) environment: &'static str,
    pub(crate) at: Time,
    pub(crate) actor: u64,
}

/// A run of a check.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    pub(crate) id: u64,
    pub(crate) sha: String,
    pub(crate) name: &'static str,
    /// `None` = never finished.
    pub(crate) conclusion: Option<&'static str>,
    pub(crate) at: Time,
}

/// A repository and its history.
#[derive(Debug, Clone)]
pub(crate) struct Repo {
    pub(crate) name: &'static str,
    pub(crate) seed: u64,
    pub(crate) pulls: Vec<Pull>,
    /// What the branch carries, commits of true merges included.
    pub(crate) main: Vec<Commit>,
    pub(crate) deployments: Vec<Deployment>,
    pub(crate) checks: Vec<Check>,
    /// Commits whose checks the platform refuses to list.
    pub(crate) checks_denied: BTreeSet<String>,
    /// What the branch's rule requires, from when on; `None` = no protection.
    pub(crate) rules: Vec<(Time, Option<Vec<&'static str>>)>,
    slots: Vec<Time>,
    ids: u64,
}

impl Repo {
    pub(crate) fn new(
        name: &'static str,
        seed: u64,
        almanac: &Almanac,
        closed: impl Fn(Day) -> bool,
    ) -> Self {
        let from = almanac.period.from;
        let inside = almanac
            .period
            .each_day()
            .skip(1)
            .filter(|d| *d < almanac.period.to);
        let open = inside.filter(|d| almanac.is_work_day(*d) && !closed(*d));
        // Six a day; what belongs together fits into one, so that no deployment carries another's commits.
        let slots = open.flat_map(|d| (0..6).map(move |n| (d, n)));
        let slots = slots
            .map(|(d, n)| almanac.at(d, 9, 0).plus(n * 85 * HOUR_US / 60))
            .collect();
        Repo {
            name,
            seed,
            pulls: Vec::new(),
            main: Vec::new(),
            deployments: Vec::new(),
            checks: Vec::new(),
            checks_denied: BTreeSet::new(),
            rules: vec![(
                almanac.at(from.plus_days(-100), 12, 0),
                Some(REQUIRED.to_vec()),
            )],
            slots,
            ids: if name == "api" { 100_000 } else { 500_000 },
        }
    }

    /// `acme/api`
    pub(crate) fn full_name(&self) -> String {
        format!("acme/{}", self.name)
    }

    /// Takes eighty minutes between two hundredths of what is left of the period.
    pub(crate) fn slot(&mut self, dice: &mut Dice, low: i64, high: i64) -> Option<Time> {
        let count = i64::try_from(self.slots.len()).unwrap_or(0);
        let wish = dice.between(count * low / 100, (count * high / 100 - 1).max(0));
        let at = usize::try_from(wish.clamp(0, (count - 1).max(0))).unwrap_or(0);
        (at < self.slots.len()).then(|| self.slots.remove(at))
    }

    /// Takes the first slot of a day.
    pub(crate) fn slot_on(&mut self, almanac: &Almanac, day: Day) -> Time {
        almanac.at(day, 14, 0)
    }

    pub(crate) fn next_id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// The name of something new: 40 hexadecimal digits.
    pub(crate) fn sha(&mut self) -> String {
        let id = self.next_id();
        let digest = Sha256::digest(format!("{}/{}/{id}", self.seed, self.name));
        digest.iter().take(20).map(|b| format!("{b:02x}")).collect()
    }
}
