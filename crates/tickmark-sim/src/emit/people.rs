//! The personnel system's answers.

use serde::Serialize;
use tickmark_core::model::time::Time;

use super::recording::{Recording, json};
use crate::world::{Standing, World};

pub(crate) const BASE: &str = "https://hr.acme.example";

#[derive(Serialize)]
struct Worker<'a> {
    id: &'a str,
    person_id: &'a str,
    r#type: &'static str,
    status: &'static str,
    department: &'static str,
    location: &'static str,
    start_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
}

#[derive(Serialize)]
struct Page<'a> {
    total: usize,
    workers: &'a [Worker<'a>],
    next: Option<&'a str>,
}

/// The list of workers at a time.
pub(crate) fn workers(recording: &mut Recording, world: &World, at: Time) {
    let mut workers = Vec::new();
    for person in world.people.iter().filter(|p| p.kind != "service") {
        for employment in &person.employments {
            let Some(said) = employment.said(at) else {
                continue;
            };
            if said.standing == Standing::Gone {
                continue;
            }
            let end = said.end(&world.almanac);
            let over = end.is_some_and(|end| end <= at) || said.standing == Standing::Ended;
            workers.push(Worker {
                id: &employment.worker,
                person_id: &person.handle,
                r#type: person.kind,
                status: if over { "ended" } else { "active" },
                department: said.department,
                location: person.location,
                start_date: employment.start.to_string(),
                end_date: said.end_on.map(|day| day.to_string()),
                ended_at: said.ended_at.map(|time| time.to_string()),
            });
        }
    }
    let total = workers.len();
    recording.pages(
        at,
        "/v1/workers?page_size=100",
        &workers,
        100,
        "cursor",
        |some, next| {
            json(&Page {
                total,
                workers: some,
                next,
            })
        },
    );
}
