//! Addresses of pages. Every link of a page is made here, so that a name from outside can never leave its place in an address.

use tickmark_core::model::time::Time;

/// Home.
pub const HOME: &str = "/";
/// List of criteria.
pub const CRITERIA: &str = "/criteria";
/// Criteria by controls.
pub const MATRIX: &str = "/matrix";
/// List of controls.
pub const CONTROLS: &str = "/controls";
/// List of tests.
pub const TESTS: &str = "/tests";
/// Items that did not pass, of all tests.
pub const EXCEPTIONS: &str = "/exceptions";
/// List of evidence.
pub const EVIDENCE: &str = "/evidence";
/// List of populations.
pub const POPULATIONS: &str = "/populations";
/// Query box.
pub const QUERY: &str = "/query";
/// List of sources.
pub const SOURCES: &str = "/sources";
/// List of ledger entries.
pub const LEDGER: &str = "/ledger";
/// List of documents.
pub const DOCUMENTS: &str = "/documents";
/// Reports.
pub const REPORTS: &str = "/reports";
/// Settings.
pub const SETTINGS: &str = "/settings";
/// The bundle for the auditor.
pub const BUNDLE: &str = "/bundle";
/// Ends the session (POST).
pub const SIGN_OUT: &str = "/sign-out";
/// Runs tests again (POST; field `test`, none means all).
pub const DO_TEST: &str = "/do/test";
/// Runs sources (POST; field `source`, none means all).
pub const DO_COLLECT: &str = "/do/collect";
/// Hands in evidence (POST, multipart; fields `control`, `covers`, `file`).
pub const DO_EVIDENCE: &str = "/do/evidence";
/// Adopts a control (POST; fields `control`, `owner`, `scope`, `effective`).
pub const DO_ADOPT: &str = "/do/adopt";
/// The own account: password, second factor, tokens, sessions.
pub const ACCOUNT: &str = "/account";
/// Who may come in, and as what.
pub const MEMBERS: &str = "/users";
/// The style sheet.
pub const STYLE: &str = "/assets/style.css";
/// The script.
pub const SCRIPT: &str = "/assets/page.js";

/// One criterion.
#[must_use]
pub fn criterion(id: impl ToString) -> String {
    under(CRITERIA, &id.to_string())
}

/// One control.
#[must_use]
pub fn control(id: impl ToString) -> String {
    under(CONTROLS, &id.to_string())
}

/// One test.
#[must_use]
pub fn test(id: impl ToString) -> String {
    under(TESTS, &id.to_string())
}

/// The items of one test in one state, as [`crate::pages::table`] filters them.
#[must_use]
pub fn items(test: &str, state: &str) -> String {
    format!("{}?state={}#items", self::test(test), encode(state, false))
}

/// One population.
#[must_use]
pub fn population(name: impl ToString) -> String {
    under(POPULATIONS, &name.to_string())
}

/// One piece of evidence, by its leaf.
#[must_use]
pub fn evidence(leaf: u64) -> String {
    format!("{EVIDENCE}/{leaf}")
}

/// The file of a piece of evidence.
#[must_use]
pub fn evidence_file(leaf: u64) -> String {
    format!("{EVIDENCE}/{leaf}/file")
}

/// One entry of the ledger.
#[must_use]
pub fn entry(leaf: u64) -> String {
    format!("{LEDGER}/{leaf}")
}

/// One document of the program.
#[must_use]
pub fn document(path: &str) -> String {
    format!("{DOCUMENTS}/{}", encode(path, true))
}

/// A report in a format.
#[must_use]
pub fn report(kind: &str, format: &str) -> String {
    format!(
        "{REPORTS}/{}/{}",
        encode(kind, false),
        encode(format, false)
    )
}

/// A list with one filter.
#[must_use]
pub fn filtered(list: &str, key: &str, value: &str) -> String {
    format!("{list}?{}={}", encode(key, false), encode(value, false))
}

/// A query, ready to run.
#[must_use]
pub fn query(sql: &str) -> String {
    filtered(QUERY, "sql", sql)
}

/// The machine-readable form of an instant, for `<time datetime>`.
#[must_use]
pub fn datetime(time: Time) -> String {
    time.to_string()
}

fn under(list: &str, name: &str) -> String {
    format!("{list}/{}", encode(name, false))
}

/// Percent-encodes everything but unreserved characters (RFC 3986); slashes stay if `path`.
#[must_use]
pub fn encode(text: &str, path: bool) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if plain || (path && byte == b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    // A segment of dots alone would climb in the path.
    if !path && !out.is_empty() && out.bytes().all(|b| b == b'.') {
        return out.replace('.', "%2E");
    }
    out
}

/// Reads a percent-encoded form value; bytes that are no UTF-8 are replaced.
#[must_use]
pub fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = [bytes.next(), bytes.next()];
                let value = |d: Option<u8>| d.and_then(|d| char::from(d).to_digit(16));
                match digits.map(value) {
                    [Some(high), Some(low)] => {
                        out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'))
                    }
                    _ => out.push(b'?'),
                }
            }
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_name_stays_in_its_segment() {
        assert_eq!(control("../x?y#z"), "/controls/..%2Fx%3Fy%23z");
        assert_eq!(control(".."), "/controls/%2E%2E");
        assert_eq!(
            document("controls/CHG-01.md"),
            "/documents/controls/CHG-01.md"
        );
        assert_eq!(items("A\"b", "unknown"), "/tests/A%22b?state=unknown#items");
    }

    #[test]
    fn what_is_encoded_is_read_back() {
        for text in ["a b+c", "ä/ö?", "%zz", "100% & \"more\""] {
            assert_eq!(decode(&encode(text, false)), text);
        }
        assert_eq!(decode("%"), "?");
        assert_eq!(decode("a+b"), "a b");
    }
}
