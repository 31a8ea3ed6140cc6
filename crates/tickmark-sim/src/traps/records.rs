//! Leavers of whom the identity table or the personnel system says too little, and accounts at the edges of what is allowed.

use super::{
    ORPHAN, factors,
    leavers::{Case, case},
};
use crate::{
    truth::{Class, item},
    world::{Claim, Standing, Statement, Status, System, Which, World, staff},
};

pub(crate) fn plant(world: &mut World) {
    handed_over(world);
    handed_over_before(world);
    record_gone(world);
    ended_without_date(world);
    taken_off(world);
    grace(world);
    made_ready(world);
    colleague_signs_in(world);
}

fn orphan(world: &mut World, class: Class, which: Which, trap: &str, why: &str) {
    let item = item(&[&world.key(which)]);
    world.note(class, ORPHAN, item, trap, why);
}

/// A colleague has the account a few days after its person left: still active nobody can tell for whom, off is off for both.
fn handed_over(world: &mut World) {
    for off in [false, true] {
        let case = case(world, "employee", 5, 75);
        let (colleague, _) = factors::colleague(world);
        let day = case.day.plus_days(4);
        world.hand_over(case.directory, case.who, day, Some(colleague));
        if off {
            world.set(case.directory, case.evening(world), Status::Disabled);
            let why = "handed to a colleague later, but off since the evening of the last day";
            case.note(world, Class::Lookalike, case.directory, "other_owner", why);
        } else {
            let why = "handed to a colleague after the last day; nobody can tell who used it";
            case.note(world, Class::Unknown, case.directory, "other_owner", why);
            let why = "its person left, and a colleague answers for it since";
            orphan(world, Class::Lookalike, case.directory, "owner_left", why);
        }
    }
}

/// Who has the account after a leaver may sign in to it; in the hours before only the leaver could.
fn colleague_signs_in(world: &mut World) {
    for before in [false, true] {
        let case = case(world, "employee", 5, 75);
        let (colleague, _) = factors::colleague(world);
        let next = case.day.plus_days(1);
        world.hand_over(case.directory, case.who, next, Some(colleague));
        let almanac = world.almanac.clone();
        if before {
            world.sign_in(case.directory, almanac.at(case.day, 21, 0));
        }
        world.sign_in(case.directory, almanac.at(next, 9, 0));
        world.set(case.directory, almanac.at(next, 12, 0), Status::Disabled);
        let (class, why) = if before {
            let why = "signed in on the evening of the last day, before a colleague took the account over";
            (Class::Deviation, why)
        } else {
            let why = "a colleague signed in after taking the account over, and it was off in time";
            (Class::Lookalike, why)
        };
        case.note(world, class, case.directory, "colleague_signs_in", why);
    }
}

/// What was handed over before the end is not the leaver's.
fn handed_over_before(world: &mut World) {
    let case = case(world, "employee", 8, 75);
    let own = world.account(
        System::Directory,
        "shared",
        None,
        world.almanac.at(case.day.plus_days(-120), 9, 0),
    );
    let key = world.key(own);
    if let Some(person) = world.person(case.who) {
        person.claims.push(Claim::always(key));
    }
    let (colleague, _) = factors::colleague(world);
    let day = case.day.plus_days(-5);
    world.hand_over(own, case.who, day, Some(colleague));
    world.set(case.directory, case.evening(world), Status::Disabled);
    let why = "handed to a colleague five days before the end: not the leaver's";
    case.note(world, Class::Lookalike, own, "other_owner", why);
}

/// The newest statement about a case's employment is another one.
fn restate(world: &mut World, case: &Case, statements: Vec<(i32, u32, Statement)>) {
    let almanac = world.almanac.clone();
    let employment = world
        .person(case.who)
        .and_then(|p| p.employments.last_mut());
    let Some(employment) = employment else { return };
    employment.statements.truncate(1);
    let timed = statements
        .into_iter()
        .map(|(days, hour, said)| (almanac.at(case.day.plus_days(days), hour, 0), said));
    employment.statements.extend(timed);
}

