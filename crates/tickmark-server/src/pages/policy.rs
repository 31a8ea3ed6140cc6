//! One policy: its text, its approvals, who has acknowledged it, and what it promises against what is done.

use maud::{Markup, html};
use tickmark_core::model::document::{ParamValue, Policy, split_front_matter};
use tickmark_core::model::ids::PolicyId;
use tickmark_core::model::registers::{PolicyStanding, policy_standings, unapproved};
use tickmark_core::model::state::Version;
use tickmark_core::model::time::{Day, Time};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, entry, facts, tag};
use super::policies::{days, due, state};
use super::prose::prose;
use super::who::{self, Progress};
use super::{forms, link, view};
use crate::house::{House, Trouble};
use crate::rights::{Action, Viewer};

/// One policy.
///
/// # Errors
/// [`Trouble::Missing`]: no such policy in the program now.
pub fn policy(house: &House, viewer: &Viewer, now: Time, id: &str) -> Result<Markup, Trouble> {
    let today = who::today(house, now);
    let found = policy_standings(&house.state, today)
        .into_iter()
        .find(|s| s.policy.policy.as_str() == id);
    let standing = found
        .ok_or_else(|| Trouble::Missing(format!("no policy {id}; see the list of policies")))?;
    let progress = Progress::of(
        house,
        &standing.policy.policy,
        &who::starts(&house.people),
        today,
    );
    let (tone, words) = state(&standing, today);
    let lead = html! { (tag(tone, words)) " Version " (standing.policy.version) ", owner " (standing.policy.owner) };
    let body = html! {
        (part::head(&html! { (standing.policy.title) }, &lead, &buttons(house, viewer, &standing, &progress)))
        (waits(&standing))
        div.two {
            (card("Standing", &facts_of(house, &standing, today)))
            (card("Approval", &approvals(house, viewer, &standing)))
        }
        section.card #acknowledgement { h2 { "Acknowledgement" } (acknowledgement(house, viewer, &progress, today)) }
        section.card #promises { h2 { "Promised and done" } (promises(house, &standing)) }
        (card("Text", &text(house, &path(standing.policy))))
        (card("Versions", &versions(house, viewer, standing.policy)))
    };
    let frame =
        Frame::new(&standing.policy.title, Room::Policies).under("Policies", link::POLICIES);
    Ok(layout(house, viewer, &frame, &body))
}

fn path(policy: &Policy) -> String {
    format!("policies/{}.md", policy.policy)
}

/// What this viewer can do: approve, acknowledge, edit.
fn buttons(
    house: &House,
    viewer: &Viewer,
    standing: &PolicyStanding<'_>,
    progress: &Progress<'_>,
) -> Markup {
    let (id, seen) = (&standing.policy.policy, standing.version.leaf.to_string());
    let me = who::me(house, viewer);
    let approves = me.is_some_and(|me| standing.policy.approvers.iter().any(|a| a.value == *me));
    let waits = me.is_some_and(|me| standing.missing.contains(&me));
    // What cannot be read here cannot be acknowledged here.
    let shown = standing
        .in_force
        .is_some_and(|(v, _)| v.leaf == standing.version.leaf);
    let owes = me.is_some_and(|me| progress.missing().any(|a| a.person == me));
    let fields = [("seen", seen.as_str())];
    html! {
        @if viewer.may(Action::ApprovePolicies) && approves {
            (forms::post(&link::approve(id), &fields, if waits { "Approve this version" } else { "Approve again" }, waits))
        }
        @if viewer.may(Action::AcknowledgePolicies) && shown && owes {
            (forms::post(&link::acknowledge(id), &fields, "I have read it and will keep to it", true))
        }
        @if viewer.may(Action::EditDocuments) { (part::button(&link::edit(&path(standing.policy)), "Edit")) }
    }
}

fn waits(standing: &PolicyStanding<'_>) -> Markup {
    html! {
        @match standing.in_force {
            Some((version, policy)) if version.leaf != standing.version.leaf => {
                p.notice { "Version " (policy.version) " " (entry(version.leaf)) " stays in force until everybody has approved version " (standing.policy.version) ", whose text is below." }
            },
            None if !standing.missing.is_empty() => { p.notice { "No version is in force: " (part::many(standing.missing.len(), "approval")) " of version " (standing.policy.version) " missing." } },
            _ => {},
        }
    }
}

