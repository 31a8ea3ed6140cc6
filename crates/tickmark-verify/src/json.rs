//! Writing JSON; this program reads none.

use std::fmt::Write as _;

/// A value.
pub enum Json {
    /// Whole number.
    Number(u64),
    /// true or false.
    Bool(bool),
    /// null.
    Null,
    /// Text.
    Text(String),
    /// List.
    List(Vec<Json>),
    /// Pairs in the given order.
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    /// Text from anything that prints.
    pub fn text(value: impl std::fmt::Display) -> Self {
        Self::Text(value.to_string())
    }

    /// A list of texts.
    pub fn texts<T: std::fmt::Display>(values: &[T]) -> Self {
        Self::List(values.iter().map(Self::text).collect())
    }

    /// One line with its line feed.
    pub fn line(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out.push('\n');
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Number(number) => {
                // Writing to a string does not fail.
                let _ = write!(out, "{number}");
            }
            Self::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
            Self::Null => out.push_str("null"),
            Self::Text(text) => quote(text, out),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(pairs) => {
                out.push('{');
                for (at, (key, value)) in pairs.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    quote(key, out);
                    out.push_str(": ");
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn text_is_escaped() {
        let value = Json::Object(vec![
            ("a", Json::text("\"\\\n\u{1}é")),
            ("b", Json::List(vec![Json::Number(1)])),
        ]);
        assert_eq!(
            value.line(),
            "{\"a\": \"\\\"\\\\\\n\\u0001é\", \"b\": [1]}\n"
        );
    }
}
