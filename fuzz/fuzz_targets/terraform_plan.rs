//! Terraform plans: no value that the plan marks as sensitive is left, and redacting again changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tickmark_core::facts::plan::{mapping, parse, redact};
use tickmark_fuzz::{pages, schema};

/// Values that a mark of the same structure says `true` to.
fn marked<'a>(value: &'a Value, mark: &Value, out: &mut Vec<&'a Value>) {
    match (value, mark) {
        (Value::Object(map), Value::Bool(true)) => map.values().for_each(|v| marked(v, mark, out)),
        (Value::Array(items), Value::Bool(true)) => items.iter().for_each(|v| marked(v, mark, out)),
        (value, Value::Bool(true)) => out.push(value),
        (Value::Object(map), Value::Object(marks)) => marks.iter().for_each(|(name, mark)| {
            map.get(name)
                .into_iter()
                .for_each(|inner| marked(inner, mark, out))
        }),
        (Value::Array(items), Value::Array(marks)) => {
            items.iter().zip(marks).for_each(|(v, m)| marked(v, m, out))
        }
        _ => {}
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(redacted) = redact(bytes, &[9; 32]) else {
        return;
    };
    let plan = parse(&redacted.bytes).expect("a redacted plan is a plan");
    assert_eq!(
        redact(&redacted.bytes, &[9; 32]).unwrap().bytes,
        redacted.bytes
    );
    for list in ["resource_changes", "resource_drift"] {
        for change in plan
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let Some(change) = change.get("change") else {
                continue;
            };
            for (of, mark) in [("before", "before_sensitive"), ("after", "after_sensitive")] {
                let (Some(value), Some(mark)) = (change.get(of), change.get(mark)) else {
                    continue;
                };
                let mut left = Vec::new();
                marked(value, mark, &mut left);
                let hidden =
                    |v: &&Value| v.is_null() || v.as_str().is_some_and(|t| t.starts_with("hmac:"));
                assert!(left.iter().all(hidden), "{left:?}");
            }
        }
    }
    let schema = schema("planned_change");
    pages::read(&mapping(schema).unwrap(), schema, &[], &[&redacted.bytes]).unwrap();
});
