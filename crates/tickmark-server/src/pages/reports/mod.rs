//! Reports: what each still waits for and from whom, how it reads, what a reader would stumble over, and the files of it.

mod preview;
mod remarks;
mod waits;

use maud::{Markup, html};
use tickmark_core::report::inputs::{Inputs, Window};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, card_with, tag};
use super::{link, view};
use crate::house::House;
use crate::rights::{Action, Viewer};

pub use preview::preview;

/// A report as the page offers it.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    /// Its name in addresses.
    pub kind: &'static str,
    /// What it is called.
    pub title: &'static str,
    says: &'static str,
    /// Formats that it is downloaded in.
    pub formats: &'static [&'static str],
    /// It can be read on a page before.
    pub shown: bool,
    for_period: bool,
}

const WRITTEN: &[&str] = &["pdf", "html", "md", "json", "xlsx"];

/// The reports there are.
pub const OFFERS: [Offer; 4] = [
    Offer {
        kind: "type2",
        title: "Type 2 package",
        says: "Sections 1 to 5 for a period, with every population, test and exception. The auditor's parts stay empty.",
        formats: WRITTEN,
        shown: true,
        for_period: true,
    },
    Offer {
        kind: "type1",
        title: "Type 1 package",
        says: "Description and design as of a date: today, where the program has a period.",
        formats: WRITTEN,
        shown: true,
        for_period: false,
    },
    Offer {
        kind: "readiness",
        title: "Readiness",
        says: "What is open at each criterion, with reasons and without a score.",
        formats: WRITTEN,
        shown: true,
        for_period: false,
    },
    Offer {
        kind: "workbook",
        title: "Workbook",
        says: "Matrix, tests, every item that did not pass, populations and sources as sheets.",
        formats: &["xlsx"],
        shown: false,
        for_period: true,
    },
];

impl Offer {
    /// The report of a name.
    #[must_use]
    pub fn of(kind: &str) -> Option<&'static Self> {
        OFFERS.iter().find(|o| o.kind == kind)
    }

    /// Whether the program's window is what it speaks of.
    fn fits(&self, inputs: &Inputs) -> bool {
        !self.for_period || matches!(inputs.window, Window::Throughout(_))
    }
}

/// The reports with their formats and what they wait for.
#[must_use]
pub fn reports(house: &House, viewer: &Viewer) -> Markup {
    let body = html! {
        (part::head(&html! { "Reports" }, &html! { "Drafts that management hands to the auditor. They are no auditor's report: only the auditor writes an opinion." }, &html! { @if viewer.may(Action::DownloadBundle) { a.button.main href=(link::BUNDLE) download="" { "Download the bundle" } } }))
        @match &house.inputs {
            Err(why) => { (part::empty("Nothing to report on yet", why, "tickmark apply && tickmark test", &part::button(link::DOCUMENTS, "Open the documents"))) },
            Ok(inputs) => { (ready(house, viewer, inputs)) },
        }
    };
    layout(house, viewer, &Frame::new("Reports", Room::Reports), &body)
}

fn ready(house: &House, viewer: &Viewer, inputs: &Inputs) -> Markup {
    let remarks = tickmark_core::report::lint::lint(inputs);
    html! {
        div.offers { @for offer in &OFFERS { (card(offer.title, &offered(house, viewer, inputs, offer))) } }
        @for offer in OFFERS.iter().filter(|o| o.fits(inputs)) {
            @if let Some(parts) = waits::parts(house, inputs, offer.kind) {
                (card_with(&format!("What the {} waits for", offer.title), &html! { a href=(link::preview(offer.kind)) { "Read it" } }, &html! {
                    (waits::table(&parts, offer.title))
                    p.muted { "Period " (view::period(inputs)) ", system " (inputs.system) "." }
                }))
            }
        }
        (card("Words that a reader would stumble over", &remarks::list(&remarks)))
        (card("The bundle", &html! {
            p { "Everything the auditor needs in one file, checked without this server:" }
            p { (part::command("tickmark-verify BUNDLE --policy POLICY")) }
            p.muted { "The verdict today would be " (super::home::verdict(&house.log.verdict)) " at size " (part::grouped(house.log.size)) "." }
        }))
    }
}

fn offered(house: &House, viewer: &Viewer, inputs: &Inputs, offer: &Offer) -> Markup {
    html! {
        p { (offer.says) }
        @if let Some(parts) = waits::parts(house, inputs, offer.kind) {
            @let open = parts.iter().filter(|p| !p.ready).count();
            p { @if open == 0 { (tag(Tone::Good, "waits for nothing")) } @else { (tag(Tone::Warn, &format!("{} of {} wait", open, part::many(parts.len(), "part")))) } }
        }
        @if !offer.fits(inputs) {
            p { (tag(Tone::Plain, "needs a period")) " " (part::command("tickmark report type2 --period A..B")) }
        } @else {
            @if offer.shown { p.actions { a.button.main href=(link::preview(offer.kind)) { "Read" span.quiet { " the " (offer.title) } } } }
            (downloads(viewer, offer))
        }
    }
}

/// The files of a report.
fn downloads(viewer: &Viewer, offer: &Offer) -> Markup {
    html! {
        @if viewer.may(Action::DownloadReports) {
            p.actions { @for format in offer.formats { a.button href=(link::report(offer.kind, format)) download="" { (format.to_uppercase()) span.quiet { " of the " (offer.title) } } } }
        }
    }
}
