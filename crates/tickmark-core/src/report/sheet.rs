//! Sheets of the workbook as typed cells: text or a number with its evidence, never a formula.

use serde::{Deserialize, Serialize};

use super::figure::Figure;

/// One sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Tab (at most 31 characters).
    pub name: String,
    /// What it shows, first line of the sheet.
    pub title: String,
    /// Columns: head and width in characters.
    pub columns: Vec<(String, u16)>,
    /// Rows.
    pub rows: Vec<Vec<Datum>>,
}

impl Sheet {
    /// An empty sheet.
    #[must_use]
    pub fn new(name: &str, title: &str, columns: &[(&str, u16)]) -> Self {
        let columns = columns
            .iter()
            .map(|&(head, width)| (head.to_owned(), width))
            .collect();
        Self {
            name: name.into(),
            title: title.into(),
            columns,
            rows: Vec::new(),
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// Nothing; also the auditor's columns, which management never fills (INV-R2).
    Empty,
    /// Text; a leading `=` or `@` stays text.
    Text(String),
    /// A number.
    Number(Figure),
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.to_owned())
        }
    }
}

impl From<String> for Datum {
    fn from(text: String) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }
}

impl From<Figure> for Datum {
    fn from(figure: Figure) -> Self {
        Self::Number(figure)
    }
}
