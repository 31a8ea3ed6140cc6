//! What a recipient accepts before anything is handed out: our own words about restricted use, and the company's agreement below them.
//! They inform; whether they bind is for the company's lawyers.

use tickmark_log::digest::{Digest, sha256};

/// A text to accept, and which version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Paragraphs, separated by empty lines.
    pub text: String,
    /// SHA-256 of the text.
    pub digest: Digest,
}

/// The words about restricted use. A change makes another version: its digest stands in every grant.
const RESTRICTED: &str = "\
This document is meant for a limited circle: the management of {organization}, its customers, its business partners, those about to become \
either, their auditors, and authorities that oversee them. By accepting you say that you are one of these or act for one, and that you are \
the person it was sent to.

It is read by people who know enough to read it properly: what the service is and how your own organization uses it, which controls it \
expects of its users and of others, what the limits of internal control are, and what the risks and criteria are about. It speaks of the \
time it names and of nothing after it. It is not a guarantee, and it replaces no assessment of your own.

You use it to assess {organization} and for nothing else. You show it inside your own organization to those who need it for that, and to your advisers who keep it \
to themselves. You do not publish it, do not quote from it in public, and do not pass it on to anybody else.

Every page of your copy names your mail address and the time at which it was made. {organization} records that you accepted these terms, \
when you open the page it was shared on, and each download. Access ends on the day named there, or earlier if {organization} ends it.";

/// What must be accepted for documents of an organization; `own` is the company's agreement, empty if it has none.
#[must_use]
pub fn terms(organization: &str, own: &str) -> Terms {
    let mut text = RESTRICTED.replace("{organization}", organization);
    if !own.trim().is_empty() {
        text.push_str("\n\nIn addition you accept this agreement with ");
        text.push_str(organization);
        text.push_str(":\n\n");
        text.push_str(own.trim());
    }
    let digest = sha256(text.as_bytes());
    Terms { text, digest }
}

#[cfg(test)]
mod tests {
    use super::terms;

    #[test]
    fn another_agreement_or_another_company_is_another_version() {
        let plain = terms("Acme", "");
        assert_eq!(plain, terms("Acme", "  \n"));
        assert!(!plain.text.contains('{') && plain.text.contains("Acme records"));
        let own = terms("Acme", "Keep it quiet.");
        assert!(own.text.starts_with(&plain.text) && own.text.ends_with("Keep it quiet."));
        let digests = [plain.digest, own.digest, terms("Bolt", "").digest];
        assert_eq!(
            digests
                .iter()
                .collect::<std::collections::BTreeSet<_>>()
                .len(),
            3
        );
    }
}
