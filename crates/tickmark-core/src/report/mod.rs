//! What is stated from the ledger: readiness lists and package drafts, as a typed tree that renderers turn into pages and sheets.
//!
//! Pure: [`Inputs`] is filled by the engine, [`build`] makes a [`Report`], and [`render`], [`workbook`] and a [`Typeset`]
//! turn it into text, sheets and pages. A number comes onto a page only as a [`Figure`], which cannot be made without a ledger
//! entry (INV-R1). The service auditor's parts are left empty (INV-R2); nothing here writes an opinion.

pub mod build;
mod check;
pub mod document;
pub mod figure;
pub mod inputs;
pub mod lint;
pub mod list;
mod prose;
mod remarks;
pub mod render;
pub mod sample;
pub mod sheet;
pub mod state;
pub mod typeset;
mod wording;
pub mod workbook;

pub use check::ReportError;
pub use document::{Kind, Report};
pub use figure::{Citations, Count, Figure};
pub use inputs::Inputs;
pub use state::{ItemState, ResultState};
pub use typeset::{Typeset, TypesetError};
pub use workbook::workbook;
