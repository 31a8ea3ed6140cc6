use serde::{Deserialize, Serialize};

use super::front::read_front;
use super::lifetime::{Lifetime, read_lifetime, read_name};
use crate::model::ids::{ControlId, InstanceId, RiskId};
use crate::model::time::Day;
use crate::model::yaml::{Fields, Node, Place, Placed, Reader};

/// A risk: `risks/leaver-access.md`. Prose below the front matter is optional and stays in the document's blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// The name of its file.
    pub risk: RiskId,
    /// What may happen, to what, with what effect.
    pub statement: String,
    /// Who answers for it.
    pub owner: String,
    /// A slug to group by, like `access`.
    pub category: InstanceId,
    /// The day it was identified, and the day it ended.
    pub lifetime: Lifetime,
    /// Without any control.
    pub inherent: Rating,
    /// With what is in place.
    pub residual: Rating,
    /// What is done about it.
    pub treatment: Treatment,
    /// Why; required where it is accepted.
    pub reason: Option<String>,
    /// Controls that answer it.
    pub controls: Vec<Placed<ControlId>>,
    /// Commitments and requirements it threatens, by their handles in `commitments.yaml`.
    pub commitments: Vec<Placed<InstanceId>>,
    /// Last day on which it must be looked at again.
    pub review_due: Day,
}

/// A likelihood and an impact on the program's scale (`risk_scale` of `tickmark.yaml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// Likelihood, from 1.
    pub likelihood: u32,
    /// Impact, from 1.
    pub impact: u32,
    /// Where it is written.
    pub at: Place,
}

impl Rating {
    /// Likelihood times impact.
    #[must_use]
    pub fn score(&self) -> u32 {
        self.likelihood.saturating_mul(self.impact)
    }
}

/// What is done about a risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Carried as it is, for a reason.
    Accept,
    /// Reduced by controls.
    Mitigate,
    /// Handed to somebody else: insurance, a contract.
    Transfer,
    /// What causes it is not done.
    Avoid,
}

impl Treatment {
    /// The word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Mitigate => "mitigate",
            Self::Transfer => "transfer",
            Self::Avoid => "avoid",
        }
    }
}

/// The highest step of a scale that can be declared.
pub(super) const MAX_STEPS: u32 = 10;
const TREATMENTS: [Treatment; 4] = [
    Treatment::Accept,
    Treatment::Mitigate,
    Treatment::Transfer,
    Treatment::Avoid,
];
const KEYS: [&str; 12] = [
    "statement",
    "owner",
    "category",
    "identified",
    "retired",
    "inherent",
    "residual",
    "treatment",
    "reason",
    "controls",
    "commitments",
    "review_due",
];

pub(super) fn read(reader: &mut Reader, text: &str) -> Option<Risk> {
    let risk = read_name::<RiskId>(reader, "risks/");
    let (node, _) = read_front(reader, text)?;
    let fields = reader.fields(&node, "a risk", &KEYS)?;
    let statement = reader.required_text(&fields, "statement", "say what may happen, and to what");
    let owner = reader.required_text(&fields, "owner", "name who answers for the risk");
    let hint = "name a group of risks, like `access`";
    let category = reader.required_value(&fields, "category", hint);
    let hint = "write the day it was identified, like `2026-01-15`";
    let lifetime = read_lifetime(reader, &fields, "identified", hint);
    let inherent = read_rating(reader, &fields, "inherent");
    let residual = read_rating(reader, &fields, "residual");
    let treatment = read_treatment(reader, &fields);
    let reason = fields.get("reason").map(|n| reader.text(n));
    let controls = reader.set(&fields, "controls");
    let commitments = reader.set(&fields, "commitments");
    let hint = "write the last day of its next review, like `2027-01-15`";
    let review_due = reader.required_value(&fields, "review_due", hint);
    let risk = Risk {
        risk: risk?,
        statement: statement?,
        owner: owner?,
        category: category?,
        lifetime: lifetime?,
        inherent: inherent?,
        residual: residual?,
        treatment: treatment?,
        reason: reason.flatten(),
        controls,
        commitments,
        review_due: review_due?,
    };
    check(reader, &fields, &risk);
    Some(risk)
}

fn read_rating(reader: &mut Reader, fields: &Fields<'_>, key: &str) -> Option<Rating> {
    let hint = "write it like `{likelihood: 3, impact: 4}`";
    let node = reader.required(fields, key, hint)?;
    let inner = reader.fields(node, &format!("`{key}`"), &["likelihood", "impact"])?;
    let step = |reader: &mut Reader, key: &str| {
        let hint = "write a step of the program's scale, from 1";
        let node: Option<&Node> = reader.required(&inner, key, hint);
        node.and_then(|n| reader.number(n, 1, MAX_STEPS))
    };
    let (likelihood, impact) = (step(reader, "likelihood"), step(reader, "impact"));
    Some(Rating {
        likelihood: likelihood?,
        impact: impact?,
        at: node.at,
    })
}

fn read_treatment(reader: &mut Reader, fields: &Fields<'_>) -> Option<Treatment> {
    let hint = "one of accept, mitigate, transfer, avoid";
    let node = reader.required(fields, "treatment", hint)?;
    let word = reader.one_of(node, &TREATMENTS.map(Treatment::as_str))?;
    TREATMENTS.into_iter().find(|t| t.as_str() == word)
}

fn check(reader: &mut Reader, fields: &Fields<'_>, risk: &Risk) {
    let higher = risk.residual.likelihood > risk.inherent.likelihood
        || risk.residual.impact > risk.inherent.impact;
    if higher {
        reader.refuse(
            fields.place("residual"),
            "the residual risk is higher than the inherent one",
            "rate `inherent` as if there were no controls",
        );
    }
    if risk.treatment == Treatment::Accept && risk.reason.is_none() {
        reader.refuse(
            fields.place("treatment"),
            "accepted without a `reason`",
            "say why it is carried as it is",
        );
    }
    if risk.review_due < risk.lifetime.from {
        reader.refuse(
            fields.place("review_due"),
            "the review is due before the risk was identified",
            "correct one of the two days",
        );
    }
}
