//! Comma-separated values, strictly as RFC 4180 writes them: what other readers guess at is refused with its line.

/// Most fields of a line.
const MAX_FIELDS: usize = 1_024;

/// One line and where it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Line number in the file, from 1 plus what the reader was given.
    pub line: u64,
    /// Fields without their quotes.
    pub fields: Vec<String>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct CsvError {
    /// Line number.
    pub line: u64,
    /// What is wrong.
    pub why: &'static str,
    /// Where records begin again cannot be known: what follows is lost too.
    pub lost: bool,
}

/// Cuts bytes into lines of fields.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    rest: &'a [u8],
    line: u64,
}

impl<'a> Lines<'a> {
    /// Reads `bytes`, whose first line has number `first`. A byte order mark at the beginning of the file (line 1) is skipped; what
    /// begins a later page is text.
    #[must_use]
    pub fn new(bytes: &'a [u8], first: u64) -> Self {
        let mark = bytes.strip_prefix(b"\xef\xbb\xbf").filter(|_| first == 1);
        Self {
            rest: mark.unwrap_or(bytes),
            line: first,
        }
    }

    /// Number of the line that comes next.
    #[must_use]
    pub fn next_line(&self) -> u64 {
        self.line
    }

    fn cut(&mut self) -> Result<Line, CsvError> {
        let line = self.line;
        let end = record_end(self.rest);
        let (record, rest) = self
            .rest
            .split_at_checked(end.at)
            .unwrap_or((self.rest, &[]));
        self.rest = rest;
        self.line += end.breaks;
        if end.open {
            return Err(CsvError {
                line,
                why: "a quote is opened and never closed",
                lost: true,
            });
        }
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        let refuse = |why| CsvError {
            line,
            why,
            lost: false,
        };
        let text = std::str::from_utf8(record).map_err(|_| refuse("not UTF-8"))?;
        let fields = fields(text).map_err(refuse)?;
        Ok(Line { line, fields })
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<Line, CsvError>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.rest.is_empty()).then(|| self.cut())
    }
}

/// Where the first record of some bytes ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Position after its line break.
    pub at: usize,
    /// Line breaks in it.
    pub breaks: u64,
    /// It ends inside a quote.
    pub open: bool,
}

/// Finds the end of the first record: a line break outside of quotes.
#[must_use]
pub fn record_end(bytes: &[u8]) -> End {
    let (mut quoted, mut breaks) = (false, 0);
    for (n, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' => {
                breaks += 1;
                if !quoted {
                    return End {
                        at: n + 1,
                        breaks,
                        open: false,
                    };
                }
            }
            _ => {}
        }
    }
    End {
        at: bytes.len(),
        breaks: breaks + 1,
        open: quoted,
    }
}

fn fields(text: &str) -> Result<Vec<String>, &'static str> {
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        if out.len() >= MAX_FIELDS {
            return Err("more than 1,024 fields");
        }
        let (field, after) = if rest.starts_with('"') {
            quoted(rest)?
        } else {
            bare(rest)?
        };
        out.push(field);
        match after {
            Some(after) => rest = after,
            None => return Ok(out),
        }
    }
}

/// A field without quotes, and what follows its comma.
fn bare(text: &str) -> Result<(String, Option<&str>), &'static str> {
    let (field, after) = text
        .split_once(',')
        .map_or((text, None), |(field, after)| (field, Some(after)));
    if field.contains('"') {
        return Err(
            "a quote inside a field that does not begin with one; quote the field and double the quote",
        );
    }
    if field.contains('\r') {
        return Err("a carriage return inside a field without quotes");
    }
    Ok((field.to_owned(), after))
}

/// A field in quotes, and what follows its comma.
fn quoted(text: &str) -> Result<(String, Option<&str>), &'static str> {
    let mut field = String::new();
    let mut rest = text.strip_prefix('"').unwrap_or(text);
    loop {
        let (part, after) = rest
            .split_once('"')
            .ok_or("a quote is opened and never closed")?;
        field.push_str(part);
        if let Some(more) = after.strip_prefix('"') {
            field.push('"');
            rest = more;
        } else if after.is_empty() {
            return Ok((field, None));
        } else {
            let after = after
                .strip_prefix(',')
                .ok_or("text after the closing quote of a field")?;
            return Ok((field, Some(after)));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str) -> Vec<Result<Line, CsvError>> {
        Lines::new(text.as_bytes(), 1).collect()
    }

    #[test]
    fn quotes_breaks_and_marks_are_read() {
        let lines: Vec<Line> = all("\u{feff}a,b\r\n\"x\"\"y\",\"1\n2\"\n,\n")
            .into_iter()
            .map(Result::unwrap)
            .collect();
        assert_eq!(lines[0].fields, ["a", "b"]);
        assert_eq!(
            lines[1],
            Line {
                line: 2,
                fields: vec!["x\"y".into(), "1\n2".into()]
            }
        );
        assert_eq!(
            lines[2],
            Line {
                line: 4,
                fields: vec![String::new(), String::new()]
            }
        );
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_mark_that_begins_a_later_page_is_text() {
        let line = Lines::new("\u{feff}a".as_bytes(), 2).next().unwrap();
        assert_eq!(line.unwrap().fields, ["\u{feff}a"]);
    }

    #[test]
    fn what_others_guess_at_is_refused_with_its_line() {
        assert_eq!(
            all("a\n\"b\"c\nd").remove(1).unwrap_err().to_string(),
            "line 2: text after the closing quote of a field"
        );
        assert!(all("a\"b\"\nc")[0].is_err());
        assert_eq!(
            all("a\n\"b\nc,d\n")[1],
            Err(CsvError {
                line: 2,
                why: "a quote is opened and never closed",
                lost: true
            })
        );
        assert!(all("a\n").len() == 1 && all("").is_empty());
        assert!(Lines::new(b"\xff,a", 1).next().unwrap().is_err());
    }

    fn write(rows: &[Vec<String>]) -> String {
        let field = |f: &String| format!("\"{}\"", f.replace('"', "\"\""));
        rows.iter()
            .map(|row| row.iter().map(field).collect::<Vec<_>>().join(",") + "\r\n")
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(rows in prop::collection::vec(prop::collection::vec("(.|\n|\r|\"){0,6}", 1..4), 0..5)) {
            let read: Result<Vec<Line>, CsvError> = Lines::new(write(&rows).as_bytes(), 1).collect();
            let read: Vec<Vec<String>> = read.unwrap().into_iter().map(|line| line.fields).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn any_bytes_are_read_or_refused_and_none_is_skipped(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let end = record_end(rest);
                prop_assert!(end.at > 0 && end.at <= rest.len());
                rest = &rest[end.at..];
            }
            let _ = Lines::new(&bytes, 1).collect::<Vec<_>>();
        }
    }
}
