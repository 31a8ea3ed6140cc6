use tickmark_log::digest::Digest;

use super::{Draft, Refusal, refuse};
use crate::model::body::{Acknowledged, Body, PolicyApproval, PolicyVersion};
use crate::model::diagnostic::nearest;
use crate::model::document::{People, Policy};
use crate::model::ids::{PersonId, PolicyId};
use crate::model::state::{State, Version};
use crate::model::time::Time;

/// A version of a policy as somebody read it: its leaf tells whether it has changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The policy.
    pub policy: PolicyId,
    /// Leaf of the version that was read.
    pub document: u64,
}

pub(super) fn approve(
    state: &State,
    read: &Read,
    person: &PersonId,
    now: Time,
) -> Result<Vec<Draft>, Refusal> {
    let (version, policy) = current(state, read)?;
    let place = policy.approvers.iter().position(|a| a.value == *person);
    let Some(place) = place.and_then(|n| u32::try_from(n).ok()) else {
        let names = policy.approvers.iter().map(|a| a.value.as_str());
        let names: Vec<&str> = names.collect();
        return refuse(
            format!("`{person}` does not approve `{}`", read.policy),
            format!("its approvers are {}", names.join(", ")),
        );
    };
    // A year later the same version is approved again: one approval a day, not one for ever (page 4, T34).
    let today = state.zone().day_of(now);
    let again = state.approvals.get(&read.policy).into_iter().flatten();
    let mut again = again.filter(|a| a.document == version.leaf && a.approver == place);
    if again.any(|a| state.zone().day_of(a.recorded) == today) {
        return Ok(Vec::new());
    }
    let body = PolicyApproval {
        of: version_of(version, policy),
        approver: place,
    };
    let day = today.to_string();
    let parts: [&[u8]; 5] = [
        b"approval",
        read.policy.as_str().as_bytes(),
        &version.leaf.to_be_bytes(),
        &place.to_be_bytes(),
        day.as_bytes(),
    ];
    Ok(vec![
        Draft::new(Body::PolicyApproval(body), &parts).refs([version.leaf]),
    ])
}

pub(super) fn acknowledge(
    state: &State,
    read: &Read,
    person: &PersonId,
    people: &People,
) -> Result<Vec<Draft>, Refusal> {
    let (version, policy) = current(state, read)?;
    check_person(person, people)?;
    if !state.is_approved(&read.policy, version.leaf) {
        return refuse(
            format!(
                "version {} of `{}` is not approved yet",
                policy.version, read.policy
            ),
            "its approvers approve it first; what they change would have to be read again",
        );
    }
    let known = state.acknowledgements.get(&read.policy);
    let mut known = known.into_iter().flatten();
    if known.any(|a| a.document == version.leaf && a.person.value.as_ref() == Some(person)) {
        return Ok(Vec::new());
    }
    let body = Acknowledged {
        of: version_of(version, policy),
    };
    let parts: [&[u8]; 4] = [
        b"acknowledgement",
        read.policy.as_str().as_bytes(),
        &version.leaf.to_be_bytes(),
        person.as_str().as_bytes(),
    ];
    let draft = Draft::new(Body::Acknowledgement(body), &parts).refs([version.leaf]);
    Ok(vec![
        draft.blob("person", person.as_str().as_bytes().to_vec()),
    ])
}

/// Somebody of `people.yaml` who acts alone through his or her accounts.
pub(super) fn check_person(person: &PersonId, people: &People) -> Result<(), Refusal> {
    match people.person(person) {
        Some(known) if known.kind.is_human() => Ok(()),
        Some(_) => refuse(
            format!("`{person}` is used by programs or by several people"),
            "name one person",
        ),
        None => {
            let handles = people.persons.iter().map(|p| p.person.as_str());
            let hint = match nearest(person.as_str(), handles) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`people` lists them".to_owned(),
            };
            refuse(format!("`{person}` is not in `people.yaml`"), hint)
        }
    }
}

/// The version in the program now, which must be the one that was read.
fn current<'s>(state: &'s State, read: &Read) -> Result<(&'s Version, &'s Policy), Refusal> {
    let Some((version, policy)) = state.policy(&read.policy) else {
        let names = state.policies().map(|(_, p)| p.policy.as_str());
        let hint = match nearest(read.policy.as_str(), names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`policies` lists them".to_owned(),
        };
        return refuse(format!("there is no policy `{}`", read.policy), hint);
    };
    if version.leaf != read.document {
        return refuse(
            format!("`{}` has changed since it was read", read.policy),
            format!("read version {} of it first", policy.version),
        );
    }
    Ok((version, policy))
}

fn version_of(version: &Version, policy: &Policy) -> PolicyVersion {
    PolicyVersion {
        policy: policy.policy.clone(),
        version: policy.version,
        commitment: version.commitment,
    }
}

/// What is approved is changed only under a higher version, and versions never go back.
pub(super) fn check_revision(
    state: &State,
    path: &str,
    policy: &Policy,
    digest: Digest,
) -> Result<(), Refusal> {
    let versions = state.policy_versions(&policy.policy);
    let at = policy.version_at;
    for earlier in versions {
        let Some(before) = earlier.policy() else {
            continue;
        };
        if before.version > policy.version {
            return refuse(
                format!(
                    "{path}:{}:{}: version {} after version {}",
                    at.line, at.column, policy.version, before.version
                ),
                "versions only go up; raise `version`",
            );
        }
        let changed = before.version == policy.version && earlier.digest != Some(digest);
        if changed && approved_by_anybody(state, &policy.policy, earlier.leaf) {
            return refuse(
                format!(
                    "{path}:{}:{}: version {} has been approved and is changed",
                    at.line, at.column, policy.version
                ),
                "raise `version`, or write the approved text back with `export`",
            );
        }
    }
    Ok(())
}

fn approved_by_anybody(state: &State, policy: &PolicyId, document: u64) -> bool {
    let mut approvals = state.approvals.get(policy).into_iter().flatten();
    approvals.any(|a| a.document == document)
}
