//! The description of the API (OpenAPI 3.1), made from the table of routes.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{
    components::components,
    schema::{CONTROL, KEBAB, PATH, SNAKE, TEST, leaf, name, one_of, refer},
    told::{Gives, Takes, Told},
};
use crate::{
    http::fault::Face,
    rights::{Authorized, Scope, act},
    routes::{Answer, Ask, Route, json_answer, table::table},
};

pub(super) fn answer(_by: Authorized<act::ReadApiDescription>, _ask: &Ask) -> Answer {
    Ok(json_answer(&description()))
}

/// Why a request fails, by status: what it means for whoever asked.
pub(super) const PROBLEMS: [(u16, &str); 15] = [
    (
        400,
        "not understood: it is not written as this description says",
    ),
    (401, "no token, or one that does not work (any more)"),
    (
        403,
        "not with this role or this token, or a form from elsewhere",
    ),
    (404, "no such thing, or none that this account may see"),
    (406, "not given in a form that `Accept` admits"),
    (
        409,
        "not while things stand as they do, or a request with the same key is under way",
    ),
    (412, "somebody else has changed it since it was read"),
    (413, "the body is too large"),
    (415, "the body is of another type than this route takes"),
    (
        421,
        "the server does not answer to the name that it was asked under",
    ),
    (
        422,
        "understood and refused: the program says no, or the key belongs to another request",
    ),
    (428, "it must be said which version was read"),
    (
        429,
        "too often; `Retry-After` says how many seconds to wait",
    ),
    (
        503,
        "the machine fails; look whether it was done before it is sent again",
    ),
    (405, "the address takes other methods, `Allow` names them"),
];
/// Refusals that every route gives.
const ALWAYS: [u16; 8] = [400, 401, 403, 404, 406, 421, 429, 503];

/// Path as the description writes it: a part that may hold slashes is one parameter too.
pub(super) fn described(path: &str) -> String {
    path.replace("{*", "{")
}

pub(super) fn description() -> Value {
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in table().iter().filter(|r| r.face() == Face::Api) {
        if let Some(told) = &route.told {
            let methods = paths.entry(described(route.path)).or_default();
            methods.insert(route.method.as_str().to_lowercase(), operation(route, told));
        }
    }
    let problem = json!({"application/problem+json": {"schema": refer("Problem")}});
    let problems: Map<String, Value> = PROBLEMS
        .iter()
        .map(|(status, says)| {
            (
                format!("Problem{status}"),
                json!({"description": says, "content": problem}),
            )
        })
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tickmark",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "One program: audits, controls, tests, populations, evidence, registers, tasks, reviews, and the ledger entries they rest on. \
                A token never reaches further than its account; what an account may not see does not exist (404). \
                Lists are given in pages; `next` is the cursor of the next one. What a POST did is in every answer that follows it. \
                Every POST takes an `Idempotency-Key`: sent again within a day it is answered again and not done again.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "tmk_\u{2026}, made on the page of the own account"},
                "session": {"type": "apiKey", "in": "cookie", "name": "tickmark", "description": "a person at a browser; changes must come from a page of this server. By HTTPS the cookie is called __Host-tickmark."},
            },
            "responses": problems,
            "schemas": components(),
        },
    })
}

/// The scopes of a token that cover a route; none where a token is never enough.
pub(super) fn scopes(route: &Route) -> Vec<&'static str> {
    Scope::ALL
        .into_iter()
        .filter(|s| s.covers(route.action))
        .map(Scope::name)
        .collect()
}

fn operation(route: &Route, told: &Told) -> Value {
    let scopes = scopes(route);
    let (needs, security) = if scopes.is_empty() {
        (
            "Needs a person at a browser; a token is refused.".to_owned(),
            json!([{"session": []}]),
        )
    } else {
        (
            format!("A token needs the scope `{}`.", scopes.join("` or `")),
            json!([{"token": scopes}, {"session": []}]),
        )
    };
    let mut operation = json!({
        "operationId": route.action.name().to_owned() + &camel(route.path),
        "tags": [told.group],
        "summary": route.says,
        "description": needs,
        "security": security,
        "parameters": parameters(route, told),
        "responses": responses(route, told),
    });
    if let (Some(body), Some(fields)) = (body(told.takes), operation.as_object_mut()) {
        fields.insert("requestBody".to_owned(), body);
    }
    operation
}

fn body(takes: Takes) -> Option<Value> {
    let content: Map<String, Value> = match takes {
        Takes::Nothing => return None,
        Takes::Json(component, example) => {
            let example: Value = serde_json::from_str(example).unwrap_or(Value::Null);
            let media = json!({"schema": refer(component), "example": example});
            Map::from_iter([("application/json".to_owned(), media)])
        }
        Takes::Parts(component) => {
            let media = json!({"schema": refer(component)});
            Map::from_iter([("multipart/form-data".to_owned(), media)])
        }
        Takes::Text => takes
            .types()
            .iter()
            .map(|media| ((*media).to_owned(), json!({"schema": {"type": "string"}})))
            .collect(),
        Takes::Records => {
            let records = json!({"schema": {"type": "array", "items": {"type": "object"}, "minItems": 1}, "example": [{"account": "okta:00u1", "system": "okta"}]});
            let lines = json!({"schema": {"type": "string", "description": "one JSON object in each line"}});
            Map::from_iter(takes.types().iter().map(|media| {
                let array = *media == "application/json";
                (
                    (*media).to_owned(),
                    if array {
                        records.clone()
                    } else {
                        lines.clone()
                    },
                )
            }))
        }
    };
    Some(json!({"required": true, "content": content}))
}

