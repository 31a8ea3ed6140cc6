//! `people`: who there is, and what is known about one person over time.

use serde_json::{Value, json};
use tickmark::{
    error::{Error, Result},
    program::Program,
    registering::{
        self,
        timeline::{Seen, Timeline, timeline},
    },
};
use tickmark_core::model::{
    diagnostic::nearest,
    document::{Account, People as Known, Person, PersonKind},
    time::Time,
};

use crate::cli::{
    Context, Done,
    args::{Format, People},
};

pub fn run(context: &Context, action: Option<&People>) -> Result<Done> {
    let program = context.program()?;
    if program.state().identity().is_none() {
        return Err(Error::user("the program has no people.yaml")
            .hint("list persons and their accounts in it, then run `tickmark apply`"));
    }
    let people = registering::people(&program)?;
    match action {
        None => list(context, &people),
        Some(People::Show { person }) => show(context, &program, find(&people, person)?),
    }
}

fn list(context: &Context, people: &Known) -> Result<Done> {
    if context.out.format() == Format::Json {
        let accounts = |p: &Person| {
            let one = |a: &Account| json!({"account": a.account.as_str(), "how": a.how});
            p.accounts.iter().map(one).collect::<Vec<_>>()
        };
        let one = |p: &Person| {
            json!({"person": p.person.to_string(), "name": p.name, "kind": kind(p.kind),
                "groups": p.groups.iter().map(ToString::to_string).collect::<Vec<_>>(), "accounts": accounts(p)})
        };
        let list: Vec<Value> = people.persons.iter().map(one).collect();
        context.out.json(&json!({ "people": list }));
        return Ok(Done::Clean);
    }
    let row = |p: &Person| {
        let accounts: Vec<&str> = p.accounts.iter().map(|a| a.account.as_str()).collect();
        vec![
            p.person.to_string(),
            p.name.clone().unwrap_or_default(),
            accounts.join(" "),
        ]
    };
    let rows: Vec<Vec<String>> = people.persons.iter().map(row).collect();
    context.out.table(&["person", "name", "accounts"], &rows);
    Ok(Done::Clean)
}

fn kind(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Employee => "employee",
        PersonKind::Contractor => "contractor",
        PersonKind::Service => "service",
        PersonKind::Shared => "shared",
    }
}

fn find<'p>(people: &'p Known, handle: &str) -> Result<&'p Person> {
    let mut all = people.persons.iter();
    all.find(|p| p.person.as_str() == handle).ok_or_else(|| {
        let handles = people.persons.iter().map(|p| p.person.as_str());
        let hint = nearest(handle, handles).map_or_else(
            || "`tickmark people` lists them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Error::user(format!("`{handle}` is not in `people.yaml`")).hint(hint)
    })
}

/// What happened, when, and which entry says so.
type Event = (String, String, Option<u64>);

fn show(context: &Context, program: &Program, person: &Person) -> Result<Done> {
    let found = timeline(program, person, context.clock.now())?;
    let events = events(program, &found);
    if context.out.format() == Format::Json {
        let events: Vec<Value> = events
            .iter()
            .map(|(at, what, leaf)| json!({"at": at, "what": what, "leaf": leaf}))
            .collect();
        let accounts: Vec<Value> = found
            .accounts
            .iter()
            .map(|s| seen_json(s, person))
            .collect();
        let started = found.spells.first().map(|s| s.start.to_string());
        let ended = found
            .spells
            .last()
            .and_then(|s| s.ended)
            .map(|t| t.to_string());
        let one = json!({
            "person": person.person.to_string(), "name": person.name, "kind": kind(person.kind),
            "started": started, "ended": ended, "accounts": accounts, "events": events,
        });
        context.out.json(&json!({ "people": [one] }));
        return Ok(Done::Clean);
    }
    let name = person.name.clone().unwrap_or_default();
    context
        .out
        .say(&format!("{} {name} ({})", person.person, kind(person.kind)));
    let row = |(at, what, leaf): &Event| {
        let leaf = leaf.map(|l| l.to_string()).unwrap_or_default();
        vec![at.clone(), what.clone(), leaf]
    };
    let rows: Vec<Vec<String>> = events.iter().map(row).collect();
    context.out.table(&["when", "what", "entry"], &rows);
    Ok(Done::Clean)
}

/// Everything in the order of time; accounts that no system told of come last.
fn events(program: &Program, found: &Timeline) -> Vec<Event> {
    let zone = program.state().zone();
    let mut out: Vec<(Time, String, Option<u64>)> = Vec::new();
    for spell in &found.spells {
        let from = spell.population;
        let leaf = Some(spell.leaf);
        out.push((zone.start_of(spell.start), format!("began ({from})"), leaf));
        if let Some(at) = spell.ended {
            out.push((at, format!("ended ({from})"), leaf));
        }
    }
    let mut never: Vec<Event> = Vec::new();
    for seen in &found.accounts {
        let name = &seen.account;
        let Some((first, last)) = seen.seen else {
            never.push((String::new(), format!("{name} was never seen"), None));
            continue;
        };
        let state = format!("{}, {}, {}", seen.system, seen.kind, seen.status);
        out.push((first, format!("{name} was first seen"), None));
        out.push((last, format!("{name} was last seen ({state})"), seen.leaf));
        if let Some(gone) = seen.gone {
            out.push((gone, format!("{name} was no longer listed"), None));
        }
    }
    out.sort();
    let dated = out
        .into_iter()
        .map(|(at, what, leaf)| (at.to_string(), what, leaf));
    dated.chain(never).collect()
}

fn seen_json(seen: &Seen, person: &Person) -> Value {
    let mut known = person.accounts.iter();
    let stated = known.find(|a| a.account.as_str() == seen.account);
    let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    json!({
        "account": seen.account, "how": stated.map(|a| a.how.clone()),
        "from": stated.and_then(|a| a.from).map(|d| d.to_string()), "until": stated.and_then(|a| a.until).map(|d| d.to_string()),
        "system": text(&seen.system), "kind": text(&seen.kind), "status": text(&seen.status),
        "first_seen": seen.seen.map(|(first, _)| first.to_string()), "last_seen": seen.seen.map(|(_, last)| last.to_string()),
        "gone": seen.gone.map(|t| t.to_string()), "leaf": seen.leaf,
    })
}
