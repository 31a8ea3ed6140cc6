//! What anybody may see: whether the server is well, its style sheet.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;

use super::{Answer, Ask, json_answer};
use crate::{
    assets,
    http::fault::Fault,
    pages::look::Look,
    rights::{Authorized, act},
};

/// `/healthz`: asks what it would have to ask to show a page, to record and to collect. 200 if all of it works, 503 otherwise; nothing of
/// the program is told.
pub(super) fn health(_by: Authorized<act::AskHealth>, ask: &Ask) -> Answer {
    let pulse = ask.app.company.pulse();
    let ledger = ask.house().is_ok() && pulse.ledger;
    let accounts = ask.app.identity.well().is_ok();
    let runner = match pulse.runner {
        None => "off",
        Some(turns) if turns.stuck(ask.now) => "stuck",
        Some(_) => "ok",
    };
    let well = ledger && accounts && pulse.disk && runner != "stuck";
    let word = |well: bool| if well { "ok" } else { "failing" };
    let mut answer = json_answer(&json!({
        "status": word(well),
        "ledger": word(ledger),
        "accounts": word(accounts),
        "disk": word(pulse.disk),
        "runner": runner,
    }));
    if !well {
        *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(answer)
}

/// Style sheet, script, pictures: compiled in, public, kept by browsers for an hour. The style sheet depends on what was chosen, which a
/// cookie says: with another choice a browser asks again.
pub(super) fn asset(_by: Authorized<act::LoadAsset>, ask: &Ask) -> Answer {
    let (media, bytes) = assets::find(ask.part("name")).ok_or(Fault::Missing)?;
    let chosen = match (ask.part("name"), ask.look) {
        (_, Look::Auto) => Body::from(bytes),
        ("style.css", look) => Body::from(look.style()),
        _ => Body::from(bytes),
    };
    let mut answer = Response::new(chosen);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::VARY, HeaderValue::from_static("cookie"));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    );
    Ok(answer)
}
