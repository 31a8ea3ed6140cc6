//! Management: who is given what, and what became of it.

use tickmark_core::model::{
    body::RevokedWhy,
    ids::MailAddress,
    time::{Day, Time},
};

use super::{Answer, Ask, asking, drawn, text};
use crate::{
    house::Deed,
    http::{download::attachment, fault::Fault},
    identity::Secret,
    pages::{table::Asked, trust},
    rights::{Authorized, Viewer, act},
    trust::terms,
};

type Manager = Authorized<act::ManageTrust>;

/// What strangers asked for.
pub(super) fn requests(by: Manager, ask: &Ask) -> Answer {
    show_requests(by.viewer()?, ask, None)
}

fn show_requests(viewer: &Viewer, ask: &Ask, new_link: Option<(&str, &str)>) -> Answer {
    let (house, wishes) = (ask.app.company.house()?, ask.app.identity.wishes()?);
    let page = trust::requests(&house, viewer, ask.now, &wishes, new_link);
    drawn(page)
}

/// Gives what was asked for, and shows the link once.
pub(super) fn approve(by: Manager, ask: &Ask) -> Answer {
    let viewer = by.viewer()?;
    let id: i64 = ask.number("id")?;
    let asked = ask.app.identity.wish(id)?;
    let link = give_to(viewer, ask, &asked.wish.mail)?;
    ask.app.identity.answer_wish(id, true)?;
    let address = address(ask, &link);
    show_requests(viewer, ask, Some((asked.wish.mail.as_str(), &address)))
}

/// Declines a request; whoever asked is told by a person, if at all.
pub(super) fn decline(_by: Manager, ask: &Ask) -> Answer {
    ask.app.identity.answer_wish(ask.number("id")?, false)?;
    ask.app.journal.security(ask.now, "request declined");
    Ok(ask.go("/trust/requests"))
}

/// Who may have what.
pub(super) fn grants(by: Manager, ask: &Ask) -> Answer {
    let asked = Asked::read(&ask.raw_query);
    if asked.csv {
        return Ok(attachment(trust::grants_csv(
            &*ask.house()?,
            ask.now,
            &asked,
        )));
    }
    show_grants(by.viewer()?, ask, None)
}

fn show_grants(viewer: &Viewer, ask: &Ask, new_link: Option<(&str, &str)>) -> Answer {
    let house = ask.app.company.house()?;
    let asked = Asked::read(&ask.raw_query);
    drawn(trust::grants(&house, viewer, ask.now, &asked, new_link))
}

/// Gives a document to somebody who did not ask here.
pub(super) fn give(by: Manager, ask: &Ask) -> Answer {
    let viewer = by.viewer()?;
    let mail = asking::mail(ask.form.get("mail")).map_err(Fault::Wrong)?;
    let link = give_to(viewer, ask, &mail)?;
    let address = address(ask, &link);
    show_grants(viewer, ask, Some((mail.as_str(), &address)))
}

/// Records one grant for each document of the form, and makes a link to all of them.
fn give_to(viewer: &Viewer, ask: &Ask, mail: &MailAddress) -> Result<Secret, Fault> {
    let mut wanted: Vec<u64> = ask
        .form
        .all("document")
        .filter_map(|n| n.parse().ok())
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Err(Fault::wrong("choose at least one document"));
    }
    let until = until(ask)?;
    let own = text(ask)?.terms;
    let words = terms(trust::organization(&*ask.house()?), &own);
    for publication in &wanted {
        let deed = Deed::Grant {
            publication: *publication,
            recipient: mail.clone(),
            until,
            terms: words.text.clone(),
        };
        ask.app.company.act(&viewer.mail, deed)?;
    }
    let house = ask.app.company.house()?;
    let mut leaves = Vec::new();
    for publication in &wanted {
        let mut made = house.state.grants.values().rev();
        let made = made.find(|g| {
            g.publication == *publication
                && g.recipient.value.as_ref() == Some(mail)
                && g.until == until
                && g.terms == words.digest
                && g.revoked.is_none()
        });
        let lost = || {
            Fault::Environment(
                "the grant is recorded and not shown yet; make a new link on the page of grants"
                    .into(),
            )
        };
        leaves.push(made.ok_or_else(lost)?.leaf);
    }
    ask.app.journal.security(ask.now, "documents given");
    Ok(ask.app.identity.share(&leaves)?)
}

/// The end of the last day, in the reporting zone.
fn until(ask: &Ask) -> Result<Time, Fault> {
    let day = ask.form.need("last-day", "the last day")?;
    let day = Day::parse(day).map_err(|why| Fault::wrong(why.to_string()))?;
    Ok(ask.house()?.state.zone().end_of(day))
}

/// The whole address of a link, as it is sent.
fn address(ask: &Ask, link: &Secret) -> String {
    let scheme = if ask.app.settings.tls {
        "https"
    } else {
        "http"
    };
    format!("{scheme}://{}/trust/shared/{}", ask.host, link.reveal())
}

/// Ends a grant at once.
pub(super) fn revoke(by: Manager, ask: &Ask) -> Answer {
    let why = ask.form.get("why").and_then(RevokedWhy::from_word);
    let deed = Deed::RevokeGrant {
        grant: ask.number("leaf")?,
        why: why.unwrap_or(RevokedWhy::NoNeed),
    };
    ask.app.company.act(&by.viewer()?.mail, deed)?;
    ask.app.journal.security(ask.now, "grant revoked");
    Ok(ask.go("/trust/grants"))
}

/// Makes a new link to a grant that holds; the one before is void.
pub(super) fn relink(by: Manager, ask: &Ask) -> Answer {
    let leaf: u64 = ask.number("leaf")?;
    let house = ask.house()?;
    let grant = house.state.grants.get(&leaf).ok_or(Fault::Missing)?;
    let standing = tickmark_core::model::registers::grant_standing(&house.state, grant, ask.now);
    let holds = standing.filter(|s| s.state.holds()).ok_or(Fault::Missing)?;
    let mail = holds.grant.recipient.value.clone().ok_or(Fault::Missing)?;
    let link = ask.app.identity.share(&[leaf])?;
    ask.app.journal.security(ask.now, "new link to a grant");
    let address = address(ask, &link);
    show_grants(by.viewer()?, ask, Some((mail.as_str(), &address)))
}

/// What recipients did.
pub(super) fn accesses(by: Manager, ask: &Ask) -> Answer {
    let (house, asked) = (&*ask.house()?, &Asked::read(&ask.raw_query));
    if asked.csv {
        return Ok(attachment(trust::accesses_csv(house, ask.now, asked)));
    }
    drawn(trust::accesses(house, by.viewer()?, ask.now, asked))
}
