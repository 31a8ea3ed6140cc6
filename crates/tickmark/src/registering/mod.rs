//! The registers as acts: policies that are approved and acknowledged, tasks, access reviews, documents that are saved from a page. What
//! stands in them is read from the state (`tickmark_core::model::registers`).

mod freezing;
pub mod policies;
pub mod retention;
pub mod reviews;
pub mod saving;
pub mod tasks;
pub mod timeline;

use tickmark_core::model::{
    document::{Account, People},
    ids::PersonId,
    state::State,
    time::Day,
};
use tickmark_log::commitment::Commitment;

use crate::{
    error::{Error, Result},
    populations::parse_people,
    program::Program,
    records::Records as _,
};

/// Who there is, as the recorded `people.yaml` says; nobody without one.
///
/// # Errors
/// It cannot be read.
pub fn people(program: &Program) -> Result<People> {
    let recorded = program.state().identity().map(|v| v.commitment);
    match recorded {
        Some(recorded) => parse_people(&program.ledger().blob(&Commitment(recorded))?),
        None => Ok(People::default()),
    }
}

/// The person whose account `email:MAIL` is on a day: what somebody who is signed in does in their own name.
///
/// # Errors
/// The account is nobody's.
pub fn person_of_mail(people: &People, mail: &str, today: Day) -> Result<PersonId> {
    let account = format!("email:{}", mail.to_lowercase());
    let owns = |a: &Account| a.account.as_str().to_lowercase() == account && is_on(a, today);
    let found = people.persons.iter().find(|p| p.accounts.iter().any(owns));
    found.map(|p| p.person.clone()).ok_or_else(|| {
        let hint = format!(
            "add `{{account: \"{account}\", how: asked}}` to the accounts of the person there and record it"
        );
        Error::refused(format!("`{mail}` is nobody's account in `people.yaml`")).hint(hint)
    })
}

/// The person behind a user of this machine (decision D31).
///
/// # Errors
/// `tickmark.yaml` names nobody.
pub fn person_of_user(state: &State, user: &str) -> Result<PersonId> {
    let known = state.program().and_then(|p| p.actors.get(user));
    known.cloned().ok_or_else(|| {
        let hint = format!(
            "name the person with --as PERSON, or write `actors: {{{user}: PERSON}}` into tickmark.yaml and apply it"
        );
        Error::refused(format!("nobody of `people.yaml` stands behind the user `{user}`"))
            .hint(hint)
    })
}

/// Whether an account is the person's on a day.
fn is_on(account: &Account, day: Day) -> bool {
    account.from.is_none_or(|from| from <= day) && account.until.is_none_or(|until| day <= until)
}
