//! Entries of the trust page without a ledger on disk: decided and folded as the engine does.

use std::collections::BTreeMap;

use tickmark_core::model::{
    decide::{Actor, Command, Draft, NewGrant, NewPublication, decide},
    ids::ActorId,
    state::{State, fold},
    time::{SECOND_US, Time},
};
use tickmark_log::{
    commitment::{Commitment, Salt, commit},
    digest::Digest,
    leaf::{BlobRef, Side},
};
use tickmark_server::{Deed, Download, Trouble};

pub struct Recorded {
    pub state: State,
    blobs: BTreeMap<Digest, Vec<u8>>,
    now: Time,
}

impl Recorded {
    pub fn new(state: State) -> Self {
        let now = Time::parse("2026-07-02T12:00:00Z").unwrap();
        let blobs = BTreeMap::new();
        Self { state, blobs, now }
    }

    /// Does it, if it is about the trust page. Each act is a second after the one before.
    pub fn act(&mut self, deed: &Deed) -> Option<Result<String, Trouble>> {
        let command = command(deed)?;
        self.now = self.now.plus(SECOND_US);
        let actor = Actor {
            id: ActorId([7; 16]),
            side: Side::Management,
        };
        let first = self.state.size;
        let decided = decide(&self.state, command, actor, self.now);
        Some(match decided {
            Err(refusal) => Err(Trouble::Refused(refusal.to_string())),
            Ok(drafts) => {
                for draft in drafts {
                    self.append(draft, actor);
                }
                Ok(format!("recorded {first}"))
            }
        })
    }

    fn append(&mut self, draft: Draft, actor: Actor) {
        let index = self.state.size;
        let mut blobs = Vec::new();
        for (n, blob) in draft.blobs.iter().enumerate() {
            let mut salt = [n as u8; 32];
            salt[..8].copy_from_slice(&index.to_be_bytes());
            let commitment = commit(&Salt(salt), &blob.bytes);
            self.blobs.insert(commitment.0, blob.bytes.clone());
            blobs.push(BlobRef {
                role: blob.role.to_owned(),
                commitment,
                length: blob.bytes.len() as u64,
            });
        }
        let leaf = draft.into_leaf(actor, self.now, &[9; 32], blobs);
        self.state = fold(std::mem::take(&mut self.state), index, &leaf, &self.blobs).unwrap();
    }

    pub fn published(&self, leaf: u64) -> Option<Download> {
        let publication = self.state.publications.get(&leaf)?;
        Some(Download {
            name: publication.name.value.clone().unwrap(),
            media: "application/octet-stream",
            bytes: self.blobs.get(&Commitment(publication.file).0)?.clone(),
        })
    }
}

fn command(deed: &Deed) -> Option<Command<'_>> {
    Some(match deed {
        Deed::Publish {
            what,
            title,
            firm,
            name,
            bytes,
        } => Command::Publish(NewPublication {
            body: what.clone(),
            title,
            firm: firm.as_deref(),
            name,
            file: bytes,
        }),
        Deed::Withdraw { publication, why } => Command::Withdraw {
            publication: *publication,
            why: *why,
        },
        Deed::Grant {
            publication,
            recipient,
            until,
            terms,
        } => Command::Grant(NewGrant {
            publication: *publication,
            recipient: recipient.clone(),
            until: *until,
            terms,
        }),
        Deed::RevokeGrant { grant, why } => Command::RevokeGrant {
            grant: *grant,
            why: *why,
        },
        Deed::LogAccess { grant, what } => Command::Access {
            grant: *grant,
            what: *what,
        },
        _ => return None,
    })
}
