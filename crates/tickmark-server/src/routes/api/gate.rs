//! What every request to the API must meet before it is worked on: not too often, only names that are known, answers and bodies of types
//! that there are.

use std::collections::BTreeSet;

use axum::http::{Method, header};

use super::{once, tagged, told::Told};
use crate::{
    http::{fault::Fault, pace::Cost},
    rights::Viewer,
    routes::{Answer, Ask, Route},
};

/// Counts the request for its account.
pub(crate) fn not_too_often(
    route: &Route,
    ask: &Ask,
    viewer: Option<&Viewer>,
) -> Result<(), Fault> {
    let (Some(told), Some(viewer)) = (&route.told, viewer) else {
        return Ok(());
    };
    let cost = match (told.costly, route.changes()) {
        (true, _) => Cost::Much,
        (false, true) => Cost::Change,
        (false, false) => Cost::Read,
    };
    let taken = ask.app.pace.take(viewer.account, cost, ask.now);
    taken.map_err(Fault::TooOften)
}

/// Whether the query and the wanted form of the answer are ones that this route knows.
pub(crate) fn expected(route: &Route, ask: &Ask) -> Result<(), Fault> {
    let Some(told) = &route.told else {
        return Ok(());
    };
    query(told, ask)?;
    accepted(told, ask)
}

/// Each name of the query is known and comes once.
fn query(told: &Told, ask: &Ask) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for name in ask.query.names() {
        if !told.query.iter().any(|p| p.name == name) {
            let known: Vec<String> = told.query.iter().map(|p| format!("`{}`", p.name)).collect();
            let known = match known.as_slice() {
                [] => "nothing".to_owned(),
                some => some.join(", "),
            };
            return Err(Fault::wrong(format!(
                "the query has a name that this address does not know; it knows {known}"
            )));
        }
        if !seen.insert(name) {
            return Err(Fault::wrong("a name stands in the query twice"));
        }
        if ask.query.get(name).is_none() {
            return Err(Fault::wrong(format!("`{name}` in the query has no value")));
        }
    }
    for param in told.query.iter().filter(|p| p.required) {
        ask.query.need(param.name, &format!("`{}`", param.name))?;
    }
    Ok(())
}

/// Whether one of the types that this route gives is among those that are wanted.
fn accepted(told: &Told, ask: &Ask) -> Result<(), Fault> {
    let types = told.gives.types();
    let wanted: Vec<&str> = ask
        .headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let wanted = wanted.join(",");
    if wanted.trim().is_empty() || types.is_empty() || types.iter().any(|t| admits(&wanted, t)) {
        return Ok(());
    }
    Err(Fault::NotInThatForm(format!("`{}`", types.join("`, `"))))
}

/// Whether a list of media ranges (RFC 9110, 12.5.1) admits a type. The most exact range that fits decides.
fn admits(wanted: &str, media: &str) -> bool {
    if media == "*/*" {
        return true;
    }
    let family = media.split('/').next().unwrap_or_default();
    let mut best: Option<(u8, bool)> = None;
    for range in wanted.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let exact = if name == media {
            3
        } else if name == format!("{family}/*") {
            2
        } else if name == "*/*" {
            1
        } else {
            continue;
        };
        let never = parts.any(|p| {
            let zero = |q: &str| q.parse().is_ok_and(|q: f32| q <= 0.0);
            p.strip_prefix("q=").is_some_and(zero)
        });
        if best.is_none_or(|(known, _)| exact > known) {
            best = Some((exact, !never));
        }
    }
    best.is_some_and(|(_, admitted)| admitted)
}

/// Runs the handler of a request that passed: with a tag if it reads, once if it carries a key.
pub(crate) fn around(
    route: &Route,
    ask: &Ask,
    viewer: Option<&Viewer>,
    work: impl FnOnce() -> Answer,
) -> Answer {
    match (&route.told, viewer) {
        (Some(told), Some(viewer)) if told.tagged => tagged::read(ask, viewer, work),
        (Some(_), Some(viewer)) if route.method == Method::POST => once::once(ask, viewer, work),
        _ => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::admits;

    #[test]
    fn media_ranges() {
        for (wanted, admitted) in [
            ("application/json", true),
            ("*/*", true),
            ("application/*", true),
            ("Application/JSON; charset=utf-8", true),
            ("text/html, application/json;q=0.5", true),
            ("text/html, */*;q=0.1", true),
            ("text/html", false),
            ("application/json;q=0", false),
            ("application/json;q=0, */*", false),
            ("*/*;q=0.0", false),
            ("nonsense", false),
        ] {
            assert_eq!(admits(wanted, "application/json"), admitted, "{wanted}");
        }
    }
}
