//! Management's Markdown as blocks: headings, paragraphs, lists, tables, bold and code. Anything else is shown literally.

use super::document::{Align, Block, Span, Table};

/// Reads Markdown; its first heading level becomes `top`. Comments (`<!-- … -->`) and front matter are left out.
pub fn blocks(markdown: &str, top: u8) -> Vec<Block> {
    let text = without_comments(without_front_matter(markdown));
    let shallowest = text
        .lines()
        .filter_map(heading)
        .map(|(level, _)| level)
        .min()
        .unwrap_or(1);
    let mut reader = Reader {
        top,
        shallowest,
        out: Vec::new(),
        paragraph: String::new(),
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        rest = reader.line(line, after);
    }
    reader.flush();
    reader.out
}

/// The level and text of a heading line.
pub fn heading(line: &str) -> Option<(u8, &str)> {
    let hashes = line.bytes().take_while(|b| *b == b'#').count();
    let text = line.get(hashes..)?;
    let level = u8::try_from(hashes).ok()?;
    ((1..=6).contains(&level) && text.starts_with(' '))
        .then(|| (level, text.trim().trim_end_matches('#').trim_end()))
}

struct Reader {
    top: u8,
    shallowest: u8,
    out: Vec<Block>,
    paragraph: String,
}

impl Reader {
    /// Takes one line and returns what is left after it (lists, tables and fences take more than one).
    fn line<'a>(&mut self, line: &'a str, after: &'a [&'a str]) -> &'a [&'a str] {
        if let Some((level, text)) = heading(line) {
            self.flush();
            let level = (self.top + level.saturating_sub(self.shallowest)).min(4);
            self.out.push(Block::Heading {
                level,
                text: text.to_owned(),
            });
            after
        } else if line.trim_start().starts_with("```") {
            self.flush();
            self.fence(after)
        } else if entry(line).is_some() {
            self.flush();
            self.list(line, after)
        } else if line.trim_start().starts_with('|') {
            self.flush();
            self.table(line, after)
        } else if line.trim().is_empty() {
            self.flush();
            after
        } else {
            if !self.paragraph.is_empty() {
                self.paragraph.push(' ');
            }
            self.paragraph.push_str(line.trim());
            after
        }
    }

    fn flush(&mut self) {
        if !self.paragraph.is_empty() {
            let spans = spans(&std::mem::take(&mut self.paragraph));
            self.out.push(Block::Paragraph { spans });
        }
    }

    fn fence<'a>(&mut self, after: &'a [&'a str]) -> &'a [&'a str] {
        let end = after
            .iter()
            .position(|line| line.trim_start().starts_with("```"))
            .unwrap_or(after.len());
        for line in after.iter().take(end) {
            self.out.push(Block::Paragraph {
                spans: vec![Span::code(*line)],
            });
        }
        after.get(end + 1..).unwrap_or_default()
    }

    fn list<'a>(&mut self, line: &'a str, after: &'a [&'a str]) -> &'a [&'a str] {
        let numbered = line.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let mut texts: Vec<String> = entry(line).map(str::to_owned).into_iter().collect();
        let mut taken = 0;
        for next in after {
            if let Some(text) = entry(next) {
                texts.push(text.to_owned());
            } else if next.starts_with(' ') && !next.trim().is_empty() {
                if let Some(last) = texts.last_mut() {
                    last.push(' ');
                    last.push_str(next.trim());
                }
            } else {
                break;
            }
            taken += 1;
        }
        self.out.push(Block::List {
            numbered,
            items: texts.iter().map(|text| spans(text)).collect(),
        });
        after.get(taken..).unwrap_or_default()
    }

    fn table<'a>(&mut self, line: &'a str, after: &'a [&'a str]) -> &'a [&'a str] {
        let taken = after
            .iter()
            .take_while(|next| next.trim_start().starts_with('|'))
            .count();
        let head = cells(line);
        let columns: Vec<(&str, u8, Align)> =
            head.iter().map(|title| (*title, 1, Align::Left)).collect();
        let mut table = Table::new("", &columns);
        for row in after.iter().take(taken) {
            let mut row = cells(row);
            if row
                .iter()
                .all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | ' ')))
            {
                continue;
            }
            row.resize(head.len(), "");
            table.row(row.into_iter().map(spans).collect());
        }
        self.out.push(Block::Table(table));
        after.get(taken..).unwrap_or_default()
    }
}

/// The text of a list entry.
fn entry(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(text.trim());
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let text = line.get(digits..)?;
    (1..=3)
        .contains(&digits)
        .then(|| text.strip_prefix(". "))
        .flatten()
        .map(str::trim)
}

fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    line.strip_suffix('|')
        .unwrap_or(line)
        .split('|')
        .map(str::trim)
        .collect()
}

/// Bold and code of one paragraph; unpaired marks stay as they are.
pub fn spans(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let marked = [("**", true), ("`", false)]
            .into_iter()
            .find_map(|(mark, strong)| {
                let inner = rest.strip_prefix(mark)?;
                let end = inner.find(mark).filter(|end| *end > 0)?;
                Some((inner.get(..end)?, inner.get(end + mark.len()..)?, strong))
            });
        if let Some((inner, after, strong)) = marked {
            if !plain.is_empty() {
                out.push(Span::text(std::mem::take(&mut plain)));
            }
            out.push(if strong {
                Span::strong(inner)
            } else {
                Span::code(inner)
            });
            rest = after;
        } else {
            plain.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    if !plain.is_empty() {
        out.push(Span::text(plain));
    }
    out
}

fn without_front_matter(text: &str) -> &str {
    let Some(inner) = text.strip_prefix("---\n") else {
        return text;
    };
    inner
        .find("\n---\n")
        .and_then(|end| inner.get(end + 5..))
        .unwrap_or(text)
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_spans_and_strays_stay() {
        assert_eq!(
            spans("**Acme** runs `api` *fast* ** and #eval(`"),
            vec![
                Span::strong("Acme"),
                Span::text(" runs "),
                Span::code("api"),
                Span::text(" *fast* ** and #eval(`"),
            ]
        );
    }

    #[test]
    fn lists_tables_headings_and_comments() {
        let read = blocks(
            "---\nid: x\n---\n# DC1\nOne\ntwo\n<!-- hidden -->\n- a\n  more\n- b\n\n| k | v |\n|---|---|\n| 1 | 2 |\n## Deep",
            2,
        );
        let kinds: Vec<&str> = read
            .iter()
            .map(|block| match block {
                Block::Heading { level: 2, .. } => "h2",
                Block::Heading { level: 3, .. } => "h3",
                Block::Paragraph { .. } => "p",
                Block::List { .. } => "list",
                Block::Table(_) => "table",
                _ => "other",
            })
            .collect();
        assert_eq!(kinds, ["h2", "p", "list", "table", "h3"]);
        assert!(!format!("{read:?}").contains("hidden"));
    }
}
