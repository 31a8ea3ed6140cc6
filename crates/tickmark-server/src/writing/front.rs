//! Front matter, written so that whatever was typed stays the text it was.

use std::fmt::Write as _;

/// A text between double quotes, as YAML reads it back.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // What a reader of YAML refuses or takes for the end of a line when it stands there itself.
            c if c.is_control()
                || matches!(
                    c,
                    '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
                ) =>
            {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Keys in order; an empty value is left out, so that the engine says what is missing and where.
#[derive(Default)]
pub(super) struct Front(String);

impl Front {
    /// A text.
    pub(super) fn text(mut self, key: &str, value: &str) -> Self {
        let value = value.trim();
        if !value.is_empty() {
            let _ = writeln!(self.0, "{key}: {}", quoted(value));
        }
        self
    }

    /// A word, a day or a number: without quotes where it needs none, as people would write it.
    pub(super) fn word(mut self, key: &str, value: &str) -> Self {
        let value = value.trim();
        if !value.is_empty() {
            let _ = writeln!(self.0, "{key}: {}", word(value));
        }
        self
    }

    /// A list.
    pub(super) fn list<'a>(mut self, key: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<String> = values.into_iter().map(word).collect();
        if !values.is_empty() {
            let _ = writeln!(self.0, "{key}: [{}]", values.join(", "));
        }
        self
    }

    /// Several values under one key: `{likelihood: 3, impact: 4}`.
    pub(super) fn group(mut self, key: &str, values: &[(&str, String)]) -> Self {
        let known: Vec<String> = values
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        if !known.is_empty() {
            let _ = writeln!(self.0, "{key}: {{{}}}", known.join(", "));
        }
        self
    }

    /// The document: the keys between two lines `---`, then the prose.
    pub(super) fn document(self, prose: &str) -> String {
        let prose = super::as_document(prose.trim());
        format!("---\n{}---\n{prose}", self.0)
    }
}

/// A plain scalar where it is certain to be read as itself, otherwise in quotes.
pub(super) fn word(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let begins = value.starts_with(|c: char| c.is_ascii_alphanumeric());
    // `null` alone would be read as nothing.
    if begins && value.chars().all(plain) && value != "null" {
        value.to_owned()
    } else {
        quoted(value)
    }
}

/// Names between commas or blanks.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|part| !part.is_empty())
}

/// Texts between commas.
pub(super) fn phrases(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}
