use crate::model::diagnostic::Diagnostic;
use crate::model::yaml::{self, Node, Place, Reader};

/// A Markdown file cut into its front matter and its prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrontMatter<'a> {
    /// The YAML between the two `---` lines.
    pub yaml: &'a str,
    /// Line of the file on which the YAML begins.
    pub yaml_line: u32,
    /// What follows.
    pub prose: &'a str,
    /// Line of the file on which the prose begins.
    pub prose_line: u32,
}

/// Cuts a Markdown file that begins with `---`.
///
/// # Errors
/// No front matter, or one that does not end.
pub fn split_front_matter<'a>(file: &str, text: &'a str) -> Result<FrontMatter<'a>, Diagnostic> {
    let missing = || {
        Diagnostic::new(file, 1, 1, "front matter is missing")
            .hint("begin the file with `---`, the keys, and `---` again")
    };
    let first = text
        .split_inclusive('\n')
        .next()
        .filter(|line| line.trim_end() == "---")
        .ok_or_else(missing)?;
    let rest = text.get(first.len()..).unwrap_or_default();
    let (mut at, mut line) = (0, 2);
    for current in rest.split_inclusive('\n') {
        let after = at + current.len();
        if current.trim_end() == "---" {
            let (yaml, prose) = (
                rest.get(..at).unwrap_or_default(),
                rest.get(after..).unwrap_or_default(),
            );
            return Ok(FrontMatter {
                yaml,
                yaml_line: 2,
                prose,
                prose_line: line + 1,
            });
        }
        (at, line) = (after, line + 1);
    }
    Err(Diagnostic::new(file, 1, 1, "front matter does not end").hint("close it with a line `---`"))
}

/// The front matter as a tree, and what follows it. Defects are noted.
pub(super) fn read_front<'a>(
    reader: &mut Reader,
    text: &'a str,
) -> Option<(Node, FrontMatter<'a>)> {
    let file = reader.file().to_owned();
    let parsed = split_front_matter(&file, text).and_then(|front| {
        yaml::parse(&file, front.yaml, front.yaml_line).map(|node| (node, front))
    });
    parsed.map_err(|diagnostic| reader.note(diagnostic)).ok()
}

/// A document whose prose is the matter itself is refused without it.
pub(super) fn refuse_without_prose(reader: &mut Reader, front: &FrontMatter<'_>, what: &str) {
    if front.prose.trim().is_empty() {
        let at = Place {
            line: front.prose_line,
            column: 1,
        };
        reader.refuse(
            at,
            format!("{what} has no text"),
            "write it below the second `---`",
        );
    }
}
