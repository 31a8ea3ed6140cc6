//! `risks`: the register, the highest residual score first.

use serde_json::{Value, json};
use tickmark::error::Result;
use tickmark_core::model::registers::{RiskPoint, RiskStanding, risk_standings};

use super::{controls, today};
use crate::cli::{Context, Done, args::Format};

pub fn list(context: &Context) -> Result<Done> {
    let program = context.program()?;
    let today = today(context, &program);
    let state = program.state();
    let standings = risk_standings(&state, today);
    if context.out.format() == Format::Json {
        let list: Vec<Value> = standings.iter().map(as_json).collect();
        context.out.json(&json!({ "risks": list }));
        return Ok(Done::Clean);
    }
    let row = |s: &RiskStanding<'_>| {
        let points: Vec<String> = s.points.iter().map(why).collect();
        vec![
            s.risk.risk.to_string(),
            s.risk.inherent.score().to_string(),
            s.risk.residual.score().to_string(),
            s.risk.treatment.as_str().to_owned(),
            s.risk.owner.clone(),
            s.risk.review_due.to_string(),
            points.join("; "),
            s.risk.statement.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = standings.iter().map(row).collect();
    let head = [
        "risk",
        "inherent",
        "residual",
        "treatment",
        "owner",
        "review by",
        "open",
        "says",
    ];
    context.out.table(&head, &rows);
    Ok(Done::Clean)
}

/// What is open about a risk, in words.
fn why(point: &RiskPoint) -> String {
    match point {
        RiskPoint::ReviewOverdue(days) => format!("review late by {days} days"),
        RiskPoint::NoControl => "no control answers it".to_owned(),
        RiskPoint::NotInForce(control) => format!("{control} is not in force"),
        RiskPoint::CarriedTooHigh { score, carry_up_to } => {
            format!("accepted at {score}, at most {carry_up_to} is carried")
        }
    }
}

fn as_json(standing: &RiskStanding<'_>) -> Value {
    let risk = standing.risk;
    let rating = |r: &tickmark_core::model::document::Rating| json!({"likelihood": r.likelihood, "impact": r.impact, "score": r.score()});
    json!({
        "id": risk.risk.to_string(), "statement": risk.statement, "owner": risk.owner, "category": risk.category.to_string(),
        "leaf": standing.version.leaf, "identified": risk.lifetime.from.to_string(),
        "inherent": rating(&risk.inherent), "residual": rating(&risk.residual),
        "treatment": risk.treatment.as_str(), "reason": risk.reason, "controls": controls(&risk.controls),
        "commitments": risk.commitments.iter().map(|c| c.value.to_string()).collect::<Vec<_>>(),
        "review_due": risk.review_due.to_string(), "open": standing.points.iter().map(why).collect::<Vec<_>>(),
    })
}
