//! Light or dark, kept in the browser.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use super::{
    Answer, Ask,
    Subject::Nothing,
    route::{Route, get, post},
};
use crate::{
    frame,
    pages::{
        Room,
        look::{Look, look},
    },
    rights::{Authorized, act},
};

/// Its cookie; it carries one of three words.
const COOKIE: &str = "tickmark-look";
/// Seconds it is kept.
const KEPT: u32 = 365 * 86_400;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/look", "light or dark", Nothing, page),
        post("/look", "choose light or dark", Nothing, choose),
    ]
}

fn page(by: Authorized<act::ManageOwnAccount>, ask: &Ask) -> Answer {
    let body = look(ask.look);
    Ok(frame::page_of(
        "Light or dark",
        Room::Account,
        by.viewer()?,
        &body,
    ))
}

fn choose(_by: Authorized<act::ManageOwnAccount>, ask: &Ask) -> Answer {
    let chosen = Look::from_name(ask.form.get("look").unwrap_or_default());
    let mut answer: Response = ask.go("/look");
    let secure = if ask.app.settings.tls { "; Secure" } else { "" };
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age={KEPT}; HttpOnly; SameSite=Lax{secure}",
        chosen.name()
    );
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(answer)
}

/// What the browser kept.
pub(super) fn kept(headers: &HeaderMap) -> Look {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'));
    let named = cookies
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE);
    named.map_or(Look::Auto, |(_, value)| Look::from_name(value))
}
