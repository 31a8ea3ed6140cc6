use serde::{Deserialize, Serialize};

use super::risk::MAX_STEPS;
use crate::model::yaml::{Fields, Node, Reader};

/// `risk_scale` of `tickmark.yaml`: the steps on which risks are rated, and up to which score they may be carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskScale {
    /// Highest likelihood.
    pub likelihood: u32,
    /// Highest impact.
    pub impact: u32,
    /// Highest residual score that needs no further treatment; none declared, none assumed.
    pub carry_up_to: Option<u32>,
}

impl Default for RiskScale {
    /// Five by five.
    fn default() -> Self {
        Self {
            likelihood: 5,
            impact: 5,
            carry_up_to: None,
        }
    }
}

pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<RiskScale> {
    let known = ["likelihood", "impact", "carry_up_to"];
    let fields = reader.fields(node, "`risk_scale`", &known)?;
    let likelihood = read_steps(reader, &fields, "likelihood")?;
    let impact = read_steps(reader, &fields, "impact")?;
    let highest = likelihood.saturating_mul(impact);
    let carry = fields
        .get("carry_up_to")
        .map(|n| reader.number(n, 1, highest));
    Some(RiskScale {
        likelihood,
        impact,
        carry_up_to: carry.flatten(),
    })
}

fn read_steps(reader: &mut Reader, fields: &Fields<'_>, key: &str) -> Option<u32> {
    let hint = "write the highest step, like `5`";
    let node = reader.required(fields, key, hint)?;
    reader.number(node, 2, MAX_STEPS)
}
