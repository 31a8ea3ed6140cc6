//! Documents written on a page: as whole text, or through a short form.

use maud::{Markup, html};
use tickmark_core::model::document::{Class, class_of};

use super::layout::{Frame, Room, layout};
use super::part::{self, entry};
use super::{forms, link};
use crate::house::{House, Trouble};
use crate::rights::Viewer;
use crate::writing::{Field, Input, Kind};

/// Whether a document can be edited as text: what management writes and no source or person gives.
#[must_use]
pub fn editable(path: &str) -> bool {
    matches!(
        class_of(path),
        Ok(Class::Program
            | Class::System
            | Class::Commitments
            | Class::Policy
            | Class::Risk
            | Class::Vendor)
    )
}

/// What somebody typed, and why it was not saved.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The text.
    pub text: String,
    /// Leaf of the version that was edited.
    pub seen: Option<u64>,
    /// Why it was refused.
    pub refused: String,
}

/// A document as a form. `typed` is there after a refusal.
///
/// # Errors
/// [`Trouble::Missing`]: it is no document that can be edited here, or there is none of that name.
pub fn edit(
    house: &House,
    viewer: &Viewer,
    path: &str,
    typed: Option<&Typed>,
) -> Result<Markup, Trouble> {
    let missing = || {
        Trouble::Missing(format!(
            "{path} cannot be edited here; see the list of documents"
        ))
    };
    let current = house.state.current(path).map(|v| v.leaf);
    let bytes = house.documents.iter().find(|(p, _)| p == path);
    // The files that a program has one of may be begun here; everything else begins with its short form.
    let begins = !path.contains('/');
    if !editable(path) || (bytes.is_none() && !begins) {
        return Err(missing());
    }
    let text = match (typed, bytes) {
        (Some(typed), _) => typed.text.clone(),
        (None, Some((_, bytes))) => String::from_utf8(bytes.clone()).map_err(|_| missing())?,
        (None, None) => String::new(),
    };
    let seen = typed.map_or(current, |typed| typed.seen);
    let body = html! {
        (part::head(&html! { "Edit " (path) }, &html! { "The document as it is recorded, comments and all. Saving records a new version; what is not valid is refused with its line." }, &html! {}))
        (forms::refused(typed.map(|t| t.refused.as_str())))
        form.editor method="post" action=(link::edit(path)) {
            @if let Some(seen) = seen { input type="hidden" name="seen" value=(seen); }
            (forms::area("Text", "text", &text, "28", true))
            p.actions {
                button.main type="submit" { "Save" }
                a.button href=(back(path)) { "Cancel" }
                @if let Some(seen) = seen { span.muted { "edits version " (entry(seen)) "; refused if somebody else saves before" } }
            }
        }
        @if path.starts_with("policies/") { p.muted { "What anybody has approved changes only under a higher " code { "version" } "; its approvers then approve it anew." } }
    };
    let frame = Frame::new(format!("Edit {path}"), room(path)).under(path, back(path));
    Ok(layout(house, viewer, &frame, &body))
}

fn room(path: &str) -> Room {
    match path.split('/').next() {
        Some("policies") => Room::Policies,
        Some("risks") => Room::Risks,
        Some("vendors") => Room::Vendors,
        _ => Room::Documents,
    }
}

/// The page that shows what a document says.
#[must_use]
pub fn back(path: &str) -> String {
    let name = |folder: &str| {
        path.strip_prefix(folder)
            .and_then(|p| p.strip_suffix(".md"))
    };
    match (name("policies/"), name("risks/"), name("vendors/")) {
        (Some(id), _, _) => link::policy(id),
        (_, Some(id), _) => link::risk(id),
        (_, _, Some(id)) => link::vendor(id),
        _ => link::document(path),
    }
}

/// The short form for a new policy, risk or vendor. `typed` holds the fields after a refusal, and why.
///
/// # Errors
/// [`Trouble::Missing`]: there is no such form.
pub fn new_document(
    house: &House,
    viewer: &Viewer,
    kind: &str,
    typed: Option<(&[(String, String)], &str)>,
) -> Result<Markup, Trouble> {
    let kind = Kind::from_name(kind)
        .ok_or_else(|| Trouble::Missing(format!("no form for a new {kind}")))?;
    let (room, list) = match kind {
        Kind::Policy => (Room::Policies, ("Policies", link::POLICIES)),
        Kind::Risk => (Room::Risks, ("Risks", link::RISKS)),
        Kind::Vendor => (Room::Vendors, ("Vendors", link::VENDORS)),
    };
    let title = format!("New {}", kind.name());
    let value = |field: &Field| -> String {
        let fields = typed.map_or(&[][..], |(fields, _)| fields);
        let given = fields.iter().find(|(name, _)| name == field.name);
        match (given, typed) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(_)) => String::new(),
            (None, None) => field.first.to_owned(),
        }
    };
    let body = html! {
        (part::head(&html! { (title) }, &html! { "It becomes a document of the program, recorded under your name. Everything else about it is edited there." }, &html! {}))
        (forms::refused(typed.map(|(_, why)| why)))
        form.hand-in.wide method="post" action=(link::new(kind.name())) {
            @for one in kind.fields() { (field(one, &value(one))) }
            p.actions { button.main type="submit" { "Save" } a.button href=(list.1) { "Cancel" } }
        }
    };
    let frame = Frame::new(title, room).under(list.0, list.1);
    Ok(layout(house, viewer, &frame, &body))
}

fn field(field: &Field, value: &str) -> Markup {
    match field.input {
        Input::Line => forms::line(field.label, field.name, value, field.hint, field.required),
        Input::Day => forms::day(field.label, field.name, value, field.required),
        Input::Number => forms::number(field.label, field.name, value, field.required),
        Input::Area => forms::area(field.label, field.name, value, "12", field.required),
        Input::Choice(options) => {
            let options: Vec<(String, String)> = options
                .iter()
                .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()))
                .collect();
            forms::choice(field.label, field.name, &options, value, None)
        }
    }
}
