//! The pages of the program: each finds its house, lets the page be drawn, and says what it is.

use axum::{http::StatusCode, response::Response};
use maud::Markup;

use super::{Answer, Ask};
use crate::{
    frame::html_answer,
    house::{Download, Trouble},
    http::{download::attachment, fault::Fault},
    pages::{self, table::Asked},
    rights::{Action, Authorized, act},
};

fn drawn(page: Markup) -> Answer {
    Ok(html_answer(StatusCode::OK, page))
}

fn drawn_if(page: Result<Markup, Trouble>) -> Answer {
    drawn(page?)
}

fn file(download: Download) -> Response {
    attachment(download)
}

/// A list: as a page, or with `as=csv` or `as=xlsx` as a file of all its rows.
macro_rules! list {
    ($(#[$doc:meta])* $name:ident, $action:ident, |$house:ident, $viewer:ident, $ask:ident, $asked:ident| $page:expr, $csv:expr) => {
        $(#[$doc])*
        pub(super) fn $name(by: Authorized<act::$action>, $ask: &Ask) -> Answer {
            let ($house, $viewer) = (&*$ask.house()?, by.viewer()?);
            let $asked = &Asked::read(&$ask.raw_query);
            if $asked.csv { Ok(file($csv)) } else { drawn($page) }
        }
    };
}

/// One thing: as a page, or with `as=csv` or `as=xlsx` its rows as a file.
macro_rules! item {
    ($(#[$doc:meta])* $name:ident, $action:ident, |$house:ident, $viewer:ident, $ask:ident, $asked:ident| $page:expr $(, $csv:expr)?) => {
        $(#[$doc])*
        pub(super) fn $name(by: Authorized<act::$action>, $ask: &Ask) -> Answer {
            let ($house, $viewer) = (&*$ask.house()?, by.viewer()?);
            let $asked = &Asked::read(&$ask.raw_query);
            $(if $asked.csv { return Ok(file($csv?)); })?
            drawn_if($page)
        }
    };
}

/// The start: the whole program for who may see it, otherwise what is due from oneself.
pub(super) fn home(by: Authorized<act::ViewDue>, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let viewer = by.viewer()?;
    let all = viewer.may_to(
        Action::ViewHome,
        viewer.program(super::subject::period(&house)),
    );
    if all {
        return drawn(pages::home(&house, viewer, ask.now));
    }
    super::own::due(by, ask)
}

list!(
    /// Criteria with what is open at each.
    criteria, ViewCriteria, |house, viewer, ask, asked| pages::criteria(house, viewer, asked), pages::criteria_csv(house, viewer, asked)
);
item!(
    /// One criterion.
    criterion, ViewCriteria, |house, viewer, ask, _asked| pages::criterion(house, viewer, ask.part("id"))
);
list!(
    /// Criteria by controls.
    matrix, ViewCriteria, |house, viewer, ask, asked| pages::matrix(house, viewer), pages::matrix_csv(house, viewer, asked)
);
list!(
    /// Controls.
    controls, ViewControls, |house, viewer, ask, asked| pages::controls(house, viewer, asked), pages::controls_csv(house, viewer, asked)
);
item!(
    /// One control.
    control, ViewControls, |house, viewer, ask, asked| pages::control(house, viewer, ask.now, ask.part("id"), asked),
    pages::control_csv(house, viewer, ask.part("id"), asked)
);
list!(
    /// Tests.
    tests, ViewTests, |house, viewer, ask, asked| pages::tests(house, viewer, asked), pages::tests_csv(house, viewer, asked)
);
item!(
    /// One test with every item that did not pass.
    test, ViewTests, |house, viewer, ask, asked| pages::test(house, viewer, ask.now, ask.part("id"), asked),
    pages::test_csv(house, viewer, ask.part("id"), asked)
);
list!(
    /// Items that did not pass, of all tests.
    exceptions, ViewTests, |house, viewer, ask, asked| pages::exceptions(house, viewer, asked), pages::exceptions_csv(house, viewer, asked)
);
list!(
    /// Evidence handed in.
    evidence, ViewEvidence, |house, viewer, ask, asked| pages::evidence(house, viewer, ask.now, asked), pages::evidence_csv(house, viewer, asked)
);
/// Longest file whose digest is taken for its page; a longer one is hashed by whoever downloads it.
const HASHED_BYTES: u64 = 4 << 20;

/// One piece of evidence.
pub(super) fn evidence_item(by: Authorized<act::ViewEvidence>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let leaf = ask.number("leaf")?;
    let short = house
        .files
        .get(&leaf)
        .is_some_and(|f| f.length <= HASHED_BYTES);
    let sha256 = (short && viewer.may(Action::DownloadEvidence))
        .then(|| ask.app.company.evidence(leaf).ok())
        .flatten()
        .map(|file| tickmark_log::digest::sha256(&file.bytes).to_string());
    drawn_if(pages::evidence_item(
        house,
        viewer,
        ask.now,
        leaf,
        sha256.as_deref(),
    ))
}
list!(
    /// Populations.
    populations, ViewPopulations, |house, viewer, ask, asked| pages::populations(house, viewer, asked), pages::populations_csv(house, viewer, asked)
);
item!(
    /// One population with its completeness and accuracy.
    population, ViewPopulations, |house, viewer, ask, _asked| pages::population(house, viewer, ask.now, ask.part("name"))
);

/// The file of a piece of evidence.
pub(super) fn evidence_file(_by: Authorized<act::DownloadEvidence>, ask: &Ask) -> Answer {
    Ok(attachment(ask.app.company.evidence(ask.number("leaf")?)?))
}

/// Most rows that a query shows.
const ROWS: usize = 500;
/// Longest query, bytes.
const SQL_BYTES: usize = 20_000;

/// The query box, and the answer if something was asked.
pub(super) fn query(by: Authorized<act::RunQuery>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let Some(sql) = ask.query.get("sql") else {
        return drawn(pages::query(house, viewer, "", None));
    };
    if sql.len() > SQL_BYTES {
        return Err(Fault::wrong(format!(
            "the query is longer than {SQL_BYTES} bytes"
        )));
    }
    let asked = Asked::read(&ask.raw_query);
    let answer = ask.app.company.query(sql, ROWS);
    match &answer {
        Ok(grid) if asked.csv => Ok(file(pages::query_csv(grid, &asked))),
        Err(Trouble::Environment(why)) => Err(Fault::Environment(why.clone())),
        _ => drawn(pages::query(house, viewer, sql, Some(&answer))),
    }
}

/// Everything the auditor needs, as one file.
pub(super) fn bundle(_by: Authorized<act::DownloadBundle>, ask: &Ask) -> Answer {
    Ok(attachment(ask.app.company.bundle()?))
}

/// A report as a file.
pub(super) fn report(_by: Authorized<act::DownloadReports>, ask: &Ask) -> Answer {
    let (kind, format) = (ask.part("kind"), ask.part("format"));
    if !pages::Offer::of(kind).is_some_and(|offer| offer.formats.contains(&format)) {
        return Err(Fault::Missing);
    }
    Ok(attachment(ask.app.company.report(kind, format)?))
}
