//! Takes secrets out of a plan before it is stored (decision D27).
//!
//! Every secret becomes `hmac:` and half of an HMAC-SHA-256 over it, keyed by the program: equal secrets stay equal, so a change of
//! a password is still seen, and nobody without the key can try values. Not covered: a secret of fewer than eight characters that
//! also stands inside another text, and secrets in names of resources.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tickmark_log::commitment::{Commitment, Salt, commit};

use super::{PlanError, parse, secret};

/// The rule set and its version, as manifests name it.
pub const RULE: &str = "terraform-sensitive@1";
/// Shortest secret that is also looked for inside other texts.
const MIN_INSIDE: usize = 8;

/// A plan without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// JSON with sorted keys.
    pub bytes: Vec<u8>,
    /// Values replaced.
    pub count: u64,
    /// [`RULE`].
    pub rule: &'static str,
    /// What stays of the file as it was: a commitment under a salt that only the holder of the program's key and of the file can
    /// make again (see [`original`]). It tells an auditor which file was redacted and nobody else anything.
    pub original: Commitment,
}

/// Commits to a file that is not kept. The salt is an HMAC of the file under the program's key: whoever is shown the file and the
/// salt can check it, and without the key nobody can try secrets out.
#[must_use]
pub fn original(bytes: &[u8], key: &[u8; 32]) -> Commitment {
    let digest = Sha256::digest(bytes);
    commit(&Salt(hmac(key, b"tickmark/original/v1\n", &digest)), bytes)
}

/// Redacts a plan with the program's key.
///
/// # Errors
/// Bytes that are no plan; nothing else is refused.
pub fn redact(bytes: &[u8], key: &[u8; 32]) -> Result<Redacted, PlanError> {
    let mut plan = parse(bytes)?;
    let mut work = Work {
        key,
        count: 0,
        texts: BTreeSet::new(),
    };
    work.declared(&mut plan);
    work.suspicious(&mut plan, false);
    work.elsewhere(&mut plan);
    let mut out = String::new();
    write(&plan, &mut out);
    Ok(Redacted {
        bytes: out.into_bytes(),
        count: work.count,
        rule: RULE,
        original: original(bytes, key),
    })
}

struct Work<'a> {
    key: &'a [u8; 32],
    count: u64,
    /// Secrets found so far, to be found again inside other texts.
    texts: BTreeSet<String>,
}

