//! The pages: pure functions from a [`House`](crate::House) and who looks to markup.
//!
//! Everything works without a script. Text from evidence, documents or people is only ever escaped text: nothing here calls
//! `PreEscaped`. A page that is asked for something that is not there gives [`Trouble::Missing`](crate::Trouble::Missing), the same for
//! what somebody may not see.

mod actions;
mod control;
mod controls;
mod criteria;
mod documents;
mod evidence;
mod exceptions;
mod expression;
mod home;
mod layout;
mod ledger;
pub mod link;
mod matrix;
mod operation;
pub mod part;
mod populations;
mod prose;
mod query;
mod reports;
mod settings;
mod sources;
pub mod table;
mod test;
mod tests;
mod trouble;
pub mod view;

use maud::{Markup, html};
use tickmark_core::report::document::Span;

pub use control::{control, control_csv};
pub use controls::{controls, controls_csv};
pub use criteria::{criteria, criteria_csv, criterion};
pub use documents::{document, documents, documents_csv};
pub use evidence::{evidence, evidence_csv, evidence_item};
pub use exceptions::{exceptions, exceptions_csv};
pub use home::{home, welcome};
pub use layout::{Frame, Room, bare, layout};
pub use ledger::{entry, ledger, ledger_csv};
pub use matrix::{matrix, matrix_csv};
pub use populations::{population, populations, populations_csv};
pub use prose::prose;
pub use query::{query, query_csv};
pub use reports::reports;
pub use settings::settings;
pub use sources::{sources, sources_csv};
pub use test::{test, test_csv};
pub use tests::{tests, tests_csv};
pub use trouble::{bare_trouble, trouble};

/// The style sheet, at [`link::STYLE`].
pub const STYLE: &str = include_str!("../../assets/style.css");
/// The script, at [`link::SCRIPT`]. Every page works without it.
pub const SCRIPT: &str = include_str!("../../assets/page.js");

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
