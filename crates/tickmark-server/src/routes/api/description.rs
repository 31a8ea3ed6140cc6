//! The description of the API (OpenAPI 3.1), made from the table of routes.

use serde_json::{Map, Value, json};

use crate::{
    http::fault::Face,
    rights::Scope,
    routes::{Route, table::table},
};

pub(super) fn description() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in table().iter().filter(|r| r.face() == Face::Api) {
        let entry = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(methods) = entry.as_object_mut() {
            methods.insert(route.method.as_str().to_lowercase(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tickmark",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "One program: criteria, controls, tests, populations, evidence and the ledger entries they rest on. \
                A token never reaches further than its account; what an account may not see does not exist (404).",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "tmk_…, made on the page of the own account"}},
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail"],
                    "properties": {
                        "type": {"type": "string"}, "title": {"type": "string"},
                        "status": {"type": "integer"}, "detail": {"type": "string"},
                    },
                },
                "Page": {
                    "type": "object",
                    "required": ["items", "next"],
                    "properties": {
                        "items": {"type": "array", "items": {"type": "object"}},
                        "next": {"type": ["string", "null"], "description": "cursor of the next page"},
                    },
                },
            },
        },
    })
}

/// A route whose last part is a plural noun gives a page of a list.
fn gives_list(route: &Route) -> bool {
    let last = route.path.rsplit('/').next().unwrap_or_default();
    !route.changes()
        && [
            "criteria",
            "controls",
            "tests",
            "items",
            "populations",
            "evidence",
            "entries",
        ]
        .contains(&last)
}

fn operation(route: &Route) -> Value {
    let scopes: Vec<&str> = Scope::ALL
        .into_iter()
        .filter(|s| s.covers(route.action))
        .map(Scope::name)
        .collect();
    let mut operation = json!({
        "operationId": route.action.name().to_owned() + &name(route.path),
        "summary": route.says,
        "description": format!("Needs the scope `{}`.", scopes.join("` or `")),
        "parameters": parameters(route),
        "responses": responses(route),
    });
    if route.takes_file {
        let body = json!({"required": true, "content": {"multipart/form-data": {"schema": {
            "type": "object",
            "required": ["control", "covers", "file"],
            "properties": {
                "control": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{2}$"},
                "covers": {"type": "string", "description": "days, as 2026-01-01..2026-03-31"},
                "file": {"type": "string", "format": "binary"},
            },
        }}}});
        if let Some(fields) = operation.as_object_mut() {
            fields.insert("requestBody".to_owned(), body);
        }
    }
    operation
}

/// `/api/v1/tests/{id}/items` is `TestsIdItems`.
fn name(path: &str) -> String {
    let parts = path.trim_start_matches("/api/v1/").split('/');
    parts
        .flat_map(|part| {
            let plain = part.trim_matches(['{', '}']).replace('.', "");
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

fn parameters(route: &Route) -> Vec<Value> {
    let text = json!({"type": "string"});
    let whole = json!({"type": "integer", "minimum": 0});
    let mut all: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let schema = if name == "leaf" { &whole } else { &text };
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    if gives_list(route) {
        all.push(json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}}));
        all.push(json!({"name": "cursor", "in": "query", "schema": {"type": "string", "pattern": "^([0-9a-f]{2})+$"}}));
    }
    if route.path.ends_with("/query") {
        all.push(json!({"name": "sql", "in": "query", "required": true, "schema": {"type": "string", "minLength": 1}}));
    }
    all
}

fn responses(route: &Route) -> Value {
    let fine = if route.path.ends_with("/file") {
        json!({"description": "the bytes as they were handed in", "content": {"*/*": {}}})
    } else if gives_list(route) {
        json!({"description": "one page", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}})
    } else {
        json!({"description": route.says, "content": {"application/json": {"schema": {"type": "object"}}}})
    };
    let problem = |what: &str| json!({"description": what, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}});
    json!({
        "200": fine,
        "400": problem("the request cannot be understood or is refused"),
        "401": problem("no token, or one that does not work (any more)"),
        "403": problem("not with this role, or not with this token"),
        "404": problem("no such thing, or none that this account may see"),
        "413": problem("the body is too large"),
        "503": problem("the machine fails"),
    })
}
