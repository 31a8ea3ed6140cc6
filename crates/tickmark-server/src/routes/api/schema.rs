//! The words that schemas are written in.

use serde_json::{Map, Value, json};

/// Largest number that every program reads exactly.
pub(super) const MAX_NUMBER: u64 = (1 << 53) - 1;

pub(super) fn text() -> Value {
    json!({"type": "string"})
}

pub(super) fn flag() -> Value {
    json!({"type": "boolean"})
}

/// A whole number from 0.
pub(super) fn whole() -> Value {
    json!({"type": "integer", "minimum": 0})
}

/// An entry of the ledger.
pub(super) fn leaf() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": MAX_NUMBER, "description": "index of an entry of the ledger"})
}

/// A number that stands beside the entries it rests on; none where the ledger gives none.
pub(super) fn cited() -> Value {
    json!({"type": ["integer", "null"], "minimum": 0})
}

pub(super) fn time() -> Value {
    json!({"type": "string", "format": "date-time", "description": "RFC 3339, UTC"})
}

pub(super) fn day() -> Value {
    json!({"type": "string", "format": "date"})
}

pub(super) fn days() -> Value {
    json!({"type": "string", "pattern": PERIOD, "examples": ["2026-01-01..2026-06-30"], "description": "first and last day, both included"})
}

pub(super) fn name(pattern: &str, example: &str) -> Value {
    json!({"type": "string", "pattern": pattern, "examples": [example]})
}

pub(super) fn digest() -> Value {
    json!({"type": "string", "pattern": "^[0-9a-f]*$", "description": "SHA-256, hex"})
}

pub(super) fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

pub(super) fn one_of(words: &[&str]) -> Value {
    json!({"type": "string", "enum": words})
}

pub(super) fn refer(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The same, or null.
pub(super) fn maybe(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// What a value means.
pub(super) fn says(mut schema: Value, what: &str) -> Value {
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("description".to_owned(), json!(what));
    }
    schema
}

/// An object that has all of these fields and no other.
pub(super) fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let required = json!(required);
    let fields: Map<String, Value> = fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
    json!({"type": "object", "required": required, "properties": fields, "additionalProperties": false})
}

/// An object of which only these fields must be there.
pub(super) fn loose<const N: usize>(required: &[&str], fields: [(&str, Value); N]) -> Value {
    let mut schema = object(fields);
    if let Some(inner) = schema.as_object_mut() {
        inner.insert("required".to_owned(), json!(required));
    }
    schema
}

/// An object with any names and these values.
pub(super) fn table(values: &Value) -> Value {
    json!({"type": "object", "additionalProperties": values})
}

pub(super) const CONTROL: &str = "^[A-Z]{3}-[0-9]{2}$";
pub(super) const TEST: &str = "^[A-Z]{3}-[0-9]{2}\\.[a-z][a-z0-9_]{0,63}$";
pub(super) const SNAKE: &str = "^[a-z][a-z0-9_]{0,63}$";
pub(super) const KEBAB: &str = "^[a-z0-9][a-z0-9_.-]{0,63}$";
pub(super) const PERIOD: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2}$";
pub(super) const PATH: &str = "^((controls|risks|vendors|policies)/[A-Za-z0-9_-]{1,64}\\.md|tests/[A-Za-z0-9_-]{1,64}\\.yaml|system\\.md|(tickmark|commitments|people|waivers|sources|notices)\\.yaml)$";
