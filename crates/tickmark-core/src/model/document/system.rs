use serde::{Deserialize, Serialize};

use crate::model::diagnostic::nearest;
use crate::model::yaml::{Place, Reader};

/// The description criteria whose numbers head the sections of `system.md`.
pub const DESCRIPTION_CRITERIA: [&str; 9] = [
    "DC1", "DC2", "DC3", "DC4", "DC5", "DC6", "DC7", "DC8", "DC9",
];

/// `system.md`: the system description, one section for each description criterion.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct System {
    /// The sections in the order written.
    pub sections: Vec<Section>,
}

/// One section of the system description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// `DC1` to `DC9`.
    pub criterion: String,
    /// The heading after the number.
    pub title: String,
    /// Line of the heading.
    pub line: u32,
    /// The Markdown below it, without the heading.
    pub text: String,
}

impl System {
    /// The criteria without a section, or with an empty one.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        DESCRIPTION_CRITERIA.into_iter().filter(|dc| {
            !self
                .sections
                .iter()
                .any(|s| s.criterion == *dc && !s.text.trim().is_empty())
        })
    }
}

pub(super) fn read(reader: &mut Reader, text: &str) -> Option<System> {
    let mut system = System::default();
    let mut fenced = false;
    for (n, line) in (1u32..).zip(text.lines()) {
        fenced ^= line.trim_start().starts_with("```");
        match heading(line).filter(|_| !fenced) {
            Some((column, criterion, title)) => {
                check(reader, &system, Place { line: n, column }, criterion);
                let section = Section {
                    criterion: criterion.to_owned(),
                    title: title.to_owned(),
                    line: n,
                    text: String::new(),
                };
                system.sections.push(section);
            }
            None => {
                if let Some(section) = system.sections.last_mut() {
                    section.text.push_str(line);
                    section.text.push('\n');
                }
            }
        }
    }
    if system.sections.is_empty() {
        reader.refuse(
            Place { line: 1, column: 1 },
            "no section of a description criterion",
            "head each section like `## DC1 Services provided`",
        );
    }
    Some(system)
}

/// A heading that begins with `DC` and a digit: column of the number, number, title.
fn heading(line: &str) -> Option<(u32, &str, &str)> {
    let text = line.trim_start_matches('#');
    let marks = line.len() - text.len();
    let (number, title) = text
        .trim_start()
        .split_once(char::is_whitespace)
        .unwrap_or((text.trim(), ""));
    let number = number.trim_end_matches([':', '.']);
    let is_dc = (1..=6).contains(&marks)
        && number
            .strip_prefix("DC")
            .is_some_and(|d| d.starts_with(|c: char| c.is_ascii_digit()));
    let column = u32::try_from(marks + 1 + (text.len() - text.trim_start().len())).unwrap_or(1);
    is_dc.then_some((column, number, title.trim()))
}

fn check(reader: &mut Reader, system: &System, at: Place, criterion: &str) {
    if !DESCRIPTION_CRITERIA.contains(&criterion) {
        let hint = match nearest(criterion, DESCRIPTION_CRITERIA) {
            Some(near) => format!("they run from DC1 to DC9; did you mean `{near}`?"),
            None => "they run from DC1 to DC9".to_owned(),
        };
        reader.refuse(
            at,
            format!("`{criterion}` is not a description criterion"),
            hint,
        );
    }
    if let Some(first) = system.sections.iter().find(|s| s.criterion == criterion) {
        reader.refuse(
            at,
            format!("`{criterion}` has two sections"),
            format!("the first is on line {}; join them", first.line),
        );
    }
}
