use granit_parser::{Event, Marker, Options, Parser, ScalarStyle, Span};

use crate::model::diagnostic::Diagnostic;

/// Largest document, in bytes: what a person writes is far smaller.
const MAX_BYTES: usize = 4 << 20;
/// Deepest nesting.
const MAX_DEPTH: usize = 32;

/// A place in a file, both from 1, columns in characters.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// A typed value and where it was written, for defects that show only beside other documents.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its first character.
    pub at: Place,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// First character of the value.
    pub at: Place,
    /// The value.
    pub value: Value,
}

/// What a document can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text as written; `plain` if it stood without quotes.
    Scalar {
        /// The text.
        text: String,
        /// Without quotes and not a block of text.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// Keys in the order written, with the place of each key.
    Map(Vec<(String, Place, Node)>),
}

impl Node {
    /// Nothing was written: empty, `~` or `null` without quotes.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// What stands here, with article, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.value {
            _ if self.is_null() => "nothing",
            Value::Scalar { text, .. } if text.trim().is_empty() => "an empty text",
            Value::Scalar { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    /// The text of a scalar.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// The value under a key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries
                .iter()
                .find(|(k, _, _)| k == key)
                .map(|(_, _, node)| node),
            _ => None,
        }
    }
}

/// Reads one YAML document. `first_line` is the line of the file on which `text` begins (1 for a whole file, more for front matter).
/// An empty document is an empty map.
///
/// # Errors
/// The first thing that cannot be read or is refused.
pub fn parse(file: &str, text: &str, first_line: u32) -> Result<Node, Diagnostic> {
    let mut tree = Tree {
        file,
        first_line: first_line.max(1),
        open: Vec::new(),
        done: None,
    };
    if text.len() > MAX_BYTES {
        return Err(tree
            .refuse(
                Place {
                    line: tree.first_line,
                    column: 1,
                },
                "larger than 4 MiB",
            )
            .hint("keep evidence out of documents; `evidence add` takes files"));
    }
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    options.emit_comments = false;
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| tree.syntax(&error))?;
        tree.event(event, &span)?;
    }
    let empty = Node {
        at: Place {
            line: tree.first_line,
            column: 1,
        },
        value: Value::Map(Vec::new()),
    };
    Ok(match tree.done {
        Some(node) if !node.is_null() => node,
        _ => empty,
    })
}

/// A collection whose end has not been seen.
enum Open {
    List(Place, Vec<Node>),
    Map(Place, Vec<(String, Place, Node)>, Option<(String, Place)>),
}

struct Tree<'a> {
    file: &'a str,
    first_line: u32,
    open: Vec<Open>,
    done: Option<Node>,
}

