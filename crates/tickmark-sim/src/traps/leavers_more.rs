//! People who leave and come back, at the edges of the period, in two offices.

use tickmark_core::model::time::{Day, HOUR_US};

use super::leavers::{Case, case, case_on};
use crate::{
    truth::{Class, item},
    world::{Employment, Statement, Status, System, World, staff},
};

use super::{LEAVER, ORPHAN};

pub(crate) fn plant(world: &mut World) {
    rehire(world);
    business_days(world);
    look_back(world);
    due_after_period(world);
    on_and_off(world);
    withdrawn(world);
}

/// Two employments, two ends; the first in good order, the second not.
fn rehire(world: &mut World) {
    let first = case(world, "employee", 2, 8);
    world.set(first.directory, first.evening(world), Status::Disabled);
    first.note(
        world,
        Class::Lookalike,
        first.directory,
        "rehire",
        "the first of two ends, in time",
    );
    let back = first.day.plus_days(21);
    let back = (0..7)
        .map(|n| back.plus_days(n))
        .find(|d| world.almanac.is_work_day(*d));
    let back = back.unwrap_or(first.day);
    let known = world.almanac.at(back.plus_days(-5), 9, 0);
    let statement = Statement::stays("support");
    let number = world.people.len() + 5000;
    if let Some(person) = world.person(first.who) {
        let worker = format!("w{number}");
        person.employments.push(Employment {
            worker,
            start: back,
            statements: vec![(known, statement)],
        });
    }
    world.set(
        first.directory,
        world.almanac.at(back, 8, 0),
        Status::Active,
    );
    let day = staff::quiet(world, 65, 76);
    staff::leaves(world, first.who, day, 7);
    let end = world
        .people
        .get(first.who)
        .and_then(|p| p.employments.last()?.end(&world.almanac));
    let second = Case {
        day,
        ended: end.unwrap_or(first.ended),
        ..first
    };
    world.set(second.directory, second.late(world, 3), Status::Disabled);
    let why = "came back, left again, and was disabled days after the deadline";
    second.note(world, Class::Deviation, second.directory, "rehire", why);
    let item = item(&[&world.key(second.directory)]);
    world.note(Class::Deviation, ORPHAN, item, "owner_left", why);
}

/// A holiday at one office is a working day at the other.
fn business_days(world: &mut World) {
    let friday = world.almanac.holiday.plus_days(-3);
    for remote in [true, false] {
        let mut case = case_on(world, "employee", friday);
        if let Some(person) = world.person(case.who) {
            person.location = if remote { "remote" } else { "office" };
        }
        case.day = friday;
        let tuesday = world.almanac.at(world.almanac.holiday.plus_days(1), 16, 0);
        world.set(case.directory, tuesday, Status::Disabled);
        if remote {
            let why = "left on Friday, disabled on Tuesday; Monday was a working day there";
            case.note(
                world,
                Class::Deviation,
                case.directory,
                "business_days",
                why,
            );
        } else {
            let why = "left on Friday, disabled on Tuesday; Monday was a holiday";
            case.note(
                world,
                Class::Lookalike,
                case.directory,
                "business_days",
                why,
            );
        }
    }
}

/// Left before the period, due inside.
fn look_back(world: &mut World) {
    let day = world
        .almanac
        .last_work_day(world.almanac.period.from.plus_days(-1));
    for late in [true, false] {
        let case = case_on(world, "employee", day);
        let at = if late {
            case.late(world, 3)
        } else {
            world
                .almanac
                .at(world.almanac.due_day(case.ended, 1, "office"), 10, 0)
        };
        world.set(case.directory, at, Status::Disabled);
        if late {
            let why = "left before the period, due inside, disabled days after the deadline";
            case.note(world, Class::Deviation, case.directory, "look_back", why);
            let item = item(&[&world.key(case.directory)]);
            world.note(Class::Deviation, ORPHAN, item, "owner_left", why);
        } else {
            let why = "left before the period, due inside, disabled in time";
            case.note(world, Class::Lookalike, case.directory, "look_back", why);
        }
    }
}

