//! The answers of the identity provider and of the database beside it.

use serde::Serialize;
use tickmark_core::model::time::Time;

use super::recording::{Recording, json};
use crate::world::{Account, Login, Status, System, World};

pub(crate) const BASE: &str = "https://idp.acme.example";
pub(crate) const DATABASE_BASE: &str = "https://db.acme.example";

#[derive(Serialize)]
struct Profile<'a> {
    login: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(rename = "userType")]
    user_type: &'a str,
}

#[derive(Serialize)]
struct Factor {
    enrolled: Option<bool>,
}

#[derive(Serialize)]
struct User<'a> {
    id: &'a str,
    status: &'static str,
    profile: Profile<'a>,
    mfa: Factor,
}

fn listed(world: &World, system: System, at: Time) -> impl Iterator<Item = (&Account, Status)> {
    let here = world.accounts.iter().filter(move |a| a.system == system);
    here.map(move |a| (a, a.status_at(at)))
        .filter(|(_, status)| *status != Status::Gone)
}

/// The users of the directory; on a torn day the second page cannot be read.
pub(crate) fn users(recording: &mut Recording, world: &World, at: Time, torn: bool) {
    let first = "/api/v1/users?search=status+pr&limit=200";
    let user = |(a, status): (&'_ Account, Status)| {
        json(&User {
            id: &a.id,
            status: if status == Status::Active {
                "ACTIVE"
            } else {
                "DEPROVISIONED"
            },
            profile: Profile {
                login: &a.name,
                owner: a.owner.as_deref(),
                user_type: a.kind,
            },
            mfa: Factor {
                enrolled: a.factor_at(at),
            },
        })
    };
    let users: Vec<String> = listed(world, System::Directory, at).map(user).collect();
    recording.pages(at, first, &users, 25, "after", |some, _| {
        format!("[{}]", some.join(","))
    });
    if torn {
        let body = br#"{"errorCode":"E0000009","errorSummary":"Internal Server Error"}"#.to_vec();
        recording.answer(at, &format!("{first}&after=2"), 503, None, body);
    }
}

#[derive(Serialize)]
struct DatabaseAccount<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    kind: &'a str,
    status: &'static str,
    mfa: Option<bool>,
}

/// The accounts and keys of the database.
pub(crate) fn database_accounts(recording: &mut Recording, world: &World, at: Time) {
    let account = |(a, status): (&'_ Account, Status)| {
        json(&DatabaseAccount {
            id: &a.id,
            name: &a.name,
            owner: a.owner.as_deref(),
            kind: a.kind,
            status: if status == Status::Active {
                "active"
            } else {
                "disabled"
            },
            mfa: a.factor_at(at),
        })
    };
    let all: Vec<String> = listed(world, System::Database, at).map(account).collect();
    recording.pages(
        at,
        "/v1/accounts?limit=100",
        &all,
        100,
        "cursor",
        body("accounts", all.len()),
    );
}

/// `{"total":…,"…":[…],"next":…}`
fn body(list: &'static str, total: usize) -> impl Fn(&[String], Option<&str>) -> String {
    move |some, next| {
        format!(
            "{{\"total\":{total},\"{list}\":[{}],\"next\":{}}}",
            some.join(","),
            json(&next)
        )
    }
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct Outcome {
    result: &'static str,
}

#[derive(Serialize)]
struct Context {
    second_factor: Option<bool>,
}

#[derive(Serialize)]
struct Session<'a> {
    uuid: &'a str,
    #[serde(rename = "eventType")]
    event_type: &'static str,
    published: String,
    actor: Id<'a>,
    outcome: Outcome,
    interactive: bool,
    #[serde(rename = "authenticationContext")]
    context: Context,
}

#[derive(Serialize)]
struct Lifecycle<'a> {
    uuid: &'a str,
    #[serde(rename = "eventType")]
    event_type: &'static str,
    published: String,
    target: [Id<'a>; 1],
}

fn within(world: &World, system: System, from: Time, until: Time) -> Vec<&Login> {
    let inside = |l: &&Login| l.system == system && from <= l.at && l.at < until;
    let mut logins: Vec<&Login> = world.logins.iter().filter(inside).collect();
    logins.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    logins
}

/// Sign-ins and account changes of a stretch of the directory's log.
pub(crate) fn log(recording: &mut Recording, world: &World, from: Time, until: Time) {
    let session = |l: &Login| {
        json(&Session {
            uuid: &l.id,
            event_type: "user.session.start",
            published: l.at.to_string(),
            actor: Id { id: &l.account },
            outcome: Outcome {
                result: if l.success { "SUCCESS" } else { "FAILURE" },
            },
            interactive: l.interactive,
            context: Context {
                second_factor: l.second_factor,
            },
        })
    };
    let sessions: Vec<String> = within(world, System::Directory, from, until)
        .into_iter()
        .map(session)
        .collect();
    let address = |filter: &str| {
        format!("/api/v1/logs?since={from}&until={until}&filter={filter}&limit=1000")
    };
    let first = address("eventType+eq+user.session.start");
    recording.pages(until, &first, &sessions, 1000, "after", |some, _| {
        format!("[{}]", some.join(","))
    });
    let changes = changes(world, from, until);
    let first = address("eventType+sw+user.lifecycle");
    recording.pages(until, &first, &changes, 1000, "after", |some, _| {
        format!("[{}]", some.join(","))
    });
}

fn changes(world: &World, from: Time, until: Time) -> Vec<String> {
    let mut found = Vec::new();
    for account in world
        .accounts
        .iter()
        .filter(|a| a.system == System::Directory)
    {
        for (n, (at, status)) in account.status.iter().enumerate() {
            if *at < from || *at >= until {
                continue;
            }
            let event_type = match (n, status) {
                (0, _) => "user.lifecycle.create",
                (_, Status::Active) => "user.lifecycle.activate",
                (_, Status::Disabled) => "user.lifecycle.deactivate",
                (_, Status::Gone) => "user.lifecycle.delete.completed",
            };
            let uuid = format!("c{}-{n}", account.id);
            let event = Lifecycle {
                uuid: &uuid,
                event_type,
                published: at.to_string(),
                target: [Id { id: &account.id }],
            };
            found.push((*at, json(&event)));
        }
    }
    found.sort();
    found.into_iter().map(|(_, event)| event).collect()
}

#[derive(Serialize)]
struct DatabaseLogin<'a> {
    id: &'a str,
    account: &'a str,
    at: String,
    outcome: &'static str,
    interactive: bool,
    second_factor: Option<bool>,
}

/// Sign-ins of a stretch of the database's log.
pub(crate) fn database_log(recording: &mut Recording, world: &World, from: Time, until: Time) {
    let login = |l: &Login| {
        json(&DatabaseLogin {
            id: &l.id,
            account: &l.account,
            at: l.at.to_string(),
            outcome: if l.success { "success" } else { "failure" },
            interactive: l.interactive,
            second_factor: l.second_factor,
        })
    };
    let logins: Vec<String> = within(world, System::Database, from, until)
        .into_iter()
        .map(login)
        .collect();
    let first = format!("/v1/logins?from={from}&until={until}&limit=1000");
    recording.pages(
        until,
        &first,
        &logins,
        1000,
        "cursor",
        body("logins", logins.len()),
    );
}
