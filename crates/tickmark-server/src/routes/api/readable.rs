//! The API for reading: every operation with what it takes, gives and refuses. Made from the same table as the API itself.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;

use super::{
    components::components,
    description::{PROBLEMS, described, refusals, scopes},
    told::{Gives, Takes, Told},
};
use crate::{
    frame,
    http::fault::{Face, Fault},
    rights::{Authorized, Denied, act},
    routes::{Answer, Ask, Route, table::table},
};

pub(super) fn page(by: Authorized<act::ReadApiDescription>, _ask: &Ask) -> Answer {
    let table = table();
    let mut groups: BTreeMap<&str, Vec<(&Route, &Told)>> = BTreeMap::new();
    for route in table.iter().filter(|r| r.face() == Face::Api) {
        if let Some(told) = &route.told {
            groups.entry(told.group).or_default().push((route, told));
        }
    }
    let body = html! {
        (beginning())
        nav aria-label="Nouns" { ul.toc { @for group in groups.keys() { li { a href={ "#of-" (group) } { (group) } } } } }
        @for (group, routes) in &groups {
            h2 id={ "of-" (group) } { (group) }
            @for (route, told) in routes { (operation(route, told)) }
        }
        (nouns())
        (problems())
    };
    Ok(frame::page("API", by.anybody(), &body))
}

fn beginning() -> Markup {
    html! {
        p { "Everything that a page shows and does, for programs. The description for tools is " a href="/api/v1/openapi.json" { code { "/api/v1/openapi.json" } } " (OpenAPI 3.1)." }
        pre.code { code { "curl -H 'Authorization: Bearer tmk_\u{2026}' https://HOST/api/v1/controls?limit=10" } }
        ul {
            li { "A token is made on " a href="/account" { "your account" } ". It reaches no further than you do, and only as far as its scopes." }
            li { "Lists come in pages: " code { "limit" } " says how many, " code { "next" } " is the " code { "cursor" } " of the next page." }
            li { "Every POST takes an " code { "Idempotency-Key" } " of your own: sent again within a day it is answered again, and not done again." }
            li { "Answers to GET carry an " code { "ETag" } "; send it as " code { "If-None-Match" } " and get 304 while nothing has changed." }
            li { "A document is changed with " code { "If-Match" } ": the ETag of the version that was read." }
            li { "What a POST did is in every answer that follows it." }
        }
    }
}

fn operation(route: &Route, told: &Told) -> Markup {
    let path = described(route.path);
    let refusals: Vec<String> = refusals(route, told).iter().map(u16::to_string).collect();
    let scopes = scopes(route);
    html! {
        section.operation aria-label={ (route.method) " " (path) } {
            h3 { code { (route.method) " " (path) } }
            p { (route.says) }
            dl.facts {
                div { dt { "token" } dd { @if scopes.is_empty() { "refused: a person at a browser only" } @else { "scope " code { (scopes.join(", ")) } } } }
                @if !told.query.is_empty() {
                    div { dt { "query" } dd { @for param in told.query { p { code { (param.name) } " " (param.says) @if param.required { " (required)" } } } } }
                }
                @if told.takes != Takes::Nothing {
                    div { dt { "body" } dd { (takes(told.takes)) } }
                }
                div { dt { "gives" } dd { (gives(told.gives)) } }
                div { dt { "refuses" } dd { (refusals.join(", ")) } }
            }
        }
    }
}

fn noun(name: &str) -> Markup {
    html! { a href={ "#noun-" (name) } { (name) } }
}

fn takes(takes: Takes) -> Markup {
    html! {
        @match takes {
            Takes::Nothing => { "none" },
            Takes::Json(name, example) => { (noun(name)) " as JSON, such as " code { (example) } },
            Takes::Parts(name) => { (noun(name)) " as a form (" code { "multipart/form-data" } ")" },
            Takes::Text => { "the document as text" },
            Takes::Records => { "records: a JSON array of objects, or one object in each line (" code { "application/x-ndjson" } ")" },
        }
    }
}

fn gives(gives: Gives) -> Markup {
    html! {
        @match gives {
            Gives::One(name) => { (noun(name)) },
            Gives::Made(name) => { "201, " (noun(name)) ", and its address in " code { "Location" } },
            Gives::Page(name) => { "a page of " (noun(name)) },
            Gives::File(types) => { "a file, " code { (types.join(", ")) } },
        }
    }
}

/// The fields of each noun.
fn nouns() -> Markup {
    html! {
        h2 #nouns { "Nouns" }
        @for (name, schema) in components() {
            section aria-label=(name) {
                h3 id={ "noun-" (name) } { (name) }
                @if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
                    dl.facts { @for (field, schema) in fields { div { dt { code { (field) } } dd { (kind(schema)) @if let Some(says) = schema.get("description").and_then(Value::as_str) { ": " (says) } } } } }
                } @else { p { "anything" } }
            }
        }
    }
}

/// A schema in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        return format!("one of {}", words.join(", "));
    }
    if let Some(any) = schema.get("anyOf").and_then(Value::as_array) {
        return any.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let named = match schema.get("type") {
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(many)) => many
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" or "),
        _ => "anything".to_owned(),
    };
    let format = schema.get("format").and_then(Value::as_str);
    match (named.as_str(), schema.get("items"), format) {
        ("array", Some(items), _) => format!("list of {}", kind(items)),
        (_, _, Some(format)) => format!("{named}, {format}"),
        _ => named,
    }
}

/// Every type of problem: its address is what `type` names.
fn problems() -> Markup {
    let faults = [
        Fault::Wrong(String::new()),
        Fault::Denied(Denied::SignInFirst),
        Fault::Denied(Denied::NotYou),
        Fault::NotOurForm,
        Fault::Missing,
        Fault::Method,
        Fault::NotInThatForm(String::new()),
        Fault::Conflict(String::new()),
        Fault::Changed(String::new()),
        Fault::TooLarge(0),
        Fault::Media(String::new()),
        Fault::NotOurName,
        Fault::Refused(String::new()),
        Fault::Unconditional(String::new()),
        Fault::TooOften(1),
        Fault::Environment(String::new()),
        Fault::Gone(String::new()),
    ];
    html! {
        h2 #problems { "Problems" }
        p { "What fails is answered with " code { "application/problem+json" } " (RFC 9457). " code { "type" } " is one of these addresses." }
        dl.facts { @for fault in &faults {
            @let status = fault.status().as_u16();
            div id=(fault.slug()) {
                dt { code { "/api#" (fault.slug()) } }
                dd { (status) @if let Some((_, says)) = PROBLEMS.iter().find(|(s, _)| *s == status) { ": " (says) } }
            }
        } }
    }
}
