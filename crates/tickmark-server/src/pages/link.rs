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
/// When sources are due, and the runner.
pub const CLOCK: &str = "/clock";
/// What was told, and how it is set up.
pub const NOTICES: &str = "/clock/notices";
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
/// What is due from oneself.
pub const DUE: &str = "/due";
/// Acknowledges a policy (POST; fields `policy`, `seen`).
pub const DO_ACKNOWLEDGE: &str = "/due/acknowledge";
/// Approves a policy (POST; fields `policy`, `seen`).
pub const DO_APPROVE: &str = "/due/approve";
/// Own controls.
pub const MINE: &str = "/mine";
/// Hands in files for an occurrence (POST, multipart; fields `control`, `covers`, `file` several times).
pub const DO_HAND_IN: &str = "/mine/evidence";
/// Links by which others hand in; POST makes one (fields `what`, `mail`, `days`).
pub const HAND_IN_LINKS: &str = "/hand-in-links";
/// The auditor's view.
pub const ENGAGEMENT: &str = "/engagement";
/// The own account: password, second factor, tokens, sessions.
pub const ACCOUNT: &str = "/account";
/// Who may come in, and as what.
pub const MEMBERS: &str = "/users";
/// Whether pages are light or dark.
pub const LOOK: &str = "/look";
/// List of policies.
pub const POLICIES: &str = "/policies";
/// List of risks.
pub const RISKS: &str = "/risks";
/// List of vendors.
pub const VENDORS: &str = "/vendors";
/// List of people.
pub const PEOPLE: &str = "/people";
/// List of tasks; a POST opens them (fields `pick`, `owner`, `due`).
pub const TASKS: &str = "/tasks";
/// Gives tasks another owner or day (POST; fields `task`, `owner`, `due`).
pub const REASSIGN: &str = "/tasks/reassign";
/// List of access reviews; a POST opens one (fields `control`, `population`, `covers`, `due`).
pub const REVIEWS: &str = "/reviews";
/// The scope of the program.
pub const SCOPE: &str = "/scope";
/// The public trust page.
pub const TRUST: &str = "/trust";
/// The same for programs.
pub const TRUST_STATUS: &str = "/trust/status.json";
/// Asks for documents (GET the form; POST it).
pub const TRUST_REQUEST: &str = "/trust/request";
/// Begins or ends hearing of updates (POST; fields `mail`, `wish`).
pub const TRUST_SUBSCRIBE: &str = "/trust/subscribe";
/// What was shared with who is signed in.
pub const TRUST_MINE: &str = "/trust/mine";
/// What the trust page says, for management.
pub const TRUST_MANAGE: &str = "/trust/manage";
/// Puts a document on the trust page (POST, multipart).
pub const TRUST_PUBLISH: &str = "/trust/manage/publish";
/// Changes what else the page says (POST).
pub const TRUST_TEXT: &str = "/trust/manage/text";
/// What strangers asked for.
pub const TRUST_REQUESTS: &str = "/trust/requests";
/// Who may have what.
pub const TRUST_GRANTS: &str = "/trust/grants";
/// What recipients did.
pub const TRUST_ACCESSES: &str = "/trust/accesses";
/// The style sheet.
pub const STYLE: &str = "/assets/style.css";
/// The sign in the browser's tab.
pub const ICON: &str = "/assets/icon.svg";
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

/// A policy to read before acknowledging or approving it.
#[must_use]
pub fn due_policy(policy: impl ToString) -> String {
    under("/due/policies", &policy.to_string())
}

/// An access review to decide, by its leaf.
#[must_use]
pub fn due_review(leaf: u64) -> String {
    format!("/reviews/{leaf}")
}

/// A control on the page of own controls.
#[must_use]
pub fn mine(control: &str) -> String {
    format!("{MINE}#{}", encode(control, false))
}

/// Ends a link to hand in by (POST).
#[must_use]
pub fn end_hand_in_link(id: i64) -> String {
    format!("{HAND_IN_LINKS}/{id}/end")
}

