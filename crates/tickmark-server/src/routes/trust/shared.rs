//! Named recipients: by the link they were sent, or signed in. Nothing is handed out before it is noted in the ledger.

use axum::response::Response;
use tickmark_core::model::{
    body::AccessKind,
    ids::MailAddress,
    registers::{self, GrantStanding, GrantState},
    state::State,
    time::DAY_US,
};

use super::{Answer, Ask, asking, drawn, refused, visit};
use crate::{
    house::{Deed, Download},
    http::{download::attachment, fault::Fault},
    pages::trust::{self, Door, Sharing},
    rights::{Authorized, act},
    trust::mark,
};

type ByLink = Authorized<act::DownloadShared>;
type Own = Authorized<act::ReadShared>;

/// Who acts for a recipient: outsiders get no actor of their own in the ledger, the grant names them erasably.
const ACTOR: &str = "trust page";

/// What a link that does not work says, whatever the reason.
fn over() -> Fault {
    Fault::Gone(
        "this link gives nothing any more: what was shared has ended, or a newer link has taken its place; ask for it again on the trust page"
            .into(),
    )
}

/// Grants behind a link that hold.
fn behind<'a>(ask: &Ask, state: &'a State) -> Result<Vec<GrantStanding<'a>>, Fault> {
    let leaves = ask.app.identity.shared(ask.part("link"))?;
    let grants = leaves
        .iter()
        .rev()
        .filter_map(|leaf| state.grants.get(leaf));
    let holding: Vec<GrantStanding<'a>> = grants
        .filter_map(|grant| registers::grant_standing(state, grant, ask.now))
        .filter(|standing| standing.state.holds())
        .collect();
    if holding.is_empty() {
        Err(over())
    } else {
        Ok(holding)
    }
}

/// Those of the grants that are for the address that was typed; a link alone is not enough.
fn for_recipient<'a>(
    ask: &Ask,
    grants: Vec<GrantStanding<'a>>,
) -> Result<(MailAddress, Vec<GrantStanding<'a>>), Fault> {
    ask.app.identity.try_link(ask.peer, ask.part("link"))?;
    let mail = asking::mail(ask.form.get("mail")).map_err(Fault::Wrong)?;
    let mine: Vec<GrantStanding<'a>> = grants
        .into_iter()
        .filter(|g| g.grant.recipient.value.as_ref() == Some(&mail))
        .collect();
    if mine.is_empty() {
        ask.app
            .journal
            .security(ask.now, "shared link with another address");
        return Err(Fault::wrong(
            "this was sent to another mail address; write the one at which you got the link",
        ));
    }
    Ok((mail, mine))
}

/// The page of a link. Opening it is noted, once a day.
pub(super) fn by_link(_by: ByLink, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let grants = behind(ask, &house.state)?;
    for grant in &grants {
        note(ask, grant, AccessKind::Viewed)?;
    }
    let link = ask.part("link");
    draw(ask, Door::Link { link, mail: None }, &grants, None)
}

/// Accepts the terms of what a link shares.
pub(super) fn accept_by_link(_by: ByLink, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let link = ask.part("link");
    let grants = behind(ask, &house.state)?;
    let (mail, mine) = match for_recipient(ask, grants.clone()) {
        Err(Fault::Wrong(why)) => {
            return draw(ask, Door::Link { link, mail: None }, &grants, Some(&why));
        }
        other => other?,
    };
    let door = Door::Link {
        link,
        mail: Some(mail.as_str()),
    };
    accept(ask, door, &mine)
}

/// Hands out a recipient's copy by link.
pub(super) fn download_by_link(_by: ByLink, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let link = ask.part("link");
    let grants = behind(ask, &house.state)?;
    let (mail, mine) = match for_recipient(ask, grants.clone()) {
        Err(Fault::Wrong(why)) => {
            return draw(ask, Door::Link { link, mail: None }, &grants, Some(&why));
        }
        other => other?,
    };
    hand_out(ask, &mail, &mine)
}

/// What was shared with who is signed in.
pub(super) fn mine(by: Own, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let mail = &by.viewer()?.mail;
    let grants = own(ask, &house.state, mail);
    for grant in &grants {
        note(ask, grant, AccessKind::Viewed)?;
    }
    draw(ask, Door::Account(mail), &grants, None)
}

/// Accepts the terms, signed in.
pub(super) fn accept_mine(by: Own, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let mail = &by.viewer()?.mail;
    let grants = own(ask, &house.state, mail);
    accept(ask, Door::Account(mail), &grants)
}

