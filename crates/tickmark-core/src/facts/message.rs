//! What a commit message claims: trailers and the pull request it names.

use super::mapping::nfc;

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

/// Values of a reviewer trailer that name nobody.
const NOBODY: [&str; 6] = ["none", "n/a", "na", "nobody", "tbd", "-"];

/// Lines of a message that look like trailers, wherever they stand: merge scripts put them in the middle, and people indent them.
/// A value goes on in indented lines, and one that is empty in the line below.
#[must_use]
pub fn trailers(message: &str) -> Vec<Trailer> {
    let mut found: Vec<Trailer> = Vec::new();
    let mut open = false;
    for line in message.lines().skip(1) {
        if let Some((key, value)) = trailer(line) {
            let (key, value) = (key.to_ascii_lowercase(), value.to_owned());
            found.push(Trailer { key, value });
            open = true;
            continue;
        }
        let last = found.last_mut().filter(|_| open);
        match last {
            Some(last) if !line.trim().is_empty() && goes_on(last, line) => {
                let value = format!("{} {}", last.value, line.trim());
                last.value = value.trim().to_owned();
            }
            _ => open = false,
        }
    }
    found.retain(|trailer| !trailer.value.is_empty());
    found
}

fn goes_on(last: &Trailer, line: &str) -> bool {
    last.value.is_empty() || line.starts_with([' ', '\t'])
}

/// Key and value of a line like `Reviewed-by: Ada <ada@acme.example>`.
fn trailer(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.trim().split_once(':')?;
    let fine = !key.is_empty()
        && key.len() <= 40
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    // What follows a scheme is an address, not a value.
    (fine && !value.starts_with("//")).then(|| (key, value.trim()))
}

/// Accounts of the `Co-authored-by:` trailers: `email:…` in lower case, or `name:…` of somebody without an address.
#[must_use]
pub fn co_authors(message: &str) -> Vec<String> {
    let named = trailers(message);
    let named = named.iter().filter(|t| t.key == "co-authored-by");
    // One person a line, so a comma belongs to the name.
    sorted(named.filter_map(|t| account(&t.value)).collect())
}

/// Accounts of the trailers that name reviewers, like those of [`co_authors`]. A trailer may name several
/// (`Reviewers: A <a@x>, B <b@x>`).
#[must_use]
pub fn reviewers(message: &str) -> Vec<String> {
    let named = trailers(message);
    let named = named
        .iter()
        .filter(|t| REVIEWERS.contains(&t.key.as_str()))
        .flat_map(|t| t.value.split([',', ';']));
    let named = named.filter(|one| !NOBODY.contains(&one.trim().to_ascii_lowercase().as_str()));
    sorted(named.filter_map(account).collect())
}

fn sorted(mut accounts: Vec<String>) -> Vec<String> {
    accounts.sort_unstable();
    accounts.dedup();
    accounts
}

/// The account of `Ada <ada@acme.example>`, of a bracket that is never closed, of a bare address, or of a name alone.
fn account(text: &str) -> Option<String> {
    let inside = text
        .split_once('<')
        .map(|(_, rest)| rest.split_once('>').map_or(rest, |(mail, _)| mail));
    let mail = inside
        .filter(|mail| is_mail(mail))
        .or_else(|| text.split_whitespace().find(|word| is_mail(word)));
    if let Some(mail) = mail {
        let mail = mail.trim().trim_matches(['<', '>', '(', ')', '.']);
        return Some(nfc(&format!("email:{}", mail.to_lowercase())));
    }
    let name = text.trim().trim_end_matches('.');
    (!name.is_empty()).then(|| nfc(&format!("name:{name}")))
}

fn is_mail(word: &str) -> bool {
    let word = word.trim();
    !word.contains(char::is_whitespace)
        && word
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
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
        assert_eq!(reviewers(message), ["email:a@x.org", "email:bob@x.org"]);
        assert_eq!(co_authors(message), ["email:eve@x.org"]);
        assert!(
            co_authors("Co-authored-by: Eve <eve@x.org>").is_empty(),
            "the subject is no trailer"
        );
    }

    /// Each stands so in the history of Apache Kafka.
    #[test]
    fn people_are_found_as_they_are_really_written() {
        let told = |trailer: &str| reviewers(&format!("x\n\n{trailer}\n\nReviewers are many"));
        for (trailer, expected) in [
            (
                " Reviewers: Josep Prat <josep@x.io>",
                &["email:josep@x.io"][..],
            ),
            ("Reviewers: Tsai <chia@x.com", &["email:chia@x.com"]),
            ("Reviewers: Anna Sophie anna@x.org>", &["email:anna@x.org"]),
            (
                "Reviewers: F V fv@x.com, Ziming D z@x.com.",
                &["email:fv@x.com", "email:z@x.com"],
            ),
            (
                "Reviewers: Luke Chen, Gwen Shapira",
                &["name:Gwen Shapira", "name:Luke Chen"],
            ),
            (
                "Reviewers: \nA S <a@x.com>, K T <k@x.com>",
                &["email:a@x.com", "email:k@x.com"],
            ),
            (
                "Reviewers: A <a@x.com>,\n  B <b@x.com>",
                &["email:a@x.com", "email:b@x.com"],
            ),
            ("Reviewers: None", &[]),
            ("Reviewers:", &[]),
            ("reviewers: b@", &["name:b@"]),
        ] {
            assert_eq!(told(trailer), expected, "{trailer:?}");
        }
        assert_eq!(
            co_authors("x\n\nCo-authored-by: Lovelace, Ada\nCo-Authored-By: Eve <EVE@x.org>"),
            ["email:eve@x.org", "name:Lovelace, Ada"]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_message_is_read(message in "(.|\n){0,200}") {
            let _ = (reference(&message), co_authors(&message), reviewers(&message));
        }
    }
}
