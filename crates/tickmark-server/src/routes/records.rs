//! The pages of what stands behind the program: sources, ledger, documents, reports, settings.

use axum::http::StatusCode;

use super::{Answer, Ask};
use crate::{
    frame::html_answer,
    http::download::attachment,
    pages::{self, table::Asked},
    rights::{Authorized, act},
};

/// Sources with their lag and gaps.
pub(super) fn sources(by: Authorized<act::ViewSources>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let asked = Asked::read(&ask.raw_query);
    if asked.csv {
        return Ok(attachment(pages::sources_csv(
            house, viewer, ask.now, &asked,
        )));
    }
    let page = pages::sources(house, viewer, ask.now, &asked);
    Ok(html_answer(StatusCode::OK, page))
}

/// Entries, youngest first.
pub(super) fn ledger(by: Authorized<act::ViewEntries>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let asked = Asked::read(&ask.raw_query);
    if asked.csv {
        return Ok(attachment(pages::ledger_csv(house, viewer, &asked)));
    }
    let page = pages::ledger(house, viewer, ask.now, &asked);
    Ok(html_answer(StatusCode::OK, page))
}

/// One entry with its proof.
pub(super) fn entry(by: Authorized<act::ViewEntries>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let entry = ask.app.company.entry(ask.number("leaf")?)?;
    let page = pages::entry(house, viewer, &entry);
    Ok(html_answer(StatusCode::OK, page))
}

/// Documents of the program.
pub(super) fn documents(by: Authorized<act::ViewDocuments>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let asked = Asked::read(&ask.raw_query);
    if asked.csv {
        return Ok(attachment(pages::documents_csv(house, viewer, &asked)));
    }
    let page = pages::documents(house, viewer, &asked);
    Ok(html_answer(StatusCode::OK, page))
}

/// One document. Its path is a name in the house, never a path of a file system.
pub(super) fn document(by: Authorized<act::ViewDocuments>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let page = pages::document(house, viewer, ask.part("path"))?;
    Ok(html_answer(StatusCode::OK, page))
}

/// Reports, and what each waits for.
pub(super) fn reports(by: Authorized<act::ViewReports>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    Ok(html_answer(StatusCode::OK, pages::reports(house, viewer)))
}

/// How the program is set up.
pub(super) fn settings(by: Authorized<act::ViewHome>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    Ok(html_answer(StatusCode::OK, pages::settings(house, viewer)))
}
