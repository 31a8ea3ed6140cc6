//! People who leave, and what stays behind.

use tickmark_core::model::time::{Day, HOUR_US, SECOND_US, Time};

use super::{LEAVER, ORPHAN};
use crate::{
    truth::{Class, item},
    world::{Status, System, Which, Who, World, staff},
};

/// Somebody who leaves on a quiet day.
pub(super) struct Case {
    pub(super) who: Who,
    pub(super) day: Day,
    pub(super) directory: Which,
    pub(super) ended: Time,
}

/// Somebody who leaves between two hundredths of the period, with an account in the directory.
pub(super) fn case(world: &mut World, kind: &'static str, low: i64, high: i64) -> Case {
    let day = staff::quiet(world, low, high);
    case_on(world, kind, day)
}

pub(super) fn case_on(world: &mut World, kind: &'static str, day: Day) -> Case {
    let long_ago = world.dice.between(100, 1400);
    let start = world
        .almanac
        .period
        .from
        .plus_days(-i32::try_from(long_ago).unwrap_or(100));
    let who = world.hire(kind, start);
    let directory = world.give(who, System::Directory, world.almanac.at(start, 8, 0));
    staff::leaves(world, who, day, 7);
    let person = world.people.get(who).and_then(|p| p.employments.last());
    let ended = person
        .and_then(|e| e.end(&world.almanac))
        .unwrap_or(Time::MAX);
    Case {
        who,
        day,
        directory,
        ended,
    }
}

impl Case {
    /// Noon of the n-th working day after the deadline's.
    pub(super) fn late(&self, world: &World, days: u32) -> Time {
        let location = world.people.get(self.who).map_or("office", |p| p.location);
        world
            .almanac
            .at(world.almanac.due_day(self.ended, 1 + days, location), 12, 0)
    }

    pub(super) fn evening(&self, world: &World) -> Time {
        world.almanac.at(self.day, 18, 5)
    }

    pub(super) fn database(&self, world: &mut World) -> Which {
        let since = world.almanac.at(self.day.plus_days(-90), 11, 0);
        world.give(self.who, System::Database, since)
    }

    pub(super) fn note(
        &self,
        world: &mut World,
        class: Class,
        which: Which,
        trap: &str,
        why: &str,
    ) {
        let last = world
            .people
            .get(self.who)
            .map_or(0, |p| p.employments.len().saturating_sub(1));
        let item = world.leaver_item(self.who, last, which);
        world.note(class, LEAVER, item, trap, why);
    }
}

fn nobody_answers(world: &mut World, which: Which, trap: &str, why: &str) {
    let item = item(&[&world.key(which)]);
    world.note(Class::Deviation, ORPHAN, item, trap, why);
}

pub(crate) fn plant(world: &mut World) {
    late(world);
    still_active(world);
    used_after_end(world);
    outside_sign_on(world);
    key_survives(world);
    missing(world);
    contractors(world);
    at_due(world);
    gap(world);
    record_late(world);
}

fn late(world: &mut World) {
    let case_late = case(world, "employee", 5, 75);
    let at = case_late.late(world, 3);
    world.set(case_late.directory, at, Status::Disabled);
    let why = "left and was disabled three working days after the deadline";
    case_late.note(
        world,
        Class::Deviation,
        case_late.directory,
        "disabled_late",
        why,
    );
    nobody_answers(
        world,
        case_late.directory,
        "owner_left",
        "active for days after its person left",
    );
    let case = case(world, "employee", 5, 75);
    let at = world.almanac.at(case.day.plus_days(1), 9, 0);
    world.set(case.directory, at, Status::Disabled);
    case.note(
        world,
        Class::Lookalike,
        case.directory,
        "disabled_late",
        "disabled the next morning, in time",
    );
    let item = item(&[&world.key(case.directory)]);
    let why = "seen active the morning after its person left, within the grace";
    world.note(Class::Lookalike, ORPHAN, item, "grace", why);
}

fn still_active(world: &mut World) {
    let case_open = case(world, "employee", 5, 75);
    let why = "left and was never disabled";
    case_open.note(
        world,
        Class::Deviation,
        case_open.directory,
        "still_active",
        why,
    );
    nobody_answers(world, case_open.directory, "owner_left", why);
    let case_away = case(world, "employee", 5, 75);
    staff::switch_off(
        world,
        &[Some(case_away.directory)],
        case_away.evening(world),
    );
    let why = "still listed, but disabled since the evening of the last day";
    case_away.note(
        world,
        Class::Lookalike,
        case_away.directory,
        "still_active",
        why,
    );
}

fn used_after_end(world: &mut World) {
    let used = case(world, "employee", 5, 75);
    let morning = world.almanac.at(used.day.plus_days(1), 9, 0);
    world.set(used.directory, morning, Status::Disabled);
    world.sign_in(used.directory, used.ended.plus(3 * HOUR_US));
    let why = "disabled in time, but signed in three hours after the last hour";
    used.note(
        world,
        Class::Deviation,
        used.directory,
        "login_after_end",
        why,
    );
    let tried = case(world, "employee", 5, 75);
    world.set(tried.directory, tried.evening(world), Status::Disabled);
    if let Some(login) = world.sign_in(tried.directory, tried.ended.plus(3 * HOUR_US)) {
        login.success = false;
    }
    let why = "a failed attempt after the last hour is no use";
    tried.note(
        world,
        Class::Lookalike,
        tried.directory,
        "login_after_end",
        why,
    );
}