fn facts_of(house: &House, standing: &PolicyStanding<'_>, today: Day) -> Markup {
    let policy = standing.policy;
    let zone = view::zone(house);
    let holes = house.inputs.as_ref().ok().map(|inputs| {
        let period = view::period(inputs);
        let until = period.to.min(today);
        tickmark_core::model::time::Period::new(period.from, until)
            .map(|past| unapproved(&house.state, &policy.policy, past))
            .unwrap_or_default()
    });
    facts(&[
        (
            "In force",
            html! { @match standing.in_force { Some((version, policy)) => { "version " (policy.version) ", from " (policy.lifetime.from) " " (entry(version.leaf)) }, None => { (tag(Tone::Bad, "no version")) } } },
        ),
        (
            "Renew by",
            html! { @if standing.renew_due.is_some() { (due(standing.renew_due, today)) } @else { "counts from the approval" } ", every " (policy.renew_within_months) " months" },
        ),
        (
            "Days of the period without an approved version",
            html! { @match &holes { None => { "no period yet" }, Some(holes) if holes.is_empty() => { (tag(Tone::Good, "none")) }, Some(holes) => { @for hole in holes { (tag(Tone::Bad, &hole.to_string())) " " } } } },
        ),
        (
            "Controls",
            html! { @for control in &policy.controls { a href=(link::control(&control.value)) { (control.value) } @if standing.without.contains(&control.value) { " " (tag(Tone::Warn, "not in force")) } " " } @if policy.controls.is_empty() { span.muted { "none named" } } },
        ),
        (
            "Criteria",
            html! { @for criterion in &policy.criteria { a href=(link::criterion(criterion)) { (criterion) } " " } @if policy.criteria.is_empty() { span.muted { "none named" } } },
        ),
        (
            "Recorded",
            html! { (part::instant(&zone, standing.version.recorded)) " " (entry(standing.version.leaf)) ", " a href=(link::document(&path(policy))) { (path(policy)) } },
        ),
    ])
}

/// Each approver of the version as it stands: when, or missing.
fn approvals(house: &House, viewer: &Viewer, standing: &PolicyStanding<'_>) -> Markup {
    let zone = view::zone(house);
    let all = house.state.approvals.get(&standing.policy.policy);
    let of_version: Vec<_> = all
        .into_iter()
        .flatten()
        .filter(|a| a.document == standing.version.leaf)
        .collect();
    html! {
        p.sentence { "Version " (standing.policy.version) " needs each of them:" }
        ul.points {
            @for (place, approver) in (0_u32..).zip(&standing.policy.approvers) {
                @let given = of_version.iter().rev().find(|a| a.approver == place);
                li {
                    @match given {
                        Some(given) => { (tag(Tone::Good, "Approved")) " " (who::person(house, viewer, &approver.value)) " " span.muted { (part::instant(&zone, given.recorded)) } " " (entry(given.leaf)) },
                        None => { (tag(Tone::Warn, "Missing")) " " (who::person(house, viewer, &approver.value)) },
                    }
                }
            }
        }
        @if viewer.may(Action::ApprovePolicies) && who::me(house, viewer).is_none() {
            p.muted { "Your mail address is no account of anybody in people.yaml; approving needs one." }
        }
    }
}