/// Left at the very end, due after it.
fn due_after_period(world: &mut World) {
    let day = world.almanac.last_work_day(world.almanac.period.to);
    let open = case_on(world, "employee", day);
    let why = "due after the end of the period and still open: pending";
    open.note(
        world,
        Class::Lookalike,
        open.directory,
        "due_after_period",
        why,
    );
    let used = case_on(world, "employee", day);
    world.sign_in(used.directory, used.ended.plus(2 * HOUR_US));
    let why = "due after the end of the period, but used after the last hour";
    used.note(
        world,
        Class::Deviation,
        used.directory,
        "due_after_period",
        why,
    );
}

/// Off, on again, off: what counts is the last time it was active.
fn on_and_off(world: &mut World) {
    let case_long = case(world, "employee", 5, 70);
    let day = |n: i32, case: &Case| case.day.plus_days(n);
    world.set(
        case_long.directory,
        case_long.evening(world),
        Status::Disabled,
    );
    world.set(
        case_long.directory,
        world.almanac.at(day(7, &case_long), 9, 0),
        Status::Active,
    );
    world.set(
        case_long.directory,
        world.almanac.at(day(9, &case_long), 9, 0),
        Status::Disabled,
    );
    let why = "disabled in time, enabled a week later for two days";
    case_long.note(
        world,
        Class::Deviation,
        case_long.directory,
        "disabled_then_enabled",
        why,
    );
    let short = case(world, "employee", 5, 70);
    world.set(short.directory, short.evening(world), Status::Disabled);
    world.set(
        short.directory,
        world.almanac.at(short.day, 19, 0),
        Status::Active,
    );
    world.set(
        short.directory,
        world.almanac.at(short.day, 20, 0),
        Status::Disabled,
    );
    let why = "enabled again for an hour by mistake, before the deadline";
    short.note(
        world,
        Class::Lookalike,
        short.directory,
        "disabled_then_enabled",
        why,
    );
}

/// An end date that was set and taken back is no end; set once more, it is one.
fn withdrawn(world: &mut World) {
    let stays = case(world, "employee", 10, 60);
    take_back(world, &stays, stays.day.plus_days(-3));
    let item = world.leaver_item(stays.who, 0, stays.directory);
    world.note(
        Class::Lookalike,
        LEAVER,
        item,
        "withdrawn_end",
        "the end date was taken back",
    );
    let first = staff::quiet(world, 10, 30);
    let goes = case_on(world, "employee", first);
    take_back(world, &goes, first.plus_days(-3));
    let day = staff::quiet(world, 65, 76);
    staff::leaves(world, goes.who, day, 7);
    let end = world
        .people
        .get(goes.who)
        .and_then(|p| p.employments.last()?.end(&world.almanac));
    let goes = Case {
        day,
        ended: end.unwrap_or(goes.ended),
        ..goes
    };
    world.set(goes.directory, goes.late(world, 3), Status::Disabled);
    let why = "the end date was taken back and set again; disabled days after the second";
    goes.note(
        world,
        Class::Deviation,
        goes.directory,
        "withdrawn_end",
        why,
    );
    let item = crate::truth::item(&[&world.key(goes.directory)]);
    world.note(Class::Deviation, ORPHAN, item, "owner_left", why);
}

fn take_back(world: &mut World, case: &Case, day: Day) {
    let known = world.almanac.at(day, 11, 0);
    let employment = world
        .person(case.who)
        .and_then(|p| p.employments.last_mut());
    if let Some(employment) = employment {
        let department = employment
            .statements
            .first()
            .map_or("sales", |(_, s)| s.department);
        employment
            .statements
            .push((known, Statement::stays(department)));
    }
}

/// Accounts made ready before their person starts belong to them already.
pub(crate) fn made_ready(world: &mut World) {
    let start = staff::quiet(world, 20, 80);
    let who = world.hire("employee", start);
    let since = world.almanac.at(start.plus_days(-9), 10, 0);
    let which = world.give(who, System::Directory, since);
    let item = item(&[&world.key(which)]);
    world.note(
        Class::Lookalike,
        ORPHAN,
        item,
        "made_ready",
        "made ready nine days before the start",
    );
}
