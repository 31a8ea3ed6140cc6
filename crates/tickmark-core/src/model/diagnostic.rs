//! What is wrong with an input, where, and what was probably meant.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

/// One defect of one document. Prints as `file:line:column: what is wrong; what was probably meant`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Path as the person gave it, relative to the program directory.
    pub file: String,
    /// Line, from 1; 0 if the defect has no place in the file.
    pub line: u32,
    /// Column in characters, from 1; 0 if the defect has no place in the file.
    pub column: u32,
    /// What is wrong, lower case, no full stop.
    pub what: String,
    /// What was probably meant, or what to do.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A defect at a place.
    pub fn new(file: impl Into<String>, line: u32, column: u32, what: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line,
            column,
            what: what.into(),
            hint: None,
        }
    }

    /// The same defect with what was probably meant.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        on_one_line(f, &self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        f.write_str(": ")?;
        on_one_line(f, &self.what)?;
        match &self.hint {
            Some(hint) => {
                f.write_str("; ")?;
                on_one_line(f, hint)
            }
            None => Ok(()),
        }
    }
}

/// Writes control characters as escapes: a defect is one line, and what a document repeats cannot steer a terminal.
fn on_one_line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    text.chars().try_for_each(|c| match c.is_control() {
        true => write!(f, "{}", c.escape_default()),
        false => f.write_char(c),
    })
}

impl std::error::Error for Diagnostic {}

/// The candidate nearest to `given`, if near enough to be what was meant (at most a third of its characters differ).
#[must_use]
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = given.chars().count();
    let limit = length.max(3) / 3;
    let given = given.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        // Comparing costs the product of the lengths: whole files come here when a quote is missing.
        .filter(|c| c.chars().count().abs_diff(length) <= limit)
        .map(|c| (distance(&given, &c.to_lowercase().replace('-', "_")), c))
        .filter(|(d, _)| *d <= limit)
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

/// Levenshtein distance in characters, a swap of two neighbours counting as one.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let at = |r: &[usize], k: usize| r.get(k).copied().unwrap_or(usize::MAX / 2);
            let mut d = (at(&row, j) + usize::from(ca != cb))
                .min(at(&row, j + 1) + 1)
                .min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(cb) && b.get(j - 1) == Some(ca);
            if swapped {
                d = d.min(at(&before, j - 1) + 1);
            }
            next.push(d);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_place_defect_and_hint() {
        let d =
            Diagnostic::new("a.yaml", 3, 5, "unknown key `onwer`").hint("did you mean `owner`?");
        assert_eq!(
            d.to_string(),
            "a.yaml:3:5: unknown key `onwer`; did you mean `owner`?"
        );
        assert_eq!(
            Diagnostic::new("a.yaml", 0, 0, "not UTF-8").to_string(),
            "a.yaml: not UTF-8"
        );
    }

    #[test]
    fn a_defect_is_one_line_whatever_the_document_says() {
        let d = Diagnostic::new("a\n.yaml", 1, 1, "unknown key `\u{1b}[2Ja\nb`").hint("\tx\u{85}");
        assert_eq!(
            d.to_string(),
            "a\\n.yaml:1:1: unknown key `\\u{1b}[2Ja\\nb`; \\tx\\u{85}"
        );
    }

    #[test]
    fn a_text_as_long_as_a_file_is_near_to_nothing() {
        let long = "a".repeat(4 << 20);
        assert_eq!(nearest(&long, ["owner", "America/New_York"]), None);
    }

    #[test]
    fn nearest_offers_slips_and_nothing_else() {
        assert_eq!(nearest("onwer", ["owner", "scope"]), Some("owner"));
        assert_eq!(
            nearest("approved-by", ["approved_by", "approved_on"]),
            Some("approved_by")
        );
        assert_eq!(nearest("colour", ["owner", "scope"]), None);
    }
}
