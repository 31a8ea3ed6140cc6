use tickmark_log::digest::sha256;

use super::{Draft, Refusal, refuse};
use crate::model::body::{
    AccessKind, Audience, Body, Published, ReportType, RevokedWhy, TrustAccessed, TrustGranted,
    TrustPublished, TrustRevoked, TrustWithdrawn, WithdrawnWhy,
};
use crate::model::ids::MailAddress;
use crate::model::state::{Grant, Publication, State};
use crate::model::time::{DAY_US, HOUR_US, Time};

/// Longest time of a grant.
pub const MAX_GRANT_DAYS: i64 = 366;
/// Longest title, firm or name of a file, characters.
const MAX_LABEL: usize = 200;
/// Longest terms, bytes.
const MAX_TERMS: usize = 100_000;
/// Opening the page of a grant again within this time adds nothing.
const SAME_VIEW_US: i64 = 24 * HOUR_US;

/// A document for the trust page.
#[derive(Debug, Clone)]
pub struct NewPublication<'a> {
    /// What it is, for whom, the time it speaks of.
    pub body: TrustPublished,
    /// Its title.
    pub title: &'a str,
    /// Who examined; for a report only.
    pub firm: Option<&'a str>,
    /// Name of the file.
    pub name: &'a str,
    /// The file.
    pub file: &'a [u8],
}

/// Who may have something from the trust page.
#[derive(Debug, Clone)]
pub struct NewGrant<'a> {
    /// Leaf of the publication.
    pub publication: u64,
    /// To whom.
    pub recipient: MailAddress,
    /// Nothing can be had from then on.
    pub until: Time,
    /// What must be accepted first.
    pub terms: &'a str,
}

pub(super) fn publish(
    state: &State,
    new: &NewPublication<'_>,
    now: Time,
) -> Result<Vec<Draft>, Refusal> {
    check_label(new.title, "the title")?;
    check_label(new.name, "the name of the file")?;
    if new.file.is_empty() {
        return refuse("the file is empty", "choose the file again");
    }
    check_kind(&new.body)?;
    check_time(state, &new.body, now)?;
    match (new.firm, new.body.what.is_report()) {
        (Some(firm), true) => check_label(firm, "the name of the firm")?,
        (None, true) => {
            return refuse(
                "a report without the firm that examined",
                "name the firm as it signed",
            );
        }
        (Some(_), false) => {
            return refuse(
                "only a report has a firm that examined",
                "leave the firm out",
            );
        }
        (None, false) => {}
    }
    let digest = sha256(new.file);
    // The same may be published again after something was withdrawn; a form that is sent twice is one entry.
    let ended = state.publications.values();
    let ended = ended.filter(|p| p.withdrawn.is_some()).count() as u64;
    let said = format!("{:?}", new.body);
    let parts: [&[u8]; 7] = [
        b"publish",
        said.as_bytes(),
        new.title.as_bytes(),
        new.name.as_bytes(),
        new.firm.unwrap_or_default().as_bytes(),
        digest.as_bytes(),
        &ended.to_be_bytes(),
    ];
    let mut draft = Draft::new(Body::TrustPublished(new.body.clone()), &parts);
    draft = draft
        .blob("title", new.title.as_bytes().to_vec())
        .blob("name", new.name.as_bytes().to_vec())
        .blob("file", new.file.to_vec());
    if let Some(firm) = new.firm {
        draft = draft.blob("firm", firm.as_bytes().to_vec());
    }
    Ok(vec![draft])
}

fn check_label(text: &str, what: &str) -> Result<(), Refusal> {
    let fine = !text.trim().is_empty()
        && text.chars().count() <= MAX_LABEL
        && !text.chars().any(char::is_control);
    if fine {
        return Ok(());
    }
    refuse(
        format!("{what} has 1 to {MAX_LABEL} characters and no line breaks"),
        "write it again",
    )
}