fn outside_sign_on(world: &mut World) {
    let left = case(world, "employee", 5, 75);
    let database = left.database(world);
    staff::switch_off(world, &[Some(left.directory)], left.evening(world));
    let why = "the directory's account was disabled, the database's was forgotten";
    left.note(world, Class::Deviation, database, "outside_sso", why);
    left.note(
        world,
        Class::Lookalike,
        left.directory,
        "outside_sso",
        "this account was disabled in time",
    );
    nobody_answers(world, database, "owner_left", why);
    let both = case(world, "employee", 5, 75);
    let database = both.database(world);
    staff::switch_off(
        world,
        &[Some(both.directory), Some(database)],
        both.evening(world),
    );
    both.note(
        world,
        Class::Lookalike,
        database,
        "outside_sso",
        "the database's account was disabled too",
    );
}

fn key_survives(world: &mut World) {
    for survives in [true, false] {
        let case = case(world, "employee", 5, 75);
        let database = case.database(world);
        let since = world.almanac.at(case.day.plus_days(-60), 15, 0);
        let key = world.account(System::Database, "key", Some(database), since);
        let gone = [
            Some(case.directory),
            Some(database),
            (!survives).then_some(key),
        ];
        staff::switch_off(world, &gone, case.evening(world));
        if survives {
            let why = "the key outlives the account that made it";
            case.note(world, Class::Deviation, key, "api_key_survives", why);
            nobody_answers(world, key, "owner_left", why);
        } else {
            case.note(
                world,
                Class::Lookalike,
                key,
                "api_key_survives",
                "the key went with its account",
            );
        }
    }
}

fn missing(world: &mut World) {
    let vanished = case(world, "employee", 5, 75);
    let database = vanished.database(world);
    let evening = vanished.evening(world);
    world.set(vanished.directory, evening, Status::Disabled);
    world.set(database, evening, Status::Gone);
    let why = "gone from the list, and no log tells that it was deleted";
    vanished.note(world, Class::Unknown, database, "missing_account", why);
    let deleted = case(world, "employee", 5, 75);
    world.set(deleted.directory, deleted.evening(world), Status::Gone);
    let why = "gone from the list, and the log tells when it was deleted";
    deleted.note(
        world,
        Class::Lookalike,
        deleted.directory,
        "missing_account",
        why,
    );
}

fn contractors(world: &mut World) {
    let late = case(world, "contractor", 5, 75);
    let at = late.late(world, 3);
    world.set(late.directory, at, Status::Disabled);
    let why = "the contract ended, the account was disabled days after the deadline";
    late.note(
        world,
        Class::Deviation,
        late.directory,
        "contractor_end",
        why,
    );
    nobody_answers(world, late.directory, "owner_left", why);
    let fine = case(world, "contractor", 5, 75);
    world.set(
        fine.directory,
        world.almanac.at(fine.day.plus_days(1), 8, 30),
        Status::Disabled,
    );
    let why = "the last day of a contract is included; disabled the morning after";
    fine.note(
        world,
        Class::Lookalike,
        fine.directory,
        "contractor_end",
        why,
    );
}

fn at_due(world: &mut World) {
    for late in [false, true] {
        let case = case(world, "employee", 5, 75);
        let due = world.almanac.due(case.ended, 1, "office");
        if late {
            world.set(case.directory, due.plus(SECOND_US), Status::Disabled);
            let why = "disabled one second after the deadline";
            case.note(world, Class::Deviation, case.directory, "at_due", why);
        } else {
            world.set(case.directory, due, Status::Disabled);
            let why = "disabled at the very end of the last day allowed";
            case.note(world, Class::Lookalike, case.directory, "at_due", why);
        }
    }
}

/// The database only has snapshots: what happens around the deadline falls between two looks. The directory's log tells.
fn gap(world: &mut World) {
    let case = case(world, "employee", 5, 75);
    let database = case.database(world);
    let due_day = world.almanac.due_day(case.ended, 1, "office");
    let afternoon = world.almanac.at(due_day, 15, 0);
    staff::switch_off(world, &[Some(case.directory), Some(database)], afternoon);
    let why = "seen active before the deadline and disabled after it; nobody saw the change";
    case.note(world, Class::Unknown, database, "snapshot_gap", why);
    let why = "between the same two looks, but the log names the instant";
    case.note(world, Class::Lookalike, case.directory, "snapshot_gap", why);
    let late = self::case(world, "employee", 5, 75);
    let database = late.database(world);
    world.set(late.directory, late.evening(world), Status::Disabled);
    let at = late.late(world, 3);
    world.set(database, at, Status::Disabled);
    let why = "seen active after the deadline";
    late.note(world, Class::Deviation, database, "snapshot_gap", why);
    nobody_answers(world, database, "owner_left", why);
}

/// The personnel record comes late; the deadline runs from the end, not from the record.
fn record_late(world: &mut World) {
    for late in [true, false] {
        let day = staff::quiet(world, 5, 70);
        let case = case_on(world, "employee", day);
        let known = world
            .almanac
            .at(world.almanac.due_day(case.ended, 5, "office"), 10, 0);
        let employment = world
            .person(case.who)
            .and_then(|p| p.employments.last_mut());
        if let Some((from, _)) = employment.and_then(|e| e.statements.last_mut()) {
            *from = known;
        }
        if late {
            world.set(case.directory, known.plus(HOUR_US), Status::Disabled);
            let why = "the record came a week late and the account was disabled only then";
            case.note(world, Class::Deviation, case.directory, "late_record", why);
            nobody_answers(world, case.directory, "owner_left", why);
        } else {
            world.set(case.directory, case.evening(world), Status::Disabled);
            let why = "the record came a week late, the manager had the account disabled in time";
            case.note(world, Class::Lookalike, case.directory, "late_record", why);
        }
    }
}
