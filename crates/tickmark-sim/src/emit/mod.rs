//! What the sources answer, recorded; and when somebody asks them.

pub(crate) mod directory;
pub(crate) mod git;
pub(crate) mod github;
pub(crate) mod people;
pub(crate) mod recording;

use tickmark_core::model::time::{DAY_US, Day, Time};

use crate::{Ask, Moment, code::Repo, when::Almanac, world::World};
use recording::Recording;

/// Days between two readings of the sign-in logs.
const LOG_DAYS: usize = 7;
/// Days between two readings of the repositories.
const CODE_DAYS: usize = 60;

/// What is read on one day.
struct Plan {
    day: Day,
    at: Time,
    database: bool,
    logs: bool,
    code: bool,
}

fn plans(almanac: &Almanac) -> Vec<Plan> {
    let days = almanac.snapshot_days();
    let last = days.len().saturating_sub(1);
    let plan = |(n, day): (usize, Day)| Plan {
        day,
        at: almanac.snapshot(day),
        database: !almanac.in_outage(day),
        logs: n == last || (n % LOG_DAYS == LOG_DAYS - 1 && !almanac.in_outage(day)),
        code: n == last || n % CODE_DAYS == CODE_DAYS - 1,
    };
    days.into_iter().enumerate().map(plan).collect()
}

/// The beginning of the time that is asked for: a program asks from its first period on, then from where it is covered.
pub(crate) fn beginning(almanac: &Almanac) -> Time {
    almanac.zone.start_of(almanac.period.from)
}

/// When which source is read, and from when on.
pub(crate) fn moments(almanac: &Almanac) -> Vec<Moment> {
    let begin = beginning(almanac);
    let (mut snapshot, mut log) = (begin.plus(-DAY_US), begin);
    let mut moments = Vec::new();
    for plan in plans(almanac) {
        let mut asks = vec![("hr", snapshot), ("idp", snapshot)];
        if plan.database {
            asks.push(("database", snapshot));
        }
        asks.extend([("gh-api-rules", snapshot), ("gh-web-rules", snapshot)]);
        if plan.logs {
            asks.extend([("idp-log", log), ("database-log", log)]);
            log = plan.at;
        }
        if plan.code {
            asks.extend([("gh-api", begin), ("gh-web", begin)]);
        }
        let ask = |(source, from): (&str, Time)| Ask {
            source: source.to_owned(),
            from,
        };
        moments.push(Moment {
            at: plan.at,
            asks: asks.into_iter().map(ask).collect(),
        });
        snapshot = plan.at;
    }
    moments
}

/// Everything the sources ever answer, by folder below `recordings`.
pub(crate) fn record(world: &World, repos: &[Repo]) -> Vec<(&'static str, Recording)> {
    let almanac = &world.almanac;
    let mut hr = Recording::new(people::BASE);
    let mut idp = Recording::new(directory::BASE);
    let mut database = Recording::new(directory::DATABASE_BASE);
    let mut code: Vec<Recording> = repos.iter().map(|_| Recording::new(github::BASE)).collect();
    let mut log = beginning(almanac);
    for (n, plan) in plans(almanac).into_iter().enumerate() {
        if n == 0 {
            hr.pin("/v1/company", plan.at, "acme-0001");
            idp.pin("/api/v1/org", plan.at, "00o0001");
            database.pin("/v1/instance", plan.at, "db-0001");
            code.iter_mut()
                .for_each(|r| r.pin("/orgs/acme", plan.at, "4711"));
        }
        people::workers(&mut hr, world, plan.at);
        directory::users(&mut idp, world, plan.at, plan.day == almanac.torn_day);
        if plan.database {
            directory::database_accounts(&mut database, world, plan.at);
        }
        if plan.logs {
            directory::log(&mut idp, world, log, plan.at);
            directory::database_log(&mut database, world, log, plan.at);
            log = plan.at;
        }
        for (repo, recording) in repos.iter().zip(&mut code) {
            github::rule(recording, repo, plan.at);
            if plan.code {
                github::all(recording, repo, plan.at);
            }
        }
    }
    let mut all = vec![("hr", hr), ("idp", idp), ("database", database)];
    all.extend(["gh-api", "gh-web"].into_iter().zip(code));
    all
}
