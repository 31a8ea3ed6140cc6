//! What a named recipient sees: the terms first, the documents after they are accepted.

use maud::{Markup, html};
use tickmark_core::model::registers::{GrantStanding, GrantState};

use super::{Visit, days, frame::frame, size, title};
use crate::{
    pages::{link, part},
    trust::{headline, what_words},
};

/// How the recipient came in.
#[derive(Debug, Clone, Copy)]
pub enum Door<'a> {
    /// By the link that was sent; whoever holds it still has to know for whom it is.
    Link {
        /// Its secret.
        link: &'a str,
        /// The recipient's address, once it was given rightly in this request.
        mail: Option<&'a str>,
    },
    /// Signed in, as this address.
    Account(&'a str),
}

impl Door<'_> {
    fn action(&self, what: &str) -> String {
        match self {
            Self::Link { link, .. } => {
                format!("/trust/shared/{}/{what}", link::encode(link, false))
            }
            Self::Account(_) => format!("{}/{what}", link::TRUST_MINE),
        }
    }

    const fn known(&self) -> Option<&str> {
        match self {
            Self::Link { mail, .. } => *mail,
            Self::Account(mail) => Some(mail),
        }
    }
}

/// What is shared and how.
#[derive(Debug, Clone, Copy)]
pub struct Sharing<'a> {
    /// How the recipient came in.
    pub door: Door<'a>,
    /// Grants that hold, the newest first.
    pub grants: &'a [GrantStanding<'a>],
    /// Why the last attempt was not taken.
    pub wrong: Option<&'a str>,
}

/// The page of a recipient.
#[must_use]
pub fn shared(visit: &Visit<'_>, sharing: &Sharing<'_>) -> Markup {
    let open = |g: &&GrantStanding<'_>| g.state == GrantState::Offered;
    let offered: Vec<&GrantStanding<'_>> = sharing.grants.iter().filter(open).collect();
    let accepted: Vec<&GrantStanding<'_>> = sharing.grants.iter().filter(|g| !open(g)).collect();
    let body = html! {
        section.outside-wide.outside-said {
            h1 { "Shared with you" }
            @if let Some(wrong) = sharing.wrong { p.error role="alert" { (wrong) "." } }
            @if sharing.grants.is_empty() {
                p { "Nothing is shared with you at the moment. What was shared may have ended; ask for it again." }
                p { a.button href=(link::TRUST) { "Back to the trust page" } }
            }
            @for grant in &accepted { (document(visit, sharing, grant)) }
            @if !offered.is_empty() { (to_accept(visit, sharing, &offered)) }
        }
    };
    frame(visit, "Shared with you", &[], &body)
}

fn head(visit: &Visit<'_>, grant: &GrantStanding<'_>) -> Markup {
    let publication = grant.publication;
    html! {
        p.outside-kind { (what_words(publication.body.what)) span.muted { "yours until " (part::minute(&visit.zone(), grant.grant.until)) " " (visit.zone()) } }
        h2 { (title(publication)) }
        @match headline(publication) {
            Some(words) => { p { (words) "." } },
            None => { @if let Some(covers) = publication.body.covers { p { (days(covers)) } } },
        }
        @if let Some(opinion) = publication.body.opinion { p { "The auditor: " (crate::trust::opinion_words(opinion)) "." } }
    }
}

/// An accepted document with its button.
fn document(visit: &Visit<'_>, sharing: &Sharing<'_>, grant: &GrantStanding<'_>) -> Markup {
    let leaf = grant.grant.leaf;
    html! {
        article.card {
            (head(visit, grant))
            form.outside-form method="post" action=(sharing.door.action("download")) {
                input type="hidden" name="grant" value=(leaf);
                (who(sharing, &leaf.to_string()))
                button.main type="submit" { "Download your copy" span.quiet { " of " (title(grant.publication)) } }
                p.hint { (size(grant.publication.length)) ". Each page names you and the time of this download, and the download is recorded. A firm's electronic signature is not valid in a marked copy." }
            }
        }
    }
}

/// The terms of what is not accepted yet; documents under the same terms together.
fn to_accept(visit: &Visit<'_>, sharing: &Sharing<'_>, offered: &[&GrantStanding<'_>]) -> Markup {
    let mut groups: Vec<(&GrantStanding<'_>, Vec<&GrantStanding<'_>>)> = Vec::new();
    for grant in offered {
        let same = groups
            .iter_mut()
            .find(|(first, _)| first.grant.terms == grant.grant.terms);
        match same {
            Some((_, all)) => all.push(grant),
            None => groups.push((grant, vec![grant])),
        }
    }
    html! {
        @for (first, all) in &groups {
            article.card {
                @for grant in all { (head(visit, grant)) }
                (accept(visit, sharing, first, all))
            }
        }
    }
}

fn accept(
    visit: &Visit<'_>,
    sharing: &Sharing<'_>,
    first: &GrantStanding<'_>,
    all: &[&GrantStanding<'_>],
) -> Markup {
    let terms = &first.grant.terms;
    let known = visit
        .house
        .state
        .trust_terms
        .iter()
        .find(|t| t.digest == *terms);
    let text = known.and_then(|t| t.text.as_deref());
    let id = first.grant.leaf.to_string();
    html! {
        @match text {
            None => { p.error { "The terms cannot be read at the moment, so nothing can be accepted. Ask the company." } },
            Some(text) => {
                div.outside-terms tabindex="0" role="region" aria-label="Terms" {
                    @for paragraph in text.split("\n\n") { p { (paragraph) } }
                }
                form.outside-form method="post" action=(sharing.door.action("accept")) {
                    @for grant in all { input type="hidden" name="grant" value=(grant.grant.leaf); }
                    input type="hidden" name="terms" value=(terms);
                    (who(sharing, &id))
                    p.choice {
                        input type="checkbox" id={ "accept-" (id) } name="accept" value="yes" required;
                        label for={ "accept-" (id) } { "I am the person this was sent to, and I accept these terms" }
                    }
                    button.main type="submit" { "Accept" }
                    p.hint { "Version " (part::digest(&terms.to_string())) " of the terms is recorded with your acceptance." }
                }
            },
        }
    }
}

/// For whom: known of who is signed in, asked of who holds a link.
fn who(sharing: &Sharing<'_>, id: &str) -> Markup {
    html! {
        @match (&sharing.door, sharing.door.known()) {
            (Door::Account(_), _) => {},
            (Door::Link { .. }, Some(mail)) => { input type="hidden" name="mail" value=(mail); },
            (Door::Link { .. }, None) => {
                p.field { label for={ "mail-" (id) } { "The mail address it was sent to" } input id={ "mail-" (id) } name="mail" type="email" autocomplete="email" maxlength="254" required; }
            },
        }
    }
}
