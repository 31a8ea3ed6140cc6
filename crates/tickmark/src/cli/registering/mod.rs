//! Commands about the registers: policies, risks, vendors, tasks, access reviews, people.

pub mod due;
pub mod people;
pub mod policies;
pub mod reviews;
pub mod risks;
pub mod tasks;
pub mod vendors;

use tickmark::{
    error::{Error, Result},
    ledger::Recorded,
    program::Program,
    registering,
};
use tickmark_core::model::{
    ids::{ControlId, PersonId},
    time::Day,
    yaml::Placed,
};

use super::{Context, Done};

/// The day it is in the program's zone.
pub fn today(context: &Context, program: &Program) -> Day {
    program.state().zone().day_of(context.clock.now())
}

/// The person named, or the one behind the user of this machine.
fn acting(context: &Context, program: &Program, person: Option<&str>) -> Result<PersonId> {
    match person {
        Some(person) => PersonId::parse(person).map_err(Error::user),
        None => registering::person_of_user(&program.state(), &context.user),
    }
}

fn said(context: &Context, recorded: Option<Recorded>) -> Done {
    let said = recorded.map(|r| r.to_string());
    let said = said.unwrap_or_else(|| "nothing to record: it is recorded already".to_owned());
    context.out.say(&said);
    Done::Clean
}

fn controls(named: &[Placed<ControlId>]) -> Vec<String> {
    named.iter().map(|c| c.value.to_string()).collect()
}