impl Tree<'_> {
    fn place(&self, mark: Marker) -> Place {
        let line = u32::try_from(mark.line())
            .unwrap_or(u32::MAX)
            .saturating_add(self.first_line - 1);
        Place {
            line,
            column: u32::try_from(mark.col())
                .unwrap_or(u32::MAX)
                .saturating_add(1),
        }
    }

    fn refuse(&self, at: Place, what: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.file, at.line, at.column, what)
    }

    fn syntax(&self, error: &granit_parser::ScanError) -> Diagnostic {
        let at = self.place(*error.marker());
        let info = error.info().to_lowercase();
        let hint = if info.contains("tab") {
            "indent with spaces"
        } else if info.contains("mapping values are not allowed") {
            "quote a text that contains `: `"
        } else if info.contains("flow") || info.contains("expected ',' or") {
            "close the bracket or brace, or quote the text"
        } else if info.contains("illegal placement of ':'") {
            "close the bracket, brace or quote that was opened before this"
        } else if info.contains("quoted") {
            "close the quote"
        } else if info.contains("directive") {
            "quote a text that begins with `%`"
        } else if info.contains("indent") || info.contains("block") {
            "line up the keys of one map"
        } else {
            "check quotes and indentation here"
        };
        self.refuse(at, format!("not readable as YAML: {info}"))
            .hint(hint)
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), Diagnostic> {
        let at = self.place(span.start);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.properties(at, anchor, tag.is_some())?;
                self.scalar(text.into_owned(), style == ScalarStyle::Plain, at)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.properties(at, anchor, tag.is_some())?;
                self.start(Open::List(at, Vec::new()), at)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.properties(at, anchor, tag.is_some())?;
                self.start(Open::Map(at, Vec::new(), None), at)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(_) | Event::UnresolvedAlias(_) => Err(self
                .refuse(at, "aliases (`*name`) are refused")
                .hint("write the value out, or quote a text that begins with `*`")),
            Event::DocumentStart(..) if self.done.is_some() => Err(self
                .refuse(at, "a second document begins here")
                .hint("keep one document in a file")),
            _ => Ok(()),
        }
    }

    fn properties(&self, at: Place, anchor: usize, tagged: bool) -> Result<(), Diagnostic> {
        if anchor != 0 {
            return Err(self
                .refuse(at, "anchors (`&name`) are refused")
                .hint("write the value out, or quote a text that begins with `&`"));
        }
        if tagged {
            return Err(self
                .refuse(at, "tags (`!name`) are refused")
                .hint("leave the tag out, or quote a text that begins with `!`"));
        }
        Ok(())
    }

    fn start(&mut self, open: Open, at: Place) -> Result<(), Diagnostic> {
        if let Some(Open::Map(_, _, None)) = self.open.last() {
            return Err(self
                .refuse(at, "a key must be plain text")
                .hint("quote a text that begins with a bracket or brace"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self
                .refuse(at, format!("nested more than {MAX_DEPTH} levels deep"))
                .hint("close a bracket earlier"));
        }
        self.open.push(open);
        Ok(())
    }

    fn scalar(&mut self, text: String, plain: bool, at: Place) -> Result<(), Diagnostic> {
        let Some(Open::Map(_, entries, key @ None)) = self.open.last_mut() else {
            return self.put(Node {
                at,
                value: Value::Scalar { text, plain },
            });
        };
        if let Some((_, first, _)) = entries.iter().find(|(k, _, _)| *k == text) {
            let line = first.line;
            return Err(self
                .refuse(at, format!("key `{text}` is given twice"))
                .hint(format!("the first is on line {line}; keep one")));
        }
        *key = Some((text, at));
        Ok(())
    }

    fn end(&mut self) -> Result<(), Diagnostic> {
        match self.open.pop() {
            Some(Open::List(at, items)) => self.put(Node {
                at,
                value: Value::List(items),
            }),
            Some(Open::Map(at, entries, _)) => self.put(Node {
                at,
                value: Value::Map(entries),
            }),
            None => Ok(()),
        }
    }

    fn put(&mut self, node: Node) -> Result<(), Diagnostic> {
        match self.open.last_mut() {
            None => self.done = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key)) => {
                if let Some((key, at)) = key.take() {
                    entries.push((key, at, node));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn refused(text: &str) -> String {
        parse("a.yaml", text, 1).unwrap_err().to_string()
    }

    #[test]
    fn scalars_stay_as_written() {
        let node = parse("a.yaml", "on: no\nn: 1e3\nq: 'null'\nz:\n", 1).unwrap();
        assert_eq!(node.get("on").unwrap().as_text(), Some("no"));
        assert_eq!(node.get("n").unwrap().as_text(), Some("1e3"));
        assert_eq!(node.get("q").unwrap().as_text(), Some("null"));
        assert!(node.get("z").unwrap().is_null());
    }

    #[test]
    fn places_count_from_the_line_the_text_begins_on() {
        let node = parse("a.md", "a: 1\nb: [x, y]\n", 2).unwrap();
        assert_eq!(node.get("b").unwrap().at, Place { line: 3, column: 4 });
    }

    #[test]
    fn what_hides_meaning_is_refused_with_its_place() {
        assert!(
            refused("a: &x 1\n").starts_with("a.yaml:1:"),
            "{}",
            refused("a: &x 1\n")
        );
        assert!(refused("a: *x\n").contains("aliases"));
        assert!(refused("a: !!int 1\n").contains("tags"));
        assert_eq!(
            refused("a: 1\nb: 2\na: 3\n"),
            "a.yaml:3:1: key `a` is given twice; the first is on line 1; keep one"
        );
        assert!(refused("a: 1\n---\nb: 2\n").contains("second document"));
        assert!(refused("[a]: 1\n").contains("plain text"));
        assert!(refused(&format!("{}{}", "[".repeat(40), "]".repeat(40))).contains("nested"));
    }

    #[test]
    fn an_empty_document_is_an_empty_map() {
        assert_eq!(
            parse("a.yaml", "# nothing\n", 1).unwrap().value,
            Value::Map(Vec::new())
        );
    }
}
