//! Second factors that were off, could not be read, or only look so.

use tickmark_core::model::time::Day;

use super::{LOGIN, MFA};
use crate::{
    truth::{Class, item},
    world::{Status, System, Which, Who, World, staff},
};

pub(crate) fn plant(world: &mut World, engineers: &[Who]) {
    switched_off(world);
    without_factor(world);
    unreadable(world);
    services(world, engineers);
    shared(world, engineers);
    outside(world);
    sign_ins(world);
}

/// Somebody who stays, with an account in the directory.
pub(super) fn colleague(world: &mut World) -> (Who, Which) {
    let start = world.almanac.period.from.plus_days(-500);
    let who = world.hire("employee", start);
    (
        who,
        world.give(who, System::Directory, world.almanac.at(start, 8, 0)),
    )
}

fn note(world: &mut World, class: Class, which: Which, trap: &str, why: &str) {
    let item = item(&[&world.key(which)]);
    world.note(class, MFA, item, trap, why);
}

fn off(world: &mut World, which: Which, day: Day, days: i32, factor: Option<bool>) {
    world.set_factor(which, world.almanac.at(day, 11, 0), factor);
    world.set_factor(
        which,
        world.almanac.at(day.plus_days(days), 11, 0),
        Some(true),
    );
}

fn suspend(world: &mut World, which: Which, day: Day, days: i32) {
    world.set(which, world.almanac.at(day, 10, 0), Status::Disabled);
    world.set(
        which,
        world.almanac.at(day.plus_days(days), 12, 0),
        Status::Active,
    );
}

fn switched_off(world: &mut World) {
    let (_, which) = colleague(world);
    let day = staff::quiet(world, 10, 75);
    off(world, which, day, 3, Some(false));
    let why = "no second factor for three days, for a lost telephone";
    note(
        world,
        Class::Deviation,
        which,
        "switched_off_for_a_day",
        why,
    );
    let (_, which) = colleague(world);
    let day = staff::quiet(world, 10, 75);
    suspend(world, which, day, 3);
    off(world, which, day, 3, Some(false));
    let why = "the second factor was off only while the account was suspended";
    note(
        world,
        Class::Lookalike,
        which,
        "switched_off_for_a_day",
        why,
    );
}

fn without_factor(world: &mut World) {
    let (_, which) = colleague(world);
    let day = staff::quiet(world, 10, 75);
    suspend(world, which, day, 4);
    off(world, which, day, 4, Some(false));
    let why = "disabled, and without a second factor as long as it was";
    note(
        world,
        Class::Lookalike,
        which,
        "disabled_without_factor",
        why,
    );
    let (_, which) = colleague(world);
    let day = staff::quiet(world, 10, 75);
    suspend(world, which, day, 3);
    off(world, which, day, 6, Some(false));
    let why = "enabled again three days before the second factor was";
    note(
        world,
        Class::Deviation,
        which,
        "disabled_without_factor",
        why,
    );
}

fn unreadable(world: &mut World) {
    let (_, which) = colleague(world);
    let day = staff::quiet(world, 10, 75);
    off(world, which, day, 4, None);
    let why = "the directory did not tell for four days whether a factor was enrolled";
    note(world, Class::Unknown, which, "unreadable_factor", why);
    let (_, which) = colleague(world);
    let day = staff::quiet(world, 10, 75);
    suspend(world, which, day, 4);
    off(world, which, day, 4, None);
    let why = "could not be read only while the account was suspended";
    note(world, Class::Lookalike, which, "unreadable_factor", why);
}

fn directory_account(world: &World, who: Option<&Who>) -> Option<Which> {
    world.account_of(*who?, System::Directory)
}

