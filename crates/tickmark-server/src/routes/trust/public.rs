//! What everybody may load.

use tickmark_core::model::{body::Audience, ids::MailAddress, registers};

use super::{Answer, Ask, drawn, visit};
use crate::{
    http::{download::attachment, fault::Fault},
    pages::trust,
    rights::{Authorized, act},
    routes::json_answer,
};

/// The page. Whoever is signed in also sees that something was shared with them.
pub(super) fn page(by: Authorized<act::ViewTrust>, ask: &Ask) -> Answer {
    visit(ask, |visit| {
        let mail = by.anybody().and_then(|v| MailAddress::parse(&v.mail).ok());
        let mine = mail
            .map(|mail| registers::granted_to(&visit.house.state, &mail, ask.now))
            .unwrap_or_default();
        drawn(trust::public(visit, by.anybody(), &mine))
    })
}

/// The same for programs.
pub(super) fn status(_by: Authorized<act::ViewTrust>, ask: &Ask) -> Answer {
    visit(ask, |visit| Ok(json_answer(&trust::status(visit))))
}

/// The proof of an entry, if the page names it: other entries are nobody's business.
pub(super) fn proof(_by: Authorized<act::ViewTrust>, ask: &Ask) -> Answer {
    let leaf: u64 = ask.number("leaf")?;
    visit(ask, |visit| {
        let shown = visit.page.shows.monitoring;
        if !trust::named_entries(visit.house, shown, ask.now).contains(&leaf) {
            return Err(Fault::Missing);
        }
        let entry = ask.app.company.entry(leaf)?;
        Ok(json_answer(&trust::proof(visit, &entry)))
    })
}

/// A public document, as long as it is published.
pub(super) fn file(_by: Authorized<act::ViewTrust>, ask: &Ask) -> Answer {
    let leaf: u64 = ask.number("leaf")?;
    let house = ask.house()?;
    let publication = house.state.publications.get(&leaf);
    let public =
        publication.is_some_and(|p| p.withdrawn.is_none() && p.body.audience == Audience::Public);
    if !public {
        return Err(Fault::Missing);
    }
    Ok(attachment(ask.app.company.published(leaf)?))
}
