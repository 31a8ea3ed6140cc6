//! The trust page: what everybody may load, what a named recipient may, and what management decides.

mod asking;
mod giving;
mod manage;
mod public;
mod shared;

use axum::http::StatusCode;
use maud::Markup;

use super::{
    Answer, Ask,
    Subject::Nothing,
    route::{Route, get, post},
};
use crate::{frame::html_answer, http::fault::Fault, identity::PageText, pages::trust::Visit};

/// All routes of the trust page.
pub(super) fn routes() -> Vec<Route> {
    let mut all = open();
    all.extend(managed());
    all
}

fn open() -> Vec<Route> {
    vec![
        get("/trust", "the public trust page", Nothing, public::page),
        get(
            "/trust/status.json",
            "the same for programs",
            Nothing,
            public::status,
        ),
        get(
            "/trust/proof/{leaf}",
            "the proof of an entry that the trust page names",
            Nothing,
            public::proof,
        ),
        get(
            "/trust/file/{leaf}",
            "a public document",
            Nothing,
            public::file,
        ),
        get(
            "/trust/request",
            "the form that asks for documents",
            Nothing,
            asking::form,
        ),
        post("/trust/request", "ask for documents", Nothing, asking::ask),
        post(
            "/trust/subscribe",
            "begin or end hearing of updates",
            Nothing,
            asking::subscribe,
        ),
        get(
            "/trust/shared/{link}",
            "what a link shares",
            Nothing,
            shared::by_link,
        ),
        post(
            "/trust/shared/{link}/accept",
            "accept the terms",
            Nothing,
            shared::accept_by_link,
        ),
        post(
            "/trust/shared/{link}/download",
            "download one's copy",
            Nothing,
            shared::download_by_link,
        ),
        get(
            "/trust/mine",
            "what was shared with oneself",
            Nothing,
            shared::mine,
        ),
        post(
            "/trust/mine/accept",
            "accept the terms, signed in",
            Nothing,
            shared::accept_mine,
        ),
        post(
            "/trust/mine/download",
            "download one's copy, signed in",
            Nothing,
            shared::download_mine,
        ),
    ]
}

fn managed() -> Vec<Route> {
    vec![
        get(
            "/trust/manage",
            "what the trust page says, for management",
            Nothing,
            manage::page,
        ),
        post(
            "/trust/manage/publish",
            "put a document on the trust page",
            Nothing,
            manage::publish,
        )
        .with_file(),
        post(
            "/trust/manage/{leaf}/withdraw",
            "take a document off it",
            Nothing,
            manage::withdraw,
        ),
        post(
            "/trust/manage/text",
            "change what else it says",
            Nothing,
            manage::save,
        ),
        get(
            "/trust/requests",
            "what strangers asked for",
            Nothing,
            giving::requests,
        ),
        post(
            "/trust/requests/{id}/approve",
            "give what was asked for",
            Nothing,
            giving::approve,
        ),
        post(
            "/trust/requests/{id}/decline",
            "decline a request",
            Nothing,
            giving::decline,
        ),
        get(
            "/trust/grants",
            "who may have what",
            Nothing,
            giving::grants,
        ),
        post(
            "/trust/grants",
            "give a document to somebody",
            Nothing,
            giving::give,
        ),
        post(
            "/trust/grants/{leaf}/revoke",
            "end a grant at once",
            Nothing,
            giving::revoke,
        ),
        post(
            "/trust/grants/{leaf}/link",
            "make a new link to a grant",
            Nothing,
            giving::relink,
        ),
        get(
            "/trust/accesses",
            "what recipients did",
            Nothing,
            giving::accesses,
        ),
    ]
}

fn drawn(page: Markup) -> Answer {
    Ok(html_answer(StatusCode::OK, page))
}

/// The page with what was wrong on it: what was typed elsewhere is not lost by going back.
fn refused(page: Markup) -> Answer {
    Ok(html_answer(StatusCode::BAD_REQUEST, page))
}

fn text(ask: &Ask) -> Result<PageText, Fault> {
    Ok(ask.app.identity.page_text()?)
}

/// Runs with what a public page is drawn from.
fn visit<T>(ask: &Ask, draw: impl FnOnce(&Visit<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
    let (house, page) = (ask.house()?, text(ask)?);
    draw(&Visit {
        house: &house,
        page: &page,
        now: ask.now,
    })
}
