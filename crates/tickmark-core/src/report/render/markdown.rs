//! Markdown: what a pull request or a terminal shows, and what tests compare.

use std::fmt::Write as _;

use crate::report::document::{Align, Block, Report, Section, Span, Table, Tone};

use super::plain;

/// The report as Markdown. Evidence text is escaped and shows literally.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut out = format!("# {}\n\n", escaped(&report.title));
    for line in &report.subtitle {
        let _ = writeln!(out, "{}  ", escaped(line));
    }
    let _ = write!(
        out,
        "\n> {}. {}.\n\n",
        escaped(&report.notice),
        capital(&report.anchor)
    );
    for (label, value) in &report.facts {
        let _ = writeln!(out, "- {}: {}", escaped(label), escaped(value));
    }
    for section in &report.sections {
        one(section, &mut out);
    }
    let _ = write!(
        out,
        "\n---\n{}. {}.\n",
        escaped(&report.notice),
        capital(&report.anchor)
    );
    out
}

fn one(section: &Section, out: &mut String) {
    let dash = if section.label.is_empty() { "" } else { ": " };
    let _ = write!(
        out,
        "\n## {}{dash}{}\n",
        section.label,
        escaped(&section.title)
    );
    if !section.author.is_empty() {
        let _ = write!(out, "\n*{}*\n", escaped(&section.author));
    }
    for block in &section.blocks {
        out.push('\n');
        write_block(block, out);
    }
}

fn write_block(block: &Block, out: &mut String) {
    match block {
        Block::Heading { level, text } => {
            let _ = writeln!(
                out,
                "{} {}",
                "#".repeat(usize::from(*level) + 1),
                escaped(text)
            );
        }
        Block::Paragraph { spans } => {
            let _ = writeln!(out, "{}", line(spans, false));
        }
        Block::List { numbered, items } => {
            for (number, item) in (1..).zip(items) {
                let mark = if *numbered {
                    format!("{number}.")
                } else {
                    "-".into()
                };
                let _ = writeln!(out, "{mark} {}", line(item, false));
            }
        }
        Block::Table(table) => write_table(table, out),
        Block::Notice { tone, title, items } => {
            let mark = if *tone == Tone::Attention { "! " } else { "" };
            let _ = writeln!(out, "> {mark}**{}**", escaped(title));
            for item in items {
                let _ = writeln!(out, "> - {}", line(item, false));
            }
        }
        Block::Blanks { labels } => {
            for label in labels {
                let _ = writeln!(out, "{}: ______________________________  ", escaped(label));
            }
        }
        Block::Reserved { text } => {
            let _ = writeln!(out, "> {}", escaped(text));
        }
        Block::Facts { pairs } => {
            for (label, value) in pairs {
                let _ = writeln!(out, "- {}: {}", escaped(label), line(value, false));
            }
        }
    }
}

fn write_table(table: &Table, out: &mut String) {
    if !table.caption.is_empty() {
        let _ = write!(out, "*{}*\n\n", escaped(&table.caption));
    }
    let heads: Vec<String> = table
        .columns
        .iter()
        .map(|column| escaped(&column.title.replace('\u{ad}', "")))
        .collect();
    let _ = writeln!(out, "| {} |", heads.join(" | "));
    let rule: Vec<&str> = table
        .columns
        .iter()
        .map(|column| match column.align {
            Align::Left => "---",
            Align::Right => "--:",
            Align::Center => ":-:",
        })
        .collect();
    let _ = writeln!(out, "|{}|", rule.join("|"));
    for row in &table.rows {
        let mut cells: Vec<String> = row.cells.iter().map(|cell| line(cell, true)).collect();
        cells.resize(table.columns.len(), String::new());
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    if !table.note.is_empty() {
        let _ = write!(out, "\n{}\n", escaped(&table.note));
    }
}

fn line(spans: &[Span], in_table: bool) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Strong { text } => format!("**{}**", escaped(text)),
            Span::Code { text } => code(text),
            other => escaped(&plain(other, in_table)),
        })
        .collect()
}

/// Code marks longer than any run inside, and no line or cell ends in it.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let flat: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .replace('|', "\\|");
    let longest = flat.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let mark = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{mark}{space}{flat}{space}{mark}")
}

/// Characters that Markdown or HTML would act upon are escaped; line ends become spaces.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
