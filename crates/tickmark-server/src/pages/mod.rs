//! The pages: pure functions from a [`House`](crate::House) and who looks to markup.
//!
//! Everything works without a script. Text from evidence, documents or people is only ever escaped text: nothing here calls
//! `PreEscaped`. A page that is asked for something that is not there gives [`Trouble::Missing`](crate::Trouble::Missing), the same for
//! what somebody may not see.

mod actions;
mod clock;
mod control;
mod controls;
mod criteria;
mod documents;
mod due;
mod duties;
mod edit;
mod engagement;
mod evidence;
mod exceptions;
mod expression;
mod forms;
mod handing;
mod home;
mod layout;
mod ledger;
pub mod link;
pub mod look;
mod matrix;
mod mine;
mod operation;
pub mod owed;
pub mod part;
mod people;
mod person;
mod policies;
mod policy;
mod populations;
mod prose;
mod query;
mod receipt;
mod reports;
mod review;
mod reviews;
mod risk;
mod risks;
mod scope;
mod settings;
mod sources;
pub mod table;
mod task;
mod tasks;
mod test;
mod tests;
pub mod trust;
mod vendor;
mod vendors;
pub mod view;
mod who;

use maud::{Markup, html};
use tickmark_core::report::document::Span;

pub use clock::{clock, clock_csv, notices, notices_csv};
pub use control::{control, control_csv};
pub use controls::{controls, controls_csv};
pub use criteria::{criteria, criteria_csv, criterion};
pub use documents::{document, documents, documents_csv};
pub use duties::{due, policy as due_policy};
pub use edit::{Typed, back, edit, editable, new_document};
pub use engagement::{NO_REASON, WithheldPage, engagement, why_withheld};
pub use evidence::{evidence, evidence_csv, evidence_item};
pub use exceptions::{exceptions, exceptions_csv};
pub use handing::{Shown as HandInShown, hand_in_by_link, hand_in_links, may_ask};
pub use home::home;
pub use layout::{Frame, Room, bare, layout, plain};
pub use ledger::{entry, ledger, ledger_csv};
pub use matrix::{matrix, matrix_csv};
pub use mine::mine;
pub use people::{people, people_csv};
pub use person::person;
pub use policies::{policies, policies_csv};
pub use policy::policy;
pub use populations::{population, populations, populations_csv};
pub use prose::prose;
pub use query::{query, query_csv};
pub use receipt::{Outcome, Receipt, Received, receipt, text as receipt_text};
pub use reports::{OFFERS, Offer, preview, reports};
pub use review::{Lists, review, review_before, review_csv};
pub use reviews::{NewReview, reviews, reviews_csv};
pub use risk::{risk, risk_csv};
pub use risks::{risks, risks_csv};
pub use scope::{scope, scope_changes};
pub use settings::settings;
pub use sources::{sources, sources_csv};
pub use task::task;
pub use tasks::{tasks, tasks_csv};
pub use test::{test, test_csv};
pub use tests::{tests, tests_csv};
pub use vendor::vendor;
pub use vendors::{vendors, vendors_csv};

/// The style sheet as it follows the browser's choice, at [`link::STYLE`].
pub const STYLE: &str = include_str!("../../assets/style.css");
/// The script, at [`link::SCRIPT`]. Every page works without it.
pub const SCRIPT: &str = include_str!("../../assets/page.js");

/// The sign in the browser's tab, at [`link::ICON`].
pub const ICON: &str = include_str!("../../assets/icon.svg");

/// A piece of a report's text.
fn words(span: &Span) -> Markup {
    html! {
        @match span {
            Span::Text { text } => { (text) },
            Span::Strong { text } => { strong { (text) } },
            Span::Code { text } => { code { (text) } },
            Span::Figure(figure) => { (part::number(figure, &figure.citations().leaves().first().map_or_else(|| link::LEDGER.to_owned(), |leaf| link::entry(*leaf)))) },
            Span::Result { state } => { (part::result(*state)) },
            Span::Entries { leaves } => { (part::entries(leaves.leaves(), 4)) },
        }
    }
}
