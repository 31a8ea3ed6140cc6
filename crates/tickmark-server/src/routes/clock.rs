//! The pages of the clock and of what was told.

use axum::http::StatusCode;

use super::{
    Answer, Ask,
    Subject::Program,
    route::{Route, get},
};
use crate::{
    frame::html_answer,
    http::download::attachment,
    pages::{self, table::Asked},
    rights::{Authorized, act},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/clock",
            "when sources are due, and who does it",
            Program,
            clock,
        ),
        get(
            "/clock/notices",
            "what was told, and how it is set up",
            Program,
            notices,
        ),
    ]
}

/// Sources with cadence, next time and back-off; the runner; messages in numbers.
fn clock(by: Authorized<act::ViewSources>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let asked = Asked::read(&ask.raw_query);
    if asked.csv {
        return Ok(attachment(pages::clock_csv(house, ask.now, &asked)));
    }
    let told = ask.app.company.clock()?;
    let page = pages::clock(house, viewer, ask.now, &told, &asked);
    Ok(html_answer(StatusCode::OK, page))
}

/// Each message over each channel, and the settings without secrets.
fn notices(by: Authorized<act::ManageNotices>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let asked = Asked::read(&ask.raw_query);
    let told = ask.app.company.clock()?;
    if asked.csv {
        return Ok(attachment(pages::notices_csv(
            house, ask.now, &told, &asked,
        )));
    }
    let page = pages::notices(house, viewer, ask.now, &told, &asked);
    Ok(html_answer(StatusCode::OK, page))
}
