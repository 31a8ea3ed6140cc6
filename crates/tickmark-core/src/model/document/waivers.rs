use serde::{Deserialize, Serialize};

use crate::model::ids::{ItemId, TestId};
use crate::model::time::Day;
use crate::model::yaml::{Fields, Node, Place, Reader};

/// `waivers.yaml`: approved exceptions, time-boxed, approved before the fact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waivers {
    /// The waivers in the order written.
    pub waivers: Vec<Waiver>,
}

/// One exception: an item whose trigger lies in it is not applicable to the test (decision D9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The test.
    pub test: TestId,
    /// What is excepted.
    pub item: Waived,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
    /// When; never after `from`.
    pub approved_on: Day,
    /// Where it stands.
    pub at: Place,
}

/// What a waiver covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waived {
    /// One item.
    Item(ItemId),
    /// Items that match; `*` stands for any text, also none.
    Pattern(String),
}

impl Waived {
    /// Whether the waiver covers the item.
    #[must_use]
    pub fn covers(&self, item: &ItemId) -> bool {
        match self {
            Self::Item(one) => one == item,
            Self::Pattern(pattern) => pattern_covers(pattern, item.as_str()),
        }
    }
}

/// Whether `text` is the pattern with any text in place of each `*`.
#[must_use]
pub fn pattern_covers(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = text.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    text.ends_with(last)
}

const KEYS: [&str; 8] = [
    "test",
    "item",
    "pattern",
    "from",
    "until",
    "reason",
    "approved_by",
    "approved_on",
];

pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Waivers> {
    if node.value == crate::model::yaml::Value::Map(Vec::new()) {
        return Some(Waivers::default());
    }
    let items = reader.list(node, "the waivers document");
    Some(Waivers {
        waivers: items
            .iter()
            .filter_map(|n| read_waiver(reader, n))
            .collect(),
    })
}

fn read_waiver(reader: &mut Reader, node: &Node) -> Option<Waiver> {
    let fields = reader.fields(node, "a waiver", &KEYS)?;
    let test = reader
        .required(&fields, "test", "name the test, like `CHG-01.approval`")
        .and_then(|n| reader.value(n));
    let item = read_item(reader, &fields);
    let from = reader
        .required(&fields, "from", "write the first day, like `2026-03-01`")
        .and_then(|n| reader.value(n));
    let until = reader.required(
        &fields,
        "until",
        "write the last day: a waiver without end is a change of the control",
    );
    let until = until.and_then(|n| reader.value(n));
    let reason = reader
        .required(&fields, "reason", "say why")
        .and_then(|n| reader.text(n));
    let approved_by = reader
        .required(&fields, "approved_by", "name who approved it")
        .and_then(|n| reader.text(n));
    let approved_on = reader
        .required(&fields, "approved_on", "write the day of approval")
        .and_then(|n| reader.value(n));
    let waiver = Waiver {
        test: test?,
        item: item?,
        from: from?,
        until: until?,
        reason: reason?,
        approved_by: approved_by?,
        approved_on: approved_on?,
        at: node.at,
    };
    if waiver.until < waiver.from {
        reader.refuse(
            fields.place("until"),
            "the waiver ends before it begins",
            "swap `from` and `until`",
        );
    }
    if waiver.approved_on > waiver.from {
        reader.refuse(
            fields.place("approved_on"),
            "approved after it begins",
            "begin it on the day of approval or later; what came before stays a deviation",
        );
    }
    Some(waiver)
}

fn read_item(reader: &mut Reader, fields: &Fields<'_>) -> Option<Waived> {
    match (fields.get("item"), fields.get("pattern")) {
        (Some(node), None) => {
            let text = reader.text(node)?;
            match ItemId::parse(&text) {
                Ok(item) => Some(Waived::Item(item)),
                Err(error) => {
                    reader.wrong(node.at, &error);
                    None
                }
            }
        }
        (None, Some(node)) => {
            let pattern = reader.text(node)?;
            if pattern.chars().all(|c| matches!(c, '*' | '/')) {
                reader.refuse(
                    node.at,
                    format!("`{pattern}` waives everything"),
                    "name a part of the items",
                );
            }
            Some(Waived::Pattern(pattern))
        }
        (None, None) => {
            reader.refuse(
                fields.at,
                "`item` is missing",
                "name one `item`, or a `pattern` with `*`",
            );
            None
        }
        (Some(_), Some(node)) => {
            reader.refuse(node.at, "both `item` and `pattern` are given", "keep one");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pattern_covers;

    #[test]
    fn a_star_is_any_text() {
        assert!(
            pattern_covers("acme/*", "acme/api")
                && pattern_covers("*/api/*", "acme/api/7")
                && pattern_covers("a*b*c", "abc")
                && pattern_covers("x", "x")
        );
        assert!(
            !pattern_covers("acme/*", "other/api")
                && !pattern_covers("a*b*c", "acb")
                && !pattern_covers("x", "xy")
                && !pattern_covers("ab*ba", "aba")
        );
    }
}
