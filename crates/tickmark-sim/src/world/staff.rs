//! The ordinary life: people come, move, sign in and leave, and everything is in order.

use tickmark_core::model::time::{Day, HOUR_US};

use super::{Statement, Status, System, Which, Who, World, names};

/// People who write the software; they stay.
pub(crate) fn engineers(world: &mut World, count: usize) -> Vec<Who> {
    (0..count)
        .map(|n| {
            let start = world
                .almanac
                .period
                .from
                .plus_days(-400 - 11 * i32::try_from(n).unwrap_or(0));
            let who = world.hire("employee", start);
            let since = world.almanac.at(start, 8, 0);
            world.give(who, System::Directory, since);
            world.give(who, System::Database, since);
            who
        })
        .collect()
}

/// Everybody else, up to `count`: most stay, some come, move or leave in good order.
pub(crate) fn others(world: &mut World, count: usize) {
    for _ in 0..count {
        let long_ago = world.dice.between(60, 1500);
        let kind = if world.dice.chance(12) {
            "contractor"
        } else {
            "employee"
        };
        let mut start = world
            .almanac
            .period
            .from
            .plus_days(-i32::try_from(long_ago).unwrap_or(60));
        let fate = world.dice.below(100);
        if fate < 8 {
            start = quiet(world, 5, 85);
        }
        let who = world.hire(kind, start);
        // Made ready some days before the first day.
        let since = world.almanac.at(start.plus_days(-3), 10, 0);
        let directory = world.give(who, System::Directory, since);
        let database = world
            .dice
            .chance(45)
            .then(|| world.give(who, System::Database, since));
        match fate {
            8..16 => {
                let day = quiet(world, 10, 80);
                leaves(world, who, day, 7);
                let evening = world.almanac.at(day, 18, 10);
                switch_off(world, &[Some(directory), database], evening);
            }
            16..24 => moves(world, who),
            _ => {}
        }
        habits(world, who, directory);
    }
}

/// A quiet working day somewhere in the period.
pub(crate) fn quiet(world: &mut World, low: i64, high: i64) -> Day {
    let almanac = world.almanac.clone();
    almanac.quiet_day(&mut world.dice, low, high)
}

/// The personnel system learns `notice` days before that somebody leaves; the last hour is five in the afternoon. Of
/// contractors only the day is known.
pub(crate) fn leaves(world: &mut World, who: Who, day: Day, notice: i32) {
    let known = world.almanac.at(day.plus_days(-notice), 9, 30);
    let hour = world.almanac.at(day, 17, 0);
    let Some(person) = world.person(who) else {
        return;
    };
    let ended_at = (person.kind != "contractor").then_some(hour);
    let Some(employment) = person.employments.last_mut() else {
        return;
    };
    let department = employment
        .statements
        .last()
        .map_or("operations", |(_, s)| s.department);
    let statement = Statement {
        end_on: Some(day),
        ended_at,
        ..Statement::stays(department)
    };
    employment.statements.push((known, statement));
}

/// Accounts are switched off at once.
pub(crate) fn switch_off(
    world: &mut World,
    accounts: &[Option<Which>],
    at: tickmark_core::model::time::Time,
) {
    for which in accounts.iter().flatten() {
        world.set(*which, at, Status::Disabled);
    }
}

fn moves(world: &mut World, who: Who) {
    let day = quiet(world, 10, 90);
    let known = world.almanac.at(day, 9, 0);
    let department = world
        .dice
        .pick(&names::DEPARTMENTS)
        .copied()
        .unwrap_or("support");
    let employment = world.person(who).and_then(|p| p.employments.last_mut());
    if let Some(employment) = employment {
        let statement = Statement::stays(department);
        employment.statements.push((known, statement));
    }
}

/// A sign-in about every second week while the account is in use, in office hours.
pub(crate) fn habits(world: &mut World, who: Who, which: Which) {
    let almanac = world.almanac.clone();
    let employments = world
        .people
        .get(who)
        .map(|p| p.employments.clone())
        .unwrap_or_default();
    for (n, day) in almanac.period.each_day().enumerate() {
        let here = employments.iter().any(|e| {
            let left = e
                .end(&almanac)
                .is_some_and(|end| end <= almanac.zone.end_of(day));
            e.start < day && !left
        });
        let turn = (n + who * 5).is_multiple_of(14);
        if !turn || !here || !almanac.is_work_day(day) {
            continue;
        }
        let minute = world.dice.between(0, 480);
        let at = almanac.at(day, 9, 0).plus(minute * HOUR_US / 60);
        let active = world
            .accounts
            .get(which)
            .is_some_and(|a| a.status_at(at) == Status::Active && a.factor_at(at) == Some(true));
        if active {
            world.sign_in(which, at);
        }
    }
}

/// Machines: service accounts and a key, each with an engineer who answers for it, none with a second factor.
pub(crate) fn machines(world: &mut World, engineers: &[Who]) {
    let since = world
        .almanac
        .at(world.almanac.period.from.plus_days(-300), 12, 0);
    for (n, who) in engineers.iter().take(4).enumerate() {
        let directory = world.account_of(*who, System::Directory);
        let service = world.account(System::Directory, "service", directory, since);
        let database = world.account_of(*who, System::Database);
        world.account(System::Database, "key", database, since);
        for week in 0..4 {
            let day = world
                .almanac
                .period
                .from
                .plus_days(3 + 7 * week + i32::try_from(n).unwrap_or(0));
            let at = world.almanac.at(day, 2, 15);
            if let Some(login) = world.sign_in(service, at) {
                login.interactive = false;
                login.second_factor = Some(false);
            }
        }
    }
}
