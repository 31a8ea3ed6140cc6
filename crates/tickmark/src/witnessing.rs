//! What others have seen of this ledger: requests to witnesses, their answers, and the tail nobody has seen yet.
#![allow(
    clippy::disallowed_methods,
    reason = "the proposed trust policy is a file of the program directory"
)]

use std::{collections::BTreeMap, fs};

use tickmark_core::model::{
    body::{TrustBody, TrustRole},
    decide::Command,
    time::Time,
};
use tickmark_log::{
    checkpoint::Checkpoint,
    cosignature,
    keys::{KeyType, VerifierKey},
    note::{NoteSignature, SignedNote},
    policy::Policy,
    tree,
    verdict::Level,
    witness::Request,
};

use crate::{
    error::{Error, Result, io},
    ledger::{Recorded, store_error},
    program::{Hands, Program},
    records::Records as _,
};

/// File of the proposed policy.
pub const POLICY: &str = "trust.policy";

/// Who cosigned a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// Name of the witness's key.
    pub witness: String,
    /// Who holds it.
    pub operator: String,
    /// When it was cosigned.
    pub at: Time,
}

/// How far others can vouch for the ledger, under the policy that the program proposes.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The last signed checkpoint.
    pub checkpoint: Checkpoint,
    /// The level a verifier gives under that policy.
    pub level: Level,
    /// Satisfied members of the quorum and their number; nothing for `quorum none`.
    pub quorum: Option<(u64, u64)>,
    /// Valid cosignatures of the last checkpoint.
    pub cosigned: Vec<Cosigned>,
    /// Entries after the last checkpoint that met the quorum.
    pub unwitnessed: u64,
    /// Claimed time of the oldest of them.
    pub oldest: Option<Time>,
}

/// The last signed checkpoint.
///
/// # Errors
/// There is none, or it cannot be read.
pub fn last(program: &Program) -> Result<(String, Checkpoint, SignedNote)> {
    let text = program.ledger().checkpoint()?.ok_or_else(|| {
        Error::corrupt("the ledger has no checkpoint").hint("run `tickmark log fsck`")
    })?;
    let (checkpoint, note) = Checkpoint::parse_note(text.as_bytes()).map_err(Error::corrupt)?;
    Ok((text, checkpoint, note))
}

/// What witnesses say of the ledger now.
///
/// # Errors
/// The ledger or the policy cannot be read.
pub fn standing(program: &Program) -> Result<Standing> {
    let (_, checkpoint, note) = last(program)?;
    let policy = policy(program)?;
    let now = policy.witnessed(&note);
    let mut seen = 0;
    if now.quorum {
        seen = checkpoint.size;
    } else if !policy.quorum_none() {
        let all = program
            .ledger()
            .store()
            .checkpoints()
            .map_err(store_error)?;
        let met = all.iter().rev().find_map(|text| {
            let (head, note) = Checkpoint::parse_note(text.as_bytes()).ok()?;
            policy.witnessed(&note).quorum.then_some(head.size)
        });
        seen = met.unwrap_or_default();
    }
    let size = program.ledger().size()?;
    let oldest = (seen < size)
        .then(|| program.ledger().leaf(seen))
        .transpose()?
        .map(|leaf| Time::from_micros_u64(leaf.time_us));
    let holder = |name: &str| {
        let key = policy.witnesses().find(|(n, _)| *n == name).map(|(_, k)| k);
        let (witness, vkey) = key.map_or_else(
            || (name.to_owned(), String::new()),
            |k| (k.name().to_owned(), k.to_string()),
        );
        let state = program.state();
        let trusted = state.trusted.iter().find(|t| t.body.vkey == vkey);
        let operator = trusted.map(|t| t.body.operator.clone()).unwrap_or_default();
        (witness, operator)
    };
    let cosigned = now.cosignatures.iter().map(|(name, at_s)| {
        let (witness, operator) = holder(name);
        let at = Time::from_micros_u64(at_s.saturating_mul(1_000_000));
        Cosigned {
            witness,
            operator,
            at,
        }
    });
    Ok(Standing {
        level: if now.quorum {
            Level::Witnessed
        } else {
            Level::Unanchored
        },
        quorum: (!policy.quorum_none()).then_some((now.satisfied, now.members)),
        cosigned: cosigned.collect(),
        unwitnessed: size.saturating_sub(seen),
        oldest,
        checkpoint,
    })
}

fn policy(program: &Program) -> Result<Policy> {
    let (file, text) = policy_text(program)?;
    Policy::parse(text.as_bytes()).map_err(|e| Error::user(format!("{file}: {e}")))
}

/// The policy that the program proposes, and the file it stands in: `trust:` of `tickmark.yaml`, else `trust.policy`.
///
/// # Errors
/// The file cannot be read.
pub fn policy_text(program: &Program) -> Result<(String, String)> {
    let declared = program.state().program().and_then(|p| p.trust.clone());
    if let Some(text) = declared {
        return Ok(("tickmark.yaml".to_owned(), text));
    }
    let path = program.dir().join(POLICY);
    let text = fs::read_to_string(&path).map_err(io(&path))?;
    Ok((path.display().to_string(), text))
}

