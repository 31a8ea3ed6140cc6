//! Texts with holes: `{org}/{repo}/{$.number}`.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::model::path::JsonPath;

/// A text with holes for parameters and fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Part>);

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Stands as it is.
    Text(String),
    /// `{org}`: a parameter of the configured source; `{from}` and `{until}` are the time asked for.
    Param(String),
    /// `{$.number}`: a field of the item.
    Item(JsonPath),
    /// `{^$.number}`: a field of the item of the parent stream.
    Parent(JsonPath),
}

/// What fills the holes.
#[derive(Debug, Clone, Copy)]
pub struct Fill<'a> {
    /// Parameters of the configured source.
    pub params: &'a BTreeMap<String, String>,
    /// The item.
    pub item: Option<&'a Value>,
    /// Fields of the parent's item by their path, as the manifest keeps them.
    pub parent: Option<&'a BTreeMap<String, Value>>,
}

/// A hole that cannot be filled, or a template that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Not a template.
    #[error(
        "`{0}` is not a template; write holes like `{{org}}`, `{{$.number}}` or `{{^$.number}}`"
    )]
    Syntax(String),
    /// A parameter that is not given.
    #[error("parameter `{0}` is not given; add it under `params:` of the source")]
    Param(String),
    /// A field that is missing or not a single value.
    #[error("`{0}` is missing or no single value")]
    Field(String),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError::Syntax`].
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let refuse = || TemplateError::Syntax(text.to_owned());
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, hole)) = rest.split_once('{') {
            let (name, after) = hole.split_once('}').ok_or_else(refuse)?;
            if before.contains('}') {
                return Err(refuse());
            }
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(hole_of(name).ok_or_else(refuse)?);
            rest = after;
        }
        if rest.contains('}') {
            return Err(refuse());
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The parts in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Parameters it names.
    pub fn params(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Param(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Fills the holes, each value passed through `encode` (percent-encoding for addresses, nothing for keys).
    ///
    /// # Errors
    /// A parameter that is not given, a field that is missing.
    pub fn fill(
        &self,
        fill: Fill<'_>,
        encode: fn(&str) -> String,
    ) -> Result<String, TemplateError> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Param(name) => {
                    let value = fill.params.get(name);
                    out.push_str(&encode(
                        value.ok_or_else(|| TemplateError::Param(name.clone()))?,
                    ));
                }
                Part::Item(path) => {
                    out.push_str(&encode(&field(fill.item.and_then(|v| path.one(v)), path)?))
                }
                Part::Parent(path) => {
                    let value = fill.parent.and_then(|fields| fields.get(&path.to_string()));
                    out.push_str(&encode(&field(value, path)?));
                }
            }
        }
        Ok(out)
    }
}

fn hole_of(name: &str) -> Option<Part> {
    if let Some(path) = name.strip_prefix('^') {
        return path.parse().ok().map(Part::Parent);
    }
    if name.starts_with('$') {
        return name.parse().ok().map(Part::Item);
    }
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    plain.then(|| Part::Param(name.to_owned()))
}

fn field(value: Option<&Value>, path: &JsonPath) -> Result<String, TemplateError> {
    value
        .and_then(scalar)
        .ok_or_else(|| TemplateError::Field(path.to_string()))
}

/// A JSON text, whole number or truth value as text.
#[must_use]
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(n) if !n.is_f64() => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

/// Keeps a value as it is.
#[must_use]
pub fn plain(text: &str) -> String {
    text.to_owned()
}

/// Percent-encodes what would end a path segment or a query value. `:` and `,` stay, so that times read well.
#[must_use]
pub fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Param(name) => write!(f, "{{{name}}}"),
            Part::Item(path) => write!(f, "{{{path}}}"),
            Part::Parent(path) => write!(f, "{{^{path}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn holes_are_filled_and_encoded() {
        let template = Template::parse("/repos/{org}/pulls/{$.n}?parent={^$.id}").unwrap();
        let params = BTreeMap::from([("org".to_owned(), "a/b c".to_owned())]);
        let parent = BTreeMap::from([("$.id".to_owned(), Value::from(7))]);
        let item = serde_json::json!({"n": 3});
        let fill = Fill {
            params: &params,
            item: Some(&item),
            parent: Some(&parent),
        };
        assert_eq!(
            template.fill(fill, percent).unwrap(),
            "/repos/a%2Fb%20c/pulls/3?parent=7"
        );
        assert_eq!(
            template.to_string(),
            "/repos/{org}/pulls/{$.n}?parent={^$.id}"
        );
        let none = Fill { item: None, ..fill };
        assert_eq!(
            template.fill(none, plain),
            Err(TemplateError::Field("$.n".into()))
        );
    }

    #[test]
    fn half_holes_are_refused() {
        for bad in ["{", "}", "{}", "a}b{c}", "{a b}", "{$..x}", "{^a}", "{A}"] {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
    }
}