impl Work<'_> {
    /// What the plan itself marks as sensitive.
    fn declared(&mut self, plan: &mut Value) {
        let names = sensitive_variables(plan);
        if let Some(variables) = plan.get_mut("variables").and_then(Value::as_object_mut) {
            for (name, variable) in variables.iter_mut() {
                if let Some(value) = variable.get_mut("value").filter(|_| names.contains(name)) {
                    self.hide(value);
                }
            }
        }
        self.marks(plan);
    }

    /// Everywhere: a `sensitive_values` beside `values`, `before_sensitive` beside `before`, `sensitive: true` beside `value`.
    fn marks(&mut self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.marks(item)),
            Value::Object(map) => {
                let pairs = [
                    ("values", "sensitive_values"),
                    ("before", "before_sensitive"),
                    ("after", "after_sensitive"),
                ];
                for (of, mark) in pairs {
                    let mark = map.get(mark).cloned();
                    if let Some((mark, value)) = mark.as_ref().zip(map.get_mut(of)) {
                        self.mirror(value, mark);
                    }
                }
                if map.get("sensitive") == Some(&Value::Bool(true)) {
                    for of in ["value", "default"] {
                        if let Some(value) = map.get_mut(of) {
                            self.hide(value);
                        }
                    }
                }
                map.values_mut().for_each(|inner| self.marks(inner));
            }
            _ => {}
        }
    }

    /// Hides what a mark of the same structure says `true` to.
    fn mirror(&mut self, value: &mut Value, mark: &Value) {
        match (value, mark) {
            (value, Value::Bool(true)) => self.hide(value),
            (Value::Object(map), Value::Object(marks)) => {
                for (name, mark) in marks {
                    if let Some(inner) = map.get_mut(name) {
                        self.mirror(inner, mark);
                    }
                }
            }
            (Value::Array(items), Value::Array(marks)) => {
                items
                    .iter_mut()
                    .zip(marks)
                    .for_each(|(inner, mark)| self.mirror(inner, mark));
            }
            _ => {}
        }
    }

    /// What the names of keys, the marks of credentials and randomness give away.
    fn suspicious(&mut self, value: &mut Value, named: bool) {
        match value {
            Value::Array(items) => items
                .iter_mut()
                .for_each(|item| self.suspicious(item, named)),
            Value::Object(map) => {
                for (name, inner) in map.iter_mut() {
                    // References name other resources; descriptions of providers hold schemas, not values.
                    if matches!(
                        name.as_str(),
                        "references"
                            | "sensitive_values"
                            | "before_sensitive"
                            | "after_sensitive"
                            | "after_unknown"
                    ) {
                        continue;
                    }
                    let named = secret::key(name)
                        || (named
                            && matches!(name.as_str(), "constant_value" | "value" | "default"));
                    self.suspicious(inner, named);
                }
            }
            Value::String(text)
                if !hidden(text)
                    && !text.is_empty()
                    && (named || secret::marked(text) || secret::random(text)) =>
            {
                self.hide(value);
            }
            _ => {}
        }
    }

    /// Secrets that stand again elsewhere, whole or inside a longer text.
    fn elsewhere(&mut self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.elsewhere(item)),
            Value::Object(map) => map.values_mut().for_each(|inner| self.elsewhere(inner)),
            Value::String(text) if !hidden(text) => {
                let found: Vec<String> = self
                    .texts
                    .iter()
                    .filter(|secret| text.contains(secret.as_str()))
                    .cloned()
                    .collect();
                for secret in found {
                    *text = text.replace(&secret, &token(self.key, &secret));
                    self.count += 1;
                }
            }
            _ => {}
        }
    }

    /// Replaces every single value below; null stays, for it says that there is none.
    fn hide(&mut self, value: &mut Value) {
        match value {
            Value::Null => {}
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide(item)),
            Value::Object(map) => map.values_mut().for_each(|inner| self.hide(inner)),
            Value::String(text) if hidden(text) => {}
            Value::String(text) => {
                let token = token(self.key, text);
                if text.len() >= MIN_INSIDE {
                    self.texts.insert(std::mem::take(text));
                }
                *text = token;
                self.count += 1;
            }
            Value::Bool(_) | Value::Number(_) => {
                *value = Value::String(token(self.key, &value.to_string()));
                self.count += 1;
            }
        }
    }
}

fn hidden(text: &str) -> bool {
    text.strip_prefix("hmac:")
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Names of root variables that the configuration declares sensitive.
fn sensitive_variables(plan: &Value) -> BTreeSet<String> {
    let module = plan
        .get("configuration")
        .and_then(|c| c.get("root_module"))
        .and_then(|m| m.get("variables"));
    let declared = module.and_then(Value::as_object).into_iter().flatten();
    declared
        .filter(|(_, v)| v.get("sensitive") == Some(&Value::Bool(true)))
        .map(|(name, _)| name.clone())
        .collect()
}

/// `hmac:` and 16 bytes of HMAC-SHA-256 (RFC 2104).
fn token(key: &[u8; 32], text: &str) -> String {
    let code = hmac(key, b"tickmark/redact/v1\n", text.as_bytes());
    let hex: String = code.iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("hmac:{hex}")
}

/// HMAC-SHA-256 (RFC 2104) of a tagged text.
fn hmac(key: &[u8; 32], tag: &[u8], bytes: &[u8]) -> [u8; 32] {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
        block
    };
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(tag)
        .chain_update(bytes)
        .finalize();
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize();
    outer.into()
}

/// Compact JSON with sorted keys, whatever order the reader kept; numbers as the reader prints them.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => write_map(map, out),
        other => out.push_str(&other.to_string()),
    }
}