fn acknowledgement(house: &House, viewer: &Viewer, progress: &Progress<'_>, today: Day) -> Markup {
    const MOST: usize = 100;
    let zone = view::zone(house);
    let Some(rate) = progress.rate() else {
        return html! { p { "Nobody must acknowledge it: no version is in force, or it names no group." } };
    };
    let (missing, late) = (progress.all.len() - progress.done(), progress.late());
    html! {
        p.sentence {
            strong { (rate) } ": " (progress.done()) " of " (progress.all.len()) " have acknowledged it"
            @if missing > 0 { ", " (missing) " have not" }
            @if late > 0 { ", " (tag(Tone::Bad, &format!("{late} late"))) } "."
        }
        @if missing > 0 {
            div.scroll tabindex="0" role="region" aria-label="Who has not acknowledged it" {
                table.grid {
                    thead { tr { th scope="col" { "Missing" } th scope="col" { "Due" } th scope="col" { "Late" } } }
                    tbody { @for one in progress.missing().take(MOST) {
                        @let late = today.days_since(one.due);
                        tr { th scope="row" data-label="Missing" { (who::person(house, viewer, one.person)) } td data-label="Due" { (one.due) } td data-label="Late" { @if late > 0 { (tag(Tone::Bad, &days(late))) } } }
                    } }
                }
            }
            @if missing > MOST { p.muted { "and " (missing - MOST) " more" } }
        }
        @if progress.done() > 0 {
            details { summary { (progress.done()) " who have" }
                ul.points { @for one in progress.all.iter().filter(|a| a.done.is_some()).take(MOST) {
                    li { (who::person(house, viewer, one.person)) @if let Some(at) = one.done { " " span.muted { (part::instant(&zone, at)) @if zone.day_of(at) > one.due { ", " (days(zone.day_of(at).days_since(one.due))) " late" } } } }
                } }
                @if progress.done() > MOST { p.muted { "and " (progress.done() - MOST) " more" } }
            }
        }
    }
}

/// Each promised value beside what the adopted controls do.
fn promises(house: &House, standing: &PolicyStanding<'_>) -> Markup {
    let policy = standing.policy;
    if policy.parameters.is_empty() {
        return html! { p { "It promises no value. A promise such as " code { "deprovision_days: 1" } " under " code { "parameters:" } " is compared with what its controls do." } };
    }
    html! {
        div.scroll tabindex="0" role="region" aria-label="Promised and done" {
            table.grid {
                thead { tr { th scope="col" { "Parameter" } th scope="col" { "Promised" } th scope="col" { "Done" } } }
                tbody { @for (name, promised) in &policy.parameters { tr {
                    th scope="row" data-label="Parameter" { code { (name) } }
                    td data-label="Promised" { (value(promised)) }
                    td data-label="Done" { (done(house, policy, name, promised)) }
                } } }
            }
        }
    }
}

fn done(house: &House, policy: &Policy, name: &str, promised: &ParamValue) -> Markup {
    let adopted = policy.controls.iter().filter_map(|control| {
        let (_, adoption) = house.state.adoption(&control.value)?;
        Some((&control.value, adoption.params.get(name)?))
    });
    let adopted: Vec<_> = adopted.collect();
    html! {
        @if adopted.is_empty() { span.muted { "no control of it gives this value; it is not compared" } }
        @for (control, done) in &adopted {
            a href=(link::control(control)) { (control) } " "
            @if *done == promised { (tag(Tone::Good, &value(done))) } @else { (tag(Tone::Bad, &format!("{}, not {}", value(done), value(promised)))) } " "
        }
    }
}

/// A parameter as people read it.
pub(super) fn value(value: &ParamValue) -> String {
    match value {
        ParamValue::One(value) => value.clone(),
        ParamValue::Many(values) => values.join(", "),
    }
}

/// The words below the front matter.
pub(super) fn text(house: &House, path: &str) -> Markup {
    let bytes = house.documents.iter().find(|(p, _)| p == path);
    let text = bytes.map(|(_, bytes)| String::from_utf8_lossy(bytes));
    html! {
        @match &text {
            Some(text) => { (prose(split_front_matter(path, text).map_or(&**text, |front| front.prose))) },
            None => { p { "Its bytes are not here: they were erased." } },
        }
    }
}

fn versions(house: &House, viewer: &Viewer, policy: &Policy) -> Markup {
    let zone = view::zone(house);
    let known = |version: &Version| version.policy().map(|p| (p.version, p.lifetime.from));
    let id: &PolicyId = &policy.policy;
    html! {
        ul.points { @for version in house.state.policy_versions(id).iter().rev() { li {
            @if let Some((number, from)) = known(version) { strong { "Version " (number) } " for the time from " (from) " " }
            span.muted { "recorded " (part::instant(&zone, version.recorded)) } " " (entry(version.leaf)) " "
            @if house.state.is_approved(id, version.leaf) { (tag(Tone::Good, "approved by all")) } @else { (tag(Tone::Plain, "not approved by all")) }
        } } }
        @if viewer.may(Action::ViewDocuments) { p.more { a href={ (link::document(&path(policy))) "#versions" } { "The document with its digests" } } }
    }
}
