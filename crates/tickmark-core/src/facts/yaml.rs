//! Reads declarations fail-first: the first defect of a schema or source, with its place.
//!
//! The tree and what it refuses come from [`crate::model::yaml`]; this file adds the questions that declarations ask of it.

use crate::model::diagnostic::{Diagnostic, nearest};
use crate::model::yaml::{self, Place, Value};

pub use crate::model::yaml::Node;

/// One document and its file name.
#[derive(Debug, Clone)]
pub struct Doc<'a> {
    /// File name for diagnostics.
    pub file: &'a str,
    /// The root.
    pub root: Node,
}

/// An entry of a map: key, place of the key, value.
pub type Entry<'n> = (&'n str, Place, &'n Node);

impl<'a> Doc<'a> {
    /// Reads one document.
    ///
    /// # Errors
    /// Not YAML, or YAML outside the accepted part, with its place.
    pub fn parse(file: &'a str, text: &str) -> Result<Self, Diagnostic> {
        yaml::parse(file, text, 1).map(|root| Self { file, root })
    }

    /// A defect at a place.
    #[must_use]
    pub fn wrong(&self, at: Place, what: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.file, at.line, at.column, what)
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
                let wrong = self.wrong(*at, format!("unknown key `{key}` in {of}"));
                return Err(match nearest(key, known.iter().copied()) {
                    Some(near) => wrong.hint(format!("did you mean `{near}`?")),
                    None => wrong.hint(format!("known keys: {}", known.join(", "))),
                });
            }
        }
        Ok(Fields {
            at: node.at,
            entries,
        })
    }

    /// The entries of a map with names as keys.
    ///
    /// # Errors
    /// Not a map.
    pub fn map<'n>(&self, node: &'n Node, of: &str) -> Result<Vec<Entry<'n>>, Diagnostic> {
        let Value::Map(entries) = &node.value else {
            return Err(self.wrong(
                node.at,
                format!("{of} must be a map of keys and values, not {}", node.kind()),
            ));
        };
        Ok(entries
            .iter()
            .map(|(key, at, value)| (key.as_str(), *at, value))
            .collect())
    }

    /// The elements of a list.
    ///
    /// # Errors
    /// Not a list.
    pub fn list<'n>(&self, node: &'n Node, of: &str) -> Result<&'n [Node], Diagnostic> {
        match &node.value {
            Value::List(elements) => Ok(elements),
            _ => Err(self.wrong(node.at, format!("{of} must be a list, not {}", node.kind()))),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// Not a text.
    pub fn text<'n>(&self, node: &'n Node, of: &str) -> Result<&'n str, Diagnostic> {
        node.as_text()
            .ok_or_else(|| self.wrong(node.at, format!("{of} must be text, not {}", node.kind())))
    }

    /// A whole number that is not negative.
    ///
    /// # Errors
    /// Anything else.
    pub fn count(&self, node: &Node, of: &str) -> Result<u64, Diagnostic> {
        let text = self.text(node, of)?;
        text.parse().map_err(|_| {
            self.wrong(
                node.at,
                format!("{of} must be a whole number, not `{text}`"),
            )
        })
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
        self.checked(node.at, text, parse)
    }

    /// A text (a key, for example) that `parse` accepts.
    ///
    /// # Errors
    /// What `parse` says of it.
    pub fn checked<T, E: std::fmt::Display>(
        &self,
        at: Place,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Diagnostic> {
        parse(text).map_err(|error| self.wrong(at, error.to_string()))
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
        let wrong = self.wrong(node.at, format!("{of} cannot be `{text}`"));
        Err(match nearest(text, known.iter().copied()) {
            Some(near) => wrong.hint(format!("did you mean `{near}`?")),
            None => wrong.hint(format!("one of: {}", known.join(", "))),
        })
    }
}

/// The entries of a map whose keys are known.
#[derive(Debug, Clone)]
pub struct Fields<'n> {
    at: Place,
    entries: Vec<Entry<'n>>,
}

impl<'n> Fields<'n> {
    /// The value of a key that may be missing; an empty value counts as missing.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries
            .iter()
            .find(|(k, _, value)| *k == key && !value.is_null())
            .map(|(_, _, value)| *value)
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    /// It is missing or empty.
    pub fn need(&self, doc: &Doc<'_>, key: &str, of: &str) -> Result<&'n Node, Diagnostic> {
        self.get(key)
            .ok_or_else(|| doc.wrong(self.at, format!("{of} needs `{key}:`")))
    }
}