fn write_map(map: &Map<String, Value>, out: &mut String) {
    let sorted: BTreeMap<&String, &Value> = map.iter().collect();
    out.push('{');
    for (n, (name, inner)) in sorted.into_iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        out.push_str(&Value::String(name.clone()).to_string());
        out.push(':');
        write(inner, out);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use serde_json::json;

    fn plan() -> Value {
        json!({
            "format_version": "1.2",
            "variables": {"pw": {"value": "hunter2-hunter2"}, "n": {"value": 3}},
            "configuration": {"root_module": {"variables": {"pw": {"sensitive": true}}}},
            "planned_values": {"outputs": {"o": {"sensitive": true, "value": [1, "deep-secret"]}}, "root_module": {"resources": [
                {"values": {"user_data": "x=hunter2-hunter2;", "size": 7, "pin": 4711, "token_type": "bearer"}, "sensitive_values": {"pin": true}}]}},
            "resource_changes": [{"address": "a.b", "change": {"actions": ["update"], "before": {"k": "old-key-1"}, "after": null,
                "before_sensitive": {"k": true}, "after_sensitive": false}}],
            "provider": {"expressions": {"password": {"constant_value": "s3cr3t-pw"}, "token": {"references": ["var.token"]}}}
        })
    }

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let redacted = redact(plan().to_string().as_bytes(), &[7; 32]).unwrap();
        let text = String::from_utf8(redacted.bytes).unwrap();
        for secret in ["hunter2", "deep-secret", "4711", "old-key-1", "s3cr3t"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        let after: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(after["variables"]["n"]["value"], 3);
        assert_eq!(
            after["provider"]["expressions"]["token"]["references"][0],
            "var.token"
        );
        assert_eq!(
            after["planned_values"]["root_module"]["resources"][0]["values"]["token_type"],
            "bearer"
        );
        assert_eq!(redacted.count, 7);
    }

    #[test]
    fn equal_secrets_stay_equal_under_one_key_only() {
        let a = redact(plan().to_string().as_bytes(), &[7; 32]).unwrap();
        assert_eq!(a, redact(plan().to_string().as_bytes(), &[7; 32]).unwrap());
        assert_ne!(
            a.bytes,
            redact(plan().to_string().as_bytes(), &[8; 32])
                .unwrap()
                .bytes
        );
        let again = redact(&a.bytes, &[7; 32]).unwrap();
        assert_eq!(
            (again.bytes, again.count),
            (a.bytes, 0),
            "a redacted plan has nothing left to redact"
        );
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        assert_eq!(
            redact(b"{\"format_version\":\"1.0\",\"values\":{}}", &[0; 32]),
            Err(PlanError::State)
        );
        assert_eq!(redact(b"{\"a\":1}", &[0; 32]), Err(PlanError::NotPlan));
        assert_eq!(redact(b"\xff\x00", &[0; 32]), Err(PlanError::Encoding));
        assert!(matches!(redact(b"{", &[0; 32]), Err(PlanError::Json(_))));
    }

    #[test]
    fn hmac_is_that_of_the_rfc() {
        // RFC 2104 over the tagged text, computed with Python's hmac module.
        assert_eq!(
            token(&[7; 32], "abc"),
            "hmac:a105df791b5a9cdea656e5672aa2e510"
        );
    }

    #[test]
    fn the_original_is_committed_to_under_a_salt_of_the_key() {
        // Computed with Python's hmac and hashlib modules.
        assert_eq!(
            original(b"abc", &[7; 32]).to_string(),
            "d8564b7d9f759e1ea196cbb8ad1322fe10f2c82d04fdbd41e4cf3bceb37aadfc"
        );
        assert_ne!(original(b"abc", &[7; 32]), original(b"abc", &[8; 32]));
        let bytes = plan().to_string();
        let redacted = redact(bytes.as_bytes(), &[7; 32]).unwrap();
        assert_eq!(redacted.original, original(bytes.as_bytes(), &[7; 32]));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_redacted_or_refused(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = redact(&bytes, &[1; 32]);
        }

        #[test]
        fn a_marked_secret_is_nowhere_in_the_result(secret in "[a-zA-Z0-9]{8,30}") {
            let text = plan().to_string().replace("hunter2-hunter2", &secret);
            let out = String::from_utf8(redact(text.as_bytes(), &[7; 32]).unwrap().bytes).unwrap();
            proptest::prop_assert!(!out.contains(&secret));
        }
    }
}
