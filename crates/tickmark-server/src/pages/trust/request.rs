//! The form that asks for documents.

use maud::{Markup, html};
use tickmark_core::model::{body::Audience, registers};

use super::{Visit, days, frame::frame, title};
use crate::{pages::link, trust::what_words};

/// The form. `chosen` is ticked at first; `wrong` says why the last attempt was not taken.
#[must_use]
pub fn request(visit: &Visit<'_>, chosen: Option<u64>, wrong: Option<&str>) -> Markup {
    let listing = registers::trust(&visit.house.state, visit.now);
    let offered: Vec<_> = listing
        .publications
        .iter()
        .map(|p| p.publication)
        .filter(|p| p.body.audience == Audience::OnRequest)
        .collect();
    let only = offered.len() == 1;
    let body = html! {
        section.outside-wide.outside-said {
            h1 { "Ask for documents" }
            @if let Some(wrong) = wrong { p.error role="alert" { (wrong) "." } }
            @if offered.is_empty() {
                p { "Nothing is given on request at the moment." }
                p { a.button href=(link::TRUST) { "Back to the trust page" } }
            } @else {
                p { "Somebody at " (visit.organization()) " reads your request and answers by mail with a link that is yours alone. Before the first download you accept how the documents may be used; each page of your copy names you." }
                form.card.outside-form method="post" action=(link::TRUST_REQUEST) {
                    fieldset {
                        legend { "Which documents" }
                        @for publication in &offered {
                            p.choice {
                                input type="checkbox" id={ "document-" (publication.leaf) } name="document" value=(publication.leaf) checked[only || chosen == Some(publication.leaf)];
                                label for={ "document-" (publication.leaf) } {
                                    (title(publication))
                                    span.muted { (what_words(publication.body.what)) @if let Some(covers) = publication.body.covers { ", " (days(covers)) } }
                                }
                            }
                        }
                    }
                    p.field { label for="name" { "Your name" } input #name name="name" autocomplete="name" maxlength="100" required; }
                    p.field { label for="company" { "Your company" } input #company name="company" autocomplete="organization" maxlength="200" required; }
                    p.field { label for="mail" { "Your mail address at work" } input #mail name="mail" type="email" autocomplete="email" maxlength="254" required; }
                    p.field { label for="reason" { "What you need them for" } textarea #reason name="reason" rows="3" maxlength="2000" required {} }
                    button.main type="submit" { "Send the request" }
                    p.hint { "Your request is seen by those who run this page and deleted 90 days after it is answered. If you are given a document, your mail address and what you download are kept on record." }
                }
            }
        }
    };
    frame(visit, "Ask for documents", &[], &body)
}
