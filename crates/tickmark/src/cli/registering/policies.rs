//! `policies`: what stands, who approved and acknowledged it, what is late.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tickmark::{
    error::{Error, Result},
    program::Program,
    registering::{self, policies, timeline},
};
use tickmark_core::model::{
    diagnostic::nearest,
    document::{ParamValue, People},
    ids::PersonId,
    registers::{Acknowledging, PolicyStanding, acknowledging, policy_standings},
    state::State,
    time::Day,
};

use super::{acting, controls, said, today};
use crate::cli::{
    Context, Done,
    args::{Format, Policies},
};

pub fn run(context: &Context, action: Option<&Policies>) -> Result<Done> {
    let program = context.program()?;
    match action {
        None => list(context, &program),
        Some(Policies::Show { id }) => show(context, &program, id),
        Some(Policies::Approve { id, person }) => {
            let person = acting(context, &program, person.as_deref())?;
            let recorded = policies::approve(&program, id, None, &person, context.hands())?;
            Ok(said(context, recorded))
        }
        Some(Policies::Acknowledge { id, person }) => {
            let person = acting(context, &program, person.as_deref())?;
            let recorded = policies::acknowledge(&program, id, None, &person, context.hands())?;
            Ok(said(context, recorded))
        }
    }
}

/// Who must have read what, and when they came.
struct Readers {
    people: People,
    starts: BTreeMap<PersonId, Day>,
}

impl Readers {
    fn of(context: &Context, program: &Program) -> Result<Self> {
        let people = registering::people(program)?;
        let starts = timeline::starts(program, &people, context.clock.now())?;
        Ok(Self { people, starts })
    }

    fn of_policy<'a>(
        &'a self,
        state: &'a State,
        standing: &PolicyStanding<'_>,
        today: Day,
    ) -> Vec<Acknowledging<'a>> {
        let policy = &standing.policy.policy;
        acknowledging(state, policy, &self.people, &self.starts, today)
    }
}

fn list(context: &Context, program: &Program) -> Result<Done> {
    let (today, readers) = (today(context, program), Readers::of(context, program)?);
    let state = program.state();
    let standings = policy_standings(&state, today);
    if context.out.format() == Format::Json {
        let list: Vec<Value> = standings
            .iter()
            .map(|s| as_json(s, &readers.of_policy(&state, s, today), today))
            .collect();
        context.out.json(&json!({ "policies": list }));
        return Ok(Done::Clean);
    }
    let row = |s: &PolicyStanding<'_>| {
        let read = readers.of_policy(&state, s, today);
        let done = read.iter().filter(|a| a.done.is_some()).count();
        vec![
            s.policy.policy.to_string(),
            s.policy.version.to_string(),
            stands(s, today),
            s.renew_due.map(|d| d.to_string()).unwrap_or_default(),
            if read.is_empty() {
                String::new()
            } else {
                format!("{done} of {}", read.len())
            },
            s.policy.title.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = standings.iter().map(row).collect();
    let head = [
        "policy", "version", "stands", "renew by", "read by", "title",
    ];
    context.out.table(&head, &rows);
    Ok(Done::Clean)
}

/// Where a policy stands, in words.
fn stands(standing: &PolicyStanding<'_>, today: Day) -> String {
    let newest = standing.version.leaf;
    match standing.in_force {
        _ if !standing.missing.is_empty() => format!("waits for {}", names(&standing.missing)),
        Some((version, _)) if version.leaf == newest && standing.days_overdue(today) > 0 => {
            format!("renewal late by {} days", standing.days_overdue(today))
        }
        Some((version, _)) if version.leaf == newest => "in force".to_owned(),
        _ if standing
            .policy
            .lifetime
            .retired
            .is_some_and(|last| last < today) =>
        {
            "retired".to_owned()
        }
        _ => format!("approved, in force from {}", standing.policy.lifetime.from),
    }
}

fn names(persons: &[&PersonId]) -> String {
    let names: Vec<&str> = persons.iter().map(|p| p.as_str()).collect();
    names.join(", ")
}

fn value(value: &ParamValue) -> Value {
    match value {
        ParamValue::One(one) => json!(one),
        ParamValue::Many(many) => json!(many),
    }
}

fn as_json(standing: &PolicyStanding<'_>, read: &[Acknowledging<'_>], today: Day) -> Value {
    let policy = standing.policy;
    let approvers: Vec<Value> = policy
        .approvers
        .iter()
        .map(|a| json!({"person": a.value.to_string(), "approved": !standing.missing.contains(&&a.value)}))
        .collect();
    let differs: Vec<Value> = standing
        .differs
        .iter()
        .map(|d| json!({"control": d.control.to_string(), "parameter": d.parameter, "policy": value(&d.promised), "control_says": value(&d.done)}))
        .collect();
    let persons: Vec<Value> = read
        .iter()
        .map(|a| json!({"person": a.person.to_string(), "due": a.due.to_string(), "done": a.done.map(|t| t.to_string())}))
        .collect();
    let late = |a: &&Acknowledging<'_>| a.done.is_none() && a.due < today;
    json!({
        "id": policy.policy.to_string(), "title": policy.title, "owner": policy.owner, "version": policy.version,
        "leaf": standing.version.leaf, "effective": policy.lifetime.from.to_string(),
        "retired": policy.lifetime.retired.map(|d| d.to_string()),
        "stands": stands(standing, today), "approvers": approvers,
        "in_force": standing.in_force.map(|(v, p)| json!({"version": p.version, "leaf": v.leaf})),
        "renew_due": standing.renew_due.map(|d| d.to_string()), "days_overdue": standing.days_overdue(today),
        "acknowledge": {"asked": read.len(), "done": read.iter().filter(|a| a.done.is_some()).count(),
            "late": read.iter().filter(late).count(), "persons": persons},
        "controls": controls(&policy.controls),
        "not_in_force": standing.without.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "criteria": policy.criteria.iter().map(ToString::to_string).collect::<Vec<_>>(), "differs": differs,
    })
}

