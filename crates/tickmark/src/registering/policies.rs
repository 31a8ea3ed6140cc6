//! Policies: somebody approves or acknowledges the version that was read.

use tickmark_core::model::{
    decide::{Command, Read},
    ids::{PersonId, PolicyId},
};

use crate::{
    error::{Error, Result},
    ledger::Recorded,
    program::{Hands, Program},
};

/// Approves the version of a policy that stands at the leaf `seen`; without one, the version that stands now.
///
/// # Errors
/// There is no such policy, it has changed since, the person is none of its approvers; the disk fails.
pub fn approve(
    program: &Program,
    policy: &str,
    seen: Option<u64>,
    person: &PersonId,
    hands: Hands<'_>,
) -> Result<Option<Recorded>> {
    let read = read(program, policy, seen)?;
    let recorded = program.commit(hands, |_| {
        Ok(Command::Approve {
            read: read.clone(),
            person: person.clone(),
        })
    })?;
    program.sign()?;
    Ok(recorded)
}

/// Acknowledges the version of a policy that stands at the leaf `seen`; without one, the version that stands now.
///
/// # Errors
/// There is no such policy, it has changed since, it is not approved, the person is not in `people.yaml`; the disk fails.
pub fn acknowledge(
    program: &Program,
    policy: &str,
    seen: Option<u64>,
    person: &PersonId,
    hands: Hands<'_>,
) -> Result<Option<Recorded>> {
    let read = read(program, policy, seen)?;
    let people = super::people(program)?;
    let recorded = program.commit(hands, |_| {
        Ok(Command::Acknowledge {
            read: read.clone(),
            person: person.clone(),
            people: &people,
        })
    })?;
    program.sign()?;
    Ok(recorded)
}

fn read(program: &Program, policy: &str, seen: Option<u64>) -> Result<Read> {
    let policy = PolicyId::parse(policy).map_err(Error::user)?;
    let now = program.state().policy(&policy).map(|(v, _)| v.leaf);
    // What is not there is refused by the decision, which knows what is.
    let document = seen.or(now).unwrap_or_default();
    Ok(Read { policy, document })
}
