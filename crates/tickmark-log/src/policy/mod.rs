//! Trust policy (C2SP tlog-policy): which logs, which witnesses, and how many of them make a quorum.
//!
//! The policy comes to the auditor by another way than the bundle. What counts are operators: each operator's witnesses
//! are one group, and the members of the quorum group are counted, never signature lines.

mod parse;

pub use parse::{PolicyError, PolicyFault};

use crate::cosignature::cosigned_by;
use crate::keys::VerifierKey;
use crate::note::SignedNote;

/// At most this many logs, witnesses and groups each (the standard asks for at least 32).
pub const MAX_ITEMS: usize = 64;
/// At most this many bytes.
pub const MAX_BYTES: usize = 65_536;

/// A parsed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    nodes: Vec<Node>,
    /// Position in `nodes`; none for `quorum none`.
    quorum: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    name: String,
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Witness(VerifierKey),
    /// Positions of members, all smaller than the group's own.
    Group {
        threshold: usize,
        members: Vec<usize>,
    },
}

/// What the witnesses of a policy say of one note.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Witnessed {
    /// Whether the quorum is met; never for `quorum none`.
    pub quorum: bool,
    /// Satisfied members of the quorum group.
    pub satisfied: u64,
    /// Members of the quorum group; 1 if the quorum is a witness, 0 for `quorum none`.
    pub members: u64,
    /// Witness name and time (seconds since 1970 UTC) of each valid cosignature, in the policy's order.
    pub cosignatures: Vec<(String, u64)>,
    /// Witnesses whose line does not verify: the note is malformed then.
    pub broken: Vec<String>,
}

impl Policy {
    /// The keys of the logs that are accepted.
    #[must_use]
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// Name and key of each witness.
    pub fn witnesses(&self) -> impl Iterator<Item = (&str, &VerifierKey)> {
        self.nodes.iter().filter_map(|node| match &node.rule {
            Rule::Witness(key) => Some((node.name.as_str(), key)),
            Rule::Group { .. } => None,
        })
    }

    /// True for `quorum none`: whatever is cosigned, such a policy gives at most unanchored.
    #[must_use]
    pub const fn quorum_none(&self) -> bool {
        self.quorum.is_none()
    }

    /// Counts the cosignatures on a note. Signatures of unknown keys are ignored.
    #[must_use]
    pub fn witnessed(&self, note: &SignedNote) -> Witnessed {
        let mut result = Witnessed::default();
        let mut met = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let here = match &node.rule {
                Rule::Witness(key) => match cosigned_by(note, key) {
                    None => false,
                    Some(None) => {
                        result.broken.push(node.name.clone());
                        false
                    }
                    Some(Some(time_s)) => {
                        result.cosignatures.push((node.name.clone(), time_s));
                        true
                    }
                },
                Rule::Group { threshold, members } => count(&met, members) >= *threshold,
            };
            met.push(here);
        }
        if let Some((at, node)) = self.quorum.and_then(|at| Some((at, self.nodes.get(at)?))) {
            let members = match &node.rule {
                Rule::Witness(_) => std::slice::from_ref(&at),
                Rule::Group { members, .. } => members,
            };
            result.quorum = count(&met, &[at]) == 1;
            result.satisfied = count(&met, members) as u64;
            result.members = members.len() as u64;
        }
        result
    }
}

fn count(met: &[bool], members: &[usize]) -> usize {
    let is_met = |member: &&usize| met.get(**member).is_some_and(|met| *met);
    members.iter().filter(is_met).count()
}