/// What a kind must and must not say.
fn check_kind(body: &TrustPublished) -> Result<(), Refusal> {
    if body.what == Published::Soc2 && body.audience == Audience::Public {
        return refuse(
            "the use of a SOC 2 report is restricted to those it names",
            "publish it on request; a SOC 3 report is made for everybody",
        );
    }
    if body.what.needs_time() && body.covers.is_none() {
        return refuse(
            "a report or letter needs the time it speaks of",
            "write the first and the last day, like `2026-01-01..2026-06-30`",
        );
    }
    if body.what.is_report() && (body.report.is_none() || body.opinion.is_none()) {
        return refuse(
            "a report needs its type and its opinion",
            "take both from the auditor's report; a reserved opinion is shown as such",
        );
    }
    if !body.what.is_report() && (body.report.is_some() || body.opinion.is_some()) {
        return refuse("only a report has a type and an opinion", "leave both out");
    }
    if body.what == Published::Soc3 && body.report == Some(ReportType::Type1) {
        return refuse(
            "a SOC 3 report speaks of a period",
            "there is no SOC 3 report of Type 1",
        );
    }
    Ok(())
}

fn check_time(state: &State, body: &TrustPublished, now: Time) -> Result<(), Refusal> {
    let Some(covers) = body.covers else {
        return Ok(());
    };
    if body.what.needs_time() && covers.to > state.zone().day_of(now) {
        return refuse(
            format!("`{}` is still to come", covers.to),
            "nobody can report on days that are not over",
        );
    }
    if body.report == Some(ReportType::Type1) && covers.from != covers.to {
        return refuse(
            "a report of Type 1 speaks of one day",
            "write that day twice, like `2026-06-30..2026-06-30`",
        );
    }
    if body.report == Some(ReportType::Type2) && covers.from == covers.to {
        return refuse(
            "a report of Type 2 speaks of a period",
            "write its first and its last day",
        );
    }
    if body.what == Published::BridgeLetter {
        let reports = state.publications.values();
        let mut reports =
            reports.filter(|p| p.withdrawn.is_none() && p.body.report == Some(ReportType::Type2));
        let bridged = |p: &Publication| {
            let end = p.body.covers.map(|c| c.to.plus_days(1));
            end.is_some_and(|next| covers.from <= next && covers.to >= next)
        };
        if !reports.any(bridged) {
            return refuse(
                "the letter does not follow a published report of Type 2",
                "publish the report first; a letter begins no later than the day after the end of its period",
            );
        }
    }
    Ok(())
}

pub(super) fn withdraw(
    state: &State,
    publication: u64,
    why: WithdrawnWhy,
) -> Result<Vec<Draft>, Refusal> {
    let publication = known(state, publication)?;
    if publication.withdrawn.is_some() {
        return Ok(Vec::new());
    }
    let parts: [&[u8]; 2] = [b"withdraw", &publication.leaf.to_be_bytes()];
    let body = Body::TrustWithdrawn(TrustWithdrawn { why });
    Ok(vec![Draft::new(body, &parts).refs([publication.leaf])])
}