/// What a link to hand in by leads to.
#[must_use]
pub fn hand_in(secret: &str) -> String {
    under("/hand-in", secret)
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

/// A report to read.
#[must_use]
pub fn preview(kind: &str) -> String {
    under(REPORTS, kind)
}

/// A public file of the trust page, by the leaf that published it.
#[must_use]
pub fn trust_file(leaf: u64) -> String {
    format!("{TRUST}/file/{leaf}")
}

/// The proof that an entry which the trust page names is in the ledger.
#[must_use]
pub fn trust_proof(leaf: u64) -> String {
    format!("{TRUST}/proof/{leaf}")
}

/// Asks for one document of the trust page.
#[must_use]
pub fn trust_ask(leaf: u64) -> String {
    format!("{TRUST_REQUEST}?document={leaf}")
}

/// Takes a publication off the trust page (POST).
#[must_use]
pub fn trust_withdraw(leaf: u64) -> String {
    format!("{TRUST_MANAGE}/{leaf}/withdraw")
}

/// Answers a request (POST): `approve` or `decline`.
#[must_use]
pub fn trust_answer(id: i64, answer: &str) -> String {
    format!("{TRUST_REQUESTS}/{id}/{}", encode(answer, false))
}

/// Ends a grant (POST).
#[must_use]
pub fn trust_revoke(leaf: u64) -> String {
    format!("{TRUST_GRANTS}/{leaf}/revoke")
}

/// Makes a new link to a grant (POST).
#[must_use]
pub fn trust_relink(leaf: u64) -> String {
    format!("{TRUST_GRANTS}/{leaf}/link")
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

/// The way to the provider of single sign-on, and on to a page afterwards.
#[must_use]
pub fn sso(next: &str) -> String {
    match next {
        HOME => "/sign-in/sso".to_owned(),
        next => filtered("/sign-in/sso", "next", next),
    }
}

/// The machine-readable form of an instant, for `<time datetime>`.
#[must_use]
pub fn datetime(time: Time) -> String {
    time.to_string()
}

/// One policy.
#[must_use]
pub fn policy(id: impl ToString) -> String {
    under(POLICIES, &id.to_string())
}

/// Approves a version of a policy (POST; field `seen`).
#[must_use]
pub fn approve(id: impl ToString) -> String {
    format!("{}/approve", policy(id))
}

/// Acknowledges a version of a policy (POST; field `seen`).
#[must_use]
pub fn acknowledge(id: impl ToString) -> String {
    format!("{}/acknowledge", policy(id))
}

/// One risk.
#[must_use]
pub fn risk(id: impl ToString) -> String {
    under(RISKS, &id.to_string())
}

/// One vendor.
#[must_use]
pub fn vendor(id: impl ToString) -> String {
    under(VENDORS, &id.to_string())
}

/// One person.
#[must_use]
pub fn person(id: impl ToString) -> String {
    under(PEOPLE, &id.to_string())
}

/// One task, by its leaf.
#[must_use]
pub fn task(leaf: u64) -> String {
    format!("{TASKS}/{leaf}")
}

/// One access review, by its leaf.
#[must_use]
pub fn review(leaf: u64) -> String {
    format!("{REVIEWS}/{leaf}")
}

/// Decides about items of a review (POST; fields `place`, `keep-PLACE`, `rest`).
#[must_use]
pub fn decide(leaf: u64) -> String {
    format!("{REVIEWS}/{leaf}/decide")
}

/// Looks whether what had to go is gone (POST).
#[must_use]
pub fn recheck(leaf: u64) -> String {
    format!("{REVIEWS}/{leaf}/recheck")
}

/// A document to be edited.
#[must_use]
pub fn edit(path: &str) -> String {
    format!("/edit/{}", encode(path, true))
}

/// The short form for a new `policy`, `risk` or `vendor`.
#[must_use]
pub fn new(kind: &str) -> String {
    under("/new", kind)
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
