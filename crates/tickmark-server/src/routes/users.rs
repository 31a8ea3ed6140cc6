//! Members: who may come in, and as what. The owner's page.

use maud::{Markup, html};
use tickmark_core::model::time::{Day, Period, Zone};

use super::{Answer, Ask, subject};
use crate::{
    frame::{self, field},
    http::fault::Fault,
    identity::{Member, NewEngagement, Place, Secret},
    pages::Room,
    rights::{Authorized, Role, Viewer, act},
};

type ByOwner = Authorized<act::ManageUsers>;

/// The page.
pub(super) fn page(by: ByOwner, ask: &Ask) -> Answer {
    shown(by.viewer()?, ask, None)
}

/// Makes an account and shows its one-time link.
pub(super) fn invite(by: ByOwner, ask: &Ask) -> Answer {
    let mail = ask.form.need("mail", "the mail address")?;
    let name = ask.form.need("name", "the name")?;
    let link = ask.app.identity.invite(mail, name, &place(ask)?)?;
    ask.app.journal.security(ask.now, "member invited");
    shown(by.viewer()?, ask, Some(&link))
}

/// Gives somebody another place; what they had ends at once.
pub(super) fn move_to(_by: ByOwner, ask: &Ask) -> Answer {
    ask.app.identity.place(ask.number("id")?, &place(ask)?)?;
    ask.app.journal.security(ask.now, "member's role changed");
    Ok(ask.go("/users"))
}

/// Takes everything from somebody.
pub(super) fn revoke(_by: ByOwner, ask: &Ask) -> Answer {
    ask.app.identity.revoke(ask.number("id")?)?;
    ask.app.journal.security(ask.now, "member revoked");
    Ok(ask.go("/users"))
}

/// Shows a new one-time link for somebody who lost password or second factor.
pub(super) fn new_link(by: ByOwner, ask: &Ask) -> Answer {
    let link = ask.app.identity.recovery_link(ask.number("id")?)?;
    ask.app.journal.security(ask.now, "recovery link made");
    shown(by.viewer()?, ask, Some(&link))
}

/// The place that a form describes: the same for an invitation and for a change. An engagement speaks of the period that the program
/// shows now, and ends with the end of its last day there. The form says which period that was: another one is refused.
fn place(ask: &Ask) -> Result<Place, Fault> {
    let role = ask.form.need("role", "the role")?;
    let role = Role::from_name(role).ok_or_else(|| Fault::wrong("there is no such role"))?;
    let engagement = match (role, ask.form.get("last-day")) {
        (Role::Auditor, Some(day)) => {
            let day = Day::parse(day).map_err(|why| Fault::wrong(why.to_string()))?;
            let (zone, period) = zone_and_period(ask)?;
            same_period(ask.form.get("period"), period)?;
            Some(NewEngagement {
                name: ask
                    .form
                    .need("engagement", "the name of the engagement")?
                    .to_owned(),
                period,
                until: zone.end_of(day),
            })
        }
        _ => None,
    };
    Ok(Place {
        role,
        stands_for: ask
            .form
            .get("stands-for")
            .map(|name| name.trim().to_owned()),
        engagement,
    })
}

fn zone_and_period(ask: &Ask) -> Result<(Zone, Option<Period>), Fault> {
    let house = ask.house()?;
    Ok((house.state.zone(), subject::period(&house)))
}

/// Whoever lets an auditor in must have seen the period that the engagement is bound to.
fn same_period(given: Option<&str>, shown: Option<Period>) -> Result<(), Fault> {
    let Some(given) = given.map(str::trim) else {
        return Ok(());
    };
    match shown {
        Some(period) if Period::parse(given) == Ok(period) => Ok(()),
        Some(period) => Err(Fault::wrong(format!(
            "the engagement would be bound to {period}, the period that the program shows, and the form says another; open the page again"
        ))),
        None => Err(Fault::wrong(
            "the program has no period yet; write one under `periods:` in tickmark.yaml first",
        )),
    }
}