fn services(world: &mut World, engineers: &[Who]) {
    let since = world
        .almanac
        .at(world.almanac.period.from.plus_days(-250), 12, 0);
    let owner = directory_account(world, engineers.first());
    let used = world.account(System::Directory, "service", owner, since);
    let quiet = world.account(System::Directory, "service", owner, since);
    let why = "somebody signed in at a screen with a service account";
    note(world, Class::Deviation, used, "service_used_by_person", why);
    let other =
        "a service account that only machines use; somebody tried it at a screen and failed";
    note(
        world,
        Class::Lookalike,
        quiet,
        "service_used_by_person",
        other,
    );
    let day = staff::quiet(world, 10, 75);
    for (which, success) in [(used, true), (quiet, false)] {
        let at = world.almanac.at(day, 14, 20);
        let Some(login) = world.sign_in(which, at) else {
            continue;
        };
        login.second_factor = Some(false);
        login.success = success;
        let (item, class) = (
            login.item(),
            if success {
                Class::Deviation
            } else {
                Class::Lookalike
            },
        );
        world.note(
            class,
            LOGIN,
            item,
            "service_used_by_person",
            if success { why } else { other },
        );
    }
}

fn shared(world: &mut World, engineers: &[Who]) {
    let since = world
        .almanac
        .at(world.almanac.period.from.plus_days(-250), 12, 0);
    let owner = directory_account(world, engineers.get(1));
    for protected in [false, true] {
        let which = world.account(System::Directory, "shared", owner, since);
        world.set_factor(which, since, Some(protected));
        if protected {
            let why = "shared by a team, and protected";
            note(world, Class::Lookalike, which, "shared_account", why);
        } else {
            let why = "shared by a team, without a second factor";
            note(world, Class::Deviation, which, "shared_account", why);
        }
    }
}

fn outside(world: &mut World) {
    let (who, _) = colleague(world);
    let since = world
        .almanac
        .at(world.almanac.period.from.plus_days(-250), 12, 0);
    let which = world.give(who, System::Database, since);
    world.set_factor(which, since, Some(false));
    let why = "an account of the database with a password of its own";
    note(world, Class::Deviation, which, "outside_sso", why);
    let key = world.account(System::Database, "key", Some(which), since);
    note(
        world,
        Class::Lookalike,
        key,
        "outside_sso",
        "a key that no person uses",
    );
}

/// Seconds after the first attempt, success, second factor.
type Attempt = (i64, bool, Option<bool>);

fn sign_ins(world: &mut World) {
    let plan: [(&[Attempt], Class, &str, &str); 3] = [
        (
            &[(0, true, Some(false))],
            Class::Deviation,
            "single_factor_login",
            "signed in with a password alone",
        ),
        (
            &[(0, true, None)],
            Class::Unknown,
            "unreadable_factor",
            "the log does not tell whether a factor was used",
        ),
        (
            &[(0, false, Some(false)), (40, true, Some(true))],
            Class::Lookalike,
            "single_factor_login",
            "failed without a second factor, then passed with it",
        ),
    ];
    for (attempts, class, trap, why) in plan {
        let (_, which) = colleague(world);
        let day = staff::quiet(world, 10, 75);
        for (seconds, success, factor) in attempts {
            let at = world.almanac.at(day, 9, 12).plus(seconds * 1_000_000);
            let Some(login) = world.sign_in(which, at) else {
                continue;
            };
            login.success = *success;
            login.second_factor = *factor;
            let item = login.item();
            world.note(class, LOGIN, item, trap, why);
        }
    }
    readable_elsewhere(world);
}

/// A key's use without a second factor is no sign-in at a screen.
fn readable_elsewhere(world: &mut World) {
    let (who, _) = colleague(world);
    let since = world
        .almanac
        .at(world.almanac.period.from.plus_days(-250), 12, 0);
    let database = world.give(who, System::Database, since);
    let key = world.account(System::Database, "key", Some(database), since);
    let day = staff::quiet(world, 10, 75);
    let at = world.almanac.at(day, 3, 3);
    if let Some(login) = world.sign_in(key, at) {
        login.interactive = false;
        login.second_factor = None;
        let item = login.item();
        world.note(
            Class::Lookalike,
            LOGIN,
            item,
            "unreadable_factor",
            "the use of a key, not a sign-in",
        );
    }
}
