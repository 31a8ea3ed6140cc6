//! The program's documents: what is in force, and every version.

use maud::{Markup, html};
use tickmark_core::model::document::{Class, class_of};
use tickmark_core::model::state::Version;
use tickmark_core::model::time::Zone;

use super::layout::{Frame, Room, layout};
use super::part::{self, card, digest, entry};
use super::prose::prose;
use super::table::{Asked, Column, Table};
use super::{link, view};
use crate::house::{Download, House, Trouble};
use crate::rights::{Action, Role, Viewer};

/// The documents of the program now.
#[must_use]
pub fn documents(house: &House, viewer: &Viewer, asked: &Asked) -> Markup {
    let rows = rows(house);
    let zone = view::zone(house);
    let none = part::empty(
        "No document is recorded",
        "A program is a folder of text files; recording them is the first step.",
        "tickmark init && tickmark apply",
        &html! {},
    );
    let body = html! {
        (part::head(&html! { "Documents" }, &html! { "The program as it is recorded. A change becomes a new version; the old ones stay." }, &html! {}))
        (table(&rows, &zone).html(asked, &none))
    };
    layout(
        house,
        viewer,
        &Frame::new("Documents", Room::Documents),
        &body,
    )
}

/// The same as a file.
#[must_use]
pub fn documents_csv(house: &House, _viewer: &Viewer, asked: &Asked) -> Download {
    table(&rows(house), &view::zone(house)).csv(asked)
}

struct Row<'a> {
    path: &'a str,
    version: &'a Version,
    versions: usize,
}

fn rows(house: &House) -> Vec<Row<'_>> {
    house
        .state
        .documents
        .iter()
        .filter_map(|(path, all)| {
            Some(Row {
                path,
                version: all.last()?,
                versions: all.len(),
            })
        })
        .collect()
}

const fn class_words(class: Class) -> &'static str {
    match class {
        Class::Program => "program",
        Class::System => "system description",
        Class::Commitments => "commitments",
        Class::Adoption => "adopted control",
        Class::People => "people",
        Class::Waivers => "waivers",
        Class::Sources => "sources",
        Class::Text => "text",
        Class::Test => "test",
        Class::Policy => "policy",
        Class::Risk => "risk",
        Class::Vendor => "vendor",
        Class::Notices => "notices",
    }
}

fn table<'a>(rows: &'a [Row<'a>], zone: &'a Zone) -> Table<'a, Row<'a>> {
    Table {
        caption: "Documents of the program",
        path: link::DOCUMENTS.into(),
        columns: vec![
            Column::new("path", "Document", |r: &Row<'_>| r.path.to_owned()).shown(|r| html! { a href=(link::document(r.path)) { (r.path) } @if r.version.removed.is_some() { " " span.note { "taken out" } } }),
            Column::new("class", "Kind", |r: &Row<'_>| class_words(r.version.class).to_owned()).filter(),
            Column::new("versions", "Versions", |r: &Row<'_>| r.versions.to_string()).ordered(|r| r.versions as u64).shown(|r| html! { a.number href={ (link::document(r.path)) "#versions" } { (r.versions) } }),
            Column::new("recorded", "Recorded", move |r: &Row<'_>| part::minute(zone, r.version.recorded)).shown(move |r| part::instant(zone, r.version.recorded)),
            Column::new("digest", "SHA-256", |r: &Row<'_>| r.version.digest.map(|d| d.to_string()).unwrap_or_default()).shown(|r| html! { @match r.version.digest { Some(hash) => { (digest(&hash.to_string())) }, None => { span.note { "bytes erased" } } } }),
            Column::new("leaf", "Entry", |r: &Row<'_>| r.version.leaf.to_string()).ordered(|r| r.version.leaf).shown(|r| entry(r.version.leaf)),
        ],
        rows,
        file: "documents",
    }
}

/// One document as it stands now, with its versions.
///
/// # Errors
/// [`Trouble::Missing`]: no document was ever recorded at that path.
pub fn document(house: &House, viewer: &Viewer, path: &str) -> Result<Markup, Trouble> {
    let versions = house
        .state
        .documents
        .get(path)
        .map_or(&[][..], Vec::as_slice);
    let bytes = house
        .documents
        .iter()
        .find(|(p, _)| p == path)
        .map(|(_, bytes)| bytes.as_slice());
    if versions.is_empty() && bytes.is_none() {
        return Err(Trouble::Missing(format!(
            "no document {path}; see the list of documents"
        )));
    }
    let text = bytes.map(String::from_utf8_lossy);
    let body = html! {
        (part::head(&html! { (path) }, &html! { @if let Some(control) = tickmark_core::model::document::control_of_path(path) { "Adopts " a href=(link::control(&control)) { (control) } } }, &html! { @if viewer.may(Action::EditDocuments) && bytes.is_some() && super::edit::editable(path) { (part::button(&link::edit(path), "Edit")) } }))
        @match &text {
            Some(_) if class_of(path).is_ok_and(|c| c == Class::People) && viewer.role == Role::Auditor => {
                p.notice { "The names in it are management's. Every other page speaks of the handles; its digest below binds what it said." }
            },
            Some(text) => { (card("As it stands", &shown(path, text))) },
            None => { p.notice { "It is not part of the program now; its versions stay in the ledger." } },
        }
        (card("Versions", &history(house, versions)))
    };
    Ok(layout(
        house,
        viewer,
        &Frame::new(path, Room::Documents).under("Documents", link::DOCUMENTS),
        &body,
    ))
}

fn shown(path: &str, text: &str) -> Markup {
    let markdown = path.ends_with(".md").then(|| without_front_matter(text));
    html! {
        @match markdown {
            Some((front, rest)) => {
                @if !front.is_empty() { pre.code { code { (front) } } }
                (prose(rest))
            },
            None => { pre.code { code { (text) } } },
        }
    }
}

/// The YAML between the first two lines `---`, and the rest.
fn without_front_matter(text: &str) -> (&str, &str) {
    let cut = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---"));
    cut.map_or(("", text), |(front, rest)| (front, rest))
}

fn history(house: &House, versions: &[Version]) -> Markup {
    let zone: Zone = view::zone(house);
    html! {
        ol.history #versions {
            @for version in versions.iter().rev() {
                li {
                    (part::instant(&zone, version.recorded)) " " (entry(version.leaf)) " "
                    @match version.digest { Some(hash) => { (digest(&hash.to_string())) }, None => { span.note { "bytes erased" } } }
                    " " span.muted { (part::grouped(version.length)) " bytes, by " (version.actor.to_string().chars().take(8).collect::<String>()) }
                    @if let Some(day) = version.effective { " from " (day) }
                    @if let Some(leaf) = version.removed { " taken out by " (entry(leaf)) }
                }
            }
        }
    }
}
