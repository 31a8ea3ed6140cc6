//! What management sees and the auditor does not: pages by the matrix of rights, documents by their kind, bytes by what was erased.

use maud::{Markup, html};

use crate::house::House;
use crate::pages::part::{self, Tone, digest, entry, tag};
use crate::rights::Action;

/// A page that somebody of management may open and the auditor may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithheldPage {
    /// Its address as declared.
    pub path: &'static str,
    /// What it is.
    pub says: &'static str,
    /// Why the auditor does not open it, and where what matters of it stands.
    pub why: &'static str,
}

/// What is said of an action that has no reason of its own.
pub const NO_REASON: &str = "work of management";

/// Why the auditor's role does not reach an action.
#[must_use]
pub const fn why_withheld(action: Action) -> &'static str {
    match action {
        Action::ManageUsers => {
            "accounts and mail addresses of who may come in; they are kept beside the ledger and are no evidence"
        }
        Action::HandInEvidence => {
            "a list of work for owners of controls; the same controls, results and evidence stand on the pages of controls and evidence"
        }
        Action::AskForEvidence => {
            "mail addresses of who was asked for a file; what they handed in is listed as evidence"
        }
        Action::AcknowledgePolicies | Action::ApprovePolicies | Action::DecideReviews => {
            "a form for staff, in their own name; the text stands under documents, what was recorded in the ledger"
        }
        Action::ManageNotices => {
            "who is told what by mail or chat, and how people sign in; no evidence"
        }
        Action::ReadMetrics => "measurements of the server, not of the controls",
        Action::ManageTrust => {
            "what is prepared for the trust page and who asked for it; what is published stands on the trust page"
        }
        Action::EditDocuments => {
            "a form that changes documents; every version of them is in the ledger"
        }
        Action::ManageTasks | Action::ManageReviews => {
            "a form that changes something; what came of it is in the ledger"
        }
        Action::RunTests | Action::RunCollection | Action::PushRecords => {
            "it makes the program do something; every run and every collection is in the ledger"
        }
        _ => NO_REASON,
    }
}

pub(super) fn withheld(house: &House, pages: &[WithheldPage]) -> Markup {
    html! {
        p { "This list is made from the rules that the server itself follows; nobody writes or shortens it." }
        h3 { "Documents and bytes" }
        ul.points {
            (people(house))
            (erased(house))
            (unreadable(house))
            li { (tag(Tone::Good, "Nothing hidden")) " Evidence and items cannot be hidden from an auditor: there is no mark for that, and the bundle holds every entry." }
        }
        h3 { "Pages" }
        @if pages.is_empty() { p { "Management has no page that the auditor cannot open." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Pages that the auditor cannot open" {
                table.grid {
                    thead { tr { th scope="col" { "Page" } th scope="col" { "What it is" } th scope="col" { "Why" } } }
                    tbody { @for page in pages { tr { th scope="row" data-label="Page" { code { (page.path) } } td data-label="What it is" { (page.says) } td data-label="Why" { (page.why) } } } }
                }
            }
        }
        p.muted { "The other way round, management sees nothing that an auditor keeps: there are no notes of yours in this program yet." }
    }
}

/// The table of persons: never on a page, but in the bundle.
fn people(house: &House) -> Markup {
    let versions = house.state.identities();
    html! {
        li {
            @match versions.last() {
                None => { (tag(Tone::Plain, "No names")) " No " code { "people.yaml" } " was recorded." },
                Some(last) => {
                    (tag(Tone::Unknown, "Names")) " " code { "people.yaml" } ", " (part::many(versions.len(), "version")) ", the last as " (entry(last.leaf))
                    @if let Some(digest_of) = &last.digest { ", SHA-256 " (digest(&digest_of.to_string())) }
                    ": names and accounts of persons stand on pages of management only; results name handles. The bundle holds the file, because without it nobody can perform the tests again."
                },
            }
        }
    }
}

fn erased(house: &House) -> Markup {
    let all = &house.state.erased;
    html! {
        @if all.is_empty() { li { (tag(Tone::Good, "Nothing erased")) " No bytes were destroyed." } }
        @for one in all {
            li {
                (tag(Tone::Unknown, "Erased")) " " (entry(one.leaf)) ": the bytes " (digest(&one.old.to_string()))
                @match &one.new { Some(new) => { " were replaced by a redacted copy, " (digest(&new.to_string())) }, None => { " were destroyed, and nothing was kept" } }
                ". Nobody sees them any more, management neither; the entry says why."
            }
        }
    }
}

fn unreadable(house: &House) -> Markup {
    let all = &house.state.unreadable;
    html! {
        @if !all.is_empty() {
            li { (tag(Tone::Bad, "Not readable")) " Bytes of " (part::many(all.len(), "document")) " were not found although nothing says that they were erased: " (part::entries(all, 8)) }
        }
    }
}
