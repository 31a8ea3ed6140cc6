//! Every Terraform plan of the test data, from a dozen scanners' and Terraform's own tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tickmark_core::facts::plan::{self, PlanError, redact};
use tickmark_core::facts::read::{PageBytes, Read, Reader};
use tickmark_core::model::time::Time;

use crate::data;

fn plans(dir: &Path) -> Vec<PathBuf> {
    let source = std::fs::read_to_string(dir.join("SOURCE.tsv")).unwrap();
    let archive = dir.join("terraform-1.5.7.tar.gz");
    let done = Command::new("tar")
        .arg("xzf")
        .arg(archive)
        .arg("-C")
        .arg(dir)
        .status()
        .unwrap();
    assert!(done.success());
    let lines = source
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let plans = lines.filter(|columns| {
        columns
            .get(5)
            .is_some_and(|what| what.contains("terraform plan"))
    });
    let names = plans.map(|columns| columns[0].rsplit('!').next().unwrap().to_owned());
    names
        .filter(|name| name.ends_with(".json"))
        .map(|name| dir.join(name))
        .collect()
}

/// What stands now where the plan itself marks a value as sensitive: found by walking the original's marks, not by the redaction.
fn marked(value: &Value, mark: &Value, out: &mut Vec<Value>) {
    match (value, mark) {
        (Value::Object(map), Value::Bool(true)) => map.values().for_each(|v| marked(v, mark, out)),
        (Value::Array(items), Value::Bool(true)) => items.iter().for_each(|v| marked(v, mark, out)),
        (value, Value::Bool(true)) => out.push(value.clone()),
        (Value::Object(map), Value::Object(marks)) => {
            for (name, mark) in marks {
                if let Some(inner) = map.get(name) {
                    marked(inner, mark, out);
                }
            }
        }
        (Value::Array(items), Value::Array(marks)) => {
            items.iter().zip(marks).for_each(|(v, m)| marked(v, m, out))
        }
        _ => {}
    }
}

#[test]
fn every_plan_is_redacted_and_read_and_everything_else_is_refused() {
    let Some(dir) = data::unpack("iac") else {
        return;
    };
    let dir = dir.path().join("iac");
    let schema = data::schema("planned_change");
    let mapping = plan::mapping(&schema).unwrap();
    let params = BTreeMap::new();
    let (mut read, mut refused, mut rows, mut redactions, mut secrets) = (0, 0, 0_u64, 0, 0);
    for path in plans(&dir) {
        let bytes = std::fs::read(&path).unwrap();
        let redacted = match redact(&bytes, &[9; 32]) {
            Ok(redacted) => redacted,
            Err(error) => {
                let name = path.file_name().unwrap().to_str().unwrap();
                let state = error == PlanError::State;
                assert!(
                    state
                        || name.starts_with("invalid")
                        || name == "valid-tfplan-resource-config.json",
                    "{path:?}: {error}"
                );
                refused += 1;
                continue;
            }
        };
        let original = plan::parse(&bytes).unwrap();
        let stored = plan::parse(&redacted.bytes).unwrap();
        let changes = |v: &Value| {
            v.get("resource_changes")
                .and_then(|c| c.as_array())
                .map_or(0, Vec::len) as u64
        };
        let drift = |v: &Value| {
            v.get("resource_drift")
                .and_then(|c| c.as_array())
                .map_or(0, Vec::len) as u64
        };
        let pairs = |v: &Value, of: &str| {
            v.get(of)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        for (change, after) in pairs(&original, "resource_changes")
            .iter()
            .zip(pairs(&stored, "resource_changes"))
        {
            let mut hidden = Vec::new();
            for side in ["before", "after"] {
                let mark = change["change"].get(format!("{side}_sensitive"));
                if let (Some(value), Some(mark)) = (after["change"].get(side), mark) {
                    marked(value, mark, &mut hidden);
                }
            }
            for value in hidden.iter().filter(|value| !value.is_null()) {
                assert!(
                    value.as_str().is_some_and(|text| text.starts_with("hmac:")),
                    "{path:?} still holds {value}"
                );
                secrets += 1;
            }
        }
        let mut reader = Reader::new(&mapping, &schema, &params, 1, Time::from_micros(0));
        let page = PageBytes {
            blob: 0,
            parent: "",
            with: &BTreeMap::new(),
            bytes: &redacted.bytes,
        };
        let mut items = std::collections::BTreeSet::new();
        let number = reader.page(page, &mut |record| match record {
            Read::Row(row) => assert!(
                items.insert(row.item(&schema).unwrap()),
                "{path:?}: an item twice"
            ),
            Read::Rejected(rejected) => panic!("{path:?}: {:?}", rejected.rejection),
        });
        assert_eq!(
            number.unwrap(),
            changes(&original) + drift(&original),
            "{path:?}"
        );
        assert_eq!(changes(&stored), changes(&original));
        read += 1;
        rows += reader.records().stored;
        redactions += redacted.count;
    }
    println!(
        "{read} plans, {rows} changes, {redactions} values redacted, {secrets} marked values gone, {refused} files refused"
    );
    assert!(
        read >= 50 && refused >= 10 && secrets > 0,
        "{read} {refused} {secrets}"
    );
}
