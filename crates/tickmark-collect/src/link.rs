//! `Link` headers (RFC 8288): the address of the next page.

/// The address whose relation is `next`.
#[must_use]
pub fn next(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (address, after) = after.split_once('>')?;
        // Parameters go on to the next link, which begins with `<` outside of quotes.
        let end = end_of_parameters(after);
        let (parameters, more) = after.split_at_checked(end)?;
        let mut quoted = false;
        let outside = |c: char| {
            quoted ^= c == '"';
            c == ';' && !quoted
        };
        if parameters.split(outside).any(is_next) {
            return Some(address.trim().to_owned());
        }
        rest = more;
    }
    None
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
    name.trim().eq_ignore_ascii_case("rel")
        && value
            .split_whitespace()
            .any(|rel| rel.eq_ignore_ascii_case("next"))
}

fn end_of_parameters(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '<' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_is_found_wherever_it_stands() {
        let github = r#"<https://api.github.com/r/1/pulls?page=1>; rel="prev", <https://api.github.com/r/1/pulls?page=3>; rel="next", <https://api.github.com/r/1/pulls?page=9>; rel="last""#;
        assert_eq!(
            next(github).as_deref(),
            Some("https://api.github.com/r/1/pulls?page=3")
        );
        assert_eq!(
            next(r#"<a>; title="x, <b>; rel=next"; rel="first last""#),
            None
        );
        assert_eq!(next("<u>; REL=next").as_deref(), Some("u"));
        assert_eq!(next(r#"<u>; rel="prev next""#).as_deref(), Some("u"));
        for none in ["", "<", "<u>", "rel=next", "<u>; rel=nextpage"] {
            assert_eq!(next(none), None, "{none}");
        }
    }
}
