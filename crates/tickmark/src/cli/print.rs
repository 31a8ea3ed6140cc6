//! How results reach a person or a program: JSON and CSV alone on standard output, everything else beside it.

use std::io::{IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressStyle};
use tickmark::watching::Watcher;

use super::args::Format;

/// Where and how to print.
#[derive(Clone, Copy)]
pub struct Printer {
    format: Format,
    quiet: bool,
    color: bool,
}

impl Printer {
    /// A printer for this invocation; colours only on a terminal that wants them.
    pub fn new(format: Format, quiet: bool, no_color: bool, no_color_set: bool) -> Self {
        let color = !no_color && !no_color_set && std::io::stdout().is_terminal();
        Self {
            format,
            quiet,
            color,
        }
    }

    /// The chosen format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Prints one JSON document.
    pub fn json(&self, value: &serde_json::Value) {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        self.line(&text);
    }

    /// Prints a line to standard output. A closed pipe is the reader's choice, not an error.
    pub fn line(&self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// Says something to the person, on standard error, unless asked to be quiet.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
    }

    /// A progress line on standard error: only on a terminal, only for whoever did not ask to be quiet, and gone when it is dropped.
    pub fn progress(&self) -> Progress {
        Progress {
            quiet: self.quiet,
            bar: None,
            begun: std::time::Instant::now(),
        }
    }

    /// Prints rows as a table for people or as CSV, by the chosen format.
    pub fn table(&self, head: &[&str], rows: &[Vec<String>]) {
        if self.format == Format::Csv {
            self.line(&csv_line(head.iter().copied()));
            for row in rows {
                self.line(&csv_line(row.iter().map(String::as_str)));
            }
            return;
        }
        let widths: Vec<usize> = (0..head.len())
            .map(|i| {
                let cells = rows
                    .iter()
                    .filter_map(|r| r.get(i))
                    .map(|c| c.chars().count());
                cells
                    .chain(head.get(i).map(|h| h.chars().count()))
                    .max()
                    .unwrap_or_default()
            })
            .collect();
        let title = pad(head.iter().copied(), &widths);
        self.line(&if self.color {
            format!("\x1b[1m{title}\x1b[0m")
        } else {
            title
        });
        for row in rows {
            self.line(&pad(row.iter().map(String::as_str), &widths));
        }
    }
}

/// Somebody waits at a terminal.
pub struct Progress {
    quiet: bool,
    bar: Option<ProgressBar>,
    begun: std::time::Instant,
}

impl Progress {
    /// An act whose length is not known.
    pub fn wait(&mut self, what: &str) {
        let shown = !self.quiet && std::io::stderr().is_terminal();
        if shown {
            let bar = ProgressBar::new_spinner().with_message(what.to_owned());
            bar.enable_steady_tick(std::time::Duration::from_millis(120));
            self.bar = Some(bar);
        }
    }
}

impl Watcher for Progress {
    fn say(&mut self, line: &str) {
        if self.quiet {
            return;
        }
        let print = || {
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    fn step(&mut self, what: &str, done: u64, all: u64) {
        let shown = !self.quiet && std::io::stderr().is_terminal();
        // What takes less than a second needs no bar.
        if !shown || self.begun.elapsed() < std::time::Duration::from_secs(1) {
            return;
        }
        let style = || {
            ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar())
        };
        let bar = self
            .bar
            .get_or_insert_with(|| ProgressBar::new(all).with_style(style()));
        bar.set_length(all);
        bar.set_position(done);
        bar.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn pad<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.zip(widths) {
        line.push_str(cell);
        let missing = width.saturating_sub(cell.chars().count()) + 2;
        line.extend(std::iter::repeat_n(' ', missing));
    }
    line.trim_end().to_owned()
}

/// One CSV line; a cell that a spreadsheet would take for a formula is led by an apostrophe.
fn csv_line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(csv_cell).collect();
    cells.join(",")
}

fn csv_cell(cell: &str) -> String {
    let number = cell.parse::<i64>().is_ok();
    let lead = cell
        .trim_start_matches([' ', '\u{a0}', '\u{feff}', '\u{200b}'])
        .chars()
        .next();
    let formula = matches!(
        lead,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    ) && !number;
    let text = if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn a_formula_never_reaches_a_spreadsheet() {
        for cell in [
            "=1+1",
            " =1",
            "+cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "\u{200b}=1",
            "＝1",
        ] {
            assert!(
                csv_cell(cell).trim_start_matches('"').starts_with('\''),
                "{cell:?}"
            );
        }
        assert_eq!(csv_cell("-12"), "-12");
        assert_eq!(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
