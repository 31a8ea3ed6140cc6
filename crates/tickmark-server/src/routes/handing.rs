//! Links to hand in by: made by management, used without an account.

use axum::http::StatusCode;
use tickmark_core::model::{ids::ControlId, time::Period};

use super::{
    Answer, Ask,
    Subject::{Nothing, Program},
    own,
    route::{Route, get, post},
};
use crate::{
    frame::html_answer,
    http::fault::Fault,
    identity::{HandInLink, HandInWish, IdentityError},
    pages::{self, link},
    rights::{Authorized, Viewer, act},
};

/// The routes of this file.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/hand-in-links",
            "links by which others hand in evidence",
            Program,
            links,
        ),
        post("/hand-in-links", "make such a link", Program, make),
        post("/hand-in-links/{id}/end", "end such a link", Program, end),
        get(
            "/hand-in/{link}",
            "what a link to hand in asks for",
            Nothing,
            form,
        ),
        post(
            "/hand-in/{link}",
            "hand in evidence by a link",
            Nothing,
            take,
        )
        .with_file()
        .after(expected),
    ]
}

fn links(by: Authorized<act::AskForEvidence>, ask: &Ask) -> Answer {
    shown(by.viewer()?, ask, None)
}

fn shown(viewer: &Viewer, ask: &Ask, address: Option<&str>) -> Answer {
    let house = ask.house()?;
    let links = ask.app.identity.hand_in_links()?;
    let shown = pages::HandInShown {
        control: ask.query.get("control"),
        address,
    };
    let page = pages::hand_in_links(&house, viewer, ask.now, &links, shown);
    Ok(html_answer(StatusCode::OK, page))
}

/// Makes a link and shows it, once. Only what the control owes can be asked for.
fn make(by: Authorized<act::AskForEvidence>, ask: &Ask) -> Answer {
    let viewer = by.viewer()?;
    let what = ask.form.need("what", "the control and the days")?;
    let parsed = what.split_once(' ').and_then(|(control, covers)| {
        Some((ControlId::parse(control).ok()?, Period::parse(covers).ok()?))
    });
    let (control, covers) =
        parsed.ok_or_else(|| Fault::wrong("choose a control with its days from the list"))?;
    let house = ask.house()?;
    if !pages::may_ask(&house, viewer, ask.now, control.as_str(), covers) {
        return Err(Fault::wrong(format!(
            "{control} owes nothing for {covers}; choose from the list"
        )));
    }
    let days = ask.form.need("days", "for how many days the link works")?;
    let wish = HandInWish {
        mail: ask.form.need("mail", "the mail address")?.to_owned(),
        control,
        covers,
        days: days
            .parse()
            .map_err(|_| Fault::wrong("the days must be a whole number"))?,
    };
    let secret = ask.app.identity.ask_for_evidence(&wish, viewer.account)?;
    ask.app.journal.security(ask.now, "hand-in link made");
    let scheme = if ask.app.settings.tls {
        "https"
    } else {
        "http"
    };
    let address = format!("{scheme}://{}{}", ask.host, link::hand_in(secret.reveal()));
    shown(viewer, ask, Some(&address))
}

fn end(_by: Authorized<act::AskForEvidence>, ask: &Ask) -> Answer {
    ask.app.identity.end_hand_in_link(ask.number("id")?)?;
    Ok(ask.go(link::HAND_IN_LINKS))
}

/// The page behind a link; looking does not use it up.
fn form(_by: Authorized<act::HandInByLink>, ask: &Ask) -> Answer {
    let found = found(ask)?;
    let house = ask.house()?;
    let body = pages::hand_in_by_link(&house, &found);
    Ok(own::plain("Hand in evidence", &body))
}

/// Takes the files. The link alone says for what and for whom; whatever else the form says is not read. Where nothing could be
/// recorded, the link goes on working.
fn take(_by: Authorized<act::HandInByLink>, ask: &Ask) -> Answer {
    // A form without files is a mistake, not a use.
    if ask.form.files("file").next().is_none() {
        return Err(Fault::wrong("the file is missing or empty; choose one"));
    }
    let identity = &ask.app.identity;
    let used = identity
        .use_hand_in_link(ask.part("link"))
        .map_err(|why| match why {
            IdentityError::Missing => gone(),
            other => other.into(),
        })?;
    let covers = used.covers.to_string();
    match own::record(ask, &used.mail, used.control.as_str(), &covers) {
        Ok(receipt) => {
            ask.app.journal.security(ask.now, "hand-in link used");
            let zone = ask.house()?.state.zone();
            let body = pages::receipt_text(&receipt, &zone, None);
            Ok(own::plain("Receipt", &body))
        }
        Err(fault) => {
            identity.give_back_hand_in_link(used.id)?;
            Err(fault)
        }
    }
}

/// Before the body of somebody unknown is read: the link works, and is not tried too often.
fn expected(ask: &Ask) -> Result<(), Fault> {
    let found = found(ask)?;
    let what = format!("hand-in link {}", found.id);
    Ok(ask.app.identity.slow_down(ask.peer, &what)?)
}

/// The link, if it works. Whoever tries others is slowed down as at the door; a link that works is never in the way of that.
fn found(ask: &Ask) -> Result<HandInLink, Fault> {
    if let Some(found) = ask.app.identity.hand_in_link(ask.part("link"))? {
        return Ok(found);
    }
    ask.app.journal.security(ask.now, "hand-in link refused");
    ask.app.identity.slow_down(ask.peer, "hand-in link")?;
    Err(gone())
}

/// Never made, run out, ended or used: the same words for all.
fn gone() -> Fault {
    Fault::Gone("this link does not work any more: each takes files once and for some days; ask whoever sent it for a new one".into())
}
