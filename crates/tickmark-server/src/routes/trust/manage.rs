//! Management: what stands on the page.

use tickmark_core::model::{
    body::{Audience, Published, ReportType, TrustPublished, WithdrawnWhy},
    document::Opinion,
    time::{Day, Period},
};

use super::{Answer, Ask, drawn, refused, text};
use crate::{
    house::Deed,
    http::{download::safe_name, fault::Fault},
    identity::{IdentityError, PageText, Shows},
    pages::trust::{self, Desk},
    rights::{Authorized, Viewer, act},
    trust::{check, forbidden},
};

type Manager = Authorized<act::ManageTrust>;

/// The page.
pub(super) fn page(by: Manager, ask: &Ask) -> Answer {
    shown(by.viewer()?, ask, None)
}

fn shown(viewer: &Viewer, ask: &Ask, wrong: Option<&str>) -> Answer {
    let (house, page) = (ask.house()?, text(ask)?);
    let wishes = ask.app.identity.wishes()?;
    let desk = Desk {
        page: &page,
        waiting: wishes.iter().filter(|w| w.decided.is_none()).count(),
        subscribers: ask.app.identity.subscribers()?.len(),
        wrong,
    };
    let page = trust::manage(&house, viewer, ask.now, &desk);
    if wrong.is_some() {
        refused(page)
    } else {
        drawn(page)
    }
}

/// A wish that is refused is shown on the page again.
fn or_shown(by: &Manager, ask: &Ask, done: Result<(), Fault>, back: &str) -> Answer {
    match done {
        Ok(()) => Ok(ask.go(back)),
        Err(Fault::Wrong(why)) => shown(by.viewer()?, ask, Some(&why)),
        Err(other) => Err(other),
    }
}

/// Puts a document on the page.
pub(super) fn publish(by: Manager, ask: &Ask) -> Answer {
    let done = publication(ask).and_then(|deed| {
        ask.app.company.act(&by.viewer()?.mail, deed)?;
        Ok(())
    });
    or_shown(&by, ask, done, "/trust/manage")
}

fn publication(ask: &Ask) -> Result<Deed, Fault> {
    let (name, bytes) = ask
        .form
        .file("file")
        .filter(|(_, bytes)| !bytes.is_empty())
        .ok_or_else(|| Fault::wrong("the file is missing or empty; choose one"))?;
    let title = ask.form.need("title", "the title")?;
    claims_nothing(title, "the title")?;
    let word = |name: &str| ask.form.get(name);
    let what = word("what").and_then(Published::from_word);
    let what = what.ok_or_else(|| Fault::wrong("choose what it is"))?;
    let audience = word("audience").and_then(Audience::from_word);
    let audience = audience.ok_or_else(|| Fault::wrong("choose who may have it"))?;
    if audience == Audience::OnRequest {
        // Each copy must be able to carry its recipient's name: found out now, not when somebody waits for it.
        check(bytes).map_err(|why| Fault::Wrong(why.to_string()))?;
    }
    let opinion = word("opinion").map(|word| {
        let known = Opinion::ALL.into_iter().find(|o| o.as_str() == word);
        known.ok_or_else(|| Fault::wrong("there is no such opinion"))
    });
    let report = word("report").map(|word| {
        ReportType::from_word(word).ok_or_else(|| Fault::wrong("there is no such type of report"))
    });
    Ok(Deed::Publish {
        what: TrustPublished {
            what,
            audience,
            covers: covers(word("from"), word("to"))?,
            report: report.transpose()?,
            opinion: opinion.transpose()?,
        },
        title: title.trim().to_owned(),
        firm: word("firm").map(|firm| firm.trim().to_owned()),
        name: safe_name(name),
        bytes: bytes.to_vec(),
    })
}

/// First and last day; both or neither, one of them alone is that day.
fn covers(from: Option<&str>, to: Option<&str>) -> Result<Option<Period>, Fault> {
    let (Some(from), Some(to)) = (from.or(to), to.or(from)) else {
        return Ok(None);
    };
    let day = |text: &str| Day::parse(text).map_err(|why| Fault::wrong(why.to_string()));
    let period = Period::new(day(from)?, day(to)?);
    period
        .map(Some)
        .map_err(|why| Fault::wrong(why.to_string()))
}

fn claims_nothing(text: &str, what: &str) -> Result<(), Fault> {
    match forbidden(text) {
        None => Ok(()),
        Some(word) => Err(Fault::wrong(format!(
            "{what} says `{word}`, which no examination gives; say what was examined, by whom and for which time"
        ))),
    }
}

/// Takes a document off the page; every grant of it ends.
pub(super) fn withdraw(by: Manager, ask: &Ask) -> Answer {
    let why = ask.form.get("why").and_then(WithdrawnWhy::from_word);
    let deed = Deed::Withdraw {
        publication: ask.number("leaf")?,
        why: why.unwrap_or(WithdrawnWhy::Outdated),
    };
    let done = ask.app.company.act(&by.viewer()?.mail, deed);
    or_shown(
        &by,
        ask,
        done.map(drop).map_err(Fault::from),
        "/trust/manage",
    )
}

/// What else the page says, as the form has it.
fn text_of(ask: &Ask) -> Result<PageText, Fault> {
    let has = |part: &str| ask.form.all("show").any(|one| one == part);
    let words = |name: &str| ask.form.get(name).unwrap_or_default().to_owned();
    let page = PageText {
        lead: words("lead"),
        contact: words("contact"),
        terms: words("terms"),
        shows: Shows {
            monitoring: has("monitoring"),
            subprocessors: has("subprocessors"),
            policies: has("policies"),
        },
    };
    claims_nothing(&page.lead, "the text at the top")?;
    claims_nothing(&page.contact, "the contact")?;
    Ok(page)
}

/// Changes what else the page says.
pub(super) fn save(by: Manager, ask: &Ask) -> Answer {
    let done = text_of(ask).and_then(|page| match ask.app.identity.set_page_text(&page) {
        Err(IdentityError::Refused(why)) => Err(Fault::Wrong(why)),
        other => Ok(other?),
    });
    if done.is_ok() {
        ask.app.journal.security(ask.now, "trust page changed");
    }
    or_shown(&by, ask, done, "/trust/manage")
}
