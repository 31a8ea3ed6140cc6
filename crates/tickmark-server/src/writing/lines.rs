//! Lines of a document replaced in place, so that comments and everything else stay.

/// The text with another value for a key at its left margin: on the line of the key, with the comments it had. A key that is not there
/// is added at the end. `value` is YAML on one line.
#[must_use]
pub fn replace_key(text: &str, key: &str, value: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let of_key = |line: &&str| {
        line.strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(':'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    };
    let Some(at) = lines.iter().position(of_key) else {
        let mut out = super::as_document(text);
        out.push_str(&format!("{key}: {value}\n"));
        return out;
    };
    let end = block_end(&lines, at);
    let mut out = String::with_capacity(text.len() + value.len());
    for (n, line) in lines.iter().enumerate() {
        if n < at || n >= end {
            out.push_str(line);
        } else if n == at {
            out.push_str(&format!("{key}: {value}"));
            if let Some(comment) = comment(line) {
                out.push_str(&format!("  {comment}"));
            }
            out.push('\n');
        } else if let Some(comment) = comment(line) {
            // What was said about a line that is gone.
            out.push_str(&format!("{comment}\n"));
        }
    }
    out
}

/// Where the value of a key ends that begins at a line: indented lines and items of a list belong to it, blank lines and comments only
/// before another such line.
fn block_end(lines: &[&str], at: usize) -> usize {
    let mut end = at + 1;
    for (n, line) in lines.iter().enumerate().skip(at + 1) {
        let bare = line.trim();
        let aside = bare.is_empty() || bare.starts_with('#');
        let inside = line.starts_with([' ', '\t']) || bare == "-" || line.starts_with("- ");
        match (aside, inside) {
            (true, _) => {}
            (false, true) => end = n + 1,
            (false, false) => break,
        }
    }
    end
}

/// The comment of a line: from a `#` at its beginning or after a blank, outside of quotes.
fn comment(line: &str) -> Option<&str> {
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '#') if before.is_whitespace() => return line.get(at..).map(str::trim_end),
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(c),
            (Some(open), c) if c == open && before != '\\' => quote = None,
            _ => {}
        }
        before = c;
    }
    None
}

/// The text with other words below a heading of `system.md`; `line` is that of the heading, from 1, and `until` that of the next
/// section's, none for the last. Without a heading a section is added at the end.
#[must_use]
pub fn replace_section(
    text: &str,
    place: Option<(u32, Option<u32>)>,
    heading: &str,
    words: &str,
) -> String {
    let words = super::as_document(words.trim());
    let Some((line, until)) = place else {
        let mut out = super::as_document(text);
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("{heading}\n\n{words}"));
        return out;
    };
    let (mut out, mut written) = (String::with_capacity(text.len() + words.len()), false);
    for (n, current) in (1_u32..).zip(text.split_inclusive('\n')) {
        if n <= line || until.is_some_and(|until| n >= until) {
            out.push_str(current);
        }
        if n == line {
            if !current.ends_with('\n') {
                out.push('\n');
            }
            out.push('\n');
            out.push_str(&words);
            if until.is_some() {
                out.push('\n');
            }
            written = true;
        }
    }
    debug_assert!(written, "the heading lies in the text");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# who we are\norganization: acme   # short\nname: \"Acme # 1\"  # as printed\nperiods:   # under examination\n  # the first\n  - 2025-01-01..2025-06-30 # done\n\n  - 2026-01-01..2026-06-30\n\n# below\nzone: America/New_York\nnames: x\n";

    #[test]
    fn a_value_is_replaced_and_its_comment_stays() {
        let text = replace_key(TEXT, "name", "\"New\"");
        assert!(text.contains("\nname: \"New\"  # as printed\n"), "{text}");
        assert_eq!(text.lines().count(), TEXT.lines().count());
        assert!(text.contains("\nnames: x\n"));
    }

    #[test]
    fn a_list_over_several_lines_becomes_one_and_keeps_what_was_said() {
        let text = replace_key(TEXT, "periods", "[2026-01-01..2026-12-31]");
        let wanted = "\nperiods: [2026-01-01..2026-12-31]  # under examination\n# the first\n# done\n\n# below\nzone: America/New_York\n";
        assert!(text.contains(wanted), "{text}");
    }

    #[test]
    fn a_key_that_is_not_there_is_added() {
        assert_eq!(replace_key("a: 1", "b", "2"), "a: 1\nb: 2\n");
        assert_eq!(replace_key("", "b", "2"), "b: 2\n");
    }

    #[test]
    fn a_section_is_replaced_between_its_heading_and_the_next() {
        let text = "# T\n\n## DC3 Parts\n\nold\n\n## DC4 More\n\nrest\n";
        let new = replace_section(text, Some((3, Some(7))), "", "new\n");
        assert_eq!(new, "# T\n\n## DC3 Parts\n\nnew\n\n## DC4 More\n\nrest\n");
        let last = replace_section(text, Some((7, None)), "", "end");
        assert!(last.ends_with("## DC4 More\n\nend\n"), "{last}");
        let added = replace_section("# T\n", None, "## DC3 Parts", "x");
        assert_eq!(added, "# T\n\n## DC3 Parts\n\nx\n");
    }
}
