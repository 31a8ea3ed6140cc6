//! Terraform plans (`terraform show -json`): redaction before storing, and the resource changes as rows.

mod redact;
mod secret;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::model::time::Time;

use super::mapping::{Format, Mapping, nfc};
use super::read::{PageBytes, Read, Reader};
use super::row::{Cell, Row};
use super::schema::Schema;

pub use redact::{RULE, Redacted, original, redact};

/// Why bytes are no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Not JSON.
    #[error("not JSON: {0}; make the file with `terraform show -json plan.out > plan.json`")]
    Json(String),
    /// Neither UTF-8 nor UTF-16 with its mark.
    #[error(
        "neither UTF-8 nor UTF-16; make the file with `terraform show -json plan.out > plan.json`"
    )]
    Encoding,
    /// The state of what exists, not a plan.
    #[error(
        "this is a state, not a plan; make the file with `terraform show -json plan.out`, naming a saved plan"
    )]
    State,
    /// Another document.
    #[error("no `format_version` and `planned_values`: this is no Terraform plan")]
    NotPlan,
}

/// Columns that a plan tells.
const COLUMNS: [&str; 10] = [
    "plan",
    "address",
    "deposed",
    "resource",
    "provider",
    "module",
    "action",
    "drift",
    "reason",
    "planned_at",
];

/// The mapping of plans: columns are taken by name.
///
/// # Errors
/// A column that a plan does not tell and that may not be unknown.
pub fn mapping(schema: &Schema) -> Result<Mapping, String> {
    let told = |name: &str| COLUMNS.contains(&name);
    if let Some(column) = schema
        .columns
        .iter()
        .find(|c| !told(c.name.as_str()) && !c.can_be.unknown)
    {
        return Err(format!(
            "a plan does not tell `{}` of population `{}`; it tells {}",
            column.name,
            schema.name,
            COLUMNS.join(", ")
        ));
    }
    Ok(Mapping {
        population: schema.name.clone(),
        version: schema.version,
        format: Format::TerraformPlan,
        item: Default::default(),
        key: Default::default(),
        columns: vec![None; schema.columns.len()],
    })
}

/// Reads a plan.
///
/// # Errors
/// Anything that is no plan.
pub fn parse(bytes: &[u8]) -> Result<Value, PlanError> {
    let text = decode(bytes)?;
    let value: Value = serde_json::from_str(&text).map_err(|e| PlanError::Json(e.to_string()))?;
    let has = |key: &str| value.get(key).is_some();
    match (
        has("format_version"),
        has("planned_values") || has("resource_changes"),
    ) {
        (true, true) => Ok(value),
        // An empty state has nothing but its version.
        (true, false) if has("values") || value.as_object().is_some_and(|map| map.len() <= 2) => {
            Err(PlanError::State)
        }
        _ => Err(PlanError::NotPlan),
    }
}

/// Shells on Windows write UTF-16.
fn decode(bytes: &[u8]) -> Result<String, PlanError> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks(2)
            .filter_map(|pair| pair.try_into().ok().map(unit))
            .collect();
        String::from_utf16(&units).map_err(|_| PlanError::Encoding)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => std::str::from_utf8(rest)
            .map(str::to_owned)
            .map_err(|_| PlanError::Encoding),
    }
}

impl Reader<'_> {
    pub(in crate::facts) fn terraform_plan(
        &mut self,
        page: PageBytes<'_>,
        out: &mut dyn FnMut(Read),
    ) {
        let plan = match parse(page.bytes) {
            Ok(plan) => plan,
            Err(error) => return out(self.reject(page, 0, "$", error.to_string())),
        };
        let digest: String = Sha256::digest(page.bytes)
            .iter()
            .take(8)
            .map(|b| format!("{b:02x}"))
            .collect();
        let planned_at = match plan
            .get("timestamp")
            .and_then(Value::as_str)
            .map(Time::parse)
        {
            None => Cell::Absent,
            Some(Ok(time)) => Cell::Time(time),
            Some(Err(error)) => return out(self.reject(page, 0, "$.timestamp", error.to_string())),
        };
        let mut record = 0_u32;
        for (list, drift) in [("resource_changes", false), ("resource_drift", true)] {
            let changes = plan
                .get(list)
                .and_then(Value::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default();
            for (n, change) in changes.iter().enumerate() {
                let at = format!("$.{list}[{n}]");
                out(self.change(
                    page,
                    record,
                    &at,
                    &Change {
                        digest: &digest,
                        planned_at: &planned_at,
                        drift,
                        value: change,
                    },
                ));
                record = record.saturating_add(1);
            }
        }
    }

    fn change(&self, page: PageBytes<'_>, record: u32, at: &str, change: &Change<'_>) -> Read {
        let mut row = Row {
            cells: Vec::new(),
            unknown: 0,
            cite: self.cite(page.blob, record),
            observed_at: self.observed_at(),
        };
        for (n, column) in self.schema().columns.iter().enumerate() {
            let name = column.name.as_str();
            let cell = match change.cell(name) {
                Ok(cell) => cell,
                Err(why) => return self.reject(page, record, at, why),
            };
            if cell.is_absent() && !COLUMNS.contains(&name) {
                row.unknown |= 1 << (n % 64);
            } else if cell.is_absent() && !column.can_be.absent {
                return self.reject(page, record, at, format!("does not tell `{name}`"));
            }
            row.cells.push(cell);
        }
        match row.item(self.schema()) {
            Ok(_) => Read::Row(row),
            Err(error) => self.reject(page, record, at, error.to_string()),
        }
    }
}

/// One element of `resource_changes` or `resource_drift`.
struct Change<'a> {
    digest: &'a str,
    planned_at: &'a Cell,
    drift: bool,
    value: &'a Value,
}

impl Change<'_> {
    fn cell(&self, column: &str) -> Result<Cell, String> {
        let text = |key: &str| {
            self.value
                .get(key)
                .and_then(Value::as_str)
                .map_or(Cell::Absent, |t| Cell::Text(nfc(t)))
        };
        Ok(match column {
            "plan" => Cell::Text(self.digest.to_owned()),
            // A deposed object has the address of the one in use; its key tells them apart.
            "address" => match (text("address"), text("deposed")) {
                (Cell::Text(address), Cell::Text(key)) => {
                    Cell::Text(format!("{address} (deposed {key})"))
                }
                (address, _) => address,
            },
            "deposed" => text("deposed"),
            "resource" => text("type"),
            "provider" => text("provider_name"),
            "module" => text("module_address"),
            "action" => Cell::Text(self.action()?.to_owned()),
            "drift" => Cell::Bool(self.drift),
            "reason" => text("action_reason"),
            "planned_at" => self.planned_at.clone(),
            _ => Cell::Absent,
        })
    }

    fn action(&self) -> Result<&'static str, String> {
        let actions = self
            .value
            .get("change")
            .and_then(|c| c.get("actions"))
            .and_then(Value::as_array);
        let words: Option<Vec<&str>> =
            actions.map(|list| list.iter().filter_map(Value::as_str).collect());
        Ok(match words.as_deref() {
            Some(["no-op"]) => "no-op",
            Some(["create"]) => "create",
            Some(["read"]) => "read",
            Some(["update"]) => "update",
            Some(["delete"]) => "delete",
            Some(["forget"]) => "forget",
            Some(["delete", "create"] | ["create", "delete"] | ["create", "forget"]) => "replace",
            Some(other) => return Err(format!("actions `{}` are not known", other.join(", "))),
            None => return Err("has no `change.actions`".to_owned()),
        })
    }
}
