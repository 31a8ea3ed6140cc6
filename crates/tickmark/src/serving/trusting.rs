//! The trust page: what is published, to whom it is given, and what recipients do, each an entry.

use tickmark_core::model::decide::{Command, NewGrant, NewPublication};
use tickmark_log::commitment::Commitment;
use tickmark_server::{Deed, Download};

use crate::{
    error::{Error, Result},
    ledger::Recorded,
    program::{Hands, Program},
    records::Records as _,
};

/// Does what is about the trust page; nothing is recorded where it was done before.
pub(super) fn act(program: &Program, deed: &Deed, hands: Hands<'_>) -> Result<Option<Recorded>> {
    let recorded = match deed {
        Deed::Publish {
            what,
            title,
            firm,
            name,
            bytes,
        } => program.commit(hands, |_| {
            Ok(Command::Publish(NewPublication {
                body: what.clone(),
                title,
                firm: firm.as_deref(),
                name,
                file: bytes,
            }))
        })?,
        Deed::Withdraw { publication, why } => program.commit(hands, |_| {
            Ok(Command::Withdraw {
                publication: *publication,
                why: *why,
            })
        })?,
        Deed::Grant {
            publication,
            recipient,
            until,
            terms,
        } => program.commit(hands, |_| {
            Ok(Command::Grant(NewGrant {
                publication: *publication,
                recipient: recipient.clone(),
                until: *until,
                terms,
            }))
        })?,
        Deed::RevokeGrant { grant, why } => program.commit(hands, |_| {
            Ok(Command::RevokeGrant {
                grant: *grant,
                why: *why,
            })
        })?,
        Deed::LogAccess { grant, what } => program.commit(hands, |_| {
            Ok(Command::Access {
                grant: *grant,
                what: *what,
            })
        })?,
        _ => return Err(Error::bug("this is not about the trust page")),
    };
    if recorded.is_some() {
        program.sign()?;
    }
    Ok(recorded)
}

/// The file of a publication.
pub(super) fn file(program: &Program, index: u64) -> Result<Download> {
    let state = program.state();
    let publication = state
        .publications
        .get(&index)
        .ok_or_else(|| Error::user(format!("entry {index} published nothing")))?;
    let name = publication.name.value.clone();
    Ok(Download {
        name: name.unwrap_or_else(|| "document".to_owned()),
        media: "application/octet-stream",
        bytes: program.ledger().blob(&Commitment(publication.file))?,
    })
}