fn show(context: &Context, program: &Program, id: &str) -> Result<Done> {
    let (today, readers) = (today(context, program), Readers::of(context, program)?);
    let state = program.state();
    let standings = policy_standings(&state, today);
    let found = standings.iter().find(|s| s.policy.policy.as_str() == id);
    let Some(standing) = found else {
        let ids = standings.iter().map(|s| s.policy.policy.as_str());
        let hint = nearest(id, ids).map_or_else(
            || "`tickmark policies` lists them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Error::user(format!("there is no policy `{id}`")).hint(hint));
    };
    let read = readers.of_policy(&state, standing, today);
    if context.out.format() == Format::Json {
        let list = [as_json(standing, &read, today)];
        context.out.json(&json!({ "policies": list }));
        return Ok(Done::Clean);
    }
    facts(context, standing, today);
    if !read.is_empty() {
        context.out.line("");
    }
    let row = |a: &Acknowledging<'_>| {
        let done = a.done.map_or_else(String::new, |t| t.to_string());
        let late = if a.done.is_none() && a.due < today {
            "late"
        } else {
            ""
        };
        vec![
            a.person.to_string(),
            a.due.to_string(),
            done,
            late.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = read.iter().map(row).collect();
    if !rows.is_empty() {
        let head = ["must read it", "by", "acknowledged", ""];
        context.out.table(&head, &rows);
    }
    Ok(Done::Clean)
}

fn facts(context: &Context, standing: &PolicyStanding<'_>, today: Day) {
    let policy = standing.policy;
    let line = |name: &str, text: &str| {
        if !text.is_empty() {
            context.out.line(&format!("{name:<14}{text}"));
        }
    };
    line("policy", &format!("{}: {}", policy.policy, policy.title));
    line(
        "version",
        &format!("{} (entry {})", policy.version, standing.version.leaf),
    );
    line("stands", &stands(standing, today));
    line("owner", &policy.owner);
    let approvers: Vec<&PersonId> = policy.approvers.iter().map(|a| &a.value).collect();
    line("approvers", &names(&approvers));
    let due = standing.renew_due.map(|d| d.to_string());
    line("renew by", &due.unwrap_or_default());
    line("controls", &controls(&policy.controls).join(" "));
    let without: Vec<String> = standing.without.iter().map(ToString::to_string).collect();
    line("not in force", &without.join(" "));
    for d in &standing.differs {
        let what = format!(
            "{} of {}: the policy says {}, the control does {}",
            d.parameter,
            d.control,
            value(&d.promised),
            value(&d.done)
        );
        line("differs", &what);
    }
}
