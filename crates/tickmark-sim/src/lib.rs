//! A seeded company that lives twelve months in seconds.
//!
//! It emits what its sources answer (source bytes), the documents its management wrote, when somebody asks which source, and the truth:
//! what is planted in it. It knows nothing of the product and does no I/O. Same seed, same bytes.

mod code;
mod dice;
mod emit;
mod program;
mod traps;
mod truth;
mod when;
mod world;

pub use truth::{Found, Truth};

use code::{Repo, history::History};
use serde::Serialize;
use tickmark_core::model::time::{Day, Period, Time};
use traps::limits::RuleDays;
use when::Almanac;
use world::World;

/// Which company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Everything follows from it.
    pub seed: u64,
    /// People over the whole period, at least 30. The traps need more than that; there are never fewer.
    pub people: u32,
    /// Length of the period, 3 to 36 months.
    pub months: u8,
    /// First day of the period.
    pub from: Day,
}

impl Config {
    /// Two hundred people over the twelve months of 2025.
    ///
    /// # Errors
    /// None for this period; the type of a day asks for one.
    pub fn with_seed(seed: u64) -> Result<Self, SimError> {
        let from = Day::new(2025, 1, 1).map_err(|_| SimError::Size)?;
        Ok(Config {
            seed,
            people: 200,
            months: 12,
            from,
        })
    }
}

/// Why there is no such company.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimError {
    /// Too few, too many, too short or too long.
    #[error("the sample company has 30 to 20,000 people and 3 to 36 months; choose others")]
    Size,
    /// The zone is not in the bundled database.
    #[error("the company's time zone is not known to this build")]
    Zone,
}

/// Takes the files of a company.
pub trait Sink {
    /// Takes one file; `path` is relative, with `/`.
    ///
    /// # Errors
    /// Whatever keeps the file from being written, in words.
    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), String>;
}

/// One reading of the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The time on the clock, from the first request to the last.
    pub at: Time,
    /// The sources to read, by their id in `sources.yaml`.
    pub asks: Vec<Ask>,
}

/// One source to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Its id in `sources.yaml`.
    pub source: String,
    /// Beginning of the time that is asked for; the end is the moment itself. Addresses carry both.
    pub from: Time,
}

/// A repository of which only the history exists: a bare git repository among the company's files, to be collected at the last
/// moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHistory {
    /// Its folder, relative to where the files were written, with `/`.
    pub path: String,
    /// The name its rows carry.
    pub name: String,
}

/// A company that has lived.
#[derive(Debug, Clone)]
pub struct Company {
    config: Config,
    world: World,
    repos: Vec<Repo>,
    legacy: History,
    truth: Truth,
}

/// Lets a company live.
///
/// # Errors
/// See [`SimError`].
pub fn simulate(config: &Config) -> Result<Company, SimError> {
    let almanac = Almanac::new(config)?;
    let mut world = World::new(almanac.clone(), config);
    let days = RuleDays::new(&almanac);
    let mut api = Repo::new("api", config.seed, &almanac, |_| false);
    let mut web = Repo::new("web", config.seed, &almanac, |day| days.closed(day));
    days.rules(&mut web, &almanac);
    let team = world::staff::engineers(&mut world, (config.people as usize / 8).max(8));
    for who in &team {
        traps::approvals::identify(&mut world, *who);
    }
    for repo in [&mut api, &mut web] {
        let first = team.first().copied().unwrap_or(0);
        code::ordinary::history(repo, &mut world, first);
    }
    traps::leavers::plant(&mut world);
    traps::leavers_more::plant(&mut world);
    traps::leavers_more::made_ready(&mut world);
    traps::records::plant(&mut world);
    traps::owners::plant(&mut world, &team);
    traps::factors::plant(&mut world, &team);
    traps::approvals::plant(&mut world, &mut api, &team);
    traps::checks::plant(&mut world, &mut api, &team);
    traps::pushes::plant(&mut world, &mut api, &team);
    traps::limits::plant(&mut world, &mut web, &team, days);
    let mut legacy = History::new("legacy");
    traps::histories::plant(&mut world, &mut legacy, &team);
    world::staff::machines(&mut world, &team);
    let missing = (config.people as usize).saturating_sub(world.people.len());
    world::staff::others(&mut world, missing);
    let changes = config.people as usize * usize::from(config.months) / 10;
    let mut dice = dice::Dice::new(config.seed, "changes");
    code::ordinary::changes(&mut api, &world, &mut dice, &team, changes * 2 / 3);
    code::ordinary::changes(&mut web, &world, &mut dice, &team, changes / 3);
    let mut company = Company {
        config: config.clone(),
        world,
        repos: vec![api, web],
        legacy,
        truth: Truth::default(),
    };
    let verdicts = company.judgement();
    company.world.judge(verdicts);
    company.truth = company.world.truth.settle();
    Ok(company)
}

