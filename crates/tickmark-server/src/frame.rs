//! The frame of the pages about coming in: signing in, the own account, members, and what is said when something fails.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use maud::{DOCTYPE, Markup, html};

use crate::rights::{Action, Viewer};

/// A page.
pub(crate) fn page(title: &str, viewer: Option<&Viewer>, body: &Markup) -> Response {
    page_with(StatusCode::OK, title, viewer, body)
}

/// A page with another status than 200.
pub(crate) fn page_with(
    status: StatusCode,
    title: &str,
    viewer: Option<&Viewer>,
    body: &Markup,
) -> Response {
    let whole = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " \u{00b7} Tickmark" }
                link rel="stylesheet" href="/assets/style.css";
                script src="/assets/page.js" defer {}
            }
            body {
                div.bare {
                    p.brand { a href="/" { "Tickmark" } }
                    @if let Some(viewer) = viewer { (menu(viewer)) }
                    main #main tabindex="-1" { h1 { (title) } (body) }
                }
            }
        }
    };
    html_answer(status, whole)
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

fn menu(viewer: &Viewer) -> Markup {
    html! {
        nav aria-label="Account" {
            ul {
                li { a href="/" { "Home" } }
                li { a href="/account" { "Your account" } }
                @if viewer.may(Action::ManageUsers) { li { a href="/users" { "Members" } } }
            }
            form method="post" action="/sign-out" { button.link type="submit" { "Sign out " (viewer.name) } }
        }
    }
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
            p { a href="/sign-in" { "Sign in" } }
        } @else {
            p { a href="/" { "Back to the start" } }
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
