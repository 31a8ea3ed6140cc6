//! What a commit message claims: trailers and the pull request it names.

/// One trailer, `Key: value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer {
    /// Key in lower case.
    pub key: String,
    /// Value as written, unfolded.
    pub value: String,
}

/// How a message names a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceHow {
    /// `Merge pull request #123 from …`.
    Merge,
    /// `… (#123)` at the end of the subject.
    Squash,
    /// `Closes #123` or `PR-URL:` and the like in the message, as merge scripts write it.
    Trailer,
}

impl ReferenceHow {
    /// Word in the population.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Squash => "squash",
            Self::Trailer => "trailer",
        }
    }
}

/// Keys whose values name reviewers.
const REVIEWERS: [&str; 4] = ["reviewed-by", "reviewers", "reviewer", "approved-by"];

/// Lines of a message that look like trailers, wherever they stand: merge scripts put them in the middle.
#[must_use]
pub fn trailers(message: &str) -> Vec<Trailer> {
    let mut found: Vec<Trailer> = Vec::new();
    for line in message.lines().skip(1) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let fine = !key.is_empty()
            && key.len() <= 40
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fine && !value.trim().is_empty() {
            found.push(Trailer {
                key: key.to_ascii_lowercase(),
                value: value.trim().to_owned(),
            });
        }
    }
    found
}

/// Addresses of the `Co-authored-by:` trailers, lower case.
#[must_use]
pub fn co_authors(message: &str) -> Vec<String> {
    addresses(message, |key| key == "co-authored-by")
}

/// Addresses of the trailers that name reviewers, lower case. A trailer may name several (`Reviewers: A <a@x>, B <b@x>`).
#[must_use]
pub fn reviewers(message: &str) -> Vec<String> {
    addresses(message, |key| REVIEWERS.contains(&key))
}

fn addresses(message: &str, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let trailers = trailers(message);
    let mut found: Vec<String> = trailers
        .iter()
        .filter(|t| wanted(&t.key))
        .flat_map(|t| mails(&t.value))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What stands between `<` and `>`.
fn mails(value: &str) -> Vec<String> {
    let parts = value
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(mail, _)| mail.trim());
    parts
        .filter(|mail| !mail.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The pull request a message names, if any: its number and how.
#[must_use]
pub fn reference(message: &str) -> Option<(u64, ReferenceHow)> {
    let subject = message.lines().next().unwrap_or_default();
    if let Some(rest) = subject.strip_prefix("Merge pull request #") {
        return digits(rest).map(|n| (n, ReferenceHow::Merge));
    }
    if let Some(number) = subject
        .trim_end()
        .strip_suffix(')')
        .and_then(|s| s.rsplit_once("(#"))
        .and_then(|(_, n)| whole(n))
    {
        return Some((number, ReferenceHow::Squash));
    }
    message
        .lines()
        .skip(1)
        .find_map(closes)
        .map(|n| (n, ReferenceHow::Trailer))
}

/// `Closes #123 from …`, at the beginning of a line, as merge scripts write it.
fn closes(line: &str) -> Option<u64> {
    let lower = line.trim().to_ascii_lowercase();
    let rest = lower
        .strip_prefix("closes #")
        .or_else(|| lower.strip_prefix("closes: #"))?;
    digits(rest)
}

fn digits(text: &str) -> Option<u64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end).and_then(whole)
}

fn whole(text: &str) -> Option<u64> {
    let fine = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    fine.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pull_requests_are_found_where_merge_tools_write_them() {
        assert_eq!(
            reference("Merge pull request #12 from a/b\n\nx"),
            Some((12, ReferenceHow::Merge))
        );
        assert_eq!(
            reference("Fix it (#7) (#34)"),
            Some((34, ReferenceHow::Squash))
        );
        assert_eq!(
            reference("Fix it\n\nCloses #5 from a/b"),
            Some((5, ReferenceHow::Trailer))
        );
        assert_eq!(reference("Fix #5"), None);
        assert_eq!(reference("Fix (#5) again"), None);
        assert_eq!(reference("Fix (#)"), None);
        assert_eq!(reference("Fix (#99999999999999999999999)"), None);
        assert_eq!(reference(""), None);
    }

    #[test]
    fn people_are_found_in_trailers() {
        let message = "KAFKA-1 x (#2)\n\nReviewers: Ada <A@x.org>, Bob B <bob@x.org>\nCo-authored-by: Eve <eve@x.org>\nnote: none";
        assert_eq!(reviewers(message), ["a@x.org", "bob@x.org"]);
        assert_eq!(co_authors(message), ["eve@x.org"]);
        assert!(
            co_authors("Co-authored-by: Eve <eve@x.org>").is_empty(),
            "the subject is no trailer"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_message_is_read(message in "(.|\n){0,200}") {
            let _ = (reference(&message), co_authors(&message), reviewers(&message));
        }
    }
}
