//! Accounts nobody answers for.

use super::ORPHAN;
use crate::{
    truth::{Class, item},
    world::{System, Who, World},
};

pub(crate) fn plant(world: &mut World, engineers: &[Who]) {
    let since = world
        .almanac
        .at(world.almanac.period.from.plus_days(-200), 12, 0);
    let shared = world.account(System::Database, "shared", None, since);
    let key = item(&[&world.key(shared)]);
    let why = "a shared account that belongs to nobody";
    world.note(Class::Deviation, ORPHAN, key, "no_owner", why);
    let glass = world.account(System::Directory, "shared", None, since);
    let key = item(&[&world.key(glass)]);
    let why = "break-glass account on the list approved before the period";
    world.note(Class::Lookalike, ORPHAN, key.clone(), "no_owner", why);
    world.waived.push((ORPHAN.to_owned(), key, why.to_owned()));
    let owner = engineers.first();
    let own = owner.and_then(|who| world.account_of(*who, System::Directory));
    let owned = world.account(System::Directory, "shared", own, since);
    let key = item(&[&world.key(owned)]);
    world.note(
        Class::Lookalike,
        ORPHAN,
        key,
        "no_owner",
        "shared, but somebody answers for it",
    );
}