pub(super) fn grant(state: &State, new: &NewGrant<'_>, now: Time) -> Result<Vec<Draft>, Refusal> {
    let publication = known(state, new.publication)?;
    check_stands(publication)?;
    if publication.body.audience == Audience::Public {
        return refuse(
            "everybody may have this already",
            "send the address of the trust page",
        );
    }
    if new.until <= now || new.until > now.plus(MAX_GRANT_DAYS * DAY_US) {
        return refuse(
            format!("a grant lasts at most {MAX_GRANT_DAYS} days from now"),
            "give a last day within them",
        );
    }
    if new.terms.trim().is_empty() || new.terms.len() > MAX_TERMS {
        return refuse(
            format!("the terms have 1 to {MAX_TERMS} bytes"),
            "write what the recipient must accept",
        );
    }
    let terms = sha256(new.terms.as_bytes());
    let same = |g: &&Grant| {
        g.publication == new.publication
            && g.recipient.value.as_ref() == Some(&new.recipient)
            && g.until == new.until
            && g.terms == terms
            && g.revoked.is_none()
    };
    if state.grants.values().any(|g| same(&g)) {
        return Ok(Vec::new());
    }
    // After a revocation the same may be granted again: what was revoked before tells the two apart.
    let ended = state
        .grants
        .values()
        .filter(|g| g.revoked.is_some())
        .count() as u64;
    let parts: [&[u8]; 6] = [
        b"grant",
        &new.publication.to_be_bytes(),
        new.recipient.as_str().as_bytes(),
        &new.until.micros_u64().to_be_bytes(),
        terms.as_bytes(),
        &ended.to_be_bytes(),
    ];
    let body = TrustGranted {
        until: new.until,
        terms,
    };
    let draft = Draft::new(Body::TrustGranted(body), &parts).refs([new.publication]);
    Ok(vec![
        draft
            .blob("recipient", new.recipient.as_str().as_bytes().to_vec())
            .blob("terms", new.terms.as_bytes().to_vec()),
    ])
}

pub(super) fn revoke(state: &State, grant: u64, why: RevokedWhy) -> Result<Vec<Draft>, Refusal> {
    let grant = given(state, grant)?;
    if grant.revoked.is_some() {
        return Ok(Vec::new());
    }
    let parts: [&[u8]; 2] = [b"revoke", &grant.leaf.to_be_bytes()];
    let body = Body::TrustRevoked(TrustRevoked { why });
    Ok(vec![Draft::new(body, &parts).refs([grant.leaf])])
}

pub(super) fn access(
    state: &State,
    grant: u64,
    what: AccessKind,
    now: Time,
) -> Result<Vec<Draft>, Refusal> {
    let grant = given(state, grant)?;
    check_stands(known(state, grant.publication)?)?;
    if grant.revoked.is_some() || now >= grant.until {
        return refuse(
            "this was shared for a time that is over",
            "ask for it again on the trust page",
        );
    }
    let before = grant.accesses.iter().rev().find(|a| a.what == what);
    let count = match (what, before) {
        (AccessKind::Accepted, Some(_)) => return Ok(Vec::new()),
        (AccessKind::Viewed, Some(last)) if now.since(last.recorded) < SAME_VIEW_US => {
            return Ok(Vec::new());
        }
        (AccessKind::Downloaded, _) if grant.accepted().is_none() => {
            return refuse(
                "the terms are not accepted yet",
                "read them and accept them first",
            );
        }
        // One entry for one download, however often a connection asks at the same instant.
        (AccessKind::Downloaded, Some(last)) if last.recorded == now => return Ok(Vec::new()),
        _ => grant.accesses.len() as u64,
    };
    let parts: [&[u8]; 4] = [
        b"access",
        &grant.leaf.to_be_bytes(),
        what.as_str().as_bytes(),
        &count.to_be_bytes(),
    ];
    let body = TrustAccessed {
        what,
        terms: grant.terms,
    };
    Ok(vec![
        Draft::new(Body::TrustAccessed(body), &parts).refs([grant.leaf]),
    ])
}

fn check_stands(publication: &Publication) -> Result<(), Refusal> {
    if publication.withdrawn.is_some() {
        return refuse(
            "this is not published any more",
            "the trust page lists what is",
        );
    }
    Ok(())
}

fn known(state: &State, leaf: u64) -> Result<&Publication, Refusal> {
    match state.publications.get(&leaf) {
        Some(publication) => Ok(publication),
        None => refuse(
            format!("leaf {leaf} published nothing"),
            "the page of the trust page lists what is published",
        ),
    }
}

fn given(state: &State, leaf: u64) -> Result<&Grant, Refusal> {
    match state.grants.get(&leaf) {
        Some(grant) => Ok(grant),
        None => refuse(
            format!("leaf {leaf} is no grant"),
            "the page of the trust page lists the grants",
        ),
    }
}
