//! Reports to read: built from the house, as the files are.

use tickmark_core::report::{Report, build, render};

use super::{
    Answer, Ask,
    Subject::Program,
    route::{Route, get},
};
use crate::{
    frame::html_answer,
    house::{House, Trouble},
    pages,
    rights::{Authorized, act},
};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/reports/{kind}", "a report to read", Program, preview)]
}

fn preview(by: Authorized<act::ViewReports>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let kind = ask.part("kind");
    let page = pages::preview(house, viewer, kind, built(house, ask, kind))?;
    Ok(html_answer(axum::http::StatusCode::OK, page))
}

/// The report as the files have it. A Type 1 speaks of a date, which the house does not: the engine builds that one.
fn built(house: &House, ask: &Ask, kind: &str) -> Result<Report, Trouble> {
    let inputs = house
        .inputs
        .as_ref()
        .map_err(|e| Trouble::Refused(e.clone()))?;
    match kind {
        "type2" => Ok(build::type2(inputs)?),
        "readiness" => Ok(build::readiness(inputs)?),
        "type1" => {
            let file = ask.app.company.report(kind, "json")?;
            let text = String::from_utf8_lossy(&file.bytes);
            render::from_json(&text)
                .map_err(|e| Trouble::Environment(format!("the report cannot be read: {e}")))
        }
        _ => Err(Trouble::Missing(format!("there is no report {kind}"))),
    }
}
