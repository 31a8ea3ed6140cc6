use std::fmt::Display;
use std::str::FromStr;

use super::{Node, Place, Placed, Value};
use crate::model::diagnostic::{Diagnostic, nearest};

/// Reads typed values out of a tree and keeps every defect it meets, so that a person sees all of them at once.
#[derive(Debug)]
pub struct Reader {
    file: String,
    found: Vec<Diagnostic>,
    /// Known keys that an unknown one was probably meant to be: they are not reported as missing again.
    slips: Vec<(Place, String)>,
}

/// The entries of one map whose keys are known.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    /// Where the map begins.
    pub at: Place,
    entries: &'a [(String, Place, Node)],
}

impl<'a> Fields<'a> {
    /// The value of a key, unless absent or left empty.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries
            .iter()
            .find(|(k, _, _)| k == key)
            .map(|(_, _, node)| node)
            .filter(|node| !node.is_null())
    }

    /// Where the key stands, or the map if the key is absent.
    #[must_use]
    pub fn place(&self, key: &str) -> Place {
        self.entries
            .iter()
            .find(|(k, _, _)| k == key)
            .map_or(self.at, |(_, at, _)| *at)
    }

    /// All entries in the order written.
    #[must_use]
    pub fn entries(&self) -> &'a [(String, Place, Node)] {
        self.entries
    }
}

