//! Leaf room: Typst. Turns a report into PDF pages.
//!
//! [`Typst`] sets in process; [`ProcessTypeset`] runs [`worker_main`] in a process that limits its own memory and time, because a
//! compilation cannot be interrupted from inside. The template lies in `library/reports`; the report reaches it as data, so no text
//! of evidence is ever read as markup. No packages, no files, no network, no clock.

mod process;
mod view;
mod worker;
mod world;

use tickmark_core::report::{Report, Typeset, TypesetError};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

pub use process::ProcessTypeset;
pub use worker::worker_main;

/// Sets reports in this process.
#[derive(Debug, Default, Clone, Copy)]
pub struct Typst;

impl Typst {
    /// A typesetter; fonts and template are loaded once, at first use.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Typeset for Typst {
    fn pdf(&self, report: &Report) -> Result<Vec<u8>, TypesetError> {
        let world = world::Room::new(report)?;
        let document = typst::compile::<PagedDocument>(&world)
            .output
            .map_err(|errors| refused(&errors))?;
        let options = PdfOptions {
            ident: typst::foundations::Smart::Custom(report.ident.clone()),
            creator: typst::foundations::Smart::Custom(Some("Tickmark".to_owned())),
            timestamp: world::timestamp(report.made_us),
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| refused(&errors));
        // Results of this report would stay in memory for a next one that never resembles it.
        typst::comemo::evict(0);
        bytes
    }
}

fn refused(errors: &[typst::diag::SourceDiagnostic]) -> TypesetError {
    let all: Vec<String> = errors
        .iter()
        .map(|error| error.message.to_string())
        .collect();
    TypesetError::Refused(all.join("; "))
}
