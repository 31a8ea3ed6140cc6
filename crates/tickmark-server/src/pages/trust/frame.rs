//! The frame of the pages for people from outside.

use maud::{DOCTYPE, Markup, html};

use super::{Visit, is_demo};
use crate::pages::link;

/// A whole page for people from outside. `links` are the parts of the page.
pub(super) fn frame(
    visit: &Visit<'_>,
    title: &str,
    links: &[(&str, &str)],
    body: &Markup,
) -> Markup {
    let organization = visit.organization();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " \u{00b7} " (organization) }
                link rel="icon" href=(link::ICON) type="image/svg+xml";
                link rel="stylesheet" href=(link::STYLE);
                script src=(link::SCRIPT) defer {}
            }
            body.outside {
                a.skip href="#main" { "Skip to the content" }
                header.outside-top {
                    div.outside-wide {
                        a.outside-name href=(link::TRUST) { (organization) span.quiet { " trust page" } }
                        @if !links.is_empty() {
                            nav aria-label="Parts of this page" { ul { @for (words, to) in links { li { a href=(to) { (words) } } } } }
                        }
                    }
                }
                @if is_demo(visit.house) { p.banner { strong { "DEMO" } " A generated sample company. Nothing here is about a real one." } }
                main #main tabindex="-1" { (body) }
                footer.outside-foot {
                    div.outside-wide {
                        p { "An examination ends in an auditor's opinion about the time it names. It is not a guarantee, and nothing on this page is." }
                        p { "Kept with Tickmark, an open ledger of evidence. " a href=(link::TRUST_STATUS) { "This page for programs" } }
                    }
                }
            }
        }
    }
}

/// A page that says one thing.
#[must_use]
pub fn said(visit: &Visit<'_>, title: &str, words: &Markup) -> Markup {
    frame(
        visit,
        title,
        &[],
        &html! {
            section.outside-wide.outside-said {
                h1 { (title) }
                (words)
                p { a.button href=(link::TRUST) { "Back to the trust page" } }
            }
        },
    )
}