impl Reader {
    /// A reader for a file.
    pub fn new(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            found: Vec::new(),
            slips: Vec::new(),
        }
    }

    /// The file's name.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Notes a defect.
    pub fn refuse(&mut self, at: Place, what: impl Into<String>, hint: impl Into<String>) {
        self.found
            .push(Diagnostic::new(self.file.clone(), at.line, at.column, what).hint(hint));
    }

    /// Notes a defect found elsewhere.
    pub fn note(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// The value, or everything that was wrong, in the order of the file.
    ///
    /// # Errors
    /// At least one defect was noted.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Vec<Diagnostic>> {
        self.found.sort_by_key(|d| (d.line, d.column));
        self.found.dedup();
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ if self.found.is_empty() => {
                Err(vec![Diagnostic::new(self.file, 0, 0, "could not be read")])
            }
            _ => Err(self.found),
        }
    }

    /// A map with known keys; every other key is a defect with the nearest known one. `what` names the map, with article.
    pub fn fields<'a>(&mut self, node: &'a Node, what: &str, known: &[&str]) -> Option<Fields<'a>> {
        let fields = self.map(node, what)?;
        for (key, at, _) in fields.entries {
            if !known.contains(&key.as_str()) {
                let hint = match nearest(key, known.iter().copied()) {
                    Some(near) => {
                        self.slips.push((fields.at, near.to_owned()));
                        format!("did you mean `{near}`?")
                    }
                    None => format!("{what} has {}", known.join(", ")),
                };
                self.refuse(*at, format!("unknown key `{key}`"), hint);
            }
        }
        Some(fields)
    }

    /// A map with keys of the writer's choice.
    pub fn map<'a>(&mut self, node: &'a Node, what: &str) -> Option<Fields<'a>> {
        match &node.value {
            Value::Map(entries) => Some(Fields {
                at: node.at,
                entries,
            }),
            _ => {
                self.refuse(
                    node.at,
                    format!("{what} is a map, here is {}", node.kind()),
                    "write `key: value` lines",
                );
                None
            }
        }
    }

    /// The items of a list; a single value is not taken for a list of one.
    pub fn list<'a>(&mut self, node: &'a Node, what: &str) -> &'a [Node] {
        match &node.value {
            Value::List(items) => items,
            _ => {
                self.refuse(
                    node.at,
                    format!("{what} is a list, here is {}", node.kind()),
                    "write `[a, b]` or lines beginning with `- `",
                );
                &[]
            }
        }
    }

    /// A required key of a map. `hint` says what to write.
    pub fn required<'a>(&mut self, fields: &Fields<'a>, key: &str, hint: &str) -> Option<&'a Node> {
        let found = fields.get(key);
        let slip = self
            .slips
            .iter()
            .any(|(at, near)| *at == fields.at && near == key);
        if found.is_none() && !slip {
            let at = fields.place(key);
            self.refuse(at, format!("`{key}` is missing"), hint);
        }
        found
    }

    /// A required text.
    pub fn required_text(&mut self, fields: &Fields<'_>, key: &str, hint: &str) -> Option<String> {
        let node = self.required(fields, key, hint)?;
        self.text(node)
    }

    /// A required value of a type that reads itself.
    pub fn required_value<T: FromStr>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        hint: &str,
    ) -> Option<T>
    where
        T::Err: Display,
    {
        let node = self.required(fields, key, hint)?;
        self.value(node)
    }

    /// The items of a list that may be left out.
    pub fn listed<'a>(&mut self, fields: &Fields<'a>, key: &str) -> &'a [Node] {
        match fields.get(key) {
            Some(node) => self.list(node, &format!("`{key}`")),
            None => &[],
        }
    }

    /// Values of a list that may be left out, each with its place; one given twice is a defect.
    pub fn set<T: FromStr + PartialEq + Display>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
    ) -> Vec<Placed<T>>
    where
        T::Err: Display,
    {
        let mut out: Vec<Placed<T>> = Vec::new();
        for node in self.listed(fields, key) {
            let Some(value) = self.value::<T>(node) else {
                continue;
            };
            if let Some(first) = out.iter().find(|p| p.value == value) {
                let hint = format!("the first is on line {}; keep one", first.at.line);
                self.refuse(node.at, format!("`{value}` is given twice"), hint);
            }
            out.push(Placed { value, at: node.at });
        }
        out
    }

    /// A text, not empty.
    pub fn text(&mut self, node: &Node) -> Option<String> {
        match node.as_text() {
            Some(text) if !text.trim().is_empty() => Some(text.to_owned()),
            _ => {
                self.refuse(
                    node.at,
                    format!("a text is needed, here is {}", node.kind()),
                    "write the text, in quotes if it has `: ` or `#`",
                );
                None
            }
        }
    }

    /// A value of a type that reads itself; its error says what is wrong and, after `; `, what was meant.
    pub fn value<T: FromStr>(&mut self, node: &Node) -> Option<T>
    where
        T::Err: Display,
    {
        let text = self.text(node)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(node.at, &error);
                None
            }
        }
    }

    /// A list of values of a type that reads itself.
    pub fn values<T: FromStr>(&mut self, node: &Node, what: &str) -> Vec<T>
    where
        T::Err: Display,
    {
        self.list(node, what)
            .iter()
            .filter_map(|item| self.value(item))
            .collect()
    }

    /// A whole number.
    pub fn int(&mut self, node: &Node) -> Option<i64> {
        let text = self.text(node)?;
        let number = text.parse().ok();
        if number.is_none() {
            self.refuse(
                node.at,
                format!("`{text}` is not a whole number"),
                "write digits only, like `5`",
            );
        }
        number
    }

    /// A whole number between two bounds, both allowed.
    pub fn number(&mut self, node: &Node, low: u32, high: u32) -> Option<u32> {
        let number = self.int(node)?;
        let inside = u32::try_from(number)
            .ok()
            .filter(|n| (low..=high).contains(n));
        if inside.is_none() {
            let hint = format!("write a number from {low} to {high}");
            self.refuse(node.at, format!("`{number}` is out of bounds"), hint);
        }
        inside
    }

    /// `true` or `false`; `yes` and `on` are text.
    pub fn bool(&mut self, node: &Node) -> Option<bool> {
        let text = self.text(node)?;
        match text.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            other => {
                let hint = match other.to_lowercase().as_str() {
                    "yes" | "on" | "true" | "y" => "did you mean `true`?",
                    "no" | "off" | "false" | "n" => "did you mean `false`?",
                    _ => "write `true` or `false`",
                };
                self.refuse(
                    node.at,
                    format!("`{other}` is neither true nor false"),
                    hint,
                );
                None
            }
        }
    }

    /// One of a few words.
    pub fn one_of<'w>(&mut self, node: &Node, words: &[&'w str]) -> Option<&'w str> {
        let text = self.text(node)?;
        let found = words.iter().copied().find(|w| *w == text);
        if found.is_none() {
            let hint = match nearest(&text, words.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of {}", words.join(", ")),
            };
            self.refuse(node.at, format!("`{text}` is not known here"), hint);
        }
        found
    }

    /// Notes an error whose message is `what is wrong; what was meant`.
    pub fn wrong(&mut self, at: Place, error: &dyn Display) {
        let message = error.to_string();
        match message.split_once("; ") {
            Some((what, hint)) => self.refuse(at, what, hint),
            None => self.found.push(Diagnostic::new(
                self.file.clone(),
                at.line,
                at.column,
                message,
            )),
        }
    }
}
