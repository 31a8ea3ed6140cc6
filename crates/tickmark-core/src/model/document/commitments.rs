use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::ids::{Category, CriterionId, InstanceId};
use crate::model::yaml::{Node, Reader};

/// `commitments.yaml`: what was promised to customers and what the system must do to keep it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Commitments {
    /// Commitments first, then requirements, each in the order written.
    pub entries: Vec<Commitment>,
}

/// One commitment or requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// Its handle.
    pub id: InstanceId,
    /// Commitment or requirement.
    pub kind: CommitmentKind,
    /// What it says.
    pub says: String,
    /// Categories it belongs to.
    pub categories: Vec<Category>,
    /// Criteria it is judged under.
    pub criteria: Vec<CriterionId>,
    /// Where it was made: contract, law, service level.
    pub source: Option<String>,
}

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitmentKind {
    /// Promised to customers.
    Commitment,
    /// What the system must do.
    Requirement,
}

pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Commitments> {
    let fields = reader.fields(
        node,
        "the commitments document",
        &["commitments", "requirements"],
    )?;
    let mut out = Commitments::default();
    let mut seen: BTreeMap<InstanceId, u32> = BTreeMap::new();
    for (key, kind) in [
        ("commitments", CommitmentKind::Commitment),
        ("requirements", CommitmentKind::Requirement),
    ] {
        let items = fields
            .get(key)
            .map(|n| reader.list(n, &format!("`{key}`")))
            .unwrap_or_default();
        for item in items {
            let Some(entry) = read_entry(reader, item, kind) else {
                continue;
            };
            if let Some(line) = seen.insert(entry.id.clone(), item.at.line) {
                reader.refuse(
                    item.at,
                    format!("`{}` is given twice", entry.id),
                    format!("the first is on line {line}; rename one"),
                );
            }
            out.entries.push(entry);
        }
    }
    Some(out)
}

fn read_entry(reader: &mut Reader, node: &Node, kind: CommitmentKind) -> Option<Commitment> {
    let fields = reader.fields(
        node,
        "a commitment",
        &["id", "says", "categories", "criteria", "source"],
    )?;
    let id = reader.required(&fields, "id", "give it a handle, like `uptime`");
    let says = reader.required(&fields, "says", "write what was promised");
    let categories = fields
        .get("categories")
        .map(|n| reader.values(n, "`categories`"))
        .unwrap_or_default();
    let criteria = fields
        .get("criteria")
        .map(|n| reader.values(n, "`criteria`"))
        .unwrap_or_default();
    let source = fields.get("source").and_then(|n| reader.text(n));
    let id = id.and_then(|n| reader.value(n));
    let says = says.and_then(|n| reader.text(n));
    Some(Commitment {
        id: id?,
        kind,
        says: says?,
        categories,
        criteria,
        source,
    })
}
