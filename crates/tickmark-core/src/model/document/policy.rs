use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ParamValue;
use super::adoption::read_params;
use super::front::{read_front, refuse_without_prose};
use super::lifetime::{Lifetime, read_lifetime, read_name};
use crate::model::ids::{ColumnName, ControlId, CriterionId, GroupName, PersonId, PolicyId};
use crate::model::yaml::{Fields, Node, Place, Placed, Reader};

/// A policy: `policies/access-control.md`. Its text is the prose below the front matter and stays in the document's blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The name of its file.
    pub policy: PolicyId,
    /// Title, as people read it.
    pub title: String,
    /// Who answers for it.
    pub owner: String,
    /// Who must approve each version; never empty. An approval names its place in this list.
    pub approvers: Vec<Placed<PersonId>>,
    /// Version, from 1. What is approved is changed only under a higher one.
    pub version: u32,
    /// Where the version is written.
    pub version_at: Place,
    /// First and last day in force.
    pub lifetime: Lifetime,
    /// Months after which it must be approved again, also unchanged.
    pub renew_within_months: u32,
    /// Who must acknowledge it; nobody, if absent.
    pub acknowledge: Option<Acknowledge>,
    /// What it promises as values: `deprovision_days: 1`. Controls may be compared with them.
    pub parameters: BTreeMap<String, ParamValue>,
    /// Controls that carry it out.
    pub controls: Vec<Placed<ControlId>>,
    /// Criteria it belongs to.
    pub criteria: Vec<CriterionId>,
}

/// Who must acknowledge a policy, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledge {
    /// Groups of `people.yaml`; never empty.
    pub groups: Vec<Placed<GroupName>>,
    /// Days after a version is approved and in force, or after a person's first day.
    pub within_days: u32,
    /// The last version that changed what people must know: acknowledgements of it and of later ones count.
    pub since_version: u32,
}

const KEYS: [&str; 11] = [
    "title",
    "owner",
    "approvers",
    "version",
    "effective",
    "retired",
    "renew_within_months",
    "acknowledge",
    "parameters",
    "controls",
    "criteria",
];
/// Highest version that can be written.
const MAX_VERSION: u32 = 9_999;
/// Longest time between two approvals that can be written: five years.
const MAX_MONTHS: u32 = 60;
/// Longest time for an acknowledgement.
const MAX_DAYS: u32 = 365;

pub(super) fn read(reader: &mut Reader, text: &str) -> Option<Policy> {
    let policy = read_name::<PolicyId>(reader, "policies/");
    let (node, front) = read_front(reader, text)?;
    refuse_without_prose(reader, &front, "the policy");
    let fields = reader.fields(&node, "a policy", &KEYS)?;
    let title = reader.required_text(&fields, "title", "write the title as people read it");
    let owner = reader.required_text(&fields, "owner", "name who answers for the policy");
    let approvers = read_approvers(reader, &fields);
    let version = reader
        .required(&fields, "version", "count the versions from 1")
        .and_then(|n| Some((reader.number(n, 1, MAX_VERSION)?, n.at)));
    let hint = "write the first day in force, like `2026-01-01`";
    let lifetime = read_lifetime(reader, &fields, "effective", hint);
    let hint = "write after how many months it must be approved again, like `12`";
    let renew = reader
        .required(&fields, "renew_within_months", hint)
        .and_then(|n| reader.number(n, 1, MAX_MONTHS));
    let acknowledge = fields
        .get("acknowledge")
        .map(|n| read_acknowledge(reader, n, version.map(|v| v.0)));
    let parameters = fields.get("parameters").map(|n| read_parameters(reader, n));
    let controls = reader.set(&fields, "controls");
    let criteria = reader.set(&fields, "criteria");
    let (version, version_at) = version?;
    Some(Policy {
        policy: policy?,
        title: title?,
        owner: owner?,
        approvers,
        version,
        version_at,
        lifetime: lifetime?,
        renew_within_months: renew?,
        acknowledge: acknowledge.flatten(),
        parameters: parameters.unwrap_or_default(),
        controls,
        criteria: criteria.into_iter().map(|c| c.value).collect(),
    })
}

fn read_approvers(reader: &mut Reader, fields: &Fields<'_>) -> Vec<Placed<PersonId>> {
    let hint = "name the persons who approve it, like `[ada]`";
    reader.required(fields, "approvers", hint);
    let approvers = reader.set(fields, "approvers");
    if let Some(node) = fields.get("approvers").filter(|_| approvers.is_empty()) {
        reader.refuse(node.at, "nobody approves it", hint);
    }
    approvers
}

fn read_acknowledge(reader: &mut Reader, node: &Node, version: Option<u32>) -> Option<Acknowledge> {
    let known = ["groups", "within_days", "since_version"];
    let fields = reader.fields(node, "`acknowledge`", &known)?;
    let hint = "name who must acknowledge it, like `[everyone]`";
    reader.required(&fields, "groups", hint);
    let groups = reader.set(&fields, "groups");
    if let Some(node) = fields.get("groups").filter(|_| groups.is_empty()) {
        reader.refuse(node.at, "nobody must acknowledge it", hint);
    }
    let hint = "write how many days people have, like `14`";
    let within = reader
        .required(&fields, "within_days", hint)
        .and_then(|n| reader.number(n, 0, MAX_DAYS));
    let since = fields
        .get("since_version")
        .map(|n| read_since(reader, n, version));
    Some(Acknowledge {
        groups,
        within_days: within?,
        since_version: since.unwrap_or(version)?,
    })
}

fn read_since(reader: &mut Reader, node: &Node, version: Option<u32>) -> Option<u32> {
    let since = reader.number(node, 1, MAX_VERSION)?;
    if version.is_some_and(|version| version < since) {
        let what = format!("version {since} is not written yet");
        let hint = "name the last version that changed what people must know, or leave it out";
        reader.refuse(node.at, what, hint);
    }
    Some(since)
}

fn read_parameters(reader: &mut Reader, node: &Node) -> BTreeMap<String, ParamValue> {
    let entries = reader.map(node, "`parameters`");
    for (name, at, _) in entries.iter().flat_map(|f| f.entries()) {
        if ColumnName::parse(name).is_err() {
            let what = format!("`{name}` is not a parameter's name");
            let hint = "write it in lower case with underscores, like `deprovision_days`";
            reader.refuse(*at, what, hint);
        }
    }
    match entries {
        Some(_) => read_params(reader, node).0,
        None => BTreeMap::new(),
    }
}
