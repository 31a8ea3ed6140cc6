//! The small part of JSONPath that source declarations use.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

/// A path such as `$.a.b`, `$[*]`, `$.items[*]` or `$.a[0]`: names, every element, one element. Nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JsonPath(Vec<Step>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// `.name`
    Name(String),
    /// `[3]`
    Index(usize),
    /// `[*]`
    Every,
}

/// Why a text is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a path; write it like `$.user.id` or `$.items[*]`")]
pub struct PathError(pub String);

impl JsonPath {
    /// The steps in order; none for `$`.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether the path can name more than one value.
    #[must_use]
    pub fn is_many(&self) -> bool {
        self.0.contains(&Step::Every)
    }

    /// All values the path names, in the order of the document; none if a step finds nothing.
    #[must_use]
    pub fn all<'a>(&self, root: &'a Value) -> Vec<&'a Value> {
        let mut found = vec![root];
        for step in &self.0 {
            found = found
                .into_iter()
                .flat_map(|value| step.follow(value))
                .collect();
        }
        found
    }

    /// The one value the path names; with `[*]` the first.
    #[must_use]
    pub fn one<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        self.all(root).into_iter().next()
    }
}

impl Step {
    fn follow<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        match (self, value) {
            (Self::Name(name), Value::Object(map)) => map.get(name).into_iter().collect(),
            (Self::Index(n), Value::Array(items)) => items.get(*n).into_iter().collect(),
            (Self::Every, Value::Array(items)) => items.iter().collect(),
            _ => Vec::new(),
        }
    }
}

impl FromStr for JsonPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let refuse = || PathError(text.to_owned());
        let mut rest = text.strip_prefix('$').ok_or_else(refuse)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = next_step(rest).ok_or_else(refuse)?;
            steps.push(step);
            rest = after;
        }
        Ok(Self(steps))
    }
}

fn next_step(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end)?;
        let fine = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | ':' | '$'));
        return fine.then(|| (Step::Name(name.to_owned()), after));
    }
    let (inside, after) = text.strip_prefix('[')?.split_once(']')?;
    if inside == "*" {
        return Some((Step::Every, after));
    }
    let canonical = inside == "0" || !inside.starts_with(['0', '+']);
    inside
        .parse()
        .ok()
        .filter(|_| canonical)
        .map(|n| (Step::Index(n), after))
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        self.0.iter().try_for_each(|step| match step {
            Step::Name(name) => write!(f, ".{name}"),
            Step::Index(n) => write!(f, "[{n}]"),
            Step::Every => f.write_str("[*]"),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn names_elements_and_nothing() {
        let page: Value =
            serde_json::from_str(r#"{"items":[{"id":1},{"id":2},{"n":3}],"a":{"b":null}}"#)
                .unwrap();
        let ids = |p: &str| {
            p.parse::<JsonPath>()
                .unwrap()
                .all(&page)
                .into_iter()
                .map(Value::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids("$.items[*].id"), ["1", "2"]);
        assert_eq!(ids("$.items[1].id"), ["2"]);
        assert_eq!(ids("$.a.b"), ["null"]);
        assert!(ids("$.a.b.c").is_empty());
        assert!(ids("$[*]").is_empty());
        assert_eq!(ids("$").len(), 1);
    }

    #[test]
    fn prints_as_written_and_refuses_the_rest_of_jsonpath() {
        for path in [
            "$",
            "$.a.b",
            "$[*]",
            "$.items[*]",
            "$.a[0].b",
            "$.@odata:next",
        ] {
            assert_eq!(path.parse::<JsonPath>().unwrap().to_string(), path);
        }
        for bad in [
            "",
            "a.b",
            "$.",
            "$..a",
            "$[?(@.a)]",
            "$[-1]",
            "$[01]",
            "$.a[",
            "$['a']",
            "$.a b",
            "$[+1]",
        ] {
            assert!(bad.parse::<JsonPath>().is_err(), "{bad}");
        }
    }
}
