//! Strangers: asking for documents, and hearing of updates.

use maud::html;
use tickmark_core::model::{body::Audience, ids::MailAddress};

use super::{Answer, Ask, drawn, refused, visit};
use crate::{
    http::fault::Fault,
    identity::{IdentityError, Wish},
    pages::trust,
    rights::{Authorized, act},
};

/// A mail address as people write it.
pub(super) fn mail(given: Option<&str>) -> Result<MailAddress, String> {
    let small = given.unwrap_or_default().trim().to_lowercase();
    MailAddress::parse(&small)
        .map_err(|_| "this is no mail address; write it like name@company.example".to_owned())
}

/// The form.
pub(super) fn form(_by: Authorized<act::AskForDocuments>, ask: &Ask) -> Answer {
    let chosen = ask.query.get("document").and_then(|n| n.parse().ok());
    visit(ask, |visit| drawn(trust::request(visit, chosen, None)))
}

/// Takes a request. Whoever asks learns nothing about who else has asked or what is known of them.
pub(super) fn ask(_by: Authorized<act::AskForDocuments>, ask: &Ask) -> Answer {
    let taken =
        wish(ask).and_then(
            |wish| match ask.app.identity.ask_for_documents(&wish, ask.peer) {
                Err(IdentityError::Refused(why)) => Ok(Err(why)),
                other => Ok(other.map(Ok)?),
            },
        );
    let taken = match taken {
        Err(Fault::Wrong(why)) => Err(why),
        other => other?,
    };
    visit(ask, |visit| match taken {
        Err(why) => refused(trust::request(visit, None, Some(&why))),
        Ok(()) => {
            ask.app.journal.security(ask.now, "documents asked for");
            let words = html! { p { "Somebody at " (visit.organization()) " reads your request. The answer comes by mail, with a link that is yours alone." } };
            drawn(trust::said(visit, "Thank you", &words))
        }
    })
}

fn wish(ask: &Ask) -> Result<Wish, Fault> {
    let house = ask.house()?;
    let offered = |leaf: &u64| {
        let publication = house.state.publications.get(leaf);
        publication.is_some_and(|p| p.withdrawn.is_none() && p.body.audience == Audience::OnRequest)
    };
    let wanted = ask.form.all("document").filter_map(|n| n.parse().ok());
    let mut wanted: Vec<u64> = wanted.filter(offered).collect();
    wanted.sort_unstable();
    wanted.dedup();
    Ok(Wish {
        name: ask.form.need("name", "your name")?.to_owned(),
        company: ask.form.need("company", "your company")?.to_owned(),
        mail: mail(ask.form.get("mail")).map_err(Fault::Wrong)?,
        reason: ask.form.need("reason", "the reason")?.to_owned(),
        wanted,
    })
}

/// Begins or ends hearing of updates; the answer is the same whether or not the address was known.
pub(super) fn subscribe(_by: Authorized<act::AskForDocuments>, ask: &Ask) -> Answer {
    let mail = mail(ask.form.get("mail")).map_err(Fault::Wrong)?;
    let ends = ask.form.get("wish") == Some("end");
    match ends {
        true => ask.app.identity.unsubscribe(&mail, ask.peer)?,
        false => ask.app.identity.subscribe(&mail, ask.peer)?,
    }
    visit(ask, |visit| {
        let words = html! {
            @if ends { p { "No more updates are sent to this address." } }
            @else { p { "Updates of this page are sent to this address. The same form on the trust page ends them." } }
        };
        drawn(trust::said(visit, "Noted", &words))
    })
}