/// `/api/v1/tests/{id}/items` is `TestsIdItems`.
fn camel(path: &str) -> String {
    let parts = path.trim_start_matches("/api/v1/").split('/');
    parts
        .flat_map(|part| {
            let plain = part.trim_matches(['{', '}', '*']).replace('.', "");
            let mut letters = plain.chars();
            let first: Vec<char> = letters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .collect();
            first.into_iter().chain(letters.collect::<Vec<_>>())
        })
        .collect()
}

fn parameters(route: &Route, told: &Told) -> Vec<Value> {
    let path = described(route.path);
    let in_path = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Value> = in_path
        .map(|part| json!({"name": part, "in": "path", "required": true, "schema": in_path_schema(part, told.group)}))
        .collect();
    all.extend(told.query.iter().map(|p| {
        json!({"name": p.name, "in": "query", "required": p.required, "description": p.says, "schema": (p.schema)()})
    }));
    let mut header = |name: &str, says: &str, schema: Value| {
        all.push(json!({"name": name, "in": "header", "required": false, "description": says, "schema": schema}));
    };
    let visible = || json!({"type": "string", "pattern": "^(\"[!#-~]{1,200}\"|[!#-~]{1,200})$"});
    if route.method == Method::POST {
        header(
            "Idempotency-Key",
            "a key of the client's own for this request; the same request with the same key within a day is answered again, not done again",
            visible(),
        );
    }
    if route.method == Method::PUT {
        header(
            "If-Match",
            "the `ETag` of the version that was read; left out for a document that is new",
            json!({"type": "string", "pattern": "^\"[0-9]{1,15}\"$"}),
        );
    }
    if route.method == Method::GET && (told.tagged || told.versioned) {
        header(
            "If-None-Match",
            "the `ETag` of an answer that is there already; what is no tag names none",
            json!({"type": "string"}),
        );
    }
    all
}

fn in_path_schema(part: &str, group: &str) -> Value {
    match (part, group) {
        ("leaf", _) => leaf(),
        ("id", "controls") => name(CONTROL, "CHG-01"),
        ("id", "tests") => name(TEST, "CHG-01.approval"),
        ("id", "audits") => name(
            "^([0-9]{4}-[0-9]{2}-[0-9]{2}\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2}|engagement-[0-9]{1,9})$",
            "2026-01-01..2026-06-30",
        ),
        ("id", _) => name(KEBAB, "access"),
        ("kind", _) => one_of(&["readiness", "type1", "type2", "workbook"]),
        ("format", _) => one_of(&["pdf", "html", "md", "json", "xlsx"]),
        ("path", _) => name(PATH, "risks/leaver-access.md"),
        _ => name(SNAKE, "account"),
    }
}

fn responses(route: &Route, told: &Told) -> Value {
    let json_of = |schema: Value| json!({"application/json": {"schema": schema}});
    let mut all = Map::new();
    let (status, content) = match told.gives {
        Gives::One(component) => ("200", json_of(refer(component))),
        Gives::Made(component) => ("201", json_of(refer(component))),
        Gives::Page(component) => (
            "200",
            json_of(json!({
                "type": "object",
                "required": ["items", "next"],
                "additionalProperties": false,
                "properties": {
                    "items": {"type": "array", "items": refer(component)},
                    "next": {"type": ["string", "null"], "description": "cursor of the next page"},
                },
            })),
        ),
        Gives::File(types) => (
            "200",
            types
                .iter()
                .map(|media| ((*media).to_owned(), json!({})))
                .collect(),
        ),
    };
    let mut headers = Map::new();
    let text = |says: &str| json!({"description": says, "schema": {"type": "string"}});
    if told.tagged || told.versioned {
        headers.insert(
            "ETag".into(),
            text("names this answer; send it as `If-None-Match`"),
        );
    }
    if matches!(told.gives, Gives::Made(_)) {
        headers.insert("Location".into(), text("where it is"));
    }
    if route.method == Method::POST {
        headers.insert(
            "Idempotent-Replayed".into(),
            text("`true`: this answer was given before"),
        );
    }
    all.insert(
        status.into(),
        json!({"description": route.says, "headers": headers, "content": content}),
    );
    if route.method == Method::GET && (told.tagged || told.versioned) {
        all.insert(
            "304".into(),
            json!({"description": "still the answer that is there already"}),
        );
    }
    for status in refusals(route, told) {
        let problem = json!({"$ref": format!("#/components/responses/Problem{status}")});
        all.insert(status.to_string(), problem);
    }
    Value::Object(all)
}

/// Every refusal that a route gives.
pub(super) fn refusals(route: &Route, told: &Told) -> Vec<u16> {
    let mut all: Vec<u16> = ALWAYS
        .into_iter()
        .chain(told.refuses.iter().copied())
        .collect();
    if route.changes() {
        all.extend([413, 415]);
    }
    if route.method == Method::POST {
        all.extend([409, 422]);
    }
    all.sort_unstable();
    all.dedup();
    all
}
