use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tickmark_log::digest::Digest;

use super::control_of_path;
use super::front::read_front;
use crate::model::calendar::Rolling;
use crate::model::digest_text;
use crate::model::ids::ControlId;
use crate::model::time::Day;
use crate::model::yaml::{Fields, Node, Reader, Value};

/// A control that the organization has made its own: `controls/CHG-01.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The control of the library.
    pub control: ControlId,
    /// The digest of the control file the document asks for; without one, the library's at the time of `apply` is pinned.
    #[serde(with = "digest_text::option")]
    pub digest: Option<Digest>,
    /// Who answers for it.
    pub owner: String,
    /// What it covers.
    pub scope: String,
    /// First day in force; may lie before the day it was recorded, which is then shown as back-dated (decision D21).
    pub effective: Day,
    /// Last day in force.
    pub retired: Option<Day>,
    /// Values of the control's parameters; the judge checks them against the control.
    pub params: BTreeMap<String, ParamValue>,
    /// How a periodic control's occurrences are counted.
    pub interval: Interval,
    /// Line on which each parameter stands, for the judge's messages.
    pub param_lines: BTreeMap<String, u32>,
}

/// A parameter as written; its type is the control's business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParamValue {
    /// One value.
    One(String),
    /// A list.
    Many(Vec<String>),
}

/// How the occurrences of a periodic control are counted: a choice of policy that is stored (page 4, section 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// Once in each calendar bucket.
    Calendar,
    /// Until the same date.
    SameDate,
    /// A fixed number of days.
    Days,
}

impl Interval {
    /// The rolling measure, unless it goes by calendar buckets.
    #[must_use]
    pub fn rolling(self) -> Option<Rolling> {
        match self {
            Self::Calendar => None,
            Self::SameDate => Some(Rolling::SameDate),
            Self::Days => Some(Rolling::Days),
        }
    }
}

const KEYS: [&str; 7] = [
    "adopt",
    "owner",
    "scope",
    "effective",
    "retired",
    "params",
    "interval",
];

pub(super) fn read(reader: &mut Reader, text: &str) -> Option<Adoption> {
    let file = reader.file().to_owned();
    let (node, _) = read_front(reader, text)?;
    let fields = reader.fields(&node, "an adopted control", &KEYS)?;
    let adopt = reader.required(&fields, "adopt", "name the control, like `adopt: CHG-01`");
    let owner = reader.required(&fields, "owner", "name who answers for the control");
    let scope = reader.required(&fields, "scope", "say what the control covers");
    let effective = reader.required(
        &fields,
        "effective",
        "write the first day in force, like `2026-01-01`",
    );
    let interval = fields
        .get("interval")
        .and_then(|n| reader.one_of(n, &["calendar", "same_date", "days"]));
    let (params, param_lines) = fields
        .get("params")
        .map(|n| read_params(reader, n))
        .unwrap_or_default();
    let retired = fields.get("retired").map(|n| reader.value::<Day>(n));
    let (control, digest) = adopt.and_then(|n| read_pin(reader, n, &file))?;
    let adoption = Adoption {
        control,
        digest,
        owner: owner.and_then(|n| reader.text(n))?,
        scope: scope.and_then(|n| reader.text(n))?,
        effective: effective.and_then(|n| reader.value(n))?,
        retired: retired.flatten(),
        params,
        interval: match interval {
            Some("same_date") => Interval::SameDate,
            Some("days") => Interval::Days,
            _ => Interval::Calendar,
        },
        param_lines,
    };
    check_days(reader, &fields, &adoption);
    Some(adoption)
}

/// Reads `CHG-01` or `CHG-01@sha256:…`; the file carries the control's name.
fn read_pin(reader: &mut Reader, node: &Node, file: &str) -> Option<(ControlId, Option<Digest>)> {
    let text = reader.text(node)?;
    let (id, digest) = match text.split_once('@') {
        Some((id, digest)) => (id.to_owned(), Some(digest)),
        None => (text.clone(), None),
    };
    let control = match ControlId::parse(&id) {
        Ok(control) => control,
        Err(error) => {
            reader.wrong(node.at, &error);
            return None;
        }
    };
    if control_of_path(file).as_ref() != Some(&control) {
        reader.refuse(
            node.at,
            format!("`{control}` stands in another control's file"),
            format!("keep it in `controls/{control}.md`"),
        );
    }
    let digest = match digest {
        None => None,
        Some(text) => {
            let found = text
                .strip_prefix("sha256:")
                .and_then(|hex| Digest::from_str(hex).ok());
            if found.is_none() {
                reader.refuse(
                    node.at,
                    format!("`{text}` is not a digest"),
                    "write `ID@sha256:` and 64 hexadecimal digits, or the id alone",
                );
            }
            found
        }
    };
    Some((control, digest))
}

pub(super) fn read_params(
    reader: &mut Reader,
    node: &Node,
) -> (BTreeMap<String, ParamValue>, BTreeMap<String, u32>) {
    let (mut values, mut lines) = (BTreeMap::new(), BTreeMap::new());
    for (name, at, value) in reader
        .map(node, "`params`")
        .iter()
        .flat_map(|f| f.entries())
    {
        let read = match &value.value {
            Value::List(items) => Some(ParamValue::Many(
                items.iter().filter_map(|i| reader.text(i)).collect(),
            )),
            _ => reader.text(value).map(ParamValue::One),
        };
        lines.insert(name.clone(), at.line);
        values.extend(read.map(|v| (name.clone(), v)));
    }
    (values, lines)
}

fn check_days(reader: &mut Reader, fields: &Fields<'_>, adoption: &Adoption) {
    if adoption.effective.epoch_days() < 0 {
        reader.refuse(
            fields.place("effective"),
            "no control was in force before 1970",
            "check the year",
        );
    }
    if adoption.retired.is_some_and(|day| day < adoption.effective) {
        reader.refuse(
            fields.place("retired"),
            "retired before it was in force",
            "swap `effective` and `retired`, or leave `retired` out",
        );
    }
}