/// Hands out the copy of who is signed in.
pub(super) fn download_mine(by: Own, ask: &Ask) -> Answer {
    let house = ask.house()?;
    let mail = &by.viewer()?.mail;
    let grants = own(ask, &house.state, mail);
    let mail = asking::mail(Some(mail)).map_err(Fault::Wrong)?;
    hand_out(ask, &mail, &grants)
}

fn own<'a>(ask: &Ask, state: &'a State, mail: &str) -> Vec<GrantStanding<'a>> {
    MailAddress::parse(mail)
        .map(|mail| registers::granted_to(state, &mail, ask.now))
        .unwrap_or_default()
}

fn draw(ask: &Ask, door: Door<'_>, grants: &[GrantStanding<'_>], wrong: Option<&str>) -> Answer {
    visit(ask, |visit| {
        let sharing = Sharing {
            door,
            grants,
            wrong,
        };
        let page = trust::shared(visit, &sharing);
        if wrong.is_some() {
            refused(page)
        } else {
            drawn(page)
        }
    })
}

/// Notes in the ledger what a recipient does. Opening the page again within a day is not worth an entry, nor asking the engine.
fn note(ask: &Ask, grant: &GrantStanding<'_>, what: AccessKind) -> Result<(), Fault> {
    let mut seen = grant.grant.accesses.iter().rev();
    let recent = seen.find(|a| a.what == AccessKind::Viewed);
    let recent = recent.is_some_and(|a| ask.now.since(a.recorded) < DAY_US);
    if what == AccessKind::Viewed && recent {
        return Ok(());
    }
    let deed = Deed::LogAccess {
        grant: grant.grant.leaf,
        what,
    };
    ask.app.company.act(ACTOR, deed)?;
    Ok(())
}

/// The grants that the form names, of those that are the recipient's.
fn named<'a>(ask: &Ask, mine: &[GrantStanding<'a>]) -> Vec<GrantStanding<'a>> {
    let leaves: Vec<u64> = ask
        .form
        .all("grant")
        .filter_map(|n| n.parse().ok())
        .collect();
    let named = mine.iter().filter(|g| leaves.contains(&g.grant.leaf));
    named.copied().collect()
}

/// Accepts the terms that were shown: other ones, or none, are not accepted.
fn accept(ask: &Ask, door: Door<'_>, mine: &[GrantStanding<'_>]) -> Answer {
    let shown = ask.form.get("terms").unwrap_or_default();
    let named = named(ask, mine);
    let fits = |g: &GrantStanding<'_>| g.grant.terms.to_string() == shown;
    if named.is_empty() || !named.iter().all(fits) {
        let why = "these are not the terms of what was shared; read the ones shown now";
        return draw(ask, door, mine, Some(why));
    }
    if ask.form.get("accept") != Some("yes") {
        let why = "tick that you are the recipient and accept the terms";
        return draw(ask, door, mine, Some(why));
    }
    for grant in &named {
        note(ask, grant, AccessKind::Accepted)?;
    }
    ask.app
        .journal
        .security(ask.now, "terms of a shared document accepted");
    // What was recorded just now is in the next house, not in the one this request began with.
    let fresh = ask.app.company.house()?;
    let again = mine
        .iter()
        .filter_map(|g| fresh.state.grants.get(&g.grant.leaf));
    let again: Vec<GrantStanding<'_>> = again
        .filter_map(|g| registers::grant_standing(&fresh.state, g, ask.now))
        .filter(|g| g.state.holds())
        .collect();
    draw(ask, door, &again, None)
}

/// Hands out one marked copy, after it is noted.
fn hand_out(ask: &Ask, mail: &MailAddress, mine: &[GrantStanding<'_>]) -> Result<Response, Fault> {
    let named = named(ask, mine);
    let [grant] = named.as_slice() else {
        return Err(Fault::Missing);
    };
    if !matches!(grant.state, GrantState::Accepted(_)) {
        return Err(Fault::wrong(
            "the terms are not accepted yet; read and accept them first",
        ));
    }
    let file = ask.app.company.published(grant.publication.leaf)?;
    let bytes = mark(&file.bytes, mail.as_str(), &ask.now.to_string())
        .map_err(|why| Fault::Environment(why.to_string()))?;
    note(ask, grant, AccessKind::Downloaded)?;
    ask.app
        .journal
        .security(ask.now, "shared document handed out");
    Ok(attachment(Download {
        name: file.name,
        media: "application/pdf",
        bytes,
    }))
}
