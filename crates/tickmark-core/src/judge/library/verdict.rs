//! The verdict a fixture must get: one line an item.

use crate::{
    judge::outcome::{ItemStatus, ResultKind},
    model::{diagnostic::Diagnostic, ids::TestId},
};

use super::markdown::Block;

/// What one test must say about one fixture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Test.
    pub test: TestId,
    /// Line of its heading.
    pub line: u32,
    /// Lines, one an item.
    pub lines: Vec<VerdictLine>,
    /// The result of the whole test, if the verdict names it (`result unable_to_test`).
    pub result: Option<ResultKind>,
}

/// `item result letters reasons`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictLine {
    /// Item; `/` inside a key column may stand unescaped.
    pub item: String,
    /// Status.
    pub status: ItemStatus,
    /// One letter an attribute: `t f ? -`.
    pub letters: String,
    /// `A:code`, sorted.
    pub reasons: Vec<String>,
    /// Line in the file.
    pub line: u32,
}

pub(super) fn parse(
    file: &str,
    block: &Block<'_>,
    tests: &[TestId],
) -> Result<Verdict, Diagnostic> {
    let test = match (block.word("test"), tests) {
        (Some(id), _) => tests.iter().find(|t| t.as_str() == id).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    };
    let Some(test) = test else {
        return Err(Diagnostic::new(
            file,
            block.line,
            1,
            format!("which test does the verdict `{}` belong to?", block.name),
        )
        .hint("write `test=ID` in its heading, with a test of this file"));
    };
    let mut verdict = Verdict {
        test,
        line: block.line,
        lines: Vec::new(),
        result: None,
    };
    for (number, line) in (block.line + 1..).zip(block.body.lines()) {
        let line = line.trim();
        if let Some(result) = line.strip_prefix("result ") {
            let kinds = [
                ResultKind::NoDeviation,
                ResultKind::Deviation,
                ResultKind::DidNotOperate,
                ResultKind::UnableToTest,
            ];
            verdict.result = kinds.into_iter().find(|k| k.name() == result.trim());
            if verdict.result.is_none() {
                return Err(Diagnostic::new(
                    file,
                    number,
                    1,
                    format!("`{result}` is not a result"),
                )
                .hint("one of: no_deviation, deviation, did_not_operate, unable_to_test"));
            }
        } else if !line.is_empty() {
            verdict.lines.push(item(file, number, line)?);
        }
    }
    Ok(verdict)
}

fn item(file: &str, number: u32, line: &str) -> Result<VerdictLine, Diagnostic> {
    let wrong = |what: &str| {
        Diagnostic::new(file, number, 1, what.to_owned())
            .hint("a line is `item result letters reasons`")
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    // An item may contain blanks: the result is the first word after it that is a status.
    let found = words
        .iter()
        .enumerate()
        .skip(1)
        .find_map(|(i, w)| ItemStatus::parse(w).map(|s| (i, s)));
    let Some((at, status)) = found else {
        return Err(wrong(
            "no result: pass, deviation, unknown, not_applicable or pending",
        ));
    };
    let (item, rest) = words.split_at(at);
    let mut rest = rest.iter().skip(1);
    let letters = rest.next().ok_or_else(|| wrong("no letters"))?;
    if !letters.chars().all(|c| matches!(c, 't' | 'f' | '?' | '-')) {
        return Err(wrong(&format!(
            "`{letters}` are not letters of attributes (t f ? -)"
        )));
    }
    let mut reasons: Vec<String> = rest.map(|r| (*r).to_owned()).collect();
    reasons.sort_unstable();
    Ok(VerdictLine {
        item: item.join(" "),
        status,
        letters: (*letters).to_owned(),
        reasons,
        line: number,
    })
}
