//! A control file cut into front matter, prose and fenced blocks, each with its place.

use crate::model::diagnostic::Diagnostic;

/// A control file in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<'a> {
    /// YAML between the two `---` lines, padded with empty lines so that its places are those of the file.
    pub front: String,
    /// Everything that is neither front matter nor a block of ours.
    pub prose: String,
    /// Fenced blocks that name a test, a fixture or a verdict.
    pub blocks: Vec<Block<'a>>,
}

/// What a fenced block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// `test=ID`
    Test,
    /// `fixture=NAME`
    Fixture,
    /// `verdict=NAME`
    Verdict,
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'a> {
    /// `yaml`, `sql` or `text`.
    pub language: &'a str,
    /// What it is.
    pub kind: BlockKind,
    /// The name after `=`.
    pub name: &'a str,
    /// Further words of the heading.
    pub words: Vec<&'a str>,
    /// Line of the heading, from 1.
    pub line: u32,
    /// Its lines.
    pub body: String,
}

impl Block<'_> {
    /// The body padded with empty lines so that its places are those of the file.
    #[must_use]
    pub fn padded(&self) -> String {
        padded(self.line, &self.body)
    }

    /// The value of a further word `key=value` of the heading.
    #[must_use]
    pub fn word(&self, key: &str) -> Option<&str> {
        self.words
            .iter()
            .find_map(|w| w.strip_prefix(key).and_then(|rest| rest.strip_prefix('=')))
    }
}

fn padded(lines: u32, text: &str) -> String {
    let mut out = "\n".repeat(usize::try_from(lines).unwrap_or(0));
    out.push_str(text);
    out
}

/// Cuts a control file.
///
/// # Errors
/// No front matter; a block that is not closed or has no name.
pub fn cut<'a>(file: &str, text: &'a str) -> Result<Parts<'a>, Diagnostic> {
    let mut lines = (1_u32..).zip(text.lines());
    if lines.next().map(|(_, l)| l.trim_end()) != Some("---") {
        return Err(
            Diagnostic::new(file, 1, 1, "a control file begins with front matter")
                .hint("first line `---`, then YAML, then `---`"),
        );
    }
    let mut front = String::new();
    let mut closed = false;
    for (_, line) in lines.by_ref() {
        if line.trim_end() == "---" {
            closed = true;
            break;
        }
        front.push_str(line);
        front.push('\n');
    }
    if !closed {
        return Err(
            Diagnostic::new(file, 1, 1, "the front matter is not closed")
                .hint("end it with a line `---`"),
        );
    }
    let mut parts = Parts {
        front: padded(1, &front),
        prose: String::new(),
        blocks: Vec::new(),
    };
    body(file, &mut lines, &mut parts)?;
    parts.prose = parts.prose.trim().to_owned();
    Ok(parts)
}

fn body<'a>(
    file: &str,
    lines: &mut impl Iterator<Item = (u32, &'a str)>,
    parts: &mut Parts<'a>,
) -> Result<(), Diagnostic> {
    while let Some((number, line)) = lines.next() {
        let Some(heading) = line.strip_prefix("```") else {
            parts.prose.push_str(line);
            parts.prose.push('\n');
            continue;
        };
        let mut text = String::new();
        let mut closed = false;
        for (_, inner) in lines.by_ref() {
            if inner.trim_end() == "```" {
                closed = true;
                break;
            }
            text.push_str(inner);
            text.push('\n');
        }
        if !closed {
            return Err(Diagnostic::new(file, number, 1, "this block is not closed")
                .hint("end it with a line ```"));
        }
        match named(file, number, heading)? {
            Some(mut block) => {
                block.body = text;
                parts.blocks.push(block);
            }
            None => parts.prose.push_str(&format!("{line}\n{text}```\n")),
        }
    }
    Ok(())
}

/// A heading like `yaml fixture=stale_approval lookalike`; `None` for a block of prose.
fn named<'a>(file: &str, line: u32, heading: &'a str) -> Result<Option<Block<'a>>, Diagnostic> {
    let mut words = heading.split_whitespace();
    let Some(language) = words.next() else {
        return Ok(None);
    };
    let Some(first) = words.next() else {
        return Ok(None);
    };
    let Some((kind, name)) = first.split_once('=') else {
        return Ok(None);
    };
    let kind = match kind {
        "test" => BlockKind::Test,
        "fixture" => BlockKind::Fixture,
        "verdict" => BlockKind::Verdict,
        other => {
            return Err(
                Diagnostic::new(file, line, 1, format!("a block cannot be a `{other}`"))
                    .hint("one of: test, fixture, verdict"),
            );
        }
    };
    let fits = match kind {
        BlockKind::Test => ["yaml", "sql"].contains(&language),
        BlockKind::Fixture => ["yaml", "text"].contains(&language),
        BlockKind::Verdict => language == "text",
    };
    if !fits {
        let what = format!("`{first}` cannot be written in `{language}`");
        return Err(Diagnostic::new(file, line, 1, what)
            .hint("tests are yaml or sql, fixtures yaml or text, verdicts text"));
    }
    Ok(Some(Block {
        language,
        kind,
        name,
        words: words.collect(),
        line,
        body: String::new(),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn a_file_is_cut_with_places() {
        let parts = cut(
            "a.md",
            "---\nid: X\n---\nWhy.\n\n```yaml test=A.b\nx: 1\n```\n```rust\nfn\n```\n",
        )
        .unwrap();
        assert_eq!(parts.front, "\nid: X\n");
        assert_eq!(parts.prose, "Why.\n\n```rust\nfn\n```");
        assert_eq!(
            (
                parts.blocks[0].name,
                parts.blocks[0].line,
                parts.blocks[0].body.as_str()
            ),
            ("A.b", 6, "x: 1\n")
        );
        assert!(
            parts.blocks[0]
                .padded()
                .lines()
                .nth(6)
                .unwrap()
                .starts_with("x:")
        );
    }

    #[test]
    fn an_open_block_is_refused_at_its_heading() {
        let error = cut("a.md", "---\n---\n\n```text verdict=x\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.md:4:1: this block is not closed; end it with a line ```"
        );
    }
}