fn silent(standing: Standing) -> Statement {
    Statement {
        standing,
        ..Statement::stays("sales")
    }
}

/// The record disappears from the personnel system: off the next morning, and nobody can say whether that was in time.
fn record_gone(world: &mut World) {
    let gone = case(world, "employee", 5, 75);
    restate(world, &gone, vec![(0, 17, silent(Standing::Gone))]);
    let morning = world.almanac.at(gone.day.plus_days(1), 10, 0);
    world.set(gone.directory, morning, Status::Disabled);
    let why = "the personnel record is gone and no end was ever stated";
    gone.note(world, Class::Unknown, gone.directory, "end_not_stated", why);
    // Two days without a record: an export that lost a line.
    let back = case(world, "employee", 5, 75);
    let statements = vec![
        (0, 17, silent(Standing::Gone)),
        (2, 17, silent(Standing::Active)),
    ];
    restate(world, &back, statements);
    let why = "the personnel record was missing for two days; nobody left";
    back.note(
        world,
        Class::Lookalike,
        back.directory,
        "end_not_stated",
        why,
    );
}

/// Called ended without a date: late is late, in time only once the date is there.
fn ended_without_date(world: &mut World) {
    let open = case(world, "employee", 5, 75);
    restate(world, &open, vec![(0, 17, silent(Standing::Ended))]);
    let why = "called ended without a date, and never disabled";
    open.note(
        world,
        Class::Deviation,
        open.directory,
        "end_not_stated",
        why,
    );
    orphan(world, Class::Deviation, open.directory, "owner_left", why);
    let corrected = case(world, "employee", 5, 75);
    let stated = Statement {
        end_on: Some(corrected.day),
        ended_at: Some(corrected.ended),
        ..Statement::stays("sales")
    };
    let statements = vec![(0, 17, silent(Standing::Ended)), (2, 11, stated)];
    restate(world, &corrected, statements);
    let evening = corrected.evening(world);
    world.set(corrected.directory, evening, Status::Disabled);
    let why = "called ended without a date for two days, then the date was added; disabled in time";
    let directory = corrected.directory;
    corrected.note(world, Class::Lookalike, directory, "end_not_stated", why);
}

/// Whoever is taken off the list of people still had the account.
fn taken_off(world: &mut World) {
    for off in [false, true] {
        let case = case(world, "employee", 5, 75);
        let next = case.day.plus_days(1);
        world.hand_over(case.directory, case.who, next, None);
        if off {
            world.set(case.directory, case.evening(world), Status::Disabled);
            let why = "taken off the list of people, and the account was off the same evening";
            let trap = "taken_off_the_list";
            case.note(world, Class::Lookalike, case.directory, trap, why);
            orphan(world, Class::Lookalike, case.directory, trap, why);
        } else {
            let why = "taken off the list of people on the last day; the account lives on";
            let trap = "taken_off_the_list";
            case.note(world, Class::Deviation, case.directory, trap, why);
            orphan(world, Class::Deviation, case.directory, trap, why);
        }
    }
}

/// Seen one morning longer than the grace.
fn grace(world: &mut World) {
    let case = case(world, "employee", 5, 75);
    world.set(case.directory, case.late(world, 2), Status::Disabled);
    let why = "left and was disabled on the second working day after the deadline";
    case.note(
        world,
        Class::Deviation,
        case.directory,
        "disabled_late",
        why,
    );
    let why = "seen active on the morning after the grace";
    orphan(world, Class::Deviation, case.directory, "grace", why);
}

/// Made ready much too early.
fn made_ready(world: &mut World) {
    let start = staff::quiet(world, 30, 80);
    let who = world.hire("employee", start);
    let since = world.almanac.at(start.plus_days(-21), 10, 0);
    let which = world.give(who, System::Directory, since);
    let why = "made ready three weeks before the start, and active all the time";
    orphan(world, Class::Deviation, which, "made_ready", why);
}