fn shown(viewer: &Viewer, ask: &Ask, link: Option<&Secret>) -> Answer {
    let members = ask.app.identity.members()?;
    let (_, period) = zone_and_period(ask)?;
    let scheme = if ask.app.settings.tls {
        "https"
    } else {
        "http"
    };
    let body = html! {
        @if ask.app.sso.is_some() {
            p.hint { "Whoever is invited here also comes in by single sign-on, if the provider says that the mail address is theirs." }
        }
        @if let Some(link) = link.filter(|_| ask.app.settings.policy.passwords) {
            section.card role="status" {
                h2 { "The one-time link" }
                p { "Send it to its owner; it works once, for three days, and cannot be shown again." }
                p { code.secret { (scheme) "://" (ask.host) "/welcome/" (link.reveal()) } }
            }
        }
        table {
            thead { tr {
                th scope="col" { "Name" } th scope="col" { "Mail address" } th scope="col" { "Role" }
                th scope="col" { "State" } th scope="col" { "Change" }
            } }
            tbody { @for member in &members { (line(member, period)) } }
        }
        section.card {
            h2 { "Invite somebody" }
            form method="post" action="/users" {
                (field("Mail address", "mail", "email", "off", "", true))
                (field("Name", "name", "text", "off", "", true))
                (place_fields("new", None, period))
                button.primary type="submit" { "Make a one-time link" }
            }
        }
    };
    Ok(frame::page_of("Members", Room::Members, viewer, &body))
}

fn line(member: &Member, period: Option<Period>) -> Markup {
    let viewer = &member.viewer;
    let state = match (member.revoked, member.joined) {
        (Some(_), _) => "revoked",
        (None, false) => "invited",
        (None, true) if member.elsewhere => "active, by single sign-on",
        (None, true) if member.second_factor => "active, with second factor",
        (None, true) => "active",
    };
    html! {
        tr {
            td { (viewer.name) }
            td { (viewer.mail) }
            td {
                (viewer.role.words())
                @if let Some(owner) = &viewer.stands_for { ", for " (owner) }
                @if let Some(e) = &viewer.engagement { ": " (e.name) ", " (bound(e.period, period)) ", until " (e.until) }
            }
            td { (state) @if let Some(when) = member.revoked { " " (when) } }
            td {
                @if member.revoked.is_none() {
                    details {
                        summary { "Change" }
                        form method="post" action={"/users/" (viewer.account) "/place"} {
                            (place_fields(&viewer.account.to_string(), Some(viewer), period))
                            button type="submit" { "Change the role" }
                        }
                        form method="post" action={"/users/" (viewer.account) "/link"} { button type="submit" { "New one-time link" } }
                        form method="post" action={"/users/" (viewer.account) "/revoke"} { button.danger type="submit" { "Revoke" } }
                    }
                }
            }
        }
    }
}

/// The period of an engagement, and whether it is the one that the program shows.
fn bound(engagement: Option<Period>, shown: Option<Period>) -> Markup {
    html! {
        @match engagement {
            Some(period) if Some(period) == shown => { "period " (period) },
            Some(period) => { "period " (period) ", which the program does not show now: nothing can be seen" },
            None => { "no period" },
        }
    }
}

/// Role, owner and engagement. `of` keeps the names of fields apart where the form stands several times.
fn place_fields(of: &str, viewer: Option<&Viewer>, period: Option<Period>) -> Markup {
    let stands_for = viewer
        .and_then(|v| v.stands_for.as_deref())
        .unwrap_or_default();
    html! {
        p.field {
            label for={"role-" (of)} { "Role" }
            select id={"role-" (of)} name="role" {
                @for role in Role::ALL {
                    option value=(role.name()) selected[viewer.map_or(Role::Employee, |v| v.role) == role] { (role.words()) }
                }
            }
        }
        p.field {
            label for={"stands-for-" (of)} { "Control owner: the owner named in the adoptions" }
            input id={"stands-for-" (of)} name="stands-for" type="text" value=(stands_for);
        }
        p.field {
            label for={"engagement-" (of)} { "Auditor: the engagement" }
            input id={"engagement-" (of)} name="engagement" type="text";
        }
        p.field {
            label for={"period-" (of)} { "Auditor: the period examined, that of the program" }
            @match period {
                Some(period) => { input id={"period-" (of)} name="period" type="text" value=(period) readonly; },
                None => { input id={"period-" (of)} type="text" value="none yet: write one into tickmark.yaml first" disabled; },
            }
        }
        p.field {
            label for={"last-day-" (of)} { "Auditor: the last day" }
            input id={"last-day-" (of)} name="last-day" type="date";
        }
    }
}
