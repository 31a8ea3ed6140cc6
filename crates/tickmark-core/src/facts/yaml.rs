//! A YAML document as a tree whose nodes know their place, so that each error names line and column.
//!
//! Anchors, aliases, merge keys, tags and duplicate keys are refused; `on`, `off`, `yes` and `no` are text (decision D22).

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy};
use serde_saphyr::{Options, Spanned};

use crate::model::diagnostic::{Diagnostic, nearest};

/// Largest document that is read.
const MAX_BYTES: usize = 4 << 20;

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What stands there.
    pub value: Value,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, as the parser prints it; quote numbers whose digits matter.
    Float(String),
    /// Text.
    Text(String),
    /// A list.
    Seq(Vec<Node>),
    /// Keys and values in the order of the file; keys are `Text` nodes in practice.
    Map(Vec<(Node, Node)>),
}

/// Errors of one document, for a file name.
#[derive(Debug, Clone)]
pub struct Doc<'a> {
    /// File name for diagnostics.
    pub file: &'a str,
    /// The root.
    pub root: Node,
}

impl<'a> Doc<'a> {
    /// Reads one document.
    ///
    /// # Errors
    /// Not YAML, or YAML outside the accepted part, with its place.
    pub fn parse(file: &'a str, text: &str) -> Result<Self, Diagnostic> {
        if text.len() > MAX_BYTES {
            return Err(Diagnostic::new(
                file,
                0,
                0,
                format!(
                    "the document has {} bytes; at most {MAX_BYTES} are read",
                    text.len()
                ),
            ));
        }
        match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options()) {
            Ok(raw) => Ok(Self {
                file,
                root: raw.into(),
            }),
            Err(error) => Err(syntax(file, &error)),
        }
    }

    /// A defect at a node.
    #[must_use]
    pub fn wrong(&self, node: &Node, what: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.file, node.line, node.column, what)
    }

    /// The entries of a map whose keys are all known.
    ///
    /// # Errors
    /// Not a map; an unknown key, with the known key that was probably meant.
    pub fn fields<'n>(
        &self,
        node: &'n Node,
        of: &str,
        known: &[&str],
    ) -> Result<Fields<'n>, Diagnostic> {
        let entries = self.map(node, of)?;
        for (key, at, _) in &entries {
            if !known.contains(key) {
                let wrong = self.wrong(at, format!("unknown key `{key}` in {of}"));
                return Err(match nearest(key, known.iter().copied()) {
                    Some(near) => wrong.hint(format!("did you mean `{near}`?")),
                    None => wrong.hint(format!("known keys: {}", known.join(", "))),
                });
            }
        }
        Ok(Fields { node, entries })
    }

    /// The entries of a map with names as keys: key, place of the key, value.
    ///
    /// # Errors
    /// Not a map, or a key that is no text.
    pub fn map<'n>(
        &self,
        node: &'n Node,
        of: &str,
    ) -> Result<Vec<(&'n str, &'n Node, &'n Node)>, Diagnostic> {
        let Value::Map(entries) = &node.value else {
            return Err(self.wrong(
                node,
                format!(
                    "{of} must be a map of keys and values, not {}",
                    node.value.kind()
                ),
            ));
        };
        entries
            .iter()
            .map(|(key, value)| match &key.value {
                Value::Text(text) => Ok((text.as_str(), key, value)),
                other => Err(self.wrong(
                    key,
                    format!("a key of {of} must be text, not {}", other.kind()),
                )),
            })
            .collect()
    }

    /// The elements of a list.
    ///
    /// # Errors
    /// Not a list.
    pub fn list<'n>(&self, node: &'n Node, of: &str) -> Result<&'n [Node], Diagnostic> {
        match &node.value {
            Value::Seq(elements) => Ok(elements),
            other => Err(self.wrong(node, format!("{of} must be a list, not {}", other.kind()))),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// Not a text.
    pub fn text<'n>(&self, node: &'n Node, of: &str) -> Result<&'n str, Diagnostic> {
        match &node.value {
            Value::Text(text) => Ok(text),
            other => Err(self
                .wrong(node, format!("{of} must be text, not {}", other.kind()))
                .hint("put it in quotes")),
        }
    }

    /// A whole number that is not negative.
    ///
    /// # Errors
    /// Anything else.
    pub fn count(&self, node: &Node, of: &str) -> Result<u64, Diagnostic> {
        match &node.value {
            Value::Int(value) if *value >= 0 => Ok(u64::try_from(*value).unwrap_or(0)),
            other => Err(self.wrong(
                node,
                format!("{of} must be a whole number, not {}", other.kind()),
            )),
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// Anything else.
    pub fn bool(&self, node: &Node, of: &str) -> Result<bool, Diagnostic> {
        match node.value {
            Value::Bool(value) => Ok(value),
            ref other => Err(self.wrong(
                node,
                format!("{of} must be `true` or `false`, not {}", other.kind()),
            )),
        }
    }

    /// A text that `parse` accepts.
    ///
    /// # Errors
    /// Not a text, or what `parse` says of it.
    pub fn parsed<T, E: std::fmt::Display>(
        &self,
        node: &Node,
        of: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Diagnostic> {
        let text = self.text(node, of)?;
        parse(text).map_err(|error| self.wrong(node, error.to_string()))
    }

    /// One of a few words.
    ///
    /// # Errors
    /// Another word, with the one that was probably meant.
    pub fn one_of<T: Copy>(
        &self,
        node: &Node,
        of: &str,
        words: &[(&str, T)],
    ) -> Result<T, Diagnostic> {
        let text = self.text(node, of)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(*value);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let wrong = self.wrong(node, format!("{of} cannot be `{text}`"));
        Err(match nearest(text, known.iter().copied()) {
            Some(near) => wrong.hint(format!("did you mean `{near}`?")),
            None => wrong.hint(format!("one of: {}", known.join(", "))),
        })
    }
}

/// The entries of a map whose keys are known.
#[derive(Debug, Clone)]
pub struct Fields<'n> {
    node: &'n Node,
    entries: Vec<(&'n str, &'n Node, &'n Node)>,
}

impl<'n> Fields<'n> {
    /// The value of a key that may be missing; an empty value counts as missing.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries
            .iter()
            .find(|(k, _, value)| *k == key && value.value != Value::Null)
            .map(|(_, _, value)| *value)
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    /// It is missing or empty.
    pub fn need(&self, doc: &Doc<'_>, key: &str, of: &str) -> Result<&'n Node, Diagnostic> {
        self.get(key)
            .ok_or_else(|| doc.wrong(self.node, format!("{of} needs `{key}:`")))
    }
}

impl Value {
    /// The kind of value, with article, for messages.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Bool(value) => format!("`{value}`"),
            Self::Int(value) => format!("the number {value}"),
            Self::Float(value) => format!("the number {value}"),
            Self::Text(text) => format!("the text `{}`", text.chars().take(40).collect::<String>()),
            Self::Seq(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
        }
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_documents: 1,
            max_aliases: 0,
            max_anchors: 0,
            max_depth: 64,
            max_merge_keys: 0,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

fn syntax(file: &str, error: &serde_saphyr::Error) -> Diagnostic {
    let place = error.location();
    let number = |n: Option<u64>| u32::try_from(n.unwrap_or(0)).unwrap_or(u32::MAX);
    let text = error.without_snippet().to_string();
    // The parser appends its own place; ours stands in front already.
    let text = text.split(" at line ").next().unwrap_or_default();
    let what = if ["Anchors", "Aliases", "alias"]
        .iter()
        .any(|word| text.contains(word))
    {
        "anchors and aliases are not read; write the value out".to_owned()
    } else {
        text.trim_end_matches('.').replace('\n', " ")
    };
    Diagnostic::new(
        file,
        number(place.map(|p| p.line())),
        number(place.map(|p| p.column())),
        what,
    )
}

/// The tree as the deserializer delivers it.
enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    Float(String),
    Text(String),
    Seq(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl From<Spanned<Raw>> for Node {
    fn from(raw: Spanned<Raw>) -> Self {
        let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let (line, column) = (
            number(raw.referenced.line()),
            number(raw.referenced.column()),
        );
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Bool(value) => Value::Bool(value),
            Raw::Int(value) => Value::Int(value),
            Raw::Float(value) => Value::Float(value),
            Raw::Text(value) => Value::Text(value),
            Raw::Seq(elements) => Value::Seq(elements.into_iter().map(Node::from).collect()),
            Raw::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(k, v)| (k.into(), v.into()))
                    .collect(),
            ),
        };
        Self {
            line,
            column,
            value,
        }
    }
}

struct RawVisitor;

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(i64::try_from(value).map_or_else(|_| Raw::Float(value.to_string()), Raw::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Float(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            elements.push(element);
        }
        Ok(Raw::Seq(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}
