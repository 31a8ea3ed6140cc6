//! What anybody may see: whether the server is well, its style sheet, the trust page.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use maud::html;
use serde_json::json;

use super::{Answer, Ask, json_answer};
use crate::{
    assets, frame,
    http::fault::Fault,
    rights::{Authorized, act},
};

/// `/healthz`: asks what it would have to ask to show a page. 200 if both answer, 503 otherwise; nothing of the program is told.
pub(super) fn health(_by: Authorized<act::AskHealth>, ask: &Ask) -> Answer {
    let ledger = ask.house().is_ok();
    let accounts = ask.app.identity.well().is_ok();
    let word = |well: bool| if well { "ok" } else { "failing" };
    let mut answer = json_answer(&json!({
        "status": word(ledger && accounts),
        "ledger": word(ledger),
        "accounts": word(accounts),
    }));
    if !(ledger && accounts) {
        *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(answer)
}

/// Style sheet, script, pictures: compiled in, public, kept by browsers for an hour.
pub(super) fn asset(_by: Authorized<act::LoadAsset>, ask: &Ask) -> Answer {
    let (media, bytes) = assets::find(ask.part("name")).ok_or(Fault::Missing)?;
    let mut answer = Response::new(Body::from(bytes));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    );
    Ok(answer)
}

/// The public trust page. Says nothing until somebody decided what it says.
pub(super) fn trust(by: Authorized<act::ViewTrust>, _ask: &Ask) -> Answer {
    let body = html! { p { "This company has published nothing yet." } };
    Ok(frame::page("Trust", by.anybody(), &body))
}
