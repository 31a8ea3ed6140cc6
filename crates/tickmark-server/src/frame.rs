//! Answers made of pages: what coming in, the own account, members and failures have in common.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use maud::{Markup, html};

use crate::{
    pages::{Room, link, plain},
    rights::Viewer,
};

/// A page.
pub(crate) fn page(title: &str, viewer: Option<&Viewer>, body: &Markup) -> Response {
    page_with(StatusCode::OK, title, viewer, body)
}

/// A page that has its place in the navigation.
pub(crate) fn page_of(title: &str, room: Room, viewer: &Viewer, body: &Markup) -> Response {
    html_answer(StatusCode::OK, plain(title, room, Some(viewer), body))
}

/// A page with another status than 200.
pub(crate) fn page_with(
    status: StatusCode,
    title: &str,
    viewer: Option<&Viewer>,
    body: &Markup,
) -> Response {
    html_answer(status, plain(title, Room::None, viewer, body))
}

/// HTML that is whole already.
pub(crate) fn html_answer(status: StatusCode, whole: Markup) -> Response {
    let mut answer = Response::new(Body::from(whole.into_string()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    answer
}

/// What happened, and the way back.
pub(crate) fn notice(title: &str, detail: &str) -> Markup {
    let mut letters = detail.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    html! {
        p.notice role="status" { (first) (letters.as_str()) "." }
        @if title == "Sign in first" {
            p { a.button href="/sign-in" { "Sign in" } }
        } @else {
            p { a.button href=(link::HOME) { "Back to the start" } }
        }
    }
}

/// A text field with its label.
pub(crate) fn field(
    label: &str,
    name: &str,
    kind: &str,
    complete: &str,
    value: &str,
    required: bool,
) -> Markup {
    html! {
        p.field {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) autocomplete=(complete) value=(value) required[required];
        }
    }
}
