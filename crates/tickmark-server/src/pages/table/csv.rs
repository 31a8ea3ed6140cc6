//! Rows as CSV (RFC 4180) that no spreadsheet program takes for a formula.

/// One line of fields, ended by CR LF.
pub fn line<S: AsRef<str>>(fields: impl IntoIterator<Item = S>, out: &mut String) {
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push(field.as_ref(), out);
    }
    out.push_str("\r\n");
}

fn push(field: &str, out: &mut String) {
    let guarded = is_formula(field);
    let quoted = guarded
        || field.contains([',', '"', '\r', '\n'])
        || field.starts_with(' ')
        || field.ends_with(' ');
    if quoted {
        out.push('"');
    }
    if guarded {
        out.push('\'');
    }
    for c in field.chars() {
        if c == '"' {
            out.push('"');
        }
        if c != '\0' {
            out.push(c);
        }
    }
    if quoted {
        out.push('"');
    }
}

/// Whether a spreadsheet program would read a text as a formula: it begins with `=`, `+`, `-`, `@`, tab, CR or LF, also in their wide
/// forms and after blanks or characters that are not seen.
#[must_use]
pub fn is_formula(field: &str) -> bool {
    let unseen =
        |c: char| c == ' ' || c == '\u{a0}' || c == '\u{feff}' || c == '\u{200b}' || c == '\0';
    field.chars().find(|c| !unseen(*c)).is_some_and(|c| {
        matches!(
            c,
            '=' | '+'
                | '-'
                | '@'
                | '\t'
                | '\r'
                | '\n'
                | '\u{ff1d}'
                | '\u{ff0b}'
                | '\u{ff0d}'
                | '\u{ff20}'
                | '\u{2212}'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(field: &str) -> String {
        let mut out = String::new();
        line([field], &mut out);
        out
    }

    #[test]
    fn no_field_is_a_formula() {
        for bad in [
            "=1+1",
            "+1",
            "-1",
            "@a",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{feff}=1",
            "\u{ff1d}1",
            "=HYPERLINK(\"http://x\",\"y\")",
        ] {
            assert!(written(bad).starts_with("\"'"), "{bad:?}");
        }
        for good in ["1", "a=b", "2026-01-01", "", "acme/api"] {
            assert_eq!(written(good), format!("{good}\r\n"));
        }
    }

    #[test]
    fn quotes_commas_and_lines_stay_in_their_field() {
        let mut out = String::new();
        line(["a,b", "say \"hi\"", "two\nlines", "plain"], &mut out);
        assert_eq!(out, "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",plain\r\n");
    }
}
