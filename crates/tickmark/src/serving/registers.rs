//! Deeds about the registers. What somebody does in their own name is done as the person whose account the mail is.

use tickmark_core::model::ids::PersonId;
use tickmark_server::Deed;

use crate::{
    error::{Error, Result},
    ledger::Recorded,
    program::{Hands, Program},
    registering::{self, policies, reviews, saving, tasks},
};

/// Does it; says what was recorded.
pub(super) fn act(program: &Program, deed: Deed, hands: Hands<'_>) -> Result<Option<Recorded>> {
    match deed {
        Deed::Save { path, bytes, seen } => {
            let wish = saving::Wish {
                path: &path,
                bytes: &bytes,
                seen,
            };
            saving::save(program, &wish, hands)
        }
        Deed::Approve { policy, seen } => {
            let person = signed_in(program, hands)?;
            policies::approve(program, &policy, Some(seen), &person, hands)
        }
        Deed::Acknowledge { policy, seen } => {
            let person = signed_in(program, hands)?;
            policies::acknowledge(program, &policy, Some(seen), &person, hands)
        }
        Deed::OpenTasks {
            run,
            items,
            owner,
            due,
        } => {
            let wish = tasks::Opening {
                run,
                items: &items,
                owner: &owner,
                due: &due,
            };
            tasks::open(program, &wish, hands)
        }
        Deed::Reassign { tasks, owner, due } => {
            tasks::reassign(program, &tasks, &owner, &due, hands)
        }
        Deed::OpenReview {
            control,
            population,
            covers,
            due,
        } => {
            let wish = reviews::Opening {
                control: &control,
                population: &population,
                covers: &covers,
                due: &due,
            };
            reviews::open(program, &wish, hands)
        }
        Deed::Decide { review, keep } => {
            let person = signed_in(program, hands)?;
            reviews::decide(program, review, &keep, &person, hands)
        }
        Deed::Recheck { review } => reviews::recheck(program, review, hands),
        _ => Err(Error::bug("this deed is about no register")),
    }
}

/// The person who is signed in.
fn signed_in(program: &Program, hands: Hands<'_>) -> Result<PersonId> {
    let people = registering::people(program)?;
    let today = program.state().zone().day_of(hands.clock.now());
    registering::person_of_mail(&people, hands.user, today)
}