/// The request (C2SP `add-checkpoint`) that asks a witness which has seen `old_size` entries to cosign the last checkpoint.
///
/// # Errors
/// The checkpoint has fewer entries, or the ledger cannot be read.
pub fn request(program: &Program, old_size: u64) -> Result<Request> {
    let (_, checkpoint, note) = last(program)?;
    let too_far = || {
        Error::user(format!(
            "--request-from {old_size}: the checkpoint has {} leaves",
            checkpoint.size
        ))
    };
    if old_size > checkpoint.size {
        return Err(too_far());
    }
    let proof = if old_size == 0 {
        Vec::new()
    } else {
        let hashes = hashes(program, checkpoint.size)?;
        tree::consistency::prove(old_size, &hashes).ok_or_else(too_far)?
    };
    Ok(Request {
        old_size,
        proof,
        note,
    })
}

/// The proof that entry `index` lies under the last checkpoint.
///
/// # Errors
/// There is no such entry under it.
pub fn inclusion(
    program: &Program,
    index: u64,
) -> Result<(Checkpoint, String, Vec<tickmark_log::digest::Digest>)> {
    let (text, checkpoint, _) = last(program)?;
    let hashes = hashes(program, checkpoint.size)?;
    let proof = tree::inclusion::prove(index, &hashes).ok_or_else(|| {
        Error::user(format!(
            "there is no leaf {index}: the checkpoint has {}",
            checkpoint.size
        ))
    })?;
    Ok((checkpoint, text, proof))
}

fn hashes(program: &Program, size: u64) -> Result<Vec<tickmark_log::digest::Digest>> {
    let store = program.ledger().store();
    store.leaf_hashes(0..size).map_err(store_error)
}

/// Merges the lines of a witness's answer into the last checkpoint; gives the number of lines and the size.
///
/// # Errors
/// A line is not a cosignature of that checkpoint by a trusted key; nothing is merged then.
pub fn merge(program: &Program, file: &str, answer: &str) -> Result<(u64, u64)> {
    let (text, checkpoint, mut note) = last(program)?;
    let trusted = trusted(program);
    let mut merged = 0;
    let lines = answer.lines().enumerate();
    for (n, line) in lines.filter(|(_, l)| !l.trim().is_empty()) {
        let wrong = |e: &dyn std::fmt::Display| Error::user(format!("{file}:{}: {e}", n + 1));
        let signature = NoteSignature::parse_line(&format!("{line}\n")).map_err(|e| wrong(&e))?;
        let key = trusted
            .iter()
            .find(|k| signature.claims(k))
            .ok_or_else(|| {
                wrong(&"a key that is not trusted here")
                    .hint("record it with `tickmark log trust VKEY --operator FIRM`")
            })?;
        note.add(signature);
        if cosignature::cosigned_by(&note, key).flatten().is_none() {
            let why = format!(
                "it does not cosign the checkpoint of {} leaves",
                checkpoint.size
            );
            return Err(wrong(&why)
                .hint("ask again with a new `tickmark log checkpoint --request-from SIZE`"));
        }
        merged += 1;
    }
    if merged == 0 {
        return Err(Error::user(format!("{file}: no cosignature in it"))
            .hint("it should hold the line that `tickmark-verify witness cosign` printed"));
    }
    let store = program.ledger().store();
    store
        .swap_checkpoint(Some(&text), &note.to_text())
        .map_err(store_error)?;
    Ok((merged, checkpoint.size))
}

fn trusted(program: &Program) -> Vec<VerifierKey> {
    let state = program.state();
    let keys = state.trusted.iter().map(|t| t.body.vkey.parse());
    keys.filter_map(std::result::Result::ok).collect()
}

/// Records the key of a witness or an auditor; a witness joins the policy that the program proposes.
///
/// # Errors
/// It is not a key, or the disk fails.
pub fn trust(
    program: &Program,
    vkey: &str,
    operator: &str,
    hands: Hands<'_>,
) -> Result<Option<Recorded>> {
    let key: VerifierKey = vkey
        .parse()
        .map_err(|e| Error::user(format!("`{vkey}`: {e}")))?;
    let role = if key.key_type() == KeyType::CosignatureV1 {
        TrustRole::Witness
    } else {
        TrustRole::Auditor
    };
    let recorded = program.commit(hands, |_| {
        Ok(Command::Trust(TrustBody {
            vkey: vkey.to_owned(),
            operator: operator.to_owned(),
            role,
        }))
    })?;
    if role == TrustRole::Witness && program.state().program().is_none_or(|p| p.trust.is_none()) {
        let path = program.dir().join(POLICY);
        fs::write(&path, proposed(program)).map_err(io(&path))?;
    }
    Ok(recorded)
}

/// The proposed policy: every witness, one group an operator, all operators in the quorum (decision D18).
fn proposed(program: &Program) -> String {
    let state = program.state();
    let log = state.log.as_ref().map(|l| l.vkey.as_str());
    let mut text = format!("log {}\n\n", log.unwrap_or_default());
    let mut operators: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for trusted in &state.trusted {
        if trusted.body.role == TrustRole::Witness {
            let keys = operators.entry(&trusted.body.operator).or_default();
            keys.push(&trusted.body.vkey);
        }
    }
    let (mut groups, mut witness) = (Vec::new(), 0);
    for keys in operators.values() {
        let mut members = Vec::new();
        for key in keys {
            witness += 1;
            text.push_str(&format!("witness w{witness} {key}\n"));
            members.push(format!("w{witness}"));
        }
        let group = format!("operator-{}", groups.len() + 1);
        text.push_str(&format!("group {group} any {}\n", members.join(" ")));
        groups.push(group);
    }
    text.push_str(&format!(
        "group quorum-group all {}\nquorum quorum-group\n",
        groups.join(" ")
    ));
    text
}