impl Company {
    /// What is planted.
    #[must_use]
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// What is planted, as `demo --truth` prints it.
    #[must_use]
    pub fn truth_json(&self) -> String {
        #[derive(Serialize)]
        struct Printed<'a> {
            seed: u64,
            people: usize,
            months: u8,
            period: Dates,
            #[serde(flatten)]
            truth: &'a Truth,
        }
        #[derive(Serialize)]
        struct Dates {
            from: String,
            to: String,
        }
        let period = self.period();
        let printed = Printed {
            seed: self.config.seed,
            people: self.world.people.len(),
            months: self.config.months,
            period: Dates {
                from: period.from.to_string(),
                to: period.to.to_string(),
            },
            truth: &self.truth,
        };
        serde_json::to_string_pretty(&printed).unwrap_or_default()
    }

    /// The period under examination.
    #[must_use]
    pub fn period(&self) -> Period {
        self.world.almanac.period
    }

    /// When the program begins: its documents are applied then, before the first reading.
    #[must_use]
    pub fn begins(&self) -> Time {
        self.world
            .almanac
            .zone
            .start_of(self.period().from.plus_days(-1))
    }

    /// When somebody reads which source, in order; the last reading lies after the period.
    #[must_use]
    pub fn moments(&self) -> Vec<Moment> {
        emit::moments(&self.world.almanac)
    }

    /// The git histories to collect at the last moment; [`Company::write_to`] writes them.
    #[must_use]
    pub fn histories(&self) -> Vec<GitHistory> {
        vec![GitHistory {
            path: emit::git::folder(&self.legacy),
            name: self.legacy.full_name(),
        }]
    }

    /// What the world's own judgement finds.
    fn judgement(&self) -> Vec<truth::Verdict> {
        let mut found = self.world.judgement();
        for repo in &self.repos {
            found.extend(code::judge::platform(&self.world, repo));
        }
        found.extend(code::judge::history(&self.world, &self.legacy));
        found
    }

    /// Hands over the program's documents, the recorded answers of its sources (`recordings/…`) and the histories
    /// (`repositories/…`).
    ///
    /// # Errors
    /// The sink's.
    pub fn write_to(&self, sink: &mut dyn Sink) -> Result<(), String> {
        for (path, text) in program::documents(&self.config, &self.world) {
            sink.file(&path, text.as_bytes())?;
        }
        for (folder, recording) in emit::record(&self.world, &self.repos) {
            sink.file(
                &format!("recordings/{folder}/index.jsonl"),
                recording.index().as_bytes(),
            )?;
            for (digest, body) in recording.bodies() {
                sink.file(&format!("recordings/{folder}/bodies/{digest}.json"), body)?;
            }
        }
        for (path, bytes) in emit::git::repository(&self.legacy) {
            sink.file(&path, &bytes)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    /// What a scenario plants is what the world's own judgement finds.
    #[test]
    fn planted_is_found() {
        for seed in 0..20 {
            let from = Day::new(2026, 1, 1).unwrap();
            let company = simulate(&Config {
                seed,
                people: 30,
                months: 3,
                from,
            })
            .unwrap();
            let found = company.judgement();
            let truth = company.truth();
            let judged = |test: &str| test.starts_with("IAM") || test.starts_with("CHG-03");
            let lists = [
                (truth::Class::Deviation, &truth.planted),
                (truth::Class::Unknown, &truth.planted_unknown),
            ];
            for (class, list) in lists {
                for planted in list.iter().filter(|f| judged(&f.test)) {
                    let is = |(c, t, i): &(truth::Class, &str, String)| {
                        *c == class && *t == planted.test && *i == planted.item
                    };
                    assert!(found.iter().any(is), "seed {seed}: {planted:?}");
                }
            }
        }
    }
}
